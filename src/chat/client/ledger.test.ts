import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BudgetError, CheckpointError, ConfigError, DataError } from '../../base/index.ts';
import { computeMoney } from './account.ts';
import { CallLedger, type Reservation, type Settlement } from './ledger.ts';
import { createMemoryStore, openLedgerFile } from './ledger-store.ts';
import type { CallBudget } from './settings.ts';

const most = { tokens: 100, money: 1 };
const used = { promptTokens: 20, completionTokens: 10 };
const answered: Settlement = { outcome: 'answered', usage: used, money: 0.5, isEstimated: false };

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-ledger-'));
afterAll(() => fs.rmSync(root, { recursive: true }));
let files = 0;
const newFile = (): string => path.join(root, `${(files += 1)}`, 'ledger.jsonl');

const bound = (budget: Partial<CallBudget>): CallBudget => ({
  calls: null,
  tokens: null,
  money: null,
  ...budget,
});

const openIn = (file: string, budget: Partial<CallBudget> = {}): CallLedger =>
  new CallLedger({ budget: bound(budget), store: openLedgerFile(file) });

describe('the ledger', () => {
  it('adds up calls, tokens and money by role and together', async () => {
    const ledger = new CallLedger();
    for (const role of ['user', 'judge', 'judge']) {
      const call = await ledger.admit(role, most);
      ledger.settle(call, { ...answered, isEstimated: role === 'user' });
    }
    ledger.count('judge', { cacheHits: 1 });
    const failed = await ledger.admit('user', most);
    ledger.settle(failed, { ...answered, outcome: 'timeout', money: 0 });
    expect(ledger.account('judge')).toMatchObject({
      calls: 2,
      answered: 2,
      cacheHits: 1,
      money: 1,
    });
    expect(ledger.total()).toMatchObject({ calls: 4, promptTokens: 80, completionTokens: 40 });
    expect(ledger.total()).toMatchObject({ estimated: 1, failures: { timeout: 1, quota: 0 } });
  });

  it.each([
    ['calls', { calls: 1 }],
    ['tokens', { tokens: 120 }],
    ['money', { money: 1.4 }],
  ] as const)('refuses the call that could break the budget of %s', async (name, budget) => {
    const ledger = new CallLedger({ budget: bound(budget) });
    ledger.settle(await ledger.admit('user', most), answered);
    await expect(ledger.admit('user', most)).rejects.toMatchObject({
      code: 'budget_spent',
      exitCode: 4,
      details: { bound: name },
    });
    expect(ledger.total().calls).toBe(1);
  });

  it.each([{ calls: Number.NaN }, { tokens: -1 }, { money: Number.POSITIVE_INFINITY }])(
    'takes no budget that bounds nothing: %o',
    (budget) => {
      expect(() => new CallLedger({ budget: bound(budget) })).toThrow(ConfigError);
    },
  );

  it('waits for calls under way before it refuses, and lets in what then fits', async () => {
    const ledger = new CallLedger({ budget: bound({ tokens: 150 }) });
    const first = await ledger.admit('user', most);
    let isIn = false;
    const second = ledger.admit('user', most).then(() => (isIn = true));
    await Promise.resolve();
    expect(isIn).toBe(false);
    ledger.settle(first, answered);
    await second;
    expect(isIn).toBe(true);
  });

  it('lets the others go on where the books cannot be written', async () => {
    let isFull = false;
    const memory = createMemoryStore();
    const append: typeof memory.append = (entry) => {
      if (isFull) throw new DataError('disk_full', 'no space');
      memory.append(entry);
    };
    const store = { ...memory, append };
    const ledger = new CallLedger({ budget: bound({ calls: 1 }), store });
    const first = await ledger.admit('user', most);
    const second = ledger.admit('user', most);
    isFull = true;
    expect(() => ledger.settle(first, answered)).toThrow('no space');
    await expect(second).rejects.toThrow(BudgetError);
  });

  it('sends nothing where the books cannot be written', async () => {
    const sync = (): Promise<void> => Promise.reject(new DataError('disk_full', 'no space'));
    const ledger = new CallLedger({ store: { ...createMemoryStore(), sync } });
    await expect(ledger.admit('user', most)).rejects.toThrow('no space');
    expect(ledger.record()).toMatchObject({ total: { calls: 0 }, unsettled: { calls: 0 } });
  });

  it('never goes beyond a budget of tokens, whatever the order', async () => {
    const ledger = new CallLedger({ budget: bound({ tokens: 500 }) });
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, async (_, index) => {
        const call = await ledger.admit('user', most);
        await Promise.resolve();
        const usage = { promptTokens: 60 + (index % 3) * 20, completionTokens: 0 };
        ledger.settle(call, { ...answered, usage, money: 0 });
      }),
    );
    expect(ledger.total().promptTokens).toBeLessThanOrEqual(500);
    expect(ledger.total().promptTokens).toBeGreaterThan(400);
    expect(results.some(({ status }) => status === 'rejected')).toBe(true);
  });

  it('computes money by the million tokens', () => {
    expect(computeMoney(used, { prompt: 100_000, completion: 200_000 })).toBe(4);
  });
});

describe('a ledger in a file', () => {
  it('goes on with what an earlier process booked', async () => {
    const file = newFile();
    const first = openIn(file);
    first.settle(await first.admit('user', most), answered);
    first.count('user', { cacheHits: 3, retries: 1 });
    first.close();
    const second = openIn(file, { calls: 1 });
    expect(second.total()).toEqual(first.total());
    await expect(second.admit('user', most)).rejects.toThrow(BudgetError);
  });

  it('can be closed more than once, and loses what is counted later', () => {
    const ledger = openIn(newFile());
    ledger.close();
    ledger.close();
    ledger.count('user', { cacheHits: 1 });
    expect(ledger.record().total.cacheHits).toBe(0);
  });

  it('counts a call whose process was killed, at the most it can have used', async () => {
    const file = newFile();
    await openIn(file).admit('user', most);
    const second = openIn(file, { tokens: 150 });
    expect(second.record().unsettled).toEqual({ calls: 1, ...most });
    await expect(second.admit('user', most)).rejects.toMatchObject({
      details: { used: 100, unsettled: 1 },
    });
    const small = await second.admit('user', { tokens: 50, money: 0 });
    second.withdraw(small);
    expect(second.record()).toMatchObject({ total: { calls: 1 }, unsettled: { calls: 1 } });
  });

  it('keeps the budget where several share it', async () => {
    const file = newFile();
    const ledgers = [1, 2, 3].map(() => openIn(file, { calls: 10 }));
    const admitted: Reservation[] = [];
    const work = ledgers.map(async (ledger) => {
      for (;;) {
        const call = await ledger.admit('user', most);
        admitted.push(call);
        ledger.settle(call, answered);
      }
    });
    for (const result of await Promise.allSettled(work)) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'budget_spent' } });
    }
    expect(admitted).toHaveLength(10);
    expect(openIn(file).total().calls).toBe(10);
  });

  it('gives the last call to the one who entered first', async () => {
    const store = openLedgerFile(newFile());
    const ledger = new CallLedger({ budget: bound({ calls: 1 }), store });
    const append = store.append.bind(store);
    store.append = (entry): void => {
      if (entry.kind === 'open') append({ ...entry, id: 'of another process' });
      append(entry);
    };
    await expect(ledger.admit('user', most)).rejects.toThrow(BudgetError);
    expect(ledger.record()).toMatchObject({ total: { calls: 1 }, unsettled: { calls: 1 } });
  });

  it.each<[string, string, number]>([
    ['an entry that broke off', '\n{"kind":"open","id":"x","ro', 1],
    ['zeros that a loss of power left', '\n\0\0\0\0', 1],
    [
      'a closing line without its opening',
      `\n${JSON.stringify({ kind: 'close', id: 'x', role: 'user', promptTokens: 1, completionTokens: 1, money: 0, outcome: 'answered', isEstimated: false })}\n`,
      2,
    ],
  ])('reads over %s', async (_, text, calls) => {
    const file = newFile();
    const first = openIn(file);
    first.settle(await first.admit('user', most), answered);
    fs.appendFileSync(file, text);
    expect(openIn(file).total().calls).toBe(calls);
  });

  it.each<[string, string]>([
    ['another version', '{"kind":"begin","format":99}'],
    ['a negative amount', '{"kind":"count","role":"user","part":{"calls":-5}}'],
    ['an unknown kind', '{"kind":"gift"}'],
    ['damage', '{"kind":"count","role":"user""part":{}}'],
    ['a line without an end', 'x'.repeat(300_000)],
  ])('refuses a file with %s, because what was spent cannot be told', (_, line) => {
    const file = newFile();
    openIn(file).close();
    fs.appendFileSync(file, `${line}\n`);
    expect(() => openIn(file)).toThrow(CheckpointError);
    expect(() => openIn(file)).toThrow(/ledger\.jsonl, line \d/u);
  });

  it('writes through no link, and into nothing but a file', () => {
    const file = newFile();
    fs.mkdirSync(path.dirname(file));
    const other = path.join(path.dirname(file), 'other');
    fs.writeFileSync(other, 'mine');
    fs.symlinkSync(other, file);
    expect(() => openIn(file)).toThrow(DataError);
    expect(fs.readFileSync(other, 'utf8')).toBe('mine');
    fs.unlinkSync(file);
    fs.mkdirSync(file);
    expect(() => openIn(file)).toThrow(DataError);
  });
});
