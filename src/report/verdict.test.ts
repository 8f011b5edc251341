/** What the page claims of a run is what its numbers bear. */
import { describe, expect, it } from 'vitest';
import type { IterationRecord } from '../runlog/index.ts';
import type { Finding } from './finding.ts';
import { compareHeldOut } from './held-out-change.ts';
import type { HeldOutTalks, RunData } from './load/index.ts';
import { createFakeEvaluation } from './testing/fake-run.ts';
import { judgeRun } from './verdict.ts';

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
  absent: [],
});

const textsOf = (data: RunData, talks: HeldOutTalks | null = null): string[] =>
  judgeRun(data, talks).map(({ text }) => text);

async function measure(): Promise<{ data: RunData; talks: HeldOutTalks }> {
  const [low, high] = [await createFakeEvaluation(0), await createFakeEvaluation(1)];
  const talks: HeldOutTalks = {
    before: { trained: low.episodes, untrained: low.episodes },
    after: { trained: high.episodes, untrained: low.episodes },
    isMeasurement: true,
  };
  const heldOut = {
    base: { trained: low.scores, untrained: low.scores },
    rlpa: { trained: high.scores, untrained: low.scores },
  };
  return { data: { ...run([0.2, 0.4]), heldOut }, talks };
}

const tonesOf = (data: RunData, about: RegExp): Finding['tone'][] =>
  judgeRun(data, null).flatMap(({ tone, text }) => (about.test(text) ? [tone] : []));

describe('a verdict', () => {
  it('gives none before an iteration is finished, and none before people are measured', () => {
    expect(textsOf(run([]))[0]).toBe('No iteration is finished yet.');
    expect(textsOf(run([0.2]))[0]).toMatch(/^Too early to tell; held-out people have not/u);
    expect(textsOf(run([0.2, 0.4]))[0]).toMatch(
      /^Alignment in training was 0\.20 and is 0\.40 \(too few for an interval\); held-out/u,
    );
    expect(judgeRun(run([0.2, 0.21, 0.5, 0.51]), null)[0]).toEqual({
      tone: 'plain',
      text: expect.stringMatching(/^Alignment in training rose .*no verdict yet\.$/u) as unknown,
    });
    expect(judgeRun(run([0.5, 0.51, 0.2, 0.21]), null)[0]!.tone).toBe('bad');
  });

  it('ticks a rise in training only where it is beyond the spread of iterations', () => {
    const about = /^Alignment in training .*first against last/u;
    expect(tonesOf(run([0.2, 0.4]), about)).toEqual(['plain']);
    const noisy = run([0.2, 0.5, 0.3, 0.6, 0.25, 0.55]);
    expect(tonesOf(noisy, about)).toEqual(['plain']);
    expect(textsOf(noisy).join('\n')).toMatch(/\(\+0\.13 ± 0\.40, no change not excluded\)/u);
    expect(tonesOf(run([0.2, 0.22, 0.21, 0.6, 0.62, 0.61]), about)).toEqual(['good']);
  });

  it('rests on held-out people, person by person, where their conversations are kept', async () => {
    const { data, talks } = await measure();
    const paired = compareHeldOut(data, talks)!;
    expect(paired.isPaired).toBe(true);
    expect(paired.trained.alignment.difference.mean).toBeCloseTo(0.8);
    expect(paired.trained.profile_f1_disclosed.difference).toEqual({ mean: 0, half_width: 0 });
    const [verdict, other] = textsOf(data, talks);
    expect(verdict).toMatch(
      /^Training helped in part: with 5 people it never met, alignment rose from 0\.00 to 0\.80 \(\+0\.80 ± 0\.56\), profile F1 was 0\.50 and is 0\.50 \(\+0\.00 ± 0\.00, no change not excluded\)\.$/u,
    );
    expect(other).toMatch(/^Whether it carries over .* cannot be told/u);
    expect(textsOf(data, talks)[2]).toMatch(/person by person.*This is one run with one seed/u);
  });

  it('says nothing of untrained users where every family was trained on', async () => {
    const { data, talks } = await measure();
    const { base, rlpa } = data.heldOut!;
    const heldOut = { base: { trained: base.trained }, rlpa: { trained: rlpa.trained } };
    const texts = textsOf({ ...data, heldOut }, talks);
    expect(texts[0]).toMatch(/^Training helped/u);
    expect(texts.join(' ')).not.toContain('never trained on');
  });

  it('falls back to the difference of two means', async () => {
    const { data } = await measure();
    const apart = compareHeldOut(data, null)!;
    expect(apart.isPaired).toBe(false);
    expect(apart.trained.alignment.difference.mean).toBeCloseTo(0.8);
    expect(textsOf(data)[2]).toMatch(/two means as if other people had been met/u);
  });

  it('takes no verdict from a few conversations that were kept to be looked at', async () => {
    const { data, talks } = await measure();
    expect(compareHeldOut(data, { ...talks, isMeasurement: false })!.isPaired).toBe(false);
    expect(
      judgeRun({ ...data, heldOut: null }, { ...talks, isMeasurement: false })[0]!.text,
    ).toMatch(/no verdict yet/u);
  });

  it('names a run that was better before its end', () => {
    const rising = Array.from({ length: 10 }, (_, index) => 0.1 * index);
    const fallen = [...rising, 0.3, 0.3, 0.3, 0.3, 0.3];
    expect(textsOf(run(fallen)).join('\n')).toMatch(
      /highest around iteration 10, 0\.70 over 5 iterations, and is 0\.30 over the last/u,
    );
    expect(textsOf(run([...rising, 1, 1, 1, 1, 1])).join('\n')).not.toMatch(/highest/u);
    const wavering = Array.from({ length: 30 }, (_, index) => 0.5 + 0.2 * Math.sin(7 * index));
    expect(textsOf(run(wavering)).join('\n')).not.toMatch(/highest/u);
  });

  it('counts faults, and says when there were none', () => {
    const text = textsOf(
      run([0.2, 0.4], { 'episodes/failed': 1, 'judge/missing': 2, 'train/stopped_early': 1 }),
    ).join('\n');
    expect(text).toMatch(/2 conversations broke off/u);
    expect(text).toMatch(/4 replies got no readable verdict/u);
    expect(text).toMatch(/2 iterations stopped their updates early/u);
    const counted = { 'episodes/failed': 0, 'judge/missing': 0 };
    expect(textsOf(run([0.2, 0.4], counted)).join('\n')).toMatch(/No conversation broke off/u);
    // A run that did not count them is not praised for it.
    expect(textsOf(run([0.2, 0.4])).join('\n')).not.toMatch(/No conversation broke off/u);
  });

  it('reads no progress out of conversations that the start model held', () => {
    const offline = { ...run([0.2, 0.6]), settings: { algorithm: 'sft', iterations: 2 } };
    const [verdict, ...rest] = textsOf(offline);
    expect(verdict).toMatch(/start model's own/u);
    expect(rest.join(' ')).not.toMatch(/in training/u);
  });

  it('names files that are not there, and what they would show', () => {
    const absent = [{ name: 'timings.jsonl', holds: 'what each iteration took' }];
    expect(textsOf({ ...run([0.2]), absent }).at(-1)).toBe(
      'Not in the folder, or not yet, and so not on this page: timings.jsonl (what each iteration took).',
    );
  });

  it('calls a run finished whose token budget is spent', () => {
    const spent = run([0.2, 0.6], { 'tokens/generated_total': 500 });
    const textOf = (tokenBudget: number): string =>
      textsOf({ ...spent, settings: { iterations: 200, tokenBudget } }).join(' ');
    expect(textOf(400)).toMatch(/Finished: 2 iterations/u);
    expect(textOf(600)).toMatch(/Not finished: 2 of 200/u);
  });
});
