/** Model folders from elsewhere: configuration, weights, tokenizer, chat template, adapter. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { writeOutsideModel } from '../fixtures/outside-model.ts';
import { checkCases } from './check-cases.ts';
import { mutate, mutations, type Mutation } from './mutations.ts';
import { oddNumbers, oddScalars, oddTexts, oddValues, setAt } from './values.ts';

const adapter = path.resolve(import.meta.dirname, '../fixtures/qwen2-tiny/adapter');

const fileNames = [
  ...['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'],
  ...[
    'generation_config.json',
    'chat_template.jinja',
    'vocab.json',
    'merges.txt',
    'added_tokens.json',
  ],
  ...['model.safetensors.index.json', 'adapter_config.json', 'adapter_model.safetensors'],
];

const configKeys = [
  ...['vocab_size', 'hidden_size', 'intermediate_size', 'num_hidden_layers', 'num_attention_heads'],
  ...['num_key_value_heads', 'head_dim', 'rope_theta', 'rms_norm_eps', 'max_position_embeddings'],
  ...['initializer_range', 'eos_token_id', 'model_type', 'rope_parameters', 'tie_word_embeddings'],
  ...[
    'attention_bias',
    'hidden_act',
    'layer_types',
    'quantization_config',
    'rope_scaling',
    '__proto__',
  ],
];

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

const slowSteps = fc
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

/** Templates that parse and then never end, or fill the memory. */
const endlessTemplates = fc
  .tuple(
    fc.integer({ min: 2, max: 9 }),
    fc.constantFrom('x', '{%- set x.a = x.a + x.a -%}', '{%- set x.a = [x.a, x.a] -%}'),
    fc.constantFrom('', '{{ x.a }}', '{{ x.a|tojson }}'),
    fc.constantFrom(30, 1000, 100_000, 1e9),
  )
  .map(([depth, body, end, times]) => {
    const open = Array.from(
      { length: depth },
      (_, level) => `{%- for i${level} in range(${times}) -%}`,
    );
    const loops = `${open.join('')}${body}${'{%- endfor -%}'.repeat(depth)}`;
    const text = `{%- set x = namespace(a=[1]) -%}${loops}${end}{{ messages[0].content }}`;
    return { kind: 'template', text } as const;
  });

const steps: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
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

const models = fc.oneof(
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

const templates = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constant(
          "{%- for m in messages -%}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{%- endfor -%}",
        ),
      },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ...[
            '{% for i in range(1000000) %}',
            '{% for i in messages %}',
            '{% endfor %}',
            '{% if true %}',
          ],
          ...[
            '{% endif %}',
            '{{ messages }}',
            '{{ messages|tojson }}',
            '{% set x = namespace(a=[1]) %}',
          ],
          ...[
            '{% set x.a = x.a + x.a %}',
            '{% for i in range(40) %}{% set x.a = x.a + x.a %}{% endfor %}',
          ],
          ...[
            "{{ 'a'.replace('a', 'b' * 9) }}",
            '{% macro f() %}{{ f() }}{% endmacro %}',
            '{{ f() }}',
          ],
          ...[
            '{{ messages[0].content.split("") }}',
            '{{ range(9, 0, 0) }}',
            '{{ 1/0 }}',
            '{{ x }}',
            '{# ',
          ],
          ...[
            '{{ raise_exception("no") }}',
            '{{ strftime_now("%Y") }}',
            '{{',
            '}}',
            '{%- -%}',
            ' '.repeat(3000),
          ],
          ...[
            '{{ messages.__proto__ }}',
            '{{ (1)["constructor"] }}',
            '{{ none.x }}',
            '{{ 2 ** 1000 }}',
          ],
          ...[
            "{{ '\\u001b[2J' }}",
            '{% break %}',
            '{% set ns = messages %}',
            '{{ ns[-1]["content"]|upper }}',
          ],
        ),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** Fills every weight with one number, or writes a header that does not fit. */
const weights = fc.oneof(
  fc.record({ fill: fc.constantFrom(Number.NaN, Infinity, 3e38, -3e38, 1e20, 0, 1e-40) }),
  fc.record({
    header: fc.oneof(
      oddValues,
      fc.dictionary(
        fc.constantFrom('model.norm.weight', 'x', '__metadata__'),
        fc.record({
          dtype: fc.oneof(fc.constantFrom('F32', 'I64', 'BF16'), oddScalars),
          shape: fc.array(oddNumbers, { maxLength: 3 }),
          data_offsets: fc.tuple(oddNumbers, oddNumbers),
        }),
      ),
    ),
  }),
  fc.record({ headerBytes: oddNumbers }),
);

type Change =
  | { readonly kind: 'file'; readonly name: string; readonly mutation: Mutation }
  | { readonly kind: 'config'; readonly key: string; readonly value: unknown }
  | { readonly kind: 'step'; readonly part: string; readonly value: unknown }
  | { readonly kind: 'model'; readonly value: unknown }
  | { readonly kind: 'template'; readonly text: string }
  | { readonly kind: 'index'; readonly names: readonly string[] }
  | { readonly kind: 'adapter'; readonly key: string; readonly value: unknown }
  | {
      readonly kind: 'weights';
      readonly value: { fill?: number; header?: unknown; headerBytes?: number };
    };

const changes = fc.oneof(
  { weight: 2, arbitrary: slowSteps },
  { weight: 2, arbitrary: endlessTemplates },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('file'),
      name: fc.constantFrom(...fileNames),
      mutation: mutations,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('config'),
      key: fc.constantFrom(...configKeys),
      value: fc.oneof(oddNumbers, oddValues),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('step'),
      part: fc.constantFrom(
        'normalizer',
        'pre_tokenizer',
        'decoder',
        'post_processor',
        'added_tokens',
      ),
      value: steps,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('model'), value: models }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('template'), text: templates }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('index'),
      names: fc.array(
        fc.oneof(oddTexts, fc.constantFrom('model.safetensors', 'part.safetensors')),
        { maxLength: 3 },
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('adapter'),
      key: fc.constantFrom(
        'r',
        'lora_alpha',
        'target_modules',
        'base_model_name_or_path',
        'peft_type',
        'none',
      ),
      value: oddValues,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('weights'), value: weights }) },
) as fc.Arbitrary<Change>;

type Case = {
  readonly changes: readonly Change[];
  readonly command: 'score' | 'chat' | 'simulate' | 'train';
};

const commands: Readonly<Record<Case['command'], (folder: string) => readonly string[]>> = {
  score: (folder) => ['score', '--model', folder, '--ids', path.join(folder, '..', 'ids.json')],
  chat: (folder) => ['chat', '--policy', folder, '--temperature', '1'],
  simulate: (folder) => ['simulate', '--policy', folder, '--turns', '2'],
  train: (folder) => [
    ...['train', '--preset', 'tiny', '--iterations', '1', '--out', path.join(folder, '..', 'run')],
    ...[
      `policy.model=${folder}`,
      'episodesPerIteration=4',
      'turns=1',
      'sampling.maxTokens=8',
    ].flatMap((text) => ['--set', text]),
  ],
};

checkCases<Case>({
  name: 'model folders',
  share: 0.2,
  cases: fc.record({
    changes: fc.array(changes, { minLength: 1, maxLength: 2 }),
    command: fc.constantFrom('score', 'chat', 'chat', 'simulate', 'train'),
  }),
  prepare: async (given, places) => {
    const folder = path.join(places.case, 'model');
    writeOutsideModel(folder, 2048);
    fs.writeFileSync(path.join(places.case, 'ids.json'), '{"input_ids": [[1, 2, 3], [4, 5]]}');
    for (const change of given.changes) apply(folder, change, places.secret);
    const text = `hello ${'a'.repeat(300)}b\n/profile\n`;
    return { args: [...commands[given.command](folder), '--threads', '1'], input: text };
  },
});

function apply(folder: string, change: Change, secret: string): void {
  const at = (name: string): string => path.join(folder, name);
  switch (change.kind) {
    case 'file':
      return mutate(at(change.name), change.mutation, secret);
    case 'config':
      return changeJson(at('config.json'), [change.key], change.value);
    case 'step':
      return changeJson(at('tokenizer.json'), [change.part], change.value);
    case 'model':
      return changeJson(at('tokenizer.json'), ['model'], change.value);
    case 'template':
      return fs.writeFileSync(replace(at('chat_template.jinja')), change.text);
    case 'index': {
      const map = Object.fromEntries(change.names.map((name, index) => [`w${index}`, name]));
      fs.writeFileSync(
        replace(at('model.safetensors.index.json')),
        JSON.stringify({ weight_map: map }),
      );
      if (isFile(at('model.safetensors'))) {
        fs.renameSync(at('model.safetensors'), replace(at('part.safetensors')));
      }
      return;
    }
    case 'adapter': {
      for (const name of fs.readdirSync(adapter)) {
        fs.copyFileSync(path.join(adapter, name), replace(at(name)));
      }
      changeJson(at('adapter_config.json'), ['base_model_name_or_path'], folder);
      return changeJson(at('adapter_config.json'), [change.key], change.value);
    }
    case 'weights':
      if (isFile(at('model.safetensors'))) spoilWeights(at('model.safetensors'), change.value);
  }
}

const isFile = (file: string): boolean =>
  fs.lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

/** Makes place for a file that is written anew. */
function replace(file: string): string {
  fs.rmSync(file, { recursive: true, force: true });
  return file;
}

function changeJson(file: string, keys: readonly string[], value: unknown): void {
  if (!isFile(file)) return;
  try {
    const json = JSON.parse(fs.readFileSync(file, 'utf8')) as unknown;
    fs.writeFileSync(file, JSON.stringify(setAt(json, keys, value)) ?? '');
  } catch {
    // An earlier change left no JSON, or a file too large to read.
  }
}

function spoilWeights(
  file: string,
  { fill, header, headerBytes }: { fill?: number; header?: unknown; headerBytes?: number },
): void {
  if (fs.statSync(file).size > 1e6) return;
  const bytes = fs.readFileSync(file);
  if (bytes.length < 8) return;
  if (fill !== undefined) {
    const start = 8 + Number(bytes.readBigUInt64LE(0));
    for (let offset = start; offset + 4 <= bytes.length; offset += 4)
      bytes.writeFloatLE(fill, offset);
    fs.writeFileSync(file, bytes);
  } else if (headerBytes !== undefined) {
    bytes.writeBigUInt64LE(BigInt.asUintN(64, BigInt(Math.trunc(headerBytes))), 0);
    fs.writeFileSync(file, bytes);
  } else {
    const text = Buffer.from(JSON.stringify(header) ?? '');
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.length));
    fs.writeFileSync(file, Buffer.concat([size, text, bytes.subarray(-64)]));
  }
}
