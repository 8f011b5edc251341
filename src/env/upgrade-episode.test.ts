/** Conversations that were saved in format 1 are read as format 2. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import type { DialogueAct, Disclosure } from '../users/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import { episodeSchema, planEpisodes, runDemonstrations, type Episode } from './index.ts';

const world = createSmallWorld();
const [episode] = await runDemonstrations(
  planEpisodes({ world, random: createRandom(3), count: 1, split: 'train' }),
  { world, turns: 1 },
);

const told = (slot: string, value: string): Disclosure => ({
  turnIndex: 0,
  item: { slot, value },
  form: 'explicit',
});

/** Reads the conversation as format 1 would have written its only turn. */
function read(intent: unknown, user: object = {}): readonly DialogueAct[] {
  const [turn] = episode!.turns;
  const old = { message: 'hi', disclosures: [], intent, ...user };
  const record = { ...episode!, format: 1, turns: [{ ...turn!, user: old }] };
  const { format, turns } = episodeSchema.parse(JSON.parse(JSON.stringify(record)));
  expect(format).toBe(2);
  expect(turns[0]!.user).not.toHaveProperty('intent');
  return turns[0]!.user.acts;
}

describe('a conversation of format 1', () => {
  it('of the worlds with slots did what its texts said', () => {
    const disclosures = [told('city', 'oslo'), { ...told('pet', 'cat'), form: 'implicit' }];
    const intent = {
      ...{ opening: 'yes', reaction: 'repeated', said: 'oslo', request: 'music' },
      ...{ restated: 'job=nurse', contradiction: 'food=thai', distractor: 'music=jazz' },
    };
    expect(read(intent, { disclosures })).toEqual([
      { kind: 'greeting' },
      { kind: 'complaint' },
      { kind: 'distractor', item: { slot: 'music', value: 'jazz' } },
      { kind: 'restatement', item: { slot: 'job', value: 'nurse' } },
      { kind: 'disclosure', item: { slot: 'city', value: 'oslo' } },
      { kind: 'request', topic: 'music' },
    ]);
    expect(read({})).toEqual([]);
    expect(read({ reaction: 'puzzled', doubt: 'film=drama' })).toEqual([
      { kind: 'puzzled' },
      { kind: 'doubt', item: { slot: 'film', value: 'drama' } },
    ]);
  });

  it.each<[Record<string, string>, object, readonly DialogueAct[]]>([
    [{ kind: 'greeting' }, {}, [{ kind: 'greeting' }]],
    [{ kind: 'evasion', topic: 'job' }, {}, [{ kind: 'evasion', topic: 'job' }]],
    [
      { kind: 'disclosure', topic: 'job' },
      { disclosures: [told('item', 'is a nurse')] },
      [{ kind: 'disclosure', item: { slot: 'item', value: 'is a nurse' }, topic: 'job' }],
    ],
    [
      { kind: 'change' },
      { disclosures: [told('item', 'plays go')] },
      [{ kind: 'change', item: { slot: 'item', value: 'plays go' } }],
    ],
    [
      { kind: 'drop' },
      { dropped: [{ slot: 'item', value: 'plays go' }] },
      [{ kind: 'drop', item: { slot: 'item', value: 'plays go' } }],
    ],
    [
      { kind: 'distractor', item: 'owns a=b shares' },
      {},
      [{ kind: 'distractor', item: { slot: 'item', value: 'owns a=b shares' } }],
    ],
  ])('of free text did what its kind said: %j', (intent, user, acts) => {
    expect(read(intent, user)).toEqual(acts);
  });

  it('is refused where it is not as format 1 wrote it', () => {
    for (const intent of [null, 'greeting', ['greeting']]) {
      expect(() => read(intent)).toThrow(/acts/u);
    }
    expect(() => read({ kind: 'change' }, { disclosures: [null] })).toThrow(/disclosures/u);
    expect(() => read({ kind: 'drop' }, { dropped: [3] })).toThrow(/acts/u);
    expect(() => episodeSchema.parse({ ...episode!, format: 1, turns: 'none' })).toThrow(/format/u);
  });

  it('of format 2 stays as it is', () => {
    expect(episodeSchema.parse(episode)).toEqual(episode satisfies Episode | undefined);
  });
});
