/** Files of weights, opened for as long as they are read. */
import * as fs from 'node:fs';
import { CheckpointError } from './errors.ts';

/** Opens a file, hands it to the work, and closes it. Throws `CheckpointError` for what is no file. */
export function withWeightsFile<Result>(file: string, work: (handle: number) => Result): Result {
  const handle = openWeightsFile(file);
  try {
    return work(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** A fifo or a device is refused before it is opened: it would never answer, or never end. */
function openWeightsFile(file: string): number {
  try {
    if (!fs.statSync(file).isFile()) throw new Error('expected a file');
    return fs.openSync(file, 'r');
  } catch (cause) {
    throw new CheckpointError(
      'weights_unreadable',
      `Could not read the weights ${file}: ${(cause as Error).message}`,
      { details: { file }, hint: 'Check the path.', cause },
    );
  }
}
