/** Credit at two levels: over the segments of a conversation, and over the tokens of a segment. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { computeTokenCredits } from './advantages.ts';
import { chargeKl } from './kl-reward.ts';
import { computeGae, computeTurnReturns } from './math/index.ts';
import { defaultTrainingSettings } from './settings.ts';
import { createTableEpisode, createTableTurn, tableTokenizer } from './testing/table-world.ts';
import { computeTrajectoryGae, type GaeSettings } from './trajectory-gae.ts';
import { createChain, createTrajectory, listPolicyTokens, type Trajectory } from './trajectory.ts';

/** A block of three tokens and a reply of three. */
const output = '<profile> good </profile> <response> good </response>';
const malformed = 'good good';

type Rewards = readonly [profile: number | null, response: number | null, output?: string];

function createTalk(turns: readonly Rewards[]): ReturnType<typeof createTableEpisode> {
  const built = turns.map(([profileReward, responseReward, written = output], index) =>
    createTableTurn(index, { output: written, profileReward, responseReward }),
  );
  return createTableEpisode(built);
}

const shape = { rewardWeights: { profile: 1, response: 1 }, rewardPlacement: 'earned' } as const;

const build = (turns: readonly Rewards[]): Trajectory =>
  createTrajectory(createTalk(turns), tableTokenizer, shape);

const settings: GaeSettings = {
  advantageLevel: 'token',
  discount: 0.5,
  turnLambda: 0.5,
  tokenLambda: 1,
};

/** Values of the policy's tokens in order, put where the tokens are. */
function place(trajectory: Trajectory, values: readonly number[]): Float64Array {
  const placed = new Float64Array(trajectory.ids.length);
  listPolicyTokens(trajectory).forEach((index, token) => {
    placed[index] = values[token]!;
  });
  return placed;
}

/** Advantages and value targets of the policy's tokens in order. */
function credit(
  trajectory: Trajectory,
  values: readonly number[],
  given: Partial<GaeSettings> = {},
): { readonly advantages: number[]; readonly targets: number[] } {
  const placed = place(trajectory, values);
  const result = computeTrajectoryGae(trajectory, placed, { ...settings, ...given });
  const tokens = listPolicyTokens(trajectory);
  return {
    advantages: tokens.map((index) => result.advantages[index]!),
    targets: tokens.map((index) => result.returns[index]!),
  };
}

const expectClose = (actual: readonly number[], expected: readonly number[]): void =>
  expect(actual).toEqual(expected.map((each): unknown => expect.closeTo(each, 10)));

/** Values drawn for every policy token. */
function drawValues(trajectory: Trajectory, seed: number): number[] {
  const random = createRandom(seed);
  return listPolicyTokens(trajectory).map(() => random.normal());
}

describe('a conversation of three turns, by hand', () => {
  const talk = build([
    [1, 2],
    [0, 1],
    [-0.5, 0, malformed],
  ]);
  // prettier-ignore
  const values = [
    1, 2, 1,  0.5, 1, 0, // turn 0: block, reply
    2, 1, 1,  1, 2, 1, //   turn 1: block, reply
    0.5, 1, //              turn 2, one segment
  ];
  // Turn 2: G = -0.5                                    A = -0.5 - 0.5 = -1
  // Reply 1: G = 1 + 0.5 (0.5 + 0.5 * -1) = 1           A = 1 - 1 = 0
  // Block 1: G = 0 + (1 + 0) = 1                        A = 1 - 2 = -1
  // Reply 0: G = 2 + 0.5 (2 + 0.5 * -1) = 2.75          A = 2.75 - 0.5 = 2.25
  // Block 0: G = 1 + (0.5 + 2.25) = 3.75                A = 3.75 - 1 = 2.75

  it('credits each token with what its segment came to, less what was expected there', () => {
    const { advantages, targets } = credit(talk, values);
    // prettier-ignore
    expectClose(advantages, [
      2.75, 1.75, 2.75,  2.25, 1.75, 2.75,
      -1, 0, 0,  0, -1, 0,
      -1, -1.5,
    ]);
    // prettier-ignore
    expectClose(targets, [
      3.75, 3.75, 3.75,  2.75, 2.75, 2.75,
      1, 1, 1,  1, 1, 1,
      -0.5, -0.5,
    ]);
  });

  it('passes on inside a segment what tokenLambda lets, and nothing of it to another', () => {
    const { advantages, targets } = credit(talk, values, { tokenLambda: 0.5 });
    // Block 0: last 3.75 - 1 = 2.75; then (1 - 2) + 0.5 * 2.75 = 0.375; then (2 - 1) + 0.5 * 0.375.
    expectClose(advantages.slice(0, 3), [1.1875, 0.375, 2.75]);
    expectClose(targets.slice(0, 3), [2.1875, 2.375, 3.75]);
    // Turn 2: last -0.5 - 1 = -1.5; then (1 - 0.5) + 0.5 * -1.5 = -0.25.
    expectClose(advantages.slice(12), [-0.25, -1.5]);
  });

  it('gives the tokens of a turn one advantage where asked to, and each its own value target', () => {
    const { advantages, targets } = credit(talk, values, { advantageLevel: 'turn' });
    // Turn 1: G = 1 + 0.5 (0.5 + 0.5 * -1) = 1, A = -1. Turn 0: G = 3 + 0.5 (2 - 0.5) = 3.75, A = 2.75.
    const shared = [2.75, -1].flatMap((each) => Array.from({ length: 6 }, () => each));
    expectClose(advantages, [...shared, -1, -1]);
    // What is still to come: after the block of turn 0 no longer the 1 that it earned.
    expectClose(targets, [3.75, 3.75, 3.75, 2.75, 2.75, 2.75, 1, 1, 1, 1, 1, 1, -0.5, -0.5]);
  });

  it('is credited alike where each turn is a sequence of its own', () => {
    const episode = createTalk([
      [1, 2],
      [null, 1],
      [-0.5, 0, malformed],
    ]);
    const whole = [createTrajectory(episode, tableTokenizer, shape)];
    const chain = createChain({ ...episode, contextTurns: 1 }, tableTokenizer, shape);
    expect(chain).toHaveLength(3);
    const read = (trajectories: readonly Trajectory[]): (readonly number[])[] => {
      let next = 0;
      const placed = trajectories.map((each) => {
        const count = listPolicyTokens(each).length;
        next += count;
        return place(each, values.slice(next - count, next));
      });
      const given = { ...settings, algorithm: 'ppo', normaliseAdvantages: false } as const;
      return computeTokenCredits(trajectories, placed, given).flatMap((each, row) =>
        listPolicyTokens(trajectories[row]!).map((index) => [
          each.advantages[index]!,
          each.returns![index]!,
        ]),
      );
    };
    expect(read(chain)).toEqual(read(whole));
  });
});

describe('what it comes to in special cases', () => {
  it('is ordinary GAE where every turn is one token', () => {
    const rewards = [1, 0, -1, 0.5, 2];
    const talk = build(rewards.map((reward) => [0, reward, 'good']));
    const values = drawValues(talk, 3);
    for (const tokenLambda of [0, 0.7, 1]) {
      const given = { discount: 0.8, turnLambda: 0.6, tokenLambda };
      const { advantages, targets } = credit(talk, values, given);
      const ordinary = computeGae({ rewards, values, discounts: 0.8, lambdas: 0.6 });
      expectClose(advantages, [...ordinary.advantages]);
      expectClose(targets, [...ordinary.returns]);
    }
  });

  it('with discount 0 and one reward a turn, is ordinary GAE over the tokens of each turn', () => {
    const episode = createTalk([
      [1, 2],
      [0, 1, malformed],
    ]);
    const recipe = { ...shape, rewardPlacement: 'turn_end' } as const;
    const plain = createTrajectory(episode, tableTokenizer, recipe);
    const reference = [{ logprobs: new Float32Array(plain.ids.length).fill(-0.5) }];
    const [charged] = chargeKl([plain], reference, 0.01);
    for (const talk of [plain, charged!]) {
      const values = drawValues(talk, 5);
      const { advantages } = credit(talk, values, { discount: 0, tokenLambda: 0.95 });
      const turns = talk.turnStarts.flatMap((start, turn) => {
        const end = talk.turnEnds[turn]!;
        const first = turn * 6;
        return [
          ...computeGae({
            rewards: talk.tokenRewards.slice(start, end),
            values: values.slice(first, first + end - start),
            discounts: 1,
            lambdas: 0.95,
          }).advantages,
        ];
      });
      expect(advantages).toEqual(turns);
    }
  });

  it('with both lambdas 1, is the discounted return less the value', () => {
    const talk = build([
      [1, 2],
      [0, 1],
      [2, -1],
    ]);
    const values = drawValues(talk, 7);
    const { targets } = credit(talk, values, { turnLambda: 1 });
    const returns = [...computeTurnReturns([3, 1, 1], 0.5)];
    returns.forEach((each, turn) => {
      const block = [1, 0, 2][turn]!;
      expectClose(targets.slice(turn * 6, turn * 6 + 3), [each, each, each]);
      expectClose(targets.slice(turn * 6 + 3, turn * 6 + 6), [
        each - block,
        each - block,
        each - block,
      ]);
    });
  });
});

describe('the weight of a reward k turns later', () => {
  const turns = 5;
  const count = 6;

  const createTurns = (paid: number, reward: number): Rewards[] =>
    Array.from({ length: turns }, (_, turn) => [0, turn === paid ? reward : 0]);

  it.each([
    [0.9, 0.9],
    [0.5, 0.95],
    [0, 0.9],
  ])('as a surprise is (discount * turnLambda)^k, with %d and %d', (discount, turnLambda) => {
    for (const level of ['token', 'turn'] as const) {
      for (let k = 0; k < turns; k += 1) {
        const [without, paid] = [0, 1].map((reward) => {
          const talk = build(createTurns(k, reward));
          const given = { discount, turnLambda, advantageLevel: level };
          return credit(talk, drawValues(talk, 1), given).advantages.slice(0, count);
        });
        const weights = paid!.map((each, token) => each - without![token]!);
        expectClose(
          weights,
          Array.from({ length: count }, () => (discount * turnLambda) ** k),
        );
      }
    }
  });

  it('where the critic foresees it is discount^k', () => {
    const [discount, k] = [0.9, 3];
    const talk = build(createTurns(k, 1));
    // From turn 1 on it is foreseen: discount^(k - turn) at every token of turn 1, 2 and 3, then 0.
    const foreseen = talk.turnStarts.flatMap((_, turn) =>
      Array.from({ length: count }, () => (turn === 0 || turn > k ? 0 : discount ** (k - turn))),
    );
    const { advantages } = credit(talk, foreseen, { discount, turnLambda: 0.9 });
    expectClose(
      advantages.slice(0, count),
      Array.from({ length: count }, () => discount ** k),
    );
    expectClose(
      advantages.slice(count),
      Array.from({ length: 4 * count }, () => 0),
    );
  });
});

describe('a masked segment', () => {
  const values = Array.from({ length: 18 }, (_, token) => (token % 5) / 4);

  it('gives what came before it what the critic expects, and its own tokens nothing', () => {
    for (const given of [{}, { tokenLambda: 0.5 }, { turnLambda: 1 }]) {
      const read = (response: number | null): ReturnType<typeof credit> =>
        credit(
          build([
            [1, 0],
            [0, response],
            [0, 2],
          ]),
          values,
          given,
        );
      // The reply of turn 1 is expected to earn V(start) - discount * V(start of turn 2).
      const expected = read(values[9]! - 0.5 * values[12]!);
      const masked = read(null);
      expectClose(masked.advantages.slice(0, 9), expected.advantages.slice(0, 9));
      expectClose(masked.targets.slice(0, 9), expected.targets.slice(0, 9));
      expect(masked.advantages.slice(9, 12)).toEqual([0, 0, 0]);
      expect(masked.advantages.slice(12)).toEqual(expected.advantages.slice(12));
    }
  });

  it('still passes on what came as a surprise after it', () => {
    const read = (last: number): number =>
      credit(
        build([
          [0, 0],
          [null, null],
          [0, last],
        ]),
        values,
      ).advantages[0]!;
    expect(read(1) - read(0)).toBeCloseTo(0.25 ** 2, 10);
  });
});

it('group methods take the same discounted returns of turns', () => {
  const rewards = [1, 0, 4];
  const talks = [
    build(rewards.map((reward) => [reward, 0])),
    build(rewards.map((): Rewards => [0, 0])),
  ].map((talk) => ({ ...talk, group: 'one' }));
  const { turnLambda, tokenLambda } = defaultTrainingSettings.ppo;
  for (const discount of [0, 0.5, 0.9]) {
    const given = { discount, turnLambda, tokenLambda, normaliseAdvantages: false } as const;
    const turn = { ...given, advantageLevel: 'turn' } as const;
    const returns = [...computeTurnReturns(rewards, discount)];
    const atStarts = (algorithm: 'rloo' | 'grpo' | 'reinforce++'): number[] => {
      const [first] = computeTokenCredits(talks, [], { ...turn, algorithm });
      return talks[0]!.turnStarts.map((start) => first!.advantages[start]!);
    };
    const float = (each: number): unknown => expect.closeTo(each, 6);
    expect(atStarts('reinforce++')).toEqual(returns.map(float));
    // Against a try that earned nothing: the return itself, and one deviation.
    expect(atStarts('rloo')).toEqual(returns.map(float));
    expect(atStarts('grpo')).toEqual(returns.map((each) => float(each === 0 ? 0 : 1)));
  }
});
