/**
 * The slots of the small world, every value they can hold, and which values go together.
 *
 * Values are single lower-case words. Each belongs to one slot, except that dislikes share the words of
 * the tastes they reject: there only the sentence tells which is meant.
 */
import { validateSchema } from '../../profile/index.ts';
import type { ProfileSchema, SlotKind } from '../../profile/index.ts';
import type { Domain, DomainSlot, Tie } from '../dynamics/index.ts';

const words = (text: string): readonly string[] => text.trim().split(/\s+/u);

const tastes = {
  food: words('thai italian mexican indian greek korean turkish spanish french lebanese'),
  drink: words('coffee tea smoothie lemonade cocoa cider juice latte soda wine'),
  music: words('jazz rock swing techno folk blues metal reggae soul punk'),
  film: words('thriller comedy horror western drama musical documentary romance'),
};

type Row = {
  readonly kind: SlotKind;
  readonly values: readonly string[];
  readonly multiple?: true;
  /** Never changes in a conversation. */
  readonly fixed?: true;
};

const table: Readonly<Record<string, Row>> = {
  city: {
    kind: 'fact',
    values: words(
      'berlin lisbon oslo vienna prague madrid dublin athens helsinki warsaw zurich naples geneva porto riga tallinn',
    ),
  },
  job: {
    kind: 'fact',
    values: words(
      'teacher nurse baker farmer pilot lawyer plumber dentist waiter painter librarian chemist gardener tailor',
    ),
  },
  schedule: { kind: 'fact', values: words('daytime nightly rotating flexible seasonal') },
  transport: { kind: 'fact', values: words('bike tram ferry scooter bus car') },
  pet: {
    kind: 'fact',
    values: words('dog cat parrot hamster rabbit turtle goldfish pony ferret canary'),
    fixed: true,
  },
  diet: { kind: 'preference', values: words('vegan vegetarian pescatarian keto kosher') },
  food: { kind: 'preference', values: tastes.food },
  drink: { kind: 'preference', values: tastes.drink },
  music: { kind: 'preference', values: tastes.music },
  film: { kind: 'preference', values: tastes.film },
  book: {
    kind: 'preference',
    values: words('mystery poetry fantasy history biography science travelogue satire'),
  },
  hobby: {
    kind: 'preference',
    values: words(
      'chess fishing photography running knitting climbing cooking dancing sailing pottery',
    ),
    multiple: true,
  },
  trip: {
    kind: 'preference',
    values: words('beach mountain desert canyon safari lake forest glacier'),
  },
  goal: {
    kind: 'fact',
    values: words('marathon degree promotion novel house garden boat pension diploma sabbatical'),
    multiple: true,
  },
  colour: { kind: 'preference', values: words('red green blue yellow purple orange') },
  hate: { kind: 'preference', values: Object.values(tastes).flat(), multiple: true },
};

const traits: Readonly<Record<string, Row>> = {
  tone: { kind: 'trait', values: words('casual formal'), fixed: true },
  style: { kind: 'trait', values: words('brief detailed'), fixed: true },
};

const listSlots = (rows: Readonly<Record<string, Row>>): DomainSlot[] =>
  Object.entries(rows).map(([name, { values, multiple = false, fixed = false }]) => ({
    name,
    values,
    multiple,
    changes: !fixed,
  }));

/** Works that shape the day, cities that shape the way to work, places that shape what one does there. */
const ties: readonly Tie[] = [
  {
    from: 'job',
    to: 'schedule',
    likeliest: {
      nurse: 'nightly',
      baker: 'nightly',
      farmer: 'seasonal',
      teacher: 'daytime',
      waiter: 'rotating',
      pilot: 'rotating',
      painter: 'flexible',
      gardener: 'seasonal',
      tailor: 'flexible',
      lawyer: 'daytime',
    },
  },
  {
    from: 'city',
    to: 'transport',
    likeliest: {
      berlin: 'bike',
      lisbon: 'tram',
      oslo: 'ferry',
      vienna: 'tram',
      prague: 'tram',
      dublin: 'bus',
      helsinki: 'ferry',
      naples: 'scooter',
      madrid: 'car',
      zurich: 'tram',
    },
  },
  {
    from: 'trip',
    to: 'hobby',
    likeliest: {
      beach: 'sailing',
      mountain: 'climbing',
      lake: 'fishing',
      forest: 'running',
      desert: 'photography',
      safari: 'photography',
    },
  },
];

/** Slots of at least so many values are open: a third of those belongs to nobody met in training. */
const openFrom = 8;

/** True for a value that nobody met in training has: the third, the sixth and so on of an open slot. */
export function isHeldOutValue(slot: string, value: string): boolean {
  const values = table[slot]?.values ?? [];
  return values.length >= openFrom && values.indexOf(value) % 3 === 2;
}

/** Names of plain requests. */
export const plainTopics = words('time day weather');

/** Slots in which other people's values are spoken of. */
const spokenOfOthers = words('city job pet food drink music film book hobby trip goal');

/** What people of the small world can be. */
export function createDomain(hints: Readonly<Record<string, string>>): Domain {
  return {
    name: 'small',
    slots: listSlots(table),
    traits: listSlots(traits),
    manner: { tone: 'tone', length: 'style', detailed: 'detailed' },
    ties,
    isHeldOut: isHeldOutValue,
    hasHint: (slot, value) => Object.hasOwn(hints, `${slot}=${value}`),
    spokenOfOthers,
    plainTopics,
  };
}

/** The profile schema of the small world: 16 slots and two traits. */
export const smallWorldSchema: ProfileSchema = validateSchema({
  name: 'small-world',
  version: 2,
  slots: Object.entries({ ...table, ...traits }).map(([name, { kind, values, multiple }]) => ({
    name,
    kind,
    multiple: multiple ?? false,
    values,
  })),
});

/** Names of the slots a person may need something for, in a fixed order. */
export const topicNames: readonly string[] = Object.keys(table);

/** Names of all slots, in a fixed order. */
export const slotNames: readonly string[] = [...topicNames, ...Object.keys(traits)];

/** Values of one slot; empty for a slot that does not exist. */
export function valuesOf(slot: string): readonly string[] {
  return (table[slot] ?? traits[slot])?.values ?? [];
}

/** Every value word, each once. */
export const allValues: readonly string[] = [...new Set(slotNames.flatMap(valuesOf))];
