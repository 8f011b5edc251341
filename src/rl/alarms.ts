/**
 * Alarms of a training run: ways in which small models are known to go wrong, seen in the metrics.
 *
 * Each looks at one iteration and at those before it, and says what is wrong and what it means. An
 * alarm changes nothing; it is told once when it begins, and again only after it was over.
 */

/** Metrics of one iteration; a mean of nothing is NaN, or null as it is read from a file. */
export type AlarmMetrics = Readonly<Record<string, number | null>>;

export type Alarm = { readonly name: string; readonly text: string };

/** Iterations that later ones are held against. */
const startIterations = 3;

/** Share of groups whose tries all earn the same from which there is little left to learn from. */
const mostAlike = 0.5;

/** Share of messages with something to note after which nothing is noted, and how far it must have risen. */
const silence = { share: 0.5, rise: 0.2 };

/** Share of replies that are one and the same. */
const mostSame = 0.4;

/** Length of outputs, as a share of what it was at the start. */
const leastLength = 0.6;

/** Share of outputs that can be read. */
const leastReadable = 0.5;

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Finds what is wrong in the last of some iterations. */
export function findAlarms(iterations: readonly AlarmMetrics[]): readonly Alarm[] {
  const last = iterations.at(-1);
  if (last === undefined) return [];
  const start = iterations.slice(0, startIterations);
  const at = (key: string): number => last[key] ?? Number.NaN;
  const before = (key: string): number => mean(start.map((metrics) => metrics[key] ?? Number.NaN));
  const alarms: Alarm[] = [];
  const add = (name: string, text: string): void => {
    alarms.push({ name, text });
  };
  if (at('groups/alike') >= mostAlike) {
    add(
      'groups_alike',
      `in ${percent(at('groups/alike'))} of the groups all tries earn the same, so there is nothing to compare`,
    );
  }
  if (at('format/rate') < leastReadable) {
    add('unreadable', `only ${percent(at('format/rate'))} of the outputs can be read`);
  }
  const silent = at('profile/silent_rate');
  if (silent >= silence.share && silent >= before('profile/silent_rate') + silence.rise) {
    add(
      'silence',
      `saying nothing wins: after ${percent(silent)} of what people told nothing was noted`,
    );
  }
  const same = at('reply/most_common_share');
  if (same >= mostSame) add('same_reply', `${percent(same)} of the replies are one and the same`);
  const [length, first] = [at('tokens/per_turn'), before('tokens/per_turn')];
  if (iterations.length > 1 && length < leastLength * first) {
    add(
      'shrinking',
      `outputs shrink: ${length.toFixed(0)} tokens a turn, ${first.toFixed(0)} at the start`,
    );
  }
  return alarms;
}

/** Finds the alarms that the last iteration begins. */
export function findNewAlarms(iterations: readonly AlarmMetrics[]): readonly Alarm[] {
  const known = new Set(findAlarms(iterations.slice(0, -1)).map(({ name }) => name));
  return findAlarms(iterations).filter(({ name }) => !known.has(name));
}

function mean(values: readonly number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}
