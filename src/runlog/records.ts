/**
 * What the lines of a run's files must be: iterations in metrics and timings, whole conversations in
 * episodes. Keys that are not named here may be there as well.
 */
import { z } from 'zod';
import { episodeSchema } from '../env/index.ts';

/** One flat record per iteration; NaN is written as null. */
export type IterationRecord = Readonly<Record<string, number | null>> & {
  readonly iteration: number;
};

const mebibyte = 2 ** 20;

const iterationSchema = z.intersection(
  z.record(z.string(), z.number().nullable()),
  z.object({ iteration: z.int().positive() }),
) satisfies z.ZodType<IterationRecord>;

/** Lines of metrics.jsonl. */
export const metricsFormat = {
  purpose: 'metrics',
  schema: iterationSchema,
  mayGrow: true,
  maxBytes: 256 * mebibyte,
} as const;

/** Lines of timings.jsonl. */
export const timingsFormat = { ...metricsFormat, purpose: 'timings' } as const;

/** Lines of a file of conversations, which is written at once. */
export const episodesFormat = {
  purpose: 'conversations',
  schema: episodeSchema,
  maxBytes: 1024 * mebibyte,
} as const;
