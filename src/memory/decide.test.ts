import { describe, expect, it } from 'vitest';
import type { ProfileSchema } from '../profile/index.ts';
import { decide, type Decision } from './decide.ts';

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
