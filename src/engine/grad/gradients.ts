/**
 * Reverse-mode differentiation: adds the backward pass of a scalar to its graph.
 *
 * Only nodes between the wanted values and the loss are visited. Forward values are reused, since
 * the graph shares equal nodes.
 */
import { ShapeError } from '../../base/index.ts';
import { applyOpTable, broadcastTo, liveNodes, renderType, scalar } from '../graph/index.ts';
import type { Graph, Node, Value } from '../graph/index.ts';
import { accumulate, zerosLike } from './helpers.ts';
import { gradientRules } from './rules.ts';

/** The nodes that depend on any of the given values. */
export function dependents(nodes: readonly Node[], values: readonly Value[]): ReadonlySet<Value> {
  const reached = new Set(values);
  for (const node of nodes) {
    if (node.inputs.some((value) => reached.has(value))) {
      for (const value of node.outputs) reached.add(value);
    }
  }
  return reached;
}

/**
 * The gradients of a float32 scalar with respect to values, each in the shape of its value; zeros
 * where nothing flows. Throws `ShapeError` when the loss is not a float32 scalar.
 */
export function gradients(graph: Graph, loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.type !== 'float32' || loss.shape.some((dim) => dim !== 1)) {
    throw new ShapeError(
      'shape_mismatch',
      `gradients: expected a float32 scalar loss; got ${renderType(loss)}.`,
      { details: { op: 'gradients', expected: 'float32[]', actual: renderType(loss) } },
    );
  }
  const nodes = liveNodes(graph, [loss]);
  const reached = dependents(nodes, wrt);
  const totals = new Map<Value, Value>([[loss, broadcastTo(scalar(graph, 1), loss.shape)]]);
  for (const node of nodes.toReversed()) {
    const [first] = node.outputs;
    const total = first && totals.get(first);
    if (!total || !reached.has(first)) continue;
    const parts = applyOpTable(gradientRules, node, total);
    for (const [index, value] of node.inputs.entries()) {
      const part = parts[index];
      if (!part || !reached.has(value)) continue;
      const sum = totals.get(value);
      totals.set(value, sum ? accumulate(sum, part) : part);
    }
  }
  return wrt.map((value) => totals.get(value) ?? zerosLike(value));
}
