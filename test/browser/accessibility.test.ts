/** Both pages under axe-core: no fault it can see, at three widths, in light and in dark, unfolded. */
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeComparisonReport, composeReport } from '../../src/report/index.ts';
import { writeFakeComparison } from '../../src/report/testing/fake-comparison.ts';
import { createFakeRun, writeFakeMeasurements } from '../../src/report/testing/fake-run.ts';
import { launchBrowser, openPage } from './browser.ts';

const axeSource = fs.readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-browser-axe-'));
const addresses = new Map<string, string>();
let browser: Browser;

beforeAll(async () => {
  const run = await createFakeRun(path.join(root, 'run'), 3);
  await writeFakeMeasurements(run, 3);
  const write = (name: string, page: string): void => {
    const file = path.join(root, `${name}.html`);
    fs.writeFileSync(file, page);
    addresses.set(name, pathToFileURL(file).href);
  };
  write('run', await composeReport(run.directory, { refreshSeconds: null }));
  const comparison = writeFakeComparison(path.join(root, 'arms'));
  write('comparison', await composeComparisonReport(comparison));
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  fs.rmSync(root, { recursive: true });
});

/** Faults as `rule: element`, over the whole page with everything unfolded. */
async function listFaults(page: Page): Promise<string[]> {
  await page.evaluate(
    'document.querySelectorAll("details").forEach((each) => { each.open = true; })',
  );
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
  );
}

const cases = ['run', 'comparison'].flatMap((name) =>
  [360, 768, 1280].flatMap((width) =>
    (['light', 'dark'] as const).map((colorScheme) => ({ name, width, colorScheme })),
  ),
);

describe('the page of a', () => {
  it.each(cases)('$name at $width pixels in $colorScheme', async ({ name, width, colorScheme }) => {
    const { page, faults } = await openPage(browser, addresses.get(name)!, { width, colorScheme });
    expect(await listFaults(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(faults).toEqual([]);
    await page.close();
  });
});
