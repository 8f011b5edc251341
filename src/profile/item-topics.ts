/**
 * What a free-text item, or a question, is about: a small fixed list of everyday topics.
 *
 * Found by keywords on stems. The simulated user needs it to answer a question with a fitting item,
 * the judge to see that a question was answered before, the program's note to name what is open.
 * An item may touch several topics, or none.
 */
import { computeContentWords, splitWords, stemWord } from './item-words.ts';

const keywords = {
  age: 'age aged birthday',
  work: `work works working worked job jobs career profession employed freelance business company retired teacher engineer nurse doctor lawyer designer
    manager developer artist chef writer journalist barista student librarian architect analyst scientist therapist
    photographer pilot electrician plumber accountant dentist veterinarian musician consultant firefighter paramedic
    office shift boss colleague shop bakery restaurant clinic`,
  home: 'home house apartment flat city town village neighborhood neighbourhood suburb lives live living cottage studio farm dormitory roommate',
  family: `family married wife husband partner son sons daughter daughters child children kid kids brother sister twin
    twins grandchildren grandfather grandmother mother father parent single divorced widowed engaged wedding girlfriend
    boyfriend relationship`,
  pets: 'pet pets dog dogs cat cats parrot rabbit hamster turtle snake ferret fish horse horses retriever bird lizard animal',
  studies: `study studies studying degree school university college phd diploma bachelor master masters certification
    learning learn course major majoring minoring graduate mba`,
  food: `food cook cooking cooks bake baking bakes recipe recipes vegan vegetarian gluten cuisine dish dishes coffee tea wine
    beer brew brewing chocolate spicy dessert cake grill grilling barbecue allergic`,
  travel:
    'travel travels traveling travelling trip trips countries country abroad journey backpack explore exploring road',
  music: `music guitar piano drums violin saxophone band sing singing song concert concerts festival vinyl jazz rock
    choir opera cello flute ukulele`,
  sports: `sport sports run running marathon marathons tennis soccer football basketball golf swim swimming yoga gym cycling
    bike biking skateboarding surfing climbing martial boxing fitness skiing snowboarding race rowing pilates`,
  books:
    'book books read reading reader novel novels literature poetry poem poems comic comics write writing writes blog',
  films: 'film films movie movies cinema television series documentary documentaries anime theater',
  art: `art arts paint painting paints draw drawing photography pottery sculpture craft crafts knit knitting sew sewing quilting
    design calligraphy woodworking museum gallery`,
  nature: `nature hike hiking hikes camp camping garden gardening plant plants birdwatching fishing mountain beach forest
    outdoor park scenery kayaking sailing`,
  games: 'game games gaming gamer video chess puzzle puzzles board poker cards dungeons',
  volunteering:
    'volunteer volunteers volunteering charity charities community shelter nonprofit activist advocate',
  dreams:
    'dream dreams goal goals hope hopes plan plans planning aspire aspires aspiring wish future',
  dancing: 'dance dancing dancer salsa ballet tango ballroom',
  collections: 'collect collects collecting collection collector vintage antique antiques',
} as const;

/** Name of a topic. */
export type ItemTopic = keyof typeof keywords;

/** All topics, in a fixed order. */
export const itemTopics = Object.keys(keywords) as readonly ItemTopic[];

/** Topics a person has one answer to: once known, asking again is asking what is known. */
export const singleTopics: ReadonlySet<ItemTopic> = new Set<ItemTopic>([
  'age',
  'work',
  'home',
  'family',
  'pets',
  'studies',
]);

const topicsByStem = new Map<string, Set<ItemTopic>>();
for (const topic of itemTopics) {
  for (const word of [topic, ...keywords[topic].split(/\s+/)]) {
    const stem = stemWord(word);
    topicsByStem.set(stem, (topicsByStem.get(stem) ?? new Set()).add(topic));
  }
}

const none: ReadonlySet<ItemTopic> = new Set();

/** Topics that a content word, already reduced to its stem, belongs to. */
export function topicsOfStem(stem: string): ReadonlySet<ItemTopic> {
  return topicsByStem.get(stem) ?? none;
}

/** Says whether a stem belongs to some topic. */
export function isTopicStem(stem: string): boolean {
  return topicsByStem.has(stem) || stem === 'old';
}

/** Topics a text touches, in the fixed order. */
export function findTopics(text: string): ItemTopic[] {
  const found = new Set<ItemTopic>();
  for (const stem of computeContentWords(text)) {
    for (const topic of topicsOfStem(stem)) found.add(topic);
  }
  if (/\byears? old\b/i.test(text) || splitWords(text).includes('old')) found.add('age');
  return itemTopics.filter((topic) => found.has(topic));
}
