/** One person's conversation with a policy, from a program. */
import type { Profile } from '../../profile/index.ts';
import { createContext } from '../context.ts';
import { loadTokenizer } from '../../tokenizer/index.ts';
import type { Speller } from '../../worlds/index.ts';
import { refuseUnused } from '../settings/unused.ts';
import { ChatSession } from './chat-session.ts';
import { talkTemperature } from './simulate.ts';
import { openTalk, openTalker, type Talk, type TalkOptions } from './talk.ts';

export type OpenChatOptions = TalkOptions & {
  /** Of sampling; 0 is greedy, 0.5 by default. */
  readonly temperature?: number | undefined;
  /** Seeds what is sampled; 1 by default. */
  readonly seed?: number | undefined;
};

/** A conversation that is open until it is closed. */
export type Chat = {
  /** What records call the policy. */
  readonly policy: string;
  /** True where the policy knows a closed list of words; answers then name the words outside of it. */
  readonly hasClosedVocabulary: boolean;
  /** Slots a correction may name. */
  readonly slots: readonly string[];
  /** The profile as it stands. */
  readonly profile: Profile;
  /** Answers a message. A conversation that no longer fits the model stays as it was. */
  readonly say: ChatSession['say'];
  /** Corrects the profile in the person's name; the next prompt shows it. Throws `ProfileError`. */
  readonly correct: ChatSession['correct'];
  /** Forgets everything and begins anew. */
  readonly restart: ChatSession['restart'];
  /** Frees the policy. */
  close(): Promise<void>;
};

/** Nobody is simulated and nothing is judged in a chat. */
export const chatSettings = [
  ...['kind', 'personas', 'profileMode', 'contextTurns', 'explainsProtocol'].map(
    (name) => `world.${name}`,
  ),
  ...['policy.', 'limits.', 'budget.', 'cache'].map((name) => `models.${name}`),
  'engine.',
  'sampling.maxTokens',
];

/**
 * Opens a chat with a policy. A model that was trained for it is spoken to as in training; any other is
 * told what to write (`settings.world.explainsProtocol`). Throws what `openTalk` throws.
 */
export async function openChat(options: OpenChatOptions = {}): Promise<Chat> {
  const context = createContext(options);
  refuseUnused(options, { only: chatSettings }, 'A chat');
  const talk = await openTalk(options, context, { isSpokenOnly: true });
  const { definition, settings } = talk.resolved;
  const spell = chooseSpeller(talk);
  const talker = await openTalker(talk, context);
  const dialect = definition.createDialect(settings.world);
  const session = new ChatSession({
    dialect,
    policy: talker.chat,
    sampling: {
      maxTokens: settings.sampling.maxTokens,
      temperature: options.temperature ?? talkTemperature,
    },
    seed: options.seed ?? 1,
    spell,
  });
  return {
    policy: talk.name,
    hasClosedVocabulary: spell !== null,
    slots: dialect.schema.slots.map(({ name }) => name),
    get profile() {
      return session.profile;
    },
    say: (text, signal = context.signal) => session.say(text, signal),
    correct: (changes) => session.correct(changes),
    restart: () => session.restart(),
    close: async () => {
      await session.close();
      await talker.close();
    },
  };
}

/** A closed vocabulary is spelled for, unless the model reads any text. */
export function chooseSpeller({ location, resolved }: Talk): Speller | null {
  if (location.kind === 'remote' || readsAnyText(location.folder)) return null;
  return resolved.definition.createSpeller?.() ?? null;
}

/** Tells by a word that no list of words holds. */
function readsAnyText(folder: string): boolean {
  const tokenizer = loadTokenizer(folder);
  const word = 'Xylographically';
  return tokenizer.decode(tokenizer.encode(word)).includes(word);
}
