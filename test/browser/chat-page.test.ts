/** The page of `rlpa serve` with the trained policy that comes with the package: ten turns, a correction, a change of mind, an erasure. */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/client.ts';
import { writeFakeMeasurements, createFakeRun } from '../../src/report/testing/fake-run.ts';
import { startUpstream } from '../server/fake-upstream.ts';
import { output } from '../server/open-server.ts';
import { launchBrowser, openPage, take } from './browser.ts';
import { serve, type Serving } from './built-app.ts';
import { correct, entryOf, eraseAll, say } from './chat-actions.ts';

const axeSource = fs.readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
);
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-browser-chat-'));
let browser: Browser;
let serving: Serving;

beforeAll(async () => {
  const run = await createFakeRun(path.join(root, 'runs', 'first'), 3);
  await writeFakeMeasurements(run, 3);
  serving = await serve({
    port: 0,
    store: path.join(root, 'profiles.db'),
    runs: path.join(root, 'runs'),
    temperature: 0,
    settings: { engine: { threads: 1 } },
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await serving.close();
  fs.rmSync(root, { recursive: true });
});

async function listFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
  );
}

describe('the page of a server', () => {
  it('holds a chat of ten turns in which the profile grows, is corrected, changes its mind and is erased', async () => {
    const { page, faults } = await openPage(browser, serving.url);
    await page.getByText('Nothing is known yet').waitFor();
    expect(await say(page, 'good morning . i like brief answers .')).not.toBe('');
    await say(page, 'I love jazz music.');
    const music = entryOf(page, 'music');
    await music.getByText('jazz', { exact: true }).first().waitFor();
    expect(await music.locator('mark').innerText()).toBe('new');
    expect(await music.locator('blockquote').innerText()).toMatch(/I love jazz music/u);

    await correct(page, music, 'rock');
    await music.getByText('was jazz').waitFor();
    expect(await music.locator('mark').innerText()).toBe('revised');
    expect(await say(page, 'what should i listen to ?')).toMatch(/rock/u);
    await take(page, 'corrected');
    await music.getByText('rock', { exact: true }).first().waitFor();

    await page.getByRole('button', { name: 'New conversation' }).click();
    await say(page, 'good morning .');
    await say(page, 'I live in Berlin.');
    await say(page, 'I love jazz music.');
    await music.getByText('was rock').waitFor();
    await say(page, 'I work as a nurse.');
    const known = await page.locator('.entry').count();
    expect(known).toBeGreaterThanOrEqual(3);
    await take(page, 'desktop');
    await music.getByText('Why, and what was before').click();
    await music.locator('.past').getByText('rock', { exact: true }).waitFor();
    await music.getByRole('button', { name: /^Pin/u }).click();
    await music.getByText('pinned').waitFor();
    await say(page, 'Hello.');
    await say(page, 'Thank you.');
    await say(page, 'good morning .');
    expect(await page.locator('.exchanges > li').count()).toBe(7);
    await page.getByText('Time line of changes').click();
    expect(await page.locator('.time-line > li').count()).toBeGreaterThan(known);
    expect(await listFaults(page)).toEqual([]);

    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const exported = JSON.parse(fs.readFileSync(await (await download).path(), 'utf8')) as {
      readonly messages: readonly unknown[];
    };
    expect(exported.messages).toHaveLength(10);

    await entryOf(page, 'music')
      .getByRole('button', { name: /^Delete/u })
      .click();
    await page.getByRole('button', { name: 'Delete for good' }).click();
    await expect.poll(() => entryOf(page, 'music').count()).toBe(0);
    // What was deleted may stand in the conversation, which would be sent again.
    await expect.poll(() => page.locator('.exchanges > li').count()).toBe(0);
    await say(page, 'I live in Berlin.');
    const { page: other } = await openPage(browser, serving.url);
    await other.locator('.entry').first().waitFor();
    await eraseAll(page);
    expect(await page.locator('.exchanges > li').count()).toBe(0);
    await other.getByText('Nothing is known yet').waitFor();
    await other.close();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('keeps nothing where memory is off', async () => {
    const { page } = await openPage(browser, serving.url);
    await page.getByRole('switch').uncheck();
    await say(page, 'Hello, I live in Riga.');
    await page.getByRole('switch').check();
    expect(await page.locator('.entry').count()).toBe(0);
    await page.close();
  });

  it('keeps conversation and draft over a reload, and lets go of them where something is deleted elsewhere', async () => {
    const { page } = await openPage(browser, serving.url);
    await say(page, 'I live in Berlin.');
    const { page: other } = await openPage(browser, serving.url);
    await page.getByLabel('Your message').fill('half a thought');
    await page.getByRole('link', { name: 'Training runs' }).click();
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    expect(await page.getByLabel('Your message').inputValue()).toBe('half a thought');
    await page.reload();
    await page.locator('.bubble.mine').waitFor();
    expect(await page.locator('.exchanges > li').count()).toBe(1);
    expect(await page.getByLabel('Your message').inputValue()).toBe('half a thought');

    const deleteCity = async (from: Page): Promise<void> => {
      const city = entryOf(from, 'city');
      await city.getByRole('button', { name: /^Delete/u }).click();
      await city.getByRole('button', { name: 'Delete for good' }).click();
      await expect.poll(() => city.count()).toBe(0);
    };
    await deleteCity(other);
    await expect.poll(() => page.locator('.exchanges > li').count()).toBe(0);

    // The same while the page was not there to hear of it.
    await page.getByLabel('Your message').fill('');
    await say(page, 'I live in Berlin.');
    await entryOf(other, 'city').waitFor();
    await page.goto('about:blank');
    await deleteCity(other);
    await page.goto(serving.url);
    await page.getByText('Say something about yourself').waitFor();
    expect(await page.locator('.exchanges > li').count()).toBe(0);
    await other.close();
    await page.close();
  });

  it('goes on without a mouse: Escape leaves a form, and the focus never falls out of the page', async () => {
    const { page } = await openPage(browser, serving.url);
    const focused = (): Promise<string> =>
      page.evaluate('document.activeElement.ariaLabel ?? document.activeElement.id');
    await say(page, 'I live in Berlin.');
    const city = entryOf(page, 'city');
    await city.getByRole('button', { name: /^Correct/u }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toMatch(/^Correct city: berlin/u);

    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('   ');
    await page.keyboard.press('Enter');
    // Blanks alone are refused beside the field, and nothing is sent.
    expect(await city.locator('input:invalid').count()).toBe(1);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('oslo');
    await page.keyboard.press('Enter');
    await expect.poll(focused).toMatch(/^Correct city: oslo/u);
    expect(await page.getByRole('alert').count()).toBe(0);

    await city.getByRole('button', { name: /^Delete/u }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toMatch(/^Delete city: oslo/u);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Delete for good' }).press('Enter');
    await expect.poll(focused).toBe('profile-title');

    const who = page.locator('details.who');
    await who.locator('summary').press('Enter');
    await page.getByLabel('Whose profile').fill('  ');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Whose profile').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.getByLabel('Whose profile').isVisible()).toBe(false);
    await page.close();
  });

  it('keeps a correction that is being written, and scrolls no further than there is something', async () => {
    const { page } = await openPage(browser, serving.url);
    await say(page, 'I live in Berlin.');
    const city = entryOf(page, 'city');
    await city.getByRole('button', { name: /^Correct/u }).click();
    await page.getByLabel('city is').fill('half a cit');
    await say(page, 'I have moved to Oslo.');
    await city.getByText('oslo', { exact: true }).first().waitFor();
    await city.getByText('It has changed while you wrote').waitFor();
    await page.getByRole('link', { name: 'Training runs' }).click();
    await page.getByRole('link', { name: 'Chat', exact: true }).click();
    expect(await page.getByLabel('city is').inputValue()).toBe('half a cit');
    await page.getByLabel('city is').press('Escape');
    for (const text of [
      'Hello.',
      'Thank you.',
      'Good morning.',
      'Hello.',
      'Thank you.',
      'Hello.',
    ]) {
      await say(page, text);
    }
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBe(800);
    await eraseAll(page);
    await page.close();
  });

  it('is there where the browser lets it keep nothing, and where it kept what it cannot read', async () => {
    const { page, faults } = await openPage(browser, serving.url);
    await page.evaluate("sessionStorage.setItem('conversation', 'not of this version')");
    await page.reload();
    await page.getByText('Say something about yourself').waitFor();
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'sessionStorage', {
        get: () => {
          throw new Error('refused');
        },
      });
    });
    await page.reload();
    await page.getByText('Say something about yourself').waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('follows no changes while it is out of sight, and looks anew when it comes back', async () => {
    const { page } = await openPage(browser, serving.url);
    await page.getByText('Nothing is known yet').waitFor();
    const turn = async (isHidden: boolean): Promise<void> => {
      await page.evaluate(
        `Object.defineProperty(document, 'hidden', { configurable: true, value: ${isHidden} });
         document.dispatchEvent(new Event('visibilitychange'));`,
      );
    };
    const ended = page.waitForEvent('requestfailed', (request) =>
      request.url().endsWith('/events'),
    );
    await turn(true);
    await ended;
    const me = createClient({ baseUrl: serving.url }).user('me');
    await me.add({ slot: 'city', value: 'oslo' });
    expect(await page.locator('.entry').count()).toBe(0);
    expect(await page.getByRole('alert').count()).toBe(0);
    await turn(false);
    await entryOf(page, 'city').waitFor();
    await me.add({ slot: 'job', value: 'nurse' });
    await entryOf(page, 'job').waitFor();
    await eraseAll(page);
    await page.close();
  });

  it('says that a pinned entry gave way to newer words', async () => {
    const { page } = await openPage(browser, serving.url);
    await say(page, 'I live in Berlin.');
    const city = entryOf(page, 'city');
    await city.getByRole('button', { name: /^Pin/u }).click();
    await city.getByText('pinned', { exact: true }).waitFor();
    await say(page, 'I have moved to Oslo.');
    await city.getByText('was berlin, which you had pinned').waitFor();
    await eraseAll(page);
    await page.close();
  });

  it.each(
    [360, 1280].flatMap((width) =>
      (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
    ),
  )('fits $width pixels in $colorScheme, and axe finds nothing', async ({ width, colorScheme }) => {
    const { page, faults } = await openPage(browser, serving.url, { width, colorScheme });
    await say(page, 'I live in Berlin.');
    await take(page, `chat-${width}-${colorScheme}`);
    for (const view of ['#chat', '#profile', '#runs']) {
      await page.goto(`${serving.url}/${view}`);
      if (view === '#runs') await page.getByRole('link', { name: 'first' }).waitFor();
      await take(page, `${view.slice(1)}-${width}-${colorScheme}`);
      expect(await listFaults(page), view).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth'), view).toBe(width);
    }
    expect(faults).toEqual([]);
    await page.close();
  });

  it('opens the report of a run', async () => {
    const { page, faults } = await openPage(browser, `${serving.url}/#runs`);
    await page.getByRole('link', { name: 'first' }).click();
    await page.locator('#live').getByText('live', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });
});

describe('the page of a server with keys', () => {
  const secret = 'key-of-anna-alone';
  let locked: Serving;

  beforeAll(async () => {
    const keys = path.join(root, 'keys.json');
    const sha256 = createHash('sha256').update(secret).digest('hex');
    const scopes = ['chat', 'profile:read', 'profile:write', 'erase'];
    const anna = { name: 'page', sha256, scopes, users: ['anna'] };
    fs.writeFileSync(keys, JSON.stringify({ keys: [anna] }));
    locked = await serve({
      ...{ port: 0, store: ':memory:', temperature: 0, keys },
      settings: { engine: { threads: 1 } },
    });
  });
  afterAll(() => locked.close());

  it('asks for one, refuses a wrong one and other people, and keeps it to this tab', async () => {
    const { page } = await openPage(browser, locked.url);
    const form = page.locator('main form.enter');
    const enter = async (name: string, key: string): Promise<void> => {
      await form.getByLabel('Whose profile').fill(name);
      await form.getByLabel('Key of the server').fill(key);
      await form.getByRole('button', { name: 'Enter' }).click();
    };
    await form.waitFor();
    expect(await listFaults(page)).toEqual([]);
    await enter('anna', 'a key of nobody');
    await page.getByRole('alert').getByText('key').waitFor();
    await enter('anna', secret);
    await say(page, 'I live in Berlin.');
    await entryOf(page, 'city').getByText('berlin', { exact: true }).first().waitFor();
    await page.reload();
    await entryOf(page, 'city').waitFor();
    expect(page.url()).not.toContain(secret);

    await page.locator('details.who summary').click();
    const sheet = page.locator('details.who form');
    await sheet.getByLabel('Whose profile').fill('bert');
    await sheet.getByRole('button', { name: 'Enter' }).click();
    await page.getByRole('alert').getByText('key').waitFor();
    // Nothing of Anna's stays in sight of somebody who is let in as nobody.
    expect(await page.locator('.entry').count()).toBe(0);

    const other = await openPage(browser, locked.url);
    await other.page.locator('main form.enter').waitFor();
    await other.page.close();
    await page.close();
  });
});

describe('the page over a model that is served elsewhere', () => {
  it('shows the profile growing, and says when the model is away', async () => {
    const replies = new Map([
      ['I live in Riga.', output('+ home_ Riga', 'Riga is lovely by the sea.')],
      ['I have moved to Oslo.', output('+ home_ Oslo', 'Oslo, then.')],
    ]);
    const upstream = await startUpstream(
      ({ messages }) => replies.get(messages.at(-1)!.content) ?? 'Only a plain reply.',
    );
    const server = await serve({
      ...{ port: 0, store: ':memory:', temperature: 0 },
      upstream: { baseUrl: upstream.url, model: 'elsewhere', key: null },
    });
    const { page } = await openPage(browser, server.url);
    const home = entryOf(page, 'home');
    expect(await say(page, 'I live in Riga.')).toContain('Riga is lovely by the sea.');
    await home.getByText('Riga', { exact: true }).first().waitFor();
    await say(page, 'I have moved to Oslo.');
    await home.getByText('was Riga').waitFor();
    // It kept to no form; that is no fault of the person's.
    expect(await say(page, 'What now?')).toContain('Only a plain reply.');
    expect(await page.locator('.entry').count()).toBe(1);

    await upstream.close();
    await page.getByLabel('Your message').fill('Hello?');
    await page.keyboard.press('Enter');
    const last = page.locator('.exchanges > li').last();
    await last.getByText('gave no answer').waitFor();
    expect(await page.locator('.entry').count()).toBe(1);
    // What was written is not lost: it can be sent again as it is, or written anew.
    await last.getByRole('button', { name: 'Send again' }).click();
    await last.getByText('gave no answer').waitFor();
    expect(await page.locator('.exchanges > li').count()).toBe(4);
    await last.getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByLabel('Your message').inputValue()).toBe('Hello?');
    expect(await page.locator('.exchanges > li').count()).toBe(3);
    await page.close();
    await server.close();
  });

  it('never sends the draft where Stop is pressed, and shows nobody what is not theirs', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const asked: string[] = [];
    const upstream = await startUpstream(async ({ messages }) => {
      asked.push(messages.at(-1)!.content);
      if (asked.length < 3) await held;
      return output('+ home_ Riga', 'Riga, then.');
    });
    const server = await serve({
      ...{ port: 0, store: ':memory:', temperature: 0 },
      upstream: { baseUrl: upstream.url, model: 'elsewhere', key: null },
    });
    const { page } = await openPage(browser, server.url);
    const field = page.getByLabel('Your message');
    await field.fill('I live in Riga.');
    await page.keyboard.press('Enter');
    await field.fill('the next thought');
    await page.getByRole('button', { name: 'Stop' }).dblclick();
    await page.getByText('Nothing of this turn is kept').waitFor();
    expect(await field.inputValue()).toBe('the next thought');
    expect(await page.locator('.exchanges > li').count()).toBe(1);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    // Leaving the page ends the reply; that is not the server's fault.
    await page.reload();
    await page.getByText('The page was loaded again before the reply was there').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    release();
    await page.getByRole('button', { name: 'Send again' }).click();
    await entryOf(page, 'home').waitFor();

    // Entering as who is here already loses nothing.
    await page.locator('details.who summary').click();
    await page.getByRole('button', { name: 'Enter' }).click();
    await entryOf(page, 'home').waitFor();
    expect(await page.locator('.exchanges > li').count()).toBe(1);
    expect(await field.inputValue()).toBe('the next thought');

    // Memory off begins anew, and holds over a reload.
    await page.getByRole('switch').uncheck();
    expect(await page.locator('.exchanges > li').count()).toBe(0);
    await page.reload();
    await page.getByText('Memory is off').waitFor();
    expect(await page.getByRole('switch').isChecked()).toBe(false);

    // An answer about Me that comes late is not shown to Bert.
    await page.route('**/v1/users/me/profile*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
    await page.reload();
    await page.locator('details.who summary').click();
    await page.getByLabel('Whose profile').fill('bert');
    const late = page.waitForResponse(/users\/me\/profile/u);
    await page.getByRole('button', { name: 'Enter' }).click();
    await late;
    await page.getByText('Nothing is known yet').waitFor();
    expect(await page.locator('.entry').count()).toBe(0);
    await page.close();
    await server.close();
    await upstream.close();
  });

  it('notices that the server is away, and that it is back', async () => {
    const upstream = await startUpstream(() => 'Only a plain reply.');
    const store = path.join(root, 'restarted.db');
    const options = { store, upstream: { baseUrl: upstream.url, model: 'elsewhere', key: null } };
    const first = await serve({ ...options, port: 0 });
    const { page } = await openPage(browser, first.url);
    await page.getByText('Nothing is known yet').waitFor();
    await say(page, 'Hello.');
    await first.close();
    await page.getByRole('alert').getByText('does not answer').waitFor();
    await page.getByRole('button', { name: 'Erase all' }).click();
    await page.getByRole('button', { name: 'Erase for good' }).click();
    // Nothing was erased, so nothing is taken out of sight.
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.locator('.exchanges > li').count()).toBe(1);
    const port = Number(new URL(first.url).port);
    const second = await serve({ ...options, port });
    await createClient({ baseUrl: second.url }).user('me').add({ slot: 'home', value: 'Riga' });
    await entryOf(page, 'home').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.close();
    await second.close();
    await upstream.close();
  });
});
