/**
 * A time limit for synchronous work whose length somebody else's data decides: a pattern of a
 * tokenizer, a loop of a chat template.
 *
 * Node ends such work from a thread of its own (`node:vm`), in the middle of a loop or of a regular
 * expression, and this thread lives on. That thread costs about 0.1 ms a call, so what is known to
 * be quick is better called without. A signal that comes in the meantime is heard afterwards, which
 * is why the limit is short.
 *
 * What is allowed grows with the size of the work, plus a reserve. Work that is always a little too
 * slow uses the reserve up, and quick work fills it again. Time that a busy machine spent elsewhere
 * does not count: work that was ended without having had its time is begun again, so it must be such
 * that beginning again does no harm.
 */
import * as vm from 'node:vm';
import { readProcessorMs, systemClock } from './clock.ts';
import { DataError } from './errors.ts';

export type TimeLimitOptions = {
  /** Whose work it is, for the message: `/models/a/tokenizer.json`. */
  readonly subject: string;
  readonly hint: string;
  /** Milliseconds that may be used beyond what is fair, before they are earned back. Default 500. */
  readonly reserveMs?: number;
  /** Fair time of a call of any size, in milliseconds. Default 5. */
  readonly callMs?: number;
  /** Fair time of a unit of size (a character, a token), in milliseconds. Default 0.005. */
  readonly unitMs?: number;
  /** Reads milliseconds that only ever grow. */
  readonly readMs?: () => number;
};

/** How often work is begun on a machine that is busy elsewhere. */
const mostTries = 5;

/** The time that one source of slow work may take, over all its calls. */
export class TimeLimit {
  readonly #options: Required<TimeLimitOptions>;
  #reserveMs: number;

  constructor(options: TimeLimitOptions) {
    const defaults = { reserveMs: 500, callMs: 5, unitMs: 0.005, readMs: readUsedMs() };
    this.#options = { ...defaults, ...options };
    this.#reserveMs = this.#options.reserveMs;
  }

  /** Does the work, or ends it and throws `DataError` `too_slow`. Throws what the work throws. */
  run<Result>(size: number, work: () => Result): Result {
    const { callMs, unitMs, reserveMs, readMs } = this.#options;
    const fairMs = callMs + size * unitMs;
    const allowedMs = fairMs + this.#reserveMs;
    const startMs = readMs();
    let result = runWithin(allowedMs, work);
    for (let tries = 1; result === null && tries < mostTries; tries += 1) {
      if (readMs() - startMs >= allowedMs / 2) break;
      result = runWithin(allowedMs, work);
    }
    const takenMs = readMs() - startMs;
    this.#reserveMs = Math.min(reserveMs, this.#reserveMs + fairMs - takenMs);
    if (result === null || this.#reserveMs < 0) throw this.#tooSlow(takenMs);
    return result.value;
  }

  #tooSlow(takenMs: number): DataError {
    const { subject, hint } = this.#options;
    return new DataError(
      'too_slow',
      `${subject}: expected an answer at once, stopped after ${(takenMs / 1000).toFixed(1)} s.`,
      { details: { subject, takenMs: Math.round(takenMs) }, hint },
    );
  }
}

/** Time that this process had and used: what passed, or what its processors worked, the less of the two. */
function readUsedMs(): () => number {
  let [usedMs, lastMs, lastProcessorMs] = [0, systemClock.nowMs(), readProcessorMs()];
  return () => {
    const [nowMs, processorMs] = [systemClock.nowMs(), readProcessorMs()];
    usedMs += Math.min(nowMs - lastMs, processorMs - lastProcessorMs);
    [lastMs, lastProcessorMs] = [nowMs, processorMs];
    return usedMs;
  };
}

let context: { readonly slot: { work: () => void }; readonly script: vm.Script } | undefined;

/** Runs work in this thread, ended after that many milliseconds; null where it was ended. */
function runWithin<Result>(timeout: number, work: () => Result): { readonly value: Result } | null {
  context ??= {
    slot: vm.createContext({ work: () => undefined }) as { work: () => void },
    script: new vm.Script('work()'),
  };
  let done: { readonly value: Result } | null = null;
  context.slot.work = () => {
    done = { value: work() };
  };
  try {
    context.script.runInContext(context.slot, {
      timeout: Math.ceil(timeout),
      displayErrors: false,
    });
    return done;
  } catch (error) {
    if (isTimeout(error)) return null;
    throw error;
  } finally {
    context.slot.work = () => undefined;
  }
}

function isTimeout(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}
