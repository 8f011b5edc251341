/** What a saved conversation must be, so that a file from elsewhere is refused by the key that is wrong. */
import { z } from 'zod';
import type { Episode } from './types.ts';
import { upgradeEpisode } from './upgrade-episode.ts';

const numberOrNull = z.number().nullable();
const item = z.looseObject({ slot: z.string(), value: z.string() });
const profile = z.array(item);
const change = z.looseObject({ kind: z.enum(['set', 'retract']), item });

const score = z.looseObject({
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  matched: z.number(),
});

const criterion = z.union([z.literal(0), z.literal(1)]);

const verdict = z.looseObject({
  criteria: z.record(z.string(), criterion),
  reasons: z.array(z.string()),
  score: z.number().exactOptional(),
  figures: z.record(z.string(), z.number()).exactOptional(),
});

const rewards = z.looseObject({
  profile: numberOrNull,
  response: numberOrNull,
  parts: z.record(z.string(), numberOrNull),
});

const tokens = z.looseObject({
  contextIds: z.array(z.int().nonnegative()),
  sampledIds: z.array(z.int().nonnegative()),
  behaviorLogprobs: z.array(z.number()),
});

const disclosure = z.looseObject({
  turnIndex: z.int().nonnegative(),
  item,
  replaces: item.exactOptional(),
  form: z.enum(['explicit', 'implicit']),
});

const acts = {
  plain: z.looseObject({ kind: z.enum(['greeting', 'small_talk', 'complaint', 'puzzled']) }),
  ofTopic: z.looseObject({
    kind: z.enum(['nothing', 'evasion', 'request', 'plain_request']),
    topic: z.string(),
  }),
  remark: z.looseObject({ kind: z.literal('remark'), topic: z.string().exactOptional() }),
  correction: z.looseObject({ kind: z.literal('correction'), item, wrong: z.string() }),
  disclosure: z.looseObject({
    kind: z.literal('disclosure'),
    item,
    topic: z.string().exactOptional(),
  }),
  ofItem: z.looseObject({
    kind: z.enum(['hint', 'change', 'drop', 'doubt', 'restatement', 'distractor']),
    item,
  }),
};

const act = z.discriminatedUnion('kind', [
  acts.plain,
  acts.ofTopic,
  acts.remark,
  acts.correction,
  acts.disclosure,
  acts.ofItem,
]);

/** What the policy wrote, what it earned, and what it was made of. */
const output = {
  output: z.string(),
  formatProblem: z.string().nullable(),
  response: z.string(),
  verdict: verdict.nullable(),
  alignment: numberOrNull,
  rewards,
  tokens: tokens.exactOptional(),
};

const turn = z.looseObject({
  ...output,
  turnIndex: z.int().nonnegative(),
  user: z.looseObject({
    message: z.string(),
    disclosures: z.array(disclosure),
    amendments: z.array(z.looseObject({ before: item, after: item.nullable() })).exactOptional(),
    acts: z.array(act),
  }),
  note: z.string(),
  changes: z.array(change),
  recalls: profile.exactOptional(),
  question: z.string().nullable().exactOptional(),
  profileBefore: profile,
  profileAfter: profile,
  trueProfile: profile,
  disclosedProfile: profile,
  scoreDisclosed: score.nullable(),
  scoreFull: score.nullable(),
  selfAlignment: numberOrNull.exactOptional(),
  changesFollowed: z.array(z.boolean()).exactOptional(),
  alternatives: z.array(z.looseObject(output)).exactOptional(),
});

const persona = z.looseObject({
  id: z.string(),
  trueProfile: profile,
  changes: z.array(
    z.looseObject({
      fromTurn: z.int(),
      before: item,
      after: item.nullable(),
      announced: z.boolean(),
      gradual: z.boolean(),
    }),
  ),
});

const episode = z.looseObject({
  format: z.literal(2),
  id: z.string(),
  world: z.string(),
  user: z.string(),
  judge: z.string(),
  matcher: z.string().exactOptional(),
  rewards: z.string().exactOptional(),
  policy: z.string(),
  policyVersion: z.int().nonnegative(),
  seed: z.number(),
  situationSeed: z.number().exactOptional(),
  contextTurns: z.int().nonnegative().exactOptional(),
  persona,
  turns: z.array(turn),
  error: z.string().nullable(),
});

/** A whole conversation, format 2; one of format 1 is brought up to it. */
export const episodeSchema = z.preprocess(upgradeEpisode, episode) as unknown as z.ZodType<Episode>;
