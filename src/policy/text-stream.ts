/**
 * Tokens to text while they come: hands over what no later token can change.
 *
 * A character may be made of several tokens, and a token's blank depends on the one before it, so the last
 * few are decoded together and only their new part is given on. Half a character waits for its rest.
 */
import type { Tokenizer } from '../tokenizer/index.ts';

/** What a decoder writes for bytes that are no character yet. */
const unfinished = '\uFFFD';

export class TextStream {
  readonly #tokenizer: Tokenizer;
  readonly #onText: (text: string) => void;
  /** Tokens given on last, which the next ones are read after, and those not given on yet. */
  #context: number[] = [];
  #pending: number[] = [];
  #given = 0;

  constructor(tokenizer: Tokenizer, onText: (text: string) => void) {
    this.#tokenizer = tokenizer;
    this.#onText = onText;
  }

  push(id: number): void {
    this.#pending.push(id);
    const before = this.#tokenizer.decode(this.#context);
    const after = this.#tokenizer.decode([...this.#context, ...this.#pending]);
    if (after.endsWith(unfinished) || !after.startsWith(before)) return;
    this.#give(after.slice(before.length));
    this.#context = this.#pending;
    this.#pending = [];
  }

  /** Gives on what is left of the whole text. */
  end(text: string): void {
    this.#give(text.slice(this.#given));
  }

  #give(text: string): void {
    if (text === '') return;
    this.#given += text.length;
    this.#onText(text);
  }
}
