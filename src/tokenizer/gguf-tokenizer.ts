/**
 * The tokenizer of a GGUF file, as the files that lie in a Hugging Face folder.
 *
 * A GGUF file names its way of splitting text (`tokenizer.ggml.pre`) instead of describing it; one that
 * is not known here is refused by name.
 */
import { DataError } from '../base/index.ts';
import { readGgufHeader, type GgufHeader, type GgufValue } from '../gguf/index.ts';
import { byteLevel, splittings } from './splittings.ts';

/** Content of the three files that tell how text becomes tokens and where a reply ends. */
export type TokenizerJson = {
  readonly tokenizer: Readonly<Record<string, unknown>>;
  readonly config: Readonly<Record<string, unknown>>;
  readonly generation: Readonly<Record<string, unknown>>;
};

/** Kinds of tokens, by their number in a GGUF file. */
export const tokenKinds = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

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
