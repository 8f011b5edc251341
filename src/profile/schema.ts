/**
 * Schemas: which slots a profile has, and whether an item fits one.
 *
 * A schema is checked once, where it enters the program; afterwards it is trusted. Values are kept as
 * they were written and compared in one normal form everywhere (lower case, single spaces), so that
 * spelling never decides whether two items are the same.
 */
import { ProfileError } from '../base/index.ts';
import type { ProfileItem, ProfileSchema, Slot } from './types.ts';

/** A value as it is kept: Unicode NFC, trimmed, single spaces; its case is its own. */
function tidyValue(value: string): string {
  return value.normalize('NFC').trim().replace(/\s+/gu, ' ');
}

/** Normal form in which values are compared: tidy, in lower case. */
export function normaliseValue(value: string): string {
  return tidyValue(value).toLowerCase();
}

/** A value as a slot keeps it: in the schema's own spelling where it lists values, else as it was written. */
export function spellValue(slot: Slot, value: string): string {
  const key = normaliseValue(value);
  return slot.values?.find((known) => normaliseValue(known) === key) ?? tidyValue(value);
}

/** Says whether a slot may hold a value: any, or one of those that the schema lists. */
export function isListed({ values }: Slot, value: string): boolean {
  const key = normaliseValue(value);
  return values === undefined || values.some((known) => normaliseValue(known) === key);
}

/** Key under which two equal items meet, whatever their spelling. */
export function itemKey(item: ProfileItem): string {
  return `${item.slot}=${normaliseValue(item.value)}`;
}

/** Finds a slot by name. Throws ProfileError `unknown_slot`. */
export function findSlot(schema: ProfileSchema, name: string): Slot {
  const slot = schema.slots.find((candidate) => candidate.name === name);
  if (slot === undefined) {
    throw new ProfileError('unknown_slot', `Schema ${schema.name} has no slot "${name}".`, {
      details: { slot: name, known: schema.slots.map((each) => each.name) },
    });
  }
  return slot;
}

/** Name of the slot that holds items of free text: it says nothing, so it is never written. */
export const openSlotName = 'item';

/** True for an item of free text: compared by its words, and written without its slot. */
export function isOpenItem({ slot }: Pick<ProfileItem, 'slot'>): boolean {
  return slot === openSlotName;
}

/** True if the schema holds items of free text and nothing else. */
export function isFreeText({ slots }: ProfileSchema): boolean {
  return slots.length === 1 && slots[0]?.name === openSlotName;
}

/** Returns the schema if it is sound. Throws ProfileError `bad_schema` with every problem found. */
export function validateSchema(schema: ProfileSchema): ProfileSchema {
  const problems: string[] = [];
  const seen = new Set<string>();
  if (schema.slots.length === 0) problems.push('it has no slots');
  const free = schema.slots.find(({ name }) => name === openSlotName);
  if (free !== undefined && (schema.slots.length > 1 || !free.multiple || free.values)) {
    problems.push(`slot "${openSlotName}" is for free text: alone, multiple and without values`);
  }
  for (const slot of schema.slots) {
    if (!/^[a-z][a-z0-9-]*$/u.test(slot.name)) {
      problems.push(`slot name "${slot.name}" is not lower-case letters, digits and dashes`);
    }
    if (seen.has(slot.name)) problems.push(`slot "${slot.name}" stands twice`);
    seen.add(slot.name);
    const values = (slot.values ?? []).map(normaliseValue);
    if (slot.values?.length === 0) problems.push(`slot "${slot.name}" allows no value`);
    if (values.includes('')) problems.push(`slot "${slot.name}" allows an empty value`);
    if (new Set(values).size < values.length) {
      problems.push(`slot "${slot.name}" lists a value twice`);
    }
  }
  if (problems.length > 0) {
    throw new ProfileError('bad_schema', `Schema ${schema.name}: ${problems.join('; ')}.`, {
      details: { problems },
    });
  }
  return schema;
}
