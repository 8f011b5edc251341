/**
 * Profile rewards: what one turn earns for the profile it leaves.
 *
 * `per_write` pays for the change this turn made, so the credit is not diluted by what earlier turns
 * did; the F1 forms pay for the state. None looks at the text of the block.
 */
import { applyChanges, diffProfiles, hasItem } from '../profile/index.ts';
import type { Profile, ProfileChange, ProfileSchema } from '../profile/index.ts';
import { computeProfileScore } from './profile-score.ts';

/** Weights of the rewards that count writes; a malformed output earns `malformed` instead. */
export const perWriteWeights = {
  right: 0.5,
  missed: 0.5,
  wrong: 0.5,
  lost: 0.5,
  redundant: 0.1,
  malformed: -0.5,
};

export type WriteCounts = {
  /** Items that came in and hold, came in and do not hold, held and went out. */
  readonly right: number;
  readonly wrong: number;
  readonly lost: number;
  /** Changes without effect, and recalls of something the profile does not hold. */
  readonly redundant: number;
  /** Items told in this message that are not kept, and items it ended that still are. */
  readonly missed: number;
};

export type WriteCase = {
  readonly before: Profile;
  readonly after: Profile;
  readonly changes: readonly ProfileChange[];
  readonly recalls: Profile;
  /** What was disclosed so far, as it stands now. */
  readonly truth: Profile;
  /** What this message told, and what it ended. */
  readonly told: Profile;
  readonly ended: Profile;
};

/** Counts what the writes of one turn did to a profile. */
export function countWrites(
  testCase: WriteCase,
  schema: ProfileSchema,
  holds: (profile: Profile, item: Profile[number]) => boolean = hasItem,
): WriteCounts {
  const { added, removed } = diffProfiles(testCase.before, testCase.after);
  let redundant = testCase.recalls.filter((item) => !hasItem(testCase.after, item)).length;
  let state = testCase.before;
  for (const change of testCase.changes) {
    const next = applyChanges(state, [change], schema);
    const { added: came, removed: went } = diffProfiles(state, next);
    if (came.length + went.length === 0) redundant += 1;
    state = next;
  }
  const right = added.filter((item) => holds(testCase.truth, item)).length;
  return {
    right,
    wrong: added.length - right,
    lost: removed.filter((item) => holds(testCase.truth, item)).length,
    redundant,
    missed:
      testCase.told.filter((item) => !holds(testCase.after, item)).length +
      testCase.ended.filter((item) => holds(testCase.after, item)).length,
  };
}

/**
 * Computes 0.5 (right - wrong - lost) - 0.1 redundant, clipped.
 * Range [-1, 1]: two right facts in a turn earn the maximum.
 */
export function computeWriteReward(counts: WriteCounts): number {
  const { right, wrong, lost, redundant } = perWriteWeights;
  const raw =
    right * counts.right - wrong * counts.wrong - lost * counts.lost - redundant * counts.redundant;
  return Math.max(-1, Math.min(1, raw));
}

/**
 * Computes -0.5 (missed + wrong + lost) - 0.1 redundant, clipped. Range [-1, 0]: 0 in every turn that is
 * noted rightly, so that nothing is earned by making people tell more.
 */
export function computeErrorReward(counts: WriteCounts): number {
  const { missed, wrong, lost, redundant } = perWriteWeights;
  const cost =
    missed * counts.missed +
    wrong * counts.wrong +
    lost * counts.lost +
    redundant * counts.redundant;
  return cost === 0 ? 0 : -Math.min(1, cost);
}

/** Computes how much this turn raised F1, both states held against the truth as it stands now. Range [-1, 1]. */
export function computeGainReward(before: Profile, after: Profile, truth: Profile): number {
  return computeProfileScore(after, truth).f1 - computeProfileScore(before, truth).f1;
}
