import { describe, expect, it } from 'vitest';
import { ProfileError } from '../base/index.ts';
import { applyChanges, diffProfiles, isFreeText, isOpenItem, validateSchema } from './index.ts';
import type { ProfileChange, ProfileSchema } from './index.ts';

const schema: ProfileSchema = {
  name: 'test',
  version: 1,
  slots: [
    { name: 'drink', kind: 'preference', multiple: false },
    { name: 'item', kind: 'fact', multiple: true },
  ],
};
const set = (slot: string, value: string): ProfileChange => ({
  kind: 'set',
  item: { slot, value },
});

describe('applyChanges', () => {
  it('overwrites a single-valued slot', () => {
    expect(applyChanges([], [set('drink', 'tea'), set('drink', 'coffee')], schema)).toEqual([
      { slot: 'drink', value: 'coffee' },
    ]);
  });

  it('accumulates in a multiple slot and knows an item again in another spelling', () => {
    const profile = applyChanges(
      [],
      [set('item', 'Lives  in LEEDS'), set('item', 'lives in leeds')],
      schema,
    );
    expect(profile).toEqual([{ slot: 'item', value: 'Lives in LEEDS' }]);
    const retract: ProfileChange = {
      kind: 'retract',
      item: { slot: 'item', value: 'LIVES IN Leeds' },
    };
    expect(applyChanges(profile, [retract], schema)).toEqual([]);
  });

  it('keeps a value as the schema spells it, where the schema lists values', () => {
    const listed: ProfileSchema = {
      ...schema,
      slots: [{ name: 'drink', kind: 'preference', multiple: false, values: ['tea', 'Earl Grey'] }],
    };
    const keep = (value: string): unknown => applyChanges([], [set('drink', value)], listed)[0];
    expect(keep('TEA')).toEqual({ slot: 'drink', value: 'tea' });
    expect(keep('earl  grey')).toEqual({ slot: 'drink', value: 'Earl Grey' });
    expect(keep('Oolong')).toEqual({ slot: 'drink', value: 'Oolong' });
  });

  it('gives the same profile when applied twice', () => {
    const changes: ProfileChange[] = [
      set('drink', 'tea'),
      set('item', 'a'),
      { kind: 'retract', item: { slot: 'item', value: 'a' } },
      set('item', 'b'),
    ];
    const once = applyChanges([], changes, schema);
    expect(applyChanges(once, changes, schema)).toEqual(once);
  });

  it('ignores the retract of what is not there and leaves its input alone', () => {
    const before = [{ slot: 'drink', value: 'tea' }];
    const retract: ProfileChange = { kind: 'retract', item: { slot: 'drink', value: 'coffee' } };
    expect(applyChanges(before, [retract], schema)).toEqual(before);
    expect(before).toHaveLength(1);
  });

  it('refuses a slot the schema does not have', () => {
    expect(() => applyChanges([], [set('pet', 'dog')], schema)).toThrow(ProfileError);
  });
});

describe('diffProfiles', () => {
  it('names what came and what went', () => {
    const tea = { slot: 'drink', value: 'tea' };
    const cat = { slot: 'item', value: 'cat' };
    expect(diffProfiles([tea], [cat])).toEqual({ added: [cat], removed: [tea] });
  });
});

describe('validateSchema', () => {
  it('lists every problem at once', () => {
    const slots: ProfileSchema['slots'] = [
      { name: 'A b', kind: 'fact', multiple: false },
      { name: 'x', kind: 'fact', multiple: false, values: ['one', 'One'] },
      { name: 'x', kind: 'fact', multiple: false, values: [] },
    ];
    expect(() => validateSchema({ name: 'bad', version: 1, slots })).toThrow(
      /lower-case.*lists a value twice.*stands twice.*allows no value/u,
    );
  });
});

describe('free text', () => {
  const open = { kind: 'fact', multiple: true } as const;

  it('is told by the name of its slot, of schemas as of items', () => {
    const schemaOf = (name: string): ProfileSchema => ({
      ...{ name: 'test', version: 1 },
      slots: [{ name, ...open }],
    });
    expect(isFreeText(schemaOf('item'))).toBe(true);
    expect(isFreeText(schemaOf('dislikes'))).toBe(false);
    expect(isFreeText(schema)).toBe(false);
    expect(isOpenItem({ slot: 'item' })).toBe(true);
    expect(isOpenItem({ slot: 'drink' })).toBe(false);
  });

  it('fills a schema by itself', () => {
    for (const slots of [
      schema.slots,
      [{ ...open, name: 'item', multiple: false }],
      [{ ...open, name: 'item', values: ['tea'] }],
    ]) {
      expect(() => validateSchema({ name: 'bad', version: 1, slots })).toThrow(/free text/u);
    }
  });
});
