/**
 * Which conversation of the model goes on from which stored turn.
 *
 * A model in this process keeps what it has read of a conversation. Going on from there saves reading it again;
 * only the newest conversations are kept, and one that is being continued is nobody else's meanwhile.
 */
import { randomUUID } from 'node:crypto';
import type { ChatModel } from '../../chat/index.ts';

export class Sequences {
  readonly #chat: ChatModel;
  readonly #most: number;
  /** Ids of conversations by where they stand, the longest unused first. */
  readonly #idOf = new Map<string, string>();

  constructor(chat: ChatModel, most: number) {
    this.#chat = chat;
    this.#most = most;
  }

  /** Takes the conversation that stands there, or a new one. */
  take(place: string | null): string {
    const id = place === null ? undefined : this.#idOf.get(place);
    if (id === undefined || place === null) return `served-${randomUUID()}`;
    this.#idOf.delete(place);
    return id;
  }

  /** Gives one back: it can be gone on with from the place. */
  async keep(place: string, id: string): Promise<void> {
    const displaced = this.#idOf.get(place);
    this.#idOf.set(place, id);
    const dropped = displaced === undefined ? [] : [displaced];
    for (const [oldest, old] of this.#idOf) {
      if (this.#idOf.size <= this.#most) break;
      this.#idOf.delete(oldest);
      dropped.push(old);
    }
    if (dropped.length > 0) await this.#chat.forget(dropped);
  }

  async drop(id: string): Promise<void> {
    await this.#chat.forget([id]);
  }

  /** Lets go of all of them: what was said in them is to be forgotten. */
  async clear(): Promise<void> {
    const ids = [...this.#idOf.values()];
    this.#idOf.clear();
    if (ids.length > 0) await this.#chat.forget(ids);
  }
}
