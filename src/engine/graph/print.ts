/** Graphs as text, one line a node, for people and golden tests. */
import { renderType } from './dims.ts';
import { liveNodes } from './graph.ts';
import type { Graph } from './graph.ts';
import type { Node } from './types.ts';

function renderAttributes(node: Node): string {
  if (node.kind === 'input') return ` ${node.attributes.name}`;
  if (node.kind === 'constant') {
    const { data } = node.attributes.tensor;
    return data.length <= 4 ? ` {${[...data].join(', ')}}` : ` {${data.length} numbers}`;
  }
  const entries = Object.entries(node.attributes as Readonly<Record<string, unknown>>);
  return entries.map(([name, value]) => ` ${name}=${renderAttribute(value)}`).join('');
}

function renderAttribute(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}

/** Renders the nodes that the outputs need, numbered in computing order. */
export function printGraph(graph: Graph): string {
  const names = new Map<number, string>();
  const lines = liveNodes(graph, graph.outputs.values()).map((node) => {
    for (const value of node.outputs) names.set(value.id, `%${names.size}`);
    const results = node.outputs.map((value) => `${names.get(value.id)}: ${renderType(value)}`);
    const operands = node.inputs.map((value) => ` ${names.get(value.id)}`).join('');
    return `  ${results.join(', ')} = ${node.kind}${operands}${renderAttributes(node)}`;
  });
  const outputs = [...graph.outputs].map(([name, value]) => `${name}=${names.get(value.id)}`);
  return [`graph ${graph.name}`, ...lines, `  outputs ${outputs.join(' ')}`].join('\n');
}
