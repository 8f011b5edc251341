/**
 * A scale to stand in a page: scripts as ticks with their names, policies as points above them.
 *
 * Names hang below the ticks and are moved apart where scripts got nearly the same. A script that lies
 * below the range is not drawn. Colours are those of the page's charts; policies differ by shape as well.
 */
import type { LineSeriesOption, ScatterSeriesOption } from 'echarts';
import { drawPageSvg } from './draw-svg.ts';

export type ScaleMark = { readonly name: string; readonly value: number };

/** A policy on the scale. */
export type ScalePoint = ScaleMark & {
  /** Of its interval; null where there is none. */
  readonly halfWidth: number | null;
  /** What another is compared with: a hollow point. */
  readonly isBaseline?: boolean;
};

export type ScaleChart = {
  readonly xName: string;
  readonly marks: readonly ScaleMark[];
  readonly points: readonly ScalePoint[];
  /** Lowest value to draw; all points should lie above. */
  readonly from: number;
};

const margins = { left: 40, right: 40, top: 40, bottom: 0 };
const width = 350 - margins.left - margins.right;

/** Distances below the axis, in units of the drawing. */
const lanes = { points: 22, ticks: 42, tickEnds: 50, names: 64 };

/** Room for a letter of a name. */
const letterWidth = 7.2;

/** Least distance of two names. */
const nameGap = 14;

/** The ends of the axis are rounded to this. */
const step = 0.05;

/** Renders the scale; `--line-1` is the colour of the points. */
export async function renderScaleChart(chart: ScaleChart): Promise<string> {
  const { xName, points, from } = chart;
  const marks = chart.marks.filter(({ value }) => value >= from);
  const highest = Math.max(from, ...[...marks, ...points].map(({ value }) => value));
  const low = roundStep(Math.floor(from / step));
  const high = roundStep(Math.max(Math.ceil(highest / step), Math.floor(from / step) + 1));
  const longest = Math.max(0, ...marks.map(({ name }) => name.length));
  const depth = lanes.names + Math.ceil(longest * letterWidth);
  const size = { width: margins.left + width + margins.right, height: margins.top + depth };
  const label = { color: 'var(--soft)', fontSize: 12 };
  return drawPageSvg(size, {
    textStyle: { fontFamily: 'inherit' },
    grid: { ...margins, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      position: 'top',
      name: xName,
      nameLocation: 'middle',
      nameGap: 20,
      nameTextStyle: label,
      min: low,
      max: high,
      splitNumber: 4,
      axisLabel: label,
      axisLine: { show: true, lineStyle: { color: 'var(--soft)' } },
      axisTick: { show: false },
      splitLine: { show: false },
    },
    yAxis: { type: 'value', min: 0, max: depth, inverse: true, show: false },
    series: [...drawMarks(marks, [low, high]), ...drawPoints(points, width / (high - low))],
  });
}

/** A multiple of the step, without what binary fractions add to it. */
const roundStep = (steps: number): number => Number((steps * step).toFixed(2));

type Range = readonly [low: number, high: number];

/** Ticks, names, and lines that lead from one to the other. */
function drawMarks(
  marks: readonly ScaleMark[],
  [low, high]: Range,
): (LineSeriesOption | ScatterSeriesOption)[] {
  const sorted = marks.toSorted((a, b) => a.value - b.value);
  const unit = width / (high - low);
  const places = moveApart(sorted.map(({ value }) => (value - low) * unit)).map(
    (place) => low + place / unit,
  );
  const rules = sorted.flatMap(({ value }, index) => [
    [value, lanes.ticks],
    [value, lanes.tickEnds],
    [places[index]!, lanes.names - 2],
    ['-', '-'],
  ]);
  return [
    drawRule([
      [low, lanes.ticks],
      [high, lanes.ticks],
    ]),
    drawRule(rules),
    {
      type: 'scatter',
      symbolSize: 0,
      itemStyle: { opacity: 1 },
      data: sorted.map(({ name }, index) => ({
        value: [places[index]!, lanes.names],
        label: {
          show: true,
          formatter: name,
          rotate: 90,
          align: 'right',
          verticalAlign: 'middle',
          position: [0, 0],
          color: 'var(--ink)',
          fontSize: 12,
        },
      })),
    },
  ];
}

function drawRule(data: (number | string)[][]): LineSeriesOption {
  return {
    type: 'line',
    data,
    symbol: 'none',
    lineStyle: { color: 'var(--soft)', width: 1 },
    color: 'var(--soft)',
  };
}

/** The lowest point is named on its left, every other on its right, beyond its interval. */
function drawPoints(
  points: readonly ScalePoint[],
  unit: number,
): (LineSeriesOption | ScatterSeriesOption)[] {
  const values = points.map(({ value }) => value);
  const lowest = values.indexOf(Math.min(...values));
  return points.flatMap(({ name, value, halfWidth, isBaseline = false }, index) => [
    {
      type: 'line',
      data: [value - (halfWidth ?? 0), value + (halfWidth ?? 0)].map((x) => [x, lanes.points]),
      symbol: 'none',
      lineStyle: { color: 'var(--line-1)', width: 3, opacity: 0.45 },
    },
    {
      type: 'scatter',
      symbolSize: 10,
      data: [[value, lanes.points]],
      itemStyle: {
        color: isBaseline ? 'var(--card)' : 'var(--line-1)',
        borderColor: 'var(--line-1)',
        borderWidth: 2,
        opacity: 1,
      },
      label: {
        show: true,
        formatter: name,
        position: index === lowest ? 'left' : 'right',
        distance: Math.max(5, (halfWidth ?? 0) * unit),
        color: 'var(--ink)',
        fontSize: 12,
      },
    },
  ]);
}

/**
 * Moves sorted places apart to the least distance, as little as may be to either side, and keeps them
 * between 0 and the width.
 */
function moveApart(places: readonly number[]): number[] {
  const gap = Math.min(nameGap, width / Math.max(1, places.length - 1));
  const push = (from: readonly number[], least: number): number[] => {
    let next = least;
    return from.map((place) => {
      const moved = Math.max(place, next);
      next = moved + gap;
      return moved;
    });
  };
  const mirror = (from: readonly number[]): number[] =>
    from.map((place) => width - place).toReversed();
  const [up, down] = [push(places, -Infinity), mirror(push(mirror(places), -Infinity))];
  const middle = up.map((place, index) => (place + down[index]!) / 2);
  return mirror(push(mirror(push(middle, 0)), 0));
}
