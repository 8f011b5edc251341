/**
 * What training on a file of people brought: the same held-out people before and after.
 *
 * Written as summary.json into the run directory. The profile reward is the one that was trained on.
 */
import { writeFileAtomic } from '../../base/index.ts';
import type { LedgerRecord } from '../../chat/index.ts';
import {
  compareProfileReward,
  renderComparison,
  renderInterval,
  type RewardChange,
} from '../../eval/index.ts';
import { groups, type Group, type PolicyMeasure } from './measure-run.ts';
import type { TrainingRun } from './training-run.ts';

export type TrainingSummary = {
  readonly training: TrainingRun;
  readonly before: PolicyMeasure;
  readonly after: PolicyMeasure;
  readonly command: string;
  /** Calls of remote models; null where everything works by program. */
  readonly ledger: LedgerRecord | null;
};

/** Composes summary.json: profile reward before, after and its difference, then all scores. */
export function composeSummary(summary: TrainingSummary): Readonly<Record<string, unknown>> {
  const { before, after, command, training } = summary;
  const { settings, opened } = training;
  const people =
    opened.people === undefined
      ? null
      : {
          train: opened.people.train.length,
          test: opened.people.test.length,
          skipped_rows: opened.people.skippedRows,
        };
  const describe = ({ chosen, all, choice }: PolicyMeasure): unknown => ({
    trained: chosen.trained.scores,
    untrained: chosen.untrained.scores,
    decodings: { choice, ...all },
  });
  return {
    format: 1,
    command,
    seed: settings.seed,
    evaluation_seed: settings.evaluation.seed,
    iterations: settings.iterations,
    people,
    profile_reward: {
      name: settings.world.profileReward,
      trained: compareGroup(summary, 'trained'),
      untrained: compareGroup(summary, 'untrained'),
    },
    base: describe(before),
    rlpa: describe(after),
    ...(summary.ledger === null ? {} : { models: summary.ledger }),
  };
}

function compareGroup(
  { before, after }: Pick<TrainingSummary, 'before' | 'after'>,
  group: Group,
): RewardChange {
  return compareProfileReward(before.chosen[group].episodes, after.chosen[group].episodes);
}

/** Renders the table, and a line on the profile reward for each family. */
export function renderSummary(summary: Pick<TrainingSummary, 'before' | 'after'>): string {
  const { before, after } = summary;
  const table = renderComparison(
    groups.map((group) => ({
      users: `${group} family`,
      before: before.chosen[group],
      after: after.chosen[group],
    })),
    { before: 'base', after: 'rlpa' },
  );
  const rewards = groups.map((group) => {
    const change = compareGroup(summary, group);
    const difference = renderInterval(change.difference, { isSigned: true });
    return `Profile reward a turn, ${group} family: ${renderInterval(change.before)} before, ${renderInterval(change.after)} after, ${difference}`;
  });
  return [table, '', ...rewards].join('\n');
}

/** Writes summary.json; returns the file. */
export function writeSummary(summary: TrainingSummary): string {
  const file = summary.training.run.file('summary.json');
  writeFileAtomic(file, `${JSON.stringify(composeSummary(summary), null, 2)}\n`);
  return file;
}
