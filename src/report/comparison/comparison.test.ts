/** The page of a comparison made by hand: what it concludes, what it will not, what it draws. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { DataError } from '../../base/index.ts';
import type { ArmRun } from '../../eval/index.ts';
import { createRuns, writeRuns } from '../testing/fake-comparison.ts';
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
  it('names the highest arm, what cannot be told from it, and what fell below the start', async () => {
    const page = await composeComparisonReport(
      writeComparison('three', [
        ...base,
        ...createRuns('good', [0.79, 0.8, 0.81]),
        ...createRuns('level', [0.74, 0.8, 0.83]),
        ...createRuns('worse', [0.29, 0.3, 0.31]),
      ]),
    );
    expect(page).toContain(
      'Alignment, warm users: good is highest with 0.800 ± 0.025 over 3 seeds, 0.400 before training. Not to be told apart from it: level.',
    );
    expect(page).toContain('Lower in alignment than before training: worse.');
    expect(page).not.toContain('Fewer than');
    expect(page).not.toContain('Budgets differ');
    expect(page).toContain('9 runs of training, 9,000 sampled tokens');
    expect(page.match(/<circle class="hollow"/gu)).toHaveLength(4);
    expect(page).toContain('Line chart. Alignment. base: 1 at the first turn, 0.4 at the last;');
  });

  it('calls out few seeds and unequal budgets', async () => {
    const page = await composeComparisonReport(
      writeComparison('doubts', [
        ...createRuns('one', [0.8]),
        ...createRuns('three', [0.7, 0.71, 0.72], { warm: 0 }, 2000),
      ]),
    );
    expect(page).toContain('Fewer than 3 seeds, so take with care: one.');
    expect(page).toContain('Budgets differ: from 1,000 to 2,000 sampled tokens an arm.');
  });

  it('puts what is lost on families left out first, and frames them in the matrix', async () => {
    const families = { warm: 0, cold: -0.1, terse: -0.2 };
    const page = await composeComparisonReport(
      writeComparison('families', [
        ...createRuns('all', [0.8, 0.81, 0.82], families),
        ...createRuns('without-cold', [0.76, 0.77, 0.78], families),
      ]),
    );
    expect(page).toMatch(
      /<p class="headline plain">.*against training on all: 0\.040 ± 0\.000 of alignment and 0\.040 ± 0\.000 of profile F1 are lost/u,
    );
    expect(page.match(/<td class="shade-\d framed">/gu)).toHaveLength(2);
  });

  it('escapes what a file says, admits no script and no inline style', async () => {
    const page = await composeComparisonReport(
      writeComparison('marked', createRuns('a', [0.5, 0.6, 0.7]), { a: '<img src=x>' }),
    );
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img src=x&gt;');
    expect(page).toContain("script-src 'none'");
    expect(page).not.toMatch(/<[^>]* (?:style|on\w+)=/u);
  });

  it('refuses a file that is no comparison', async () => {
    const directory = path.join(root, 'other');
    fs.mkdirSync(directory);
    expect(isComparison(directory)).toBe(false);
    fs.writeFileSync(path.join(directory, 'comparison.json'), '{"format":2}');
    await expect(composeComparisonReport(directory)).rejects.toThrow(DataError);
  });
});
