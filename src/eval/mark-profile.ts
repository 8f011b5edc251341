/** Which items of an inferred profile are right, which wrong, and which were missed. */
import type { Profile, ProfileItem } from '../profile/index.ts';
import { isOpenItem, itemKey } from '../profile/index.ts';
import { matchItems } from '../rewards/index.ts';

export type MarkedProfile = {
  /** The inferred items, in their order. */
  readonly items: readonly { readonly item: ProfileItem; readonly isRight: boolean }[];
  /** True items that no inferred one matches. */
  readonly missed: Profile;
};

/** Marks a profile as the program's score counts it: slots by value, free text by content words, one to one. */
export function markProfile(inferred: Profile, truth: Profile): MarkedProfile {
  const pairs = [...inferred, ...truth].every(isOpenItem)
    ? matchItems(
        inferred.map(({ value }) => value),
        truth.map(({ value }) => value),
      )
    : pairByKey(inferred, truth);
  const matched = new Set(pairs);
  return {
    items: inferred.map((item, index) => ({ item, isRight: (pairs[index] ?? -1) >= 0 })),
    missed: truth.filter((_, index) => !matched.has(index)),
  };
}

function pairByKey(inferred: Profile, truth: Profile): number[] {
  const taken = new Set<number>();
  return inferred.map((item) => {
    const index = truth.findIndex(
      (other, place) => !taken.has(place) && itemKey(other) === itemKey(item),
    );
    if (index >= 0) taken.add(index);
    return index;
  });
}
