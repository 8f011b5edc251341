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

/** A conversation that is rehearsed: what it is asked, and the turns so far. */
type Rehearsal = {
  readonly id: string;
  readonly asked: readonly string[];
  readonly turns: Demonstration['turns'][number][];
};

/**
 * Asks the model as it is: plain prompts, and where `rehearsesMessages` is set, in every second conversation what
 * people say in demonstrations, here without a word of notes, so that the words alone do not call for them.
 * Throws `AbortedError`.
 */
export async function rehearse(
  { backend, tokenizer, template }: StartModel,
  { warmStart }: Pick<Settings, 'warmStart'>,
  demonstrated: readonly Demonstration[],
  context: AppContext,
): Promise<readonly Demonstration[]> {
  const { rehearsals, rehearsesMessages, seed } = warmStart;
  const random = createRandom(`rehearsal ${seed}`);
  const chat = createChatPolicy({ backend, tokenizer, template, name: 'before' });
  const talks = planRehearsals(rehearsals, rehearsesMessages ? demonstrated : []);
  const total = talks.reduce((sum, { asked }) => sum + asked.length, 0);
  let answered = 0;
  for (let turn = 0; turn < promptsInOne; turn += 1) {
    const going = talks.filter(({ asked }) => turn < asked.length);
    for (let first = 0; first < going.length; first += batchSize) {
      const batch = going.slice(first, first + batchSize);
      const replies = await chat.reply(
        batch.map(({ id, asked, turns }) => ({
          conversationId: `${id}/${turn}`,
          messages: [
            ...turns.flatMap(({ user, output }) => [
              { role: 'user' as const, content: user.message },
              { role: 'assistant' as const, content: output },
            ]),
            { role: 'user', content: asked[turn]! },
          ],
          sampling: { maxTokens, temperature: 1 },
          seed: random.fork(`${id}/${turn}`).nextUint32(),
        })),
        context.signal,
      );
      await chat.forget(batch.map(({ id }) => `${id}/${turn}`));
      batch.forEach(({ asked, turns }, index) => {
        const output = finish(replies[index]!.text, replies[index]!.finishReason);
        if (output !== '') turns.push({ user: { message: asked[turn]! }, note: '', output });
      });
      answered += batch.length;
      context.onProgress({ label: 'rehearsal', done: answered, total, unit: 'answers' });
    }
  }
  return talks.filter(({ turns }) => turns.length > 0);
}

/** Chooses what is asked: so many messages in all, or fewer where what was demonstrated is shorter. */
export function planRehearsals(count: number, demonstrated: readonly Demonstration[]): Rehearsal[] {
  return Array.from({ length: Math.ceil(count / promptsInOne) }, (_, index) => {
    const first = index * promptsInOne;
    const size = Math.min(promptsInOne, count - first);
    const spoken = index % 2 === 1 ? demonstrated[index >> 1] : undefined;
    const asked =
      spoken?.turns.slice(0, size).map(({ user }) => user.message) ??
      // A stride that meets every prompt once before it meets one again.
      Array.from({ length: size }, (_, place) => prompts[((first + place) * 31) % prompts.length]!);
    return { id: `rehearsal-${first}`, asked, turns: [] };
  });
}

/** A reply that was cut off ends with its last whole sentence. */
function finish(text: string, finishReason: 'stop' | 'length'): string {
  if (finishReason === 'stop') return text.trim();
  return splitReply(text).slice(0, -1).join(' ').trim();
}
