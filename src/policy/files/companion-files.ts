/**
 * What goes with the weights of a model: tokenizer, chat template, generation settings.
 *
 * They are copied as they are (or, of a GGUF file, written out) beside every model or adapter that is saved, so that other programs
 * open the folder. A link that leads out of its folder is refused, because copying it would carry a
 * file of this machine into a folder that people share; so is what is no file. Both are looked for
 * when a model is opened, long before anything is saved.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CheckpointError, describeUnreadable, writeFileAtomic } from '../../base/index.ts';
import { isGgufPath } from '../../gguf/index.ts';
import { renderGgufTokenizer } from '../../tokenizer/index.ts';

const companionNames = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'chat_template.jinja',
  'added_tokens.json',
  'vocab.json',
  'merges.txt',
  'generation_config.json',
];

/** Largest file that is copied; the largest vocabularies have some 40 MB. */
const largestBytes = 256 * 2 ** 20;

/** Throws `CheckpointError` where a file could not be copied later. */
export function checkCompanions(folder: string): void {
  for (const file of listCompanions(folder)) {
    const problem = describeUnreadable(file, largestBytes) ?? describeEscape(folder, file);
    if (problem === null) continue;
    throw new CheckpointError('companion_unfit', `${file}: ${problem}.`, {
      details: { file },
      hint: 'Put a plain copy of the file into the folder.',
    });
  }
}

/** Copies the files; returns their names. Throws `CheckpointError`, or `DataError` for a full disk. */
export function copyCompanions(from: string, to: string): string[] {
  if (isGgufPath(from)) return writeGgufCompanions(from, to);
  checkCompanions(from);
  return listCompanions(from).map((file) => {
    const name = path.basename(file);
    const target = path.join(to, name);
    if (path.resolve(file) !== path.resolve(target)) {
      writeFileAtomic(target, fs.readFileSync(file));
    }
    return name;
  });
}

/** The files that a GGUF file has within it. */
function writeGgufCompanions(from: string, to: string): string[] {
  const { tokenizer, config, generation } = renderGgufTokenizer(from);
  const files = {
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': config,
    'generation_config.json': generation,
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileAtomic(path.join(to, name), `${JSON.stringify(content, null, 1)}\n`);
  }
  return Object.keys(files);
}

function listCompanions(folder: string): string[] {
  return companionNames
    .map((name) => path.join(folder, name))
    .filter((file) => fs.existsSync(file));
}

/** The cache of Hugging Face keeps `snapshots/REVISION/NAME` as links into `blobs/`. */
function describeEscape(folder: string, file: string): string | null {
  const home = fs.realpathSync(folder);
  const target = fs.realpathSync(file);
  const blobs = path.resolve(home, '..', '..', 'blobs');
  const isInside = [home, blobs].some((place) => target.startsWith(place + path.sep));
  return isInside ? null : `expected a file of this folder, found a link to ${target}`;
}
