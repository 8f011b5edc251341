/**
 * What crosses the border between the main thread and the engine's worker.
 *
 * A call names a method of the backend and its arguments; the answer is a value or an error with
 * its class, code, details and hint, so that callers branch on errors as if there were no border.
 */
import * as base from '../base/index.ts';
import type { ExecutionProvider } from '../engine/index.ts';
import type { TrainingBackend } from './backend.ts';
import type { GraphLayout } from './embedded-backend.ts';
import type { PolicyOptions } from './policy-weights.ts';

export type WorkerOptions = PolicyOptions & {
  readonly threads: number;
  readonly maxTokensPerBatch: number;
  readonly layout?: GraphLayout;
  readonly provider?: ExecutionProvider;
};

export type MethodName = keyof TrainingBackend;

export type WorkerCall =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly method: MethodName;
      readonly args: readonly unknown[];
    }
  | { readonly kind: 'abort'; readonly id: number };

export type PlainError = {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly details: base.ErrorDetails;
  readonly hint: string | undefined;
};

export type WorkerAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: PlainError };

const errorClasses: Readonly<
  Record<string, new (code: string, message: string, options?: base.ErrorOptions) => base.RlpaError>
> = {
  ConfigError: base.ConfigError,
  DataError: base.DataError,
  CheckpointError: base.CheckpointError,
  ShapeError: base.ShapeError,
  UnsupportedOpError: base.UnsupportedOpError,
  EngineError: base.EngineError,
  AbortedError: base.AbortedError,
};

/** Makes an error that can be posted. */
export function flattenError(error: unknown): PlainError {
  const known = error instanceof base.RlpaError ? error : undefined;
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return {
    name,
    message,
    stack,
    code: known?.code,
    details: known?.details ?? {},
    hint: known?.hint,
  };
}

/** Restores an error with its class. */
export function restoreError(plain: PlainError): Error {
  const { code, details, hint } = plain;
  const errorClass = errorClasses[plain.name];
  const error =
    errorClass && code !== undefined
      ? new errorClass(code, plain.message, hint === undefined ? { details } : { details, hint })
      : new Error(plain.message);
  if (plain.stack !== undefined) error.stack = plain.stack;
  return error;
}
