/** Where rewards land, what carries loss, and that credit crosses turns only when time is not free. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { computeTokenCredits } from './advantages.ts';
import { resolveTrainingSettings } from './settings.ts';
import { TableBackend } from './testing/table-backend.ts';
import {
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWords,
  type TableTurn,
} from './testing/table-world.ts';
import {
  computeTrajectoryGae,
  createTrajectory,
  findBlockEnd,
  listPolicyTokens,
  type Trajectory,
} from './trajectory.ts';

const goodOutput = '<profile> good </profile> <response> good </response>';

function build(turns: readonly TableTurn[], discount = 0.5): Trajectory {
  const episode = createTableEpisode(turns.map((turn, index) => createTableTurn(index, turn)));
  const rewardWeights = { profile: 2, response: 3 };
  return createTrajectory(episode, tableTokenizer, { rewardWeights, discount });
}

describe('a trajectory', () => {
  it('places the profile reward on the end of the block and the response reward on the last token', () => {
    const trajectory = build([{ output: goodOutput, profileReward: 0.5, responseReward: 1 }]);
    const rewarded = [...trajectory.tokenRewards].flatMap((reward, index) =>
      reward === 0 ? [] : [[tableWords[trajectory.ids[index]!], reward]],
    );
    expect(rewarded).toEqual([
      ['</profile>', 1],
      ['</response>', 3],
    ]);
  });

  it('gives a malformed turn its whole reward on the last token', () => {
    const trajectory = build([
      { output: 'good </profile> good', profileReward: -0.5, responseReward: 0 },
    ]);
    expect(trajectory.tokenRewards.at(-1)).toBe(-1);
    expect(trajectory.tokenRewards.filter((reward) => reward !== 0)).toHaveLength(1);
    expect(trajectory.blockEnds).toEqual([-1]);
  });

  it('lets a masked reward contribute nothing, and counts it', () => {
    const trajectory = build([
      { output: goodOutput, profileReward: null, responseReward: null },
      { output: goodOutput, profileReward: 1, responseReward: null },
    ]);
    expect(trajectory.maskedRewards).toBe(3);
    expect(trajectory.tokenRewards.reduce((sum, reward) => sum + reward, 0)).toBe(2);
  });

  it('never puts loss, reward or advantage on a context token', () => {
    const random = createRandom(7);
    for (let round = 0; round < 50; round += 1) {
      const turns = Array.from({ length: 1 + random.integer(4) }, (): TableTurn => {
        const words = Array.from({ length: 1 + random.integer(6) }, () => random.pick(tableWords));
        return { output: words.join(' '), profileReward: random.next(), responseReward: 1 };
      });
      const trajectory = build(turns);
      const { advantages } = computeTrajectoryGae(trajectory, trajectory.ids, 0.95);
      const written = new Set(listPolicyTokens(trajectory));
      expect(written.size).toBe(
        turns.reduce((sum, turn) => sum + turn.output.split(' ').length, 0),
      );
      trajectory.ids.forEach((_, index) => {
        expect(trajectory.lossMask[index]).toBe(written.has(index) ? 1 : 0);
        if (written.has(index)) return;
        expect(trajectory.tokenRewards[index]).toBe(0);
        expect(advantages[index]).toBe(0);
      });
    }
  });

  it('finds the block end where the tag is one id, several ids, or merged with its neighbours', () => {
    expect(findBlockEnd(tableTokenizer.encode(goodOutput), tableTokenizer)).toBe(2);
    expect(findBlockEnd(tableTokenizer.encode('good bad'), tableTokenizer)).toBe(-1);
    const letters = {
      vocabularySize: 256,
      stopIds: [],
      encode: (text: string) => [...text].map((letter) => letter.charCodeAt(0)),
      decode: (ids: readonly number[]) => String.fromCharCode(...ids),
    };
    expect(findBlockEnd(letters.encode('ab</profile>cd'), letters)).toBe(11);
    const merged = { ...letters, encode: () => [999] };
    expect(findBlockEnd(letters.encode('ab</profile>cd'), merged)).toBe(11);
  });
});

describe('credit across turns', () => {
  const turns = (last: number): TableTurn[] => [
    { output: goodOutput },
    { output: goodOutput, responseReward: last },
  ];

  function firstTurnAdvantages(last: number, discount: number): Float64Array {
    const trajectory = build(turns(last), discount);
    const { advantages } = computeTrajectoryGae(
      trajectory,
      trajectory.ids.map(() => 0),
      0.95,
    );
    return advantages.slice(0, trajectory.turnEnds[0]);
  }

  it('reaches an earlier turn with a discount above 0, and not with 0', () => {
    expect(firstTurnAdvantages(1, 0.5)).not.toEqual(firstTurnAdvantages(0, 0.5));
    expect(firstTurnAdvantages(1, 0)).toEqual(firstTurnAdvantages(0, 0));
  });

  async function firstTurnGradient(last: number, discount: number): Promise<Float64Array> {
    const trajectory = build(turns(last), discount);
    const { ppo } = resolveTrainingSettings({ ppo: { normaliseAdvantages: false, discount } });
    const values = [new Float32Array(trajectory.ids.length)];
    const [credit] = computeTokenCredits([trajectory], values, ppo);
    const weights = trajectory.lossMask.map((weight, index) =>
      index < trajectory.turnEnds[0]! ? weight : 0,
    );
    const backend = new TableBackend(tableWords.length);
    const [scores] = await backend.score([trajectory.ids], 'current');
    await backend.forwardBackward(
      [
        {
          ids: trajectory.ids,
          weights,
          behaviorLogprobs: scores!.logprobs,
          referenceLogprobs: scores!.logprobs,
          advantages: credit!.advantages,
        },
      ],
      {
        kind: 'ppo',
        scale: 1,
        clipEpsilon: 0.2,
        klCoef: 0,
        entropyCoef: 0,
        valueCoef: 0,
        valueClip: 0,
      },
    );
    return backend.gradient;
  }

  it('changes the gradient of an earlier turn with a discount above 0, and not with 0', async () => {
    expect(await firstTurnGradient(1, 0.5)).not.toEqual(await firstTurnGradient(0, 0.5));
    expect(await firstTurnGradient(1, 0)).toEqual(await firstTurnGradient(0, 0));
  });

  it('in a group, credits reply tokens with the response and the future but not with their block', () => {
    const group = [
      build([{ output: goodOutput, profileReward: 1, responseReward: 0 }]),
      build([{ output: goodOutput, profileReward: 0, responseReward: 0 }]),
    ];
    const settings = {
      advantages: 'group',
      discount: 0.5,
      gaeLambda: 1,
      normaliseAdvantages: false,
    };
    const [credit] = computeTokenCredits(group, [], { ...settings, advantages: 'group' }, 2);
    const { blockEnds, turnEnds } = group[0]!;
    expect(credit!.advantages[blockEnds[0]!]).toBeCloseTo(1, 5);
    expect(credit!.advantages[turnEnds[0]! - 1]).toBe(0);
    expect(credit!.returns).toBeUndefined();
  });
});
