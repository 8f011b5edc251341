/**
 * `kill -9` of servers while people chat: what was answered is there afterwards, and nothing is there twice.
 *
 * `RLPA_KILLS=100 npx vitest run test/server/kill.test.ts` is the long form.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import {
  chatAllUntilGone,
  expectWhole,
  startNotingUpstream,
  type Answered,
} from './killed-servers.ts';
import { findPostgres, startPostgres } from './postgres.ts';
import { kill, startServer, stop, type StartedServer } from './start-server.ts';

const kills = Number(process.env['RLPA_KILLS'] ?? 3);
const people = ['anna', 'bert', 'cleo', 'dora'];
const tooLong = 120_000 + kills * 20_000;

/** Waits for turns that are answered from now on, and then for a moment that differs from round to round. */
async function waitForTurns(count: () => number, turns: number, round: number): Promise<void> {
  const begun = count();
  await expect.poll(count, { timeout: 60_000 }).toBeGreaterThanOrEqual(begun + turns);
  await new Promise((resolve) => setTimeout(resolve, (round * 37) % 90));
}

it(
  `a server with a SQLite file loses and doubles nothing that was answered, over ${kills} kills`,
  async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-kill-'));
    const file = path.join(folder, 'profiles.db');
    const upstream = await startNotingUpstream();
    const args = ['--upstream', upstream.url, '--model', 'fake', '--store', file];
    const answered = new Map(people.map((user): [string, Answered[]] => [user, []]));
    const count = (): number => [...answered.values()].flat().length;
    let said = 0;
    for (let round = 0; round < kills; round += 1) {
      const server = await startServer(args);
      const chats = chatAllUntilGone(
        server.url,
        people,
        () => (said += 1),
        (user, turn) => answered.get(user)!.push(turn),
      );
      await waitForTurns(count, 2 * people.length, round);
      await kill(server);
      await chats;
      const database = new Database(file);
      expect(database.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      database.close();
    }
    const server = await startServer(args);
    const client = createClient({ baseUrl: server.url });
    for (const [user, texts] of answered) expectWhole(await client.user(user).export(), texts);
    expect(await stop(server)).toBe(0);
    await upstream.close();
    fs.rmSync(folder, { recursive: true });
  },
  tooLong,
);

const programs = findPostgres();
it.skipIf(programs === null)(
  `two servers on one Postgres, killed in turn and together while the same people chat with both, lose and double nothing, over ${kills} rounds (needs the package postgresql)`,
  async () => {
    const postgres = await startPostgres(programs ?? '');
    const upstream = await startNotingUpstream();
    const store = postgres.createDatabase();
    const args = ['--upstream', upstream.url, '--model', 'fake', '--store', store];
    const answered = new Map(people.map((user): [string, Answered[]] => [user, []]));
    const byServer = [0, 0];
    let said = 0;
    const open = async (index: number): Promise<StartedServer & { chats: Promise<unknown> }> => {
      const server = await startServer(args);
      const chats = chatAllUntilGone(
        server.url,
        people,
        () => (said += 1),
        (user, turn) => {
          byServer[index]! += 1;
          answered.get(user)!.push(turn);
        },
      );
      return { ...server, chats };
    };
    const servers = await Promise.all([open(0), open(1)]);
    for (let round = 0; round < kills; round += 1) {
      await Promise.all(
        [0, 1].map((index) => waitForTurns(() => byServer[index]!, people.length, round)),
      );
      const killed = round % 3 === 2 ? [0, 1] : [round % 2];
      await Promise.all(killed.map((index) => kill(servers[index]!)));
      await Promise.all(killed.map((index) => servers[index]!.chats));
      for (const index of killed) servers[index] = await open(index);
    }
    await Promise.all(
      [0, 1].map((index) => waitForTurns(() => byServer[index]!, people.length, 0)),
    );
    await kill(servers[0]!);
    expect(await stop(servers[1]!)).toBe(0);
    await Promise.all(servers.map(({ chats }) => chats));
    const server = await startServer(args);
    const client = createClient({ baseUrl: server.url });
    for (const [user, texts] of answered) expectWhole(await client.user(user).export(), texts);
    expect(await stop(server)).toBe(0);
    await upstream.close();
    await postgres.stop();
  },
  tooLong,
);
