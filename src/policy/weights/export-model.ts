/** Writes a policy as a Hugging Face model folder, or as a PEFT adapter where LoRA was trained. */
import { saveAdapter, saveModelFolder } from '../files/index.ts';
import { loraName } from './lora.ts';
import { listModelShapes } from './parameters.ts';
import { listAllProjections, type PolicyWeights } from './policy-weights.ts';

/** The value head is not part of either layout and stays behind in the checkpoint. */
export function exportModel(folder: string, weights: PolicyWeights): void {
  const { config, lora, shapes, trained } = weights;
  const { folder: base } = weights;
  const companions = base === undefined ? {} : { companionsFrom: base };
  if (!lora) {
    const modelShapes = listModelShapes(config);
    saveModelFolder(folder, {
      config,
      weights: new Map(Object.keys(modelShapes).map((name) => [name, trained[name]!])),
      shapes: modelShapes,
      ...companions,
    });
    return;
  }
  const pairs = listAllProjections(config).flatMap(({ projection }) => {
    const [nameA, nameB] = [loraName(projection, 'A'), loraName(projection, 'B')];
    const [a, b] = [trained[nameA], trained[nameB]];
    if (!a || !b) return [];
    const pair = { a: { shape: shapes[nameA]!, data: a }, b: { shape: shapes[nameB]!, data: b } };
    return [[projection, pair] as const];
  });
  saveAdapter(folder, {
    ...lora,
    baseModel: weights.baseName ?? { name: '' },
    weights: new Map(pairs),
    ...companions,
  });
}
