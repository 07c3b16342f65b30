// Line plots: values against their index, with bands behind them, marks on them and a cursor.

import {
  BOTTOM,
  HEIGHT,
  LEFT,
  RIGHT,
  TOP,
  WIDTH,
  axis,
  dot,
  grid,
  path,
  text,
  tickLabel,
} from "./plot.js";

/** @import { Axis } from "./plot" */
/** @typedef {{ name: string, values: ArrayLike<number>, style: number }} Series */
/** @typedef {{ name: string, from: number, to: number }} Band */
/** @typedef {{ name: string, x: number, y: number, style: number }} Mark */
/**
 * @typedef {object} Lines
 * @property {Series[]} series
 * @property {number} cursor the index that is looked at
 * @property {number} [xStep] the number of steps between two values
 * @property {boolean} [log]
 * @property {number} [floor] what a logarithmic axis goes down to at most
 * @property {Band[]} [bands]
 * @property {boolean} [unnamed] whether the bands go without their names
 * @property {Mark[]} [marks]
 */

const FLOOR = HEIGHT - BOTTOM;

/** @param {Lines} spec */
export function linePlot(spec) {
  const { series, cursor, xStep = 1, log = false, bands = [], unnamed = false, marks = [] } = spec;
  const last = series[0].values.length - 1;
  const steps = axis(0, Math.max(last, 1) * xStep, LEFT, WIDTH - RIGHT);
  const x = { ...steps, place: (/** @type {number} */ index) => steps.place(index * xStep) };
  const named = bands.length > 0 && !unnamed;
  const y = valueAxis(series, log, spec.floor ?? 0, named ? 1.13 : 1.05);
  return [
    ...bands.map((band, i) => bandMarkup(band, i, x, unnamed)),
    grid(
      y.ticks.map((value) => [y.place(value), tickLabel(value, log)]),
      steps,
      "step t",
    ),
    ...series.map(({ style, values }) => path(style, pathData(values, x, y))),
    cursorMarkup(series, cursor, x, y),
    labelMarkup(series, y),
    ...marks.map((mark, i) => markMarkup(mark, i, x, y)),
  ].join("");
}

/**
 * @param {Series[]} series @param {boolean} log @param {number} floor
 * @param {number} room how far a linear axis reaches, in units of the largest value: names of bands
 * stand above the curves
 */
function valueAxis(series, log, floor, room) {
  let min = Infinity;
  let max = -Infinity;
  for (const { values } of series)
    for (let i = 0; i < values.length; i++)
      if (Number.isFinite(values[i]) && values[i] > (log ? 0 : -Infinity)) {
        min = Math.min(min, values[i]);
        max = Math.max(max, values[i]);
      }
  if (!(max > -Infinity)) [min, max] = [floor, 1];
  if (!log) return axis(0, max * room, FLOOR, TOP);
  const low = Math.floor(Math.log10(Math.max(min, floor)));
  const high = Math.ceil(Math.log10(Math.max(max, 10 * floor)));
  return axis(10 ** low, 10 ** high, FLOOR, TOP, true);
}

/**
 * At most 400 points, and a gap where the values leave the axis.
 * @param {ArrayLike<number>} values @param {Axis} x @param {Axis} y
 */
function pathData(values, x, y) {
  const stride = Math.ceil(values.length / 400);
  const last = values.length - 1;
  let data = "";
  let pen = "M";
  for (let i = 0; i <= last; i = i === last ? last + 1 : Math.min(i + stride, last)) {
    const value = values[i];
    const drawn = Number.isFinite(value) && value >= y.min;
    if (drawn) data += `${pen}${x.place(i).toFixed(1)} ${y.place(value).toFixed(1)}`;
    pen = drawn ? "L" : "M";
  }
  return data;
}

/**
 * @param {Band} band @param {number} i @param {Axis} x @param {boolean} unnamed
 */
function bandMarkup(band, i, x, unnamed) {
  const from = x.place(band.from);
  const width = x.place(band.to) - from;
  const named = !unnamed && width > 6 * band.name.length;
  return (
    `<rect class="mft-band mft-band-${i % 3}" x="${from}" y="${TOP}" ` +
    `width="${Math.max(width, 0)}" height="${FLOOR - TOP}"/>` +
    (named ? text(from + 4, TOP + 10, band.name, 'class="mft-band-name"') : "")
  );
}

/**
 * @param {Series[]} series @param {number} cursor @param {Axis} x @param {Axis} y
 */
function cursorMarkup(series, cursor, x, y) {
  const at = x.place(cursor);
  const dots = series
    .filter(({ values }) => values[cursor] >= y.min)
    .map(({ style, values }) => dot(style, 3, at, y.place(values[cursor])));
  const line = `<line class="mft-cursor" x1="${at}" x2="${at}" y1="${TOP}" y2="${FLOOR}"/>`;
  return line + dots.join("");
}

/**
 * Names at the right ends of the lines, pushed apart where the lines meet.
 * @param {Series[]} series @param {Axis} y
 */
function labelMarkup(series, y) {
  const labels = series
    .map(({ name, style, values }) => {
      const end = values[values.length - 1];
      return { name, style, at: Number.isFinite(end) && end >= y.min ? y.place(end) : FLOOR };
    })
    .sort((a, b) => a.at - b.at);
  labels.forEach((label, i) => {
    if (i) label.at = Math.max(label.at, labels[i - 1].at + 12);
  });
  const excess = Math.max(0, labels[labels.length - 1].at - FLOOR);
  const left = WIDTH - RIGHT + 5;
  return labels
    .map(({ name, style, at }) =>
      text(left, at - excess + 4, name, `class="mft-name mft-style-${style}"`),
    )
    .join("");
}

/**
 * @param {Mark} mark @param {number} i @param {Axis} x @param {Axis} y
 */
function markMarkup(mark, i, x, y) {
  const at = x.place(mark.x);
  return dot(mark.style, 4, at, y.place(mark.y)) + text(at + 4, FLOOR - 5 - 13 * i, mark.name);
}
