/**
 * The inputs of graphs that run layers: weights by name, rotations, masks and caches.
 *
 * The same for a graph of all layers and for a graph of one.
 */
import * as engine from '../../engine/index.ts';
import type { Dim } from '../../engine/index.ts';
import type { GraphBuilder } from './graph-builder.ts';
import type { TransformerInput } from './transformer.ts';

/** For whole sequences, whose length is a multiple of the chunks. */
export function feedSequences(
  builder: GraphBuilder,
  prefix: string,
  chunks: number,
): TransformerInput {
  const tokens = chunkedTokens(chunks);
  return {
    ...feedTokens(builder, prefix, [1, tokens]),
    chunks,
    mask: builder.feed('mask', 'float32', maskShape(builder, tokens, chunks)),
  };
}

/** The shape of a cached step: new tokens a row, and whether there are several rows of one. */
export type StepShape = { readonly size: number; readonly areFew: boolean };

/** The shape of a step of so many rows. */
export const stepShape = (rows: number, size: number): StepShape => ({
  size,
  areFew: size === 1 && rows > 1,
});

/** For new tokens on top of cached layers; `suffixes` end the names of their caches. */
export function feedStep(
  builder: GraphBuilder,
  { size, areFew }: StepShape,
  suffixes: readonly string[],
): TransformerInput {
  return {
    ...feedTokens(builder, '', ['batch', size]),
    mask: builder.feed('mask', 'float32', maskShape(builder, size)),
    areFew,
    past: feedPast(builder, suffixes),
  };
}

/** Cached layers. */
export function feedPast(
  builder: GraphBuilder,
  suffixes: readonly string[],
): NonNullable<TransformerInput['past']> {
  const { kvHeadCount, headDim } = builder.options.config;
  const cache = (name: string): engine.Value =>
    builder.feed(name, 'float32', ['batch', kvHeadCount, 'past', headDim]);
  return {
    mask: builder.feed('past.mask', 'float32', ['batch', 1, 1, 'past']),
    layers: suffixes.map((suffix) => ({
      key: cache(`past.key${suffix}`),
      value: cache(`past.value${suffix}`),
    })),
  };
}

/** The number of tokens of a sequence, as a multiple of its chunks. */
export function chunkedTokens(chunks: number): Dim {
  return engine.multiplyDims([chunks, 'chunk']);
}

function feedTokens(
  builder: GraphBuilder,
  prefix: string,
  shape: readonly [Dim, Dim],
): Omit<TransformerInput, 'mask'> {
  const { config } = builder.options;
  const half = config.headDim / 2;
  return {
    config,
    weight: builder.lookup(prefix),
    scale: builder.scales(prefix),
    lowRank: builder.lowRank(prefix),
    rotations: {
      cos: builder.feed('cos', 'float32', [...shape, half]),
      sin: builder.feed('sin', 'float32', [...shape, half]),
    },
  };
}

/** A causal mask for folded query heads, of one chunk of queries. */
function maskShape({ options }: GraphBuilder, tokens: Dim, chunks = 1): readonly Dim[] {
  const { headCount, kvHeadCount } = options.config;
  const rows = engine.divideDims([headCount / kvHeadCount, tokens], [chunks]);
  if (rows === undefined) throw new Error('internal: tokens are a multiple of the chunks');
  return [1, 1, rows, tokens];
}
