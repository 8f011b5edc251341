import { describe, expect, it } from 'vitest';
import { createProgress, renderDuration, renderProgress } from './progress.ts';

const clockAt = (
  times: readonly number[],
): { readonly nowMs: () => number; readonly timestamp: () => string } => {
  let index = -1;
  return {
    nowMs: () => times[Math.min((index += 1), times.length - 1)] ?? 0,
    timestamp: () => '',
  };
};

const update = (done: number): Parameters<typeof renderProgress>[0] => ({
  label: 'training',
  done,
  total: 10,
  unit: 'iterations',
});

describe('progress', () => {
  it('shows share, rate and time left', () => {
    expect(renderProgress({ ...update(4), note: 'loss 1' }, 8)).toBe(
      'training 4/10 | 40 % | 30.0 iterations/min | 12s left | loss 1',
    );
  });

  it('leaves work done before out of the rate', () => {
    expect(renderProgress({ ...update(6), doneBefore: 5 }, 2)).toContain('| 8s left');
  });

  it('writes durations a person can read', () => {
    expect([3, 200, 7500].map(renderDuration)).toEqual(['3s', '3m20s', '2h05m']);
  });

  it('writes a line now and then where lines cannot be rewritten', () => {
    const written: string[] = [];
    const progress = createProgress({
      write: (text) => written.push(text),
      isTerminal: false,
      columns: () => 80,
      clock: clockAt([0, 10, 6000, 6010]),
    });
    for (const done of [1, 2, 3, 10]) progress.show(update(done));
    expect(written.map((line) => /\d+\/10/u.exec(line)?.[0])).toEqual(['1/10', '3/10', '10/10']);
  });

  it('rewrites one line on a terminal and never overruns it', () => {
    let screen = '';
    const progress = createProgress({
      write: (text) => (screen += text),
      isTerminal: true,
      columns: () => 30,
      clock: clockAt([0, 500]),
    });
    progress.show(update(1));
    progress.show({ ...update(2), note: 'x'.repeat(100) });
    progress.end();
    expect(screen.split('\n')).toHaveLength(2);
    for (const part of screen.split('\r')) {
      expect(part.replaceAll('\u001b[2K', '').trimEnd().length).toBeLessThan(30);
    }
  });
});
