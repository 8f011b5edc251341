/**
 * What can be suggested: a value word and a head noun ("jazz concert"), dishes by cuisine and base.
 *
 * Matching a preference is a copy; only which dishes fit which diet has to be known.
 */

/** Domains a user may ask about, each with the heads of its items. The domain is the slot's name. */
export const domainHeads: Readonly<Record<string, readonly string[]>> = {
  food: ['salad', 'noodles', 'omelette', 'fish', 'steak'],
  drink: ['bar', 'recipe'],
  music: ['concert', 'album'],
  film: ['classic', 'premiere'],
  hobby: ['club', 'class'],
  trip: ['tour', 'holiday'],
};

/** Names of the domains. */
export const domains: readonly string[] = Object.keys(domainHeads);

/** Dishes that fit a diet; without a diet every dish does. */
export const dishesByDiet: Readonly<Record<string, readonly string[]>> = {
  vegan: ['salad', 'noodles'],
  vegetarian: ['salad', 'noodles', 'omelette'],
  pescatarian: ['salad', 'noodles', 'fish'],
  keto: ['salad', 'omelette', 'fish', 'steak'],
};

/** True if a dish suits a diet; an unknown diet rules nothing out. */
export function isFitting(dish: string, diet: string | undefined): boolean {
  return diet === undefined || (dishesByDiet[diet]?.includes(dish) ?? true);
}

/** Domain of a head noun, or undefined. */
export function domainOfHead(head: string): string | undefined {
  return domains.find((domain) => domainHeads[domain]?.includes(head));
}
