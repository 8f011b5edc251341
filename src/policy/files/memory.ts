/** Whether a model fits this machine, before anything is set aside for it. */
import * as os from 'node:os';
import { CheckpointError } from '../../base/index.ts';

/** Throws `CheckpointError` where the weights alone are more than the memory of this machine. */
export function checkMemory(
  folder: string,
  shapes: Readonly<Record<string, readonly number[]>>,
  bytesPerWeight: number,
  totalBytes: number = os.totalmem(),
): void {
  let neededBytes = 0;
  for (const shape of Object.values(shapes)) {
    neededBytes += shape.reduce((a, b) => a * b, bytesPerWeight);
  }
  if (neededBytes <= totalBytes) return;
  throw new CheckpointError(
    'model_too_large',
    `${folder}: its weights need ${inGigabytes(neededBytes)} GB, this machine has ${inGigabytes(totalBytes)} GB of memory.`,
    { details: { folder, neededBytes, totalBytes }, hint: 'Use a smaller model.' },
  );
}

const inGigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
