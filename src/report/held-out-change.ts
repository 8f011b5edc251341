/** What training changed on held-out people: before, after and their difference, with intervals. */
import {
  compareLateMeans,
  mapMetrics,
  type ComparedMetric,
  type JsonInterval,
} from '../eval/index.ts';
import { pairTalks } from './learnt/choose-person.ts';
import type { ByGroup, Group, HeldOutTalks, RunData } from './load/index.ts';

export type HeldOutChange = {
  readonly before: JsonInterval;
  readonly after: JsonInterval;
  readonly difference: JsonInterval;
};

export type GroupChange = Readonly<Record<ComparedMetric, HeldOutChange>>;

export type HeldOutComparison = ByGroup<GroupChange> & {
  readonly users: number;
  /** Whether differences are person by person, or of two means taken apart. */
  readonly isPaired: boolean;
};

/** Compares both measurements, person by person where their conversations are kept; null without any. */
export function compareHeldOut(
  { heldOut }: Pick<RunData, 'heldOut'>,
  talks: HeldOutTalks | null,
): HeldOutComparison | null {
  if (heldOut === null) return null;
  const measured = talks?.isMeasurement === true ? talks : null;
  const compareGroup = (group: Group): GroupChange | null => {
    const [base, rlpa] = [heldOut.base[group], heldOut.rlpa[group]];
    if (base === undefined || rlpa === undefined) return null;
    const pairs = pairTalks(measured?.before[group] ?? [], measured?.after?.[group] ?? []);
    const [before, after] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.after)];
    return mapMetrics((metric) => {
      const [was, is] = [base.late[metric], rlpa.late[metric]];
      const difference =
        pairs.length === 0 ? subtract(is, was) : compareLateMeans(before, after, metric);
      return { before: was, after: is, difference };
    });
  };
  const [trained, untrained] = [compareGroup('trained'), compareGroup('untrained')];
  if (trained === null) return null;
  return {
    trained,
    ...(untrained === null ? {} : { untrained }),
    users: heldOut.rlpa.trained.users,
    isPaired: measured !== null && measured.after !== null,
  };
}

/** Difference of two means as if they were independent; on the same people that is too wide. */
function subtract(after: JsonInterval, before: JsonInterval): JsonInterval {
  const isKnown = after.mean !== null && before.mean !== null;
  const hasWidth = after.half_width !== null && before.half_width !== null;
  return {
    mean: isKnown ? after.mean - before.mean : null,
    half_width: hasWidth ? Math.hypot(after.half_width, before.half_width) : null,
  };
}
