/** The only place that reads the time; tests pass their own. */

export type Clock = {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Wall-clock time as ISO 8601. */
  readonly timestamp: () => string;
};

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  timestamp: () => new Date().toISOString(),
};
