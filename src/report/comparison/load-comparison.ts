/** Reads what `rlpa compare` left: the summaries of all arms and the runs they are made of. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { DataError, readJsonFile } from '../../base/index.ts';
import type { ArmRun, ArmSummary } from '../../eval/index.ts';
import { intervalSchema, scoresSchema, seriesSchema } from '../load/index.ts';

export type ComparisonData = {
  readonly directory: string;
  readonly title: string;
  readonly command: string;
  /** In the order of the comparison's file; at least one. */
  readonly arms: readonly ArmSummary[];
  readonly runs: readonly ArmRun[];
  /** Families of users everything was measured on. */
  readonly families: readonly string[];
  /** Runs of which a page was written, as `arm-seed-n`. */
  readonly reported: readonly string[];
};

const fileName = 'comparison.json';

/** True if the directory holds a finished comparison. */
export function isComparison(directory: string): boolean {
  return fs.existsSync(path.join(directory, fileName));
}

/** Names the directory of one run of a comparison. */
export const nameArmRun = ({ arm, seed }: Pick<ArmRun, 'arm' | 'seed'>): string =>
  `${arm}-seed-${seed}`;

const leavesOutSchema = z.looseObject({ family: z.string(), against: z.string() });

const armSchema = z.looseObject({
  arm: z.string(),
  title: z.string(),
  seeds: z.array(z.number()),
  tokens: z.number(),
  families: z.record(z.string(), z.record(z.string(), intervalSchema)),
  leavesOut: leavesOutSchema.optional(),
});

const runSchema = z.looseObject({
  arm: z.string(),
  seed: z.number(),
  tokens: z.number(),
  seconds: z.number(),
  leavesOut: leavesOutSchema.optional(),
  families: z.record(
    z.string(),
    scoresSchema.extend({
      diagnostics: z.looseObject({
        disclosed_items: seriesSchema,
        profile_block_words: z.number().nullable(),
      }),
    }),
  ),
});

const fileSchema = z.looseObject({
  format: z.literal(1),
  title: z.string(),
  command: z.string(),
  arms: z.array(armSchema).min(1),
  runs: z.array(runSchema),
});

/** Loads a comparison. Throws `DataError` where the file is none that `rlpa compare` wrote. */
export function loadComparisonData(directory: string): ComparisonData {
  const file = path.join(directory, fileName);
  const { data, error } = fileSchema.safeParse(readJsonFile(file, 'comparison'));
  if (data === undefined) {
    const [issue] = error?.issues ?? [];
    throw new DataError(
      'comparison_format',
      `${file}: expected a comparison of format 1 with arms and runs; ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}.`,
      { details: { file }, hint: 'Run the same rlpa compare again: what is trained is read back.' },
    );
  }
  // The schema holds what the page reads; the rest of each record is passed on as it is.
  const { arms, runs } = data as unknown as {
    readonly arms: readonly ArmSummary[];
    readonly runs: readonly ArmRun[];
  };
  return {
    directory,
    title: data.title,
    command: data.command,
    arms,
    runs,
    families: [...new Set(arms.flatMap((arm) => Object.keys(arm.families)))],
    reported: runs
      .map(nameArmRun)
      .filter((name) => fs.existsSync(path.join(directory, name, 'report.html'))),
  };
}
