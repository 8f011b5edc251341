/**
 * The slots of the small world and every value they can hold; values are single lower-case words.
 *
 * Each word belongs to one slot, except that dislikes share the words of the tastes they reject: there
 * only the sentence tells which is meant.
 */
import { validateSchema } from '../../profile/index.ts';
import type { ProfileSchema, SlotKind } from '../../profile/index.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

const tastes = {
  food: words('thai italian mexican indian greek korean turkish spanish french lebanese'),
  drink: words('coffee tea smoothie lemonade cocoa cider juice latte soda wine'),
  music: words('jazz rock swing techno folk blues metal reggae soul punk'),
  film: words('thriller comedy horror western drama musical documentary romance'),
};

const slotTable: readonly (readonly [string, SlotKind, readonly string[]])[] = [
  [
    'name',
    'fact',
    words(
      'anna ben clara david emma felix grace henry iris jonas karin leo maria noah olga paul rosa simon tara victor',
    ),
  ],
  [
    'city',
    'fact',
    words(
      'berlin lisbon oslo vienna prague madrid dublin athens helsinki warsaw zurich naples geneva porto riga tallinn',
    ),
  ],
  [
    'job',
    'fact',
    words(
      'teacher nurse baker farmer pilot lawyer plumber dentist waiter painter librarian chemist gardener tailor',
    ),
  ],
  ['pet', 'fact', words('dog cat parrot hamster rabbit turtle goldfish pony ferret canary')],
  ['diet', 'preference', words('vegan vegetarian pescatarian keto')],
  ['food', 'preference', tastes.food],
  ['drink', 'preference', tastes.drink],
  ['music', 'preference', tastes.music],
  ['film', 'preference', tastes.film],
  [
    'book',
    'preference',
    words('mystery poetry fantasy history biography science travelogue satire'),
  ],
  [
    'hobby',
    'preference',
    words('chess fishing photography running knitting climbing cooking dancing sailing pottery'),
  ],
  ['trip', 'preference', words('beach mountain desert canyon safari lake forest glacier')],
  [
    'goal',
    'fact',
    words('marathon degree promotion novel house garden boat pension diploma sabbatical'),
  ],
  ['hate', 'preference', Object.values(tastes).flat()],
  ['style', 'trait', words('brief detailed')],
  ['tone', 'trait', words('casual formal')],
];

/** The profile schema of the small world: 16 single-valued slots. */
export const smallWorldSchema: ProfileSchema = validateSchema({
  name: 'small-world',
  version: 1,
  slots: slotTable.map(([name, kind, values]) => ({ name, kind, multiple: false, values })),
});

/** Names of the slots, in a fixed order. */
export const slotNames: readonly string[] = slotTable.map(([name]) => name);

const valuesBySlot = new Map(slotTable.map(([name, , values]) => [name, values]));

/** Values of one slot; empty for a slot that does not exist. */
export function valuesOf(slot: string): readonly string[] {
  return valuesBySlot.get(slot) ?? [];
}

/** Slot of the taste a word belongs to, dislikes and all else left aside. */
export function tasteOf(word: string): string | undefined {
  return Object.entries(tastes).find(([, values]) => values.includes(word))?.[0];
}

/** Slots a user may change its mind about. */
export const changeableSlots = words('food drink music film hobby trip goal');

/** Every value word, each once. */
export const allValues: readonly string[] = [...new Set(slotTable.flatMap(([, , v]) => v))];
