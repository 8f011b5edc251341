/**
 * The property that every case is held to: it ends in a documented exit code, with words that were
 * foreseen, within 10 seconds and 1.5 GB, and changes nothing but its own folder.
 *
 * `npm test` runs 500 seeded cases, `npm run fuzz` 10,000. RLPA_FUZZ_CASES, RLPA_FUZZ_SEED and
 * RLPA_FUZZ_SHRINK=1 change number, seed and whether a failing case is made smaller. With
 * RLPA_FUZZ_ALL=1 a subject goes on after a failure and lists all of them.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { Host, type Job } from './hosts.ts';
import { describeChange, describeProblem } from './judge-outcome.ts';
import { clearCase, describeOutside, layOut, type Places } from './sentinel.ts';

const total = Number(process.env['RLPA_FUZZ_CASES'] ?? 500);
const seed = Number(process.env['RLPA_FUZZ_SEED'] ?? 1);
const shrinks = process.env['RLPA_FUZZ_SHRINK'] === '1';
const goesOn = process.env['RLPA_FUZZ_ALL'] === '1';

/** Characters of a case that are shown when it fails. */
const longestPart = 3000;

export type Subject<Case> = {
  /** What is fuzzed, and its share of all cases. */
  readonly name: string;
  readonly share: number;
  readonly cases: fc.Arbitrary<Case>;
  /** Writes the case's files into `places.case` and says what is run. */
  readonly prepare: (given: Case, places: Places) => Promise<Omit<Job, 'cwd'>>;
  /** Called when the case is over. */
  readonly cleanUp?: () => Promise<void>;
};

/** Defines the test of one subject. */
export function checkCases<Case>(subject: Subject<Case>): void {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-fuzz-'));
  const places = layOut(scratch);
  const outside = describeOutside(places);
  const host = new Host({
    HOME: path.join(scratch, 'outside', 'home'),
    TMPDIR: path.join(scratch, 'temporary'),
  });
  const failures: string[] = [];
  const endings = new Map<number | null, number>();

  const check = async (given: Case): Promise<void> => {
    clearCase(places);
    const job = await subject.prepare(given, places);
    const outcome = await host.run({ ...job, cwd: places.cwd });
    await subject.cleanUp?.();
    endings.set(outcome.exitCode, (endings.get(outcome.exitCode) ?? 0) + 1);
    const problem = describeProblem(outcome) ?? describeChange(outside, describeOutside(places));
    if (problem === null) return;
    const parts = [problem, `rlpa ${job.args.join(' ')}`, fc.stringify(given)];
    const text = parts.map((part) => part.slice(0, longestPart)).join('\n');
    if (!goesOn) throw new Error(text);
    failures.push(text);
  };

  afterAll(() => {
    host.close();
    fs.rmSync(scratch, { recursive: true, force: true });
  });

  const numRuns = Math.max(1, Math.round(total * subject.share));
  it(`${subject.name}: ${numRuns} cases`, { timeout: 100 * 60_000 }, async () => {
    const options = { seed, numRuns, endOnFailure: !shrinks };
    await fc.assert(fc.asyncProperty(subject.cases, check), options);
    if (goesOn) console.info(`${subject.name}, exit codes: ${describeEndings(endings)}`);
    expect(failures.join('\n\n')).toBe('');
  });
}

function describeEndings(endings: ReadonlyMap<number | null, number>): string {
  return [...endings].map(([exitCode, count]) => `${exitCode} ${count} times`).join(', ');
}
