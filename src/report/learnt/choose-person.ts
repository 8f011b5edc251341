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

/** Finds the person whose gain in alignment and profile F1 is nearest to the mean gain; null for none. */
export function findTypical(pairs: readonly TalkPair[]): TalkPair | null {
  const gains = pairs.map((pair) => gainMetrics.map((metric) => computeGain(pair, metric)));
  const means = gainMetrics.map((_, place) => {
    const known = gains.flatMap((own) => own[place] ?? []);
    return known.reduce((sum, gain) => sum + gain, 0) / Math.max(known.length, 1);
  });
  const distances = gains.map((own) =>
    own.reduce<number>((sum, gain, place) => sum + Math.abs((gain ?? Infinity) - means[place]!), 0),
  );
  const nearest = distances.indexOf(Math.min(...distances));
  return pairs[nearest] ?? pairs[0] ?? null;
}

function computeGain({ before, after }: TalkPair, metric: ComparedMetric): number | null {
  const [was, is] = [computeLateMean(before, metric), computeLateMean(after, metric)];
  return was === null || is === null ? null : is - was;
}
