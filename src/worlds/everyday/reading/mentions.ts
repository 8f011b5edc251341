/** Which values a sentence names, and how: as they are, denied, left behind, or as somebody's. */
import { itemKey, type ProfileItem } from '../../../profile/index.ts';
import { valuesOf } from '../values.ts';
import { listNames, listRelatives, standsAt, type Alias } from './aliases.ts';
import type { Sentence } from './words.ts';

export type Mention = {
  readonly item: ProfileItem;
  readonly sentence: Sentence;
  /** Place of its first word, and how many words it has. */
  readonly place: number;
  readonly length: number;
  /** Named to be left out, or to say that it is over. */
  readonly isDenied: boolean;
  /** Said to be the person's: "your corgi", "you love jazz". */
  readonly isClaimed: boolean;
};

/** Slots whose values are names: only a capital makes them one. */
const properSlots: readonly string[] = ['name', 'city', 'trip', 'book'];

type Entry = { readonly item: ProfileItem; readonly alias: Alias };

const strictEntries = new Map<string, ReadonlyMap<string, readonly Entry[]>>();

/** Names of all values of a slot, by their first word. */
function entriesOf(slot: string): ReadonlyMap<string, readonly Entry[]> {
  const known = strictEntries.get(slot);
  if (known !== undefined) return known;
  const made = indexEntries(
    valuesOf(slot).map((value) => ({ slot, value })),
    listNames,
  );
  strictEntries.set(slot, made);
  return made;
}

function indexEntries(
  items: readonly ProfileItem[],
  list: (slot: string, value: string) => readonly Alias[],
): ReadonlyMap<string, readonly Entry[]> {
  const index = new Map<string, Entry[]>();
  for (const item of items) {
    for (const alias of list(item.slot, item.value)) {
      const key = firstKey(alias[0] ?? '');
      index.set(key, [...(index.get(key) ?? []), { item, alias }]);
    }
  }
  return index;
}

/** Enough of a word that its plural has the same. */
const firstKey = (word: string): string => word.slice(0, 3);

export type MentionOptions = {
  /** Items that may be named by a relative as well. */
  readonly known: readonly ProfileItem[];
  /** Slots all of whose values count. */
  readonly slots: readonly string[];
};

/** Finds the values that a sentence names; of two at one place the longer counts, and a known one before others. */
export function findMentions(
  sentence: Sentence,
  { known, slots }: MentionOptions,
): readonly Mention[] {
  const loose = indexEntries(known, (slot, value) => [
    ...listNames(slot, value),
    ...listRelatives(slot, value),
  ]);
  const tables = [loose, ...slots.map(entriesOf)];
  const found: Mention[] = [];
  for (let place = 0; place < sentence.words.length; place += 1) {
    const key = firstKey(sentence.words[place]!);
    const candidates = tables.flatMap((table) => table.get(key) ?? []);
    const [best] = candidates
      .filter(
        ({ item, alias }) =>
          standsAt(alias, sentence.words, place) && isWritten(item, alias, sentence),
      )
      .sort((a, b) => b.alias.length - a.alias.length);
    if (best === undefined) continue;
    const length = best.alias.length;
    const all = candidates.filter(
      ({ item, alias }) =>
        alias.length === length &&
        standsAt(alias, sentence.words, place) &&
        isWritten(item, alias, sentence),
    );
    const items = [...new Map(all.map(({ item }) => [itemKey(item), item])).values()];
    const isKnown = (item: ProfileItem): boolean =>
      known.some((each) => itemKey(each) === itemKey(item));
    const meant = items.some(isKnown) ? items.filter(isKnown) : items;
    found.push(
      ...meant.map((item) => ({
        item,
        sentence,
        place,
        length,
        isDenied: isDenied(sentence, place, length),
        isClaimed: isClaimed(sentence, place, length),
      })),
    );
    place += length - 1;
  }
  return found;
}

/** Names of people and places are written with a capital. */
function isWritten({ slot }: ProfileItem, alias: Alias, { written }: Sentence): boolean {
  if (!properSlots.includes(slot)) return true;
  const first = alias[0] ?? '';
  const shown = first.charAt(0).toUpperCase() + first.slice(1);
  return written.normalize('NFC').includes(shown);
}

const denialBefore =
  /\b(?:no|not|never|without|avoid|skip|skipping|minus|except|but|than|over|from|leave out|leaving out|left out|drop|instead of|rid of|apart from|nothing with|free of|goodbye to|behind|isn't|don't|doesn't|won't|can't|aren't|wasn't|nor|lose|lost|losing|loss of|used to|former|gave up|giving up|quit|spare you|stay away from)\s+(?:\w+'?\w*\s+){0,2}$/u;

const denialAfter =
  /^\s*(?:\w+\s+){0,2}(?:behind|is out|are out|off the|aside|away|out of it|is over|in the past|left out|is history|off your)\b/u;

/** "Nothing but jazz" and "no wonder you love jazz" deny nothing. */
const noDenial =
  /\b(?:nothing but|no wonder|not only|why not|no contest|can't go wrong with|not to mention|couldn't|over to|from now on|none other than|never without|no doubt|but i|but you|but it|but that)\b[^,;]*$/u;

function isDenied({ words }: Sentence, place: number, length: number): boolean {
  const { before, after } = readAround(words, place, length);
  if (noDenial.test(before.trim())) return false;
  return denialBefore.test(before) || denialAfter.test(after);
}

/** The words beside a value, as the patterns here read them: a space on the side of the value. */
function readAround(
  words: readonly string[],
  place: number,
  length: number,
): { readonly before: string; readonly after: string } {
  return {
    before: `${words.slice(Math.max(0, place - 6), place).join(' ')} `,
    after: ` ${words.slice(place + length, place + length + 5).join(' ')}`,
  };
}

const refusalBefore =
  /\b(?:(?:not|never|won't|don't|wouldn't) (?:put|note|write|keep|count|list|take|add|serve|offer|suggest|bring|mention|remember)|no notes? (?:about|of|on)|skip|avoid|leave out|without|(?:stay|keep) away from|spare you)\s+(?:\w+'?\w*\s+){0,2}$|\bnot\s+(?:a\s+|an\s+|the\s+)?$/u;

const refusalAfter = /^\s*(?:\w+\s+){0,2}(?:off (?:the|your|my)|aside|out of it|is out|are out)\b/u;

/** True where a value is refused as the person's: "no note about jazz", "I will keep jazz off the table". */
export function isRefused({ sentence: { words }, place, length }: Mention): boolean {
  const { before, after } = readAround(words, place, length);
  return refusalBefore.test(before) || refusalAfter.test(after);
}

const claim =
  /\b(?:you are|you're|you live in|you love|you like|you have|you've got|you work as|you enjoy|you hate|you play|you eat|you drink|you own|since you|because you|as a fellow|your love of|your love for|your own|your|for you being)\s+(?:\w+'?\w*\s+){0,2}$/u;

/** Whoever else the sentence may speak of. */
const others =
  /\b(?:sister|brother|mother|mum|mom|father|dad|neighbou?r|friend|boss|colleague|flatmate|husband|wife|partner|son|daughter|aunt|uncle|cousin|grand\w+|gran|ex|teacher|he|she|they|his|her|their|he's|she's|they're|him|them)\b/u;

function isClaimed({ words }: Sentence, place: number, length: number): boolean {
  const { before } = readAround(words, place, length);
  const around = [...words.slice(0, place), ...words.slice(place + length)].join(' ');
  if (others.test(around)) return false;
  return claim.test(before);
}

/** True where a sentence speaks of somebody else. */
export function speaksOfOthers({ text }: Sentence): boolean {
  return others.test(text);
}
