/** What the entries of a ledger come to: an account for each role, and the calls that have not ended. */
import { addAccounts, type Account, type AccountPart } from './account.ts';
import { failureKinds, type FailureKind } from './failures.ts';
import type { CallOutcome, LedgerEntry } from './ledger-entry.ts';

/** What a call may use, or calls have used. */
export type CallAmount = { readonly tokens: number; readonly money: number };

export class Books {
  readonly #accounts = new Map<string, Account>();
  readonly #open = new Map<string, CallAmount & { readonly role: string }>();

  /** Enters the next entry. */
  apply(entry: LedgerEntry): void {
    switch (entry.kind) {
      case 'begin':
        return;
      case 'open':
        this.#open.set(entry.id, entry);
        this.#add(entry.role, { calls: 1 });
        return;
      case 'withdraw': {
        const opened = this.#open.get(entry.id);
        if (opened !== undefined) this.#add(opened.role, { calls: -1 });
        this.#open.delete(entry.id);
        return;
      }
      case 'close': {
        // Where the opening line is lost, the call has not been counted yet.
        const calls = this.#open.delete(entry.id) ? 0 : 1;
        const { promptTokens, completionTokens, money, isEstimated, outcome } = entry;
        const used = { promptTokens, completionTokens, money, estimated: isEstimated ? 1 : 0 };
        this.#add(entry.role, { calls, ...used, ...countOutcome(outcome) });
        return;
      }
      case 'count':
        this.#add(entry.role, entry.part);
    }
  }

  isOpen(id: string): boolean {
    return this.#open.has(id);
  }

  /** Books by role, in the order in which the roles first appeared. */
  accounts(): Readonly<Record<string, Account>> {
    return Object.fromEntries(this.#accounts);
  }

  /** Books of one role. */
  account(role: string): Account {
    return this.#accounts.get(role) ?? addAccounts();
  }

  /** Books of all roles together. */
  total(): Account {
    return addAccounts(...this.#accounts.values());
  }

  /** Calls that have not ended, at the most they can use. */
  unsettled(): CallAmount & { readonly calls: number } {
    const open = [...this.#open.values()];
    return {
      calls: open.length,
      tokens: open.reduce((sum, { tokens }) => sum + tokens, 0),
      money: open.reduce((sum, { money }) => sum + money, 0),
    };
  }

  #add(role: string, part: AccountPart): void {
    this.#accounts.set(role, addAccounts(this.account(role), part));
  }
}

function countOutcome(outcome: CallOutcome): AccountPart {
  if (outcome === 'answered') return { answered: 1 };
  return isFailure(outcome) ? { failures: { [outcome]: 1 } } : {};
}

function isFailure(outcome: CallOutcome): outcome is FailureKind {
  return failureKinds.some((kind) => kind === outcome);
}
