/**
 * Ways of splitting text into words before byte pairs are merged, by the names GGUF files give them.
 *
 * Those of the families that the engine runs are written out, as llama.cpp has them. A nearly right one
 * would give other tokens without a word, so the way a `tokenizer.json` describes is only named where
 * it is the same step by step.
 * Source: llama.cpp, src/llama-vocab.cpp, `llm_tokenizer_bpe`.
 */

/** The step that turns bytes into letters, and splits words too where `useRegex`. */
export const byteLevel = (useRegex: boolean): unknown => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});

const splitBy = (regex: string, useRegex = false): unknown => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false },
    byteLevel(useRegex),
  ],
});

const contractions = String.raw`(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])`;
const wordsAndRest = (digits: string): string =>
  String.raw`${contractions}|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

export type Splitting = {
  readonly preTokenizer: unknown;
  readonly normalizer?: unknown;
  /** A word that is a token itself is taken as it is. */
  readonly ignoreMerges?: boolean;
};

const gpt2: Splitting = { preTokenizer: byteLevel(true) };

/** By a pattern: the library's own step for digits knows only those from 0 to 9. */
const digitByDigit: Splitting = { preTokenizer: splitBy(String.raw`\p{N}`, true) };

const llama3: Splitting = {
  preTokenizer: splitBy(wordsAndRest(String.raw`\p{N}{1,3}`)),
  ignoreMerges: true,
};

const qwen2: Splitting = {
  preTokenizer: splitBy(wordsAndRest(String.raw`\p{N}`)),
  normalizer: { type: 'NFC' },
};

/** Ways of splitting text by their names in GGUF files. */
export const splittings: ReadonlyMap<string, Splitting> = new Map([
  ['gpt-2', gpt2],
  ['smollm', digitByDigit],
  ['llama-bpe', llama3],
  ['llama3', llama3],
  ['llama-v3', llama3],
  ['qwen2', qwen2],
  ['deepseek-r1-qwen', qwen2],
]);

/** How the tokenizers of Hugging Face write the contractions. */
const otherContractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

/** Names the way of splitting text that a `tokenizer.json` describes; null for one that is not known. */
export function nameSplitting(tokenizer: Readonly<Record<string, unknown>>): string | null {
  const wanted = describeSteps(tokenizer['pre_tokenizer']);
  const model = tokenizer['model'] as { readonly ignore_merges?: unknown } | undefined;
  const ignoreMerges = model?.ignore_merges === true;
  for (const [name, splitting] of splittings) {
    const isSame = describeSteps(splitting.preTokenizer) === wanted;
    if (isSame && (splitting.ignoreMerges ?? false) === ignoreMerges) return name;
  }
  return null;
}

/** The steps in one form, with what decides and nothing else. */
function describeSteps(step: unknown): string {
  if (typeof step !== 'object' || step === null) return 'none';
  const of = step as Readonly<Record<string, unknown>>;
  switch (of['type']) {
    case 'Sequence':
      return (of['pretokenizers'] as readonly unknown[]).map(describeSteps).join(' then ');
    case 'ByteLevel':
      return `bytes ${of['add_prefix_space'] === true} ${of['use_regex'] !== false}`;
    case 'Digits':
      return of['individual_digits'] === true
        ? describeSteps({
            type: 'Split',
            pattern: { Regex: String.raw`\p{N}` },
            behavior: 'Isolated',
          })
        : 'digits together';
    case 'Split': {
      const { Regex: regex = '' } = of['pattern'] as { readonly Regex?: string };
      const plain = regex.replace(otherContractions, contractions);
      return `split ${plain} ${String(of['behavior'])} ${of['invert'] === true}`;
    }
    default:
      return `other ${JSON.stringify(step)}`;
  }
}
