/**
 * Rehearsal: what a chat model itself answers to plain prompts before its first update, learnt along with
 * the demonstrations, so that it still answers as before where nobody speaks of notes. Its answers are sampled:
 * the likeliest ones alone would teach it to be surer than it was, and so to be surprised by other texts.
 */
import { createRandom } from '../../base/index.ts';
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
const batchSize = 32;

/** Prompts of one conversation. */
const promptsInOne = 2;

/** Asks the model as it is; each conversation has up to two prompts. Throws `AbortedError`. */
export async function rehearse(
  { backend, tokenizer, template }: StartModel,
  { warmStart }: Pick<Settings, 'warmStart'>,
  context: AppContext,
): Promise<readonly Demonstration[]> {
  const { rehearsals, seed } = warmStart;
  const random = createRandom(`rehearsal ${seed}`);
  const chat = createChatPolicy({ backend, tokenizer, template, name: 'before' });
  const talks: { id: string; turns: Demonstration['turns'][number][] }[] = [];
  // A stride that meets every prompt once before it meets one again.
  const asked = Array.from(
    { length: rehearsals },
    (_, index) => prompts[(index * 31) % prompts.length]!,
  );
  for (let first = 0; first < asked.length; first += promptsInOne) {
    talks.push({ id: `rehearsal-${first}`, turns: [] });
  }
  let answered = 0;
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
          sampling: { maxTokens, temperature: 1 },
          seed: random.fork(`${talk.id}/${turn}`).nextUint32(),
        })),
        context.signal,
      );
      await chat.forget(batch.map(({ talk }) => `${talk.id}/${turn}`));
      batch.forEach(({ talk, prompt }, index) => {
        const output = finish(replies[index]!.text, replies[index]!.finishReason);
        if (output !== '') talk.turns.push({ user: { message: prompt }, note: '', output });
      });
      answered += batch.length;
      const progress = { done: answered, total: asked.length, unit: 'answers' };
      context.onProgress({ label: 'rehearsal', ...progress });
    }
  }
  return talks.filter(({ turns }) => turns.length > 0);
}

/** A reply that was cut off ends with its last whole sentence. */
function finish(text: string, finishReason: 'stop' | 'length'): string {
  if (finishReason === 'stop') return text.trim();
  return splitReply(text).slice(0, -1).join(' ').trim();
}
