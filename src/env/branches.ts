/**
 * The policy-side conversations of one talk whose every turn is written several times.
 *
 * One of them has followed the talk; the others are copies of it, made anew each turn. The one whose
 * output is continued follows from then on, and the rest is forgotten. Where requests carry their
 * own context, nothing is followed.
 */
import type { ChatModel } from '../chat/index.ts';

export class Branches {
  readonly #base: string;
  readonly #standsAlone: boolean;
  #current: string;
  #open: readonly string[] = [];
  #turnIndex = 0;

  /** `standsAlone`: every turn opens new conversations, because each request carries its context. */
  constructor(base: string, standsAlone: boolean) {
    this.#base = base;
    this.#current = base;
    this.#standsAlone = standsAlone;
  }

  /** Names the conversations in which this turn's candidates are written, the followed one first. */
  open(policy: ChatModel, candidates: number): readonly string[] {
    const names = Array.from(
      { length: candidates },
      (_, place) => `${this.#base}/${this.#turnIndex}.${place}`,
    );
    this.#turnIndex += 1;
    if (this.#standsAlone) this.#open = names;
    else {
      const copies = names.slice(1);
      if (copies.length > 0) policy.fork?.(this.#current, copies);
      this.#open = [this.#current, ...copies];
    }
    return this.#open;
  }

  /** Follows the chosen candidate; returns the conversations that are no longer needed. */
  follow(chosen: number): readonly string[] {
    if (this.#standsAlone) {
      const dropped = this.#open;
      this.#open = [];
      return dropped;
    }
    this.#current = this.#open[chosen] ?? this.#current;
    const dropped = this.#open.filter((id) => id !== this.#current);
    this.#open = [this.#current];
    return dropped;
  }

  /** Every conversation that may still exist. */
  get ids(): readonly string[] {
    return [...new Set([this.#current, ...this.#open])];
  }
}
