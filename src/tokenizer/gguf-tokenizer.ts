/**
 * The tokenizer of a GGUF file, as the files that lie in a Hugging Face folder.
 *
 * A GGUF file names its way of splitting text (`tokenizer.ggml.pre`) instead of describing it. The ways
 * of the families that the engine runs are written out here, as llama.cpp has them; another is refused
 * by name, because a nearly right one would give other tokens without a word.
 * Source: llama.cpp, src/llama-vocab.cpp, `llm_tokenizer_bpe`.
 */
import { DataError } from '../base/index.ts';
import { readGgufHeader, type GgufHeader, type GgufValue } from '../gguf/index.ts';

/** Content of the three files that tell how text becomes tokens and where a reply ends. */
export type TokenizerJson = {
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly generation: Readonly<Record<string, unknown>>;
};

const byteLevel = (useRegex: boolean): unknown => ({
  type: 'ByteLevel',
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: useRegex,
});

const splitBy = (regex: string): unknown => ({
  type: 'Sequence',
  pretokenizers: [
    { type: 'Split', pattern: { Regex: regex }, behavior: 'Isolated', invert: false },
    byteLevel(false),
  ],
});

const contractions = String.raw`(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])`;
const wordsAndRest = (digits: string): string =>
  String.raw`${contractions}|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

type Splitting = {
  readonly preTokenizer: unknown;
  readonly normalizer?: unknown;
  /** A word that is a token itself is taken as it is. */
  readonly ignoreMerges?: boolean;
};

const gpt2: Splitting = { preTokenizer: byteLevel(true) };

const digitByDigit: Splitting = {
  preTokenizer: {
    type: 'Sequence',
    pretokenizers: [{ type: 'Digits', individual_digits: true }, byteLevel(true)],
  },
};

const llama3: Splitting = {
  preTokenizer: splitBy(wordsAndRest(String.raw`\p{N}{1,3}`)),
  ignoreMerges: true,
};

const qwen2: Splitting = {
  preTokenizer: splitBy(wordsAndRest(String.raw`\p{N}`)),
  normalizer: { type: 'NFC' },
};

/** Ways of splitting text by their names in GGUF files. */
const splittings: ReadonlyMap<string, Splitting> = new Map([
  ['gpt-2', gpt2],
  ['smollm', digitByDigit],
  ['llama-bpe', llama3],
  ['llama3', llama3],
  ['llama-v3', llama3],
  ['qwen2', qwen2],
  ['deepseek-r1-qwen', qwen2],
]);

/** Finds the name of a way of splitting text that a `tokenizer.json` describes; null for others. */
export function nameSplitting(tokenizer: Readonly<Record<string, unknown>>): string | null {
  const wanted = JSON.stringify([tokenizer['pre_tokenizer']]);
  for (const [name, { preTokenizer }] of splittings) {
    if (JSON.stringify([preTokenizer]) === wanted) return name;
  }
  return null;
}

/** Kinds of tokens, by their number in the file. */
const tokenKinds = { control: 3, userDefined: 4 } as const;

/**
 * Renders the tokenizer of a GGUF file. Throws `DataError` for a kind that is not known, and for lists
 * that do not fit each other; `CheckpointError` for a file that is damaged.
 */
export function renderGgufTokenizer(
  file: string,
  { metadata }: GgufHeader = readGgufHeader(file),
): TokenizerJson {
  const get = (key: string): GgufValue | undefined => metadata.get(`tokenizer.ggml.${key}`);
  const unfit = (problem: string): DataError => malformed(file, problem);
  if (get('model') !== 'gpt2') {
    throw unknownKind(file, 'tokenizer.ggml.model', get('model'), ['gpt2']);
  }
  const splitting = splittings.get(String(get('pre')).slice(0, 100));
  if (splitting === undefined) {
    throw unknownKind(file, 'tokenizer.ggml.pre', get('pre'), [...splittings.keys()]);
  }
  const texts = readList(get('tokens'), isText);
  if (texts === null) throw unfit('tokenizer.ggml.tokens: expected a list of texts');
  const merges = readList(get('merges'), isText);
  if (merges === null) throw unfit('tokenizer.ggml.merges: expected a list of texts');
  const kinds = readList(get('token_type'), isNumber);
  if (kinds?.length !== texts.length) {
    throw unfit(`tokenizer.ggml.token_type: expected a list of ${texts.length} numbers`);
  }
  const vocab = Object.fromEntries(texts.map((text, id) => [text, id]));
  if (Object.keys(vocab).length !== texts.length) {
    throw unfit('tokenizer.ggml.tokens: expected every text once, found some twice');
  }
  const pairs = merges.map((merge) => {
    const parts = merge.split(' ');
    if (parts.length !== 2) {
      throw unfit('tokenizer.ggml.merges: expected two parts with a space between in each');
    }
    return parts;
  });
  const idOf = (name: string): number | null => {
    const id = get(`${name}_token_id`);
    if (id === undefined) return null;
    if (typeof id === 'number' && texts[id] !== undefined) return id;
    throw unfit(`tokenizer.ggml.${name}_token_id: expected an id below ${texts.length}`);
  };
  const [bos, eos, pad, unknown] = [idOf('bos'), idOf('eos'), idOf('padding'), idOf('unknown')];
  const stops = [...new Set([eos, idOf('eot')].filter((id) => id !== null))];
  const textOf = (id: number | null): string | null => (id === null ? null : (texts[id] ?? null));
  const added = texts.flatMap((content, id) => {
    const isSpecial = kinds[id] === tokenKinds.control;
    if (!isSpecial && kinds[id] !== tokenKinds.userDefined) return [];
    const plain = { single_word: false, lstrip: false, rstrip: false, normalized: false };
    return [{ id, content, ...plain, special: isSpecial }];
  });
  return {
    tokenizer: {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: added,
      normalizer: splitting.normalizer ?? null,
      pre_tokenizer: splitting.preTokenizer,
      post_processor: null,
      decoder: byteLevel(true),
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: null,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: false,
        byte_fallback: false,
        ignore_merges: splitting.ignoreMerges ?? false,
        vocab,
        merges: pairs,
      },
    },
    config: {
      tokenizer_class: 'PreTrainedTokenizerFast',
      bos_token: textOf(bos),
      eos_token: textOf(eos),
      pad_token: textOf(pad),
      unk_token: textOf(unknown),
      add_prefix_space: false,
      clean_up_tokenization_spaces: false,
      ...describeTemplate(metadata.get('tokenizer.chat_template')),
    },
    generation: {
      ...(bos === null ? {} : { bos_token_id: bos }),
      eos_token_id: stops.length === 1 ? stops[0] : stops,
      ...(pad === null ? {} : { pad_token_id: pad }),
    },
  };
}

function describeTemplate(template: GgufValue | undefined): Readonly<Record<string, unknown>> {
  return typeof template === 'string' ? { chat_template: template } : {};
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';

function readList<Entry>(
  value: GgufValue | undefined,
  isFit: (entry: unknown) => entry is Entry,
): readonly Entry[] | null {
  return Array.isArray(value) && value.every(isFit) ? (value as readonly Entry[]) : null;
}

function unknownKind(
  file: string,
  key: string,
  found: GgufValue | undefined,
  known: readonly string[],
): DataError {
  const text = JSON.stringify(typeof found === 'string' ? found.slice(0, 100) : (found ?? null));
  return new DataError(
    'tokenizer_unknown',
    `${file}: ${key}: expected ${known.join(', ')}, found ${text.slice(0, 100)}.`,
    {
      details: { file, key },
      hint: 'Take the Hugging Face folder of the same model: its tokenizer.json says all that is needed.',
    },
  );
}

function malformed(file: string, problem: string): DataError {
  return new DataError('tokenizer_malformed', `${file}: ${problem}.`, {
    details: { file },
    hint: 'Download the file again, or take the Hugging Face folder of the same model.',
  });
}
