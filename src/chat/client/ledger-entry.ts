/**
 * One line of the books.
 *
 * A call is opened before it is sent, at the most it can use, and closed when it ended. What was
 * opened and never closed was sent by a process that is gone, or is under way in another one.
 */
import { z } from 'zod';
import type { AccountPart } from './account.ts';
import { failureKinds } from './failures.ts';

/** Raised when lines change their meaning. */
export const ledgerFormat = 2;

/** How a call ended; `interrupted` where nobody waited for the end. */
const outcomes = ['answered', 'interrupted', ...failureKinds] as const;

const amount = z.number().min(0);
const part = amount.exactOptional();
/** What an account may hold in a file. */
export const accountPartSchema = z.strictObject({
  calls: part,
  answered: part,
  cacheHits: part,
  cacheDamaged: part,
  retries: part,
  promptTokens: part,
  completionTokens: part,
  estimated: part,
  money: part,
  failures: z.partialRecord(z.enum(failureKinds), amount).exactOptional(),
  givenUp: part,
}) satisfies z.ZodType<AccountPart>;

export const ledgerEntrySchema = z.discriminatedUnion('kind', [
  /** The first line of every process that writes. */
  z.strictObject({ kind: z.literal('begin'), format: z.literal(ledgerFormat) }),
  z.strictObject({
    kind: z.literal('open'),
    id: z.string(),
    role: z.string(),
    tokens: amount,
    money: amount,
  }),
  /** An opened call that was not sent after all. */
  z.strictObject({ kind: z.literal('withdraw'), id: z.string() }),
  z.strictObject({
    kind: z.literal('close'),
    id: z.string(),
    role: z.string(),
    outcome: z.enum(outcomes),
    promptTokens: amount,
    completionTokens: amount,
    money: amount,
    isEstimated: z.boolean(),
  }),
  /** Anything else that is counted. */
  z.strictObject({
    kind: z.literal('count'),
    role: z.string(),
    part: accountPartSchema,
  }),
]);

export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export type CallOutcome = (typeof outcomes)[number];
