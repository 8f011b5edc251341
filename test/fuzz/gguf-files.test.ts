/** GGUF files from elsewhere: bytes, sizes and metadata that are not what they should be. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { readGgufHeader, type GgufValue } from '../../src/gguf/index.ts';
import { changeGguf } from '../fixtures/change-gguf.ts';
import { checkCases } from './check-cases.ts';
import { mutate, mutations, type Mutation } from './mutations.ts';
import { endlessTemplates } from './template-changes.ts';
import { oddNumbers, oddTexts } from './values.ts';

const fixture = path.resolve(import.meta.dirname, '../fixtures/gguf/packings.gguf');
const { metadata, tensors } = readGgufHeader(fixture);
const headerBytes = Math.min(...[...tensors.values()].map(({ start }) => start));
/** What the entries of the fixture's tensors take, at the end of its header. */
const entryBytes = 800;

/** Largest file that is changed again, in bytes. */
const largestRead = 2 ** 24;

type Change =
  | { readonly kind: 'file'; readonly mutation: Mutation }
  | {
      readonly kind: 'bytes';
      readonly where: 'header' | 'entries' | 'data';
      readonly at: number;
      readonly width: 1 | 4 | 8;
      readonly value: bigint;
    }
  | { readonly kind: 'value'; readonly key: string; readonly value: GgufValue }
  | { readonly kind: 'template'; readonly text: string };

const oddCounts = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 255n, 2n ** 16n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 40n, 2n ** 53n),
  fc.constantFrom(2n ** 63n, 2n ** 64n - 1n, 8n, 9n, 12n, 30n, 384n, 1000n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);

const place = fc.double({ min: 0, max: 0.9999, noNaN: true });

const oddScalars = fc.oneof(oddNumbers, oddTexts, fc.boolean());
const oddMetadata: fc.Arbitrary<GgufValue> = fc.oneof(
  { weight: 4, arbitrary: oddScalars },
  { weight: 1, arbitrary: fc.array(oddTexts, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.array(oddNumbers, { maxLength: 5 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<GgufValue>(
      Array.from({ length: 384 }, () => 'same'),
      Array.from({ length: 384 }, (_, index) => `${'long '.repeat(400)}${index}`),
      Array.from({ length: 384 }, () => 3),
      Array.from({ length: 300_000 }, (_, index) => `a b${index}`),
    ),
  },
);

const keys = [
  ...metadata.keys(),
  ...['llama.rope.scaling.type', 'llama.expert_count', 'llama.attention.key_length', '__proto__'],
  ...[
    'general.alignment',
    'split.count',
    'tokenizer.ggml.scores',
    'llama.attention.sliding_window',
  ],
];

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('file' as const), mutation: mutations }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      where: fc.constantFrom(
        'header' as const,
        'header' as const,
        'entries' as const,
        'data' as const,
      ),
      at: place,
      width: fc.constantFrom(1 as const, 4 as const, 8 as const),
      value: oddCounts,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('value' as const),
      key: fc.constantFrom(...keys),
      value: oddMetadata,
    }),
  },
  {
    weight: 1,
    arbitrary: endlessTemplates.map(({ text }) => ({ kind: 'template' as const, text })),
  },
);

const commands = {
  score: (file: string) => ['score', '--model', file, '--ids', `${path.dirname(file)}/ids.json`],
  chat: (file: string) => ['chat', '--policy', file, '--set', 'sampling.maxTokens=8'],
  folder: (file: string) => ['models', 'export', file, '--out', `${path.dirname(file)}/folder`],
  file: (file: string) => ['models', 'export', file, '--out', `${path.dirname(file)}/copy.gguf`],
} as const;

type Case = {
  readonly changes: readonly Change[];
  readonly command: keyof typeof commands;
};

checkCases<Case>({
  name: 'GGUF files',
  share: 0.2,
  cases: fc.record({
    changes: fc.array(changes, { minLength: 1, maxLength: 2 }),
    command: fc.constantFrom('score', 'score', 'chat', 'folder', 'file'),
  }),
  prepare: async (given, places) => {
    const file = path.join(places.case, 'model.gguf');
    fs.copyFileSync(fixture, file);
    fs.writeFileSync(path.join(places.case, 'ids.json'), '{"input_ids": [[1, 2, 3], [4, 5]]}');
    for (const change of given.changes) apply(file, change, places.secret);
    const args = [...commands[given.command](file)];
    const isModels = args[0] === 'models';
    return { args: isModels ? args : [...args, '--threads', '1'], input: 'hello\n' };
  },
});

function apply(file: string, change: Change, secret: string): void {
  if (change.kind === 'file') return mutate(file, change.mutation, secret);
  // An earlier change may have left a device, which never ends, or a fifo, which never answers.
  const stats = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stats?.isFile() !== true || stats.size > largestRead) return;
  if (change.kind === 'bytes') return patch(file, change);
  const [key, value] =
    change.kind === 'value' ? [change.key, change.value] : ['tokenizer.chat_template', change.text];
  try {
    changeGguf(file, file, { [key]: value });
  } catch {
    // An earlier change left nothing that could be changed in this way.
  }
}

function patch(file: string, change: Change & { readonly kind: 'bytes' }): void {
  const bytes = fs.readFileSync(file);
  if (bytes.length < headerBytes) return;
  const [from, to] = {
    header: [0, headerBytes - 8] as const,
    entries: [headerBytes - entryBytes, headerBytes - 8] as const,
    data: [headerBytes, bytes.length - 8] as const,
  }[change.where];
  const at = from + Math.floor(change.at * Math.max(0, to - from));
  if (at + 8 > bytes.length) return;
  if (change.width === 1) bytes[at] = Number(change.value & 255n);
  else if (change.width === 4) bytes.writeUInt32LE(Number(change.value & 0xffffffffn), at);
  else bytes.writeBigUInt64LE(change.value, at);
  fs.writeFileSync(file, bytes);
}
