// Values of a chart where a reader points, touches, or steps with the arrow keys.
import { make } from './dom.js';

/** @typedef {import('../../src/report/render-figure.ts').ChartPoints} ChartPoints */

const svgNamespace = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
function makeShape(tag, attributes) {
  const shape = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
  return shape;
}

/** @param {number} value */
const showValue = (value) => String(+value.toPrecision(3));

/** @param {ChartPoints} points @param {number} index */
const placeAcross = ({ x, area }, index) =>
  area.left + ((index + 0.5) * (area.right - area.left)) / x.length;

/** @param {ChartPoints} points @param {number} value */
const placeUp = ({ yRange: [low, high], area }, value) =>
  area.bottom - ((value - low) / (high - low)) * (area.bottom - area.top);

/** @param {ChartPoints} points @param {number} index */
function makeMarks(points, index) {
  const across = placeAcross(points, index);
  const { top, bottom } = points.area;
  const rule = makeShape('line', { class: 'hair', x1: across, x2: across, y1: top, y2: bottom });
  const dots = points.series.flatMap(({ colour, values }) => {
    const value = values[index] ?? null;
    if (value === null) return [];
    const place = { cx: across, cy: placeUp(points, value), r: 4 };
    return [makeShape('circle', { ...place, fill: `var(--line-${colour})` })];
  });
  const marks = makeShape('g', { class: 'marks' });
  marks.append(rule, ...dots);
  return marks;
}

/** @param {ChartPoints} points @param {number} index */
function makeReadout({ xName, x, series }, index) {
  const rows = series.map(({ name, colour, values, halfWidths }) => {
    const [value, width] = [values[index] ?? null, halfWidths[index] ?? null];
    const reach = width === null ? '' : ` ± ${showValue(width)}`;
    const text = value === null ? 'none' : `${showValue(value)}${reach}`;
    return make('li', { class: `line-${colour}` }, `${name} `, make('b', { text }));
  });
  return [make('p', { text: `${xName} ${x[index]}` }), make('ul', {}, ...rows)];
}

/** @param {HTMLElement} chart */
function watch(chart) {
  const drawing = chart.querySelector('svg');
  if (drawing === null) return;
  /** @type {ChartPoints} */
  const points = JSON.parse(chart.getAttribute('data-points') ?? '');
  const readout = make('div', { class: 'readout', 'aria-hidden': 'true' });
  const spoken = make('p', { class: 'unseen', role: 'status' });
  readout.hidden = true;
  let shown = -1;

  /** @param {number} index */
  function show(index) {
    if (index === shown) return;
    shown = index;
    drawing?.querySelector('.marks')?.remove();
    drawing?.append(makeMarks(points, index));
    readout.replaceChildren(...makeReadout(points, index));
    readout.hidden = false;
    const isRight = placeAcross(points, index) > (points.area.left + points.area.right) / 2;
    readout.classList.toggle('left', isRight);
  }

  function hide() {
    shown = -1;
    drawing?.querySelector('.marks')?.remove();
    readout.hidden = true;
  }

  /** @param {PointerEvent} event */
  function point(event) {
    const { left, width } = chart.getBoundingClientRect();
    const { area, x } = points;
    const across = ((event.clientX - left) / width) * (drawing?.viewBox.baseVal.width ?? 1);
    const step = Math.floor(((across - area.left) / (area.right - area.left)) * x.length);
    show(Math.min(x.length - 1, Math.max(0, step)));
  }

  /** @param {KeyboardEvent} event */
  function step(event) {
    const last = points.x.length - 1;
    const next = { ArrowLeft: Math.max(0, shown - 1), ArrowRight: Math.min(last, shown + 1) };
    const place = { ...next, Home: 0, End: last, Escape: -1 }[event.key];
    if (place === undefined) return;
    event.preventDefault();
    if (place < 0) hide();
    else show(place);
    spoken.textContent = place < 0 ? '' : readout.innerText;
  }

  chart.append(readout);
  chart.after(spoken);
  chart.tabIndex = 0;
  chart.addEventListener('pointermove', point);
  chart.addEventListener('pointerdown', point);
  chart.addEventListener('pointerleave', hide);
  chart.addEventListener('keydown', step);
  chart.addEventListener('blur', hide);
}

/** Makes the charts that bring their values answer. @param {ParentNode} parent */
export function watchCharts(parent) {
  for (const chart of parent.querySelectorAll('.chart[data-points]')) {
    watch(/** @type {HTMLElement} */ (chart));
  }
}

watchCharts(document);
