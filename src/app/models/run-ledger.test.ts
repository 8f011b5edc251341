import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BudgetError, CheckpointError } from '../../base/index.ts';
import { CallLedger } from '../../chat/index.ts';
import { openRunLedger, renderLedger, writeLedgerSummary } from './run-ledger.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-run-ledger-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const createFolder = (name: string): string => {
  const folder = path.join(root, name);
  fs.mkdirSync(folder);
  return folder;
};

/** As a version that kept nothing but the sums wrote it. */
const oldSums = {
  format: 1,
  budget: { calls: 10, tokens: null, money: null },
  accounts: {
    judge: {
      calls: 8,
      answered: 7,
      cacheHits: 2,
      cacheDamaged: 0,
      retries: 1,
      promptTokens: 80,
      completionTokens: 40,
      estimated: 0,
      money: 0.25,
      failures: { timeout: 1, quota: 0 },
      givenUp: 0,
    },
  },
};

const most = { tokens: 10, money: 0 };
const answer = {
  outcome: 'answered',
  usage: { promptTokens: 1, completionTokens: 1 },
  isEstimated: false,
} as const;
const budget = { calls: 10, tokens: null, money: null };

describe('the books of a run', () => {
  it('of an earlier version go on, once, and count against the budget', async () => {
    const folder = createFolder('old');
    fs.writeFileSync(path.join(folder, 'ledger.json'), JSON.stringify(oldSums));
    const first = new CallLedger({ budget, store: openRunLedger(folder) });
    expect(first.account('judge')).toMatchObject({ calls: 8, money: 0.25, cacheHits: 2 });
    first.withdraw(await first.admit('judge', most));
    await first.admit('judge', most);
    first.close();
    const second = new CallLedger({ budget, store: openRunLedger(folder) });
    expect(second.total().calls).toBe(9);
    const last = await second.admit('judge', most);
    second.settle(last, { ...answer, money: 0 });
    await expect(second.admit('judge', most)).rejects.toThrow(BudgetError);
  });

  it('are told whole, with the calls whose end is not known', async () => {
    const folder = createFolder('whole');
    await new CallLedger({ store: openRunLedger(folder) }).admit('judge', most);
    const ledger = new CallLedger({ store: openRunLedger(folder) });
    expect(renderLedger(ledger.record())).toContain('1 calls were sent whose end is not known');
    writeLedgerSummary(folder, ledger.record());
    const sums: unknown = JSON.parse(fs.readFileSync(path.join(folder, 'ledger.json'), 'utf8'));
    expect(sums).toMatchObject({ format: 2, total: { calls: 1 }, unsettled: { calls: 1 } });
  });

  it.each([{ format: 2, accounts: {} }, { format: 1, accounts: { judge: { calls: -8 } } }, null])(
    'are not begun anew beside sums that cannot be gone on with: %o',
    (sums) => {
      const folder = fs.mkdtempSync(path.join(root, 'sums-'));
      fs.writeFileSync(path.join(folder, 'ledger.json'), JSON.stringify(sums));
      expect(() => openRunLedger(folder)).toThrow(CheckpointError);
      expect(fs.readdirSync(folder)).toEqual(['ledger.json']);
    },
  );
});
