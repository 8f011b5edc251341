/** `rlpa chat`: a person talks to a policy in the terminal and sees the profile it keeps. */
import * as readline from 'node:readline';
import { openChat, type Chat, type ChatAnswer } from '../../app/index.ts';
import { ProfileError, throwIfAborted } from '../../base/index.ts';
import { renderItems } from '../../eval/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import type { CommandContext } from '../context.ts';

type ChatFlags = SettingsFlags & { readonly policy?: string; readonly temperature?: number };

export const runChat = defineRunner<ChatFlags>(async (options, context) => {
  const { policy, temperature, seed } = options;
  const source = await readSource(options, {}, ['seed', 'preset']);
  const chat = await openChat({ ...context, ...source, policy, temperature, seed });
  context.log(
    `Talking to ${chat.policy}. /profile shows the profile, /set and /forget correct it, /new starts over, /quit leaves.`,
  );
  if (chat.hasClosedVocabulary) {
    context.log('It knows only the words of its small world; words it does not know are named.');
  }
  await talk(chat, context);
});

async function talk(chat: Chat, context: CommandContext): Promise<void> {
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
      await answerLine(text, chat, context);
      if (isInteractive) lines.prompt();
    }
    throwIfAborted(signal);
  } finally {
    signal.removeEventListener('abort', close);
    lines.close();
    await chat.close();
  }
}

async function answerLine(text: string, chat: Chat, context: CommandContext): Promise<void> {
  if (text === '') return;
  if (text === '/profile') context.print(`profile: ${renderItems(chat.profile)}`);
  else if (text === '/new') {
    await chat.restart();
    context.print('A new conversation with an empty profile.');
  } else if (/^\/(?:set|forget)\s/u.test(text)) {
    context.print(correct(text, chat));
  } else if (text.startsWith('/')) {
    context.print(`There is no command ${text}. Known: /profile, /set, /forget, /new, /quit.`);
  } else {
    if (!context.isInteractive) context.print(`you: ${text}`);
    for (const line of renderAnswer(await chat.say(text))) context.print(line);
  }
}

/** `/set city: oslo` and `/forget city: oslo`; where there is one slot its name is left out. */
function correct(text: string, chat: Chat): string {
  const [, command = '', item = ''] = /^\/(set|forget)\s+(.+)$/u.exec(text) ?? [];
  const [only] = chat.slots.length === 1 ? chat.slots : [];
  const [, slot = only, value = item] = /^([\w ]+?)\s*[:=]\s*(.+)$/u.exec(item) ?? [];
  if (slot === undefined)
    return `Expected ${command} SLOT: VALUE. Slots: ${chat.slots.join(', ')}.`;
  try {
    chat.correct([{ kind: command === 'set' ? 'set' : 'retract', item: { slot, value } }]);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return `${error.message} Slots: ${chat.slots.join(', ')}.`;
  }
  return `profile: ${renderItems(chat.profile)}`;
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
