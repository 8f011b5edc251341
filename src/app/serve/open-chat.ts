/**
 * One person's chat with a model, from a program: the same turns, rules and store as those of the server.
 *
 * A conversation lasts until it is started over; the profile lasts as long as its store.
 */
import {
  valueSchema,
  type Changed,
  type Entry,
  type Erased,
  type TurnReport,
} from '../../api/index.ts';
import { createRandom, ProfileError } from '../../base/index.ts';
import { openProfileStore, type ProfileStore } from '../../memory/index.ts';
import { ChatEngine, type PastTurn } from '../../server/index.ts';
import { createContext } from '../context.ts';
import { refuseUnused } from '../settings/unused.ts';
import { readUserId } from './read-user-id.ts';
import {
  chatSettings,
  openServedModel,
  type OpenedModel,
  type ServedModelOptions,
} from './served-model.ts';

export type OpenChatOptions = ServedModelOptions & {
  /** Path of a SQLite file, or `postgres://…`; by default in memory, until the chat is closed. */
  readonly store?: string | undefined;
  /** Who talks: `me` by default. */
  readonly user?: string | undefined;
  /** Seeds what is sampled; 1 by default. */
  readonly seed?: number | undefined;
};

/** A reply, and what the turn did to the profile. */
export type ChatAnswer = { readonly response: string; readonly report: TurnReport };

export type SayOptions = {
  /** Takes the reply piece by piece. */
  readonly onText?: (text: string) => void;
  readonly signal?: AbortSignal;
};

/** A chat that is open until it is closed. */
export type Chat = {
  /** What records call the model. */
  readonly policy: string;
  /** What the model can and cannot, for a person. */
  readonly about: string;
  /** Where the profile is kept. */
  readonly store: string;
  /** Slots a correction may name. */
  readonly slots: readonly string[];
  /**
   * Answers a message. Throws `ProviderError` where the model fails, `ConfigError` `context_overflow` for a
   * message that does not fit, `AbortedError` where the signal fires; nothing is changed then.
   */
  say(text: string, options?: SayOptions): Promise<ChatAnswer>;
  /** The entries that hold. */
  profile(): Promise<readonly Entry[]>;
  /** All that ever stood in the place of an entry, newest first; none for an unknown id. */
  history(id: string): Promise<readonly Entry[]>;
  /**
   * Sets a slot in the person's name; the next prompt shows it. It replaces what stands in a slot for one
   * value. Throws `ProfileError` for an unknown slot or a value that is not one short line.
   */
  correct(slot: string, value: string): Promise<Changed>;
  /** Deletes an entry for good and starts over, because the conversation may hold it; null for an unknown id. */
  forget(id: string): Promise<Erased | null>;
  /** Erases everything that is kept of the person, and starts over. */
  forgetAll(): Promise<Erased>;
  /** Begins another conversation; the profile stays. */
  restart(): void;
  /** Frees the model, and closes the store. */
  close(): Promise<void>;
};

/**
 * Opens a chat. A model that was trained here is spoken to as in training; any other is told what to write.
 * Throws `ConfigError`, `DataError`, `CheckpointError`, `StoreError`, `ProviderError`.
 */
export async function openChat(options: OpenChatOptions = {}): Promise<Chat> {
  const context = createContext(options);
  refuseUnused(options, { only: chatSettings }, 'A chat');
  const user = readUserId(options.user ?? 'me');
  const opened = await openServedModel(options, context);
  try {
    const store = await openProfileStore(options.store ?? ':memory:', context.clock);
    const engine = new ChatEngine({ model: opened.model, store, nowMs: context.clock.nowMs });
    const { seed = 1 } = options;
    return createChat({ opened, store, engine, user, seed, signal: context.signal });
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function createChat(parts: {
  readonly opened: OpenedModel;
  readonly store: ProfileStore;
  readonly engine: ChatEngine;
  readonly user: string;
  readonly seed: number;
  readonly signal: AbortSignal;
}): Chat {
  const { opened, store, engine, user } = parts;
  const { id, about, dialect } = opened.model;
  const random = createRandom(`chat ${parts.seed}`);
  let said = 0;
  let past: readonly PastTurn[] = [];
  const restart = (): void => {
    past = [];
  };
  const letGo = async (): Promise<void> => {
    restart();
    await engine.forgetConversations();
  };
  return {
    policy: id,
    about,
    store: store.name,
    slots: dialect.schema.slots.map(({ name }) => name),
    say: async (message, { onText = () => undefined, signal = parts.signal } = {}) => {
      said += 1;
      const { text, report } = await engine.answer(
        {
          ...{ user, memory: true, conversation: { system: '', past, message } },
          seed: random.fork(String(said)).nextUint32(),
        },
        { onText, signal },
      );
      past = [...past, { message, response: text }];
      return { response: text, report };
    },
    profile: async () => (await store.readProfile(user)).entries,
    history: async (entry) => (await store.readEntryHistory(user, entry))?.entries ?? [],
    correct: async (slot, value) => {
      if (!valueSchema.safeParse(value).success) {
        throw new ProfileError(
          'bad_value',
          'Expected a value of one short line without angle brackets.',
        );
      }
      return store.addEntry(user, { slot, value: value.trim() }, dialect.schema);
    },
    forget: async (entry) => {
      const erased = await store.deleteEntry(user, entry);
      if (erased !== null) await letGo();
      return erased;
    },
    forgetAll: async () => {
      const erased = await store.erase(user);
      await letGo();
      return erased;
    },
    restart,
    close: async () => {
      await engine.forgetConversations();
      await opened.close();
      await store.close();
    },
  };
}
