/**
 * SmolLM2-135M-Instruct from its GGUF file, where `../shared/models` (or RLPA_TEST_MODELS) has it: every
 * tensor as Python's gguf widens it, log-probabilities as transformers 5 gives them in float32.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadModelFolder } from '../../src/policy/files/index.ts';
import {
  EmbeddedBackend,
  listModelShapes,
  loadPolicyWeights,
  scoreIds,
} from '../../src/policy/index.ts';
import { loadTokenizer } from '../../src/tokenizer/index.ts';

const models =
  process.env['RLPA_TEST_MODELS'] ?? path.resolve(import.meta.dirname, '../../../shared/models');
const file = path.join(models, 'SmolLM2-135M-Instruct', 'SmolLM2-135M-Instruct.Q4_1.gguf');

/** Of every tensor, name and float32 numbers, in the order of names. */
const digest = '785e20b3e653276b0579b744214a1186d730ba80af04f397f642d6432e5e0154';

const text =
  '<|im_start|>user\nMy sister is vegan, and I moved to Leeds in 2019.<|im_end|>\n<|im_start|>assistant\nThat sounds lovely!';

const ids = [
  ...[1, 4093, 198, 5965, 10243, 314, 19913, 28, 284, 339, 4935, 288, 38743, 281, 216, 34, 32, 33],
  ...[41, 30, 2, 198, 1, 520, 9531, 198, 5195, 4598, 17915, 17],
];

const logprobs = [
  ...[-13.943589, -3.32122, -6.443097, -5.433413, -1.45044, -9.587824, -1.293546, -1.463264],
  ...[-1.366675, -9.116457, -0.739913, -9.777588, -3.613036, -0.455719, -0.033578, -0.002015],
  ...[-0.534228, -3.065318, -0.624833, -4.523675, -0.000103, -0.124661, -0.041971, -6e-6],
  ...[-0.000278, -4.123073, -1.938699, -3.818261, -1.788069],
];

const title = fs.existsSync(file)
  ? 'SmolLM2-135M-Instruct'
  : `SmolLM2-135M-Instruct (skipped: there is no ${file})`;

describe.skipIf(!fs.existsSync(file))(title, () => {
  it('has every tensor bit for bit', () => {
    const { weights } = loadModelFolder(file, listModelShapes);
    const hash = createHash('sha256');
    for (const name of [...weights.keys()].sort()) {
      const { buffer, byteOffset, byteLength } = weights.get(name)!;
      hash.update(name).update(new Uint8Array(buffer, byteOffset, byteLength));
    }
    expect(hash.digest('hex')).toBe(digest);
  });

  it('reads text and gives log-probabilities as transformers does', async () => {
    expect(loadTokenizer(file).encode(text)).toEqual(ids);
    const backend = new EmbeddedBackend({
      weights: loadPolicyWeights({
        model: { kind: 'folder', path: file },
        valueHead: 'none',
        seed: 1,
        lora: { rank: 1, alpha: 1 },
      }),
      threads: 1,
      maxTokensPerBatch: 1024,
    });
    const scores = await scoreIds(backend, [ids], [ids.length]);
    await backend.close();
    const gaps = scores.token_logprobs[0]!.map((value, at) => Math.abs(value - logprobs[at]!));
    expect(Math.max(...gaps)).toBeLessThan(1e-4);
  });
});
