/**
 * Demonstrations on messages that others wrote: what is said of oneself is noted, and nothing else.
 *
 * The facts are the persona's that the message says, in the set's own words; the reply is what the other
 * answered without speaking of themselves. Nothing of the conversations that are measured on enters.
 */
import { ConfigError, createRandom, type RandomSource } from '../../base/index.ts';
import { readPersonaChat, selectPracticeTalks, type AnsweredMessage } from '../../eval/index.ts';
import { splitReply } from '../../profile/index.ts';
import { protocolTags, renderOutput } from '../../protocol/index.ts';
import type { Demonstration } from '../../rl/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { Settings } from '../settings/schema.ts';

/** Messages that are learnt from at most. */
const messagesAtMost = 2000;

/** Demonstrates on the messages of `warmStart.messages`; none where it is null. Throws `ConfigError`, `DataError`. */
export function demonstrateMessages(
  { world, placeFact }: OpenedWorld,
  { warmStart }: Pick<Settings, 'warmStart'>,
): readonly Demonstration[] {
  const { messages: file, seed } = warmStart;
  if (file === null) return [];
  if (placeFact === undefined) {
    throw new ConfigError(
      'messages_unfit',
      `warmStart.messages: in the world ${world.name} there is no place for facts said in a sentence.`,
      { hint: 'Use a world that has one, or leave it null.' },
    );
  }
  const random = createRandom(`messages ${seed}`);
  const talks = selectPracticeTalks(readPersonaChat(file), { count: messagesAtMost, seed });
  const write = ({ message, facts, answer }: AnsweredMessage): string => {
    const changes = facts.map((fact) => ({ kind: 'set' as const, item: placeFact(fact) }));
    const response = answerFor(
      answer,
      message.endsWith('?') ? evasiveAnswers : plainAnswers,
      random,
    );
    return renderOutput({ changes, recalls: [], question: null, response }, world.dialect.schema);
  };
  return talks.map((talk) => ({
    turns: talk
      .filter((message) => isWritable(message))
      .map((message) => ({ user: { message: message.message }, note: '', output: write(message) })),
  }));
}

/** A text with a mark or a tag of the protocol in it would be read as one. */
function isWritable({ facts, message }: AnsweredMessage): boolean {
  const isPlain = (text: string): boolean =>
    !/(?:^|\s)[-+=?](?:\s|$)/u.test(text) && !protocolTags.some((tag) => text.includes(tag));
  return facts.every(isPlain) && isPlain(message);
}

/** What is said where the answer speaks of the other alone. */
const plainAnswers = [
  'I see.',
  'Thank you for telling me.',
  'Good to know.',
  'That is nice to hear.',
  'I understand.',
  'That sounds good.',
];

const evasiveAnswers = ['Let me think about that.', 'That is a good question.', 'Hard to say.'];

/** Sentences of an answer that a reply to anybody could have. */
const answerSentences = 2;

function answerFor(answer: string, otherwise: readonly string[], random: RandomSource): string {
  const sentences = splitReply(answer).filter(
    (sentence) =>
      !/\b(?:I|I'm|I've|I'd|I'll|me|my|mine|we|our|us)\b|[?<>[\]]/iu.test(sentence) &&
      sentence.length < 120,
  );
  return sentences.slice(0, answerSentences).join(' ') || random.pick(otherwise);
}
