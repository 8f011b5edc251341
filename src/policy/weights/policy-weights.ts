/**
 * The weights of a policy: what is trained, what is frozen, and their shapes.
 *
 * Full training trains every weight of the model. LoRA (Hu et al. 2021, arXiv 2106.09685) freezes
 * them and trains a pair A, B for each chosen projection; B starts at zero, so a fresh adapter
 * changes nothing. The value head is trained either way.
 */
import * as path from 'node:path';
import { createRandom } from '../../base/index.ts';
import type { Tensor } from '../../engine/index.ts';
import {
  loadAdapter,
  loadModelFolder,
  loadModelFolderAs,
  type BaseName,
  type ModelConfig,
} from '../files/index.ts';
import {
  holdArray,
  holdRawTensor,
  listHeldTensors,
  widenHeld,
  type FrozenBits,
  type HeldWeight,
} from './frozen-weights.ts';
import { loraName, type LoraSettings } from './lora.ts';
import {
  initializeModel,
  initializeValueHead,
  listModelShapes,
  listProjections,
  listValueShapes,
  toTensor,
  type ValueHeadKind,
} from './parameters.ts';

/** Where a policy's weights come from. */
export type ModelSource =
  | {
      readonly kind: 'folder';
      /** Of a folder, or of a GGUF file. */
      readonly path: string;
      readonly adapter?: string;
      /** What an adapter that is saved calls the base; its path by default. */
      readonly baseName?: BaseName;
    }
  | { readonly kind: 'new'; readonly config: ModelConfig; readonly seed: number };

export type PolicyOptions = {
  readonly model: ModelSource;
  readonly valueHead: ValueHeadKind;
  /** Trains an adapter instead of the model; implied by `model.adapter`, whose settings win. */
  readonly lora?: LoraSettings & { readonly targets?: readonly string[] };
  /** Seed of newly drawn weights: value head and adapter. */
  readonly seed: number;
  /**
   * Bits in which the linear maps of a frozen base are held; `auto` (the default) takes 16 for
   * models above a thousand million parameters, else 32. Without LoRA nothing is frozen.
   */
  readonly frozenBits?: 'auto' | FrozenBits;
};

export type PolicyWeights = {
  readonly config: ModelConfig;
  readonly valueHead: ValueHeadKind;
  readonly lora: LoraSettings | undefined;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Changed in place by the optimizer. */
  readonly trained: Record<string, Float32Array>;
  readonly frozen: Readonly<Record<string, Tensor>>;
  /** Folder or GGUF file the model was read from, for tokenizer files. */
  readonly folder: string | undefined;
  /** What an adapter that is saved calls the base; absent for a new model. */
  readonly baseName: BaseName | undefined;
  readonly trainedTensors: () => Record<string, Tensor>;
  readonly tensorsOf: (arrays: Readonly<Record<string, Float32Array>>) => Record<string, Tensor>;
};

const defaultTargets = [
  'q_proj',
  'k_proj',
  'v_proj',
  'o_proj',
  'gate_proj',
  'up_proj',
  'down_proj',
];

/** Reads or draws the weights of a policy. Throws `CheckpointError` for folders that do not fit. */
export function loadPolicyWeights(options: PolicyOptions): PolicyWeights {
  const { model: source, valueHead, seed } = options;
  const { config, base } = loadBase(options);
  const adapter =
    source.kind === 'folder' && source.adapter
      ? loadAdapter(source.adapter, listAllProjections(config))
      : null;
  const lora = adapter ?? options.lora;
  const head = Object.fromEntries(
    initializeValueHead(config, valueHead, (name) => copyWeight(base, name), seed),
  );
  const shapes: Record<string, readonly number[]> = {
    ...listModelShapes(config),
    ...listValueShapes(config, valueHead),
  };
  const low: Record<string, Float32Array> = {};
  if (lora) {
    const targets = adapter?.targets ?? options.lora?.targets ?? defaultTargets;
    const random = createRandom(seed).fork('adapter');
    for (const { projection, rows, columns } of listAllProjections(config)) {
      if (!targets.some((target) => projection.endsWith(`.${target}`))) continue;
      const [a, b] = [loraName(projection, 'A'), loraName(projection, 'B')];
      shapes[a] = [lora.rank, columns];
      shapes[b] = [rows, lora.rank];
      const saved = adapter?.weights.get(projection);
      low[a] = saved?.a.data ?? drawUniform(lora.rank * columns, columns, random);
      low[b] = saved?.b.data ?? new Float32Array(rows * lora.rank);
    }
  }
  const trained =
    base.kind === 'frozen' ? { ...low, ...head } : { ...Object.fromEntries(base.weights), ...head };
  const frozen = base.kind === 'frozen' ? listHeldTensors(base.weights) : {};
  const tensorsOf = (arrays: Readonly<Record<string, Float32Array>>): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, data]) => [name, toTensor(data, shapes[name]!)]),
    );
  return {
    config,
    valueHead,
    lora: lora ? { rank: lora.rank, alpha: lora.alpha } : undefined,
    shapes,
    trained,
    frozen,
    folder: source.kind === 'folder' ? source.path : undefined,
    baseName:
      source.kind === 'folder'
        ? (source.baseName ?? { name: path.resolve(source.path) })
        : undefined,
    trainedTensors: () => tensorsOf(trained),
    tensorsOf,
  };
}

type Base =
  | { readonly kind: 'trained'; readonly weights: ReadonlyMap<string, Float32Array> }
  | { readonly kind: 'frozen'; readonly weights: ReadonlyMap<string, HeldWeight> };

function loadBase(options: PolicyOptions): { readonly config: ModelConfig; readonly base: Base } {
  const { model: source } = options;
  const isFrozen = options.lora !== undefined || (source.kind === 'folder' && source.adapter);
  if (!isFrozen) {
    const { config, weights } =
      source.kind === 'folder'
        ? loadModelFolder(source.path, listModelShapes)
        : { config: source.config, weights: initializeModel(source.config, source.seed) };
    return { config, base: { kind: 'trained', weights } };
  }
  const { frozenBits = 'auto' } = options;
  if (source.kind === 'new') {
    const { config } = source;
    const bits = chooseBits(config, frozenBits);
    const shapes = listModelShapes(config);
    const drawn = initializeModel(config, source.seed);
    const held = [...drawn].map(
      ([name, data]) => [name, holdArray(bits, name, shapes[name]!, data)] as const,
    );
    return { config, base: { kind: 'frozen', weights: new Map(held) } };
  }
  let bits: FrozenBits = 32;
  const { config, tensors } = loadModelFolderAs(source.path, {
    expectedShapes: (found) => {
      bits = chooseBits(found, frozenBits);
      return listModelShapes(found);
    },
    leastBytesPerWeight: 1,
    keep: (file, name, tensor) => holdRawTensor(bits, file, name, tensor),
  });
  return { config, base: { kind: 'frozen', weights: tensors } };
}

/** Frozen models with more parameters are held in 16 bits unless told otherwise. */
const largestWide = 1_000_000_000;

function chooseBits(config: ModelConfig, wanted: 'auto' | FrozenBits): FrozenBits {
  if (wanted !== 'auto') return wanted;
  const sizes = Object.values(listModelShapes(config)).map((shape) =>
    shape.reduce((a, b) => a * b, 1),
  );
  return sizes.reduce((a, b) => a + b, 0) > largestWide ? 16 : 32;
}

/** A copy of a weight of the base, where it has one of this name. */
function copyWeight(base: Base, name: string): Float32Array | undefined {
  if (base.kind === 'trained') return base.weights.get(name)?.slice();
  const held = base.weights.get(name);
  return held && widenHeld(held);
}

/** All projections of all layers, by full name. */
export function listAllProjections(
  config: ModelConfig,
): { readonly projection: string; readonly rows: number; readonly columns: number }[] {
  return Array.from({ length: config.layerCount }, (_, layer) =>
    listProjections(config).map(({ name, rows, columns }) => ({
      projection: `model.layers.${layer}.${name}`,
      rows,
      columns,
    })),
  ).flat();
}

/** Kaiming-uniform with a = sqrt(5), as PEFT draws A: bound 1 / sqrt(in). */
function drawUniform(
  count: number,
  columns: number,
  random: ReturnType<typeof createRandom>,
): Float32Array {
  const bound = 1 / Math.sqrt(columns);
  return Float32Array.from({ length: count }, () => (2 * random.next() - 1) * bound);
}
