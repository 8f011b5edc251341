import { describe, expect, it } from 'vitest';
import { BudgetError, JudgeError, ProviderError } from '../base/index.ts';
import type { EmbeddingModel } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import { createEmbeddingMatcher } from './embedding-matching.ts';
import { scoreTextProfile } from './text-matching.ts';
import type { ItemMatcher, ProfileScore } from './types.ts';

const places: Readonly<Record<string, readonly number[]>> = {
  'is a physician': [1, 0],
  'works as a doctor': [3, 4],
  'enjoys rowing': [0, 1],
  'likes boats': [0, 7],
  'likes tea': [-1, 0],
  'of another model': [1, 0, 0],
  nowhere: [0, 0],
  'without end': [Number.POSITIVE_INFINITY, 1],
  'no number': [Number.NaN, 1],
};

function open(threshold: number): { matcher: ItemMatcher; sent: (readonly string[])[] } {
  const sent: (readonly string[])[] = [];
  const embeddings: EmbeddingModel = {
    name: 'planar',
    embed: (texts) => {
      sent.push(texts);
      return Promise.resolve(texts.map((text) => Float32Array.from(places[text] ?? [])));
    },
  };
  return { matcher: createEmbeddingMatcher({ embeddings, threshold }), sent };
}

const profile = (values: readonly string[]): Profile =>
  values.map((value) => ({ slot: 'item', value }));

async function score(
  matcher: ItemMatcher,
  inferred: readonly string[],
  truth: readonly string[],
): Promise<ProfileScore> {
  const isSame = await matcher.compare(inferred, truth);
  return scoreTextProfile(profile(inferred), profile(truth), isSame);
}

describe('matching by embeddings', () => {
  it('takes a cosine at the threshold for the same, and one below it for another', async () => {
    const inferred = ['works as a doctor'];
    expect(await score(open(0.6).matcher, inferred, ['is a physician'])).toMatchObject({
      matched: 1,
    });
    expect(await score(open(0.61).matcher, inferred, ['is a physician'])).toMatchObject({
      matched: 0,
    });
    expect(await score(open(1).matcher, ['likes boats'], ['enjoys rowing'])).toMatchObject({
      f1: 1,
    });
  });

  it('pairs one to one, as many as can be, in whatever order', async () => {
    const { matcher } = open(0.6);
    const inferred = ['works as a doctor', 'is a physician', 'likes tea'];
    const truth = ['is a physician', 'enjoys rowing'];
    const first = await score(matcher, inferred, truth);
    expect(first).toMatchObject({ matched: 2, recall: 1 });
    expect(await score(matcher, [...inferred].reverse(), [...truth].reverse())).toEqual(first);
    const repeated = ['enjoys rowing', 'likes boats'];
    expect(await score(matcher, repeated, ['enjoys rowing'])).toMatchObject({ matched: 1 });
  });

  it('sends all texts of a turn together, each once', async () => {
    const { matcher, sent } = open(0.6);
    await score(matcher, ['likes tea'], ['enjoys rowing', 'is a physician']);
    await score(matcher, ['likes tea', 'likes boats'], ['is a physician', 'enjoys rowing']);
    expect(sent).toEqual([['likes tea', 'enjoys rowing', 'is a physician'], ['likes boats']]);
    expect((await score(matcher, [], ['works as a doctor'])).f1).toBe(0);
    expect(sent).toHaveLength(2);
  });

  it('cannot tell from vectors of two lengths', async () => {
    const { matcher } = open(0.6);
    await expect(score(matcher, ['of another model'], ['likes tea'])).rejects.toThrow(JudgeError);
  });

  it.each(['nowhere', 'without end', 'no number', 'not there'])(
    'cannot tell from a vector that is %s',
    async (text) => {
      const { matcher } = open(0.6);
      await expect(score(matcher, [text], ['likes tea'])).rejects.toThrow(JudgeError);
    },
  );

  it('cannot tell where the model was not reached, and passes on what ends the run', async () => {
    const ask = (error: Error): Promise<ProfileScore> => {
      const embeddings = { name: 'failing', embed: () => Promise.reject(error) };
      return score(createEmbeddingMatcher({ embeddings, threshold: 0.8 }), ['a'], ['b']);
    };
    await expect(ask(new ProviderError('timeout', 'no reply'))).rejects.toThrow(JudgeError);
    await expect(ask(new BudgetError('budget_spent', 'no'))).rejects.toThrow(BudgetError);
  });

  it('names its version, its model and its threshold', () => {
    expect(open(0.8).matcher.name).toBe('embedding-matcher-1:planar>=0.8');
  });
});
