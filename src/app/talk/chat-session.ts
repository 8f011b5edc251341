/**
 * One person's conversation with a policy: messages in, reply and kept profile out.
 *
 * The same dialogue as in training: the program adds its note, the policy proposes changes, the
 * program applies them. Nothing is judged, because nobody knows the truth but the person.
 */
import { ConfigError, createRandom, type RandomSource } from '../../base/index.ts';
import type { ChatModel, SamplingOptions } from '../../chat/index.ts';
import type { Profile, ProfileChange } from '../../profile/index.ts';
import { Dialogue, type Dialect } from '../../protocol/index.ts';
import type { Speller, UnknownWord } from '../../worlds/index.ts';

export type ChatSessionOptions = {
  readonly dialect: Dialect;
  readonly policy: ChatModel;
  readonly sampling: SamplingOptions;
  readonly seed: number;
  /** Of a world with a closed vocabulary; null where any text can be read. */
  readonly spell: Speller | null;
};

export type ChatAnswer =
  | {
      readonly kind: 'reply';
      readonly response: string;
      readonly formatProblem: string | null;
      readonly profile: Profile;
      readonly unknownWords: readonly UnknownWord[];
    }
  /** The conversation no longer fits the model's context. */
  | { readonly kind: 'full' };

/** Holds one conversation at a time. */
export class ChatSession {
  readonly #options: ChatSessionOptions;
  readonly #random: RandomSource;
  #count = 0;
  #dialogue: Dialogue;

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#random = createRandom(`chat ${options.seed}`);
    this.#dialogue = new Dialogue(options.dialect);
  }

  /** The profile as it stands. */
  get profile(): Profile {
    return this.#dialogue.profile;
  }

  /** Changes the profile in the person's name; the next prompt shows it. Throws `ProfileError` for an unknown slot. */
  correct(changes: readonly ProfileChange[]): void {
    this.#dialogue.correct(changes);
  }

  /** Answers a message. A conversation that is full stays as it was. */
  async say(text: string, signal?: AbortSignal): Promise<ChatAnswer> {
    const { dialect, policy, sampling } = this.#options;
    const spelled = this.#options.spell?.(text) ?? { message: text, unknownWords: [] };
    const random = this.#random.fork(`${this.#count}/${this.#dialogue.turnCount}`);
    const messages = this.#dialogue.prompt(spelled.message, random.fork('note'));
    // A request that carries its own context continues nothing.
    if (dialect.contextTurns > 0) await this.close();
    const seed = random.fork('sampling').nextUint32();
    const request = { conversationId: this.#id, messages, sampling, seed };
    const replies = await policy.reply([request], signal).catch((error: unknown) => {
      if (error instanceof ConfigError && error.code === 'context_overflow') return null;
      throw error;
    });
    const reply = replies?.[0];
    if (reply === undefined) return { kind: 'full' };
    const { response, formatProblem } = this.#dialogue.take(reply);
    const { unknownWords } = spelled;
    return { kind: 'reply', response, formatProblem, profile: this.profile, unknownWords };
  }

  /** Forgets everything and begins anew. */
  async restart(): Promise<void> {
    await this.close();
    this.#count += 1;
    this.#dialogue = new Dialogue(this.#options.dialect);
  }

  /** Frees what the policy keeps of this conversation. */
  async close(): Promise<void> {
    await this.#options.policy.forget([this.#id]);
  }

  get #id(): string {
    return `chat-${this.#count}`;
  }
}
