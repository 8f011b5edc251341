/** A model for other programs: with its adapter worked in, as a folder or as a GGUF file. */
import * as fs from 'node:fs';
import { ConfigError } from '../../base/index.ts';
import { isGgufPath } from '../../gguf/index.ts';
import { exportMergedFolder, exportMergedGguf, type WrittenPacking } from '../../policy/index.ts';
import { inspectFolder } from '../../runlog/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { providePolicy } from '../policies/find-policy.ts';

export type ExportOptions = Partial<AppContext> & {
  /** Run directory, model or adapter folder, GGUF file, `hf:OWNER/NAME`, or `base`. */
  readonly model: string;
  /** A new file that ends with `.gguf`, or a folder that is new or empty. */
  readonly out: string;
  /** How numbers of a GGUF file are packed; F16 by default. */
  readonly packing?: WrittenPacking | undefined;
};

/**
 * Exports a model. Throws `ConfigError` where `out` is taken, `DataError` for a tokenizer that a GGUF
 * file cannot hold, `CheckpointError` for a model that does not fit.
 */
export async function exportModel(options: ExportOptions): Promise<void> {
  const { model, out, packing } = options;
  const isFile = isGgufPath(out);
  if (!isFile && packing !== undefined) {
    throw new ConfigError(
      'packing_unused',
      'A folder is written in float32: --packing is for GGUF files.',
      {
        hint: 'Leave it away, or let --out end with .gguf.',
      },
    );
  }
  if (isFile ? fs.existsSync(out) : inspectFolder(out).names.length > 0) {
    throw new ConfigError('export_taken', `There is something in ${out} already.`, {
      details: { out },
      hint: 'Choose a new file, or a folder that is new or empty.',
    });
  }
  const context = createContext(options);
  const { folder, adapter, name } = await providePolicy(model, {}, context);
  const place = { folder, ...(adapter === undefined ? {} : { adapter }) };
  if (isFile) exportMergedGguf(place, out, { name, packing: packing ?? 'F16' });
  else exportMergedFolder(place, out);
}
