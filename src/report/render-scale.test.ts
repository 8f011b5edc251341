/** Where policies stand among scripts: the figure of a page, and pages of runs without scripts. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../base/index.ts';
import { computeScale, type Floor } from '../eval/index.ts';
import type { RunDirectory } from '../runlog/index.ts';
import { escapeHtml } from './html.ts';
import { composeReport } from './index.ts';
import { createFakeEvaluation, createFakeRun } from './testing/fake-run.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-scale-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const got = [
  { name: 'says_nothing', alignment: -0.5 },
  { name: 'remembers_nothing', alignment: 0.1 },
  { name: 'echo', alignment: 0.1 },
  { name: 'right_question', alignment: 0.9 },
  { name: 'oracle', alignment: 1 },
  { name: '<b>bold</b>', alignment: 1 },
];
/** All but what lies below where the scale begins. */
const drawn = got.slice(1);

const floors = got.map(({ name, alignment }): Floor => ({
  ...{ name, alignment, alignment_half_width: 0.01, summary: `<does> ${name}` },
  ...computeScale(got, alignment),
  ...{ profile_f1_disclosed: null, needs_asked_rate: null, other_questions: null, figures: {} },
}));

async function writeRun(name: string, scripts: object): Promise<RunDirectory> {
  const run = await createFakeRun(path.join(root, name), 1);
  const [before, after] = [await createFakeEvaluation(0), await createFakeEvaluation(1)];
  const place = (of: typeof before): object => ({
    trained: {
      ...of.scores,
      scale: computeScale(floors, of.scores.whole?.alignment.mean ?? null),
    },
  });
  const scores = { base: place(before), rlpa: place(after) };
  writeFileAtomic(run.file('demo.json'), JSON.stringify({ ...scores, ...scripts }));
  return run;
}

describe('the page of a run whose world has scripts', () => {
  it('draws every script and both policies, and says how far each has come', async () => {
    const run = await writeRun('placed', { floors });
    const page = await composeReport(run.directory, { refreshSeconds: null });
    expect(page).toContain('Among scripts, trained family');
    expect(page).not.toContain('Among scripts, untrained family');
    for (const { name } of drawn) expect(page).toContain(`>${escapeHtml(name)}</text>`);
    expect(page).not.toContain('>says_nothing</text>');
    expect(page).toContain('Below the scale: says_nothing -0.500.');
    expect(page).toContain('base: 0.000 ± 0.000, -0.13 of the way; rlpa: 0.800');
    expect(page).toMatch(/Of the way to the right question.*-0\.13 →<\/span> 0\.88/u);
    expect(page).toContain('&lt;does&gt; echo');
    expect(page).not.toContain('<does>');
    expect(page).not.toContain('<b>bold');
    expect(page).not.toMatch(/<[^>]* style=/u);
    const watched = [...page.matchAll(/<div class="chart"[^>]*>/gu)].map(([tag]) => tag);
    expect(watched.filter((tag) => !tag.includes('data-points'))).toHaveLength(1);
    expect(page).toContain("querySelectorAll('.chart[data-points]')");
  });

  it('names scripts apart that got the same', async () => {
    const run = await writeRun('level', { floors });
    const page = await composeReport(run.directory, { refreshSeconds: null });
    const places = drawn.map(({ name }) => {
      const before = page.slice(0, page.indexOf(`>${escapeHtml(name)}</text>`));
      return Number(before.split('matrix(0,-1,1,0,').at(-1)?.split(',')[0]);
    });
    expect(Math.abs(places[0]! - places[1]!)).toBeGreaterThanOrEqual(14);
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
  });
});

describe('the page of a run whose world has none', () => {
  it('has no scale', async () => {
    const run = await writeRun('plain', {});
    expect(await composeReport(run.directory, { refreshSeconds: null })).not.toContain(
      'Among scripts',
    );
  });
});
