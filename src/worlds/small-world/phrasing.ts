/** What a family of users can say: the shape that all phrasings share. */

type BySlot = Readonly<Record<string, readonly string[]>>;

/** Sentences of one family; `{}` stands for a value. Words are separated by single spaces. */
export type Phrasing = {
  /** Ways to state an item, by slot. */
  readonly statements: BySlot;
  /** Hints at an item, keyed `slot=value`. */
  readonly cues: Readonly<Record<string, string>>;
  /** What somebody does who merely acts on a new value; `{}` is a thing of that value. */
  readonly acting: readonly string[];
  /** What other people like, are, or have, by slot. */
  readonly others: BySlot;
  /** Announcements of a need, and requests, by topic. */
  readonly remarks: BySlot;
  readonly requests: BySlot;
  /** Requests that need no taste, by name. */
  readonly plainRequests: BySlot;
  readonly greetings: readonly string[];
  readonly smallTalk: readonly string[];
  readonly evasions: readonly string[];
  readonly nothing: readonly string[];
  /** Said before a change, before what is told once more, and of what is dropped. */
  readonly announcements: readonly string[];
  readonly again: readonly string[];
  readonly drops: readonly string[];
  /** Forewarnings of a change; `{}` is the value that will go. */
  readonly doubts: readonly string[];
  /** `{}` is the wrong value; what is right follows. */
  readonly corrections: readonly string[];
  readonly repeated: readonly string[];
  readonly puzzled: readonly string[];
};

/** Every sentence of a phrasing, placeholders included. */
export function sentencesOf(phrasing: Phrasing): string[] {
  const { statements, cues, others, remarks, requests, plainRequests, ...plain } = phrasing;
  return [
    ...[statements, others, remarks, requests, plainRequests].flatMap((each) =>
      Object.values(each).flat(),
    ),
    ...Object.values(cues),
    ...Object.values(plain).flat(),
  ];
}

/** Words of some sentences, placeholders left out. */
export function wordsOf(sentences: readonly string[]): Set<string> {
  const words = sentences.flatMap((sentence) => sentence.split(' '));
  return new Set(words.filter((word) => word !== '{}' && word !== ''));
}
