/**
 * What the functions of `app` may touch of the outside: interruption, time, log, progress, variables.
 *
 * They know no process and no terminal. A program leaves out what it does not care for; the command
 * line passes its own.
 */
import { systemClock, type Clock } from '../base/index.ts';

/** How far a stage of the work is. */
export type Progress = {
  readonly label: string;
  /** Units done and planned; fractions are fine. */
  readonly done: number;
  readonly total: number;
  /** What a unit is called, for the rate ("iterations"). */
  readonly unit: string;
  /** Units that were done before this process began, left out of the rate. */
  readonly doneBefore?: number;
  /** Figures to show beside it. */
  readonly note?: string;
};

export type AppContext = {
  /** Stops the work; what can be saved is saved first. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Takes a line for a person: what begins, what was skipped, what was spent. */
  readonly log: (text: string) => void;
  /** Called often; whoever shows it decides how seldom. */
  readonly onProgress: (progress: Progress) => void;
  /** Variables that keys of remote models are read from, by the names that the settings give. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What was started, for records. */
  readonly command: string;
  /** Further facts for a run's environment.json; nothing that names a person. */
  readonly record: Readonly<Record<string, unknown>>;
};

/** Fills in what a program left out: no interruption, the system's clock, silence, no variables. */
export function createContext(given: Partial<AppContext> = {}): AppContext {
  const silent = (): void => undefined;
  return {
    signal: given.signal ?? new AbortController().signal,
    clock: given.clock ?? systemClock,
    log: given.log ?? silent,
    onProgress: given.onProgress ?? silent,
    environment: given.environment ?? {},
    command: given.command ?? 'a program',
    record: given.record ?? {},
  };
}

/** Reports how many turns are done of conversations that are held side by side. */
export function reportTurns(
  { onProgress }: Pick<AppContext, 'onProgress'>,
  label: string,
  turns: number,
): (turnsDone: number) => void {
  return (done) => onProgress({ label, done, total: turns, unit: 'turns' });
}
