/** What the books say of one role: what was sent, answered, found in the cache, failed, and paid. */
import { failureKinds, type FailureKind } from './failures.ts';
import type { Prices } from './settings.ts';
import type { TokenUsage } from './tokens.ts';

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

/** Part of an account; what is absent is 0. */
export type AccountPart = Partial<
  Omit<Account, 'failures'> & { readonly failures: Readonly<Partial<Record<FailureKind, number>>> }
>;

const numberNames = [
  'calls',
  'answered',
  'cacheHits',
  'cacheDamaged',
  'retries',
  'promptTokens',
  'completionTokens',
  'estimated',
  'money',
  'givenUp',
] as const satisfies readonly (keyof Account)[];

/** Adds parts of accounts to one account. */
export function addAccounts(...parts: readonly AccountPart[]): Account {
  const sum = (read: (part: AccountPart) => number | undefined): number =>
    parts.reduce((total, part) => total + (read(part) ?? 0), 0);
  const numbers = Object.fromEntries(numberNames.map((name) => [name, sum((part) => part[name])]));
  const failures = failureKinds.map((kind) => [kind, sum((part) => part.failures?.[kind])]);
  return { ...numbers, failures: Object.fromEntries(failures) } as Account;
}

/** Computes the money of a usage at given prices. */
export function computeMoney(usage: TokenUsage, prices: Prices): number {
  return (
    (usage.promptTokens * prices.prompt + usage.completionTokens * prices.completion) / 1_000_000
  );
}
