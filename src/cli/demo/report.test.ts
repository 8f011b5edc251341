/** What demo.json and the table say of scripts, and that they are silent where a world has none. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { PolicyMeasure, RunMeasures } from '../../app/index.ts';
import { createRandom } from '../../base/index.ts';
import { planEpisodes, runDemonstrations } from '../../env/index.ts';
import { computeScale, createDecoding, scoreWorld, type Floor } from '../../eval/index.ts';
import { createSmallWorld } from '../../worlds/index.ts';
import { composeDemoJson, renderDemoTable, type DemoResult } from './report.ts';

const got = [
  { name: 'remembers_nothing', alignment: 0.2 },
  { name: 'right_question', alignment: 0.6 },
];
const list = (shift: number): Floor[] =>
  got.map(({ name, alignment }) => ({
    ...{ name, alignment: alignment + shift, alignment_half_width: 0.01, summary: name },
    ...computeScale(got, alignment),
    ...{ profile_f1_disclosed: null, needs_asked_rate: null, other_questions: null, figures: {} },
  }));

let create: (floors: RunMeasures['floors']) => DemoResult;

beforeAll(async () => {
  const world = createSmallWorld();
  const plans = planEpisodes({ world, random: createRandom(9), count: 3, split: 'test' });
  const held = await runDemonstrations(plans, { world, turns: 4 });
  const decoding = createDecoding('greedy', { temperature: 0, maxTokens: 8 });
  const measure = (alignment: number): PolicyMeasure => {
    const episodes = held.map((episode) => ({
      ...episode,
      turns: episode.turns.map((turn) => ({ ...turn, alignment })),
    }));
    const evaluation = { episodes, scores: scoreWorld(episodes, decoding, 1) };
    return {
      chosen: { trained: evaluation, untrained: evaluation },
      selection: { greedy: evaluation.scores, sampled: evaluation.scores },
      choice: 'either',
    };
  };
  const [before, after] = [measure(0), measure(0.8)];
  const settings = { seed: 7, iterations: 1, evaluation: { seed: 1 }, engine: { threads: 1 } };
  create = (floors) => ({
    training: { run: {} as never, settings: settings as never, families: { trained: ['warm'] } },
    measures: { before, after, floors },
    ...{ seconds: 1, command: 'rlpa demo' },
  });
});

describe('what the demo says of scripts', () => {
  it('is how far base and trained policy have come, on the families trained on', () => {
    const json = composeDemoJson(create({ trained: list(0), untrained: list(0.2) }));
    expect(json).toMatchObject({ floors: list(0), floors_untrained: list(0.2) });
    const { base, rlpa } = json['scale'] as Record<'base' | 'rlpa', number>;
    expect(base).toBeCloseTo(-0.5);
    expect(rlpa).toBeCloseTo(1.5);
    const { untrained } = json['rlpa'] as { untrained: { scale: Record<string, number> } };
    expect(untrained.scale['of_the_way_to_right_question']).toBeCloseTo(1);
    expect(untrained.scale['of_the_way_to_oracle']).toBeNull();
  });

  it('is a table for each group, the lowest first', () => {
    const text = renderDemoTable(create({ trained: list(0), untrained: list(0.2) }));
    expect(text).toMatch(/trained family\.[^]*> base[^]*remembers_nothing[^]*> rlpa[^]*untrained/u);
  });

  it('is nothing where the world has none', () => {
    const result = create(null);
    expect(composeDemoJson(result)).not.toHaveProperty('floors');
    expect(composeDemoJson(result)).not.toHaveProperty('scale');
    expect(renderDemoTable(result)).not.toContain('remembers_nothing');
  });
});
