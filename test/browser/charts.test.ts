/** Charts in a real browser: drawn under the page's policy, and read by pointer and keyboard. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeReport } from '../../src/report/index.ts';
import { createFakeRun, writeFakeMeasurements } from '../../src/report/testing/fake-run.ts';
import { launchBrowser, openPage } from './browser.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-browser-charts-'));
let browser: Browser;
let page: Page;
let faults: readonly string[];

beforeAll(async () => {
  const run = await createFakeRun(path.join(root, 'run'), 3);
  await writeFakeMeasurements(run, 3);
  const file = path.join(root, 'report.html');
  fs.writeFileSync(file, await composeReport(run.directory, { refreshSeconds: null }));
  browser = await launchBrowser();
  ({ page, faults } = await openPage(browser, pathToFileURL(file).href));
});

afterAll(async () => {
  await browser.close();
  fs.rmSync(root, { recursive: true });
});

const styleOf = (selector: string, name: 'stroke' | 'fillOpacity'): Promise<string> =>
  page
    .locator(selector)
    .first()
    .evaluate((path, key) => path.ownerDocument.defaultView!.getComputedStyle(path)[key], name);

describe('a chart', () => {
  it('has lines and bands although the policy of its page forbids inline styles', async () => {
    expect(await styleOf('#verdict figure path[stroke="var(--line-1)"]', 'stroke')).toBe(
      'rgb(11, 92, 143)',
    );
    expect(await styleOf('#verdict figure path[fill-opacity]', 'fillOpacity')).toBe('0.16');
  });

  it('tells the values below the pointer, and nothing once it is gone', async () => {
    const chart = page.locator('#verdict .chart').first();
    await chart.scrollIntoViewIfNeeded();
    const box = (await chart.boundingBox())!;
    await page.mouse.move(box.x + 0.88 * box.width, box.y + box.height / 2);
    const readout = chart.locator('.readout');
    expect((await readout.innerText()).split(/\n+/u)).toEqual([
      'turn 4',
      'before training 0 ± 0',
      expect.stringMatching(/^after training 0\.8 ± 0\.\d+$/u) as unknown,
    ]);
    expect(await chart.locator('.marks circle').count()).toBe(2);
    await page.mouse.move(0, 0);
    expect(await readout.isVisible()).toBe(false);
    expect(await chart.locator('.marks').count()).toBe(0);
  });

  it('is read with the arrow keys, aloud', async () => {
    const chart = page.locator('#verdict .chart').first();
    await chart.focus();
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    const spoken = page.locator('#verdict figure [role=status]').first();
    expect(await spoken.textContent()).toMatch(/^turn 3\b/u);
    await page.keyboard.press('Escape');
    expect(await chart.locator('.readout').isVisible()).toBe(false);
    expect(faults).toEqual([]);
  });
});
