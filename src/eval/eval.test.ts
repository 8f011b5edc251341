import { beforeAll, describe, expect, it } from 'vitest';
import { createScriptedChatModel } from '../chat/index.ts';
import { createModelAssistant } from '../env/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import {
  chooseDecoding,
  compareLateMeans,
  createDecoding,
  describeLearningCurves,
  evaluateWorld,
  mapMetrics,
  markProfile,
  renderComparison,
  renderInterval,
  renderLineChart,
  renderTable,
  renderTranscript,
  type WorldEvaluation,
} from './index.ts';

const world = createSmallWorld();
const decoding = createDecoding('greedy', { temperature: 0.5, maxTokens: 8 });
const evaluate = (reply: string, users = 6): Promise<WorldEvaluation> =>
  evaluateWorld({
    world,
    assistant: createModelAssistant({
      model: createScriptedChatModel(() => reply),
      sampling: decoding.sampling,
    }),
    families: ['direct'],
    users,
    turns: 4,
    decoding,
    seed: 3,
  });

let silent: WorldEvaluation;
let malformed: WorldEvaluation;

beforeAll(async () => {
  silent = await evaluate('<profile> </profile> <response> hello there . </response>');
  malformed = await evaluate('hello');
});

describe('the world suite', () => {
  it('gives one value a turn and counts people', () => {
    const { scores } = silent;
    for (const metric of ['profile_f1_disclosed', 'profile_f1_full', 'alignment'] as const) {
      expect(scores[metric]).toHaveLength(4);
    }
    expect(scores).toMatchObject({ users: 6, format_rate: 1, decoding: 'greedy', temperature: 0 });
    expect(malformed.scores.format_rate).toBe(0);
    expect(malformed.scores.alignment).toEqual([0, 0, 0, 0]);
  });

  it('gives means over whole conversations beside those over late turns', async () => {
    const two = await evaluate('<profile> </profile> <response> hello there . </response>', 2);
    const means = two.episodes.map(
      ({ turns }) => turns.reduce((sum, { alignment }) => sum + (alignment ?? 0), 0) / turns.length,
    );
    expect(two.scores.whole?.alignment.mean).toBeCloseTo((means[0]! + means[1]!) / 2);
    expect(malformed.scores.whole?.alignment).toEqual({ mean: 0, half_width: 0 });
  });

  it('meets the same people whatever the policy, and none of the training part', () => {
    const ids = (evaluation: WorldEvaluation): string[] =>
      evaluation.episodes.map(({ persona }) => persona.id);
    expect(ids(silent)).toEqual(ids(malformed));
    const opening = (evaluation: WorldEvaluation): string[] =>
      evaluation.episodes.map(({ turns }) => turns[0]?.user.message ?? '');
    expect(opening(silent)).toEqual(opening(malformed));
  });

  it('compares person by person', () => {
    const same = compareLateMeans(silent.episodes, silent.episodes, 'profile_f1_disclosed');
    expect(same).toEqual({ mean: 0, half_width: 0 });
  });

  it('writes plain JSON without NaN', async () => {
    const alone = await evaluate('hello', 1);
    expect(JSON.parse(JSON.stringify(alone.scores))).toEqual(alone.scores);
    expect(alone.scores.late.alignment).toEqual({ mean: 0, half_width: null });
  });

  it('takes the decoding with the higher alignment, greedy when level', () => {
    const late = (mean: number): { late: WorldEvaluation['scores']['late'] } => ({
      late: mapMetrics(() => ({ mean, half_width: null })),
    });
    expect(chooseDecoding(late(0.2), late(0.3))).toBe('sampled');
    expect(chooseDecoding(late(0.3), late(0.3))).toBe('greedy');
  });
});

describe('tables', () => {
  it('align columns', () => {
    const columns = [
      { title: 'name', align: 'left' },
      { title: 'n', align: 'right' },
    ] as const;
    expect(
      renderTable(columns, [
        ['a', '1'],
        ['long name', '100'],
      ]),
    ).toBe(['name         n', '---------  ---', 'a            1', 'long name  100'].join('\n'));
  });

  it('show intervals, and dashes where nothing is known', () => {
    expect(renderInterval({ mean: 0.5, half_width: 0.01 })).toBe('0.500 ± 0.010');
    expect(renderInterval({ mean: 0.5, half_width: null }, { isSigned: true })).toBe('+0.500');
    expect(renderInterval({ mean: null, half_width: null })).toBe('-');
  });

  it('set before, after and the difference under each other', () => {
    const group = { users: 'trained family', before: malformed, after: silent };
    const text = renderComparison([group], { before: 'base', after: 'rlpa' });
    expect(text).toMatch(/base \(greedy\).*\n.*rlpa \(greedy\).*\n.*difference/u);
  });
});

describe('marks', () => {
  it('tell right, wrong and missed apart', () => {
    const [cat, tea, rock] = [
      { slot: 'pet', value: 'cat' },
      { slot: 'drink', value: 'tea' },
      { slot: 'music', value: 'rock' },
    ];
    const { items, missed } = markProfile([cat, tea], [rock, cat]);
    expect(items.map(({ isRight }) => isRight)).toEqual([true, false]);
    expect(missed).toEqual([rock]);
  });

  it('match free text by content, as the score does', () => {
    const item = (value: string): { slot: string; value: string } => ({ slot: 'item', value });
    const { items, missed } = markProfile(
      [item('plays the guitar'), item('plays guitar')],
      [item('plays guitar')],
    );
    expect(items.filter(({ isRight }) => isRight)).toHaveLength(1);
    expect(missed).toEqual([]);
  });
});

describe('transcripts', () => {
  it('show profile and scores beside each turn, malformed outputs by name', () => {
    const [good] = silent.episodes;
    const [bad] = malformed.episodes;
    if (good === undefined || bad === undefined) throw new Error('no episodes');
    const text = renderTranscript(good, 'A talk');
    expect(text.match(/^## Turn/gmu)).toHaveLength(4);
    expect(text).toContain('| policy | hello there . |');
    expect(text).toContain('| disclosed |');
    expect(text).toContain('| missed |');
    const uneven = {
      ...good,
      turns: good.turns.map((turn) => ({ ...turn, alignment: 0.12 - 0.2 })),
    };
    expect(renderTranscript(uneven, 'A talk')).toMatch(/alignment -0\.08[^0-9]/u);
    expect(renderTranscript(bad, 'A talk')).toContain('(malformed: ');
  });
});

describe('charts', () => {
  it('are SVG with every series by name', async () => {
    const curves = describeLearningCurves([
      { iteration: 1, 'alignment/late_mean': 0.1, 'profile/f1_disclosed_late': null },
      { iteration: 2, 'alignment/late_mean': 0.4, 'profile/f1_disclosed_late': 0.5 },
    ]);
    const svg = await renderLineChart(curves);
    expect(svg).toMatch(/^<svg/u);
    for (const { name } of curves.series) expect(svg).toContain(name);
    expect(svg).not.toContain('NaN');
  });
});
