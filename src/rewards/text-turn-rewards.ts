/**
 * One turn's rewards in a free-text world: the same terms and names as with slots, by text matching.
 *
 * What a write is worth is the change it makes to the one-to-one matching, so rewording an item that
 * is already there counts as a wrong write, and an item packed with several facts matches at most
 * one of them.
 */
import { applyChanges } from '../profile/index.ts';
import type { Profile, ProfileChange, ProfileSchema } from '../profile/index.ts';
import { computeAuthorsProfileReward, renderAuthorsProfile } from './authors.ts';
import type { WriteCounts } from './profile-reward.ts';
import { computeWriteReward, perWriteWeights } from './profile-reward.ts';
import { scoreTextProfile } from './text-matching.ts';
import type { RewardCase, RewardSettings, RewardsOfTurn } from './turn-rewards.ts';

/** Counts what the writes of one turn did to a free-text profile, against what was disclosed. */
export function countTextWrites(turn: RewardCase, schema: ProfileSchema): WriteCounts {
  const before = scoreTextProfile(turn.profileBefore, turn.disclosedProfile).matched;
  const after = scoreTextProfile(turn.profileAfter, turn.disclosedProfile).matched;
  const gained = after - before;
  const strayed = turn.profileAfter.length - after - (turn.profileBefore.length - before);
  return {
    right: Math.max(0, gained),
    wrong: Math.max(0, strayed),
    lost: Math.max(0, -gained),
    redundant: countIdle(turn.profileBefore, turn.changes, schema),
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

/** Scores one turn, weights applied; malformed output as in `scoreTurnRewards`. */
export function scoreTextTurnRewards(
  turn: RewardCase,
  schema: ProfileSchema,
  settings: RewardSettings,
): RewardsOfTurn {
  const malformed = turn.formatProblem !== null;
  const counts = malformed
    ? { right: 0, wrong: 0, lost: 0, redundant: 0 }
    : countTextWrites(turn, schema);
  const score = (inferred: Profile, truth: Profile): number =>
    malformed ? 0 : scoreTextProfile(inferred, truth).f1;
  const disclosed = score(turn.profileAfter, turn.disclosedProfile);
  const parts = {
    per_write: malformed ? perWriteWeights.malformed : computeWriteReward(counts),
    f1_disclosed: disclosed,
    f1_full: score(turn.profileAfter, turn.trueProfile),
    f1_gain: malformed ? 0 : disclosed - score(turn.profileBefore, turn.disclosedProfile),
    authors: malformed
      ? 0
      : computeAuthorsProfileReward(renderAuthorsProfile(turn.profileAfter), turn.trueProfile),
    malformed: malformed ? 1 : 0,
    writes_right: counts.right,
    writes_wrong: counts.wrong,
    writes_lost: counts.lost,
    writes_redundant: counts.redundant,
  };
  const response = malformed ? 0 : turn.alignment;
  return {
    profile: parts[settings.profile],
    response,
    parts,
  };
}
