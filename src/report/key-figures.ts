/** The handful of numbers that stand large at the top of the page. */
import type { WorldScores } from '../eval/index.ts';
import { compareHeldOut, type HeldOutChange } from './held-out-change.ts';
import { renderGain, roundFigure } from './interval-words.ts';
import type { HeldOutTalks, RunData } from './load/index.ts';
import { findTrend } from './training-findings.ts';

export type KeyFigure = {
  readonly label: string;
  readonly before: string;
  readonly after: string;
  readonly detail: string;
};

/** Picks the key figures: held-out ones where they were measured, else those of training. */
export function pickKeyFigures(run: RunData, talks: HeldOutTalks | null): KeyFigure[] {
  const comparison = compareHeldOut(run, talks);
  if (comparison === null) {
    return [
      describeTrend(run, 'Alignment', 'alignment/late_mean'),
      describeTrend(run, 'Profile F1', 'profile/f1_disclosed_late'),
      describeTrend(run, 'Format rate', 'format/rate'),
    ].flatMap((figure) => figure ?? []);
  }
  const { trained, untrained, users, isPaired } = comparison;
  const how = isPaired ? 'person by person' : 'of two means';
  const describe = (label: string, change: HeldOutChange): KeyFigure => ({
    label,
    before: roundFigure(change.before.mean),
    after: roundFigure(change.after.mean),
    detail: `${renderGain(change.difference)} ${how}, ${users} held-out users`,
  });
  return [
    describe('Alignment', trained.alignment),
    describe('Profile F1', trained.profile_f1_disclosed),
    ...describeWay(run),
    ...(untrained === undefined
      ? []
      : [
          describe('Alignment, untrained family', untrained.alignment),
          describe('Profile F1, untrained family', untrained.profile_f1_disclosed),
        ]),
  ];
}

/** How far on the scale of scripts; nothing where none were measured. */
function describeWay({ heldOut }: RunData): KeyFigure[] {
  const read = (scores: WorldScores | undefined): number | null =>
    scores?.scale?.of_the_way_to_right_question ?? null;
  const [before, after] = [read(heldOut?.base.trained), read(heldOut?.rlpa.trained)];
  if (before === null || after === null) return [];
  return [
    {
      label: 'Of the way to the right question',
      before: roundFigure(before),
      after: roundFigure(after),
      detail: 'alignment over all turns: at 0 as one who remembers nothing',
    },
  ];
}

function describeTrend(run: RunData, label: string, key: string): KeyFigure | null {
  const trend = findTrend(run, key);
  if (trend === null) return null;
  const span = trend.size === 1 ? 'iteration' : `${trend.size} iterations`;
  return {
    label,
    before: roundFigure(trend.before),
    after: roundFigure(trend.after),
    detail: `${renderGain(trend.difference)}, first against last ${span} of training`,
  };
}
