/**
 * Matches free-text items by the angle between their embeddings.
 *
 * Two items state the same when the cosine of their vectors reaches a threshold, which is a matter of
 * the embedding model: what one gives to a paraphrase, another gives to anything in English. Vectors
 * see negation and numbers poorly ("has two sons" lies near "has three sons"). Pairing stays the
 * program's, one to one.
 */
import { JudgeError } from '../base/index.ts';
import type { EmbeddingModel } from '../chat/index.ts';
import { askModel } from './ask-model.ts';
import type { ItemMatcher } from './types.ts';

/** Version of the comparison; stored with every episode. */
export const embeddingMatcherVersion = 'embedding-matcher-1';

export type EmbeddingMatcherOptions = {
  readonly embeddings: EmbeddingModel;
  /** Least cosine at which two items count as the same, in (0, 1]. */
  readonly threshold: number;
};

/** Vectors kept, so that a text is sent once and not in every turn that holds it. */
const maxVectors = 5000;

/** Creates the matcher. */
export function createEmbeddingMatcher({
  embeddings,
  threshold,
}: EmbeddingMatcherOptions): ItemMatcher {
  const vectors = new Map<string, Float32Array>();
  const embedAll = async (texts: readonly string[]): Promise<Map<string, Float32Array>> => {
    const known = new Map(texts.flatMap((text) => entryOf(vectors, text)));
    const missing = texts.filter((text) => !known.has(text));
    if (missing.length === 0) return known;
    const found = await askModel('matcher', () => embeddings.embed(missing));
    checkDirections(found, missing.length);
    if (vectors.size + missing.length > maxVectors) vectors.clear();
    for (const [index, text] of missing.entries()) {
      vectors.set(text, found[index]!);
      known.set(text, found[index]!);
    }
    return known;
  };
  return {
    name: `${embeddingMatcherVersion}:${embeddings.name}>=${threshold}`,
    compare: async (inferred, truth) => {
      if (inferred.length === 0 || truth.length === 0) return () => false;
      const known = await embedAll([...new Set([...inferred, ...truth])]);
      checkLengths([...known.values()]);
      return (item, other) =>
        item === other || computeCosine(known.get(item)!, known.get(other)!) >= threshold;
    },
  };
}

/** Computes a·b / (|a| |b|). Range [-1, 1]. */
export function computeCosine(a: Float32Array, b: Float32Array): number {
  return computeDot(a, b) / Math.sqrt(computeDot(a, a) * computeDot(b, b));
}

function computeDot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}

function entryOf(
  vectors: ReadonlyMap<string, Float32Array>,
  text: string,
): [string, Float32Array][] {
  const vector = vectors.get(text);
  return vector === undefined ? [] : [[text, vector]];
}

/** An angle to a vector that is missing, infinite or zero cannot be computed. */
function checkDirections(vectors: readonly Float32Array[], count: number): void {
  const lengths = vectors.map((vector) => computeDot(vector, vector));
  const isWhole = vectors.length === count;
  if (isWhole && lengths.every((length) => length > 0 && Number.isFinite(length))) return;
  throw new JudgeError('match_unreadable', 'The embeddings are not one direction for each text.', {
    hint: 'Check the model behind models.embeddings.',
  });
}

function checkLengths(vectors: readonly Float32Array[]): void {
  if (vectors.every(({ length }) => length === vectors[0]?.length)) return;
  throw new JudgeError('match_unreadable', 'The embeddings are of more than one length.', {
    hint: 'Another model may have stood behind this name before: empty the folder models.cache.',
  });
}
