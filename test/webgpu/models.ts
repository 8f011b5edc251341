/** Small models in every way that a model is run, and a round of everything that is done with one. */
import { RandomSource } from '../../src/base/index.ts';
import type { Device } from '../../src/engine/index.ts';
import {
  EmbeddedBackend,
  loadPolicyWeights,
  type FrozenBits,
  type GraphLayout,
  type ModelConfig,
  type TrainingDatum,
  type TrainingLoss,
  type ValueHeadKind,
} from '../../src/policy/index.ts';
import { createTinyConfig } from '../fixtures/tiny-config.ts';

export type ModelVariant = {
  readonly config?: Partial<ModelConfig>;
  readonly layout: GraphLayout;
  readonly valueHead: ValueHeadKind;
  readonly lora?: true;
  readonly frozenBits?: FrozenBits;
};

export const modelVariants: Readonly<Record<string, ModelVariant>> = {
  'whole, biases, value head beside': { layout: 'whole', valueHead: 'detached' },
  'whole, normed queries and keys, a critic of its own': {
    config: { modelType: 'qwen3', queryKeyNorm: true, attentionBias: false },
    layout: 'whole',
    valueHead: 'separate',
  },
  'whole, adapter, output of its own, base in 16 bits': {
    config: { modelType: 'llama', tieEmbeddings: false, attentionBias: false },
    ...{ layout: 'whole', valueHead: 'shared', lora: true, frozenBits: 16 },
  },
  'layer by layer, adapter, base in 8 bits': {
    ...{ layout: 'blocks', valueHead: 'none', lora: true, frozenBits: 8 },
  },
};

const vocabularySize = 120;

const baseConfig: ModelConfig = {
  ...createTinyConfig({
    vocabularySize,
    contextTokens: 96,
    initializerRange: 0.2,
    eosTokenIds: [0],
  }),
  ...{ hiddenSize: 64, intermediateSize: 96, layerCount: 2 },
  ...{ headCount: 4, kvHeadCount: 2, headDim: 16 },
};

/** Opens a variant; the same one has the same weights on every device. */
export function openModel(variant: ModelVariant, device: Device): EmbeddedBackend {
  const { layout, valueHead, frozenBits = 32 } = variant;
  return new EmbeddedBackend({
    weights: loadPolicyWeights({
      model: { kind: 'new', config: { ...baseConfig, ...variant.config }, seed: 5 },
      ...(variant.lora ? { lora: { rank: 4, alpha: 8 } } : {}),
      ...{ valueHead, frozenBits, seed: 6 },
    }),
    ...{ threads: 1, maxTokensPerBatch: 256, layout, device },
  });
}

export type ModelRun = {
  readonly losses: readonly number[];
  readonly gradNorms: readonly number[];
  readonly logprobs: readonly number[];
  readonly drawn: readonly number[];
};

/** Writes the likeliest tokens (drawn ones turn on the last digit), scores, and makes an update of each loss. */
export async function runModel(
  variant: ModelVariant,
  device: Device,
  random: RandomSource,
): Promise<ModelRun> {
  const draw = (count: number): number[] =>
    Array.from({ length: count }, () => 1 + random.integer(vocabularySize - 1));
  const prompts = [draw(3), draw(9), draw(1)];
  const data = [draw(7), draw(20), draw(12)].map((ids) => describeDatum(ids, random));
  const backend = openModel(variant, device);
  try {
    const requests = prompts.map((promptIds, seed) => ({
      ...{ promptIds, seed, stopIds: [0], sequenceId: String(seed) },
      sampling: { maxTokens: 5, temperature: 0 },
    }));
    const first = await backend.sample(requests.slice(0, 1));
    const results = [...first, ...(await backend.sample(requests))];
    const scores = await backend.score(
      data.map(({ ids }) => ids),
      'current',
    );
    await backend.freezeReference();
    const losses = [];
    const gradNorms = [];
    for (const loss of lossesOf(variant)) {
      losses.push((await backend.forwardBackward(data, loss)).loss);
      gradNorms.push((await backend.optimStep(adam)).gradNorm);
    }
    return {
      ...{ losses, gradNorms },
      logprobs: [...results, ...scores].flatMap(({ logprobs }) => [...logprobs]),
      drawn: results.flatMap(({ ids }) => ids),
    };
  } finally {
    await backend.close();
  }
}

const adam = {
  ...{ learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
  ...{ weightDecay: 0, gradClipNorm: 0 },
};

function lossesOf({ valueHead }: ModelVariant): readonly TrainingLoss[] {
  const valueCoef = valueHead === 'none' ? 0 : 0.5;
  return [
    { kind: 'cross_entropy', scale: 0.05 },
    {
      kind: 'ppo',
      scale: 0.05,
      clipEpsilon: 0.2,
      klCoef: 0.1,
      entropyCoef: 0.01,
      valueCoef,
      valueClip: 0.2,
    },
  ];
}

function describeDatum(ids: readonly number[], random: RandomSource): TrainingDatum {
  const drawn = (): Float32Array => Float32Array.from(ids, () => random.normal());
  return {
    ids: Int32Array.from(ids),
    weights: Float32Array.from(ids, (_, index) => Number(index % 3 !== 1)),
    behaviorLogprobs: drawn().map((value) => value / 10 - 4.8),
    referenceLogprobs: drawn().map((value) => value / 10 - 4.8),
    advantages: drawn(),
    returns: drawn(),
    oldValues: drawn(),
  };
}
