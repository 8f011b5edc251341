/** The page of a comparison made by hand: what it concludes, what it will not, what it draws. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataError } from '../../base/index.ts';
import type { ArmRun } from '../../eval/index.ts';
import { createRuns, leaveOut, writeRuns } from '../testing/fake-comparison.ts';
import { composeComparisonReport, isComparison } from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-comparison-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const writeComparison = (
  name: string,
  runs: readonly ArmRun[],
  titles: Readonly<Record<string, string>> = {},
): string => writeRuns(path.join(root, name), runs, titles);

const base = createRuns('base', [0.4], { warm: 0 }, 0);

describe('the page of a comparison', () => {
  it('names the best arms with a joint confidence, and what fell below the start', async () => {
    const page = await composeComparisonReport(
      writeComparison('three', [
        ...base,
        ...createRuns('good', [0.79, 0.8, 0.81]),
        ...createRuns('level', [0.74, 0.8, 0.83]),
        ...createRuns('worse', [0.29, 0.3, 0.31]),
      ]),
    );
    expect(page).toContain(
      'Alignment, warm users: good has the highest mean, 0.800 ± 0.025 over 3 seeds; 0.400 before training (+0.400 ± 0.025). With 95 % confidence the best of 3 arms is one of these 2: good; level.',
    );
    expect(page).toContain('Below the start in alignment: worse.');
    expect(page).not.toContain('Fewer than');
    expect(page).not.toContain('Budgets differ');
    expect(page).toContain('9 runs of training, 9,000 sampled tokens');
    expect(page.match(/<circle class="hollow"/gu)).toHaveLength(4);
    expect(page).toContain('Line chart. Alignment. base: 1 at the first turn, 0.4 at the last;');
    expect(page).toContain('Band: 95 % interval');
  });

  it('ticks no arm whose lead over the start may be chance', async () => {
    const page = await composeComparisonReport(
      writeComparison('within', [...base, ...createRuns('wide', [0.35, 0.41, 0.6])]),
    );
    expect(page).toMatch(/<p class="headline plain">/u);
    expect(page).toMatch(/wide has the highest mean.*0\.400 before training \(\+0\.053 ± 0\.3/u);
    expect(page).toContain('Not to be told from the start in alignment: wide.');
    expect(page).not.toContain('class="good"');
  });

  it('claims nothing of fewer than three seeds, and calls out unequal budgets', async () => {
    const page = await composeComparisonReport(
      writeComparison('doubts', [
        ...base,
        ...createRuns('one', [0.9]),
        ...createRuns('two', [0.85, 0.86]),
        ...createRuns('three', [0.7, 0.71, 0.72], { warm: 0 }, 2000),
      ]),
    );
    expect(page).toContain('Fewer than 3 seeds, so nothing is claimed of them: one; two.');
    expect(page).toContain('three has the highest mean');
    expect(page).not.toMatch(/No other interval reaches it|is the best/u);
    expect(page).toContain('Budgets differ: from 1,000 to 2,000 sampled tokens an arm.');
  });

  it('puts what is lost on families left out first, and frames them in the matrix', async () => {
    const families = { warm: 0, cold: -0.1, terse: -0.2 };
    const page = await composeComparisonReport(
      writeComparison('families', [
        ...createRuns('all', [0.8, 0.81, 0.82], families),
        ...leaveOut(createRuns('all but cold', [0.76, 0.77, 0.79], families), 'cold'),
      ]),
    );
    expect(page).toMatch(
      /<p class="headline plain">.*against training on all, mean over families: alignment is 0\.037 ± 0\.014 lower, profile F1 is 0\.037 ± 0\.014 lower\./u,
    );
    expect(page.match(/<td class="shade-\d framed">/gu)).toHaveLength(2);
  });

  it('speaks of no loss that its interval does not bear', async () => {
    const families = { warm: 0, cold: -0.1 };
    const write = (name: string, without: readonly number[]): Promise<string> =>
      composeComparisonReport(
        writeComparison(name, [
          ...createRuns('all', [0.8, 0.81, 0.82].slice(0, without.length), families),
          ...leaveOut(createRuns('all but cold', without, families), 'cold'),
        ]),
      );
    expect(await write('unclear', [0.7, 0.9, 0.8])).toContain(
      'no difference in alignment can be told (loss 0.010 ± 0.',
    );
    expect(await write('two-seeds', [0.7, 0.71])).toContain(
      'alignment 0.100 lower, with too few seeds for a claim',
    );
  });

  it('escapes what a file says, admits its own script and no inline style', async () => {
    const page = await composeComparisonReport(
      writeComparison('marked', createRuns('a', [0.5, 0.6, 0.7]), { a: '<img src=x>' }),
    );
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x&gt;');
    expect(page).toMatch(/script-src 'sha256-[^']+'/u);
    expect(page).not.toMatch(/<[^>]* (?:style|on\w+)=/u);
  });

  it('refuses a file that is no comparison', async () => {
    const directory = path.join(root, 'other');
    fs.mkdirSync(directory);
    expect(isComparison(directory)).toBe(false);
    const file = path.join(directory, 'comparison.json');
    fs.writeFileSync(file, '{"format":2}');
    await expect(composeComparisonReport(directory)).rejects.toThrow(DataError);
    fs.writeFileSync(file, '{"format":1,"title":"T","command":"c","arms":[{"arm":"a"}],"runs":[]}');
    await expect(composeComparisonReport(directory)).rejects.toThrow(/arms\.0\.title/u);
  });
});
