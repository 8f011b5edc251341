import { describe, expect, it } from 'vitest';
import { DataError } from './errors.ts';
import { TimeLimit } from './time-limit.ts';

const create = (readMs?: () => number): TimeLimit =>
  new TimeLimit({
    subject: 'the pattern',
    hint: 'use another',
    reserveMs: 100,
    ...(readMs && { readMs }),
  });

const tooSlow = expect.objectContaining({
  code: 'too_slow',
  message: expect.stringMatching(/^the pattern: .* stopped after \d+\.\d s/u) as string,
  hint: 'use another',
}) as unknown;

describe('a time limit', () => {
  it('hands on what the work gives and what it throws', () => {
    const limit = create();
    expect(limit.run(1, () => [1])).toEqual([1]);
    expect(limit.run(1, () => undefined)).toBeUndefined();
    const own = new DataError('own', 'Mine.');
    expect(() =>
      limit.run(1, () => {
        throw own;
      }),
    ).toThrow(own);
  });

  it.each<[string, () => unknown]>([
    [
      'an endless loop',
      () => {
        for (;;);
      },
    ],
    ['an exponential pattern', () => /^(a+)+$/u.test(`${'a'.repeat(60)}b`)],
    ['a cubic pattern', () => /a*a*a*b/u.test('a'.repeat(50_000))],
  ])('ends %s, and the next work is done', (_, work) => {
    const limit = create();
    expect(() => limit.run(1, work)).toThrow(tooSlow);
    expect(create().run(1, () => 'alive')).toBe('alive');
  });

  it('lets a reserve be used up once, and fills it again', () => {
    let nowMs = 0;
    const limit = create(() => nowMs);
    const take = (milliseconds: number): string =>
      limit.run(0, () => {
        nowMs += milliseconds;
        return 'done';
      });
    expect(take(90)).toBe('done');
    expect(() => take(90)).toThrow(tooSlow);
    const other = create(() => nowMs);
    const slowly = (): string => other.run(0, () => ((nowMs += 90), 'done'));
    const quickly = (): string => other.run(0, () => 'done');
    for (let round = 0; round < 5; round += 1) {
      expect(slowly()).toBe('done');
      for (let call = 0; call < 20; call += 1) quickly();
    }
  });

  it('begins again what was ended before it had its time', () => {
    let calls = 0;
    const stalled = (): string => {
      calls += 1;
      if (calls < 3) for (;;);
      return 'done';
    };
    expect(create(() => 0).run(0, stalled)).toBe('done');
    expect(calls).toBe(3);
    const endless = (): never => {
      for (;;);
    };
    expect(() => create(() => 0).run(0, endless)).toThrow(tooSlow);
  });

  it('gives large work more', () => {
    let nowMs = 0;
    const work = (): number => (nowMs += 400);
    expect(() => create(() => nowMs).run(1000, work)).toThrow(tooSlow);
    expect(create(() => nowMs).run(100_000, work)).toBe(800);
  });
});
