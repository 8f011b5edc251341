/** The reference model of the golden tests, and numbers computed for it with transformers 5.18, PEFT 0.21 and torch. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  EmbeddedBackend,
  loadPolicyWeights,
  type EmbeddedOptions,
  type FrozenBits,
  type GraphLayout,
  type ValueHeadKind,
} from '../../src/policy/index.ts';

export const fixtureFolder = path.resolve(import.meta.dirname, '../fixtures/qwen2-tiny');

export type Reference = {
  readonly input_ids: readonly (readonly number[])[];
  readonly lengths: readonly number[];
  readonly token_logprobs: readonly (readonly number[])[];
  readonly mean_nll: number;
  readonly grad_norms: Readonly<Record<string, number>>;
  readonly grad_sums: Readonly<Record<string, number>>;
  readonly grad_samples: Readonly<Record<string, readonly number[]>>;
  readonly greedy_prompt: readonly number[];
  readonly greedy: readonly number[];
  readonly adamw: {
    readonly lr: number;
    readonly betas: readonly [number, number];
    readonly eps: number;
    readonly weight_decay: number;
    readonly clip: number;
    readonly grad_norm_before_clip: number;
    readonly mean_nll_after: number;
  };
  readonly lora: {
    readonly mean_nll: number;
    readonly grad_norms: Readonly<Record<string, number>>;
  };
};

export const reference = JSON.parse(
  fs.readFileSync(path.join(fixtureFolder, 'reference.json'), 'utf8'),
) as Reference;

export const sequences = reference.input_ids.map((ids, row) =>
  Int32Array.from(ids.slice(0, reference.lengths[row])),
);

export const scoredTokens = sequences.reduce((sum, { length }) => sum + length - 1, 0);

export function createFixtureBackend(
  options: {
    readonly adapter?: boolean;
    readonly valueHead?: ValueHeadKind;
    readonly maxTokens?: number;
    readonly layout?: GraphLayout;
    readonly blockLimits?: EmbeddedOptions['blockLimits'];
    readonly frozenBits?: FrozenBits;
  } = {},
): EmbeddedBackend {
  const model = {
    kind: 'folder',
    path: fixtureFolder,
    ...(options.adapter ? { adapter: path.join(fixtureFolder, 'adapter') } : {}),
  } as const;
  return new EmbeddedBackend({
    weights: loadPolicyWeights({
      model,
      valueHead: options.valueHead ?? 'none',
      seed: 1,
      frozenBits: options.frozenBits ?? 32,
    }),
    threads: 1,
    maxTokensPerBatch: options.maxTokens ?? 4096,
    layout: options.layout ?? 'whole',
    ...(options.blockLimits ? { blockLimits: options.blockLimits } : {}),
  });
}

export const fullWeightData = sequences.map((ids) => ({
  ids,
  weights: new Float32Array(ids.length).fill(1),
}));
