/** Personas of the small world, and which of them are held out. */
import { hashText } from '../../base/index.ts';
import type { RandomSource } from '../../base/index.ts';
import type { Profile, ProfileItem } from '../../profile/index.ts';
import type { Persona } from '../../users/index.ts';
import type { Split } from '../../env/index.ts';
import { changeableSlots, slotNames, valuesOf } from './values.ts';

/**
 * Share of personas, and of (slot, template, value) triples, kept away from training; of those
 * personas, the share that policies are chosen on, and that is never measured on.
 */
export const heldOut = { personas: 0.2, triples: 0.15, validation: 0.05 };

/** Chance that a slot is filled, that a persona changes its mind, and the turns from which it may. */
export const personaSettings = {
  filled: 0.88,
  traitFilled: 0.97,
  changes: 0.5,
  announced: 0.6,
  gradual: 0.3,
  changeFrom: 3,
  changeSpan: 4,
};

/** Draws a persona of the split asked for; the split is a hash of the persona's content. */
export function samplePersona(random: RandomSource, split: Split): Persona {
  for (;;) {
    const trueProfile = sampleProfile(random);
    const id = hashText(JSON.stringify(trueProfile)).toString(16).padStart(8, '0');
    if (personaSplit(id) === split) {
      return { id: `small-${id}`, trueProfile, changes: sampleChanges(trueProfile, random) };
    }
  }
}

/** Split of a persona by its content hash. */
export function personaSplit(id: string): Split {
  if (!isHeldOut(`persona/${id}`, heldOut.personas)) return 'train';
  return isHeldOut(`validation/${id}`, heldOut.validation) ? 'validation' : 'test';
}

/**
 * True if stating this value by the template at `index` (of `count`) is kept away from training.
 * At most one template of a value is, so every value is heard in training.
 */
export function isHeldOutTriple(
  slot: string,
  value: string,
  index: number,
  count: number,
): boolean {
  const key = `${slot}/${value}`;
  return (
    isHeldOut(`triple/${key}`, heldOut.triples * count) &&
    hashText(`which/${key}`) % count === index
  );
}

function isHeldOut(key: string, share: number): boolean {
  return hashText(key) / 2 ** 32 < share;
}

function sampleProfile(random: RandomSource): Profile {
  const items: ProfileItem[] = [];
  for (const slot of slotNames) {
    const isTrait = slot === 'style' || slot === 'tone';
    if (!random.chance(isTrait ? personaSettings.traitFilled : personaSettings.filled)) continue;
    const taken = new Set(items.map((item) => item.value));
    const free = valuesOf(slot).filter((value) => !taken.has(value));
    items.push({ slot, value: random.pick(free) });
  }
  return items;
}

function sampleChanges(profile: Profile, random: RandomSource): Persona['changes'] {
  const { changes, changeFrom, changeSpan, announced, gradual } = personaSettings;
  const candidates = profile.filter((item) => changeableSlots.includes(item.slot));
  if (candidates.length === 0 || !random.chance(changes)) return [];
  const before = random.pick(candidates);
  const taken = new Set(profile.map((item) => item.value));
  const free = valuesOf(before.slot).filter((value) => !taken.has(value));
  const after = { slot: before.slot, value: random.pick(free) };
  return [
    {
      fromTurn: changeFrom + random.integer(changeSpan),
      before,
      after,
      announced: random.chance(announced),
      gradual: random.chance(gradual),
    },
  ];
}
