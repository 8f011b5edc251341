/**
 * One person's conversation with a policy: messages in, reply and kept profile out.
 *
 * The same protocol as in training: the program adds its note, the policy proposes changes, the
 * program applies them. Nothing is judged, because nobody knows the truth but the person.
 */
import { ConfigError, createRandom, type RandomSource } from '../../base/index.ts';
import type { ChatModel, SamplingOptions } from '../../chat/index.ts';
import { composeMessages, type AnsweredTurn, type Exchange, type World } from '../../env/index.ts';
import type { Profile } from '../../profile/index.ts';
import { applyOutput, parseOutput } from '../../protocol/index.ts';
import type { Speller, UnknownWord } from '../../worlds/index.ts';

export type ChatSessionOptions = {
  readonly world: World;
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
  #random: RandomSource;
  #count = 0;
  #exchanges: Exchange[] = [];
  #turns: AnsweredTurn[] = [];
  #profile: Profile = [];

  constructor(options: ChatSessionOptions) {
    this.#options = options;
    this.#random = createRandom(`chat ${options.seed}`);
    this.#open();
  }

  /** The profile as it stands. */
  get profile(): Profile {
    return this.#profile;
  }

  /** Answers a message. A conversation that is full stays as it was. */
  async say(text: string, signal?: AbortSignal): Promise<ChatAnswer> {
    const { world, policy, sampling } = this.#options;
    const spelled = this.#options.spell?.(text) ?? { message: text, unknownWords: [] };
    const random = this.#random.fork(`${this.#count}/${this.#turns.length}`);
    const note = world.composeNote(this.#profile, this.#turns, random.fork('note'));
    const { message } = spelled;
    const state = { profile: this.#profile, exchanges: this.#exchanges, message, note };
    const messages = composeMessages(world, state);
    // A request that carries its own context continues nothing.
    if (world.contextTurns > 0) await this.close();
    const seed = random.fork('sampling').nextUint32();
    const request = { conversationId: this.#id, messages, sampling, seed };
    const replies = await policy.reply([request], signal).catch((error: unknown) => {
      if (error instanceof ConfigError && error.code === 'context_overflow') return null;
      throw error;
    });
    const reply = replies?.[0];
    if (reply === undefined) return { kind: 'full' };
    const parsed = parseOutput(reply.text, world.schema);
    if (parsed.ok) {
      this.#profile = applyOutput(this.#profile, parsed, world.schema, world.profileMode).profile;
    }
    const response = parsed.ok ? parsed.response : '';
    this.#exchanges.push({ message, note, output: reply.text });
    this.#turns.push({ response, ...(parsed.ok ? { question: parsed.question } : {}) });
    return {
      kind: 'reply',
      response,
      formatProblem: parsed.ok ? null : parsed.problem,
      profile: this.#profile,
      unknownWords: spelled.unknownWords,
    };
  }

  /** Forgets everything and begins anew. */
  async restart(): Promise<void> {
    await this.close();
    this.#count += 1;
    this.#open();
  }

  /** Frees what the policy keeps of this conversation. */
  async close(): Promise<void> {
    await this.#options.policy.forget([this.#id]);
  }

  get #id(): string {
    return `chat-${this.#count}`;
  }

  #open(): void {
    this.#exchanges = [];
    this.#turns = [];
    this.#profile = [];
  }
}
