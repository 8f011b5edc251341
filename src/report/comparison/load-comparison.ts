/** Reads what `rlpa compare` left: the summaries of all arms and the runs they are made of. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { checkContent, readJsonFile } from '../../base/index.ts';
import { armRunSchema, armSummarySchema, type ArmRun, type ArmSummary } from '../../eval/index.ts';

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

const fileSchema = z.looseObject({
  format: z.literal(1),
  title: z.string(),
  command: z.string(),
  arms: z.array(armSummarySchema).min(1),
  runs: z.array(armRunSchema),
});

/** Loads a comparison. Throws `DataError` where the file is none that `rlpa compare` wrote. */
export function loadComparisonData(directory: string): ComparisonData {
  const file = path.join(directory, fileName);
  const { title, command, arms, runs } = checkContent(
    fileSchema,
    readJsonFile(file, 'comparison'),
    {
      file,
      purpose: 'comparison',
      hint: 'Run the same rlpa compare again: what is trained is read back.',
    },
  );
  return {
    directory,
    title,
    command,
    arms,
    runs,
    families: [...new Set(arms.flatMap((arm) => Object.keys(arm.families)))],
    reported: runs
      .map(nameArmRun)
      .filter((name) => fs.existsSync(path.join(directory, name, 'report.html'))),
  };
}
