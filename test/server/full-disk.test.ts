/** A disk that takes no more while a server runs: chats go on and say so, and it recovers. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { startNotingUpstream } from './killed-servers.ts';
import { startProgram, stop, type StartedServer } from './start-server.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-full-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const main = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

const hasPrlimit = fs.existsSync('/usr/bin/prlimit');

/** A server whose files can be forbidden to grow: to its database that is a full disk. */
function startLimitable(upstream: string, store: string): Promise<StartedServer> {
  const args = ['--upstream', upstream, '--model', 'fake', '--store', store];
  const program = [process.execPath, main, 'serve', '--port', '0', ...args];
  return startProgram('bash', ['-c', `trap '' XFSZ; exec "$@"`, 'bash', ...program]);
}

const limit = ({ child }: StartedServer, bytes: string): void =>
  void execFileSync('prlimit', ['--pid', String(child.pid), `--fsize=${bytes}:`]);
const fill = (server: StartedServer): void => limit(server, '1');
const makeRoom = (server: StartedServer): void => limit(server, 'unlimited');

it.skipIf(!hasPrlimit)(
  'a full disk costs memory and not the chat, is seen from outside, and passes (needs prlimit)',
  async () => {
    const upstream = await startNotingUpstream();
    const store = path.join(folder, 'profiles.db');
    const server = await startLimitable(upstream.url, store);
    const client = createClient({ baseUrl: server.url });
    const ready = async (): Promise<unknown> => (await fetch(`${server.url}/readyz`)).json();
    const say = async (content: string): Promise<string | undefined> => {
      const messages = [{ role: 'user' as const, content }];
      return (await client.chat({ user: 'anna', messages })).rlpa?.memory;
    };
    expect(await say('I like thing1 and live in Town1')).toBe('used');
    fill(server);
    expect(await say('I like thing2 and live in Town2')).toBe('unavailable');
    expect(await ready()).toEqual({ status: 'degraded', store: 'unavailable' });
    expect((await client.user('anna').export()).turns).toHaveLength(1);

    makeRoom(server);
    expect(await ready()).toEqual({ status: 'ready', store: 'ready' });
    expect(await say('I like thing3 and live in Town3')).toBe('used');
    expect((await client.user('anna').export()).turns).toHaveLength(2);
    await client.user('anna').erase();
    expect(fs.readFileSync(store).includes('thing1')).toBe(false);
    expect(await stop(server)).toBe(0);
    await upstream.close();
  },
  60_000,
);

it.skipIf(!hasPrlimit)(
  'a server on a full disk ends as it should, and its store opens again (needs prlimit)',
  async () => {
    const upstream = await startNotingUpstream();
    const store = path.join(folder, 'full.db');
    const server = await startLimitable(upstream.url, store);
    const user = createClient({ baseUrl: server.url }).user('anna');
    await user.add({ slot: 'home', value: 'Oslo' });
    fill(server);
    await expect(user.erase()).rejects.toMatchObject({ status: 503 });
    expect(await stop(server)).toBe(0);

    const again = await startLimitable(upstream.url, store);
    const { entries } = await createClient({ baseUrl: again.url }).user('anna').profile();
    expect(entries.map(({ value }) => value)).toEqual(['Oslo']);
    expect(await stop(again)).toBe(0);
    await upstream.close();
  },
  60_000,
);

it.skipIf(!hasPrlimit)(
  'an erasure whose file cannot be written anew says so, and is finished when asked again (needs prlimit)',
  async () => {
    const upstream = await startNotingUpstream();
    const store = path.join(folder, 'uncleaned.db');
    const server = await startLimitable(upstream.url, store);
    const client = createClient({ baseUrl: server.url });
    const say = (user: string, content: string): Promise<unknown> =>
      client.chat({ user, messages: [{ role: 'user', content }] });
    for (let turn = 0; turn < 6; turn += 1) await say('anna', 'and so on '.repeat(5000));
    await say('bert', 'I like thing1 and live in Xanadu');
    // Room for what is deleted, not for the whole file once more.
    limit(server, String(fs.statSync(`${store}-wal`).size + 100_000));
    await expect(client.user('bert').erase()).rejects.toMatchObject({
      ...{ status: 503, code: 'store_not_cleaned' },
      message: expect.stringContaining('It is deleted') as string,
    });
    expect((await client.user('bert').export()).messages).toEqual([]);
    makeRoom(server);
    await client.user('bert').erase();
    const bytes = ['', '-wal'].map((end) => fs.readFileSync(`${store}${end}`));
    expect(bytes.some((each) => each.includes('Xanadu'))).toBe(false);
    expect(await stop(server)).toBe(0);
    await upstream.close();
  },
  60_000,
);
