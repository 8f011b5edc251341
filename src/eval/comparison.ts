/** Tables of world scores: one policy, or a policy before and after training. */
import { firstLateTurn, type Episode } from '../env/index.ts';
import { renderInterval, renderNumber, renderTable, type TableColumn } from './table.ts';
import { compareLateMeans } from './world-suite.ts';
import type { WorldEvaluation, WorldScores } from './world-suite.ts';

const columns: readonly TableColumn[] = [
  { title: 'users', align: 'left' },
  { title: 'policy', align: 'left' },
  { title: 'n', align: 'right' },
  { title: 'F1 disclosed', align: 'right' },
  { title: 'F1 full', align: 'right' },
  { title: 'alignment', align: 'right' },
  { title: 'format', align: 'right' },
  { title: 'tokens/turn', align: 'right' },
];

export type ScoredPolicy = { readonly name: string; readonly scores: WorldScores };

/** Renders one row a policy, under the group of users it was measured on. */
export function renderScores(
  groups: readonly { readonly users: string; readonly policies: readonly ScoredPolicy[] }[],
): string {
  const rows = groups.flatMap(({ users, policies }) =>
    policies.map(({ name, scores }) => renderRow(users, name, scores)),
  );
  return `${renderCaption(groups.flatMap(({ policies }) => policies))}\n\n${renderTable(columns, rows)}`;
}

export type ComparedGroup = {
  readonly users: string;
  readonly before: WorldEvaluation;
  readonly after: WorldEvaluation;
};

/** Renders before, after and their difference, person by person, for every group of users. */
export function renderComparison(
  groups: readonly ComparedGroup[],
  names: { readonly before: string; readonly after: string },
): string {
  const rows = groups.flatMap(({ users, before, after }, index) => [
    ...(index === 0 ? [] : [[]]),
    renderRow(users, names.before, before.scores),
    renderRow(users, names.after, after.scores),
    renderDifference(users, before.episodes, after.episodes),
  ]);
  const policies = groups.flatMap(({ before, after }) => [before, after]);
  const caption = renderCaption(policies.map(({ scores }) => ({ name: '', scores })));
  return `${caption}\n\n${renderTable(columns, rows)}`;
}

function renderRow(users: string, name: string, scores: WorldScores): string[] {
  return [
    users,
    `${name} (${describeDecoding(scores)})`,
    String(scores.users),
    renderInterval(scores.late.profile_f1_disclosed),
    renderInterval(scores.late.profile_f1_full),
    renderInterval(scores.late.alignment),
    renderNumber(scores.format_rate),
    renderNumber(scores.tokens_per_turn, 1),
  ];
}

function renderDifference(
  users: string,
  before: readonly Episode[],
  after: readonly Episode[],
): string[] {
  const signed = { isSigned: true };
  return [
    users,
    'difference',
    '',
    renderInterval(compareLateMeans(before, after, 'profile_f1_disclosed'), signed),
    renderInterval(compareLateMeans(before, after, 'profile_f1_full'), signed),
    renderInterval(compareLateMeans(before, after, 'alignment'), signed),
  ];
}

/** Says how a policy was decoded. */
export function describeDecoding(scores: Pick<WorldScores, 'decoding' | 'temperature'>): string {
  return scores.decoding === 'greedy' ? 'greedy' : `sampled at ${scores.temperature}`;
}

function renderCaption(policies: readonly ScoredPolicy[]): string {
  const turns = Math.max(0, ...policies.map(({ scores }) => scores.alignment.length));
  return `Held-out people, mean over turns ${firstLateTurn} to ${turns}, 95 % intervals over people; format and tokens over all turns.`;
}
