/**
 * The page over a chat model that was trained in everyday English, where RLPA_TEST_RUN names the folder of one
 * (of `rlpa warm-start` or `rlpa train --preset everyday`): ten turns, greedy.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, take } from './browser.ts';
import { serve, type Serving } from './built-app.ts';
import { correct, entryOf, eraseAll, say } from './chat-actions.ts';

const run = process.env['RLPA_TEST_RUN'];

describe.skipIf(run === undefined)('the page over a trained chat model', () => {
  let browser: Browser;
  let serving: Serving;

  beforeAll(async () => {
    serving = await serve({ port: 0, store: ':memory:', temperature: 0, policy: run! });
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await serving.close();
  });

  it('notes what is told in plain English, follows corrections and changes of mind, and forgets', async () => {
    const { page, faults } = await openPage(browser, serving.url);
    const [city, music] = [entryOf(page, 'city'), entryOf(page, 'music')];
    expect(await say(page, 'Hi there!')).not.toBe('');
    await say(page, 'I live in Leeds.');
    await city.getByText('Leeds', { exact: true }).first().waitFor();
    await say(page, 'I work as a nurse.');
    await say(page, 'I love jazz.');
    await music.getByText('jazz', { exact: true }).first().waitFor();
    expect(await music.locator('blockquote').innerText()).toMatch(/I love jazz/u);
    expect(await say(page, 'What should I listen to tonight?')).toMatch(/jazz/iu);

    await correct(page, music, 'rock');
    await music.getByText('was jazz').waitFor();
    expect(await say(page, 'What should I listen to tonight?')).toMatch(/rock/iu);

    await say(page, 'Actually, I moved to York.');
    await city.getByText('was Leeds').waitFor();
    expect(await page.locator('.entry').count()).toBeGreaterThanOrEqual(3);
    for (const text of ['Long day today.', 'Thank you!', 'Good night.']) {
      expect(await say(page, text)).not.toBe('');
    }
    expect(await page.locator('.exchanges > li').count()).toBe(10);
    await take(page, 'real-model');
    await eraseAll(page);
    expect(faults).toEqual([]);
    await page.close();
  }, 600_000);
});
