/** Who is compared with whom: the tries of a group, by identity and not by place. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import { computeTokenCredits, type CreditSettings } from './advantages.ts';
import { planIteration } from './iteration-plans.ts';
import { resolveTrainingSettings } from './resolve-settings.ts';
import {
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWorld,
} from './testing/table-world.ts';
import { createTrajectory } from './trajectory.ts';

const settings = resolveTrainingSettings({
  algorithm: 'rloo',
  groupSize: 2,
  episodesPerIteration: 6,
});

/** Conversations as planned, each with one reward. */
function hold(rewards: readonly number[]): Episode[] {
  const plans = planIteration(tableWorld, settings, 1, createRandom(3));
  return plans.map(({ id, persona, seed, situationSeed }, index) => ({
    ...createTableEpisode(
      [
        createTableTurn(0, {
          output: '<profile> good </profile> <response> good </response>',
          responseReward: rewards[index]!,
        }),
      ],
      id,
      seed,
    ),
    persona,
    situationSeed: situationSeed!,
  }));
}

function credit(
  episodes: readonly Episode[],
  given: Partial<CreditSettings> = {},
): Record<string, number> {
  const { rewardWeights, ppo } = settings;
  const trajectories = episodes.map((episode) =>
    createTrajectory(episode, tableTokenizer, { ...ppo, rewardWeights }),
  );
  const algorithm = 'rloo' as const;
  const credits = computeTokenCredits(trajectories, [], { ...ppo, algorithm, ...given });
  return Object.fromEntries(
    trajectories.map(({ episodeId, turnEnds }, row) => [
      episodeId,
      credits[row]!.advantages[turnEnds[0]! - 1]!,
    ]),
  );
}

describe('a group', () => {
  const episodes = hold([1, 0, 5, 3, 8, 9]);

  it('is compared within itself', () => {
    expect(Object.values(credit(episodes))).toEqual([1, -1, 2, -2, -1, 1]);
  });

  it('stays together when a try of another group is missing, and whatever the order', () => {
    const whole = credit(episodes);
    const without = credit(episodes.slice(1));
    expect(without[episodes[0]!.id]).toBeUndefined();
    for (const { id } of episodes.slice(2)) expect(without[id]).toBe(whole[id]);
    expect(credit([...episodes].reverse())).toEqual(whole);
  });

  it('gives the only try that is left nothing', () => {
    expect(credit(episodes.slice(1))[episodes[1]!.id]).toBe(0);
    expect(credit(episodes.slice(1), { algorithm: 'grpo' })[episodes[1]!.id]).toBe(0);
  });

  it('is not normalised again over the batch', () => {
    const [first, ...rest] = Object.values(credit(episodes, { normaliseAdvantages: 'auto' }));
    expect([first, ...rest]).toEqual([1, -1, 2, -2, -1, 1]);
    const alone = credit(episodes.slice(0, 2), { normaliseAdvantages: 'auto' });
    expect(Object.values(alone)).toEqual([first, rest[0]]);
  });
});
