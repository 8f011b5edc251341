/**
 * Facts in messages nobody here wrote: Synthetic-Persona-Chat (Jandaghi et al. 2023, arXiv 2312.10007).
 *
 * Of each message those persona facts count as said of which at least two thirds of the content words
 * stand in it. What a policy notes of the message alone is held against them: a note states a fact
 * where their content words agree at Jaccard 0.6. The set does not list every fact that is said, so
 * precision is bounded below 1 for anybody. A fifth of the conversations, chosen by a hash of their id, is
 * measured on; the others may be learnt from, so that nobody is measured on what was learnt.
 */
import { z } from 'zod';
import { computeMean, createRandom, hashText, type RandomSource } from '../base/index.ts';
import { computeContentWords, splitReply } from '../profile/index.ts';
import { readRecords } from './read-records.ts';

const conversationSchema = z.looseObject({
  id: z.string(),
  persona_1: z.array(z.string()),
  persona_2: z.array(z.string()),
  turns: z.array(
    z.looseObject({ speaker: z.union([z.literal(1), z.literal(2)]), text: z.string() }),
  ),
});

export type PersonaConversation = z.infer<typeof conversationSchema>;

/** A message, and the facts of its speaker that it says. */
export type FactMessage = {
  readonly conversation: string;
  readonly message: string;
  readonly facts: readonly string[];
};

/** Reads conversations, one JSON object a line. Throws `DataError` naming the line. */
export function readPersonaChat(file: string): readonly PersonaConversation[] {
  return readRecords(file, conversationSchema, 'conversations of Synthetic-Persona-Chat');
}

/** Share of a fact's content words that a message must say. */
const saidShare = 2 / 3;

/** Chooses messages: two of three say a fact, one says none; each conversation gives few. */
export function selectFactMessages(
  conversations: readonly PersonaConversation[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly FactMessage[] {
  const random = createRandom(`persona-chat ${seed}`);
  const measured = conversations.filter(({ id }) => isMeasured(id));
  const all = random.shuffle(measured.flatMap((each) => listMessages(each)));
  const saying = all.filter(({ facts }) => facts.length > 0).slice(0, Math.ceil((count * 2) / 3));
  const silent = all.filter(({ facts }) => facts.length === 0).slice(0, count - saying.length);
  return random.shuffle([...saying, ...silent]);
}

/** Share of the conversations that is measured on. */
const measuredShare = 0.2;

/** True for a conversation that nothing may be learnt from. */
export function isMeasured(id: string): boolean {
  return hashText(`persona-chat/${id}`) / 2 ** 32 < measuredShare;
}

/** A message and the reply to it, as a turn to be foreseen. */
export type ChatTurn = {
  readonly user: { readonly message: string };
  readonly note: '';
  readonly output: string;
};

/** Most turns of an ordinary chat. */
const chatTurns = 8;

/** Chooses ordinary chats, each as messages and replies: of the conversations that are measured on. */
export function selectChats(
  conversations: readonly PersonaConversation[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly (readonly ChatTurn[])[] {
  const measured = conversations.filter(({ id }) => isMeasured(id));
  const chosen = createRandom(`chats ${seed}`).shuffle(measured).slice(0, count);
  return chosen
    .map(({ turns }) => {
      const pairs: ChatTurn[] = [];
      for (let index = 0; index + 1 < turns.length && pairs.length < chatTurns; index += 2) {
        const [message, output] = [turns[index]!.text.trim(), turns[index + 1]!.text.trim()];
        if (message !== '' && output !== '') pairs.push({ user: { message }, note: '', output });
      }
      return pairs;
    })
    .filter((pairs) => pairs.length > 0);
}

/** Somebody's message, the facts it says, and what the other answered; empty for nothing. */
export type AnsweredMessage = FactMessage & { readonly answer: string };

/** Most turns of a talk that is learnt from. */
const practiceTurns = 4;

/**
 * Chooses talks to learn from, each of one speaker's messages in their order: half as many without a fact
 * as with one, and nothing of the conversations that are measured on. A fact is listed where it is said first.
 */
export function selectPracticeTalks(
  conversations: readonly PersonaConversation[],
  { count, seed }: { readonly count: number; readonly seed: number },
): readonly (readonly AnsweredMessage[])[] {
  const random = createRandom(`persona-chat practice ${seed}`);
  const talks: (readonly AnsweredMessage[])[] = [];
  let left = count;
  for (const conversation of random.shuffle(conversations.filter(({ id }) => !isMeasured(id)))) {
    const speaker = random.pick([1, 2] as const);
    const messages = chooseForPractice(listMessages(conversation, speaker), random);
    for (let first = 0; first < messages.length && left > 0; first += practiceTurns) {
      const talk = messages.slice(first, first + Math.min(left, practiceTurns));
      talks.push(talk);
      left -= talk.length;
    }
    if (left === 0) break;
  }
  return talks;
}

function chooseForPractice(
  messages: readonly AnsweredMessage[],
  random: RandomSource,
): readonly AnsweredMessage[] {
  const told = new Set<string>();
  const fresh = messages.map((message) => {
    const facts = message.facts.filter((fact) => !told.has(fact));
    for (const fact of facts) told.add(fact);
    return { ...message, facts: sortBySaying(facts, message.message) };
  });
  const silent = fresh.filter(({ facts }) => facts.length === 0);
  const saying = fresh.length - silent.length;
  const kept = new Set(random.shuffle(silent).slice(0, Math.ceil(saying / 2)));
  return fresh.filter((message) => message.facts.length > 0 || kept.has(message));
}

/** Facts in the order in which the message says them. */
function sortBySaying(facts: readonly string[], message: string): readonly string[] {
  const said = computeContentWords(message);
  const placeOf = (fact: string): number => {
    const words = new Set(computeContentWords(fact));
    return said.findIndex((word) => words.has(word));
  };
  return [...facts].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Lists the messages of a conversation that can be judged; placeholders of the set are left out. */
function listMessages(
  { id, turns, ...personas }: PersonaConversation,
  only?: 1 | 2,
): AnsweredMessage[] {
  return turns.flatMap(({ speaker, text }, index) => {
    const message = text.trim();
    if (only !== undefined && speaker !== only) return [];
    if (/[[\]]|^$/u.test(message) || message.split(/\s+/u).length < 3) return [];
    const next = turns[index + 1];
    const said = new Set(computeContentWords(message));
    const facts = personas[`persona_${speaker}`].filter((fact) => {
      const words = [...new Set(computeContentWords(fact))];
      return (
        words.length > 0 &&
        words.filter((word) => said.has(word)).length >= saidShare * words.length
      );
    });
    const answer = next === undefined || next.speaker === speaker ? '' : next.text.trim();
    return [{ conversation: id, message, facts, answer }];
  });
}

/** What was noted of a message: for each note the texts that it may be read as. */
export type Notes = readonly (readonly string[])[];

/** What came of one message. */
export type FactCounts = {
  readonly conversation: string;
  readonly noted: number;
  readonly said: number;
  readonly matched: number;
};

/** Jaccard similarity of content words from which a note states a fact. */
const sameFrom = 0.6;

/** Counts the facts that notes state, each note one fact and each fact by one note. */
export function countFacts({ conversation, facts }: FactMessage, notes: Notes): FactCounts {
  const open = new Set(facts);
  let matched = 0;
  for (const readings of notes) {
    const found = [...open].find((fact) => readings.some((text) => isSameFact(text, fact)));
    if (found === undefined) continue;
    open.delete(found);
    matched += 1;
  }
  return { conversation, noted: notes.length, said: facts.length, matched };
}

function isSameFact(note: string, fact: string): boolean {
  const [first, second] = [note, fact].map((text) => new Set(computeContentWords(text)));
  const common = [...first!].filter((word) => second!.has(word)).length;
  const union = first!.size + second!.size - common;
  return union > 0 && common / union >= sameFrom;
}

/** Copies every sentence in the first person: what no understanding gets. */
export function copyFirstPerson(message: string): Notes {
  return splitReply(message)
    .filter(
      (sentence) => !sentence.endsWith('?') && /\b(?:I|I'm|I've|I'd|my|My|me)\b/u.test(sentence),
    )
    .map((sentence) => [sentence]);
}

export type FactScores = {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** Half of a 95 % bootstrap interval of F1 over conversations. */
  readonly f1_half_width: number;
  readonly messages: number;
};

const resamples = 1000;

/** Scores counts over all messages. */
export function scoreFacts(counts: readonly FactCounts[], seed = 1): FactScores {
  const groups = new Map<string, FactCounts[]>();
  for (const each of counts) {
    groups.set(each.conversation, [...(groups.get(each.conversation) ?? []), each]);
  }
  const conversations = [...groups.values()];
  const random = createRandom(`bootstrap ${seed}`);
  const drawn = Array.from({ length: resamples }, () => drawF1(conversations, random)).sort(
    (a, b) => a - b,
  );
  const at = (share: number): number => drawn[Math.floor(share * (resamples - 1))]!;
  return {
    ...computeScores(counts),
    f1_half_width: conversations.length < 2 ? Number.NaN : (at(0.975) - at(0.025)) / 2,
    messages: counts.length,
  };
}

function drawF1(conversations: readonly (readonly FactCounts[])[], random: RandomSource): number {
  return computeScores(conversations.flatMap(() => random.pick(conversations))).f1;
}

function computeScores(
  counts: readonly FactCounts[],
): Pick<FactScores, 'precision' | 'recall' | 'f1'> {
  const sum = (read: (each: FactCounts) => number): number =>
    counts.length === 0 ? 0 : computeMean(counts.map(read)) * counts.length;
  const [noted, said, matched] = [sum((c) => c.noted), sum((c) => c.said), sum((c) => c.matched)];
  const f1 = noted + said === 0 ? 1 : (2 * matched) / (noted + said);
  return {
    precision: noted === 0 ? 1 : matched / noted,
    recall: said === 0 ? 1 : matched / said,
    f1,
  };
}
