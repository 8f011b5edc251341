/** Tokenizers that are slow, wrong, or nearly right. */
import fc from 'fast-check';
import { oddNumbers, oddScalars, oddTexts, oddValues } from './values.ts';

/** Slow, wrong and right patterns. */
const patterns = fc.oneof(
  fc.constantFrom(
    ...[
      '(a+)+$',
      '(.*)*x',
      '(?:a|a)*b',
      '\\s*\\s*\\s*x',
      '(e|h|l|o)+(e|h|l|o)+$',
      '.*.*.*.*=',
      '[',
    ],
    ...[
      '\\p{L}+',
      '(?i:a)',
      '\\s+(?!\\S)|\\s+',
      '',
      '(',
      '(?<=a*)b',
      '[^',
      '\\',
      '(?:)*',
      '.',
      '$^',
    ],
  ),
  fc.string({ unit: fc.constantFrom(...'ab.*+?()[]|\\sw{}1,^$'), maxLength: 12 }),
);

/** Patterns that take for ever over any sentence, in steps that are well formed. */
const slowPatterns = fc.constantFrom(
  ...['(?:\\w|\\w\\w|\\W)+#', '(?:[a-z]+\\s?)+=', '(.|\\n)*(.|\\n)*(.|\\n)*(.|\\n)*#', '(\\S+)+~$'],
);

export const slowSteps = fc
  .tuple(fc.constantFrom('normalizer', 'pre_tokenizer', 'decoder'), slowPatterns)
  .map(([part, Regex]) => {
    const pattern = { Regex };
    const replace = { type: 'Replace', pattern, content: '' };
    if (part === 'normalizer') return { kind: 'step', part, value: replace } as const;
    if (part === 'pre_tokenizer') {
      const value = { type: 'Split', pattern, behavior: 'Isolated', invert: false };
      return { kind: 'step', part, value } as const;
    }
    return {
      kind: 'step',
      part,
      value: { type: 'Sequence', decoders: [{ type: 'Fuse' }, replace] },
    } as const;
  });

/** A step of a tokenizer. */
export const steps: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  step: fc.oneof(
    fc.record({
      type: fc.constantFrom(
        'Split',
        'Replace',
        'ByteLevel',
        'WhitespaceSplit',
        'Digits',
        'Metaspace',
      ),
      pattern: fc.oneof(
        patterns.map((Regex) => ({ Regex })),
        oddTexts.map((String) => ({ String })),
      ),
      content: fc.oneof(oddTexts, oddScalars),
      behavior: fc.constantFrom('Isolated', 'Removed', 'MergedWithPrevious', null),
      invert: fc.boolean(),
    }),
    fc.record({
      type: fc.constantFrom('FixedLength', 'Strip', 'Fuse', 'NFC', 'Prepend'),
      length: oddNumbers,
      prepend: oddTexts,
      content: oddTexts,
      start: oddNumbers,
      stop: oddNumbers,
    }),
    fc.array(tie('step'), { maxLength: 3 }).map((inner) => ({
      type: 'Sequence',
      pretokenizers: inner,
      normalizers: inner,
      decoders: inner,
    })),
    oddValues,
  ),
})).step;

/** The model of a tokenizer. */
export const models = fc.oneof(
  fc.record({
    type: fc.constantFrom('BPE', 'WordPiece', 'Unigram', 'WordLevel', 'X'),
    vocab: fc.oneof(
      fc.dictionary(
        fc.constantFrom(...'abcdehlo <|', 'he', 'll', '__proto__', '<unk>'),
        fc.oneof(fc.nat({ max: 95 }), oddNumbers),
      ),
      fc.array(fc.tuple(fc.constantFrom('a', 'aa', 'h', 'he', 'l', 'll', 'o', ' '), oddNumbers), {
        maxLength: 8,
      }),
      oddValues,
    ),
    merges: fc.oneof(
      fc.constant([]),
      fc.constant([
        ['h', 'e'],
        ['l', 'l'],
      ]),
      fc.constant(['h e']),
      oddValues,
    ),
    unk_token: fc.oneof(fc.constant('<unk>'), oddScalars),
    max_input_chars_per_word: oddNumbers,
    unk_id: oddNumbers,
  }),
  oddValues,
);
