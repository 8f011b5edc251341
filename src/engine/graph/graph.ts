/**
 * The graph itself: a growing list of nodes in an order in which they can be computed.
 *
 * Nodes are shared: asking for the same operation on the same inputs returns the values made
 * before. This is what lets a backward pass name a forward value (a sigmoid, a softmax) and get it
 * for free. Nodes nobody needs are dropped by `liveNodes` when a graph is run or written.
 */
import { EngineError, ShapeError, invariant } from '../../base/index.ts';
import { inferOutputs } from './infer.ts';
import type { Dim, ElementType, Node, OpAttributes, OpKind, Value } from './types.ts';

let tensorCount = 0;
const tensorKeys = new WeakMap<object, number>();

/** Identity of a constant: by content for scalars, by object for the rest. */
function constantKey(tensor: OpAttributes['constant']['tensor']): string {
  if (tensor.data.length === 1) return `${tensor.type}[${tensor.shape.join()}]${tensor.data[0]}`;
  const known = tensorKeys.get(tensor.data);
  const key = known ?? (tensorCount += 1);
  if (known === undefined) tensorKeys.set(tensor.data, key);
  return `#${key}[${tensor.shape.join()}]`;
}

function nodeKey<K extends OpKind>(
  kind: K,
  attributes: OpAttributes[K],
  inputs: readonly Value[],
): string {
  const detail =
    kind === 'constant'
      ? constantKey((attributes as OpAttributes['constant']).tensor)
      : JSON.stringify(attributes, (_name, value: unknown) =>
          value === Infinity ? 'inf' : value === -Infinity ? '-inf' : value,
        );
  return `${kind}(${inputs.map((value) => value.id).join()})${detail}`;
}

/** A graph under construction; made by `createGraph`, extended by the operations. */
export class Graph {
  readonly name: string;
  readonly nodes: Node[] = [];
  readonly inputs = new Map<string, Value>();
  readonly outputs = new Map<string, Value>();
  readonly #producers: Node[] = [];
  readonly #known = new Map<string, Node>();

  constructor(name: string) {
    this.name = name;
  }

  /** Adds an input. Throws `ShapeError` when the name is taken. */
  addInput(name: string, type: ElementType, shape: readonly Dim[]): Value {
    if (this.inputs.has(name)) {
      throw new ShapeError('duplicate_input', `input: the name '${name}' is taken.`);
    }
    const value = this.#append('input', { name }, [], [{ type, shape }]).outputs[0];
    invariant(value, 'an input has one value');
    this.inputs.set(name, value);
    return value;
  }

  /** Names a value as an output. Throws `ShapeError` when the name is taken. */
  addOutput(name: string, value: Value): void {
    if (this.outputs.has(name)) {
      throw new ShapeError('duplicate_output', `output: the name '${name}' is taken.`);
    }
    this.outputs.set(name, value);
  }

  /** Adds an operation, or returns the equal one that exists. Throws `ShapeError`. */
  addNode<K extends OpKind>(
    kind: K,
    attributes: OpAttributes[K],
    inputs: readonly Value[],
  ): readonly Value[] {
    for (const value of inputs) {
      invariant(value.graph === this, `${kind}: an operand belongs to another graph`);
    }
    const key = nodeKey(kind, attributes, inputs);
    const known = this.#known.get(key);
    if (known) return known.outputs;
    const outputs = inferOutputs(kind, attributes, inputs);
    const node = this.#append(kind, attributes, inputs, outputs);
    this.#known.set(key, node);
    return node.outputs;
  }

  /** Returns the outputs of an operation if it is in the graph already. */
  findNode<K extends OpKind>(
    kind: K,
    attributes: OpAttributes[K],
    inputs: readonly Value[],
  ): readonly Value[] | undefined {
    return this.#known.get(nodeKey(kind, attributes, inputs))?.outputs;
  }

  /** The node that computes a value. */
  producer(value: Value): Node {
    const node = this.#producers[value.id];
    invariant(node && value.graph === this, 'a value belongs to another graph');
    return node;
  }

  #append<K extends OpKind>(
    kind: K,
    attributes: OpAttributes[K],
    inputs: readonly Value[],
    results: readonly { readonly type: ElementType; readonly shape: readonly Dim[] }[],
  ): Node {
    const first = this.#producers.length;
    const outputs = results.map(({ type, shape }, index) => ({
      graph: this,
      id: first + index,
      type,
      shape,
    }));
    const node = { kind, attributes, inputs, outputs } as unknown as Node;
    for (let index = 0; index < outputs.length; index += 1) this.#producers.push(node);
    this.nodes.push(node);
    return node;
  }
}

/** Starts an empty graph. */
export function createGraph(name: string): Graph {
  return new Graph(name);
}

/** The nodes that the given values depend on, in computing order. */
export function liveNodes(graph: Graph, targets: Iterable<Value>): readonly Node[] {
  const live = new Set<Node>();
  const pending = [...targets].map((value) => graph.producer(value));
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (live.has(node)) continue;
    live.add(node);
    for (const value of node.inputs) pending.push(graph.producer(value));
  }
  return graph.nodes.filter((node) => live.has(node));
}

/** The outputs of a graph by name. Throws `EngineError` for an unknown name. */
export function selectOutputs(
  graph: Graph,
  names: readonly string[] | undefined,
): ReadonlyMap<string, Value> {
  if (!names) return graph.outputs;
  return new Map(
    names.map((name) => {
      const value = graph.outputs.get(name);
      if (!value) {
        throw new EngineError(
          'unknown_output',
          `The graph ${graph.name} has no output '${name}'.`,
          {
            details: { name, known: [...graph.outputs.keys()] },
          },
        );
      }
      return [name, value];
    }),
  );
}
