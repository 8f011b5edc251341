/**
 * The error classes of the whole package.
 *
 * One root with a stable `code`, plain-JSON `details`, an optional `hint` and a `cause`; callers
 * branch on the class or the code, never on message text. A message says what was expected, what
 * was found, where, and what to do. The command line ends with `exitCode`.
 * Errors never carry a person's text or a key.
 */

export type ErrorDetails = Readonly<Record<string, unknown>>;

export type ErrorOptions = {
  readonly details?: ErrorDetails;
  readonly hint?: string;
  readonly cause?: unknown;
};

/** Root of all errors this package raises on purpose. */
export class RlpaError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;
  readonly hint: string | undefined;
  readonly exitCode: number = 1;

  constructor(code: string, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.details = options.details ?? {};
    this.hint = options.hint;
  }
}

/** A flag, configuration file or combination of settings is wrong. */
export class ConfigError extends RlpaError {
  override readonly exitCode = 2;
}

/** A file is missing, malformed, or holds something other than what its place demands. */
export class DataError extends RlpaError {
  override readonly exitCode = 3;
}

/** A checkpoint or model folder is truncated, of another version, or does not fit. */
export class CheckpointError extends RlpaError {
  override readonly exitCode = 3;
}

/** Tensor shapes or element types do not fit the operation. */
export class ShapeError extends RlpaError {}

/** An operation, opset or execution provider is not available. */
export class UnsupportedOpError extends RlpaError {}

/** The native runtime failed, or produced non-finite numbers. */
export class EngineError extends RlpaError {}

/** A remote model failed. */
export class ProviderError extends RlpaError {
  override readonly exitCode = 4;
  /** Every further call would fail the same way (wrong key, no such model, server gone). */
  readonly isFatal: boolean;

  constructor(
    code: string,
    message: string,
    options: ErrorOptions & { readonly isFatal?: boolean } = {},
  ) {
    super(code, message, options);
    this.isFatal = options.isFatal ?? false;
  }
}

/** A judge gave no readable verdict: the reward is masked and counted, never scored 0. */
export class JudgeError extends RlpaError {}

/** An episode failed (recorded on it, its siblings go on), or so many of an iteration that it cannot be learnt from. */
export class RolloutError extends RlpaError {}

/** A profile operation met an unknown slot or a conflict. */
export class ProfileError extends RlpaError {}

/** The database of profiles did not open or did not answer. */
export class StoreError extends RlpaError {
  override readonly exitCode = 3;
}

/** The work was cancelled by a signal; what was done so far is saved first. */
export class AbortedError extends RlpaError {
  override readonly exitCode = 130;
}

/** A call would have gone beyond the budget; what was done so far is saved first. */
export class BudgetError extends RlpaError {
  override readonly exitCode = 4;
}

/** Says whether an error ends the whole work rather than one episode of it. */
export function endsWork(error: unknown): boolean {
  if (error instanceof AbortedError || error instanceof BudgetError) return true;
  return error instanceof ProviderError && error.isFatal;
}

/** Throws for a broken assumption of our own; never for bad input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`internal: ${message}`);
}

/** Throws `AbortedError` if the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AbortedError('aborted', 'The work was interrupted.');
}
