/**
 * What a `tokenizer.json` from elsewhere may say, so that reading it costs no more than its size.
 *
 * Bounds memory: no step may make a text much longer, no name may be endless. Bounds no time: a
 * pattern can be as slow as it likes, which is why all but the plainest tokenizers run under a time
 * limit (`isQuick`).
 */

/** Longest token, and longest text that a step writes, in characters. */
const longestText = 1024;

/** Longest pattern, in characters. */
const longestPattern = 10_000;

/** How many times longer all steps together may make a text. */
const mostGrowth = 1000;

/** How deep steps may be nested, counted in keys. */
const deepestStep = 32;

export type TokenizerShape = {
  readonly model: Readonly<Record<string, unknown>>;
  readonly added_tokens: readonly { readonly content: string }[];
  readonly [part: string]: unknown;
};

/** Names the first thing that goes too far: key, expected, found. Null where nothing does. */
export function findExcess({
  model,
  added_tokens: added,
  ...parts
}: TokenizerShape): string | null {
  const { vocab } = model;
  return (
    findStepExcess({ ...parts, model: { ...model, vocab: null, merges: null } }) ??
    findLongest(
      'added_tokens',
      added.map(({ content }) => content),
    ) ??
    findLongest('model.vocab', listTokens(vocab))
  );
}

function listTokens(vocab: unknown): readonly unknown[] {
  if (!Array.isArray(vocab)) return Object.keys(vocab as object);
  return vocab.map((entry: unknown) => (Array.isArray(entry) ? (entry[0] as unknown) : entry));
}

function findLongest(key: string, texts: readonly unknown[]): string | null {
  const text = texts.find((each) => typeof each === 'string' && each.length > longestText);
  return text === undefined ? null : describeLength(key, text as string, longestText);
}

function describeLength(key: string, text: string, most: number): string | null {
  if (text.length <= most) return null;
  return `${key}: expected at most ${most} characters, found ${text.length}`;
}

/** Keys whose text takes the place of another, each time that one occurs. */
const growingKeys: readonly string[] = ['content', 'replacement', 'str_rep'];

function findStepExcess(parts: Readonly<Record<string, unknown>>): string | null {
  let growth = 1;
  for (const { path, value } of listLeaves(parts, [])) {
    const name = path.join('.');
    const key = path.at(-1) ?? '';
    if (path.length > deepestStep) return `${name}: nested too deep`;
    if (key === 'length' && !(Number.isInteger(value) && Number(value) > 0)) {
      return `${name}: expected a whole number from 1, found ${JSON.stringify(value)}`;
    }
    if (typeof value !== 'string' || key === 'precompiled_charsmap') continue;
    const problem = describeLength(name, value, key === 'Regex' ? longestPattern : longestText);
    if (problem !== null) return problem;
    if (growingKeys.includes(key)) growth *= Math.max(1, value.length);
    if (growth > mostGrowth) {
      return `${name}: expected texts to grow at most ${mostGrowth} times, found ${growth} times`;
    }
  }
  return null;
}

type Leaf = { readonly path: readonly string[]; readonly value: unknown };

function* listLeaves(value: unknown, path: readonly string[]): Generator<Leaf> {
  if (typeof value !== 'object' || value === null || path.length > deepestStep) {
    yield { path, value };
    return;
  }
  for (const [key, part] of Object.entries(value)) yield* listLeaves(part, [...path, key]);
}

const typeOf = (step: unknown): unknown =>
  typeof step === 'object' && step !== null ? (step as { type?: unknown }).type : step;

/**
 * Says whether a tokenizer is built like those of this package: words or bytes, no pattern and no
 * table of its own, so that its time only grows with the text.
 */
export function isQuick({ model, ...parts }: TokenizerShape): boolean {
  const { type, end_of_word_suffix: end, continuing_subword_prefix: next } = model;
  const isPlainModel = type === 'WordLevel' || (type === 'BPE' && !end && !next);
  const isAbsent = (name: string): boolean => (parts[name] ?? null) === null;
  return (
    isPlainModel &&
    isAbsent('normalizer') &&
    isAbsent('post_processor') &&
    ['WhitespaceSplit', 'ByteLevel'].includes(typeOf(parts['pre_tokenizer']) as string) &&
    (isAbsent('decoder') || typeOf(parts['decoder']) === 'ByteLevel')
  );
}
