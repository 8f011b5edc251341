/**
 * The model shapes that are measured, by name: the small world's two sizes, SmolLM2-135M, and the Qwen2.5
 * family.
 *
 * Shapes of SmolLM2 and Qwen2.5 are those of the published config.json files; weights are random.
 */

const common = {
  model_type: 'qwen2',
  hidden_act: 'silu',
  rms_norm_eps: 1e-6,
  use_sliding_window: false,
};

function small(hidden, layers, vocabulary) {
  return {
    ...common,
    vocab_size: vocabulary,
    hidden_size: hidden,
    intermediate_size: 3 * hidden,
    num_hidden_layers: layers,
    num_attention_heads: hidden / 32,
    num_key_value_heads: hidden / 64,
    rope_theta: 10_000,
    tie_word_embeddings: true,
    max_position_embeddings: 1024,
  };
}

function qwen(hidden, inner, layers, heads, keyHeads) {
  return {
    ...common,
    vocab_size: 151_936,
    hidden_size: hidden,
    intermediate_size: inner,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyHeads,
    rope_theta: 1_000_000,
    tie_word_embeddings: true,
    max_position_embeddings: 32_768,
  };
}

const smol = {
  ...common,
  model_type: 'llama',
  vocab_size: 49_152,
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  rope_theta: 100_000,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
  max_position_embeddings: 8192,
};

/** `config.json` by size. */
export const sizes = {
  default: small(128, 2, 434),
  '0.49m': small(128, 2, 768),
  '4.2m': small(256, 4, 4096),
  '135m': smol,
  '0.5b': qwen(896, 4864, 24, 14, 2),
  '1.5b': qwen(1536, 8960, 28, 12, 2),
  '3b': qwen(2048, 11_008, 36, 16, 2),
};
