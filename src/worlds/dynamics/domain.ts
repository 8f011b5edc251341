/** What people of a world can be: slots with values, ties between them, and what is held out. */

/** One slot a person may have, and may need something for. */
export type DomainSlot = {
  readonly name: string;
  readonly values: readonly string[];
  /** Whether it holds several values at once. */
  readonly multiple: boolean;
  /** Whether a person may change it. */
  readonly changes: boolean;
};

/** A slot that tends to follow another: its likeliest value, by the other's. */
export type Tie = {
  readonly from: string;
  readonly to: string;
  readonly likeliest: Readonly<Record<string, string>>;
};

export type Domain = {
  readonly name: string;
  readonly slots: readonly DomainSlot[];
  /** How a person wants to be spoken to: tone and length; everybody has each. */
  readonly traits: readonly DomainSlot[];
  /** Slot of the tone, slot of the length, and the length that wants a sentence of detail. */
  readonly manner: { readonly tone: string; readonly length: string; readonly detailed: string };
  /** Slot of what a person is called; absent where nobody has a name. */
  readonly calledBy?: string;
  readonly ties: readonly Tie[];
  /** True for a value that nobody met in training has. */
  isHeldOut(slot: string, value: string): boolean;
  /** True where a value can be hinted at without being said. */
  hasHint(slot: string, value: string): boolean;
  /** Slots in which other people's values are spoken of. */
  readonly spokenOfOthers: readonly string[];
  /** Names of plain requests. */
  readonly plainTopics: readonly string[];
};

/** Finds a slot of either kind. Throws for a name that is none. */
export function findDomainSlot({ slots, traits }: Domain, name: string): DomainSlot {
  const found = [...slots, ...traits].find((slot) => slot.name === name);
  if (found === undefined) throw new Error(`internal: no slot ${name}`);
  return found;
}

/** True for a slot that says how a person wants to be spoken to. */
export function isTrait({ traits }: Pick<Domain, 'traits'>, slot: string): boolean {
  return traits.some(({ name }) => name === slot);
}

/** True for a slot that somebody may need something for, so that a reply takes up what is told of it. */
export function isTopic({ slots }: Pick<Domain, 'slots'>, slot: string): boolean {
  return slots.some(({ name }) => name === slot);
}
