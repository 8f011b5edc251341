/** The hard budget, kept by processes that are killed and by several at once. */
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CallLedger, openLedgerFile } from '../../src/chat/index.ts';
import { startFakeServer, type FakeServer } from '../fake-server/fake-model-server.ts';
import { createScratch, root } from './command-line.ts';

/** Asks until an error ends it, and prints its code. */
const program = `
const [library, baseUrl, file, calls] = process.argv.slice(1);
const chat = await import(library);
const budget = { ...chat.unlimitedBudget, calls: Number(calls) };
const ledger = new chat.CallLedger({ budget, store: chat.openLedgerFile(file) });
const client = chat.createModelClient({
  endpoint: { baseUrl, model: 'm', maxTokensField: 'max_tokens', prices: { prompt: 1, completion: 1 } },
  server: chat.createModelServer({ limits: { ...chat.defaultCallLimits, concurrency: 3 } }),
  ledger, role: 'judge', key: null, cache: null,
});
const ask = async (seed) => {
  const sampling = { maxTokens: 5, temperature: 0 };
  const messages = [{ role: 'user', content: 'hello' }];
  await client.reply([{ conversationId: 'a', messages, sampling, seed }]);
  await ask(seed + 3);
};
await Promise.all([1, 2, 3].map(ask)).catch((error) => console.log(error.code));
`;

let scratch: string;
let server: FakeServer | null = null;

beforeAll(() => {
  scratch = createScratch();
});

afterEach(async () => {
  await server?.close();
});

afterAll(() => fs.rmSync(scratch, { recursive: true }));

type Asking = {
  readonly child: ChildProcess;
  readonly ended: Promise<{ signal: string | null; output: string }>;
};

function startAsking({ baseUrl }: FakeServer, file: string, calls: number): Asking {
  const library = path.join(root, 'dist', 'chat', 'index.js');
  const args = ['--input-type=module', '--eval', program, library, baseUrl, file, `${calls}`];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (part: Buffer) => (output += part.toString()));
  const ended = new Promise<{ signal: string | null; output: string }>((resolve) =>
    child.on('close', (_, signal) => resolve({ signal, output: output.trim() })),
  );
  return { child, ended };
}

describe('a budget of 10 calls', () => {
  it('holds although the process is killed again and again', async () => {
    const file = path.join(scratch, 'killed', 'ledger.jsonl');
    let asking: Asking | null = null;
    server = await startFakeServer({
      misbehave: (index) => {
        if (index % 3 === 2) asking?.child.kill('SIGKILL');
        return { kind: 'slow', milliseconds: 10 };
      },
    });
    let deaths = 0;
    for (;;) {
      asking = startAsking(server, file, 10);
      const { signal, output } = await asking.ended;
      if (signal === null) {
        expect(output).toBe('budget_spent');
        break;
      }
      expect(signal).toBe('SIGKILL');
      deaths += 1;
    }
    expect(deaths).toBeGreaterThan(0);
    expect(server.seen.length).toBeLessThanOrEqual(10);
    const { total, unsettled } = new CallLedger({ store: openLedgerFile(file) }).record();
    expect(total.calls).toBe(10);
    expect(unsettled.calls).toBeGreaterThanOrEqual(deaths);
  });

  it('holds although three processes spend it at once', async () => {
    const file = path.join(scratch, 'shared', 'ledger.jsonl');
    server = await startFakeServer({ misbehave: () => ({ kind: 'slow', milliseconds: 20 }) });
    const shared = server;
    const askings = [1, 2, 3].map(() => startAsking(shared, file, 10));
    for (const { ended } of askings) {
      expect(await ended).toEqual({ signal: null, output: 'budget_spent' });
    }
    expect(server.seen).toHaveLength(10);
    const { total, unsettled } = new CallLedger({ store: openLedgerFile(file) }).record();
    expect([total.calls, total.answered, unsettled.calls]).toEqual([10, 10, 0]);
  });
});
