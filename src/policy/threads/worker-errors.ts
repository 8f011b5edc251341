/** Errors between threads: flattened to what can be posted, and restored with class, code and hint. */
import * as base from '../../base/index.ts';

export type PlainError = {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly code: string | undefined;
  readonly details: base.ErrorDetails;
  readonly hint: string | undefined;
  /** Of a failed system call: its errno, and what it was to do. */
  readonly system: SystemFacts;
};

type SystemFacts = Readonly<Record<string, string | number>>;

const systemKeys = ['code', 'errno', 'syscall', 'path', 'dest'] as const;

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
    system: known === undefined ? pickSystemFacts(error) : {},
  };
}

function pickSystemFacts(error: unknown): SystemFacts {
  if (!(error instanceof Error)) return {};
  const facts = systemKeys.map((key) => [
    key,
    (error as NodeJS.ErrnoException & { dest?: string })[key],
  ]);
  return Object.fromEntries(
    facts.filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
  ) as SystemFacts;
}

/** Restores an error with its class, or with what the system said of it. */
export function restoreError(plain: PlainError): Error {
  const { code, details, hint, system } = plain;
  const errorClass = errorClasses[plain.name];
  const error =
    errorClass && code !== undefined
      ? new errorClass(code, plain.message, hint === undefined ? { details } : { details, hint })
      : Object.assign(new Error(plain.message), system);
  if (plain.stack !== undefined) error.stack = plain.stack;
  return error;
}
