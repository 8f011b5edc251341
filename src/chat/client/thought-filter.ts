/**
 * Takes the thoughts of a reasoning model off its answer while it streams.
 *
 * Thoughts stand before the answer, between `<think>` and `</think>`. Until it is clear that an answer does not
 * begin with them, nothing is handed over; what was never closed is no answer.
 */
const opening = '<think>';
const closing = '</think>';

export class ThoughtFilter {
  readonly #onText: (text: string) => void;
  #state: 'start' | 'thinking' | 'after' | 'answering' = 'start';
  #held = '';

  constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  push(text: string): void {
    if (text === '') return;
    if (this.#state === 'answering') {
      this.#onText(text);
      return;
    }
    this.#held += text;
    if (this.#state === 'start') {
      const begun = this.#held.trimStart();
      if (begun.startsWith(opening)) this.#state = 'thinking';
      else if (!opening.startsWith(begun)) this.#answer(this.#held);
    }
    if (this.#state === 'thinking') {
      const end = this.#held.indexOf(closing);
      if (end < 0) return;
      this.#held = this.#held.slice(end + closing.length);
      this.#state = 'after';
    }
    if (this.#state === 'after' && this.#held.trimStart() !== '') {
      this.#answer(this.#held.trimStart());
    }
  }

  end(): void {
    if (this.#state === 'start' && this.#held !== '') this.#answer(this.#held);
  }

  #answer(text: string): void {
    this.#state = 'answering';
    this.#held = '';
    this.#onText(text);
  }
}
