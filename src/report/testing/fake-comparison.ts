/** Comparisons made by hand, for tests of their page. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { summarizeArms, type ArmRun, type WorldScores } from '../../eval/index.ts';

function score(alignment: number): WorldScores {
  const interval = { mean: alignment, half_width: 0.01 };
  const byTurn = [1, alignment];
  return {
    late: { alignment: interval, profile_f1_disclosed: interval, profile_f1_full: interval },
    alignment: byTurn,
    profile_f1_disclosed: byTurn,
    profile_f1_full: byTurn,
    format_rate: 1,
    tokens_per_turn: 20,
    users: 8,
    seconds: 1,
    decoding: 'greedy',
    temperature: 0,
    diagnostics: { disclosed_items: [0, 3], profile_block_words: null },
  } as unknown as WorldScores;
}

/** Runs of one arm, a seed each; each family is shifted against the arm's alignment. */
export function createRuns(
  arm: string,
  alignments: readonly number[],
  families: Readonly<Record<string, number>> = { warm: 0 },
  tokens = 1000,
): ArmRun[] {
  return alignments.map((alignment, index) => ({
    arm,
    seed: index + 1,
    tokens,
    seconds: 60,
    families: Object.fromEntries(
      Object.entries(families).map(([family, shift]) => [family, score(alignment + shift)]),
    ),
  }));
}

/** Says of runs that they leave a family out, against the arm `all`. */
export function leaveOut(runs: readonly ArmRun[], family: string): ArmRun[] {
  return runs.map((run) => ({ ...run, leavesOut: { family, against: 'all' } }));
}

/** Writes comparison.json as `rlpa compare` does. */
export function writeRuns(
  directory: string,
  runs: readonly ArmRun[],
  titles: Readonly<Record<string, string>> = {},
): string {
  const arms = [...new Set(runs.map(({ arm }) => arm))];
  const summaries = summarizeArms(runs, new Map(arms.map((arm) => [arm, titles[arm] ?? arm])));
  const content = { format: 1, title: 'T', command: 'rlpa compare x', arms: summaries, runs };
  fs.mkdirSync(directory);
  fs.writeFileSync(path.join(directory, 'comparison.json'), JSON.stringify(content));
  return directory;
}

/** A base, training on all families and on all but one, over three families. */
export function writeFakeComparison(directory: string): string {
  const families = { warm: 0, cold: -0.1, terse: -0.2 };
  return writeRuns(directory, [
    ...createRuns('base', [0.4], families, 0),
    ...createRuns('all', [0.8, 0.81, 0.82], families),
    ...leaveOut(createRuns('all but cold', [0.76, 0.77, 0.78], families), 'cold'),
  ]);
}
