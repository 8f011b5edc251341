/** What all clients of one server share: its limits, and whether it still answers. */
import { setTimeout as sleepReal } from 'node:timers/promises';
import pLimit from 'p-limit';
import { systemClock, type Clock } from '../../base/index.ts';
import { RateLimiter, type Sleep } from './limiter.ts';
import { callLimitsSchema, checkRanges } from './ranges.ts';
import type { CallLimits } from './settings.ts';

export type ServerOptions = {
  readonly limits: CallLimits;
  readonly clock?: Clock;
  readonly sleep?: Sleep;
};

export type ModelServer = {
  readonly limits: CallLimits;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly limiter: RateLimiter;
  readonly takePlace: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Requests in a row that failed for good. */
  failuresInARow: number;
};

/** Creates the shared part; one for each server. Throws `ConfigError` for limits out of range. */
export function createModelServer(options: ServerOptions): ModelServer {
  const { limits, clock = systemClock, sleep = sleepUntilAborted } = options;
  checkRanges(callLimitsSchema, limits, 'limits');
  const places = pLimit(limits.concurrency);
  return {
    limits,
    clock,
    sleep,
    limiter: new RateLimiter(limits, clock, sleep),
    takePlace: (work) => places(work),
    failuresInARow: 0,
  };
}

async function sleepUntilAborted(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await sleepReal(milliseconds, undefined, signal === undefined ? {} : { signal });
}
