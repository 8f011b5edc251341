/**
 * Puts text that somebody else wrote into a prompt as data, not as part of the prompt.
 *
 * The text is written as one JSON string, so it has no line breaks of its own, between two marks that
 * hold a hash of everything fenced. Whoever writes the text would have to know a hash that depends on
 * the text itself to close the fence from inside.
 */
import * as crypto from 'node:crypto';

/** Writes one labelled text between its marks. */
export type Fence = (label: string, text: string) => string;

/** Creates the fence of one prompt from everything that will be fenced. */
export function createFence(texts: readonly string[]): Fence {
  const mark = findMark(texts);
  return (label, text) => `[[${label} ${mark}]]\n${JSON.stringify(text)}\n[[END ${label} ${mark}]]`;
}

function findMark(texts: readonly string[]): string {
  for (let round = 0; ; round += 1) {
    const hash = crypto
      .createHash('sha256')
      .update(JSON.stringify([round, texts]))
      .digest('hex');
    const mark = hash.slice(0, 16);
    if (!texts.some((text) => text.includes(mark))) return mark;
  }
}
