/**
 * `kill -9` of the server while people chat: what was answered is there afterwards, and nothing is there twice.
 *
 * `RLPA_KILLS=100 npx vitest run test/server/kill.test.ts` is the long form.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import type { Export } from '../../src/api/index.ts';
import { createClient, type Client } from '../../src/client/index.ts';
import { startUpstream } from './fake-upstream.ts';
import { output } from './open-server.ts';

const kills = Number(process.env['RLPA_KILLS'] ?? 3);
const people = 4;
const root = path.resolve(import.meta.dirname, '../..');

type Started = { readonly child: ChildProcess; readonly url: string };

function startServer(args: readonly string[]): Promise<Started> {
  const main = path.join(root, 'dist', 'cli', 'main.js');
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part: Buffer) => (said += part.toString()));
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`The server ended: ${said}`)));
    child.stdout.on('data', (part: Buffer) => {
      const [, url] = /^Serving at (\S+)/u.exec(part.toString()) ?? [];
      if (url !== undefined) resolve({ child, url });
    });
  });
}

/** Says one thing after the other as one person, until the server is gone; gives what was answered. */
async function chatUntilGone(
  client: Client,
  person: number,
  next: () => string,
): Promise<string[]> {
  const answered: string[] = [];
  for (;;) {
    const value = next();
    const messages = [{ role: 'user' as const, content: `I like ${value}` }];
    try {
      const user = `person-${person}`;
      if (answered.length % 2 === 0) await client.chat({ user, messages });
      else for await (const chunk of client.stream({ user, messages })) void chunk;
    } catch {
      return answered;
    }
    answered.push(value);
  }
}

it(`loses and doubles nothing that was answered, over ${kills} kills`, async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-kill-'));
  const file = path.join(folder, 'profiles.db');
  const upstream = await startUpstream(({ messages }) => {
    const [, value = ''] = /I like (\w+)/u.exec(messages.at(-1)?.content ?? '') ?? [];
    return output(`+ likes_ ${value}`, `So you like ${value}.`);
  });
  const args = ['--upstream', upstream.url, '--model', 'fake', '--store', file];
  const answered = new Map<number, string[]>();
  let count = 0;
  for (let round = 0; round < kills; round += 1) {
    const { child, url } = await startServer(args);
    const client = createClient({ baseUrl: url });
    const chats = Array.from({ length: people }, async (_, person) => {
      const values = await chatUntilGone(client, person, () => `thing${(count += 1)}`);
      answered.set(person, [...(answered.get(person) ?? []), ...values]);
    });
    const begun = count;
    await expect.poll(() => count - begun, { timeout: 60_000 }).toBeGreaterThan(3 * people);
    await new Promise((resolve) => setTimeout(resolve, (round * 37) % 90));
    child.kill('SIGKILL');
    await Promise.all(chats);
    const database = new Database(file);
    expect(database.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    database.close();
  }
  const { child, url } = await startServer(args);
  const client = createClient({ baseUrl: url });
  for (const [person, values] of answered) {
    const kept: Export = await client.user(`person-${person}`).export();
    const living = kept.entries.map(({ value }) => value);
    expect(living).toEqual(expect.arrayContaining(values));
    expect(new Set(living).size).toBe(living.length);
    const said = kept.messages.map(({ content }) => content);
    expect(new Set(said).size).toBe(said.length);
    // A turn is whole: its message, its reply and its entry, or none of them.
    expect(kept.turns).toHaveLength(kept.messages.length);
    expect(kept.entries).toHaveLength(kept.messages.length);
  }
  expect([...answered.values()].flat().length).toBeGreaterThan(0);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  await upstream.close();
  fs.rmSync(folder, { recursive: true });
});
