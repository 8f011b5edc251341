import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../engine/index.ts';
import { parseModelConfig } from '../files/index.ts';
import { planRun } from './run-plan.ts';

/** A model of SmolLM2-135M's shape, whose weights are counted and never read. */
const config = parseModelConfig(
  {
    model_type: 'llama',
    hidden_size: 576,
    intermediate_size: 1536,
    num_hidden_layers: 30,
    num_attention_heads: 9,
    num_key_value_heads: 3,
    rope_theta: 100_000,
    rms_norm_eps: 1e-5,
    max_position_embeddings: 8192,
    vocab_size: 49_152,
    tie_word_embeddings: true,
    hidden_act: 'silu',
  },
  'config.json',
);

const frozenAs = (length: number, type: Tensor['type'] = 'float32'): Record<string, Tensor> => ({
  all: { type, shape: [length], data: { length } as Float32Array },
});

const large = { config, frozen: frozenAs(135_000_000), trained: {} };
const gigabytes = (count: number): number => count * 2 ** 30;

describe('the plan of a run', () => {
  it('gives a model beyond the small ones one graph where the values of a pass fit', () => {
    const wanted = { maxTokens: 8192 };
    expect(planRun(large, wanted, gigabytes(24))).toEqual({
      layout: 'whole',
      holdsWeights: false,
      maxTokens: 1024,
      chunks: 4,
    });
    expect(planRun(large, wanted, gigabytes(8))).toMatchObject({ layout: 'blocks' });
  });

  it('counts the gradients of what is trained', () => {
    const trained = { all: { length: 1_000_000_000 } as Float32Array };
    const plan = planRun({ config, frozen: {}, trained }, { maxTokens: 8192 }, gigabytes(24));
    expect(plan).toMatchObject({ layout: 'blocks', maxTokens: 1024 });
  });

  it('does not widen narrow weights of all layers at once', () => {
    const narrow = { ...large, frozen: frozenAs(135_000_000, 'float16') };
    expect(planRun(narrow, { maxTokens: 512 }, gigabytes(24))).toMatchObject({
      layout: 'blocks',
      maxTokens: 512,
    });
  });

  it('lets the graphs of a small model hold its weights, and does what it is told', () => {
    const small = { config, frozen: frozenAs(1_000_000), trained: {} };
    const wanted = { maxTokens: 8192 };
    expect(planRun(small, wanted, gigabytes(1))).toEqual({
      layout: 'whole',
      holdsWeights: true,
      maxTokens: 8192,
    });
    expect(planRun(small, { ...wanted, layout: 'blocks' }, gigabytes(24)).layout).toBe('blocks');
    expect(planRun(large, { ...wanted, layout: 'whole' }, gigabytes(1)).layout).toBe('whole');
  });
});
