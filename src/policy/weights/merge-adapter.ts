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
  type WrittenPacking,
} from '../files/index.ts';
import { addLowRank } from './lora.ts';
import { listModelShapes } from './parameters.ts';
import { listAllProjections } from './policy-weights.ts';

/** Where a model lies: a folder or GGUF file, and an adapter of it. */
export type MergedPlace = { readonly folder: string; readonly adapter?: string };

/** Reads a model and works its adapter in, where it has one. Throws `CheckpointError`. */
function loadMerged({ folder, adapter }: MergedPlace): LoadedModel {
  const model = loadModelFolder(folder, listModelShapes);
  if (adapter === undefined) return model;
  const { weights, ...size } = loadAdapter(adapter, listAllProjections(model.config));
  for (const [projection, { a, b }] of weights) {
    const weight = model.weights.get(`${projection}.weight`);
    if (weight !== undefined) addLowRank(weight, { a: a.data, b: b.data }, size);
  }
  return model;
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
