/** Where a model lies: a folder of its files, or one GGUF file. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CheckpointError } from '../base/index.ts';

/** Whether a path names a GGUF file, by its ending. */
export function isGgufPath(place: string): boolean {
  return /\.gguf$/iu.test(place);
}

/** Finds a file that every model folder has. Throws `CheckpointError` that says what to name in its place. */
export function findModelFile(folder: string, name: string): string {
  const file = path.join(folder, name);
  if (fs.existsSync(file)) return file;
  const isFolder = fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const [gguf] = isFolder ? fs.readdirSync(folder).filter(isGgufPath).sort() : [];
  throw new CheckpointError(
    'model_missing',
    `${folder} is not a model folder: it has no ${name}.`,
    {
      details: { folder },
      hint:
        gguf === undefined
          ? 'Give a Hugging Face model folder, a GGUF file, or the model/ folder of a finished run.'
          : `It holds a GGUF file; name that: ${path.join(folder, gguf)}`,
    },
  );
}
