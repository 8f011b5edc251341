/** A table of what scripts get, with policies in their places among them. */
import type { Floor } from './floors.ts';
import { renderInterval, renderNumber, renderTable, type TableColumn } from './table.ts';
import type { WorldScores } from './world-suite.ts';

const columns: readonly TableColumn[] = [
  { title: '', align: 'left' },
  { title: 'alignment', align: 'right' },
  { title: 'to right_question', align: 'right' },
  { title: 'to oracle', align: 'right' },
  { title: 'F1 disclosed', align: 'right' },
  { title: 'what it does', align: 'left' },
];

/** A policy that was measured on the same people. */
export type PlacedPolicy = {
  readonly name: string;
  readonly scores: Pick<WorldScores, 'whole' | 'scale'>;
};

type Row = { readonly alignment: number | null; readonly cells: readonly string[] };

/** Renders scripts and policies, the lowest first; nothing where no script was measured. */
export function renderFloors(
  floors: readonly Floor[],
  policies: readonly PlacedPolicy[] = [],
): string {
  if (floors.length === 0) return '';
  const rows = [...floors.map(describeFloor), ...policies.map(describePolicy)];
  const sorted = rows.toSorted((a, b) => (a.alignment ?? -Infinity) - (b.alignment ?? -Infinity));
  return `Alignment over all turns, and the share of the way from remembers_nothing:\n\n${renderTable(
    columns,
    sorted.map(({ cells }) => cells),
  )}`;
}

function describeFloor(floor: Floor): Row {
  const { name, summary, alignment, alignment_half_width, profile_f1_disclosed } = floor;
  return {
    alignment,
    cells: [
      name,
      renderInterval({ mean: alignment, half_width: alignment_half_width }),
      renderNumber(floor.of_the_way_to_right_question, 2),
      renderNumber(floor.of_the_way_to_oracle, 2),
      renderNumber(profile_f1_disclosed),
      summary,
    ],
  };
}

function describePolicy({ name, scores: { whole, scale } }: PlacedPolicy): Row {
  const unknown = { mean: null, half_width: null };
  return {
    alignment: whole?.alignment.mean ?? null,
    cells: [
      `> ${name}`,
      renderInterval(whole?.alignment ?? unknown),
      renderNumber(scale?.of_the_way_to_right_question ?? null, 2),
      renderNumber(scale?.of_the_way_to_oracle ?? null, 2),
      renderNumber(whole?.profile_f1_disclosed.mean ?? null),
      '',
    ],
  };
}
