/**
 * A model with its adapter worked into its weights: `W + alpha / rank * B A` for every adapted map.
 *
 * The sum is what the adapter gives beside the model, but for rounding; whoever reads the result needs
 * to know nothing of adapters.
 */
import {
  loadAdapter,
  loadModelFolder,
  saveGguf,
  saveModelFolder,
  type LoadedModel,
  type LowRankPair,
  type WrittenPacking,
} from '../files/index.ts';
import { listModelShapes } from './parameters.ts';
import { listAllProjections } from './policy-weights.ts';

/** Where a model lies: a folder or GGUF file, and an adapter of it. */
export type MergedPlace = { readonly folder: string; readonly adapter?: string };

/** Reads a model and works its adapter in, where it has one. Throws `CheckpointError`. */
function loadMerged({ folder, adapter }: MergedPlace): LoadedModel {
  const model = loadModelFolder(folder, listModelShapes);
  if (adapter === undefined) return model;
  const { rank, alpha, weights } = loadAdapter(adapter, listAllProjections(model.config));
  for (const [projection, pair] of weights) {
    const weight = model.weights.get(`${projection}.weight`);
    if (weight !== undefined) addProduct(weight, pair, alpha / rank);
  }
  return model;
}

/** Adds `scale * B A` to a weight, in place. Shape: weight `[out, in]`, A `[rank, in]`, B `[out, rank]`. */
function addProduct(weight: Float32Array, { a, b }: LowRankPair, scale: number): void {
  const [rank = 0, columns = 0] = a.shape;
  const rows = weight.length / columns;
  const sum = new Float64Array(columns);
  for (let row = 0; row < rows; row += 1) {
    sum.fill(0);
    for (let part = 0; part < rank; part += 1) {
      const factor = scale * b.data[row * rank + part]!;
      const from = part * columns;
      for (let column = 0; column < columns; column += 1) {
        sum[column]! += factor * a.data[from + column]!;
      }
    }
    const at = row * columns;
    for (let column = 0; column < columns; column += 1) weight[at + column]! += sum[column]!;
  }
}

/** Writes a model, its adapter worked in, as a Hugging Face folder in float32. */
export function exportMergedFolder(place: MergedPlace, out: string): void {
  const { config, weights } = loadMerged(place);
  const shapes = listModelShapes(config);
  saveModelFolder(out, { config, weights, shapes, companionsFrom: place.folder });
}

/** Writes a model, its adapter worked in, as a GGUF file. Throws `DataError` for its tokenizer. */
export function exportMergedGguf(
  place: MergedPlace,
  out: string,
  options: { readonly name: string; readonly packing: WrittenPacking },
): void {
  const { config, weights } = loadMerged(place);
  const shapes = listModelShapes(config);
  saveGguf(out, { config, weights, shapes, companionsFrom: place.folder, ...options });
}
