/**
 * GGUF files against Python's gguf, tokenizers and transformers: tensors bit for bit, log-probabilities,
 * tokens; and what is written against what is read.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exportModel } from '../../src/app/index.ts';
import { loadChatTemplate } from '../../src/chat/index.ts';
import { readGgufHeader, tensorLayouts } from '../../src/gguf/index.ts';
import { loadModelFolder } from '../../src/policy/files/index.ts';
import {
  EmbeddedBackend,
  listModelShapes,
  loadPolicyWeights,
  scoreIds,
} from '../../src/policy/index.ts';
import { loadTokenizer } from '../../src/tokenizer/index.ts';
import { changeGguf } from '../fixtures/change-gguf.ts';

const folder = path.resolve(import.meta.dirname, '../fixtures/gguf');
const file = path.join(folder, 'packings.gguf');
const reference = JSON.parse(fs.readFileSync(path.join(folder, 'reference.json'), 'utf8')) as {
  readonly sha256: Readonly<Record<string, string>>;
  readonly input_ids: readonly (readonly number[])[];
  readonly token_logprobs: readonly (readonly number[])[];
  readonly texts: readonly string[];
  readonly token_ids: Readonly<Record<string, readonly (readonly number[])[]>>;
};

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'gguf-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const load = (place: string): ReturnType<typeof loadModelFolder> =>
  loadModelFolder(place, listModelShapes);

const scoreRows = async (place: string, adapter?: string): Promise<readonly number[]> => {
  const backend = new EmbeddedBackend({
    weights: loadPolicyWeights({
      model: { kind: 'folder', path: place, ...(adapter === undefined ? {} : { adapter }) },
      valueHead: 'none',
      seed: 1,
    }),
    threads: 1,
    maxTokensPerBatch: 4096,
  });
  try {
    const rows = reference.input_ids;
    const lengths = rows.map(({ length }) => length);
    return (await scoreIds(backend, rows, lengths)).token_logprobs.flat();
  } finally {
    await backend.close();
  }
};

const largestGap = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));

describe('a GGUF file', () => {
  it('has every packing that is read', () => {
    const types = new Set([...readGgufHeader(file).tensors.values()].map(({ type }) => type));
    expect([...types].sort()).toEqual(Object.keys(tensorLayouts).sort());
  });

  it('gives every tensor bit for bit as Python reads it', () => {
    const { weights } = load(file);
    const hashes = [...weights].map(([name, { buffer, byteOffset, byteLength }]) => [
      name,
      createHash('sha256')
        .update(new Uint8Array(buffer, byteOffset, byteLength))
        .digest('hex'),
    ]);
    expect(Object.fromEntries(hashes)).toEqual(reference.sha256);
  });

  it('gives the log-probabilities of transformers', async () => {
    expect(largestGap(await scoreRows(file), reference.token_logprobs.flat())).toBeLessThan(1e-4);
  });

  it('has the template and the ends of replies', () => {
    expect(loadTokenizer(file).stopIds).toEqual([2, 0]);
    expect(loadChatTemplate(file).render([{ role: 'user', content: 'hi' }], true)).toBe(
      '<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  it.each(Object.keys(reference.token_ids))('splits text as %s', (pre) => {
    const changed = path.join(scratch, `${pre}.gguf`);
    changeGguf(file, changed, { 'tokenizer.ggml.pre': pre });
    const tokenizer = loadTokenizer(changed);
    for (const [index, text] of reference.texts.entries()) {
      const ids = tokenizer.encode(text);
      expect(ids, text).toEqual(reference.token_ids[pre]![index]);
      expect(tokenizer.decode(ids)).toBe(pre === 'qwen2' ? text.normalize('NFC') : text);
    }
  });

  it.each([
    [{ 'general.architecture': 'gpt2' }, /expected llama, qwen2 or qwen3, found "gpt2"/u],
    [{ 'llama.rope.scaling.type': 'yarn' }, /rope\.scaling\.type: expected none, found "yarn"/u],
    [{ 'llama.block_count': 2 }, /expected model\.layers\.1\.input_layernorm\.weight/u],
    [{ 'tokenizer.ggml.pre': 'tekken' }, /tokenizer\.ggml\.pre: expected gpt-2, .*found "tekken"/u],
    [{ 'tokenizer.ggml.model': 'bert' }, /tokenizer\.ggml\.model: expected gpt2, found "bert"/u],
    [{ 'tokenizer.ggml.eos_token_id': 9999 }, /expected ids below 384, found 9999/u],
  ])('that says %j is refused by key', (values, message) => {
    const changed = path.join(scratch, 'changed.gguf');
    changeGguf(file, changed, values);
    expect(() => load(changed)).toThrow(message);
  });
});

describe('an export', () => {
  const family = (name: string): string =>
    path.resolve(import.meta.dirname, '../fixtures/families', name);

  it('of a GGUF file is the folder that reads alike', async () => {
    const out = path.join(scratch, 'folder');
    await exportModel({ model: file, out });
    expect(load(out).weights).toEqual(load(file).weights);
    const [ours, theirs] = [loadTokenizer(out), loadTokenizer(file)];
    for (const text of reference.texts) expect(ours.encode(text)).toEqual(theirs.encode(text));
    expect(ours.stopIds).toEqual(theirs.stopIds);
    expect(loadChatTemplate(out).replySuffix).toBe(loadChatTemplate(file).replySuffix);
  });

  it.each(['llama', 'qwen2', 'qwen3'])(
    'of %s works its adapter in, in either form',
    async (name) => {
      const place = path.join(scratch, name);
      fs.cpSync(family(name), place, { recursive: true });
      writeTokenizer(place);
      const adapter = path.join(place, 'adapter');
      const configFile = path.join(adapter, 'adapter_config.json');
      const config = JSON.parse(fs.readFileSync(configFile, 'utf8')) as object;
      const named = { ...config, base_model_name_or_path: place };
      fs.writeFileSync(configFile, JSON.stringify(named));
      const [whole, exact, half] = ['folder', 'f32.gguf', 'f16.gguf'].map(
        (end) => `${place}-${end}`,
      );
      await exportModel({ model: adapter, out: whole! });
      await exportModel({ model: adapter, out: exact!, packing: 'F32' });
      await exportModel({ model: adapter, out: half! });
      const expected = await scoreRows(place, adapter);
      expect(largestGap(await scoreRows(place), expected)).toBeGreaterThan(0.01);
      expect(largestGap(await scoreRows(whole!), expected)).toBeLessThan(1e-4);
      expect(load(exact!).weights).toEqual(load(whole!).weights);
      expect(largestGap(await scoreRows(half!), expected)).toBeLessThan(1e-2);
      expect(loadTokenizer(half!).encode('hi there')).toEqual(
        loadTokenizer(place).encode('hi there'),
      );
    },
  );

  it('in eight bits stays within half a step of every weight', async () => {
    const out = path.join(scratch, 'eight.gguf');
    await exportModel({ model: file, out, packing: 'Q8_0' });
    const exact = load(file).weights;
    let worst = 0;
    for (const [name, data] of load(out).weights) {
      const wanted = exact.get(name)!;
      for (let from = 0; from < data.length; from += 32) {
        const block = wanted.subarray(from, from + 32);
        const largest = block.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
        // Half a step, and what a factor of 16 bits is off by, 127 times: relative, or absolute near 0.
        const allowed = largest / 254 + Math.max(largest * 2 ** -11, 127 * 2 ** -25);
        block.forEach((value, at) => {
          worst = Math.max(worst, Math.abs(value - data[from + at]!) / allowed);
        });
      }
    }
    expect(worst).toBeLessThanOrEqual(1.001);
    expect(worst).toBeGreaterThan(0.5);
  });

  it('writes over nothing', async () => {
    const out = path.join(scratch, 'taken.gguf');
    fs.writeFileSync(out, 'mine');
    await expect(exportModel({ model: file, out })).rejects.toThrow(/something in .* already/u);
    expect(fs.readFileSync(out, 'utf8')).toBe('mine');
  });
});

/** A tokenizer of single letters, for models of 96 tokens. */
function writeTokenizer(place: string): void {
  const alphabet = Array.from({ length: 90 }, (_, index) => String.fromCharCode(33 + index));
  const vocab = Object.fromEntries(
    ['<|end|>', '<|im_end|>', 'Ġ', ...alphabet].map((t, id) => [t, id]),
  );
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true };
  fs.writeFileSync(
    path.join(place, 'tokenizer.json'),
    JSON.stringify({
      added_tokens: [
        { id: 0, content: '<|end|>', special: true },
        { id: 1, content: '<|im_end|>', special: true },
      ],
      normalizer: null,
      pre_tokenizer: byteLevel,
      post_processor: null,
      decoder: byteLevel,
      model: { type: 'BPE', vocab, merges: [] },
    }),
  );
  fs.writeFileSync(
    path.join(place, 'tokenizer_config.json'),
    JSON.stringify({ eos_token: '<|im_end|>', chat_template: '{{ messages[0].content }}' }),
  );
}
