/**
 * Rehearsal: what a chat model itself answers to plain prompts before its first update, learnt along with
 * the demonstrations, so that it still answers as before where nobody speaks of notes.
 */
import type { Demonstration } from '../../rl/index.ts';
import type { AppContext } from '../context.ts';
import type { Settings } from '../settings/schema.ts';
import { splitReply } from '../../profile/index.ts';
import { createChatPolicy } from '../../policy/index.ts';
import type { StartModel } from './start-model.ts';

const subjects =
  'a volcano,the moon,a bicycle,bread,a library,the human heart,a rainbow,a glacier,the stock market,a violin,chess,an earthquake,tea,a desert,the internet,a lighthouse,photosynthesis,a bridge,sleep,a forest,paper,the tides,a camera,cheese,a magnet'.split(
    ',',
  );

const prompts: readonly string[] = [
  ...subjects.flatMap((subject) => [
    `Explain ${subject} in one sentence.`,
    `What is interesting about ${subject}?`,
    `Write two short sentences about ${subject}.`,
  ]),
  'Hi, how are you?',
  'Hello! What can you do?',
  'Tell me a short joke.',
  'What did you do today?',
  "That's great! Do you have any plans?",
  'I love going to the beach. How about you?',
  "I'm a teacher. What do you do?",
  'Do you like music?',
  'What is your favourite animal?',
  'Thanks, that helps a lot.',
];

/** Most tokens of an answer, and answers that are asked for at once. */
const maxTokens = 64;
const batchSize = 16;

/** Prompts of one conversation. */
const promptsInOne = 2;

/** Asks the model as it is; each conversation has up to two prompts. Throws `AbortedError`. */
export async function rehearse(
  { backend, tokenizer, template }: StartModel,
  { warmStart }: Pick<Settings, 'warmStart'>,
  context: AppContext,
): Promise<readonly Demonstration[]> {
  const { rehearsals } = warmStart;
  const chat = createChatPolicy({ backend, tokenizer, template, name: 'before' });
  const talks: { id: string; turns: Demonstration['turns'][number][] }[] = [];
  const order = prompts.map((_, index) => prompts[(index * 31) % prompts.length]!);
  const asked = order.slice(0, rehearsals);
  for (let first = 0; first < asked.length; first += promptsInOne) {
    talks.push({ id: `rehearsal-${first}`, turns: [] });
  }
  for (let turn = 0; turn < promptsInOne; turn += 1) {
    for (let first = 0; first < talks.length; first += batchSize) {
      const batch = talks
        .slice(first, first + batchSize)
        .map((talk, index) => ({ talk, prompt: asked[(first + index) * promptsInOne + turn] }))
        .flatMap(({ talk, prompt }) => (prompt === undefined ? [] : [{ talk, prompt }]));
      const replies = await chat.reply(
        batch.map(({ talk, prompt }) => ({
          conversationId: `${talk.id}/${turn}`,
          messages: [
            ...talk.turns.flatMap(({ user, output }) => [
              { role: 'user' as const, content: user.message },
              { role: 'assistant' as const, content: output },
            ]),
            { role: 'user', content: prompt },
          ],
          sampling: { maxTokens, temperature: 0 },
          seed: 1,
        })),
        context.signal,
      );
      await chat.forget(batch.map(({ talk }) => `${talk.id}/${turn}`));
      batch.forEach(({ talk, prompt }, index) => {
        const output = finish(replies[index]!.text, replies[index]!.finishReason);
        if (output !== '') talk.turns.push({ user: { message: prompt }, note: '', output });
      });
    }
  }
  return talks.filter(({ turns }) => turns.length > 0);
}

/** A reply that was cut off ends with its last whole sentence. */
function finish(text: string, finishReason: 'stop' | 'length'): string {
  if (finishReason === 'stop') return text.trim();
  return splitReply(text).slice(0, -1).join(' ').trim();
}
