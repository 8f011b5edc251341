/**
 * Holds the written conversations of a policy's world with it, as `rlpa chat` would, and looks at the profile
 * in the end: whether it holds what the person is by then, and nothing that they took back.
 */
import type { TurnReport } from '../../api/index.ts';
import { ConfigError, throwIfAborted } from '../../base/index.ts';
import { normaliseValue } from '../../profile/index.ts';
import type { WrittenTalk } from '../../worlds/index.ts';
import { createContext } from '../context.ts';
import { openChat, type Chat, type OpenChatOptions } from '../serve/open-chat.ts';
import { openTalk } from '../talk/talk.ts';

export type TalksOptions = Omit<OpenChatOptions, 'store' | 'user' | 'upstream' | 'profileBy'> & {
  /** How many of them; all by default. */
  readonly items?: number | undefined;
};

/** One conversation, and what was known at its end. */
export type TalkRecord = {
  readonly turns: readonly {
    readonly message: string;
    readonly response: string;
    /** What the turn did to the profile. */
    readonly report: TurnReport;
  }[];
  readonly profile: readonly { readonly slot: string; readonly value: string }[];
  /** Slots that do not hold what they should; empty where the profile is right. */
  readonly wrong: readonly string[];
};

export type TalksResult = {
  readonly policy: string;
  readonly talks: number;
  /** Those that end with the right profile. */
  readonly right: number;
  /** Of all things that are to be known, the share that is. */
  readonly known: number;
  readonly records: readonly TalkRecord[];
};

/** Holds them. Throws what `openChat` throws, and `ConfigError` for a world without any. */
export async function measureTalks(options: TalksOptions): Promise<TalksResult> {
  const context = createContext(options);
  const { items, ...given } = options;
  const { resolved } = await openTalk(given, context, { isSpokenOnly: true });
  const { writtenTalks = [], kind } = resolved.definition;
  if (writtenTalks.length === 0) {
    throw new ConfigError('talks_missing', `The world ${kind} has no written conversations.`, {
      hint: 'Name a policy of a world that has some, or another suite.',
    });
  }
  const talks = writtenTalks.slice(0, items);
  const chat = await openChat(given);
  try {
    const records: TalkRecord[] = [];
    for (const talk of talks) {
      throwIfAborted(context.signal);
      records.push(await hold(talk, chat));
      await chat.forgetAll();
      context.onProgress({
        label: 'conversations',
        done: records.length,
        total: talks.length,
        unit: 'conversations',
      });
    }
    const asked = talks.flatMap(({ expected }) => Object.keys(expected)).length;
    const wrong = records.flatMap((record) => record.wrong).length;
    return {
      policy: chat.policy,
      talks: talks.length,
      right: records.filter((record) => record.wrong.length === 0).length,
      known: (asked - wrong) / asked,
      records,
    };
  } finally {
    await chat.close();
  }
}

async function hold({ messages, expected }: WrittenTalk, chat: Chat): Promise<TalkRecord> {
  const turns: TalkRecord['turns'][number][] = [];
  for (const message of messages) {
    const { response, report } = await chat.say(message);
    turns.push({ message, response, report });
  }
  const profile = (await chat.profile()).map(({ slot, value }) => ({ slot, value }));
  return { turns, profile, wrong: listWrong(expected, profile) };
}

/** Slots in which nothing holds one of the expected values, or something beside it stands in a slot for one. */
export function listWrong(
  expected: WrittenTalk['expected'],
  profile: TalkRecord['profile'],
): readonly string[] {
  return Object.entries(expected).flatMap(([slot, values]) => {
    const held = profile.filter((entry) => entry.slot === slot);
    const isRight = ({ value }: { readonly value: string }): boolean =>
      values.some((wanted) => holdsWords(value, wanted));
    return held.length > 0 && held.every(isRight) ? [] : [slot];
  });
}

function holdsWords(value: string, wanted: string): boolean {
  const words = (text: string): string =>
    ` ${normaliseValue(text)
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim()} `;
  return words(value).includes(words(wanted));
}
