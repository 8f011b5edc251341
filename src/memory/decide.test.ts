import { describe, expect, it } from 'vitest';
import type { ProfileSchema } from '../profile/index.ts';
import { decide, type Decision, type LivingEntry } from './decide.ts';

const schema: ProfileSchema = {
  name: 'test',
  version: 1,
  slots: [
    { name: 'diet', kind: 'fact', multiple: false, values: ['Vegan', 'no limits'] },
    { name: 'home', kind: 'fact', multiple: false },
  ],
};

const decideOn = (kind: 'set' | 'retract', slot: string, value: string, text: string): Decision =>
  decide(
    { kind, slot, value },
    {
      ...{ schema, living: [], deletedAt: new Map() },
      said: [{ messageId: 'm', text, saidAt: '2026-01-01T00:00:00.000Z' }],
    },
  );

describe('a slot whose values are listed', () => {
  it('takes none that is not among them, whatever the person said', () => {
    expect(decideOn('set', 'diet', 'berlin', 'I live in Berlin.')).toEqual({
      kind: 'refuse',
      reason: 'value_not_listed',
    });
  });

  it('takes one of them in any spelling', () => {
    expect(decideOn('set', 'diet', ' vegan', 'I am vegan.')).toMatchObject({
      kind: 'add',
      value: 'Vegan',
    });
  });

  it('limits no other slot', () => {
    expect(decideOn('set', 'home', 'Berlin', 'I live in Berlin.')).toMatchObject({ kind: 'add' });
  });

  it('has nothing to retract of another value', () => {
    expect(decideOn('retract', 'diet', 'berlin', 'I left Berlin.')).toEqual({
      kind: 'refuse',
      reason: 'not_there',
    });
  });
});

describe('an entry of what is disliked', () => {
  const dislikes: ProfileSchema = {
    name: 'test',
    version: 1,
    slots: [{ name: 'hate', kind: 'preference', multiple: false }],
  };
  const mushrooms: LivingEntry = {
    ...{ id: 'e_1', slot: 'hate', place: 'hate', value: 'mushrooms', status: 'stated' },
    ...{ confidence: 0.9, source: 'model', model: 'model-1', pinned: false, heldAt: null },
    ...{ valid_from: '2025', valid_to: null, recorded_at: '2025', confirmed_at: '2025' },
    ...{ evidence: [], ended_by: null, replaced_by: null },
  };
  const decideOnDislike = (kind: 'set' | 'retract', value: string, text: string): Decision => {
    const said = [{ messageId: 'm', text, saidAt: '2026-01-01T00:00:00.000Z' }];
    return decide(
      { kind, slot: 'hate', value },
      { schema: dislikes, living: [mushrooms], deletedAt: new Map(), said },
    );
  };

  it.each([
    ['I like mushrooms now', 'retract'],
    ["I don't mind mushrooms any more", 'retract'],
    ["I don't like mushrooms", 'refuse'],
    ["I can't stand mushrooms", 'refuse'],
    ["I don't like mushrooms any more", 'refuse'],
  ])('is taken out by words for it only: %s, %s', (text, kind) => {
    expect(decideOnDislike('retract', 'mushrooms', text)).toMatchObject({ kind });
  });

  it.each([
    ["I can't stand okra", 'add'],
    ["I don't like okra any more", 'add'],
    ['I like mushrooms now, but I hate okra', 'add'],
    ['I like okra now', 'refuse'],
    ["I don't mind okra any more", 'refuse'],
  ])('is corrected by words against another only: %s, %s', (text, kind) => {
    expect(decideOnDislike('set', 'okra', text)).toMatchObject({ kind });
  });
});
