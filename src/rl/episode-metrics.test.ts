/** What the log of training says of announced needs and of a judge's own figures. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { planEpisodes, runDemonstrations } from '../env/index.ts';
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
});
