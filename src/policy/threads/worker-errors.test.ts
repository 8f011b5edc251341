import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '../../base/index.ts';
import { flattenError, restoreError } from './worker-errors.ts';

const send = (error: unknown): Error => restoreError(structuredClone(flattenError(error)));

describe('an error between threads', () => {
  it('keeps class, code, details and hint', () => {
    const error = new CheckpointError('own', 'It is wrong.', {
      details: { a: 1 },
      hint: 'Mend it.',
    });
    const restored = send(error);
    expect(restored).toBeInstanceOf(CheckpointError);
    expect(restored).toMatchObject({ code: 'own', details: { a: 1 }, hint: 'Mend it.' });
  });

  it('of the system keeps its errno and what was to be done', () => {
    let thrown: unknown;
    try {
      fs.readFileSync('/');
    } catch (error) {
      thrown = error;
    }
    expect(send(thrown)).toMatchObject({ code: 'EISDIR', syscall: 'read' });
  });

  it('of no kind keeps its words', () => {
    expect(send('odd').message).toBe('odd');
    expect(Object.keys(send(new Error('plain')))).toEqual([]);
  });
});
