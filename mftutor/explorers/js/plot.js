// What all pictures are made of: their frame, axes and texts, as SVG markup.

import { number, power } from "./words.js";

export const WIDTH = 340;
export const HEIGHT = 220;
export const LEFT = 40;
export const RIGHT = 62;
export const TOP = 26;
export const BOTTOM = 30;

/** @param {string | number} content */
export function escaped(content) {
  return String(content).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

/**
 * @param {number} x @param {number} y @param {string | number} content
 */
export function text(x, y, content, attributes = "") {
  const at = `x="${x.toFixed(1)}" y="${y.toFixed(1)}"`;
  return `<text ${at} ${attributes}>${escaped(content)}</text>`;
}

/**
 * The map of an interval onto pixels, with its ticks.
 * @param {number} min @param {number} max @param {number} from @param {number} to
 */
export function axis(min, max, from, to, log = false) {
  const f = log ? Math.log10 : (/** @type {number} */ value) => value;
  const low = f(min);
  const high = f(max) > f(min) ? f(max) : f(min) + 1;
  const place = (/** @type {number} */ value) =>
    from + ((f(value) - low) / (high - low)) * (to - from);
  return { place, ticks: ticks(low, high, log), min: log ? 10 ** low : low, log };
}

/** @typedef {Omit<ReturnType<typeof axis>, "log"> & { log?: boolean }} Axis */

/**
 * Round numbers, about five of them; powers of ten on a logarithmic axis.
 * @param {number} low @param {number} high @param {boolean} log
 */
function ticks(low, high, log) {
  const rough = (high - low) / 4;
  const size = 10 ** Math.floor(Math.log10(rough));
  let step = size * ([1, 2, 5].find((factor) => factor * size >= rough) ?? 10);
  if (log) step = Math.max(1, Math.round(step));
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + 1e-9 * step; at += step)
    found.push(log ? 10 ** at : Math.abs(at) < step / 1e6 ? 0 : at);
  return found;
}

/** @param {number} value */
export function tickLabel(value, log = false) {
  return log ? power(value) : number(value);
}

/**
 * Grid lines at heights with their names, numbers below, and what they count.
 * @param {[number, string][]} rows heights in pixels and names
 * @param {Axis} x
 * @param {string} xLabel
 */
export function grid(rows, x, xLabel) {
  const parts = rows.map(
    ([at, name]) =>
      `<line class="mft-grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>` +
      text(LEFT - 5, at + 4, name, 'text-anchor="end"'),
  );
  const below = HEIGHT - BOTTOM + 14;
  for (const value of x.ticks)
    parts.push(text(x.place(value), below, tickLabel(value, x.log), 'text-anchor="middle"'));
  parts.push(text(WIDTH - RIGHT, HEIGHT - 3, xLabel, 'text-anchor="end"'));
  return parts.join("");
}

/**
 * @param {number} style
 * @param {string} data
 */
export function path(style, data) {
  return `<path class="mft-line mft-style-${style}" d="${data}"/>`;
}

/**
 * @param {number} style
 * @param {number} radius
 * @param {number | string} x
 * @param {number | string} y
 */
export function dot(style, radius, x, y) {
  return `<circle class="mft-dot mft-style-${style}" r="${radius}" cx="${x}" cy="${y}"/>`;
}
