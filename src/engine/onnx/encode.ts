/**
 * A graph as the bytes of an ONNX model.
 *
 * Only what the wanted outputs need is written. Inputs for which weights are given become
 * initializers, which the runtime packs once instead of at every product.
 */
import { ShapeError, invariant } from '../../base/index.ts';
import type { Device } from '../devices.ts';
import { liveNodes, renderShape, selectOutputs } from '../graph/index.ts';
import type { Graph, Tensor, Value } from '../graph/index.ts';
import { Emitter, elementTypeCodes } from './emitter.ts';
import { lowerNode } from './lower.ts';
import { encodeModelMessage } from './schema.ts';
import type { ValueInfoMessage } from './schema.ts';

const irVersion = 10;
const opsetVersion = 20;

export type EncodeOptions = {
  /** Inputs to be written as initializers. */
  readonly weights?: Readonly<Record<string, Tensor>>;
  /** Outputs to keep; all of them by default. */
  readonly outputs?: readonly string[];
  /** What it is written for; default `cpu`. */
  readonly device?: Device;
};

function describeValue(name: string, value: Value): ValueInfoMessage {
  const dim = value.shape.map((size) =>
    typeof size === 'number' ? { dimValue: size } : { dimParam: size },
  );
  return { name, type: { tensorType: { elemType: elementTypeCodes[value.type], shape: { dim } } } };
}

function requireFit(name: string, value: Value, tensor: Tensor): void {
  const fits =
    tensor.type === value.type &&
    tensor.shape.length === value.shape.length &&
    value.shape.every((dim, index) => typeof dim === 'string' || dim === tensor.shape[index]);
  if (fits) return;
  throw new ShapeError(
    'weight_mismatch',
    `weight '${name}': expected ${value.type}${renderShape(value.shape)}; ` +
      `got ${tensor.type}${renderShape(tensor.shape)}.`,
    { details: { op: 'input', name, expected: value.shape, actual: tensor.shape } },
  );
}

function writeInputs(
  emitter: Emitter,
  graph: Graph,
  live: ReadonlySet<Value>,
  weights: Readonly<Record<string, Tensor>>,
): readonly ValueInfoMessage[] {
  const infos: ValueInfoMessage[] = [];
  for (const [name, value] of graph.inputs) {
    if (!live.has(value)) continue;
    emitter.bind(value, name);
    const weight = weights[name];
    if (weight) {
      requireFit(name, value, weight);
      emitter.tensor(name, weight);
    } else infos.push(describeValue(name, value));
  }
  return infos;
}

/** Names values as the outputs they are; returns those that must be copied: inputs, and values named before. */
function bindOutputs(
  emitter: Emitter,
  graph: Graph,
  outputs: ReadonlyMap<string, Value>,
): readonly (readonly [string, Value])[] {
  const bound = new Set<Value>();
  return [...outputs].filter(([name, value]) => {
    const { kind } = graph.producer(value);
    if (kind === 'input' || kind === 'constant' || bound.has(value)) return true;
    bound.add(value);
    emitter.bind(value, name);
    return false;
  });
}

export type EncodedModel = {
  readonly bytes: Uint8Array;
  /** Names of nodes that the processor is to compute, whatever the device. */
  readonly processorNodes: readonly string[];
};

/** Encodes a graph as an ONNX model. Throws `ShapeError` for a weight that does not fit. */
export function encodeModel(graph: Graph, options: EncodeOptions = {}): EncodedModel {
  const outputs = selectOutputs(graph, options.outputs);
  const nodes = liveNodes(graph, outputs.values());
  const live = new Set(nodes.flatMap((node) => node.outputs));
  const used = new Set([...nodes.flatMap((node) => node.inputs), ...outputs.values()]);
  const emitter = new Emitter(options.device ?? 'cpu', used);
  const input = writeInputs(emitter, graph, live, options.weights ?? {});
  const copied = bindOutputs(emitter, graph, outputs);
  for (const node of nodes) lowerNode(node, emitter);
  for (const [name, value] of copied) emitter.write('Identity', [emitter.nameOf(value)], [name]);
  const output = [...outputs].map(([name, value]) => describeValue(name, value));
  invariant(
    new Set([...graph.inputs.keys(), ...outputs.keys()]).size === graph.inputs.size + outputs.size,
    'inputs and outputs of a graph have different names',
  );
  const bytes = encodeModelMessage({
    irVersion,
    producerName: 'rlpa',
    opsetImport: [
      { domain: '', version: opsetVersion },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: graph.name,
      node: emitter.nodes,
      initializer: emitter.initializers,
      input,
      output,
    },
  });
  return { bytes, processorNodes: emitter.processorNodes };
}
