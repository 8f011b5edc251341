/** How long to wait before a request is tried again: growing waits, or what the server asks for. */
import { hashText } from '../../base/index.ts';
import type { CallLimits } from './settings.ts';

/**
 * Reads a Retry-After header: whole seconds, or an HTTP date.
 * Units: milliseconds from now, at least 0; null where it says nothing readable.
 */
export function parseRetryAfter(header: string | null, now: string): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  // A weekday begins every form of an HTTP date; Date.parse alone would take many other texts.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return null;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - Date.parse(now));
}

/**
 * Computes the wait before try number `attempt` + 1, in milliseconds: doubled each time, spread by a
 * quarter to either side so that requests which failed together do not come back together.
 */
export function computeWaitMs(
  attempt: number,
  limits: Pick<CallLimits, 'firstWaitSeconds' | 'longestWaitSeconds'>,
  spreadBy: string,
): number {
  const grown = limits.firstWaitSeconds * 2 ** (attempt - 1);
  const spread = 0.75 + 0.5 * (hashText(`${spreadBy}/${attempt}`) / 0x1_0000_0000);
  return Math.min(grown * spread, limits.longestWaitSeconds) * 1000;
}
