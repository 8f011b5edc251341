import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseModelConfig, toHuggingFaceConfig } from './index.ts';
import { expectRefusal } from './testing/expect-refusal.ts';

const fixture = path.resolve(import.meta.dirname, '../../../test/fixtures/qwen2-tiny');
const readJson = (file: string): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;

describe('the model configuration', () => {
  const base = readJson(path.join(fixture, 'config.json'));
  const parse = (change: Record<string, unknown>): ReturnType<typeof parseModelConfig> =>
    parseModelConfig({ ...base, ...change }, 'config.json');

  it('reads both places of the rotary base', () => {
    expect(parse({}).ropeTheta).toBe(1e6);
    expect(parse({ rope_parameters: undefined, rope_theta: 5e5 }).ropeTheta).toBe(5e5);
    expect(parse({ rope_parameters: undefined, rope_scaling: null }).ropeTheta).toBe(1e4);
  });

  it('reads the three dialects', () => {
    const kinds = ['attentionBias', 'outputBias', 'queryKeyNorm', 'headDim'] as const;
    const read = (change: Record<string, unknown>): readonly unknown[] =>
      kinds.map((key) => parse(change)[key]);
    expect(read({})).toEqual([true, false, false, 8]);
    expect(read({ model_type: 'llama' })).toEqual([false, false, false, 8]);
    expect(read({ model_type: 'llama', attention_bias: true })).toEqual([true, true, false, 8]);
    expect(read({ model_type: 'qwen3', head_dim: 16 })).toEqual([false, false, true, 16]);
    expect(read({ model_type: 'qwen3', attention_bias: true })).toEqual([true, true, true, 128]);
    expect(parse({ num_key_value_heads: undefined }).kvHeadCount).toBe(4);
  });

  it('comes back from what it writes', () => {
    for (const change of [
      {},
      { model_type: 'qwen3', head_dim: 16, eos_token_id: [1, 2] },
      { model_type: 'llama', attention_bias: true, tie_word_embeddings: false },
    ]) {
      const config = parse(change);
      expect(parseModelConfig(toHuggingFaceConfig(config), 'f')).toEqual(config);
    }
  });

  it('names every key it cannot take', () => {
    const cases: readonly [Record<string, unknown>, RegExp][] = [
      [{ model_type: 'gpt2' }, /model_type/],
      [{ rope_scaling: { rope_type: 'yarn', factor: 4 } }, /rope_scaling.*yarn/],
      [{ rope_parameters: { rope_type: 'llama3', rope_theta: 1e4 } }, /rope_parameters.*llama3/],
      [{ use_sliding_window: true }, /use_sliding_window/],
      [{ layer_types: ['sliding_attention'] }, /layer_types/],
      [{ hidden_act: 'gelu' }, /hidden_act/],
      [{ mlp_bias: true }, /mlp_bias/],
      [{ quantization_config: { bits: 4 } }, /quantization_config/],
      [{ num_key_value_heads: 3 }, /num_key_value_heads: 3 does not divide 4/],
      [{ hidden_size: 30 }, /head_dim/],
      [{ vocab_size: 0, num_hidden_layers: 'two' }, /vocab_size.*num_hidden_layers/],
    ];
    for (const [change, text] of cases) expectRefusal(() => parse(change), text);
    expectRefusal(() => parseModelConfig([], 'f'), /f: config/);
  });
});
