/** Sequences and their per-token arrays as the runners take them: padded, and at the scored rows. */
import type { Tensor } from '../../engine/index.ts';
import type { TrainingDatum } from '../backend.ts';
import { listScoredRows, padIds, type ScoredRows } from '../runners/batches.ts';
import type { SequenceBatch } from '../runners/runner.ts';

/** Pads sequences and lists the tokens of them that `isScored` accepts; `chunks` as in `padIds`. */
export function padBatch(
  sequences: readonly Int32Array[],
  isScored: (sequence: number, position: number) => boolean,
  wantedChunks?: number,
): SequenceBatch {
  const { ids, length, chunks } = padIds(sequences, wantedChunks);
  return { ids, chunks, rows: listScoredRows(sequences, length, isScored) };
}

const rowInputs = [
  'weights',
  'behaviorLogprobs',
  'referenceLogprobs',
  'advantages',
  'returns',
  'oldValues',
] as const satisfies readonly (keyof TrainingDatum)[];

/** Per-token arrays that all of the batch have, taken at the scored rows. Shape: `[R]` each. */
export function feedRows(
  batch: readonly TrainingDatum[],
  rows: ScoredRows,
): Record<string, Tensor> {
  const feeds: Record<string, Tensor> = {};
  for (const name of rowInputs) {
    if (batch.some((datum) => datum[name] === undefined)) continue;
    const data = Float32Array.from(
      rows.origins,
      ({ sequence, position }) => batch[sequence]![name]![position]!,
    );
    feeds[name] = { type: 'float32', shape: [data.length], data };
  }
  return feeds;
}
