/**
 * Gradient-check cases, at least one for every operation kind; the type makes a missing kind a
 * compile error. Sizes include 1, and operands that broadcast.
 */
import * as op from '../../src/engine/index.ts';
import type { OpKind, Value } from '../../src/engine/index.ts';
import type { Case, Operand } from './harness.ts';

const symbolic = [
  { b: 2, t: 3 },
  { b: 1, t: 4 },
  { b: 3, t: 1 },
];

/** The operand at a place of a case. */
function at(values: readonly Value[], index: number): Value {
  const value = values[index];
  if (!value) throw new Error(`a case lacks operand ${index}`);
  return value;
}

/** A product with a weight of 5 rows of blocks of 16. */
function blocked(blocks: number): Case {
  const codes = Uint8Array.from({ length: 5 * blocks * 16 }, (_, index) => (index * 89) % 256);
  const factors = Float32Array.from({ length: 5 * blocks }, (_, index) => 0.002 * (index + 1));
  return {
    name: `blockMatmul of ${blocks} blocks`,
    operands: [{ shape: ['b', 't', blocks * 16] }],
    sizes: symbolic,
    build: (values, graph) =>
      op.blockMatmul(at(values, 0), {
        codes: op.constant(graph, { type: 'uint8', shape: [5, blocks, 16], data: codes }),
        factors: op.constant(graph, { type: 'float32', shape: [5, blocks], data: factors }),
      }),
  };
}

/** A product with a weight of 5 rows of so many numbers of 4 bits, in blocks of 16. */
function halved(width: number): Case {
  const blocks = Math.ceil(width / 16);
  const pairs = (blocks + 1) >> 1;
  const codes = Uint8Array.from({ length: 5 * blocks * 8 }, (_, index) => (index * 89) % 256);
  const zeros = Uint8Array.from({ length: 5 * pairs }, (_, index) => (index * 53) % 256);
  const factors = Float32Array.from({ length: 5 * blocks }, (_, index) => 0.02 * (index + 1));
  return {
    name: `blockMatmul of ${width} numbers of 4 bits`,
    operands: [{ shape: ['b', 't', width] }],
    sizes: symbolic,
    build: (values, graph) =>
      op.blockMatmul(at(values, 0), {
        codes: op.constant(graph, { type: 'uint8', shape: [5, blocks, 8], data: codes }),
        factors: op.constant(graph, { type: 'float32', shape: [5, blocks], data: factors }),
        zeros: op.constant(graph, { type: 'uint8', shape: [5, pairs], data: zeros }),
      }),
  };
}

const full: Operand = { shape: ['b', 't', 4] };
const positive: Operand = { shape: ['b', 't', 4], range: [0.3, 2] };

function unary(compute: (x: Value) => Value, operand: Operand = full): readonly Case[] {
  return [
    {
      name: compute.name,
      operands: [operand],
      sizes: symbolic,
      build: (values) => compute(at(values, 0)),
    },
  ];
}

function binary(
  compute: (a: Value, b: Value) => Value,
  second: Partial<Operand> = {},
): readonly Case[] {
  const shapes: readonly (readonly [Operand['shape'], Operand['shape']])[] = [
    [
      ['b', 't', 4],
      ['b', 't', 4],
    ],
    [['b', 't', 4], [4]],
    [
      ['b', 't', 4],
      ['b', 1, 4],
    ],
    [
      ['t', 1],
      ['b', 1, 4],
    ],
    [[], ['b', 't']],
    [
      ['b', 't', 4],
      ['b', 't', 1],
    ],
  ];
  return shapes.flatMap(([a, b]) =>
    [false, true].map((isSwapped) => ({
      name: `${compute.name} [${a.join()}] [${b.join()}]${isSwapped ? ' swapped' : ''}`,
      operands: isSwapped
        ? [{ shape: b }, { shape: a, ...second }]
        : [{ shape: a }, { shape: b, ...second }],
      sizes: symbolic,
      build: (values: readonly Value[]) => compute(at(values, 0), at(values, 1)),
    })),
  );
}

function product(a: Operand['shape'], b: Operand['shape'], options: op.MatmulOptions = {}): Case {
  return {
    name: `matmul [${a.join()}] [${b.join()}] ${JSON.stringify(options)}`,
    operands: [{ shape: a }, { shape: b }],
    sizes: [
      { b: 2, t: 3, s: 5 },
      { b: 1, t: 1, s: 2 },
    ],
    build: (values) => op.matmul(at(values, 0), at(values, 1), options),
  };
}

function reduction(
  compute: (x: Value, axes?: readonly number[], options?: op.ReduceOptions) => Value,
): readonly Case[] {
  const variants: readonly (readonly [readonly number[] | undefined, boolean])[] = [
    [undefined, false],
    [[0], false],
    [[-1], false],
    [[1], true],
    [[0, 2], false],
  ];
  const cases = variants.map(([axes, keepDims]) => ({
    name: `${compute.name} [${axes?.join() ?? 'all'}] ${keepDims}`,
    operands: [full],
    sizes: symbolic,
    build: (values: readonly Value[]) => compute(at(values, 0), axes, { keepDims }),
  }));
  return [
    ...cases,
    {
      name: `${compute.name} between two symbolic axes`,
      operands: [{ shape: ['b', 3, 't', 's'] }],
      sizes: [{ b: 2, t: 1, s: 2 }],
      build: (values) => compute(at(values, 0), [1]),
    },
  ];
}

function turned(tables: number | string, sign: 1 | -1): Case {
  const table: Operand = { shape: [tables, 't', 3], isConstant: true };
  return {
    name: `rotary tables ${tables} sign ${sign}`,
    operands: [{ shape: ['b', 2, 't', 6] }, table, table],
    sizes: symbolic,
    build: (values) => op.rotary(at(values, 0), at(values, 1), at(values, 2), sign),
  };
}

export const cases: Readonly<Record<OpKind, readonly Case[]>> = {
  input: unary((x) => x),
  constant: [
    {
      name: 'constant',
      operands: [full],
      sizes: symbolic,
      build: (values, graph) =>
        op.mul(
          at(values, 0),
          op.constant(graph, {
            type: 'float32',
            shape: [1, 4],
            data: Float32Array.of(1, -2, 3, 0.5),
          }),
        ),
    },
  ],
  add: binary(op.add),
  sub: binary(op.sub),
  mul: binary(op.mul),
  div: binary(op.div, { range: [0.4, 2] }),
  minimum: binary(op.minimum),
  maximum: binary(op.maximum),
  less: binary(op.less),
  greater: binary(op.greater),
  equal: [
    {
      name: 'equal',
      operands: [{ shape: ['b', 't'], ids: 2 }, { shape: ['b', 1], ids: 2 }, full],
      sizes: symbolic,
      build: (values) => {
        const same = op.cast(op.equal(at(values, 0), at(values, 1)), 'float32');
        return op.mul(op.reduceSum(same), at(values, 2));
      },
    },
  ],
  neg: unary(op.neg),
  exp: unary(op.exp),
  log: unary(op.log, positive),
  sqrt: unary(op.sqrt, positive),
  square: unary(op.square),
  reciprocal: unary(op.reciprocal, positive),
  sigmoid: unary(op.sigmoid),
  tanh: unary(op.tanh),
  relu: unary(op.relu),
  silu: unary(op.silu),
  clip: unary(function clip(x) {
    return op.clip(x, -0.7351, 0.9127);
  }),
  cast: [
    {
      name: 'cast bool and int32',
      operands: [
        { shape: ['b'], isBool: true },
        { shape: ['b'], ids: 7 },
      ],
      sizes: symbolic,
      build: (values) =>
        op.add(op.cast(at(values, 0), 'float32'), op.cast(at(values, 1), 'float32')),
    },
  ],
  stopGradient: [
    {
      name: 'stopGradient',
      operands: [full],
      sizes: symbolic,
      build: (values) => op.stopGradient(op.exp(at(values, 0))),
      isCut: true,
    },
    {
      name: 'a value beside its cut self',
      operands: [full],
      sizes: symbolic,
      build: (values) => op.sub(at(values, 0), at(values, 0)),
      isCut: true,
    },
  ],
  where: [
    {
      name: 'where',
      operands: [{ shape: ['t', 1], isBool: true }, full, { shape: [4] }],
      sizes: symbolic,
      build: (values) => op.where(at(values, 0), at(values, 1), at(values, 2)),
    },
    {
      name: 'where with a wide condition',
      operands: [{ shape: ['b', 't', 4], isBool: true }, { shape: ['t', 1] }, { shape: [] }],
      sizes: symbolic,
      build: (values) => op.where(at(values, 0), at(values, 1), at(values, 2)),
    },
  ],
  blockMatmul: [blocked(1), blocked(3), halved(16), halved(48), halved(50)],
  blockMeans: [
    {
      name: 'blockMeans',
      operands: [{ shape: ['b', 't', 12] }],
      sizes: symbolic,
      build: (values) => op.blockMeans(at(values, 0), 4),
    },
  ],
  matmul: [
    ...[false, true].flatMap((transposeA) =>
      [false, true].flatMap((transposeB) => [
        product(transposeA ? [4, 't'] : ['t', 4], transposeB ? [5, 4] : [4, 5], {
          transposeA,
          transposeB,
          alpha: 0.7,
        }),
        product(
          ['b', 2, ...(transposeA ? [4, 't'] : ['t', 4])],
          ['b', 2, ...(transposeB ? ['s', 4] : [4, 's'])],
          { transposeA, transposeB },
        ),
        product(
          ['b', 2, ...(transposeA ? [4, 't'] : ['t', 4])],
          ['b', 1, ...(transposeB ? ['s', 4] : [4, 's'])],
          { transposeA, transposeB },
        ),
      ]),
    ),
    product(['b', 't', 4], [4, 5]),
    product(['b', 't', 4], [5, 4], { transposeB: true, alpha: -2 }),
    product(['b', 't', 1], [1, 1]),
    product(['t', 4], ['b', 4, 's']),
  ],
  reduceSum: reduction(op.reduceSum),
  reduceMean: reduction(op.reduceMean),
  reduceMax: reduction(op.reduceMax),
  elementCount: [
    {
      name: 'elementCount',
      operands: [full],
      sizes: symbolic,
      build: (values) => op.div(at(values, 0), op.elementCount(at(values, 0), [0, 1])),
    },
  ],
  softmax: [
    ...unary(op.softmax),
    ...unary(op.softmax, { shape: ['b', 't', 1] }),
    {
      name: 'attention',
      operands: [
        { shape: ['b', 2, 't', 3] },
        { shape: ['b', 2, 's', 3] },
        { shape: ['b', 2, 's', 3] },
      ],
      sizes: [
        { b: 2, t: 2, s: 4 },
        { b: 1, t: 3, s: 1 },
      ],
      build: (values) => {
        const scores = op.matmul(at(values, 0), at(values, 1), { transposeB: true, alpha: 0.5 });
        return op.matmul(op.softmax(scores), at(values, 2));
      },
    },
    {
      name: 'attention with query heads folded',
      operands: [
        { shape: ['b', 4, 't', 3] },
        { shape: ['b', 2, 's', 3] },
        { shape: ['b', 2, 's', 3] },
        { shape: ['t', 's'] },
      ],
      sizes: [
        { b: 2, t: 2, s: 4 },
        { b: 1, t: 1, s: 3 },
      ],
      build: (values) => {
        const folded = op.reshape(at(values, 0), ['b', 2, '2*t', 3]);
        const scores = op.matmul(folded, at(values, 1), { transposeB: true, alpha: 0.5 });
        const masked = op.add(op.reshape(scores, ['b', 4, 't', 's']), at(values, 3));
        const shares = op.reshape(op.softmax(masked), ['b', 2, '2*t', 's']);
        return op.reshape(op.matmul(shares, at(values, 2)), ['b', 4, 't', 3]);
      },
    },
  ],
  logSoftmax: [
    ...unary(op.logSoftmax),
    ...unary(op.logSoftmax, { shape: ['b', 't', 1] }),
    {
      name: 'picked log-probabilities and entropy',
      operands: [{ shape: ['t', 5] }, { shape: ['t', 1], ids: 5 }],
      sizes: symbolic,
      build: (values) => {
        const scores = op.logSoftmax(at(values, 0));
        const entropy = op.reduceSum(op.mul(op.exp(scores), scores), [-1], { keepDims: true });
        return op.sub(op.gatherElements(scores, at(values, 1), 1), op.mul(entropy, entropy));
      },
    },
    {
      name: 'picked log-probabilities alone',
      operands: [{ shape: ['t', 5] }, { shape: ['t', 2], ids: 5 }],
      sizes: symbolic,
      build: (values) => op.gatherElements(op.logSoftmax(at(values, 0)), at(values, 1), 1),
    },
  ],
  gather: [
    {
      name: 'gather',
      operands: [{ shape: [3, 4] }, { shape: ['b', 't'], ids: 3 }],
      sizes: symbolic,
      build: (values) => op.gather(at(values, 0), at(values, 1)),
    },
    {
      name: 'gather from a tied table',
      operands: [{ shape: [3, 4] }, { shape: ['b', 't'], ids: 3 }],
      sizes: symbolic,
      build: (values) =>
        op.matmul(op.gather(at(values, 0), at(values, 1)), at(values, 0), { transposeB: true }),
    },
    {
      name: 'gather of single numbers',
      operands: [{ shape: ['t'] }, { shape: [5], ids: 1 }],
      sizes: symbolic,
      build: (values) => op.gather(at(values, 0), at(values, 1)),
    },
    {
      name: 'gather of a row that comes once',
      operands: [{ shape: [3, 't', 2] }, { shape: [1], ids: 3 }],
      sizes: symbolic,
      build: (values) => op.gather(at(values, 0), at(values, 1), { areUnique: true }),
    },
  ],
  scatterRows: [
    {
      name: 'scatterRows of a row that comes once',
      operands: [{ shape: [5] }, { shape: [1, 1], ids: 5 }, { shape: [1, 1] }],
      build: (values) =>
        op.scatterRows(at(values, 0), at(values, 1), at(values, 2), { areUnique: true }),
    },
    {
      name: 'scatterRows',
      operands: [{ shape: [3, 4] }, { shape: ['b', 't'], ids: 3 }, { shape: ['b', 't', 4] }],
      sizes: symbolic,
      build: (values) => op.scatterRows(at(values, 0), at(values, 1), at(values, 2)),
    },
    {
      name: 'scatterRows of symbolic rows',
      operands: [{ shape: [3, 't', 2] }, { shape: ['b'], ids: 3 }, { shape: ['b', 't', 2] }],
      sizes: symbolic,
      build: (values) => op.scatterRows(at(values, 0), at(values, 1), at(values, 2)),
    },
  ],
  gatherElements: [
    {
      name: 'gatherElements',
      operands: [{ shape: ['b', 5, 't'] }, { shape: ['b', 3, 't'], ids: 5 }],
      sizes: symbolic,
      build: (values) => op.gatherElements(at(values, 0), at(values, 1), 1),
    },
  ],
  scatterElements: [
    {
      name: 'scatterElements',
      operands: [{ shape: ['t', 5] }, { shape: ['t', 7], ids: 5 }, { shape: ['t', 7] }],
      sizes: symbolic,
      build: (values) => op.scatterElements(at(values, 0), at(values, 1), at(values, 2), -1),
    },
  ],
  slice: [
    ...[
      [2, 1, 3],
      [2, -3, -1],
      [2, 1, Infinity],
      [1, 0, 1],
      [1, -1, Infinity],
    ].map(([axis = 0, start = 0, end = 0]) => ({
      name: `slice axis ${axis} ${start}:${end}`,
      operands: [full],
      sizes: symbolic,
      build: (values: readonly Value[]) => op.slice(at(values, 0), axis, start, end),
    })),
    {
      name: 'slice without the last of a symbolic axis',
      operands: [full],
      sizes: [{ b: 2, t: 3 }],
      build: (values) => op.slice(at(values, 0), 1, 0, -1),
    },
  ],
  unslice: [
    {
      name: 'unslice',
      operands: [{ shape: ['b', 2, 4] }, { shape: ['b', 5, 4] }],
      sizes: symbolic,
      build: (values) => {
        const [x, like] = [at(values, 0), at(values, 1)];
        const early = op.unslice(x, like, { axis: 1, start: 1, end: 3 });
        return op.add(early, op.unslice(x, like, { axis: 1, start: -2, end: Infinity }));
      },
    },
  ],
  concat: [
    {
      name: 'concat of literal sizes',
      operands: [{ shape: ['b', 2, 4] }, { shape: ['b', 1, 4] }, { shape: ['b', 3, 4] }],
      sizes: symbolic,
      build: (values) => op.concat(values, 1),
    },
    {
      name: 'concat around a symbolic size',
      operands: [{ shape: ['b', 2, 4] }, full, { shape: ['b', 1, 4] }, { shape: ['b', 3, 4] }],
      sizes: symbolic,
      build: (values) => op.concat(values, 1, { size: 'total' }),
    },
  ],
  transpose: [
    {
      name: 'transpose',
      operands: [{ shape: ['b', 2, 't', 3] }],
      sizes: symbolic,
      build: (values) => op.transpose(at(values, 0), [2, 0, 3, 1]),
    },
  ],
  reshape: [
    {
      name: 'reshape into heads and back',
      operands: [{ shape: ['b', 't', 6] }],
      sizes: symbolic,
      build: (values) => {
        const heads = op.transpose(op.reshape(at(values, 0), ['b', 't', 2, 3]), [0, 2, 1, 3]);
        return op.reshape(op.transpose(op.square(heads), [0, 2, 1, 3]), ['b', 't', 6]);
      },
    },
    {
      name: 'reshape folding symbolic axes',
      operands: [{ shape: ['b', 't', 6] }],
      sizes: symbolic,
      build: (values) => op.square(op.reshape(at(values, 0), [-1, 3])),
    },
  ],
  reshapeLike: [
    {
      name: 'reshapeLike',
      operands: [{ shape: ['b', 't', 2] }],
      sizes: symbolic,
      build: (values) => {
        const folded = op.square(op.reshape(at(values, 0), ['b*t', 2]));
        return op.exp(op.reshapeLike(folded, at(values, 0)));
      },
    },
  ],
  expand: [
    {
      name: 'expand',
      operands: [{ shape: ['b', 1, 4] }],
      sizes: symbolic,
      build: (values) => op.exp(op.broadcastTo(at(values, 0), [2, 'b', 3, 4])),
    },
  ],
  expandLike: [
    {
      name: 'expandLike',
      operands: [{ shape: ['t', 1] }, full],
      sizes: symbolic,
      build: (values) => op.exp(op.broadcastTo(at(values, 0), at(values, 1))),
    },
  ],
  rmsNorm: [
    {
      name: 'rmsNorm',
      operands: [full, { shape: [4] }],
      sizes: symbolic,
      build: (values) => op.rmsNorm(at(values, 0), at(values, 1), 1e-6),
    },
    {
      name: 'rmsNorm of folded rows with a large epsilon',
      operands: [{ shape: ['t', 3] }, { shape: [3] }],
      sizes: symbolic,
      build: (values) => op.rmsNorm(at(values, 0), at(values, 1), 0.3),
    },
    {
      name: 'rmsNorm of width 1',
      operands: [{ shape: ['t', 1], range: [0.3, 2] }, { shape: [1] }],
      sizes: symbolic,
      build: (values) => op.rmsNorm(at(values, 0), at(values, 1), 0.3),
    },
  ],
  rotary: [turned(1, 1), turned(1, -1), turned('b', 1), turned('b', -1)],
};
