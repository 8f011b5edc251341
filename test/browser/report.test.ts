/** The report page in a real browser: it filters, opens a failing conversation, and fits a phone. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import { planEpisodes, runDemonstrations } from '../../src/env/index.ts';
import { createSmallWorld } from '../../src/worlds/index.ts';
import { composeReport, serveReport } from '../../src/report/index.ts';
import { writeFakeMeasurements } from '../../src/report/testing/fake-run.ts';
import { openRun, type RunDirectory } from '../../src/runlog/index.ts';
import { launchBrowser, openPage, type OpenedPage } from './browser.ts';

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
  await writeFakeMeasurements(run, 2);
  const file = path.join(root, 'report.html');
  fs.writeFileSync(file, await composeReport(run.directory, { refreshSeconds: null }));
  url = pathToFileURL(file).href;
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  fs.rmSync(root, { recursive: true });
});

const open = (
  address: string,
  width?: number,
  colorScheme?: 'light' | 'dark',
): Promise<OpenedPage> =>
  openPage(browser, address, {
    ...(width === undefined ? {} : { width }),
    ...(colorScheme === undefined ? {} : { colorScheme }),
  });

const topOf = (page: Page, selector: string): Promise<number> =>
  page
    .locator(selector)
    .first()
    .evaluate((element) => element.getBoundingClientRect().top);

const listed = (page: Page): Locator =>
  page.getByRole('list', { name: 'Conversations' }).getByRole('button');

describe('what was learnt', () => {
  it('is on the first screen of a phone, as a conversation; the viewer is not far below', async () => {
    const { page, faults } = await open(url, 390);
    expect(await topOf(page, '.after .bubble')).toBeLessThan(844);
    expect(await topOf(page, '.after .kept')).toBeLessThan(844);
    expect(await topOf(page, '#talks')).toBeLessThan(7 * 844);
    const diagnostics = page.locator('#diagnostics');
    expect((await diagnostics.boundingBox())!.height).toBeLessThan(844);
    expect(await diagnostics.locator('figure:visible').count()).toBe(0);
    expect(faults).toEqual([]);
    await page.close();
  });

  it('shows one side at a time on a phone, both side by side on a wide screen', async () => {
    const { page } = await open(url, 390);
    const [before, after] = ['.before', '.after'].map((side) =>
      page.locator(`#learnt .pair ${side} .bubble`).first(),
    );
    expect(await before!.isVisible()).toBe(false);
    expect(await after!.isVisible()).toBe(true);
    await page.getByText('Before training', { exact: true }).first().click();
    expect(await before!.isVisible()).toBe(true);
    expect(await after!.isVisible()).toBe(false);
    await page.keyboard.press('ArrowRight');
    expect(await after!.isVisible()).toBe(true);
    await page.setViewportSize({ width: 1280, height: 800 });
    const [left, right] = [await before!.boundingBox(), await after!.boundingBox()];
    expect(left!.y).toBe(right!.y);
    expect(left!.x).toBeLessThan(right!.x);
    await page.close();
  });

  it('is there without a script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(url);
    expect(await page.locator('#learnt .bubble').first().isVisible()).toBe(true);
    await page.getByText('More people (6)').click();
    await page.getByText('Person 1 of the untrained family').click();
    const person = page.locator('.further details[open]');
    expect(await person.locator('.bubble').first().isVisible()).toBe(true);
    await context.close();
  });
});

describe('the report page', () => {
  it('opens the newest conversations, filters for malformed ones and shows why one failed', async () => {
    const { page, faults } = await open(url);
    expect(await page.getByLabel('From').inputValue()).toBe('iteration 2');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    // Ten of training, and twenty that were measured.
    expect(await listed(page).count()).toBe(30);
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
    await page.getByText('What goes wrong').click();
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

  it('follows a run that is going on, and leaves open what its reader opened', async () => {
    const server = await serveReport({ directory: run.directory, host: '127.0.0.1', port: 0 });
    try {
      const { page, faults } = await open(server.url);
      await page.getByText('Learning curves').click();
      await page.locator('#diagnostics').getByText('Numbers of Alignment').first().click();
      await addIteration(3);
      await page
        .getByText(/3 iterations/u)
        .first()
        .waitFor({ timeout: 30_000 });
      await page.getByLabel('From').selectOption('iteration 3');
      await page.getByRole('button', { name: 'iteration 3' }).first().waitFor();
      expect(await listed(page).count()).toBe(5);
      expect(await page.locator('#diagnostics details[open]').count()).toBe(2);
      expect(faults).toEqual([]);
      await page.close();
    } finally {
      await server.close();
    }
  });
});
