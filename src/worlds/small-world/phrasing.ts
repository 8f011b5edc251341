/** What a family of users can say: the shape shared by both phrasing files. */

/** Sentences of one family; `{}` stands for a value. Words are separated by single spaces. */
export type Phrasing = {
  /** Ways to state an item, by slot. */
  readonly statements: Readonly<Record<string, readonly string[]>>;
  /** Hints at an item, keyed `slot=value`. */
  readonly cues: Readonly<Record<string, string>>;
  /** What other people like, are, or have, by slot. */
  readonly others: Readonly<Record<string, readonly string[]>>;
  /** Requests for a suggestion, by domain. */
  readonly requests: Readonly<Record<string, readonly string[]>>;
  readonly greetings: readonly string[];
  readonly smallTalk: readonly string[];
  readonly evasions: readonly string[];
  readonly nothing: readonly string[];
  readonly announcements: readonly string[];
  /** Forewarnings of a gradual change; `{}` is the value that will go. */
  readonly doubts: readonly string[];
  /** Said before standing by what was told. */
  readonly takenBack: readonly string[];
  readonly repeated: readonly string[];
  readonly puzzled: readonly string[];
};

/** Every sentence of a phrasing, placeholders included. */
export function sentencesOf(phrasing: Phrasing): string[] {
  const { statements, cues, others, requests, ...plain } = phrasing;
  return [
    ...Object.values(statements).flat(),
    ...Object.values(cues),
    ...Object.values(others).flat(),
    ...Object.values(requests).flat(),
    ...Object.values(plain).flat(),
  ];
}

/** Words of some sentences, placeholders left out. */
export function wordsOf(sentences: readonly string[]): Set<string> {
  const words = sentences.flatMap((sentence) => sentence.split(' '));
  return new Set(words.filter((word) => word !== '{}' && word !== ''));
}
