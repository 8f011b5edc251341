/**
 * What a GGUF file is made of: the numbers that stand for types, and what a header says.
 *
 * Source: the format's description at https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, and
 * the block layouts in ggml-common.h of the same project.
 */

/** Types of metadata values, by their number in the file. */
export const valueTypes = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const;

export type GgufScalar = string | number | boolean;

/** A metadata value; whole numbers of 64 bits are numbers too, as none in use is beyond 2^53. */
export type GgufValue = GgufScalar | readonly GgufScalar[];

/** A metadata value to be written, with the type it has in the file. */
export type TypedValue =
  | { readonly type: WrittenType; readonly value: GgufScalar }
  | { readonly type: WrittenType; readonly values: readonly GgufScalar[] };

/** Types that metadata is written in. */
export type WrittenType = 'bool' | 'uint32' | 'int32' | 'float32' | 'string';

/** How numbers of a tensor are packed. */
export type TensorType =
  'F32' | 'F16' | 'BF16' | 'Q4_0' | 'Q4_1' | 'Q8_0' | 'Q4_K' | 'Q5_K' | 'Q6_K';

export type TensorLayout = {
  /** The number that stands for it in the file. */
  readonly code: number;
  /** Weights that are packed together. */
  readonly blockWeights: number;
  readonly blockBytes: number;
};

/** Layouts that are read. */
export const tensorLayouts: Readonly<Record<TensorType, TensorLayout>> = {
  F32: { code: 0, blockWeights: 1, blockBytes: 4 },
  F16: { code: 1, blockWeights: 1, blockBytes: 2 },
  Q4_0: { code: 2, blockWeights: 32, blockBytes: 18 },
  Q4_1: { code: 3, blockWeights: 32, blockBytes: 20 },
  Q8_0: { code: 8, blockWeights: 32, blockBytes: 34 },
  Q4_K: { code: 12, blockWeights: 256, blockBytes: 144 },
  Q5_K: { code: 13, blockWeights: 256, blockBytes: 176 },
  Q6_K: { code: 14, blockWeights: 256, blockBytes: 210 },
  BF16: { code: 30, blockWeights: 1, blockBytes: 2 },
};

/** What the header says of one tensor. */
export type GgufTensor = {
  readonly name: string;
  /** Outermost first, as elsewhere in this package; the file has it the other way round. */
  readonly shape: readonly number[];
  readonly type: TensorType;
  /** Where it begins in the file, in bytes. */
  readonly start: number;
  readonly sizeBytes: number;
};

export type GgufHeader = {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, GgufTensor>;
};
