/** What the figures say of policies that write nothing, or nothing that can be read. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import type { ChatModel } from '../chat/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import {
  createModelAssistant,
  firstLateTurn,
  listLateTurns,
  meanOverTurns,
  planEpisodes,
  readProfileFigure,
  runEpisodes,
  summarizeEpisodes,
  type Episode,
  type Turn,
} from './index.ts';

const world = createSmallWorld();

const hold = (output: string): Promise<Episode[]> => {
  const policy: ChatModel = {
    name: 'fake/1',
    reply: (batch) => Promise.resolve(batch.map(() => ({ text: output, finishReason: 'stop' }))),
    forget: () => Promise.resolve(),
  };
  const plans = planEpisodes({ world, random: createRandom(5), count: 6, split: 'train' });
  return runEpisodes(plans, {
    world,
    assistant: createModelAssistant({ model: policy, sampling: { maxTokens: 8, temperature: 1 } }),
    turns: 4,
  });
};

describe('outputs that cannot be read', () => {
  it('count as 0 in every figure of the profile, from the first turn on, and are counted', async () => {
    const summary = summarizeEpisodes(await hold('what a nice day'));
    expect(summary.profile_f1_disclosed).toEqual([0, 0, 0, 0]);
    expect(summary.profile_f1_full).toEqual([0, 0, 0, 0]);
    expect(summary).toMatchObject({
      ...{ precision_disclosed: 0, recall_disclosed: 0, format_rate: 0, unreadable_turns: 24 },
    });
  });
});

/** As if the first message had told nothing. */
const tellNothingFirst = (episodes: readonly Episode[]): Episode[] =>
  episodes.map((episode) => {
    const [first, ...later] = episode.turns as [Turn, ...Turn[]];
    const scoreDisclosed = { f1: 1, precision: 1, recall: 1, matched: 0 };
    return { ...episode, turns: [{ ...first, disclosedProfile: [], scoreDisclosed }, ...later] };
  });

const holdSilent = async (): Promise<Episode[]> =>
  tellNothingFirst(await hold('<profile> </profile> <response> hello ! </response>'));

describe('turns with nothing to be right or wrong about', () => {
  it('are left out of the means: a greeting answered with an empty profile is no success', async () => {
    const summary = summarizeEpisodes(await holdSilent());
    expect(summary.profile_f1_disclosed[0]).toBeNull();
    expect(summary.precision_disclosed).toBeNull();
    expect(summary.recall_disclosed).toBe(0);
    expect(summary.profile_f1_full).toEqual([0, 0, 0, 0]);
    expect(meanOverTurns(summary.profile_f1_disclosed, 1, 4)).toBe(0);
  });

  it('are null one by one, as are turns that could not be matched', async () => {
    const [episode] = await holdSilent();
    const [first] = episode!.turns as [Turn, ...Turn[]];
    expect(first.scoreDisclosed!.f1).toBe(1);
    expect(readProfileFigure(first, 'f1_disclosed')).toBeNull();
    const wrong = { ...first, profileAfter: [{ slot: 'city', value: 'oslo' }] };
    const scored = { ...wrong, scoreDisclosed: { f1: 0, precision: 0, recall: 1, matched: 0 } };
    expect(readProfileFigure(scored, 'precision_disclosed')).toBe(0);
    expect(readProfileFigure(scored, 'recall_disclosed')).toBeNull();
    expect(readProfileFigure({ ...wrong, scoreDisclosed: null }, 'f1_disclosed')).toBeNull();
  });
});

describe('late turns', () => {
  it('are those from the third on, for every reader', async () => {
    const [episode] = await hold('<profile> </profile> <response> hello ! </response>');
    expect(firstLateTurn).toBe(3);
    expect(listLateTurns(episode!).map(({ turnIndex }) => turnIndex)).toEqual([2, 3]);
  });
});
