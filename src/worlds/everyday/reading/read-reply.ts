/**
 * Reads a reply in plain English: what it offers, asks, takes up and leaves alone, and in which manner.
 *
 * Meaning is told from the words, by rules that know the message, what is true of the person, and the
 * values of the world. Nothing is asked of the form but that it is speech. What the rules cannot know:
 * facts of the world outside, and whether a joke is one.
 */
import { hasItem, itemKey, type Profile, type ProfileItem } from '../../../profile/index.ts';
import { findAct, hasAct, type DialogueAct } from '../../../users/index.ts';
import type { ReplyMove } from '../../dynamics/index.ts';
import { plainRequests } from '../phrases/plain.ts';
import { avoidedSlots } from '../values.ts';
import { findUnspoken, isGladOfSadness, isParroted, isTalk } from './faults.ts';
import { findMentions, isRefused, speaksOfOthers, type Mention } from './mentions.ts';
import { findAskedSlot, offering } from './questions.ts';
import { relatedWords } from './related.ts';
import { contentWords, readSentences, toSingular, type Sentence } from './words.ts';

/** What a reply answers. */
export type Heard = {
  readonly message: string;
  readonly acts: readonly DialogueAct[];
  /** True now, and true once. */
  readonly whole: Profile;
  readonly former: Profile;
};

/** Words from which on a reply is a detailed one. */
export const detailedFrom = 21;

/** Reads a reply to a message. */
export function readReply(reply: string, heard: Heard): ReplyMove {
  const sentences = readSentences(reply);
  const { acts, message } = heard;
  const mentions = listMentions(sentences, heard);
  const request = findAct(acts, 'request');
  const plain = findAct(acts, 'plain_request');
  const answersPlain =
    plain !== undefined && (plainRequests[plain.topic]?.right.test(reply) ?? false);
  const offers = request === undefined ? [] : listOffers(request.topic, mentions, heard);
  const taken = request === undefined ? listTaken(sentences, mentions, heard) : noneTaken;
  const isSaid = offers.length > 0 || answersPlain;
  const isAbout = isSaid || taken.takesUp.length > 0 || taken.leaves.length > 0;
  const fault =
    findUnspoken(reply, sentences) ??
    (!isSaid && isParroted(sentences, message) ? 'it says the message back' : null) ??
    (isGladOfSadness(sentences, message) ? 'it is glad of bad news' : null) ??
    (!isAbout && !isTalk(sentences, message) ? 'it has to do with nothing' : null);
  const words = sentences.flatMap((sentence) => sentence.words);
  return {
    tone: readTone(reply, words.length),
    isDetailed: words.length >= detailedFrom,
    greets:
      /\b(?:hello|hi|hey|hiya|howdy|welcome|good (?:morning|afternoon|evening|day)|morning|evening|afternoon|greetings|nice to (?:meet|see)|lovely to (?:meet|see)|good to (?:meet|see)|glad you)\b/iu.test(
        reply,
      ),
    chats: fault === null,
    plain: answersPlain ? plain.topic : null,
    takesUp: taken.takesUp,
    leavesToOthers: taken.leaves,
    offers,
    asks: listAsked(sentences, mentions),
    fault,
  };
}

/** Slots a reply asks about. */
export function readAsked(reply: string): readonly string[] {
  return listAsked(readSentences(reply), []);
}

function listAsked(
  sentences: readonly Sentence[],
  mentions: readonly Mention[],
): readonly string[] {
  const asked = sentences.flatMap((sentence) => {
    const slot = findAskedSlot(sentence);
    // Who names what is known asks for more of it.
    const names = mentions.some((each) => each.sentence === sentence && each.item.slot === slot);
    return slot === null || names ? [] : [slot];
  });
  return [...new Set(asked)];
}

function listSaid(acts: readonly DialogueAct[]): readonly ProfileItem[] {
  return acts.flatMap((act) => ('item' in act ? [act.item] : []));
}

function listMentions(sentences: readonly Sentence[], heard: Heard): readonly Mention[] {
  const { acts, whole, former } = heard;
  const said = listSaid(acts);
  const wrong = acts.flatMap((act) =>
    act.kind === 'correction' ? [{ slot: act.item.slot, value: act.wrong }] : [],
  );
  const topics = acts.flatMap((act) =>
    act.kind === 'request' || act.kind === 'remark' ? (act.topic ?? []) : [],
  );
  const slots = [...new Set([...said.map(({ slot }) => slot), ...topics])];
  const known = [...said, ...wrong, ...whole, ...former];
  return sentences.flatMap((sentence) => {
    const focused = findMentions(sentence, { known, slots });
    const rest = findMentions(sentence, { known: [], slots: claimedSlots });
    const claimed = rest.filter(
      (mention) =>
        mention.isClaimed &&
        !(sentence.isQuestion && /^(?:do|are|have|did|would) you\b/u.test(sentence.text)) &&
        focused.every(
          ({ place, length }) => mention.place < place || mention.place >= place + length,
        ),
    );
    return [...focused, ...claimed];
  });
}

/** Slots whose values are told apart from everyday words well enough to hear a claim in them. */
const claimedSlots = ['city', 'job', 'pet', 'diet', 'food', 'drink', 'trip', 'book', 'music'];

const isIn = (profile: Profile, { item }: Mention): boolean => hasItem(profile, item);

/** What a reply offers on a topic: wrong values first, so that one right among many is no answer. */
function listOffers(
  topic: string,
  mentions: readonly Mention[],
  heard: Heard,
): readonly ProfileItem[] {
  const { whole, former } = heard;
  const isAvoided = avoidedSlots.includes(topic);
  const onTopic = mentions.filter(({ item }) => item.slot === topic);
  const offered = isAvoided
    ? onTopic.filter((mention) => isIn(whole, mention) || isIn(former, mention))
    : onTopic.filter(({ isDenied }) => !isDenied);
  const items = offered.map(({ item, isDenied }) =>
    isAvoided && !isDenied ? { slot: topic, value: `serving ${item.value}` } : item,
  );
  const rank = (item: ProfileItem): number =>
    hasItem(whole, item) ? 2 : hasItem(former, item) ? 1 : 0;
  const sorted = [...items].sort((a, b) => rank(a) - rank(b));
  const isRight = sorted.length > 0 && rank(sorted[0]!) === 2;
  const strays = mentions.filter(
    (mention) =>
      mention.item.slot !== topic &&
      (isIn(whole, mention) || isIn(former, mention)) &&
      !mention.isDenied,
  );
  const counted = listDistinct(strays.map(({ item }) => item)).filter(
    ({ slot }) => slot !== 'name',
  );
  const isStray =
    counted.some(({ slot }) => avoidedSlots.includes(slot)) ||
    (isRight ? counted.length > 1 : counted.length > 0);
  return listDistinct([...sorted, ...(isStray ? counted : [])]);
}

function listDistinct(items: readonly ProfileItem[]): readonly ProfileItem[] {
  return [...new Map(items.map((item) => [itemKey(item), item])).values()];
}

type Taken = {
  readonly takesUp: readonly { readonly value: string; readonly slots: readonly string[] }[];
  readonly leaves: readonly string[];
};

const noneTaken: Taken = { takesUp: [], leaves: [] };

/** What a reply makes of what was told, and what it brings in by itself. */
function listTaken(
  sentences: readonly Sentence[],
  mentions: readonly Mention[],
  heard: Heard,
): Taken {
  const { acts, message, whole, former } = heard;
  const takesUp: Taken['takesUp'][number][] = [];
  const leaves: string[] = [];
  const add = ({ slot, value }: ProfileItem): void => {
    takesUp.push({ value, slots: [slot] });
  };
  const told = acts.filter(
    (act) => act.kind === 'disclosure' || act.kind === 'change' || act.kind === 'correction',
  );
  const words = new Set(sentences.flatMap((sentence) => sentence.words).map(toSingular));
  const content = new Set(contentWords(message));
  const isNear = (slot: string): boolean =>
    [...words].some((word) => content.has(word) || relatedWords(slot).has(word));
  for (const act of told) {
    const named = mentions.filter(({ item }) => hasItem([act.item], item));
    if (!avoidedSlots.includes(act.item.slot) && named.some(isRefused)) {
      add({ ...act.item, value: `no ${act.item.value}` });
    } else if (named.length > 0 || isNear(act.item.slot)) add(act.item);
  }
  const said = listSaid(acts);
  const ended = acts.flatMap((act) => (act.kind === 'drop' ? [act.item] : []));
  for (const mention of mentions) {
    const { item, isDenied, isClaimed, sentence } = mention;
    const distracts = acts.some((act) => act.kind === 'distractor' && hasItem([act.item], item));
    if (distracts) {
      if (isClaimed || isGiven(sentence)) add(item);
      else leaves.push(item.value);
      continue;
    }
    if (hasItem(ended, item)) {
      if (!isDenied && isPraised(sentence)) add({ ...item, value: `still ${item.value}` });
      continue;
    }
    if (avoidedSlots.includes(item.slot) && hasItem(said, item)) {
      if (!isDenied && isServed(sentence)) add({ ...item, value: `serving ${item.value}` });
      continue;
    }
    if (hasItem(said, item) || isDenied) continue;
    const isSibling = said.some(({ slot }) => slot === item.slot);
    const isKnown = isIn(whole, mention) || isIn(former, mention);
    const namesSaid = mentions.some(
      (each) => each.item.slot === item.slot && hasItem(said, each.item),
    );
    const isGreeting = item.slot === 'name' && isKnown;
    if (isGreeting) continue;
    if (isClaimed || isKnown || (isSibling && !namesSaid && !sentence.isQuestion)) add(item);
  }
  if (hasAct(acts, 'distractor') && sentences.some(isUrged)) {
    for (const act of acts)
      if (act.kind === 'distractor') add({ ...act.item, value: `own ${act.item.value}` });
  }
  return { takesUp, leaves };
}

/** Gives the person what is somebody else's: "vegan it is for you then". */
function isGiven(sentence: Sentence): boolean {
  return (
    isUrged(sentence) ||
    (!speaksOfOthers(sentence) && /\b(?:suits you|for you then)\b/u.test(sentence.text))
  );
}

/** The same where the value is not named: "join one yourself, since you love it". */
function isUrged(sentence: Sentence): boolean {
  return (
    !speaksOfOthers(sentence) &&
    /\b(?:join \w+ .*yourself|is your (?:hobby|thing|passion)|you love it|your love of)\b/u.test(
      sentence.text,
    )
  );
}

function isPraised({ text }: Sentence): boolean {
  return (
    /\b(?:great|good|fun|lovely|best|wonderful|enjoy|awesome|nice|new|how about|your)\b/u.test(
      text,
    ) && !/\b(?:was|were|had|sorry|must have|been)\b/u.test(text)
  );
}

function isServed({ text }: Sentence): boolean {
  return (
    offering.test(text) ||
    /\b(?:great choice|good choice|delicious|tasty|try|enjoy|have some|with|lovely|great|good|nice)\b/u.test(
      text,
    )
  );
}

const contraction = /\b\w+(?:'s|'re|'ve|'ll|'d|'m|n't)\b/iu;
const casualWords =
  /\b(?:hey|cool|ha|haha|yeah|yep|nope|wow|oh|ah|okay|ok|sure thing|gonna|wanna|kinda|yum|ooh|oops|mate|guess|stuff|awesome)\b/iu;
const formalWords =
  /\b(?:certainly|indeed|of course|with pleasure|very well|kindly|i would suggest|may i|shall i|please allow|my apologies|i understand)\b/iu;

/** Casual talk contracts, exclaims or says "hey"; formal talk does nothing of it. */
function readTone(reply: string, words: number): string | null {
  const text = reply.replaceAll('’', "'");
  if (contraction.test(text) || casualWords.test(text) || text.includes('!')) return 'casual';
  return formalWords.test(text) || words >= 6 ? 'formal' : null;
}
