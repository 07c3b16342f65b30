// Paths, shaded regions and single points in a plane.

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

/** @typedef {[number, number]} Point */
/**
 * @typedef {object} Plane
 * @property {string} xLabel
 * @property {string} [yLabel]
 * @property {Point} xRange
 * @property {Point} yRange
 * @property {boolean} [xLog]
 * @property {boolean} [yLog]
 * @property {string[]} [rows] names of the heights 0, 1, …, in place of ticks
 * @property {{ points: Point[], style: number }[]} paths
 * @property {{ points: Point[], name: string, at: Point }[]} [regions] polygons
 * @property {{ point: Point, name: string, style: number }[]} dots
 */

/** @param {Plane} spec */
export function phasePlane(spec) {
  const { xRange, yRange, xLog = false, yLog = false, regions = [], paths, dots } = spec;
  const x = axis(...xRange, LEFT, WIDTH - RIGHT, xLog);
  const y = axis(...yRange, HEIGHT - BOTTOM, TOP, yLog);
  /** @type {(point: Point) => Point} */
  const place = ([a, b]) => [x.place(inside(a, xRange)), y.place(inside(b, yRange))];
  const heights = spec.rows
    ? [...spec.rows.entries()]
    : y.ticks.map((tick) => /** @type {const} */ ([tick, tickLabel(tick, yLog)]));
  return [
    ...regions.map(({ points }) => `<path class="mft-region" d="${line(points, place)}Z"/>`),
    grid(
      heights.map(([value, name]) => [y.place(value), name]),
      x,
      spec.xLabel,
    ),
    text(LEFT + 3, TOP + 2, spec.yLabel ?? ""),
    ...paths.map(({ points, style }) => path(style, line(points, place))),
    ...dots.filter(({ point }) => point.every(Number.isFinite)).map((each) => named(each, place)),
    ...regions.map(({ name, at: [a, b] }) =>
      text(x.place(a), y.place(b), name, 'class="mft-band-name"'),
    ),
  ].join("");
}

/** @param {number} value @param {Point} range */
function inside(value, [low, high]) {
  return Math.min(Math.max(value, low), high);
}

/**
 * @param {Point[]} points
 * @param {(point: Point) => Point} place
 */
function line(points, place) {
  return points
    .filter((point) => point.every(Number.isFinite))
    .map((point, i) => {
      const [a, b] = place(point);
      return `${i ? "L" : "M"}${a.toFixed(1)} ${b.toFixed(1)}`;
    })
    .join("");
}

/**
 * @param {{ point: Point, name: string, style: number }} dot
 * @param {(point: Point) => Point} place
 */
function named({ point, name, style }, place) {
  const [x, y] = place(point);
  return dot(style, 4, x.toFixed(1), y.toFixed(1)) + text(x + 6, y - 5, name);
}
