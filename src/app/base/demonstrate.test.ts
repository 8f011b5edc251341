/** Who writes the demonstrations of a warm start. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { findWriter } from './demonstrate.ts';

const demonstrator = { name: 'asks', write: () => 'which?' };
const scripts = [{ name: 'asks', summary: 'It asks.', create: () => demonstrator }];

describe('the writer of demonstrations', () => {
  it('is the world’s own where no script is named', () => {
    expect(findWriter(scripts, null)).toEqual({});
  });

  it('is the script that is named', () => {
    const { createWriter } = findWriter(scripts, 'asks');
    expect(createWriter?.(createRandom(1))).toBe(demonstrator);
  });

  it('is refused where there is no such script, with those there are', () => {
    expect(() => findWriter(scripts, 'ask')).toThrow(
      'warmStart.script: the world has no script "ask".',
    );
    expect(() => findWriter(undefined, 'asks')).toThrow('no script "asks"');
  });
});
