/** The only place that reads the time; tests pass their own. */
import { cpuUsage } from 'node:process';

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

/** The next time that a clock can give, a millisecond later. */
export function nextTimestamp(timestamp: string): string {
  return new Date(Date.parse(timestamp) + 1).toISOString();
}

/** Milliseconds that the processors have worked for this process, all its threads together. */
export function readProcessorMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}
