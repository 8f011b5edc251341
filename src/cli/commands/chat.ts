/** `rlpa chat`: a person talks to a model in the terminal and sees what it notes of them. */
import * as readline from 'node:readline';
import type { Entry } from '../../api/index.ts';
import { openChat, type Chat } from '../../app/index.ts';
import { ConfigError, ProfileError, RlpaError, throwIfAborted } from '../../base/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import type { CommandContext } from '../context.ts';
import { describeFailure } from '../failure.ts';
import { readUpstream, type UpstreamFlags } from '../upstream-flags.ts';
import { renderChange, renderHistory, renderProfile, renderReport } from './chat-text.ts';

type ChatFlags = SettingsFlags &
  UpstreamFlags & {
    readonly store?: string;
    readonly user?: string;
    readonly temperature?: number;
  };

const commands =
  '/profile, /why ENTRY, /correct SLOT VALUE, /forget ENTRY, /forget all, /new, /help, /quit';

export const runChat = defineRunner<ChatFlags>(async (options, context) => {
  const { policy, profileBy, store, user, temperature, seed } = options;
  const source = await readSource(options, {}, ['seed', 'preset']);
  const upstream = readUpstream(options, context.environment);
  const chat = await openChat({
    ...{ ...context, ...source, policy, upstream, profileBy },
    ...{ store, user, temperature, seed },
  });
  context.log(`Talking to ${chat.about}`);
  context.log(
    store === undefined
      ? 'The profile is kept in memory and gone when you leave; --store FILE.db keeps it.'
      : `Profiles are kept in ${chat.store}.`,
  );
  context.log(`Commands: ${commands}.`);
  await talk(chat, context);
});

async function talk(chat: Chat, context: CommandContext): Promise<void> {
  const { input, isInteractive, signal } = context;
  const lines = readline.createInterface({
    input,
    ...(isInteractive ? { output: process.stdout, prompt: '> ' } : {}),
  });
  let isAnswering = false;
  // A terminal in raw mode turns Ctrl-C into a key: at the prompt it leaves, meanwhile it is the signal it stands for.
  lines.on('SIGINT', () => {
    if (isAnswering) process.emit('SIGINT');
    else lines.close();
  });
  const close = (): void => lines.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    if (isInteractive) lines.prompt();
    for await (const line of lines) {
      throwIfAborted(signal);
      const text = line.trim();
      if (/^\/quit(?:\s|$)/u.test(text)) break;
      isAnswering = true;
      if (text !== '') await answerLine(text, chat, context);
      isAnswering = false;
      if (isInteractive) lines.prompt();
    }
    throwIfAborted(signal);
  } finally {
    signal.removeEventListener('abort', close);
    lines.close();
    await chat.close();
  }
}

/** Answers a line. What fails in front of a person is told, and the chat goes on; a script is stopped by it. */
async function answerLine(text: string, chat: Chat, context: CommandContext): Promise<void> {
  try {
    if (text.startsWith('/')) {
      for (const line of await obey(text, chat)) context.print(line);
    } else await answer(text, chat, context);
  } catch (error) {
    const goesOn = context.isInteractive && error instanceof RlpaError && !context.signal.aborted;
    if (!goesOn) throw error;
    const { rlpa } = context;
    const failure = describeFailure(error, { isDebug: false, isInterrupted: false, rlpa });
    context.log(failure.text.trimEnd());
  }
}

async function answer(text: string, chat: Chat, context: CommandContext): Promise<void> {
  if (!context.isInteractive) context.print(`you: ${text}`);
  let written = '';
  const onText = (piece: string): void => {
    context.write(written === '' ? `rlpa: ${piece}` : piece);
    written += piece;
  };
  try {
    const { report } = await chat.say(text, { onText });
    context.print(written === '' ? 'rlpa: (no reply)' : '');
    for (const line of renderReport(report)) context.print(line);
  } catch (error) {
    if (written !== '') context.print('');
    if (!(error instanceof ConfigError && error.code === 'context_overflow')) throw error;
    context.print('This message is longer than the model can read. A shorter one may do.');
  }
}

async function obey(text: string, chat: Chat): Promise<readonly string[]> {
  const [, command = '', rest = ''] = /^(\S+)\s*(.*)$/su.exec(text) ?? [];
  switch (command) {
    case '/profile':
      return renderProfile(await chat.profile());
    case '/help':
      return [`Commands: ${commands}.`, `Slots: ${chat.slots.join(', ')}.`];
    case '/new':
      chat.restart();
      return ['A new conversation. The profile stays.'];
    case '/why':
      return explain(rest, chat);
    case '/correct':
      return correct(rest, chat);
    case '/forget':
      return rest === '' || rest === 'all' ? forgetAll(rest, chat) : forget(rest, chat);
    default:
      return [`There is no command ${command}. Known: ${commands}.`];
  }
}

/** `/correct city oslo` or `/correct city: oslo`; where there is one slot its name may be left out. */
async function correct(text: string, chat: Chat): Promise<readonly string[]> {
  const [, first = '', more = ''] = /^([^\s:=]+)\s*[:=\s]\s*(.+)$/su.exec(text) ?? [];
  const only = chat.slots.length === 1 ? chat.slots[0] : undefined;
  const isNamed = more !== '' && (only === undefined || first === only);
  const [slot, value] = isNamed ? [first, more] : [only, text];
  const known = `Slots: ${chat.slots.join(', ')}.`;
  if (slot === undefined || value === '') return [`Expected /correct SLOT VALUE. ${known}`];
  try {
    const { changes } = await chat.correct(slot, value);
    return changes.length === 0 ? ['It stands so already.'] : changes.map(renderChange);
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    return [`${error.message} ${known}`];
  }
}

async function explain(text: string, chat: Chat): Promise<readonly string[]> {
  if (text === '') return ['Expected /why ENTRY.', ...renderProfile(await chat.profile())];
  return withEntry(text, chat, async ({ id }) => renderHistory(await chat.history(id)));
}

async function forget(text: string, chat: Chat): Promise<readonly string[]> {
  return withEntry(text, chat, async ({ id, slot, value }) => {
    await chat.forget(id);
    return [
      `Erased: ${slot}: ${value}, with its past and the messages it is from.`,
      'A new conversation begins, because this one may hold it.',
    ];
  });
}

async function forgetAll(word: string, chat: Chat): Promise<readonly string[]> {
  if (word === '') {
    const { length } = await chat.profile();
    return [
      `Expected /forget ENTRY, or /forget all to erase everything: ${count(length, 'entry', 'entries')}, their past and all messages.`,
    ];
  }
  const { erased } = await chat.forgetAll();
  const counts = [
    count(erased.entries, 'entry', 'entries'),
    count(erased.messages, 'message', 'messages'),
    count(erased.turns, 'turn', 'turns'),
  ];
  return [`Erased: ${counts.join(', ')}. A new conversation begins.`];
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

/** Does something with the entry that a person names: by its slot, its value, or `slot: value`. */
async function withEntry(
  named: string,
  chat: Chat,
  work: (entry: Entry) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const entries = await chat.profile();
  const asked = named.toLowerCase().replace(/\s*[:=]\s*/u, ': ');
  const found = entries.filter(({ slot, value }) =>
    [slot, value, `${slot}: ${value}`, `${slot} ${value}`].some(
      (name) => name.toLowerCase() === asked,
    ),
  );
  const [entry] = found;
  if (entry !== undefined && found.length === 1) return work(entry);
  const names = (found.length > 1 ? found : entries).map(({ slot, value }) => `${slot}: ${value}`);
  if (names.length === 0) return ['Nothing is known of you yet.'];
  const what = found.length > 1 ? 'Several entries are named so' : 'There is no such entry';
  return [`${what}. Expected one of: ${names.join('; ')}.`];
}
