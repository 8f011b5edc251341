/**
 * The gradient check of one case.
 *
 * The graph's result is weighted by a random input and summed; the gradients of that sum are
 * compared with central differences in float64 (h = 1e-5, relative error below 1e-6), then the
 * ONNX graph in float32 with the interpreter (forward 1e-4, backward 1e-3). Errors are relative to
 * the largest element of the compared tensor, or to 1 if that is larger.
 */
import { expect } from 'vitest';
import { RandomSource, createRandom } from '../../src/base/index.ts';
import {
  cast,
  createGraph,
  createSession,
  gradients,
  input,
  interpret,
  mul,
  output,
  reduceSum,
} from '../../src/engine/index.ts';
import type {
  Dim,
  ElementType,
  Device,
  Graph,
  Tensor,
  Tensor64,
  Value,
} from '../../src/engine/index.ts';

/** An operand: float32 unless `ids` gives the number of rows that int32 ids point into. */
export type Operand = {
  readonly shape: readonly Dim[];
  readonly ids?: number;
  readonly isBool?: boolean;
  /** No gradient is asked for: the operation treats it as given. */
  readonly isConstant?: boolean;
  /** Range of float samples; default [-2, 2], kept 0.05 away from 0. */
  readonly range?: readonly [number, number];
};

export type Case = {
  readonly name: string;
  readonly operands: readonly Operand[];
  /** Size of every symbolic dimension; each entry is one run. */
  readonly sizes?: readonly Readonly<Record<string, number>>[];
  readonly build: (values: readonly Value[], graph: Graph) => Value;
  /** For `stopGradient` and the like: the gradient must be exactly 0 instead. */
  readonly isCut?: boolean;
};

export type Sizes = Readonly<Record<string, number>>;

type Built = {
  readonly graph: Graph;
  readonly floats: readonly string[];
};

function elementTypeOf(operand: Operand): ElementType {
  if (operand.ids !== undefined) return 'int32';
  return operand.isBool ? 'bool' : 'float32';
}

function buildGraph(check: Case): Built {
  const graph = createGraph(check.name);
  const values = check.operands.map((operand, index) =>
    input(graph, `x${index}`, elementTypeOf(operand), operand.shape),
  );
  const result = cast(check.build(values, graph), 'float32');
  const weight = input(graph, 'weight', 'float32', result.shape);
  const loss = reduceSum(mul(result, weight));
  const wrt = values.filter(
    (value, index) => value.type === 'float32' && !check.operands[index]?.isConstant,
  );
  output(graph, 'result', result);
  output(graph, 'loss', loss);
  const found = gradients(graph, loss, wrt);
  const floats = wrt.map((value) => `x${values.indexOf(value)}`);
  for (const [index, gradient] of found.entries()) {
    expect(gradient.shape, 'a gradient has the shape of its value').toEqual(wrt[index]?.shape);
    output(graph, `d_${floats[index]}`, gradient);
  }
  return { graph, floats };
}

function sampleFloat(random: RandomSource, range: readonly [number, number]): number {
  for (;;) {
    const value = range[0] + (range[1] - range[0]) * random.next();
    if (Math.abs(value) > 0.05) return Math.fround(value);
  }
}

function sample(operand: Operand, sizes: Sizes, random: RandomSource): Tensor {
  const shape = operand.shape.map((dim) => (typeof dim === 'number' ? dim : (sizes[dim] ?? 1)));
  const count = shape.reduce((product, size) => product * size, 1);
  const fill = <T>(at: () => T): T[] => Array.from({ length: count }, at);
  const { ids } = operand;
  if (ids !== undefined) {
    const data = Int32Array.from(fill(() => Math.floor(random.next() * ids)));
    return { type: 'int32', shape, data };
  }
  if (operand.isBool) {
    return { type: 'bool', shape, data: Uint8Array.from(fill(() => Number(random.next() < 0.5))) };
  }
  const range = operand.range ?? [-2, 2];
  return {
    type: 'float32',
    shape,
    data: Float32Array.from(fill(() => sampleFloat(random, range))),
  };
}

function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let scale = 1;
  let worst = 0;
  for (let index = 0; index < b.length; index += 1) {
    const difference = Math.abs((a[index] ?? Number.NaN) - (b[index] ?? Number.NaN));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
    scale = Math.max(scale, Math.abs(b[index] ?? 0));
  }
  return a.length === b.length ? worst / scale : Infinity;
}

type Feeds = Readonly<Record<string, Tensor | Tensor64>>;

function centralDifferences(graph: Graph, feeds: Feeds, name: string): Float64Array {
  const h = 1e-5;
  const base = feeds[name] as Tensor;
  const lossAt = (index: number, shift: number): number => {
    const data = Float64Array.from(base.data as Float32Array);
    data[index] = (data[index] ?? 0) + shift;
    const moved: Tensor64 = { type: 'float32', shape: base.shape, data };
    return interpret(graph, { ...feeds, [name]: moved }, ['loss'])['loss']?.data[0] ?? Number.NaN;
  };
  return Float64Array.from(base.data as Float32Array, (_value, index) => {
    return (lossAt(index, h) - lossAt(index, -h)) / (2 * h);
  });
}

function checkReference(check: Case, built: Built, feeds: Feeds): Record<string, Tensor64> {
  const reference = interpret(built.graph, feeds);
  for (const name of built.floats) {
    const analytic = reference[`d_${name}`]?.data ?? [];
    if (check.isCut) {
      expect(Math.max(0, ...Array.from(analytic, Math.abs)), `${name} is cut`).toBe(0);
      continue;
    }
    const numeric = centralDifferences(built.graph, feeds, name);
    expect(relativeError(analytic, numeric), `${check.name}: d ${name}`).toBeLessThan(1e-6);
  }
  return reference;
}

/** Runs a case at every given size. */
export async function runCase(check: Case, seed: number, device: Device = 'cpu'): Promise<void> {
  const built = buildGraph(check);
  const session = await createSession(built.graph, { device });
  try {
    for (const [run, sizes] of (check.sizes ?? [{}]).entries()) {
      const random = createRandom(seed * 100 + run);
      const feeds: Record<string, Tensor> = {};
      for (const [index, operand] of check.operands.entries()) {
        feeds[`x${index}`] = sample(operand, sizes, random);
      }
      const { shape } = interpretResult(built.graph, feeds);
      feeds['weight'] = sample({ shape }, {}, random);
      const reference = checkReference(check, built, feeds);
      const native = await session.run(feeds);
      for (const [name, tensor] of Object.entries(native)) {
        const limit = name.startsWith('d_') ? 1e-3 : 1e-4;
        expect([...tensor.shape], `${check.name}: shape of ${name}`).toEqual([
          ...(reference[name]?.shape ?? []),
        ]);
        const error = relativeError(tensor.data as Float32Array, reference[name]?.data ?? []);
        expect(error, `${check.name}: ONNX ${name}`).toBeLessThan(limit);
      }
    }
  } finally {
    await session.release();
  }
}

function interpretResult(graph: Graph, feeds: Feeds): Tensor64 {
  const result = interpret(graph, feeds, ['result'])['result'];
  if (!result) throw new Error('the graph has a result');
  return result;
}
