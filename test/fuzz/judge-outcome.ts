/** What every case is held to; see check-cases.ts. */
import { exitCodes } from '../../src/cli/exit-codes.ts';
import type { Outcome } from './hosts.ts';

const mostProcessorMs = 10_000;
const mostBytes = 1.5e9;
const documented = Object.values(exitCodes).map(({ code }) => code as number);

/** Says what is wrong with how a case ended; null where nothing is. */
export function describeProblem(outcome: Outcome): string | null {
  const { exitCode, stderr, seconds, processorMs, peakBytes, pollution } = outcome;
  if (exitCode === null) return `no end within ${seconds.toFixed(0)} s: ${stderr}`;
  if (!documented.includes(exitCode)) return `exit code ${exitCode}`;
  if (/not foreseen|internal:|^\s+at /mu.test(stderr)) return `unforeseen: ${stderr}`;
  if (exitCode !== 0 && stderr.trim() === '') return `exit code ${exitCode} without a word`;
  if (processorMs > mostProcessorMs && seconds > mostProcessorMs / 1000) {
    return `took ${seconds.toFixed(1)} s, of which the processors worked ${processorMs} ms`;
  }
  if (peakBytes > mostBytes) return `took ${(peakBytes / 1e9).toFixed(2)} GB`;
  return pollution.length === 0 ? null : `every object now has ${pollution.join(', ')}`;
}

/** Says what changed outside of the case; null where nothing did. */
export function describeChange(before: readonly string[], after: readonly string[]): string | null {
  const gone = before.filter((line) => !after.includes(line));
  const come = after.filter((line) => !before.includes(line));
  if (gone.length + come.length === 0) return null;
  return `outside of the case: was ${gone.join('; ')}, is ${come.join('; ')}`;
}
