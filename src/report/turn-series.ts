/** A metric turn by turn over several conversations, with intervals over them. */
import { computeInterval } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import { mapMetrics, readTurnMetric, type ComparedMetric } from '../eval/index.ts';

/** One entry a turn; null where no conversation has a value, or too few for an interval. */
export type TurnSeries = {
  readonly values: readonly (number | null)[];
  readonly halfWidths: readonly (number | null)[];
};

/** Computes mean and 95 % half width of each metric at each turn; conversations are the draws. */
export function describeByTurn(
  episodes: readonly Episode[],
): Readonly<Record<ComparedMetric, TurnSeries>> {
  const length = Math.max(0, ...episodes.map(({ turns }) => turns.length));
  return mapMetrics((metric) => {
    const intervals = Array.from({ length }, (_, index) =>
      computeInterval(
        episodes.flatMap(({ turns }) => {
          const turn = turns[index];
          return turn === undefined ? [] : (readTurnMetric[metric](turn) ?? []);
        }),
      ),
    );
    return {
      values: intervals.map(({ mean }) => finite(mean)),
      halfWidths: intervals.map(({ halfWidth }) => finite(halfWidth)),
    };
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
