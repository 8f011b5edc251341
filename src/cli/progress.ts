/**
 * A line that says how far a command is, how fast it goes and how long it will take.
 *
 * On a terminal the line is rewritten in place; elsewhere a new one is written now and then, so that
 * a log stays readable. Time left is worked out from the work done since the start of the stage.
 */
import type { Progress } from '../app/index.ts';
import type { Clock } from '../base/index.ts';
import { showControls } from './terminal.ts';

export type ProgressLine = {
  readonly show: (progress: Progress) => void;
  /** Ends the line, so that other text can follow. */
  readonly end: () => void;
};

export type ProgressOptions = {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly columns: () => number;
  readonly clock: Clock;
  /** Least time between two lines where they cannot be rewritten. Default 5000. */
  readonly logIntervalMs?: number;
};

const terminalIntervalMs = 100;

/** Creates a progress line. */
export function createProgress(options: ProgressOptions): ProgressLine {
  const { write, isTerminal, clock } = options;
  const intervalMs = isTerminal ? terminalIntervalMs : (options.logIntervalMs ?? 5000);
  let stage: { label: string; startMs: number } | null = null;
  let lastMs = Number.NEGATIVE_INFINITY;
  let isOpen = false;
  return {
    show: (update) => {
      const nowMs = clock.nowMs();
      if (stage?.label !== update.label) {
        if (isOpen) write('\n');
        isOpen = false;
        stage = { label: update.label, startMs: nowMs };
        lastMs = Number.NEGATIVE_INFINITY;
      }
      const isLast = update.done >= update.total;
      if (!isLast && nowMs - lastMs < intervalMs) return;
      lastMs = nowMs;
      const line = showControls(renderProgress(update, (nowMs - stage.startMs) / 1000));
      if (!isTerminal) {
        write(`${line}\n`);
        return;
      }
      write(`\r\u001b[2K${line.slice(0, Math.max(20, options.columns() - 1))}`);
      isOpen = true;
    },
    end: () => {
      if (isOpen) write('\n');
      isOpen = false;
      stage = null;
    },
  };
}

/** Renders one line: share, rate and time left as far as they are known. */
export function renderProgress(update: Progress, elapsedSeconds: number): string {
  const { label, done, total, unit, doneBefore = 0, note } = update;
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const rate = elapsedSeconds > 0 ? (done - doneBefore) / elapsedSeconds : 0;
  const parts = [
    `${label} ${Math.floor(done)}/${total}`,
    `${Math.floor(share * 100)} %`,
    ...(rate > 0 ? [renderRate(rate, unit)] : []),
    done >= total
      ? `${renderDuration(elapsedSeconds)} taken`
      : rate > 0
        ? `${renderDuration((total - done) / rate)} left`
        : 'time left unknown',
    ...(note === undefined || note === '' ? [] : [note]),
  ];
  return parts.join(' | ');
}

function renderRate(rate: number, unit: string): string {
  return rate >= 1 ? `${rate.toFixed(1)} ${unit}/s` : `${(rate * 60).toFixed(1)} ${unit}/min`;
}

/** Renders seconds as 45s, 3m20s or 2h05m. */
export function renderDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}m${String(whole % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}
