/** The served report follows its run, and says no to what it does not have. */
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { serveReport } from '../index.ts';
import { addFakeIteration, createFakeRun } from '../testing/fake-run.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-serve-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

type State = { readonly stamp: string; readonly finished: number };

function askAs(host: string, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .on('error', reject);
  });
}

it('follows the run, gives any iteration, and refuses what it does not have', async () => {
  const run = await createFakeRun(path.join(root, 'live'), 1);
  const server = await serveReport({ directory: run.directory, host: '127.0.0.1', port: 0 });
  const get = (what: string): Promise<Response> => fetch(new URL(what, server.url));
  const readState = async (): Promise<State> => (await (await get('/state')).json()) as State;
  try {
    const before = await readState();
    expect(before.finished).toBe(1);
    expect(await readState()).toEqual(before);
    await addFakeIteration(run, 2);
    const after = await readState();
    expect(after).toMatchObject({ finished: 2, iterations: [1, 2] });
    expect(after.stamp).not.toBe(before.stamp);
    fs.writeFileSync(run.file('demo.json'), '{}');
    expect((await readState()).stamp).not.toBe(after.stamp);
    expect(await (await get('/')).text()).toContain('2 of 4 iterations');
    expect(await (await get('/episodes?iteration=2')).json()).toHaveLength(4);
    expect((await get('/episodes?iteration=9')).status).toBe(404);
    expect((await get('/../config.json')).status).toBe(404);
    expect((await fetch(server.url, { method: 'POST' })).status).toBe(405);
    expect(await askAs('evil.example', server.url)).toBe(403);
    expect(await askAs('localhost:1', server.url)).toBe(200);
  } finally {
    await server.close();
  }
});

it('says so when the port is in use, and when the address is none of this machine', async () => {
  const { directory } = await createFakeRun(path.join(root, 'taken'), 0);
  const server = await serveReport({ directory, host: '127.0.0.1', port: 0 });
  try {
    const port = Number(new URL(server.url).port);
    await expect(serveReport({ directory, host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'cannot_listen',
      exitCode: 2,
    });
    await expect(serveReport({ directory, host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'cannot_listen',
    });
  } finally {
    await server.close();
  }
});

it('tells what is wrong with a run that was damaged while it was served', async () => {
  const run = await createFakeRun(path.join(root, 'damaged'), 1);
  const server = await serveReport({ directory: run.directory, host: '127.0.0.1', port: 0 });
  try {
    fs.writeFileSync(run.file('metrics.jsonl'), '{"iter\n');
    const answer = await fetch(server.url);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toMatch(/Line 1 of .*metrics\.jsonl is not valid JSON/u);
  } finally {
    await server.close();
  }
});
