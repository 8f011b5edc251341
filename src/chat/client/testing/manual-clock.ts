/** A clock that stands still until somebody sleeps: waiting then takes no time and is recorded. */
import type { Clock } from '../../../base/index.ts';
import type { Sleep } from '../limiter.ts';

export type ManualClock = {
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** Milliseconds of every wait, in order. */
  readonly waits: readonly number[];
};

/** Creates the clock, at 2026-01-01T00:00:00Z. */
export function createManualClock(): ManualClock {
  const startMs = Date.parse('2026-01-01T00:00:00Z');
  const waits: number[] = [];
  let nowMs = 0;
  return {
    clock: {
      nowMs: () => nowMs,
      timestamp: () => {
        const date = Math.floor((startMs + nowMs) / 1000);
        const seconds = String(date % 60).padStart(2, '0');
        const minutes = String(Math.floor(date / 60) % 60).padStart(2, '0');
        return `2026-01-01T00:${minutes}:${seconds}Z`;
      },
    },
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      waits.push(milliseconds);
      nowMs += milliseconds;
      await Promise.resolve();
    },
    waits,
  };
}
