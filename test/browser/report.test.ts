/** The report page in a real browser: it filters, opens a failing conversation, and fits a phone. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import { planEpisodes, runDemonstrations } from '../../src/env/index.ts';
import { createSmallWorld } from '../../src/worlds/index.ts';
import { composeComparisonReport, composeReport, serveReport } from '../../src/report/index.ts';
import { writeFakeComparison } from '../../src/report/testing/fake-comparison.ts';
import { openRun, type RunDirectory } from '../../src/runlog/index.ts';

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-browser-'));
const world = createSmallWorld();
let browser: Browser;
let run: RunDirectory;
let url: string;

async function addIteration(iteration: number): Promise<void> {
  const random = createRandom(iteration);
  const plans = planEpisodes({ world, random, count: 5, split: 'train' });
  const episodes = await runDemonstrations(plans, { world, turns: 4 });
  const [first, ...others] = episodes;
  const turns = first!.turns.map((turn, index) =>
    index === 2
      ? { ...turn, formatProblem: 'no tags', output: '<b>lost</b>', alignment: 0, verdict: null }
      : turn,
  );
  run.writeEpisodes(iteration, [{ ...first!, turns }, ...others]);
  run.appendMetrics({ iteration, 'alignment/late_mean': 0.1 * iteration, 'format/rate': 1 });
}

beforeAll(async () => {
  run = openRun({ directory: path.join(root, 'run'), settings: { seed: 1 } });
  for (const iteration of [1, 2]) await addIteration(iteration);
  const file = path.join(root, 'report.html');
  fs.writeFileSync(file, await composeReport(run.directory, { refreshSeconds: null }));
  url = pathToFileURL(file).href;
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser.close();
  fs.rmSync(root, { recursive: true });
});

async function open(
  address: string,
  width = 1440,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(address);
  return { page, faults };
}

const listed = (page: Page): Locator =>
  page.getByRole('list', { name: 'Conversations' }).getByRole('button');

describe('the page of a comparison', () => {
  it('shows every arm at phone and desktop width, without a script', async () => {
    const directory = writeFakeComparison(path.join(root, 'arms'));
    const file = path.join(directory, 'report.html');
    fs.writeFileSync(file, await composeComparisonReport(directory));
    for (const width of [360, 1440]) {
      const { page, faults } = await open(pathToFileURL(file).href, width);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      const dot = page.locator('#arms .dots').first().locator('circle').nth(1);
      const row = page.locator('#arms .dots').first().locator('svg').nth(1);
      const [dotBox, rowBox] = [await dot.boundingBox(), await row.boundingBox()];
      expect(rowBox!.width).toBeGreaterThan(100);
      expect(dotBox!.x).toBeGreaterThan(rowBox!.x + rowBox!.width / 2);
      expect(await page.locator('.matrix .framed').count()).toBe(2);
      expect(faults).toEqual([]);
      await page.close();
    }
  });
});

describe('the report page', () => {
  it('opens the newest conversations, filters for malformed ones and shows why one failed', async () => {
    const { page, faults } = await open(url);
    expect(await page.getByLabel('From').inputValue()).toBe('iteration 2');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    expect(await listed(page).count()).toBe(10);
    await page.getByLabel('Problem').selectOption('malformed');
    expect(await listed(page).count()).toBe(2);
    await listed(page).nth(1).click();
    expect(await page.getByText('turn 3: output could not be read: no tags').isVisible()).toBe(
      true,
    );
    expect(await page.getByText('Malformed, the user saw nothing: no tags').isVisible()).toBe(true);
    expect(await page.getByText('<b>lost</b>').isVisible()).toBe(true);
    expect(await page.locator('b', { hasText: 'lost' }).count()).toBe(0);
    expect(await listed(page).nth(1).getAttribute('aria-current')).toBe('true');
    await page.getByLabel('Search', { exact: true }).fill('no such word');
    expect(await page.getByText('None fits these filters.').isVisible()).toBe(true);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('leads from a cause to conversations that show it', async () => {
    const { page, faults } = await open(url);
    await page.getByRole('button', { name: 'show conversations: format: no tags' }).click();
    expect(await page.getByLabel('Problem').inputValue()).toBe('format: no tags');
    expect(await listed(page).first().innerText()).toContain('1 malformed');
    expect(faults).toEqual([]);
    await page.close();
  });

  it('can be worked with the keyboard, and fits a phone, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, faults } = await open(url, 360, colorScheme);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
      await listed(page).nth(0).focus();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await listed(page).nth(1).getAttribute('aria-current')).toBe('true');
      const scheme = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(scheme).toBe(colorScheme === 'light' ? 'rgb(251, 250, 247)' : 'rgb(19, 22, 27)');
      expect(faults).toEqual([]);
      await page.close();
    }
  });

  it('draws its lines although its policy forbids inline styles', async () => {
    const { page } = await open(url);
    const line = page.locator('#curves figure path[stroke="var(--line-1)"]').first();
    const drawn = await line.evaluate(
      (path) => path.ownerDocument.defaultView!.getComputedStyle(path).stroke,
    );
    expect(drawn).toBe('rgb(11, 92, 143)');
    await page.close();
  });

  it('follows a run that is going on, and leaves open what its reader opened', async () => {
    const server = await serveReport({ directory: run.directory, host: '127.0.0.1', port: 0 });
    try {
      const { page, faults } = await open(server.url);
      const numbers = page.getByText('Numbers of Alignment');
      await numbers.first().click();
      await addIteration(3);
      await page
        .getByText(/3 iterations/u)
        .first()
        .waitFor({ timeout: 30_000 });
      await page.getByLabel('From').selectOption('iteration 3');
      await page.getByRole('button', { name: 'iteration 3' }).first().waitFor();
      expect(await listed(page).count()).toBe(5);
      expect(await page.locator('#curves details[open]').count()).toBe(1);
      expect(faults).toEqual([]);
      await page.close();
    } finally {
      await server.close();
    }
  });
});
