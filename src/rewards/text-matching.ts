/**
 * Matches free-text items one to one; which ones state the same is told by content words, or by a
 * matcher that asks a model.
 *
 * By words, two items match when both or neither negate, no number differs, and the F1 of their content words
 * reaches a threshold above 2/3: a two-word item may not lose or swap a word, a three-word item may
 * lose one, not swap one. Each item serves at most one match (maximum bipartite matching by
 * augmenting paths), so splitting, repeating or packing items gains nothing.
 */
import { computeContentWords, isNegated, isStopWord, splitWords } from '../profile/index.ts';
import type { Profile } from '../profile/index.ts';
import { scoreFromCounts } from './profile-score.ts';
import type { IsSameItem, ItemMatcher, ProfileScore } from './types.ts';

/** Least F1 of content words at which two items count as the same. */
export const textMatchThreshold = 0.7;

type ItemView = {
  readonly words: ReadonlySet<string>;
  readonly numbers: string;
  readonly isNegative: boolean;
};

const numberWord =
  /^(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)$/;
const views = new Map<string, ItemView>();
const maxViews = 20000;

function viewItem(text: string): ItemView {
  const known = views.get(text);
  if (known !== undefined) return known;
  const content = computeContentWords(text);
  const view = {
    words: new Set(content.length > 0 ? content : splitWords(text)),
    numbers: listNumbers(text).join(' '),
    isNegative: isNegated(text),
  };
  if (views.size >= maxViews) views.clear();
  views.set(text, view);
  return view;
}

/** Numbers of a text in digits and words as they stand there, each once, in a fixed order. */
function listNumbers(text: string): string[] {
  const numbers = splitWords(text).filter((word) => numberWord.test(word) && !isStopWord(word));
  return [...new Set(numbers)].sort();
}

/** F1 of the content words of two items. Range [0, 1]. */
export function computeItemOverlap(first: string, second: string): number {
  const a = viewItem(first);
  const b = viewItem(second);
  if (a.words.size + b.words.size === 0) return 0;
  let common = 0;
  for (const word of a.words) if (b.words.has(word)) common += 1;
  return (2 * common) / (a.words.size + b.words.size);
}

/** Says whether two items state the same, by their content words. */
export function isSameItem(first: string, second: string): boolean {
  const a = viewItem(first);
  const b = viewItem(second);
  if (a.isNegative !== b.isNegative) return false;
  if (a.numbers !== '' && b.numbers !== '' && a.numbers !== b.numbers) return false;
  return computeItemOverlap(first, second) >= textMatchThreshold;
}

/** Compares items by their content words; asks nobody, so it never fails. */
export const wordMatcher: ItemMatcher = {
  name: 'words-2',
  compare: () => Promise.resolve(isSameItem),
};

/**
 * Pairs inferred items with true ones, as many pairs as possible.
 * Returns the index of the true item for each inferred one, -1 for none.
 */
export function matchItems(
  inferred: readonly string[],
  truth: readonly string[],
  isSame: IsSameItem = isSameItem,
): number[] {
  const edges = inferred.map((item) =>
    truth.flatMap((other, index) => (isSame(item, other) ? [index] : [])),
  );
  const owner = truth.map(() => -1);
  const pair = inferred.map(() => -1);
  const augment = (item: number, visited: Set<number>): boolean => {
    for (const target of edges[item] ?? []) {
      if (visited.has(target)) continue;
      visited.add(target);
      const holder = owner[target] ?? -1;
      if (holder === -1 || augment(holder, visited)) {
        owner[target] = item;
        pair[item] = target;
        return true;
      }
    }
    return false;
  };
  for (let item = 0; item < inferred.length; item += 1) augment(item, new Set());
  return pair;
}

/**
 * Scores an inferred free-text profile. Range [0, 1] each, whatever `isSame` says; blind to order and
 * line breaks. Two empty profiles score 1.
 */
export function scoreTextProfile(
  inferred: Profile,
  truth: Profile,
  isSame: IsSameItem = isSameItem,
): ProfileScore {
  const pairs = matchItems(
    inferred.map((item) => item.value),
    truth.map((item) => item.value),
    isSame,
  );
  return scoreFromCounts(pairs.filter((index) => index >= 0).length, inferred.length, truth.length);
}
