/** What the log of training says: unreadable outputs, announced needs, a judge's own figures. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { createScriptedChatModel } from '../chat/index.ts';
import {
  createModelAssistant,
  planEpisodes,
  runDemonstrations,
  runEpisodes,
} from '../env/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import { describeEpisodes } from './episode-metrics.ts';

describe('metrics of training', () => {
  it("have a judge's figures by name, and needs where some are announced", async () => {
    const world = createSmallWorld();
    const plans = planEpisodes({ world, random: createRandom(1), count: 1, split: 'train' });
    const [talk] = await runDemonstrations(plans, { world, turns: 4 });
    const turns = talk!.turns.map((turn, index) => ({
      ...turn,
      user: { ...turn.user, acts: index === 0 ? [{ kind: 'remark', topic: 'x' } as const] : [] },
      question: index === 1 ? 'x' : null,
      formatProblem: null,
      verdict: { ...turn.verdict!, figures: index < 2 ? { current: index } : {} },
    }));
    const metrics = describeEpisodes([{ ...talk!, turns }], { profile: 1, response: 1 });
    expect(metrics).toMatchObject({
      'judge_figure/current': 0.5,
      'needs/asked_rate': 1,
      'needs/other_questions': 0,
    });
  });

  it('outputs that cannot be read have no profile that is right', async () => {
    const world = createSmallWorld();
    const model = createScriptedChatModel(() => 'what a nice day');
    const plans = planEpisodes({ world, random: createRandom(5), count: 6, split: 'train' });
    const episodes = await runEpisodes(plans, {
      world,
      assistant: createModelAssistant({ model, sampling: { maxTokens: 8, temperature: 1 } }),
      turns: 4,
    });
    const metrics = describeEpisodes(episodes, { profile: 1, response: 1 });
    const named = ['f1_disclosed', 'f1_disclosed_late', 'f1_full', 'f1_full_final'];
    for (const name of [...named, 'precision_disclosed', 'recall_disclosed']) {
      expect([name, metrics[`profile/${name}`]]).toEqual([name, 0]);
    }
    expect(metrics).toMatchObject({ 'format/rate': 0, 'format/unreadable': 24 });
  });
});
