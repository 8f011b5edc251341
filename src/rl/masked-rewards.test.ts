/** A reward that nobody could judge is not 0: it neither pays nor punishes anything. */
import { describe, expect, it } from 'vitest';
import { computeTokenCredits, type CreditSettings } from './advantages.ts';
import { describeEpisodes } from './episode-metrics.ts';
import { rankRewards, weighRewards } from './reward-weights.ts';
import { createTableEpisode, createTableTurn, tableTokenizer } from './testing/table-world.ts';
import { createTrajectory, listLearntTokens, type Trajectory } from './trajectory.ts';

const output = '<profile> good </profile> <response> good </response>';
type Rewards = readonly [profile: number | null, response: number | null];

const comparing = {
  advantageLevel: 'token',
  discount: 0.5,
  turnLambda: 1,
  tokenLambda: 1,
  normaliseAdvantages: false,
} as const;

function build(turns: readonly Rewards[], settings: Partial<CreditSettings> = {}): Trajectory {
  const episode = createTableEpisode(
    turns.map(([profileReward, responseReward], index) =>
      createTableTurn(index, { output, profileReward, responseReward }),
    ),
  );
  return createTrajectory({ ...episode, situationSeed: 1 }, tableTokenizer, {
    rewardWeights: { profile: 1, response: 1 },
    rewardPlacement: 'earned',
    advantageLevel: settings.advantageLevel ?? 'token',
  });
}

/** Advantage of each turn's block and of its reply; null where they are not learnt. */
function readCredits(
  trajectories: readonly Trajectory[],
  settings: Partial<CreditSettings> & Pick<CreditSettings, 'algorithm'>,
): (readonly (number | null)[])[] {
  const values = trajectories.map(({ ids }) => new Float32Array(ids.length).fill(0.25));
  const credits = computeTokenCredits(trajectories, values, { ...comparing, ...settings });
  return trajectories.map(({ blockEnds, turnEnds, lossMask }, row) =>
    turnEnds.flatMap((end, turn) =>
      [blockEnds[turn]!, end - 1].map((index) =>
        lossMask[index] === 0 ? null : credits[row]!.advantages[index]!,
      ),
    ),
  );
}

describe('a masked reward', () => {
  it('is null after weighting, and nothing where it is not paid', () => {
    const rewards = { profile: null, response: 2 };
    expect(weighRewards(rewards, { profile: 1, response: 3 })).toEqual({
      profile: null,
      response: 6,
      total: null,
    });
    expect(weighRewards(rewards, { profile: 0, response: 3 }).total).toBe(6);
    expect(rankRewards(rewards, { profile: 1, response: 3 })).toBe(Number.NEGATIVE_INFINITY);
  });

  it('leaves the batch, while the same output with 0 stays in it', () => {
    const [masked, zero] = [build([[1, null]]), build([[1, 0]])];
    const { blockEnds, turnEnds } = zero;
    expect(zero.lossMask[turnEnds[0]! - 1]).toBe(1);
    expect(masked.lossMask[turnEnds[0]! - 1]).toBe(0);
    expect(masked.lossMask[blockEnds[0]!]).toBe(1);
    expect(masked.maskedRewards).toBe(1);
    for (const advantageLevel of ['turn', 'episode'] as const) {
      expect(listLearntTokens(build([[1, null]], { advantageLevel }))).toEqual([]);
    }
  });

  it('punishes nobody in a group: 1, 1, 1 and null are level', () => {
    const group = [1, 1, 1, null].map((reward) => build([[0, reward]]));
    for (const algorithm of ['rloo', 'grpo'] as const) {
      expect(readCredits(group, { algorithm })).toEqual([
        [0, 0],
        [0, 0],
        [0, 0],
        [0, null],
      ]);
    }
    const punished = [1, 1, 1, 0].map((reward) => build([[0, reward]]));
    expect(readCredits(punished, { algorithm: 'rloo' })[3]).toEqual([-1, -1]);
  });

  it('counts in the returns of earlier turns as what the others of the group earned there', () => {
    const group = [
      build([
        [0, 0],
        [0, 1],
      ]),
      build([
        [0, 0],
        [0, null],
      ]),
      build([
        [1, 0],
        [0, 1],
      ]),
    ];
    const [usual, masked, better] = readCredits(group, { algorithm: 'rloo' });
    // Block of turn 1: returns 0.5, 0.5 (as if the missing reward had been 1) and 1.5.
    expect([usual![0], masked![0], better![0]]).toEqual([-0.5, -0.5, 1]);
    expect(masked![3]).toBeNull();
  });

  it('counts in the returns of reinforce++ as the mean of its turn in the batch', () => {
    const batch = [
      build([
        [0, 0],
        [0, 1],
      ]),
      build([
        [0, 0],
        [0, null],
      ]),
    ];
    const [known, masked] = readCredits(batch, { algorithm: 'reinforce++' });
    expect(masked!.slice(0, 3)).toEqual(known!.slice(0, 3));
  });

  it('has no temporal difference: GAE neither pays nor charges what came before it', () => {
    const read = (reward: number | null, turnLambda: number): readonly (number | null)[] =>
      readCredits(
        [
          build([
            [0, reward],
            [0, 0.25],
          ]),
        ],
        { algorithm: 'ppo', turnLambda, tokenLambda: 0.9 },
      )[0]!;
    // Every value is 0.25, so a reward of 0.25 - 0.5 * 0.25 is just what the critic expects.
    for (const turnLambda of [0, 0.5, 1]) {
      const expected = read(0.125, turnLambda);
      expect(read(null, turnLambda)).toEqual([expected[0], null, expected[2], expected[3]]);
      expect(read(0, turnLambda)[1]).not.toBe(expected[1]);
    }
  });

  it('does not move the mean that advantages are normalised by', () => {
    const settings = { algorithm: 'reinforce++', normaliseAdvantages: true } as const;
    const pair = [build([[0, 1]]), build([[0, 0]])];
    const withMasked = [...pair, build([[null, null]])];
    expect(readCredits(withMasked, settings).slice(0, 2)).toEqual(readCredits(pair, settings));
  });

  it('leaves its conversation out of the mean return', () => {
    const talk = (response: number | null): ReturnType<typeof createTableEpisode> =>
      createTableEpisode([
        createTableTurn(0, { output, profileReward: 1, responseReward: response }),
      ]);
    const metrics = describeEpisodes([talk(1), talk(null)], { profile: 1, response: 1 });
    expect(metrics['reward/episode_return']).toBe(2);
    expect(metrics['rewards/masked']).toBe(1);
    const paidHalf = describeEpisodes([talk(1), talk(null)], { profile: 1, response: 0 });
    expect(paidHalf['reward/episode_return']).toBe(1);
  });
});
