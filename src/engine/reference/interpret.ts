/** Runs a graph in float64, node by node: the slow oracle for tests. */
import { EngineError, invariant } from '../../base/index.ts';
import { applyOpTable, liveNodes, selectOutputs } from '../graph/index.ts';
import type { Graph, Node, Tensor, Value } from '../graph/index.ts';
import { referenceRules } from './rules.ts';
import { toFloat64 } from './tensor64.ts';
import type { Tensor64 } from './tensor64.ts';

export type ReferenceFeeds = Readonly<Record<string, Tensor | Tensor64>>;

function compute(
  node: Node,
  known: ReadonlyMap<Value, Tensor64>,
  feeds: ReferenceFeeds,
): readonly Tensor64[] {
  if (node.kind === 'input') {
    const feed = feeds[node.attributes.name];
    if (feed) return [toFloat64(feed)];
    throw new EngineError('feed_missing', `The input '${node.attributes.name}' was not given.`);
  }
  const operands = node.inputs.map((value) => {
    const tensor = known.get(value);
    invariant(tensor, 'operands are computed before they are needed');
    return tensor;
  });
  return applyOpTable(referenceRules, node, operands);
}

/** Computes all values that some depend on, in float64. Throws `EngineError` for a missing feed. */
export function interpretValues(
  graph: Graph,
  feeds: ReferenceFeeds,
  targets: Iterable<Value>,
): ReadonlyMap<Value, Tensor64> {
  const known = new Map<Value, Tensor64>();
  for (const node of liveNodes(graph, targets)) {
    const results = compute(node, known, feeds);
    for (const [index, value] of node.outputs.entries()) {
      const result = results[index];
      invariant(result, `${node.kind} computes all of its outputs`);
      known.set(value, result);
    }
  }
  return known;
}

/**
 * Computes outputs of a graph (all of them unless named) in float64. Throws `EngineError` for a
 * missing feed or an unknown output.
 */
export function interpret(
  graph: Graph,
  feeds: ReferenceFeeds,
  outputNames?: readonly string[],
): Record<string, Tensor64> {
  const outputs = selectOutputs(graph, outputNames);
  const known = interpretValues(graph, feeds, outputs.values());
  return Object.fromEntries(
    [...outputs].map(([name, value]) => [name, known.get(value) as Tensor64]),
  );
}
