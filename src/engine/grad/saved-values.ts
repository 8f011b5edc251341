/**
 * What a forward pass must hand to a backward pass that is run apart from it.
 *
 * Products and softmaxes are handed over; what is cheap to compute from them is computed again.
 */
import { invariant } from '../../base/index.ts';
import { liveNodes } from '../graph/index.ts';
import type { Graph, OpKind, Value } from '../graph/index.ts';
import { dependents } from './gradients.ts';

/** Kinds worth keeping; everything else is recomputed from them. */
const costly: ReadonlySet<OpKind> = new Set(['matmul', 'softmax', 'logSoftmax', 'reduceMax']);

/**
 * Lists forward values from which the given gradients can be computed without a costly operation.
 * `seed` is the input that carries the gradient from outside; inputs of the graph are always there.
 */
export function listSavedValues(graph: Graph, gradients: readonly Value[], seed: Value): Value[] {
  const nodes = liveNodes(graph, gradients);
  const backward = dependents(nodes, [seed]);
  const needed = new Set<Value>();
  for (const node of nodes) {
    if (!node.outputs.some((value) => backward.has(value))) continue;
    for (const value of node.inputs) if (!backward.has(value)) needed.add(value);
  }
  const saved = new Set<Value>();
  const isFree = new Map<Value, boolean>();
  /** Whether a value follows cheaply from inputs and what is saved so far. */
  const follows = (value: Value): boolean => {
    if (saved.has(value)) return true;
    const known = isFree.get(value);
    if (known !== undefined) return known;
    const node = graph.producer(value);
    const result = !costly.has(node.kind) && node.inputs.every(follows);
    isFree.set(value, result);
    return result;
  };
  for (const value of [...needed].sort((a, b) => a.id - b.id)) {
    if (follows(value)) continue;
    saved.add(narrowest(graph, value, follows));
    isFree.clear();
    invariant(follows(value), 'a value follows from what is saved for it');
    isFree.clear();
  }
  return [...saved];
}

/** Goes back while a value depends on one single other one. */
function narrowest(graph: Graph, value: Value, follows: (value: Value) => boolean): Value {
  const node = graph.producer(value);
  if (costly.has(node.kind)) return value;
  const open = new Set(node.inputs.filter((each) => !follows(each)));
  const [only] = open;
  return only && open.size === 1 ? narrowest(graph, only, follows) : value;
}
