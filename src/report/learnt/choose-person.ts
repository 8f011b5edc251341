/** Which person's two conversations stand at the top of the page: a typical one, by rule. */
import type { Episode } from '../../env/index.ts';
import { computeLateMean, type ComparedMetric } from '../../eval/index.ts';

/** One person's conversations with two policies. */
export type TalkPair = { readonly before: Episode; readonly after: Episode };

/** Pairs conversations with the same person from the same seed, in the order of the later ones. */
export function pairTalks(before: readonly Episode[], after: readonly Episode[]): TalkPair[] {
  const earlier = new Map(before.map((episode) => [nameMeeting(episode), episode]));
  return after.flatMap((episode) => {
    const met = earlier.get(nameMeeting(episode));
    return met === undefined ? [] : [{ before: met, after: episode }];
  });
}

const nameMeeting = ({ id, persona, seed }: Episode): string => `${id} ${persona.id} ${seed}`;

const gainMetrics: readonly ComparedMetric[] = ['alignment', 'profile_f1_disclosed'];

/**
 * Lists the pairs whose later conversation tells most: something is told, asked for at least three turns
 * later, and something changes on the way. All of them where none does.
 */
function listTelling(pairs: readonly TalkPair[]): readonly TalkPair[] {
  const telling = pairs.filter(({ after }) => asksForWhatWasTold(after) && changes(after));
  return telling.length === 0 ? pairs : telling;
}

const turnsBetween = 3;

function asksForWhatWasTold({ turns }: Episode): boolean {
  return turns.some(({ user }, place) => {
    const topics = user.acts.flatMap((act) => (act.kind === 'request' ? [act.topic] : []));
    const early = turns.slice(0, Math.max(0, place - turnsBetween + 1));
    return early.some((turn) =>
      turn.user.disclosures.some(({ item }) => topics.includes(item.slot)),
    );
  });
}

function changes({ turns }: Episode): boolean {
  return turns.some(({ user }) => user.disclosures.some(({ replaces }) => replaces !== undefined));
}

/** Says by which rule `findTypical` chose, after "of". */
export function describeChoice(
  pairs: readonly TalkPair[],
  { isMeasurement }: { readonly isMeasurement: boolean },
): string {
  const count = pairs.length;
  const telling = listTelling(pairs).length;
  const some =
    telling === count
      ? ''
      : ` of the ${telling} who asked for what they had told before and changed in between`;
  return isMeasurement
    ? `of ${count} people, the one${some} whose gain is nearest to the mean gain`
    : `of ${count} people that were met, the one${some} whose gain is nearest to the mean of the few`;
}

/** Finds, among the most telling, the one whose gain in alignment and profile F1 is nearest to the mean gain of all; null for none. */
export function findTypical(pairs: readonly TalkPair[]): TalkPair | null {
  const telling = new Set(listTelling(pairs));
  const gains = pairs.map((pair) => gainMetrics.map((metric) => computeGain(pair, metric)));
  const means = gainMetrics.map((_, place) => {
    const known = gains.flatMap((own) => own[place] ?? []);
    return known.reduce((sum, gain) => sum + gain, 0) / Math.max(known.length, 1);
  });
  const distances = gains.map((own) =>
    own.reduce<number>((sum, gain, place) => sum + Math.abs((gain ?? Infinity) - means[place]!), 0),
  );
  const eligible = distances.map((distance, place) =>
    telling.has(pairs[place]!) ? distance : Infinity,
  );
  const nearest = eligible.indexOf(Math.min(...eligible));
  return pairs[nearest] ?? pairs[0] ?? null;
}

function computeGain({ before, after }: TalkPair, metric: ComparedMetric): number | null {
  const [was, is] = [computeLateMean(before, metric), computeLateMean(after, metric)];
  return was === null || is === null ? null : is - was;
}
