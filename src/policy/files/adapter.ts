/**
 * LoRA adapters in the PEFT layout: adapter_config.json and adapter_model.safetensors.
 *
 * Only plain LoRA is read; variants that change the arithmetic (DoRA, rsLoRA, trained biases,
 * per-module ranks) are refused by name. Beside a saved adapter lie the tokenizer, chat template and
 * generation settings of its base, so that the folder opens wherever PEFT folders do.
 */
import * as path from 'node:path';
import { z } from 'zod';
import {
  CheckpointError,
  describeIssues,
  readJsonFile,
  writeFileAtomic,
} from '../../base/index.ts';
import { copyCompanions } from './companion-files.ts';
import { readSafetensorsHeader } from './safetensors-header.ts';
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

/** No adapter needs more; a full-rank one would be larger than the model. */
const largestRank = 4096;

/** Largest adapter_config.json in bytes. */
const largestConfig = 2 ** 20;

const off = z.literal(false).nullish();
const none = z.union([z.null(), z.array(z.never())]).optional();
const empty = z.union([z.null(), z.record(z.string(), z.never())]).optional();

const adapterSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().min(1).max(largestRank),
  lora_alpha: z.number().gt(0).max(1e6),
  target_modules: z.array(z.string()).min(1).max(1000),
  bias: z.literal('none').default('none'),
  use_dora: off,
  use_rslora: off,
  fan_in_fan_out: off,
  lora_bias: off,
  modules_to_save: none,
  rank_pattern: empty,
  alpha_pattern: empty,
  target_parameters: none,
  trainable_token_indices: none,
  layer_replication: none,
  layers_to_transform: none,
  alora_invocation_tokens: none,
  use_qalora: off,
  use_bdlora: off,
  /** Others change the base model's weights as well. */
  init_lora_weights: z.union([z.boolean(), z.enum(['gaussian', 'orthogonal', 'eva'])]).optional(),
});

/** What PEFT writes before the names of the base model. */
const prefix = 'base_model.model.';

/** A linear map of the model that may be adapted; its weight is `[rows, columns]`. */
export type AdaptableProjection = {
  readonly projection: string;
  readonly rows: number;
  readonly columns: number;
};

/**
 * Reads an adapter folder for a model with these projections. Throws `CheckpointError` for variants
 * that are not plain LoRA, and for weights that are missing or belong to another model.
 */
export function loadAdapter(folder: string, projections: readonly AdaptableProjection[]): Adapter {
  const file = path.join(folder, 'adapter_config.json');
  const json = readJsonFile(file, 'adapter configuration', { maxBytes: largestConfig });
  const parsed = adapterSchema.safeParse(json);
  if (!parsed.success) {
    const problems = describeIssues(parsed.error.issues, json, 'file');
    throw new CheckpointError('adapter_unfit', `${file}: ${problems.join('; ')}.`, {
      details: { file, problems },
      hint: 'Only plain LoRA adapters (PEFT) are supported.',
    });
  }
  const { r: rank, lora_alpha: alpha, target_modules: targets } = parsed.data;
  const weightsFile = path.join(folder, 'adapter_model.safetensors');
  const adapted = projections.filter(({ projection }) =>
    targets.some((target) => projection === target || projection.endsWith(`.${target}`)),
  );
  checkShapes(weightsFile, listShapes(adapted, rank), targets);
  const tensors = readSafetensors(weightsFile);
  checkFinite(weightsFile, tensors);
  const weights = new Map<string, LowRankPair>();
  for (const { projection } of adapted) {
    const [a, b] = pairNames(projection).map((name) => tensors.get(name));
    if (a !== undefined && b !== undefined) weights.set(projection, { a, b });
  }
  return { rank, alpha, targets, weights };
}

const pairNames = (projection: string): [a: string, b: string] => [
  `${prefix}${projection}.lora_A.weight`,
  `${prefix}${projection}.lora_B.weight`,
];

function listShapes(
  adapted: readonly AdaptableProjection[],
  rank: number,
): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const { projection, rows, columns } of adapted) {
    const [a, b] = pairNames(projection);
    shapes.set(a, [rank, columns]).set(b, [rows, rank]);
  }
  return shapes;
}

/** Compares what the header promises with what the configuration implies, before a tensor is read. */
function checkShapes(
  file: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  targets: readonly string[],
): void {
  const { entries } = readSafetensorsHeader(file);
  for (const [name, shape] of shapes) {
    const found = entries.get(name)?.shape;
    if (found?.join() === shape.join()) continue;
    const text = found ? `[${found.join(', ')}]` : 'nothing';
    throw unfit(file, `expected ${name} of shape [${shape.join(', ')}], found ${text}`);
  }
  const surplus = [...entries.keys()].find((name) => !shapes.has(name));
  if (surplus !== undefined || shapes.size === 0) {
    const found = surplus ?? 'no target that the model has';
    throw unfit(file, `expected pairs for ${targets.join(', ')} only, found ${found}`);
  }
}

function unfit(file: string, problem: string): CheckpointError {
  return new CheckpointError('adapter_unfit', `${file}: ${problem}.`, {
    details: { file },
    hint: 'The adapter belongs to another model, or is more than a plain LoRA adapter.',
  });
}

/** A path, or a name on a hub with its commit. */
export type BaseName = { readonly name: string; readonly revision?: string };

export type SavedAdapter = Omit<Adapter, 'targets'> & {
  /** What the adapter's configuration calls the base model. */
  readonly baseModel: BaseName;
  /** Folder whose tokenizer, chat template and generation settings are copied along. */
  readonly companionsFrom?: string;
};

/** Writes an adapter folder that PEFT, vLLM and llama.cpp's converter read; the weights last. */
export function saveAdapter(folder: string, adapter: SavedAdapter): void {
  const targets = new Set(
    [...adapter.weights.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)),
  );
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: adapter.baseModel.name,
    revision: adapter.baseModel.revision ?? null,
    r: adapter.rank,
    lora_alpha: adapter.alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    target_modules: [...targets].sort(),
  };
  writeFileAtomic(path.join(folder, 'adapter_config.json'), `${JSON.stringify(config, null, 2)}\n`);
  if (adapter.companionsFrom !== undefined) copyCompanions(adapter.companionsFrom, folder);
  const tensors = [...adapter.weights].flatMap(([projection, { a, b }]) => {
    const [nameA, nameB] = pairNames(projection);
    return [[nameA, a] as const, [nameB, b] as const];
  });
  writeSafetensors(path.join(folder, 'adapter_model.safetensors'), tensors);
}
