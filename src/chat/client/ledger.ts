/**
 * The books of all calls: what was sent, answered, found in the cache, failed, and what it cost.
 *
 * The budget is kept here because only the books know what is left of it. A call is admitted against
 * the most it can use; the difference to what it did use is given back when it ends. So the budget
 * is never overrun, and near its end calls wait for those under way instead of giving up early.
 */
import { BudgetError } from '../../base/index.ts';
import { unlimitedBudget, type CallBudget, type Prices } from './settings.ts';
import type { TokenUsage } from './tokens.ts';

export const failureKinds = [
  'rate_limited',
  'server_error',
  'timeout',
  'connection',
  'malformed',
  'unauthorised',
  'not_found',
  'quota',
  'refused',
] as const;

export type FailureKind = (typeof failureKinds)[number];

/** Books of one role (the simulated users, say). */
export type Account = {
  /** Requests sent, further tries included. */
  readonly calls: number;
  readonly answered: number;
  /** Answers from the cache, or shared with the same request under way. */
  readonly cacheHits: number;
  /** Cache entries that could not be read and were asked for again. */
  readonly cacheDamaged: number;
  readonly retries: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** Calls whose tokens had to be estimated, because the server did not say. */
  readonly estimated: number;
  readonly money: number;
  /** Failed requests by kind, those that a further try mended included. */
  readonly failures: Readonly<Record<FailureKind, number>>;
  /** Requests that failed for good. */
  readonly givenUp: number;
};

export type LedgerRecord = {
  readonly format: 1;
  readonly budget: CallBudget;
  readonly total: Account;
  readonly accounts: Readonly<Record<string, Account>>;
};

type Amount = { readonly tokens: number; readonly money: number };

/** Books in which nothing stands yet. */
export function emptyAccount(): Account {
  return {
    calls: 0,
    answered: 0,
    cacheHits: 0,
    cacheDamaged: 0,
    retries: 0,
    promptTokens: 0,
    completionTokens: 0,
    estimated: 0,
    money: 0,
    failures: Object.fromEntries(failureKinds.map((kind) => [kind, 0])) as Account['failures'],
    givenUp: 0,
  };
}

/** Money of a usage at given prices. */
export function computeMoney(usage: TokenUsage, prices: Prices): number {
  return (
    (usage.promptTokens * prices.prompt + usage.completionTokens * prices.completion) / 1_000_000
  );
}

/** Adds two accounts. */
export function addAccounts(first: Account, second: Account): Account {
  const { failures: a, ...numbers } = first;
  const { failures: b, ...others } = second;
  const sum = Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => [
      key,
      value + others[key as keyof typeof others],
    ]),
  ) as Omit<Account, 'failures'>;
  const failures = Object.fromEntries(
    failureKinds.map((kind) => [kind, (a[kind] ?? 0) + (b[kind] ?? 0)]),
  ) as Account['failures'];
  return { ...sum, failures };
}

export type LedgerOptions = {
  readonly budget?: CallBudget;
  /** Books of an earlier part of the same run; its use counts against the budget. */
  readonly saved?: Readonly<Record<string, Account>>;
  /** Called after every entry. */
  readonly onChange?: () => void;
};

/** The books of one run. */
export class CallLedger {
  readonly budget: CallBudget;
  readonly #accounts = new Map<string, Account>();
  readonly #onChange: () => void;
  #reserved = { tokens: 0, money: 0, calls: 0 };
  #waiting: (() => void)[] = [];

  constructor(options: LedgerOptions = {}) {
    this.budget = options.budget ?? unlimitedBudget;
    this.#onChange = options.onChange ?? ((): void => undefined);
    for (const [role, account] of Object.entries(options.saved ?? {})) {
      this.#accounts.set(role, addAccounts(emptyAccount(), account));
    }
  }

  /** Books of one role. */
  account(role: string): Account {
    return this.#accounts.get(role) ?? emptyAccount();
  }

  /** Books of all roles together. */
  total(): Account {
    return [...this.#accounts.values()].reduce(addAccounts, emptyAccount());
  }

  record(): LedgerRecord {
    return {
      format: 1,
      budget: this.budget,
      total: this.total(),
      accounts: Object.fromEntries(this.#accounts),
    };
  }

  /**
   * Admits one call that uses at most the given amount, and counts it as sent.
   * Waits while calls under way may still leave room. Throws `BudgetError` when there is none left.
   */
  async admit(role: string, most: Amount): Promise<void> {
    for (;;) {
      const lacking = this.#findLacking(most);
      if (lacking === null) break;
      if (this.#reserved.calls === 0) throw describeSpent(lacking, this.budget, this.total());
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    // Booking may fail for want of disk; nothing is reserved before it.
    this.#book(role, { calls: 1 });
    this.#reserve(most, 1);
  }

  /** Takes back a call that was admitted and not sent. */
  withdraw(role: string, most: Amount): void {
    this.#book(role, { calls: -1 });
    this.settle(role, most, { promptTokens: 0, completionTokens: 0 }, 0, false);
  }

  /** Ends a call that was admitted, and books what it used. */
  settle(role: string, most: Amount, used: TokenUsage, money: number, isEstimated: boolean): void {
    this.#reserve({ tokens: -most.tokens, money: -most.money }, -1);
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      this.#book(role, { ...used, money, estimated: isEstimated ? 1 : 0 });
    } finally {
      for (const resume of waiting) resume();
    }
  }

  answer(role: string): void {
    this.#book(role, { answered: 1 });
  }

  hit(role: string): void {
    this.#book(role, { cacheHits: 1 });
  }

  damage(role: string): void {
    this.#book(role, { cacheDamaged: 1 });
  }

  retry(role: string): void {
    this.#book(role, { retries: 1 });
  }

  fail(role: string, kind: FailureKind): void {
    this.#book(role, { failures: { ...emptyAccount().failures, [kind]: 1 } });
  }

  giveUp(role: string): void {
    this.#book(role, { givenUp: 1 });
  }

  #book(role: string, entry: Partial<Account>): void {
    const next = addAccounts(this.account(role), { ...emptyAccount(), ...entry });
    this.#accounts.set(role, next);
    this.#onChange();
  }

  #reserve(amount: Amount, calls: number): void {
    this.#reserved = {
      tokens: this.#reserved.tokens + amount.tokens,
      money: this.#reserved.money + amount.money,
      calls: this.#reserved.calls + calls,
    };
  }

  /** Name of the bound that the call could break; calls are counted when sent, so they need no reserve. */
  #findLacking(most: Amount): keyof CallBudget | null {
    const { calls, tokens, money } = this.budget;
    const used = this.total();
    const spent = used.promptTokens + used.completionTokens;
    if (calls !== null && used.calls + 1 > calls) return 'calls';
    if (tokens !== null && spent + this.#reserved.tokens + most.tokens > tokens) return 'tokens';
    if (money !== null && used.money + this.#reserved.money + most.money > money) return 'money';
    return null;
  }
}

function describeSpent(
  bound: keyof CallBudget,
  budget: CallBudget,
  { calls, promptTokens, completionTokens, money }: Account,
): BudgetError {
  const used = { calls, tokens: promptTokens + completionTokens, money };
  return new BudgetError(
    'budget_spent',
    `The budget of ${budget[bound]} ${bound} leaves no room for another call: ${used[bound]} used.`,
    {
      details: { bound, budget: budget[bound], used: used[bound] },
      hint: `Everything up to here is saved. Raise the budget of ${bound} and run the same command with --resume; what is in the cache is not asked again.`,
    },
  );
}
