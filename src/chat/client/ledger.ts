/**
 * The books of all calls: what was sent, answered, found in the cache, failed, and what it cost.
 *
 * The budget is kept here because only the books know what is left of it. A call is entered before it
 * is sent, at the most it can use, and the difference to what it did use is given back when it ended.
 * So the budget holds whatever happens to the process: what a killed one had sent stays counted. Where
 * several processes share the books, the order of the entries decides which of two last calls is made.
 */
import * as crypto from 'node:crypto';
import { BudgetError, invariant } from '../../base/index.ts';
import type { Account, AccountPart } from './account.ts';
import { Books, type CallAmount } from './books.ts';
import type { CallOutcome, LedgerEntry } from './ledger-entry.ts';
import { createMemoryStore, type LedgerStore } from './ledger-store.ts';
import { callBudgetSchema, checkRanges } from './ranges.ts';
import { unlimitedBudget, type CallBudget } from './settings.ts';
import type { TokenUsage } from './tokens.ts';

export type LedgerRecord = {
  readonly format: 2;
  readonly budget: CallBudget;
  readonly total: Account;
  readonly accounts: Readonly<Record<string, Account>>;
  /**
   * Calls that were sent and whose end nobody wrote down, because their process was killed or is still
   * at work; at the most they can have used, which counts against the budget.
   */
  readonly unsettled: CallAmount & { readonly calls: number };
};

/** A call that was admitted and has not ended. */
export type Reservation = CallAmount & { readonly id: string; readonly role: string };

/** What became of a call. */
export type Settlement = {
  readonly outcome: CallOutcome;
  readonly usage: TokenUsage;
  readonly money: number;
  readonly isEstimated: boolean;
};

export type LedgerOptions = {
  readonly budget?: CallBudget;
  /** Where the entries are kept; in memory by default. */
  readonly store?: LedgerStore;
};

/** The books of one run. */
export class CallLedger {
  readonly budget: CallBudget;
  readonly #books = new Books();
  /** Ids of the calls of this process that have not ended. */
  readonly #own = new Set<string>();
  readonly #process = crypto.randomBytes(6).toString('base64url');
  #store: LedgerStore;
  #admitted = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  /** Throws `ConfigError` for a budget that is none. */
  constructor({ budget = unlimitedBudget, store = createMemoryStore() }: LedgerOptions = {}) {
    checkRanges(callBudgetSchema, budget, 'budget');
    this.budget = budget;
    this.#store = store;
    this.#catchUp();
  }

  /** Keeps the books in another store from now on, with what stands in it. Only before the first entry. */
  keepIn(store: LedgerStore): void {
    invariant(Object.keys(this.#books.accounts()).length === 0, 'the books have entries');
    this.#store = store;
    this.#catchUp();
  }

  /** Books of one role. */
  account(role: string): Account {
    return this.#books.account(role);
  }

  /** Books of all roles together. */
  total(): Account {
    return this.#books.total();
  }

  record(): LedgerRecord {
    return {
      format: 2,
      budget: this.budget,
      total: this.total(),
      accounts: this.#books.accounts(),
      unsettled: this.#books.unsettled(),
    };
  }

  /**
   * Admits one call that uses at most the given amount, and counts it as sent from then on.
   * Waits while calls under way may still leave room. Throws `BudgetError` when there is none left,
   * `DataError` when the books cannot be written.
   */
  async admit(role: string, most: CallAmount): Promise<Reservation> {
    for (;;) {
      this.#catchUp();
      let lacking = this.#findLacking(most);
      if (lacking === null) {
        this.#admitted += 1;
        const reservation = { id: `${this.#process}-${this.#admitted}`, role, ...most };
        lacking = this.#reserve(reservation);
        if (lacking === null) return await this.#makeDurable(reservation);
        this.withdraw(reservation);
      }
      if (this.#own.size === 0) throw this.#describeSpent(lacking);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Takes back a call that was admitted and not sent. */
  withdraw({ id }: Reservation): void {
    this.#end(id, { kind: 'withdraw', id });
  }

  /** Ends a call that was admitted, and books what it used. */
  settle({ id, role }: Reservation, settlement: Settlement): void {
    const { usage, ...rest } = settlement;
    const { promptTokens, completionTokens } = usage;
    this.#end(id, { kind: 'close', id, role, promptTokens, completionTokens, ...rest });
  }

  /** Counts what is no call. */
  count(
    role: string,
    part: Pick<AccountPart, 'cacheHits' | 'cacheDamaged' | 'retries' | 'givenUp'>,
  ): void {
    if (!this.#isClosed) this.#enter({ kind: 'count', role, part });
  }

  /** Ends the keeping. What is counted afterwards is lost; no call is under way by then. */
  close(): void {
    this.#isClosed = true;
    this.#store.close();
  }

  /** Enters a call. Returns the bound that it breaks where it came to stand; null where it breaks none. */
  #reserve({ id, role, tokens, money }: Reservation): keyof CallBudget | null {
    this.#store.append({ kind: 'open', id, role, tokens, money });
    this.#own.add(id);
    let lacking: keyof CallBudget | null = null;
    for (const entry of this.#store.readNew()) {
      const isOurs = entry.kind === 'open' && entry.id === id;
      if (isOurs) lacking = this.#findLacking({ tokens, money });
      this.#books.apply(entry);
    }
    invariant(this.#books.isOpen(id), 'an entry of the books was not found again');
    return lacking;
  }

  async #makeDurable(reservation: Reservation): Promise<Reservation> {
    try {
      await this.#store.sync();
      return reservation;
    } catch (error) {
      this.withdraw(reservation);
      throw error;
    }
  }

  #end(id: string, entry: LedgerEntry): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#own.delete(id);
    try {
      this.#enter(entry);
    } finally {
      for (const resume of waiting) resume();
    }
  }

  #enter(entry: LedgerEntry): void {
    this.#store.append(entry);
    this.#catchUp();
  }

  #catchUp(): void {
    for (const entry of this.#store.readNew()) this.#books.apply(entry);
  }

  /** Name of the bound that the call could break; calls are counted when opened, so they need no reserve. */
  #findLacking(most: CallAmount): keyof CallBudget | null {
    const { calls, tokens, money } = this.budget;
    const used = this.#sumUsed();
    if (calls !== null && used.calls + 1 > calls) return 'calls';
    if (tokens !== null && used.tokens + most.tokens > tokens) return 'tokens';
    if (money !== null && used.money + most.money > money) return 'money';
    return null;
  }

  /** What is used or may still be. */
  #sumUsed(): Readonly<Record<keyof CallBudget, number>> {
    const { calls, promptTokens, completionTokens, money } = this.#books.total();
    const open = this.#books.unsettled();
    const tokens = promptTokens + completionTokens + open.tokens;
    return { calls, tokens, money: money + open.money };
  }

  #describeSpent(bound: keyof CallBudget): BudgetError {
    const used = this.#sumUsed()[bound];
    const { calls: unsettled } = this.#books.unsettled();
    const open =
      unsettled === 0
        ? ''
        : ` (${unsettled} calls whose end is not known count at the most they can use)`;
    return new BudgetError(
      'budget_spent',
      `The budget of ${this.budget[bound]} ${bound} leaves no room for another call: ${used} used${open}.`,
      {
        details: { bound, budget: this.budget[bound], used, unsettled },
        hint: `Everything up to here is saved. Raise the budget of ${bound} and run the same command with --resume; what is in the cache is not asked again.`,
      },
    );
  }
}
