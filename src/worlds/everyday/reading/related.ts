/** Words by which a reply stays with what was told without naming it, by slot; compared in the singular. */
import { toSingular } from './words.ts';

const table: Readonly<Record<string, string>> = {
  name: 'name called call meet meeting pretty',
  city: 'town city place move moving moved settle settling settled live living home area neighbourhood neighborhood weather sunny there local street region welcome congratulation',
  job: 'work working job career trade profession busy demanding rewarding craft skill shift colleague business serious impressive important customer training experience hands patience',
  schedule:
    'hour shift sleep rhythm early late night evening morning weekend routine time tiring rota',
  transport:
    'ride riding traffic commute travel travelling parking way journey seat read road walk rain',
  pet: 'pet animal company companion walk fur cute feed paw adorable breed friend vet cuddle furry creature',
  diet: 'eat eating diet meal dish recipe food cook healthy plant meat cooking kitchen menu',
  food: 'taste tasty delicious eat dish recipe cook meal plate hungry cooking flavour kitchen yum dinner',
  drink: 'taste drink sip glass cup refreshing thirsty cheers brew bottle mug',
  music:
    'music song listen tune record sound band concert play playlist rhythm guitar banjo saxophone groove melody',
  film: 'film movie watch cinema screen popcorn scene director classic story',
  book: 'book read reading novel author writer story page shelf library writing',
  hobby:
    'hobby fun relax relaxing unwind peaceful soothing patience free weekend evening enjoy enjoyable pastime admire cosy calm talent skill passion',
  trip: 'travel trip country visit journey flight holiday beautiful landscape far adventure culture explore destination',
  goal: 'goal aim plan luck progress start keep target effort ambitious training achieve step worth success motivation proud',
  colour: 'colour color shade wear suit tone bright look wardrobe paint',
  hate: 'taste texture slimy avoid leave plate noted mind smell yuck table',
};

const related = new Map(
  Object.entries(table).map(([slot, words]) => [slot, new Set(words.split(' ').map(toSingular))]),
);

const none: ReadonlySet<string> = new Set();

/** Words that belong to a slot. */
export function relatedWords(slot: string): ReadonlySet<string> {
  return related.get(slot) ?? none;
}
