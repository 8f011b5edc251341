/** The page of a comparison in a real browser. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeComparisonReport } from '../../src/report/index.ts';
import { writeFakeComparison } from '../../src/report/testing/fake-comparison.ts';
import { launchBrowser, openPage } from './browser.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-browser-comparison-'));
let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  fs.rmSync(root, { recursive: true });
});

describe('the page of a comparison', () => {
  it('shows every arm at phone and desktop width', async () => {
    const directory = writeFakeComparison(path.join(root, 'arms'));
    const file = path.join(directory, 'report.html');
    fs.writeFileSync(file, await composeComparisonReport(directory));
    for (const width of [360, 1440]) {
      const { page, faults } = await openPage(browser, pathToFileURL(file).href, { width });
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
