/** Sentences and words of a reply, in the one spelling in which they are compared. */
import { normaliseText, splitReply } from '../../../profile/index.ts';

export type Sentence = {
  /** As it was written. */
  readonly written: string;
  /** In lower case, quotes and dashes straightened. */
  readonly text: string;
  readonly words: readonly string[];
  readonly isQuestion: boolean;
};

/** Splits a reply into its sentences. */
export function readSentences(reply: string): readonly Sentence[] {
  return splitReply(reply).map((written) => {
    const text = normaliseText(written);
    return { written, text, words: wordsOf(text), isQuestion: /\?["')\s]*$/u.test(written) };
  });
}

/** Words of a text; hyphens and marks separate. */
export function wordsOf(text: string): readonly string[] {
  return normaliseText(text).match(/[\p{L}\p{N}]+(?:'[\p{L}]+)?/gu) ?? [];
}

/** A word without the ending of a plural or of what belongs to it. */
export function toSingular(word: string): string {
  const bare = word.replace(/'s?$/u, '');
  if (bare.length > 4 && bare.endsWith('ies')) return `${bare.slice(0, -3)}y`;
  if (bare.length > 4 && /(?:[sx]|ch|sh)es$/u.test(bare)) return bare.slice(0, -2);
  return bare.length > 3 && /[^s]s$/u.test(bare) ? bare.slice(0, -1) : bare;
}

/** Words that hold sentences together; a text without them is a list. */
export const joiningWords: ReadonlySet<string> = new Set(
  `a an the and or but so if of in on at to for from with by as into over under about out up off than then that this
  these those it its it's that's there here i i'm i'd i'll i've me my mine you you're you'd you'll you've your yours he
  she they we us our their them his her is are was were be been being am do does did don't doesn't didn't have has had
  haven't will would can could should may might must won't wouldn't can't couldn't shouldn't let's let what which who
  when where why how not no never just really very too all any some more most much many
  anything something nothing without`.split(/\s+/u),
);

/** Words that say nothing of what a message is about. */
const emptyWords: ReadonlySet<string> = new Set(
  `still also well now then again ever yes yeah ok okay oh hey hi hello thanks thank please sorry sure good great nice
  like love get got go going know think say said tell told one thing things lot bit way day time today make makes made
  want need see look come keep take really always often because while though there's i'm it's`.split(
    /\s+/u,
  ),
);

/** Words of a text that carry its meaning. */
export function contentWords(text: string): readonly string[] {
  return wordsOf(text)
    .filter((word) => word.length > 2 && !joiningWords.has(word) && !emptyWords.has(word))
    .map(toSingular);
}
