/** What graphs return, handed to where it belongs. */
import type { Tensor } from '../../engine/index.ts';
import type { StepResult, TrainCall } from './runner.ts';

/** Sorts what a training graph gives: gradients are handed on, loss and sums returned. */
export function takeOutputs(
  outputs: Readonly<Record<string, Tensor>>,
  addGradient: TrainCall['addGradient'],
): { readonly loss: number; readonly sums: Readonly<Record<string, number>> } {
  let loss = 0;
  const sums: Record<string, number> = {};
  for (const [name, { data }] of Object.entries(outputs)) {
    if (name.startsWith('grad.')) addGradient(name.slice(5), data as Float32Array);
    else if (name === 'loss') loss = Number(data[0]);
    else sums[name.slice(4)] = Number(data[0]);
  }
  return { loss, sums };
}

/** Takes what a graph of all layers gives for a step. */
export function takeStep(
  outputs: Readonly<Record<string, Tensor>>,
  layerCount: number,
): StepResult {
  const take = (name: string): Float32Array => outputs[name]!.data as Float32Array;
  return {
    probabilities: take('probabilities'),
    layers: Array.from({ length: layerCount }, (_, layer) => ({
      key: take(`key.${layer}`),
      value: take(`value.${layer}`),
    })),
  };
}
