/** Where rewards land, what carries loss, and that credit crosses turns only when time is not free. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { computeTokenCredits } from './advantages.ts';
import { listPairs } from './dpo.ts';
import { resolveTrainingSettings } from './resolve-settings.ts';
import { defaultTrainingSettings } from './settings.ts';
import { TableBackend } from './testing/table-backend.ts';
import {
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWords,
  type TableTurn,
} from './testing/table-world.ts';
import {
  createTrajectories,
  createTrajectory,
  findBlockEnd,
  listPolicyTokens,
  type Trajectory,
} from './trajectory.ts';
import { computeTrajectoryGae } from './trajectory-gae.ts';

const goodOutput = '<profile> good </profile> <response> good </response>';

function build(turns: readonly TableTurn[], situationSeed?: number): Trajectory {
  const episode = {
    ...createTableEpisode(turns.map((turn, index) => createTableTurn(index, turn))),
    ...(situationSeed === undefined ? {} : { situationSeed }),
  };
  const rewardWeights = { profile: 2, response: 3 };
  return createTrajectory(episode, tableTokenizer, { rewardWeights, rewardPlacement: 'earned' });
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
      const { advantages } = computeTrajectoryGae(trajectory, trajectory.ids, {
        ...defaultTrainingSettings.ppo,
        tokenLambda: 0.95,
      });
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
    const trajectory = build(turns(last));
    const zeros = new Float32Array(trajectory.ids.length);
    const settings = { ...defaultTrainingSettings.ppo, discount };
    const { advantages } = computeTrajectoryGae(trajectory, zeros, settings);
    return advantages.slice(0, trajectory.turnEnds[0]);
  }

  it('reaches an earlier turn with a discount above 0, and not with 0', () => {
    expect(firstTurnAdvantages(1, 0.5)).not.toEqual(firstTurnAdvantages(0, 0.5));
    expect(firstTurnAdvantages(1, 0)).toEqual(firstTurnAdvantages(0, 0));
  });

  async function firstTurnGradient(last: number, discount: number): Promise<Float64Array> {
    const trajectory = build(turns(last));
    const { ppo } = resolveTrainingSettings({ ppo: { normaliseAdvantages: false, discount } });
    const values = [new Float32Array(trajectory.ids.length)];
    const [credit] = computeTokenCredits([trajectory], values, { ...ppo, algorithm: 'ppo' });
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
      build([{ output: goodOutput, profileReward: 1, responseReward: 0 }], 7),
      build([{ output: goodOutput, profileReward: 0, responseReward: 0 }], 7),
    ];
    const [credit] = computeTokenCredits(group, [], { ...comparing, algorithm: 'grpo' });
    const { blockEnds, turnEnds } = group[0]!;
    expect(credit!.advantages[blockEnds[0]!]).toBeCloseTo(1, 5);
    expect(credit!.advantages[turnEnds[0]! - 1]).toBe(0);
    expect(credit!.returns).toBeUndefined();
  });

  const comparing = {
    advantageLevel: 'token',
    discount: 0.5,
    turnLambda: 1,
    tokenLambda: 1,
    normaliseAdvantages: false,
  } as const;

  it('leaves the own return out of the baseline of rloo', () => {
    const group = [1, 0, 0].map((responseReward) =>
      build([{ output: goodOutput, profileReward: 0, responseReward }], 7),
    );
    const credits = computeTokenCredits(group, [], { ...comparing, algorithm: 'rloo' });
    const last = group[0]!.turnEnds[0]! - 1;
    expect(credits.map(({ advantages }) => advantages[last])).toEqual([3, -1.5, -1.5]);
  });

  it('gives reinforce++ the return to come, and one number to a whole turn or conversation', () => {
    const trajectory = build([
      { output: goodOutput, profileReward: 1, responseReward: 0 },
      { output: goodOutput, profileReward: 0, responseReward: 1 },
    ]);
    const read = (advantageLevel: 'token' | 'turn' | 'episode'): number[] => {
      const settings = { ...comparing, advantageLevel, algorithm: 'reinforce++' } as const;
      const [credit] = computeTokenCredits([trajectory], [], settings);
      return trajectory.turnEnds.flatMap((end, turn) => [
        credit!.advantages[trajectory.blockEnds[turn]!]!,
        credit!.advantages[end - 1]!,
      ]);
    };
    // Weights are 2 for the profile and 3 for the response.
    expect(read('token')).toEqual([3.5, 1.5, 3, 3]);
    expect(read('turn')).toEqual([3.5, 3.5, 3, 3]);
    expect(read('episode')).toEqual([5, 5, 5, 5]);
  });
});

describe('outputs that were not continued', () => {
  const other = {
    ...createTableTurn(1, { output: '<profile> bad </profile> <response> bad </response>' }),
  };
  const episode = createTableEpisode([
    createTableTurn(0, { output: goodOutput }),
    { ...createTableTurn(1, { output: goodOutput, responseReward: 1 }), alternatives: [other] },
  ]);
  const settings = {
    rewardWeights: { profile: 1, response: 1 },
    rewardPlacement: 'turn_end',
  } as const;

  it('are learnt after the same context, each by itself', () => {
    const [main, alternative, ...rest] = createTrajectories(episode, tableTokenizer, settings);
    expect(rest).toEqual([]);
    const start = main!.turnStarts[1]!;
    expect([...alternative!.ids.slice(0, start)]).toEqual([...main!.ids.slice(0, start)]);
    expect(tableTokenizer.decode([...alternative!.ids.slice(start)])).toBe(other.output);
    expect(listPolicyTokens(alternative!)[0]).toBe(start);
    expect(alternative!.lossMask.reduce((sum, mask) => sum + mask, 0)).toBe(
      alternative!.ids.length - start,
    );
  });

  it('pair with the continued one for DPO where both were judged and differ', () => {
    const pair = (chosen: number | null, ...others: (number | null)[]): number => {
      const alternatives = others.map((responseReward) =>
        createTableTurn(1, { output: other.output, responseReward }),
      );
      const turn = createTableTurn(1, { output: goodOutput, responseReward: chosen });
      const talk = createTableEpisode([
        createTableTurn(0, { output: goodOutput }),
        { ...turn, alternatives },
      ]);
      return listPairs([talk], { tokenizer: tableTokenizer, settings: defaults }).length;
    };
    const defaults = resolveTrainingSettings({});
    expect(pair(1, 0, null)).toBe(1);
    expect(pair(1, 1)).toBe(0);
    expect(pair(1, null)).toBe(0);
    expect(pair(null, -1)).toBe(0);
  });

  it('put both rewards on the last token where asked to', () => {
    const [main] = createTrajectories(episode, tableTokenizer, settings);
    expect(main!.tokenRewards[main!.turnEnds[1]! - 1]).toBe(main!.turnRewards[1]!.end);
    expect(main!.turnRewards[1]!.block).toBe(0);
  });
});

describe('a conversation whose turns are sequences of their own', () => {
  const turns = [0, 1].map((responseReward, index) =>
    createTableTurn(index, { output: goodOutput, responseReward }),
  );
  const settings = {
    rewardWeights: { profile: 1, response: 1 },
    rewardPlacement: 'earned',
  } as const;
  const whole = createTableEpisode(turns);
  const chain = createTrajectories({ ...whole, contextTurns: 2 }, tableTokenizer, settings);

  it('learns each turn after its own context only', () => {
    expect(chain.map(({ continues }) => continues)).toEqual([false, true]);
    for (const [index, trajectory] of chain.entries()) {
      const { contextIds, sampledIds } = turns[index]!.tokens!;
      expect([...trajectory.ids]).toEqual([...contextIds, ...sampledIds]);
      expect(listPolicyTokens(trajectory)).toHaveLength(sampledIds.length);
    }
  });

  it('is credited as the same conversation in one sequence is', () => {
    const one = createTrajectory(whole, tableTokenizer, settings);
    for (const algorithm of ['ppo', 'reinforce++'] as const) {
      const given = {
        ...resolveTrainingSettings().ppo,
        algorithm,
        normaliseAdvantages: false,
      };
      const zeros = (each: Trajectory): Float32Array => new Float32Array(each.ids.length);
      const read = (trajectories: readonly Trajectory[]): number[] =>
        computeTokenCredits(trajectories, trajectories.map(zeros), given).flatMap(
          ({ advantages }, row) =>
            listPolicyTokens(trajectories[row]!).map((index) => advantages[index]!),
        );
      expect(read(chain)).toEqual(read([one]));
      expect(read(chain).some((advantage) => advantage !== 0)).toBe(true);
    }
  });
});
