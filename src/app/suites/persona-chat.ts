/** Measures which facts a policy notes of messages of Synthetic-Persona-Chat. */
import { createRandom, throwIfAborted } from '../../base/index.ts';
import type { ChatModel } from '../../chat/index.ts';
import {
  copyFirstPerson,
  countFacts,
  readPersonaChat,
  scoreFacts,
  selectFactMessages,
  type FactMessage,
  type FactScores,
  type Notes,
} from '../../eval/index.ts';
import { isOpenItem, type ProfileItem } from '../../profile/index.ts';
import { Dialogue } from '../../protocol/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { withTalker } from '../talk/talk.ts';
import { openSuite, type OpenedSuite, type SuiteOptions } from './open-suite.ts';

/** Messages, where no number is given. */
const defaultItems = 150;

/** Messages that are sent at once. */
const batchSize = 16;

export type PersonaChatResult = {
  readonly policy: string;
  readonly scores: FactScores;
  /** Share of outputs that can be read. */
  readonly format_rate: number;
  /** What copying every sentence in the first person gets. */
  readonly copying: FactScores;
};

/**
 * Shows the policy one message at a time and counts the facts it notes. Throws what `openTalk` throws, and
 * `DataError` for a file that is not of that form.
 */
export async function measurePersonaChat(options: SuiteOptions): Promise<PersonaChatResult> {
  const context = createContext(options);
  const { items = defaultItems, seed = 1 } = options;
  const messages = selectFactMessages(readPersonaChat(options.data), { count: items, seed });
  const suite = await openSuite(options, context, 'Measuring on Persona-Chat');
  const noted = await withTalker(suite.talk, context, (chat) =>
    noteAll(messages, chat, suite, context),
  );
  const counts = messages.map((message, index) => countFacts(message, noted[index] ?? []));
  const copied = messages.map((message) => countFacts(message, copyFirstPerson(message.message)));
  return {
    policy: suite.talk.name,
    scores: scoreFacts(counts),
    format_rate: noted.filter((notes) => notes !== null).length / Math.max(1, noted.length),
    copying: scoreFacts(copied),
  };
}

/** Notes of every message; null where the output cannot be read. */
async function noteAll(
  messages: readonly FactMessage[],
  chat: ChatModel,
  { talk, dialect, maxTokens }: OpenedSuite,
  context: AppContext,
): Promise<(Notes | null)[]> {
  const { definition } = talk.resolved;
  const noted: (Notes | null)[] = [];
  for (let first = 0; first < messages.length; first += batchSize) {
    throwIfAborted(context.signal);
    const batch = messages.slice(first, first + batchSize).map(({ message }, index) => {
      const dialogue = new Dialogue(dialect);
      const id = `persona-chat-${first + index}`;
      return { dialogue, id, messages: dialogue.prompt(message, createRandom(id)) };
    });
    const replies = await chat.reply(
      batch.map(({ id, messages: sent }) => ({
        conversationId: id,
        messages: sent,
        sampling: { maxTokens, temperature: 0 },
        seed: 1,
      })),
      context.signal,
    );
    await chat.forget(batch.map(({ id }) => id));
    batch.forEach(({ dialogue }, index) => {
      const read = dialogue.read(replies[index]!);
      const readings = read.profileAfter.map((item) => [
        ...readNote(item),
        ...(definition.sayNote?.(item) ?? []),
      ]);
      noted.push(read.formatProblem === null ? readings : null);
    });
    context.onProgress({
      label: 'messages',
      done: noted.length,
      total: messages.length,
      unit: 'messages',
    });
  }
  return noted;
}

/** A note may be meant with the name of its slot or without. */
function readNote(item: ProfileItem): readonly string[] {
  return isOpenItem(item) ? [item.value] : [item.value, `${item.slot} ${item.value}`];
}
