import { describe, expect, it } from 'vitest';
import { findMeantWorld } from './world-kind.ts';

const meant = (world: object): string | undefined =>
  findMeantWorld([{ origin: '--set', values: { world } }])?.kind;

describe('the world that settings mean', () => {
  it('is the one they name', () => {
    expect(meant({ kind: 'everyday', behaviour: { change: 0.1 } })).toBe('everyday');
  });

  it('is the one that alone has a setting of theirs', () => {
    expect(meant({ personas: 'people.jsonl' })).toBe('free-text');
  });

  it('is open where several worlds have it: a policy then says where it learnt', () => {
    expect(meant({ behaviour: { change: 0.1 } })).toBeUndefined();
    expect(meant({ contextTurns: 2 })).toBeUndefined();
  });
});
