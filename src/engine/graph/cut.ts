/**
 * A part of a graph as a graph of its own: what stands between chosen values and chosen outputs.
 *
 * This is how one model is run piece by piece: the values where it is cut become inputs of the later
 * piece, fed from what the earlier one returned.
 */
import { invariant } from '../../base/index.ts';
import { createGraph, type Graph } from './graph.ts';
import type { Node, OpKind, Value } from './types.ts';

export type Cut = {
  readonly name: string;
  /** Values that are given, under the names they get as inputs. */
  readonly given: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
};

/** Copies the nodes that the outputs need and the given values do not replace. */
export function cutGraph(graph: Graph, cut: Cut): Graph {
  const part = createGraph(cut.name);
  const copies = new Map<Value, Value>();
  for (const [name, value] of cut.given) {
    copies.set(value, part.addInput(name, value.type, value.shape));
  }
  for (const node of neededNodes(graph, cut)) {
    const copied = copyNode(part, node, copies);
    node.outputs.forEach((value, index) => {
      if (!copies.has(value)) copies.set(value, copied[index] as Value);
    });
  }
  for (const [name, value] of cut.outputs) {
    const copy = copies.get(value);
    invariant(copy, 'an output of a cut is copied');
    part.addOutput(name, copy);
  }
  return part;
}

function neededNodes(graph: Graph, { given, outputs }: Cut): readonly Node[] {
  const known = new Set(given.values());
  const needed = new Set<Node>();
  const pending = [...outputs.values()];
  for (let value = pending.pop(); value; value = pending.pop()) {
    if (known.has(value)) continue;
    const node = graph.producer(value);
    if (needed.has(node)) continue;
    needed.add(node);
    pending.push(...node.inputs);
  }
  return graph.nodes.filter((node) => needed.has(node));
}

function copyNode(part: Graph, node: Node, copies: ReadonlyMap<Value, Value>): readonly Value[] {
  if (node.kind === 'input') {
    const [value] = node.outputs;
    invariant(value, 'an input has one value');
    return [part.addInput(node.attributes.name, value.type, value.shape)];
  }
  const inputs = node.inputs.map((value) => {
    const copy = copies.get(value);
    invariant(copy, 'operands of a cut come before their node');
    return copy;
  });
  return part.addNode(node.kind as OpKind, node.attributes as never, inputs);
}
