/**
 * Every operation that our models' graphs hold, one at a time, with the shapes, attributes and numbers
 * it has there: training, scoring and sampling, whole and layer by layer, with adapters and with frozen
 * weights in 16 and 8 bits. Both devices get the operands that float64 computes, and are held to its result.
 */
import { expect, it, vi } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import {
  constant,
  createGraph,
  createSession,
  devices,
  encodeHalf,
  input,
  interpret,
  output,
  type Device,
  type ElementType,
  type Graph,
  type Node,
  type Tensor,
  type Tensor64,
  type Value,
} from '../../src/engine/index.ts';
import { liveNodes } from '../../src/engine/graph/index.ts';
import type * as sessions from '../../src/engine/runtime/session.ts';
import { interpretValues } from '../../src/engine/reference/interpret.ts';
import { describeOnWebGpu, holdAdapter } from './adapter.ts';
import { modelVariants, runModel } from './models.ts';

/** Operations of models before, which are not checked again. */
const checked = new Set<string>();

type RecordedGraph = {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
};

/** Every graph that was run, with the feeds of its first run. */
const recorded = vi.hoisted((): RecordedGraph[] => []);

/** What runs is the real thing; it is only listened to where sessions are made. */
vi.mock('../../src/engine/runtime/session.ts', async (importOriginal) => {
  const original = await importOriginal<typeof sessions>();
  const createSession: typeof original.createSession = async (graph, options = {}) => {
    const session = await original.createSession(graph, options);
    const run = session.run.bind(session);
    let isKnown = false;
    session.run = (feeds, names) => {
      if (!isKnown) recorded.push({ graph, feeds: { ...options.weights, ...feeds } });
      isKnown = true;
      return run(feeds, names);
    };
    return session;
  };
  return { ...original, createSession };
});

await holdAdapter();

/** Sums of float32 differ by their order. */
const tolerance = 2e-5;

/** A graph of one operation, and what it is fed. */
type Single = {
  readonly graph: Graph;
  readonly feeds: Readonly<Record<string, Tensor>>;
};

describeOnWebGpu('operations of our models on WebGPU', () => {
  it.each(Object.keys(modelVariants))(
    'give what float64 gives: %s',
    { timeout: 600_000 },
    async (name) => {
      recorded.length = 0;
      await runModel(modelVariants[name]!, 'cpu', createRandom(name));
      const singles = listSingles(recorded);
      expect(singles.size).toBeGreaterThan(50);
      const wrong: string[] = [];
      for (const [words, single] of singles) {
        if (checked.has(words)) continue;
        checked.add(words);
        for (const device of devices) {
          const error = await measureError(single, device);
          if (!(error < tolerance)) wrong.push(`${device}: ${words} is off by ${error}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});

/** Operations of the graphs without repetition, by what they are in words. */
function listSingles(graphs: readonly RecordedGraph[]): ReadonlyMap<string, Single> {
  const singles = new Map<string, Single>();
  for (const { graph, feeds } of graphs) {
    const known = interpretValues(graph, feeds, graph.outputs.values());
    for (const node of liveNodes(graph, graph.outputs.values())) {
      if (node.kind === 'input' || node.kind === 'constant') continue;
      const operands = node.inputs.map((value) => toTensor(known.get(value)!));
      const words = describeNode(node, operands);
      if (!singles.has(words)) singles.set(words, cutOut(node, operands));
    }
  }
  return singles;
}

function describeNode({ kind, attributes }: Node, operands: readonly Tensor[]): string {
  const shapes = operands.map(({ type, shape }) => `${type}[${shape.join()}]`).join(' ');
  const details = JSON.stringify(attributes, (_, value: unknown) =>
    value === Infinity ? 'end' : value,
  );
  return `${kind} ${details} ${shapes}`;
}

/** The operation alone, with symbolic sizes and constants as they are there. */
function cutOut(node: Node, operands: readonly Tensor[]): Single {
  const graph = createGraph(node.kind);
  const feeds: Record<string, Tensor> = {};
  const values = new Map<Value, Value>();
  for (const [index, value] of node.inputs.entries()) {
    if (values.has(value)) continue;
    const source = value.graph.producer(value);
    if (source.kind === 'constant') {
      values.set(value, constant(graph, source.attributes.tensor));
      continue;
    }
    feeds[`x${index}`] = operands[index]!;
    values.set(value, input(graph, `x${index}`, value.type, value.shape));
  }
  const inputs = node.inputs.map((value) => values.get(value)!);
  const results = graph.addNode(node.kind, node.attributes, inputs);
  for (const [index, result] of results.entries()) output(graph, `y${index}`, result);
  return { graph, feeds };
}

/** Largest error beside the largest number of an output, the worst of the outputs. */
async function measureError({ graph, feeds }: Single, device: Device): Promise<number> {
  const session = await createSession(graph, { device });
  const found = await session.run(feeds);
  await session.release();
  let worst = 0;
  for (const [name, { data: expected, shape }] of Object.entries(interpret(graph, feeds))) {
    const { data, shape: given } = found[name]!;
    if (given.join() !== shape.join()) return Infinity;
    const largest = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-30);
    for (const [index, value] of expected.entries()) {
      const error = Math.abs(Number(data[index]) - value) / largest;
      worst = Number.isNaN(error) ? Infinity : Math.max(worst, error);
    }
  }
  return worst;
}

function toTensor({ type, shape, data }: Tensor64): Tensor {
  const write: Readonly<Record<ElementType, () => Tensor['data']>> = {
    float32: () => Float32Array.from(data),
    float16: () => encodeHalf(Float32Array.from(data)),
    int32: () => Int32Array.from(data),
    int64: () => BigInt64Array.from(data, BigInt),
    int8: () => Int8Array.from(data),
    uint8: () => Uint8Array.from(data),
    bool: () => Uint8Array.from(data),
  };
  return { type, shape, data: write[type]() };
}
