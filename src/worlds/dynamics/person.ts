/** Draws people: which slots they have, with values that hang together by the domain's ties. */
import { hashText, nameByHash, type RandomSource } from '../../base/index.ts';
import type { Split } from '../../env/index.ts';
import type { ProfileItem } from '../../profile/index.ts';
import type { Persona } from '../../users/index.ts';
import type { Domain, DomainSlot } from './domain.ts';
import type { DynamicsSettings } from './settings.ts';

/** Share of people kept away from training, and of those the share that policies are chosen on. */
export const heldOutPeople = { share: 0.2, validation: 0.05 };

/** Draws a person of the split asked for; the split is a hash of what the person is. */
export function samplePerson(
  domain: Domain,
  settings: DynamicsSettings,
  random: RandomSource,
  split: Split,
): Persona {
  for (;;) {
    const trueProfile = sampleProfile(domain, settings, random, split);
    const id = nameByHash(JSON.stringify(trueProfile));
    if (splitOf(id) === split) return { id: `${domain.name}-${id}`, trueProfile, changes: [] };
  }
}

function splitOf(id: string): Split {
  if (hashShare(`person/${id}`) >= heldOutPeople.share) return 'train';
  return hashShare(`validation/${id}`) < heldOutPeople.validation ? 'validation' : 'test';
}

/** A number in [0, 1) that a text stands for. */
export function hashShare(text: string): number {
  return hashText(text) / 2 ** 32;
}

function sampleProfile(
  domain: Domain,
  settings: DynamicsSettings,
  random: RandomSource,
  split: Split,
): ProfileItem[] {
  const chosen = new Set(random.shuffle([...domain.slots]).slice(0, settings.slots));
  const items: ProfileItem[] = domain.traits.map(({ name, values }) => ({
    slot: name,
    value: random.pick(values),
  }));
  for (const slot of domain.slots) {
    if (!chosen.has(slot)) continue;
    const tied = settings.follows > 0 ? findTied(domain, slot.name, items) : undefined;
    const count = slot.multiple ? 1 + random.integer(settings.setSize) : 1;
    for (let index = 0; index < count; index += 1) {
      const free = listFree(domain, slot, items, split);
      const follows = index === 0 && tied !== undefined && free.includes(tied);
      const value = follows && random.chance(settings.follows) ? tied : random.pick(free);
      items.push({ slot: slot.name, value });
    }
  }
  return items;
}

/** Values a person may have beside the items: none of theirs in any slot, none held out in training. */
export function listFree(
  domain: Domain,
  { name, values }: DomainSlot,
  items: readonly ProfileItem[],
  split: Split,
): string[] {
  return values.filter(
    (value) =>
      !items.some((item) => item.value === value) &&
      (split === 'test' || !domain.isHeldOut(name, value)),
  );
}

/** The value that the ties expect of a slot, given what is known; undefined where they say nothing. */
export function findTied(
  { ties }: Domain,
  slot: string,
  known: readonly ProfileItem[],
): string | undefined {
  for (const { from, to, likeliest } of ties) {
    if (to !== slot) continue;
    const item = known.find((each) => each.slot === from && likeliest[each.value] !== undefined);
    if (item !== undefined) return likeliest[item.value];
  }
  return undefined;
}
