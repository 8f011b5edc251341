/** `rlpa chat`: a person talks to a policy in the terminal and sees the profile it keeps. */
import * as os from 'node:os';
import * as readline from 'node:readline';
import { throwIfAborted } from '../../base/index.ts';
import {
  createFreeTextDialect,
  createSmallWorld,
  createSmallWorldDialect,
  createWordList,
} from '../../worlds/index.ts';
import { renderItems } from '../../eval/index.ts';
import {
  ChatSession,
  type ChatAnswer,
  findPolicy,
  type PolicyLocation,
  withPolicy,
  chooseMaxTokens,
} from '../../app/index.ts';
import { defineRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
type ChatOptions = {
  readonly policy?: string;
  readonly temperature?: number;
  readonly seed?: number;
  readonly threads?: number;
};

export const runChat = defineRunner<ChatOptions>(async (options, context) => {
  const location = findPolicy(options.policy ?? 'base');
  const threads = options.threads ?? os.availableParallelism();
  await withPolicy({ location, threads, maxTokensPerBatch: 8192 }, async ({ chat }) => {
    const session = createSession(location, options, chat);
    context.log(
      `Talking to ${location.name}. /profile shows the profile, /new starts over, /quit leaves.`,
    );
    if (session.words !== null) {
      context.log('It knows only the words of its small world; words it does not know are named.');
    }
    await talk(session, context);
  });
});

function createSession(
  location: PolicyLocation,
  options: ChatOptions,
  policy: ConstructorParameters<typeof ChatSession>[0]['policy'],
): ChatSession {
  const {
    kind = 'small-world',
    profileMode,
    contextTurns,
    explainsProtocol,
  } = location.world ?? {};
  const shape = {
    ...(profileMode && { profileMode }),
    ...(contextTurns && { contextTurns }),
    ...(explainsProtocol && { explainsProtocol }),
  };
  const sampling = {
    maxTokens: chooseMaxTokens(location, kind),
    temperature: options.temperature ?? 0.5,
  };
  const common = { policy, sampling, seed: options.seed ?? 1 };
  if (kind === 'small-world') {
    const words = createWordList(createSmallWorld().vocabulary().words);
    return new ChatSession({ ...common, dialect: createSmallWorldDialect(shape), words });
  }
  return new ChatSession({ ...common, dialect: createFreeTextDialect(shape), words: null });
}

async function talk(session: ChatSession, context: CommandContext): Promise<void> {
  const { input, isInteractive, signal } = context;
  const lines = readline.createInterface({
    input,
    ...(isInteractive ? { output: process.stdout, prompt: '> ' } : {}),
  });
  // A terminal in raw mode turns Ctrl-C into a key; hand it on as the signal it stands for.
  lines.on('SIGINT', () => process.emit('SIGINT'));
  const close = (): void => lines.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (isInteractive) lines.prompt();
    for await (const line of lines) {
      throwIfAborted(signal);
      const text = line.trim();
      if (text === '/quit') break;
      await answerLine(text, session, context);
      if (isInteractive) lines.prompt();
    }
    throwIfAborted(signal);
  } finally {
    signal.removeEventListener('abort', close);
    lines.close();
    await session.close();
  }
}

async function answerLine(
  text: string,
  session: ChatSession,
  context: CommandContext,
): Promise<void> {
  if (text === '') return;
  if (text === '/profile') context.print(`profile: ${renderItems(session.profile)}`);
  else if (text === '/new') {
    await session.restart();
    context.print('A new conversation with an empty profile.');
  } else if (text.startsWith('/')) {
    context.print(`There is no command ${text}. Known: /profile, /new, /quit.`);
  } else {
    if (!context.isInteractive) context.print(`you: ${text}`);
    for (const line of renderAnswer(await session.say(text, context.signal))) context.print(line);
  }
}

function renderAnswer(answer: ChatAnswer): string[] {
  if (answer.kind === 'full') {
    return ['The conversation is longer than this model can read. /new starts another.'];
  }
  const unknown = answer.unknownWords.map(({ word, nearest }) =>
    nearest === null ? word : `${word} (known: ${nearest})`,
  );
  return [
    ...(unknown.length === 0 ? [] : [`(words it does not know: ${unknown.join(', ')})`]),
    answer.formatProblem === null
      ? `rlpa: ${answer.response}`
      : `rlpa: (its output could not be read: ${answer.formatProblem})`,
    `profile: ${renderItems(answer.profile)}`,
  ];
}
