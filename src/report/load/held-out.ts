/**
 * Measurements on held-out people that a run left: the scores, and the conversations behind them.
 *
 * `evaluation/` holds either whole measurements (base.json, rlpa-N.json) or, where a run was not
 * measured, a few conversations of the first held-out people (talks-base.json, talks-rlpa-N.json).
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { checkContent, listFolder, readJsonFile } from '../../base/index.ts';
import type { Episode } from '../../env/index.ts';
import {
  floorSchema,
  worldEvaluationSchema,
  worldScoresSchema,
  type Floor,
  type WorldScores,
} from '../../eval/index.ts';

/** Whether a family of users was trained on. */
export type Group = 'trained' | 'untrained';

export const groups: readonly Group[] = ['trained', 'untrained'];

/** Of each group; there are no untrained users where every family was trained on. */
export type ByGroup<Value> = { readonly trained: Value; readonly untrained?: Value };

/** Scores of base and trained policy on held-out people, from demo.json or summary.json. */
export type HeldOutScores = {
  readonly base: ByGroup<WorldScores>;
  readonly rlpa: ByGroup<WorldScores>;
  /** What scripts got from the same people, where the world has some. */
  readonly floors?: ByGroup<readonly Floor[]>;
};

export type GroupTalks = Readonly<Record<Group, readonly Episode[]>>;

/** The conversations themselves; `after` is null until training ends. */
export type HeldOutTalks = {
  readonly before: GroupTalks;
  readonly after: GroupTalks | null;
  /** They are all that were measured, rather than a few to look at. */
  readonly isMeasurement: boolean;
};

/** Conversations of some thousand people. */
const largestMeasurement = 256 * 2 ** 20;

const bothGroups = z.looseObject({
  trained: worldScoresSchema,
  untrained: worldScoresSchema.exactOptional(),
});
const scoresFile = z.looseObject({
  base: bothGroups.optional(),
  rlpa: bothGroups.optional(),
  floors: z.array(floorSchema).optional(),
  floors_untrained: z.array(floorSchema).optional(),
});
const talksFile = z.looseObject({
  chosen: z.looseObject({
    trained: worldEvaluationSchema.optional(),
    untrained: worldEvaluationSchema.optional(),
  }),
});

/** Reads the scores; null where nobody was measured. Throws `DataError`. */
export function loadHeldOutScores(directory: string): HeldOutScores | null {
  const file = ['demo.json', 'summary.json']
    .map((name) => path.join(directory, name))
    .find((each) => fs.existsSync(each));
  if (file === undefined) return null;
  const { base, rlpa, floors, floors_untrained } = readChecked(file, 'evaluation', scoresFile);
  if (base === undefined || rlpa === undefined) return null;
  if (floors === undefined) return { base, rlpa };
  const untrained = floors_untrained === undefined ? {} : { untrained: floors_untrained };
  return { base, rlpa, floors: { trained: floors, ...untrained } };
}

/** Reads the conversations; null where none were kept. Throws `DataError`. */
export function loadHeldOutTalks(directory: string): HeldOutTalks | null {
  const folder = path.join(directory, 'evaluation');
  const names = listFolder(folder, 'folder of measurements');
  const prefix = ['', 'talks-'].find((each) => names.includes(`${each}base.json`));
  if (prefix === undefined) return null;
  const iterations = names.flatMap((name) => readIteration(name, prefix));
  const read = (name: string): GroupTalks => readTalks(path.join(folder, `${prefix}${name}.json`));
  return {
    before: read('base'),
    after: iterations.length === 0 ? null : read(`rlpa-${Math.max(...iterations)}`),
    isMeasurement: prefix === '',
  };
}

function readIteration(name: string, prefix: string): number[] {
  const found = /^(.*)rlpa-(\d+)\.json$/u.exec(name);
  return found?.[1] === prefix ? [Number(found[2])] : [];
}

function readTalks(file: string): GroupTalks {
  const { chosen } = readChecked(file, 'kept measurement', talksFile);
  const read = (group: Group): readonly Episode[] => chosen[group]?.episodes ?? [];
  return { trained: read('trained'), untrained: read('untrained') };
}

function readChecked<Schema extends z.ZodType>(
  file: string,
  purpose: string,
  schema: Schema,
): z.infer<Schema> {
  const content = readJsonFile(file, purpose, { maxBytes: largestMeasurement });
  const hint = 'Remove the file; the report is written without it.';
  return checkContent(schema, content, { file, purpose, hint });
}
