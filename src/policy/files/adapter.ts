/**
 * LoRA adapters in the PEFT layout: adapter_config.json and adapter_model.safetensors.
 *
 * Only plain LoRA is read; variants that change the arithmetic (DoRA, rsLoRA, trained biases,
 * per-module ranks) are refused by name.
 */
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import { checkFinite, readSafetensors, writeSafetensors, type NamedTensor } from './safetensors.ts';

export type LowRankPair = {
  /** Shape: `[rank, in]`. */
  readonly a: NamedTensor;
  /** Shape: `[out, rank]`. */
  readonly b: NamedTensor;
};

export type Adapter = {
  readonly rank: number;
  readonly alpha: number;
  /** Last part of the adapted projections' names, `q_proj` say. */
  readonly targets: readonly string[];
  /** Pairs by projection, `model.layers.0.self_attn.q_proj` say. */
  readonly weights: ReadonlyMap<string, LowRankPair>;
};

const off = z.literal(false).nullish();
const empty = z.union([z.null(), z.record(z.string(), z.never())]).optional();

const adapterSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  target_modules: z.array(z.string()).min(1),
  bias: z.literal('none').default('none'),
  use_dora: off,
  use_rslora: off,
  fan_in_fan_out: off,
  lora_bias: off,
  modules_to_save: z.union([z.null(), z.array(z.never())]).optional(),
  rank_pattern: empty,
  alpha_pattern: empty,
});

const keyPattern = /^base_model\.model\.(.+)\.lora_([AB])\.weight$/;

/** Reads an adapter folder. Throws `CheckpointError` for variants that are not plain LoRA. */
export function loadAdapter(folder: string): Adapter {
  const file = path.join(folder, 'adapter_config.json');
  const parsed = adapterSchema.safeParse(readJsonFile(file, 'adapter configuration'));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.')}: ${issue.message}`,
    );
    throw new CheckpointError('adapter_unfit', `${file}: ${problems.join('; ')}.`, {
      details: { file, problems },
      hint: 'Only plain LoRA adapters (PEFT) are supported.',
    });
  }
  const { r: rank, lora_alpha: alpha, target_modules: targets } = parsed.data;
  const weightsFile = path.join(folder, 'adapter_model.safetensors');
  const tensors = readSafetensors(weightsFile);
  checkFinite(weightsFile, tensors);
  const parts = new Map<string, { a?: NamedTensor; b?: NamedTensor }>();
  for (const [key, tensor] of tensors) {
    const [, projection, side] = keyPattern.exec(key) ?? [];
    if (projection === undefined) {
      throw new CheckpointError('adapter_unfit', `${weightsFile}: unexpected tensor ${key}.`, {
        hint: 'Expected base_model.model.PROJECTION.lora_A.weight and lora_B.weight only.',
      });
    }
    const part = parts.get(projection) ?? {};
    part[side === 'A' ? 'a' : 'b'] = tensor;
    parts.set(projection, part);
  }
  const weights = new Map<string, LowRankPair>();
  for (const [projection, { a, b }] of parts) {
    if (!a || !b || a.shape[0] !== rank || b.shape[1] !== rank) {
      throw new CheckpointError(
        'adapter_unfit',
        `${weightsFile}: ${projection} needs lora_A [${rank}, in] and lora_B [out, ${rank}].`,
      );
    }
    weights.set(projection, { a, b });
  }
  return { rank, alpha, targets, weights };
}

export type SavedAdapter = Omit<Adapter, 'targets'> & {
  /** Name or path of the base model, for the adapter's configuration. */
  readonly baseModel: string;
};

/** Writes an adapter folder that PEFT, vLLM and llama.cpp's converter read. */
export function saveAdapter(folder: string, adapter: SavedAdapter): void {
  const targets = new Set(
    [...adapter.weights.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)),
  );
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: adapter.baseModel,
    r: adapter.rank,
    lora_alpha: adapter.alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    target_modules: [...targets].sort(),
  };
  writeFileAtomic(path.join(folder, 'adapter_config.json'), `${JSON.stringify(config, null, 2)}\n`);
  const tensors = [...adapter.weights].flatMap(([projection, { a, b }]) => [
    [`base_model.model.${projection}.lora_A.weight`, a] as const,
    [`base_model.model.${projection}.lora_B.weight`, b] as const,
  ]);
  writeSafetensors(path.join(folder, 'adapter_model.safetensors'), tensors);
}
