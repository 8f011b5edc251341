/** What the page claims of a run is what its numbers bear. */
import { describe, expect, it } from 'vitest';
import type { IterationRecord } from '../runlog/index.ts';
import type { HeldOutTalks, RunData } from './load-run.ts';
import { createFakeEvaluation } from './testing/fake-run.ts';
import { compareHeldOut, judgeRun } from './verdict.ts';

const run = (alignments: readonly number[], more: Partial<IterationRecord> = {}): RunData => ({
  directory: 'runs/a',
  settings: { seed: 7, iterations: 4 },
  metrics: alignments.map(
    (value, index) =>
      ({
        iteration: index + 1,
        'alignment/late_mean': value,
        'format/rate': 1,
        ...more,
      }) as IterationRecord,
  ),
  timings: [],
  iterations: [],
  heldOut: null,
  environment: {},
});

const textsOf = (data: RunData, talks: HeldOutTalks | null = null): string[] =>
  judgeRun(data, talks).map(({ text }) => text);

async function measure(): Promise<{ data: RunData; talks: HeldOutTalks }> {
  const [low, high] = [await createFakeEvaluation(0), await createFakeEvaluation(1)];
  const talks = {
    before: { trained: low, untrained: low },
    after: { trained: high, untrained: low },
  };
  const scores = (source: HeldOutTalks['before']): NonNullable<RunData['heldOut']>['base'] => ({
    trained: source.trained.scores,
    untrained: source.untrained.scores,
  });
  const heldOut = { base: scores(talks.before), rlpa: scores(talks.after) };
  return { data: { ...run([0.2, 0.4]), heldOut }, talks };
}

describe('a verdict', () => {
  it('gives none before an iteration is finished, and only a leaning before people are measured', () => {
    expect(textsOf(run([]))[0]).toBe('No iteration is finished yet.');
    expect(textsOf(run([0.2]))[0]).toMatch(/^Too early to tell; held-out people have not/u);
    expect(textsOf(run([0.2, 0.4]))[0]).toMatch(/^Training is working so far; held-out/u);
    expect(textsOf(run([0.4, 0.2]))[0]).toMatch(/^Training is making replies worse so far/u);
    expect(textsOf(run([0.2, 0.21]))[0]).toMatch(/^Training has not moved alignment so far/u);
  });

  it('rests on held-out people, person by person, where their conversations are kept', async () => {
    const { data, talks } = await measure();
    const paired = compareHeldOut(data, talks)!;
    expect(paired.isPaired).toBe(true);
    expect(paired.trained.alignment.difference.mean).toBeCloseTo(0.8);
    expect(paired.trained.profile_f1_disclosed.difference).toEqual({ mean: 0, half_width: 0 });
    const [verdict, other] = textsOf(data, talks);
    expect(verdict).toMatch(
      /^Training worked in part: on 5 people it never met, alignment went from 0\.00 to 0\.80 \(\+0\.80 ± 0\.56\), profile F1 went from 0\.50 to 0\.50 \(\+0\.00 ± 0\.00\)\.$/u,
    );
    expect(other).toMatch(/^It does not fully carry over/u);
  });

  it('falls back to the difference of two means', async () => {
    const { data } = await measure();
    const apart = compareHeldOut(data, null)!;
    expect(apart.isPaired).toBe(false);
    expect(apart.trained.alignment.difference.mean).toBeCloseTo(0.8);
  });

  it('names a run that was better before its end', () => {
    const rising = Array.from({ length: 10 }, (_, index) => 0.1 * index);
    const fallen = [...rising, 0.3, 0.3, 0.3, 0.3, 0.3];
    expect(textsOf(run(fallen)).join('\n')).toMatch(
      /peaked at 0\.70 around iteration 10 and has fallen to 0\.30 since/u,
    );
    expect(textsOf(run([...rising, 1, 1, 1, 1, 1])).join('\n')).not.toMatch(/peaked/u);
  });

  it('counts faults, and says when there were none', () => {
    const text = textsOf(
      run([0.2, 0.4], { 'episodes/failed': 1, 'judge/missing': 2, 'train/stopped_early': 1 }),
    ).join('\n');
    expect(text).toMatch(/2 conversations broke off/u);
    expect(text).toMatch(/4 replies got no readable verdict/u);
    expect(text).toMatch(/2 iterations stopped their updates early/u);
    expect(textsOf(run([0.2, 0.4])).join('\n')).toMatch(/No conversation broke off/u);
  });

  it('reads no progress out of conversations that the start model held', () => {
    const offline = { ...run([0.2, 0.6]), settings: { algorithm: 'sft', iterations: 2 } };
    const [verdict, ...rest] = textsOf(offline);
    expect(verdict).toMatch(/start model's own/u);
    expect(rest.join(' ')).not.toMatch(/in training/u);
  });

  it('calls a run finished whose token budget is spent', () => {
    const spent = run([0.2, 0.6], { 'tokens/generated_total': 500 });
    const textOf = (tokenBudget: number): string =>
      textsOf({ ...spent, settings: { iterations: 200, tokenBudget } }).join(' ');
    expect(textOf(400)).toMatch(/Finished: 2 iterations/u);
    expect(textOf(600)).toMatch(/Not finished: 2 of 200/u);
  });
});
