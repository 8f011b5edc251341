/**
 * The ranges in which the client keeps its promises; it checks them whoever calls it.
 *
 * A timer of more than 2^31 ms fires at once, a budget that is no number bounds nothing, and a price
 * of 1e308 makes the books infinite.
 */
import { z } from 'zod';
import { ConfigError } from '../../base/index.ts';
import { defaultCallLimits, type CallBudget, type CallLimits, type Prices } from './settings.ts';

const count = z.int().min(1);
/** A day; timers go wrong from 2^31 ms on, which is 25 of them. */
const seconds = z.number().min(0).max(86_400);

/** Ranges of the limits. Those that older settings lack have defaults. */
export const callLimitsSchema = z.strictObject({
  requestsPerMinute: count.nullable(),
  tokensPerMinute: count.nullable(),
  concurrency: count.max(1024),
  timeoutSeconds: seconds.positive(),
  longestReplyBytes: count.max(67_108_864).prefault(defaultCallLimits.longestReplyBytes),
  retries: z.int().min(0).max(20),
  firstWaitSeconds: seconds,
  longestWaitSeconds: seconds,
  totalSeconds: seconds.prefault(defaultCallLimits.totalSeconds),
  failuresInARow: count,
}) satisfies z.ZodType<CallLimits>;

/** Ranges of the budget. */
export const callBudgetSchema = z.strictObject({
  calls: z.int().min(0).nullable(),
  tokens: z.int().min(0).nullable(),
  money: z.number().min(0).nullable(),
}) satisfies z.ZodType<CallBudget>;

const price = z.number().min(0).max(1_000_000_000);

/** Ranges of the prices. */
export const pricesSchema = z.strictObject({
  prompt: price,
  completion: price,
}) satisfies z.ZodType<Prices>;

/** Throws `ConfigError` naming each value out of its range. */
export function checkRanges(schema: z.ZodType, values: unknown, name: string): void {
  const issues = schema.safeParse(values).error?.issues ?? [];
  if (issues.length === 0) return;
  const problems = issues.map(({ path, message }) => [name, ...path].join('.') + `: ${message}`);
  throw new ConfigError('call_settings_invalid', `Calls cannot keep to ${problems.join('; ')}.`, {
    details: { problems },
    hint: 'Each setting says its range where it is defined (CallLimits, CallBudget, Prices).',
  });
}
