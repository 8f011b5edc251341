/** What kept measurements must be, so that a file from elsewhere is refused by the key that is wrong. */
import { z } from 'zod';
import { episodeSchema } from '../env/index.ts';
import { armMetrics, type ArmRun, type ArmSearch, type ArmSummary } from './arms.ts';
import type { Floor } from './floors.ts';
import type { WorldEvaluation, WorldScores } from './world-suite.ts';

const numberOrNull = z.number().nullable();
const series = z.array(numberOrNull);
const interval = z.looseObject({ mean: numberOrNull, half_width: numberOrNull });

/** Figures a table or a chart reads by name; the others are numbers, series, or tables of numbers. */
const diagnostics = z.intersection(
  z.record(z.string(), z.union([numberOrNull, series, z.record(z.string(), numberOrNull)])),
  z.object({ disclosed_items: series, profile_block_words: numberOrNull }),
);

const compared = z.looseObject({
  profile_f1_disclosed: interval,
  profile_f1_full: interval,
  alignment: interval,
});

const scale = z.looseObject({
  of_the_way_to_right_question: numberOrNull,
  of_the_way_to_oracle: numberOrNull,
});

/** What a script got. */
export const floorSchema: z.ZodType<Floor> = z.object({
  ...scale.shape,
  name: z.string().min(1).max(200),
  summary: z.string(),
  alignment: numberOrNull,
  alignment_half_width: numberOrNull,
  profile_f1_disclosed: numberOrNull,
  needs_asked_rate: numberOrNull,
  other_questions: numberOrNull,
  figures: z.record(z.string(), z.number()),
});

/** Scores of one policy on one family of users. */
export const worldScoresSchema = z.looseObject({
  profile_f1_disclosed: series,
  profile_f1_full: series,
  alignment: series,
  format_rate: numberOrNull,
  tokens_per_turn: numberOrNull,
  users: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  decoding: z.enum(['greedy', 'sampled']),
  temperature: z.number().nonnegative(),
  late: compared,
  whole: compared.exactOptional(),
  scale: scale.exactOptional(),
  diagnostics,
}) as unknown as z.ZodType<WorldScores>;

/** Scores with the conversations they are of. */
export const worldEvaluationSchema = z.looseObject({
  scores: worldScoresSchema,
  episodes: z.array(episodeSchema),
}) as unknown as z.ZodType<WorldEvaluation>;

const name = z.string().min(1);
const leavesOut = z.looseObject({ family: name, against: name });

const choice = z.record(z.string(), z.number());

/** What a search of an arm's settings left. */
export const armSearchSchema: z.ZodType<ArmSearch> = z.object({
  seed: z.int().nonnegative(),
  tried: z.array(
    z.object({
      settings: choice,
      score: z.number().nullable(),
      iteration: z.int().nonnegative().nullable(),
    }),
  ),
  chosen: choice,
});

/** A run of one arm of a comparison, measured. */
export const armRunSchema = z.looseObject({
  arm: name,
  seed: z.int().nonnegative(),
  base: z.looseObject({ name, sha256: z.string().length(64) }).exactOptional(),
  tokens: z.number().nonnegative(),
  seconds: z.number().nonnegative(),
  families: z.record(name, worldScoresSchema),
  trainedOn: z.array(name).exactOptional(),
  leavesOut: leavesOut.exactOptional(),
  search: armSearchSchema.exactOptional(),
}) as unknown as z.ZodType<ArmRun>;

/** The figures of one arm over its seeds. */
export const armSummarySchema = z.looseObject({
  arm: name,
  title: z.string(),
  seeds: z.array(z.int().nonnegative()),
  tokens: z.number().nonnegative(),
  seconds: z.number().nonnegative(),
  families: z.record(name, z.partialRecord(z.enum(armMetrics), interval)),
  leavesOut: leavesOut.exactOptional(),
}) as unknown as z.ZodType<ArmSummary>;
