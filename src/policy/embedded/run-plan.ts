/**
 * How a model is run on this machine: one graph for all layers, or one for a layer.
 *
 * A small model's graphs hold its frozen weights, packed. A larger one's get them with every run, so
 * that a weight is held once, and training makes one graph for all lengths; it is sampled layer by
 * layer, whose graphs are ready at once, where those of all layers take seconds to make. A graph of all
 * layers keeps their values until its backward pass: it is used where they fit the machine's memory, which
 * does not change from run to run; else the model is run layer by layer.
 */
import * as os from 'node:os';
import type { PolicyWeights } from '../weights/policy-weights.ts';

/** `whole` is faster; `blocks` bounds memory for large models. */
export type GraphLayout = 'auto' | 'whole' | 'blocks';

export type RunPlan = {
  readonly layout: 'whole' | 'blocks';
  /** Whether every graph holds the frozen weights. */
  readonly holdsWeights: boolean;
  /** Largest padded pass over sequences, in tokens. */
  readonly maxTokens: number;
  /** Parts in which attention takes the queries of every pass; by its length where absent. */
  readonly chunks?: number;
};

/** Graphs of models with more parameters do not hold the weights. */
const largestHeld = 64_000_000;

/** Largest padded pass in tokens where memory is to be bounded. */
const boundedTokens = 1024;

/** Chunks of every pass where one graph serves all lengths. */
const commonChunks = 4;

/** Share of the machine's memory that the values of one training pass may take. */
const largestShare = 1 / 4;

/** Decides how a model is run: as asked for, or by its size and the memory of the machine. */
export function planRun(
  weights: Pick<PolicyWeights, 'config' | 'frozen' | 'trained'>,
  wanted: { readonly layout?: GraphLayout; readonly maxTokens: number },
  totalBytes: number = os.totalmem(),
): RunPlan {
  const { layout = 'auto' } = wanted;
  const isSmall = countParameters(weights) <= largestHeld;
  const maxTokens = Math.min(wanted.maxTokens, boundedTokens);
  const isWhole =
    layout === 'whole' ||
    (layout === 'auto' && (isSmall || fitsWhole(weights, maxTokens, totalBytes)));
  if (!isWhole) return { layout: 'blocks', holdsWeights: false, maxTokens };
  if (isSmall) return { layout: 'whole', holdsWeights: true, maxTokens: wanted.maxTokens };
  return { layout: 'whole', holdsWeights: false, maxTokens, chunks: commonChunks };
}

/** Numbers that a model has, trained and frozen. */
export function countParameters({
  trained,
  frozen,
}: Pick<PolicyWeights, 'trained' | 'frozen'>): number {
  let count = 0;
  for (const { length } of Object.values(trained)) count += length;
  for (const { data } of Object.values(frozen)) count += data.length;
  return count;
}

/**
 * Whether a training pass through all layers fits: what each token leaves for the backward pass, and
 * the gradients. Narrow weights would be widened for all layers at once.
 */
function fitsWhole(
  { config, frozen, trained }: Pick<PolicyWeights, 'config' | 'frozen' | 'trained'>,
  tokens: number,
  totalBytes: number,
): boolean {
  if (Object.values(frozen).some(({ type }) => type !== 'float32')) return false;
  const { layerCount, hiddenSize, intermediateSize, vocabularySize } = config;
  const layer = 16 * hiddenSize + 6 * intermediateSize;
  const passed = tokens * (layerCount * layer + 4 * vocabularySize);
  return 4 * (passed + countParameters({ trained, frozen: {} })) <= largestShare * totalBytes;
}
