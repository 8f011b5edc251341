/** For tests of files that do not fit: the class of the error and its text in one check. */
import { expect } from 'vitest';
import { CheckpointError, type RlpaError } from '../../../base/index.ts';

/** Expects `run` to throw an error of this class whose text matches. */
export function expectRefusal(
  run: () => unknown,
  text: RegExp,
  kind: typeof RlpaError = CheckpointError,
): void {
  expect(run).toThrow(kind);
  expect(run).toThrow(text);
}
