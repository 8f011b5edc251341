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
  type ComparedGroup,
  type RewardChange,
  type WorldScores,
} from '../../eval/index.ts';
import type { Episode } from '../../env/index.ts';
import { listGroups, type ByGroup, type Group } from '../policies/met-families.ts';
import { placeScores, recordFloors, renderGroupFloors } from '../floors/group-floors.ts';
import type { PolicyMeasure, RunMeasures } from './measure-run.ts';
import type { TrainingRun } from './training-run.ts';

export type TrainingSummary = RunMeasures & {
  readonly training: TrainingRun;
  readonly command: string;
  /** Calls of remote models; null where everything works by program. */
  readonly ledger: LedgerRecord | null;
};

/** Composes summary.json: profile reward before, after and its difference, then all scores. */
export function composeSummary(summary: TrainingSummary): Readonly<Record<string, unknown>> {
  const { before, after, floors, command, training } = summary;
  const { settings, opened } = training;
  const people =
    opened.people === undefined
      ? null
      : {
          train: opened.people.train.length,
          test: opened.people.test.length,
          skipped_rows: opened.people.skippedRows,
        };
  const describe = ({ chosen, selection, choice }: PolicyMeasure): unknown => ({
    ...placeScores(scoresByGroup(chosen), floors),
    decodings: { choice, ...selection },
  });
  const compared = listGroups(before.chosen).map((group) => [group, compareGroup(summary, group)]);
  return {
    format: 1,
    command,
    seed: settings.seed,
    evaluation_seed: settings.evaluation.seed,
    iterations: settings.iterations,
    people,
    profile_reward: {
      name: settings.world.profileReward,
      ...(Object.fromEntries(compared) as object),
    },
    families: training.families,
    base: describe(before),
    rlpa: describe(after),
    ...recordScale(summary),
    ...(summary.ledger === null ? {} : { models: summary.ledger }),
  };
}

function compareGroup(
  { before, after }: Pick<TrainingSummary, 'before' | 'after'>,
  group: Group,
): RewardChange {
  const episodesOf = ({ chosen }: PolicyMeasure): readonly Episode[] =>
    chosen[group]?.episodes ?? [];
  return compareProfileReward(episodesOf(before), episodesOf(after));
}

/** Floors, and how far base and trained policy have come to the right question on the families trained on. */
export function recordScale({
  before,
  after,
  floors,
}: RunMeasures): Readonly<Record<string, unknown>> {
  if (floors === null) return {};
  const read = ({ chosen }: PolicyMeasure): number | null =>
    placeScores(scoresByGroup(chosen), floors).trained.scale?.of_the_way_to_right_question ?? null;
  return { ...recordFloors(floors), scale: { base: read(before), rlpa: read(after) } };
}

/** Renders where base and trained policy stand among the scripts; nothing where there are none. */
export function renderScale({ before, after, floors }: RunMeasures): string {
  const place = ({ chosen }: PolicyMeasure): ByGroup<WorldScores> =>
    placeScores(scoresByGroup(chosen), floors);
  return renderGroupFloors(floors, [
    { name: 'base', scores: place(before) },
    { name: 'rlpa', scores: place(after) },
  ]);
}

/** The scores of each group there is. */
export function scoresByGroup(chosen: PolicyMeasure['chosen']): ByGroup<WorldScores> {
  const { trained, untrained } = chosen;
  return {
    trained: trained.scores,
    ...(untrained === undefined ? {} : { untrained: untrained.scores }),
  };
}

/** Before and after of each group there is, for a table. */
export function compareGroups(
  before: PolicyMeasure['chosen'],
  after: PolicyMeasure['chosen'],
): ComparedGroup[] {
  return listGroups(after).flatMap((group) => {
    const [was, is] = [before[group], after[group]];
    const users = `${group} family`;
    return was === undefined || is === undefined ? [] : [{ users, before: was, after: is }];
  });
}

/** Renders the table, and a line on the profile reward for each family. */
export function renderSummary(summary: RunMeasures): string {
  const { before, after } = summary;
  const table = renderComparison(compareGroups(before.chosen, after.chosen), {
    before: 'base',
    after: 'rlpa',
  });
  const rewards = listGroups(after.chosen).map((group) => {
    const change = compareGroup(summary, group);
    const difference = renderInterval(change.difference, { isSigned: true });
    return `Profile reward a turn, ${group} family: ${renderInterval(change.before)} before, ${renderInterval(change.after)} after, ${difference}`;
  });
  const scale = renderScale(summary);
  return [table, '', ...rewards, ...(scale === '' ? [] : ['', scale])].join('\n');
}

/** Writes summary.json; returns the file. */
export function writeSummary(summary: TrainingSummary): string {
  const file = summary.training.run.file('summary.json');
  writeFileAtomic(file, `${JSON.stringify(composeSummary(summary), null, 2)}\n`);
  return file;
}
