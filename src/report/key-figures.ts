/** The handful of numbers that stand large at the top of the page. */
import type { JsonInterval } from '../eval/index.ts';
import type { HeldOutTalks, RunData } from './load-run.ts';
import { compareHeldOut, findTrend, type HeldOutChange } from './verdict.ts';

export type KeyFigure = {
  readonly label: string;
  /** Null for a figure that has no before. */
  readonly before: string | null;
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
  const describe = (label: string, change: HeldOutChange, people: string): KeyFigure => ({
    label,
    before: round(change.before.mean),
    after: round(change.after.mean),
    detail: `${renderGain(change.difference)} ${how}, ${users} ${people}`,
  });
  return [
    describe('Alignment', trained.alignment, 'held-out users'),
    describe('Profile F1', trained.profile_f1_disclosed, 'held-out users'),
    describe('Alignment, untrained family', untrained.alignment, 'held-out users'),
    describe('Profile F1, untrained family', untrained.profile_f1_disclosed, 'held-out users'),
  ];
}

function describeTrend(run: RunData, label: string, key: string): KeyFigure | null {
  const trend = findTrend(run, key);
  if (trend === null) return null;
  const span = trend.size === 1 ? 'iteration' : `${trend.size} iterations`;
  return {
    label,
    before: round(trend.first),
    after: round(trend.last),
    detail: `first against last ${span} of training`,
  };
}

function renderGain({ mean, half_width }: JsonInterval): string {
  if (mean === null) return 'difference unknown';
  const reach = half_width === null ? '' : ` ± ${half_width.toFixed(2)}`;
  return `${mean >= 0 ? '+' : '−'}${Math.abs(mean).toFixed(2)}${reach}`;
}

function round(value: number | null): string {
  return value === null ? '?' : value.toFixed(2);
}
