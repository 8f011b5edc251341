/** What is known, or true, about one person. */

/** `trait` is stable personality or style of address only. */
export type SlotKind = 'fact' | 'preference' | 'trait';

/** One named place of a profile. `multiple` slots hold several items at once (dislikes, free text). */
export type Slot = {
  readonly name: string;
  readonly kind: SlotKind;
  readonly multiple: boolean;
  /** The values the slot may hold; absent where any text may stand. */
  readonly values?: readonly string[];
};

export type ProfileSchema = {
  readonly name: string;
  readonly version: number;
  readonly slots: readonly Slot[];
};

export type ProfileItem = { readonly slot: string; readonly value: string };

/** Items in the order they were learnt; the order carries no meaning. */
export type Profile = readonly ProfileItem[];

/** One change to a profile: `set` adds an item, or overwrites a single-valued slot. */
export type ProfileChange = {
  readonly kind: 'set' | 'retract';
  readonly item: ProfileItem;
};
