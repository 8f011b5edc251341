/**
 * One turn's rewards in a free-text world: the same terms and names as with slots, by text matching.
 *
 * What a write is worth is the change it makes to the one-to-one matching, so rewording an item that
 * is already there counts as a wrong write, and an item packed with several facts matches at most
 * one of them.
 */
import { applyChanges, computeContentWords, splitReply, splitWords } from '../../profile/index.ts';
import type { Profile, ProfileChange, ProfileSchema } from '../../profile/index.ts';
import {
  computeAuthorsProfileReward,
  renderAuthorsProfile,
  computeErrorReward,
  computeWriteReward,
  isSameItem,
  scoreTextProfile,
  combineRewards,
  scoreMalformed,
} from '../../rewards/index.ts';
import type {
  WriteCounts,
  ReplyMeasures,
  RewardCase,
  RewardSettings,
  RewardsOfTurn,
  IsSameItem,
} from '../../rewards/index.ts';

/** Counts what the writes of one turn did to a free-text profile, against what was disclosed. */
export function countTextWrites(
  turn: RewardCase,
  schema: ProfileSchema,
  isSame: IsSameItem = isSameItem,
): WriteCounts {
  const before = scoreTextProfile(turn.profileBefore, turn.disclosedProfile, isSame).matched;
  const after = scoreTextProfile(turn.profileAfter, turn.disclosedProfile, isSame).matched;
  const gained = after - before;
  const told = turn.told ?? [];
  const countKept = (items: Profile): number =>
    scoreTextProfile(turn.profileAfter, items, isSame).matched;
  const strayed = turn.profileAfter.length - after - (turn.profileBefore.length - before);
  return {
    right: Math.max(0, gained),
    wrong: Math.max(0, strayed),
    lost: Math.max(0, -gained),
    redundant: countIdle(turn.profileBefore, turn.changes, schema),
    missed: told.length - countKept(told) + countKept(turn.ended ?? []),
  };
}

function countIdle(
  before: Profile,
  changes: readonly ProfileChange[],
  schema: ProfileSchema,
): number {
  let state = before;
  let idle = 0;
  for (const change of changes) {
    const next = applyChanges(state, [change], schema);
    if (next.length === state.length) idle += 1;
    state = next;
  }
  return idle;
}

/** Scores one turn; malformed output as in `scoreTurnRewards`. */
export function scoreTextTurnRewards(
  turn: RewardCase,
  schema: ProfileSchema,
  settings: RewardSettings,
  reply: ReplyMeasures = { overuse: 0, words: 0 },
  isSame: IsSameItem = isSameItem,
): RewardsOfTurn {
  if (turn.formatProblem !== null) return scoreMalformed(settings);
  const counts = countTextWrites(turn, schema, isSame);
  const score = (inferred: Profile, truth: Profile): number =>
    scoreTextProfile(inferred, truth, isSame).f1;
  const disclosed = score(turn.profileAfter, turn.disclosedProfile);
  const parts = {
    per_write: computeWriteReward(counts),
    per_error: computeErrorReward(counts),
    f1_disclosed: disclosed,
    f1_full: score(turn.profileAfter, turn.trueProfile),
    f1_gain: disclosed - score(turn.profileBefore, turn.disclosedProfile),
    authors: computeAuthorsProfileReward(
      renderAuthorsProfile(turn.profileAfter),
      turn.trueProfile,
      (item) => turn.profileAfter.some(({ value }) => isSame(value, item.value)),
    ),
    writes_right: counts.right,
    writes_wrong: counts.wrong,
    writes_lost: counts.lost,
    writes_redundant: counts.redundant,
    writes_missed: counts.missed,
  };
  const countMatches = (inferred: Profile, truth: Profile): number =>
    scoreTextProfile(inferred, truth, isSame).matched;
  return combineRewards(turn, parts, countMatches, settings, reply);
}

/** What a reply is held against when its use of the profile is measured. */
export type ReplyUse = {
  readonly response: string;
  readonly message: string;
  /** Items told in the message that is answered. */
  readonly justTold: Profile;
  readonly disclosedProfile: Profile;
};

/**
 * Counts known items that the reply's statements bring up although the message is not about them.
 * An item is brought up when at least half of its content words are said.
 */
export function measureTextReply({
  response,
  message,
  justTold,
  disclosedProfile,
}: ReplyUse): ReplyMeasures {
  const statements = splitReply(response).filter((sentence) => !sentence.includes('?'));
  const said = new Set(statements.flatMap(computeContentWords));
  const heard = new Set(
    [message, ...justTold.map(({ value }) => value)].flatMap(computeContentWords),
  );
  const overused = disclosedProfile.filter(({ value }) => {
    const words = computeContentWords(value);
    const mentioned = words.filter((word) => said.has(word)).length;
    return mentioned > 0 && mentioned * 2 >= words.length && !words.some((word) => heard.has(word));
  });
  return { overuse: overused.length, words: splitWords(response).length };
}
