import { describe, expect, it } from 'vitest';
import { BudgetError } from '../../base/index.ts';
import { CallLedger, computeMoney } from './ledger.ts';

const most = { tokens: 100, money: 1 };
const used = { promptTokens: 20, completionTokens: 10 };

describe('the ledger', () => {
  it('adds up calls, tokens and money by role and together', async () => {
    const ledger = new CallLedger();
    for (const role of ['user', 'judge', 'judge']) {
      await ledger.admit(role, most);
      ledger.settle(role, most, used, 0.5, role === 'user');
      ledger.answer(role);
    }
    ledger.hit('judge');
    ledger.fail('user', 'timeout');
    expect(ledger.account('judge')).toMatchObject({
      calls: 2,
      answered: 2,
      cacheHits: 1,
      money: 1,
    });
    expect(ledger.total()).toMatchObject({ calls: 3, promptTokens: 60, completionTokens: 30 });
    expect(ledger.total()).toMatchObject({ estimated: 1, failures: { timeout: 1, quota: 0 } });
  });

  it('goes on with the books of an earlier part', async () => {
    const first = new CallLedger();
    await first.admit('user', most);
    first.settle('user', most, used, 0.5, false);
    const saved = first.record().accounts;
    const second = new CallLedger({ budget: { calls: 1, tokens: null, money: null }, saved });
    expect(second.total()).toEqual(first.total());
    await expect(second.admit('user', most)).rejects.toThrow(BudgetError);
  });

  it.each([
    ['calls', { calls: 1, tokens: null, money: null }],
    ['tokens', { calls: null, tokens: 120, money: null }],
    ['money', { calls: null, tokens: null, money: 1.4 }],
  ] as const)('refuses the call that could break the budget of %s', async (bound, budget) => {
    const ledger = new CallLedger({ budget });
    await ledger.admit('user', most);
    ledger.settle('user', most, used, 0.5, false);
    await expect(ledger.admit('user', most)).rejects.toMatchObject({
      code: 'budget_spent',
      exitCode: 4,
      details: { bound },
    });
    expect(ledger.total().calls).toBe(1);
  });

  it('waits for calls under way before it refuses, and lets in what then fits', async () => {
    const ledger = new CallLedger({ budget: { calls: null, tokens: 150, money: null } });
    await ledger.admit('user', most);
    let isIn = false;
    const second = ledger.admit('user', most).then(() => (isIn = true));
    await Promise.resolve();
    expect(isIn).toBe(false);
    ledger.settle('user', most, used, 0, false);
    await second;
    expect(isIn).toBe(true);
  });

  it('lets the others go on where the books cannot be written', async () => {
    let isFull = false;
    const onChange = (): void => {
      if (isFull) throw new Error('no space');
    };
    const ledger = new CallLedger({ budget: { calls: null, tokens: 150, money: null }, onChange });
    await ledger.admit('user', most);
    const second = ledger.admit('user', most);
    isFull = true;
    expect(() => ledger.settle('user', most, used, 0, false)).toThrow('no space');
    await expect(second).rejects.toThrow('no space');
    isFull = false;
    await ledger.admit('user', { tokens: 1, money: 0 });
  });

  it('never goes beyond a budget of tokens, whatever the order', async () => {
    const ledger = new CallLedger({ budget: { calls: null, tokens: 500, money: null } });
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, async (_, index) => {
        await ledger.admit('user', most);
        await Promise.resolve();
        const usage = { promptTokens: 60 + (index % 3) * 20, completionTokens: 0 };
        ledger.settle('user', most, usage, 0, false);
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
