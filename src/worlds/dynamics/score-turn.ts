/** What a turn of a world with these dynamics earns, and how right its profile is. */
import type { TurnScores, UnscoredTurn } from '../../env/index.ts';
import type { ProfileSchema } from '../../profile/index.ts';
import { computeProfileScore, scoreTurnRewards, type RewardSettings } from '../../rewards/index.ts';
import { listHeard } from '../../users/index.ts';

/** Scores one turn; `words` are those of its reply. What a reply brings in unasked is graded by the judge. */
export function scoreSlotTurn(
  turn: UnscoredTurn,
  schema: ProfileSchema,
  rewards: RewardSettings,
  words: number,
): TurnScores {
  return {
    scoreDisclosed: computeProfileScore(turn.profileAfter, turn.disclosedProfile),
    scoreFull: computeProfileScore(turn.profileAfter, turn.trueProfile),
    rewards: scoreTurnRewards({ ...turn, ...listHeard(turn.user) }, schema, rewards, {
      overuse: 0,
      words,
    }),
  };
}
