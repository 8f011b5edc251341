/**
 * The reply up to the tokens that were asked for: what comes after them is not shown.
 *
 * A model that writes notes beside its reply is given room for them, so it may write more of a reply than was
 * asked for. It is not broken off there: its notes are whole, and what it used is known.
 */

/** Tokens of a text, which begins with a blank unless it begins the reply. */
export type TokenCounter = {
  count(text: string): number;
  /** The longest beginning of so many tokens. */
  take(text: string, most: number): string;
};

/** Hands a reply over up to its bound. */
export class ReplyBound {
  readonly #counter: TokenCounter;
  readonly #onText: (text: string) => void;
  /** Tokens that may still come after those of the words that are settled; null for any number. */
  #room: number | null;
  #text = '';
  /** The last word that was handed over: further letters make other tokens of it. */
  #lastWord = '';
  #isCut = false;

  /** `most` is null for no bound. */
  constructor(most: number | null, counter: TokenCounter, onText: (text: string) => void) {
    this.#room = most;
    this.#counter = counter;
    this.#onText = onText;
  }

  push(text: string): void {
    if (this.#isCut) return;
    if (this.#room === null) {
      this.#show(text);
      return;
    }
    const open = this.#lastWord + text;
    if (this.#counter.count(open) > this.#room) {
      this.#isCut = true;
      const taken = this.#counter.take(open, this.#room).trimEnd();
      const [first = ''] = open;
      this.#show(this.#text === '' && taken === '' ? first : taken.slice(this.#lastWord.length));
      return;
    }
    this.#show(text);
    const settled = open.slice(0, Math.max(0, open.search(/\s+\S*$/u)));
    this.#room -= settled === '' ? 0 : this.#counter.count(settled);
    this.#lastWord = open.slice(settled.length);
  }

  /** What was handed over. */
  get text(): string {
    return this.#text;
  }

  /** Whether there was more. */
  get isCut(): boolean {
    return this.#isCut;
  }

  #show(text: string): void {
    if (text === '') return;
    this.#text += text;
    this.#onText(text);
  }
}

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

const listWords = (text: string): { readonly segment: string; readonly index: number }[] =>
  [...segmenter.segment(text)].filter(({ segment }) => segment.trim() !== '');

/**
 * Takes each word and each mark for a token, where a model's own are not known. Its own are mostly as long or
 * shorter, so that one that keeps to the bound by itself is not cut a second time.
 */
export const wordCounter: TokenCounter = {
  count: (text) => listWords(text).length,
  take: (text, most) => text.slice(0, listWords(text)[most]?.index ?? text.length),
};
