/**
 * Learns byte-pair merges: the commonest neighbouring pair becomes a token, again and again.
 *
 * Counts are kept up to date word by word, so a merge costs only the words it changes. Ties go to
 * the pair with the smaller ids; the result depends on the texts alone, never on map order.
 * Source: Sennrich, Haddow, Birch 2016, arXiv 1508.07909, algorithm 1.
 */

/** A word as token ids, and how often it occurs. */
export type CountedWord = { ids: number[]; readonly count: number };

/** Ids of two neighbouring tokens that become one. */
export type Merge = readonly [left: number, right: number];

export type TrainedMerges = {
  /** The starting tokens, then the new ones. */
  readonly tokens: readonly string[];
  /** In order of rank. More than the new tokens where two pairs spell the same. */
  readonly merges: readonly Merge[];
};

/** Pair keys stay exact for up to 2^26 ids. */
const keySpan = 2 ** 26;

/**
 * Learns merges until there are `vocabularySize` tokens, or no pair occurs twice.
 * Changes the words in place. Cost: number of merges times number of distinct pairs.
 */
export function trainMerges(
  words: readonly CountedWord[],
  startingTokens: readonly string[],
  vocabularySize: number,
): TrainedMerges {
  const tokens = [...startingTokens];
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const counts = new Map<number, number>();
  const places = new Map<number, Set<CountedWord>>();
  const add = (word: CountedWord, sign: 1 | -1): void => {
    for (let index = 1; index < word.ids.length; index += 1) {
      const key = word.ids[index - 1]! * keySpan + word.ids[index]!;
      const count = (counts.get(key) ?? 0) + sign * word.count;
      if (count === 0) counts.delete(key);
      else counts.set(key, count);
      if (sign < 0) continue;
      const known = places.get(key);
      if (known) known.add(word);
      else places.set(key, new Set([word]));
    }
  };
  for (const word of words) add(word, 1);
  const merges: Merge[] = [];
  while (tokens.length < vocabularySize) {
    const best = findCommonest(counts);
    if (best === undefined) break;
    const merge = [Math.floor(best / keySpan), best % keySpan] as const;
    const spelling = tokens[merge[0]]! + tokens[merge[1]]!;
    const id = idOf.get(spelling) ?? tokens.push(spelling) - 1;
    idOf.set(spelling, id);
    for (const word of places.get(best) ?? []) {
      add(word, -1);
      word.ids = applyMerge(word.ids, merge, id);
      add(word, 1);
    }
    places.delete(best);
    merges.push(merge);
  }
  return { tokens, merges };
}

/** The commonest pair that occurs at least twice; the smallest key of equals. */
function findCommonest(counts: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined;
  let most = 1;
  for (const [key, count] of counts) {
    if (count > most || (count === most && best !== undefined && key < best)) {
      best = key;
      most = count;
    }
  }
  return best;
}

function applyMerge(ids: readonly number[], [left, right]: Merge, merged: number): number[] {
  const result: number[] = [];
  for (let index = 0; index < ids.length; index += 1) {
    const isPair = ids[index] === left && ids[index + 1] === right;
    result.push(isPair ? merged : ids[index]!);
    if (isPair) index += 1;
  }
  return result;
}
