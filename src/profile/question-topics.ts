/**
 * What a question is about, as a person would understand it.
 *
 * A question often names its topic by an idiom ("what do you do for a living?") and often holds a word
 * of another topic that only sets the scene ("after work", "at home"). So idioms are looked up first,
 * then scenes are taken out, and of what is left the topic that is named first counts.
 */
import { itemTopics, topicsOfStem } from './item-topics.ts';
import type { ItemTopic } from './item-topics.ts';
import { computeContentWords, normaliseText } from './item-words.ts';

export type QuestionTopics = {
  /** What it is about, the main topic first; empty for an open question. */
  readonly topics: readonly ItemTopic[];
  /** Asks for the topic as such ("do you have pets?"), not for a detail of it ("what breed is your dog?"). */
  readonly isWhole: boolean;
};

/** Questions that any answer fits; looked up first. */
const openIdioms: readonly RegExp[] = [
  /\bfor fun\b|\b(?:free|spare|leisure) time\b|\bto (?:relax|unwind)\b|\byou (?:relax|unwind)\b|\bhobb(?:y|ies)\b|\bpastimes?\b/,
  /\b(?:do|up to) (?:after work|at the weekend|on (?:the )?weekends?|in the evenings?)\b/,
  /\bhow (?:are|is|was|were|did|have) (?:you|your day|your week|things|it|the weather|everything)\b(?! (?:old|like))/,
];

/** Questions whose topic no single word of theirs gives; the first that fits counts. */
const idioms: readonly (readonly [topic: ItemTopic, pattern: RegExp])[] = [
  ['age', /\bhow old are you\b|\byour (?:own )?age\b|\bwhen (?:were you born|is your birthday)\b/],
  ['family', /\bhow old (?:is|are) your (?:child|children|kids?|sons?|daughters?|parents)\b/],
  ['pets', /\bhow old (?:is|are) your\b/],
  [
    'work',
    /\b(?:for a living|line of work|earn (?:your|a) living|what do you do(?: all day| these days| then| exactly)?$|who do you work for|where do you work|occupation)\b/,
  ],
  [
    'family',
    /\b(?:who (?:do|are) you liv(?:e|ing) with|live (?:alone|on your own|with (?:any|some)(?:one|body))|seeing any(?:one|body)|any(?:one|body) special|some(?:one|body) special|siblings)\b/,
  ],
  ['volunteering', /\bcharity work\b|\bhelp out in\b/],
  ['art', /\b(?:make|made|create|craft) (?:any|some)things? (?:with your|by) hands?\b/],
  ['sports', /\b(?:stay|keep) (?:fit|in shape|active)\b|\bteams? do you (?:support|follow)\b/],
  [
    'dreams',
    /\bsee yourself in\b|\b(?:hoping|hope) to (?:do|be|become)\b|\b(?:one|some) day\b|\bif you won\b|\bbucket list\b/,
  ],
  ['travel', /\b(?:holidays?|vacations?|been abroad|countries have you|trips?)\b/],
  ['studies', /\bgo to (?:school|college|university|uni)\b|\byou (?:at|in) (?:school|college)\b/],
  [
    'home',
    /\bwhere(?:abouts)? (?:do you live|are you(?: (?:from|based|living|located))?|is home)\b|\bcall home\b|\bare you from\b|\bhome ?town\b/,
  ],
  [
    'food',
    /\b(?:eat|eats|eating|dinner|lunch|breakfast|snacks?|drink|drinks|hungry|restaurants?)\b/,
  ],
  ['books', /\b(?:authors?|have you read|been reading)\b/],
];

/** Words that set the scene of a question and are not its topic. */
const scenes =
  /\b(?:(?:at|from|to|before|after|during|outside|leave|leaving|on the way) (?:home|work|school)|(?:before|after|outside|leave|leaving) the (?:office|gym|shop)|in your (?:city|town|area|part of the world)|on the road|at your place|around the house|for (?:example|instance))\b/g;

/** Reads what one question is about; `isWhole` is false for an open question. */
export function findQuestionTopics(question: string): QuestionTopics {
  const text = normaliseText(question).replace(/[.!?\s]+$/, '');
  if (openIdioms.some((pattern) => pattern.test(text))) return { topics: [], isWhole: false };
  const named = findTopicsInOrder(text.replace(scenes, ' '));
  const idiom = idioms.find(([, pattern]) => pattern.test(text))?.[0];
  if (idiom !== undefined) {
    return { topics: [idiom, ...named.filter((topic) => topic !== idiom)], isWhole: true };
  }
  const [main] = named;
  const isDetail = /\b(?:called|named?)\b/.test(text);
  return { topics: named, isWhole: !isDetail && main !== undefined && isAllOf(text, main) };
}

/** Topics in the order in which the text names them. */
function findTopicsInOrder(text: string): ItemTopic[] {
  const found = computeContentWords(text).flatMap((stem) => {
    const topics = topicsOfStem(stem);
    return itemTopics.filter((topic) => topics.has(topic));
  });
  return [...new Set(found)];
}

function isAllOf(text: string, topic: ItemTopic): boolean {
  return computeContentWords(text.replace(scenes, ' ')).every(
    (stem) => askingStems.has(stem) || topicsOfStem(stem).has(topic),
  );
}

/** Stems that ask and say nothing of what is asked for. */
export const askingStems: ReadonlySet<string> = new Set(
  computeContentWords(
    'tell say know talk hear share ask speak mind thing anything something please word favourite favorite good lately go play follow into person there life',
  ),
);
