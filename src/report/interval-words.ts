/** Words that an interval bears: a change is called one only where its interval lies on one side of 0. */
import type { JsonInterval } from '../eval/index.ts';

export type Direction = 'up' | 'down' | 'unclear';

/** Tells on which side of 0 the whole interval lies; without a width it is unclear. */
export function directionOf({ mean, half_width }: JsonInterval): Direction {
  if (mean === null || half_width === null) return 'unclear';
  if (mean - half_width > 0) return 'up';
  return mean + half_width < 0 ? 'down' : 'unclear';
}

export type Change = {
  readonly before: number | null;
  readonly after: number | null;
  readonly difference: JsonInterval;
};

/** Says what became of a figure: it rose, it fell, or nobody can tell. */
export function describeChange(name: string, { before, after, difference }: Change): string {
  const [from, to] = [roundFigure(before), roundFigure(after)];
  switch (directionOf(difference)) {
    case 'up':
      return `${name} rose from ${from} to ${to} (${renderGain(difference)})`;
    case 'down':
      return `${name} fell from ${from} to ${to} (${renderGain(difference)})`;
    case 'unclear':
      return difference.half_width === null
        ? `${name} was ${from} and is ${to} (too few for an interval)`
        : `${name} was ${from} and is ${to} (${renderGain(difference)}, no change not excluded)`;
  }
}

/** Renders a difference with its sign and half width. */
export function renderGain({ mean, half_width }: JsonInterval): string {
  if (mean === null) return 'difference unknown';
  const reach = half_width === null ? '' : ` ± ${half_width.toFixed(2)}`;
  return `${mean >= 0 ? '+' : '−'}${Math.abs(mean).toFixed(2)}${reach}`;
}

/** Renders a figure with two digits. */
export function roundFigure(value: number | null): string {
  return value === null ? '?' : value.toFixed(2);
}

/** Begins a sentence. */
export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
