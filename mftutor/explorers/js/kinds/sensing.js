// Matrix sensing: runs from a table, 76 points of each.

import { linePlot } from "../lines.js";
import { record } from "../tables.js";
import { number, power, subscript, valuesAt } from "../words.js";

/** @import { Table } from "../tables" */
/** @import { State } from "../types" */
/**
 * @typedef {object} Runs
 * @property {number[]} eigenvalues
 * @property {number} interval the steps between points
 * @property {number} distance_floor
 * @property {number} loss_floor
 * @property {Table} table
 */
/** @typedef {ReturnType<typeof solve>} Result */

/** @param {State} state @param {Runs} data */
export function solve(state, data) {
  const { eigenvalues, interval } = data;
  const { at, columns, half_times, final_loss } = record(data.table, state);
  const { error, ...others } = columns;
  const named = (/** @type {string} */ start) =>
    Object.keys(others)
      .filter((name) => name.startsWith(start))
      .map((name) => others[name]);
  const distance = named("distance");
  const steps = Array.from(error, (_, p) => p * interval);
  return {
    at,
    error,
    signal: named("signal"),
    distance,
    passes: distance.map((values) => values.indexOf(Math.min(...values))),
    /** @type {(number | null)[]} */
    half: half_times,
    /** @type {number} */
    loss: final_loss,
    floors: { distance: data.distance_floor, loss: data.loss_floor },
    eigenvalues,
    interval,
    steps,
    last: steps[steps.length - 1],
  };
}

/** @param {Result} result @param {number} t */
function point({ interval, steps }, t) {
  return Math.min(Math.round(t / interval), steps.length - 1);
}

/** @param {Result} result @param {number} t */
export function stepShown(result, t) {
  return result.steps[point(result, t)];
}

/** @param {Result} result @param {number} t */
export function panels(result, t) {
  const { signal, distance, passes, floors, eigenvalues, interval, steps } = result;
  const p = point(result, t);
  const signals = signal.map((values, k) => ({ name: `signal ${k + 1}`, values, style: k }));
  const fits = distance.map((values, s) => ({ name: `to ${fit(s)}`, values, style: s }));
  const away = fits.map(({ name, values }) => `${name} ${above(values[p], floors.distance)}`);
  const nearest = passes.map((x, s) => ({ x, y: distance[s][x], name: "", style: s }));
  const common = { xStep: interval, cursor: p };
  return [
    {
      title: "Signals along v₁, v₂, v₃",
      markup: linePlot({ ...common, marks: arrivals(result), series: signals }),
      alt:
        `Signals against step, at step ${steps[p]}: ${valuesAt(signals, p)}. ` +
        `Those of the ground truth are ${eigenvalues.join(", ")}.`,
    },
    {
      title: "Distance to the best fits",
      markup: linePlot({
        ...common,
        log: true,
        floor: floors.distance,
        marks: nearest,
        series: fits,
      }),
      alt:
        "Distances to the best fits of each rank on a logarithmic axis, " +
        `at step ${steps[p]}: ${away.join(", ")}. ${visits(result)}`,
    },
  ];
}

/** @param {number} s */
function fit(s) {
  return `Z${subscript(s + 1)}*`;
}

/** @param {Result} result */
function arrivals({ half, eigenvalues, interval }) {
  return half.flatMap((when, k) => {
    if (when === null) return [];
    const name = `half ${k + 1} at ${when}`;
    return [{ x: when / interval, y: eigenvalues[k] / 2, name, style: k }];
  });
}

/** @param {Result} result @param {number} t @returns {[string, string | number][]} */
export function readouts(result, t) {
  const { error, signal, distance, half, loss, floors, steps } = result;
  const p = point(result, t);
  /** @type {[string, string][]} */
  const signals = signal.map((values, k) => [`signal ${k + 1}`, number(values[p])]);
  /** @type {[string, string][]} */
  const distances = distance.map((values, s) => [
    `distance to ${fit(s)}`,
    above(values[p], floors.distance),
  ]);
  return [
    ["step shown", steps[p]],
    ["relative error", above(error[p], floors.distance)],
    ...signals,
    ...distances,
    ["half-times", half.map((when) => when ?? "–").join(", ")],
    ["error at the end", above(error[error.length - 1], floors.distance)],
    ["loss at the end", above(loss, floors.loss, 2)],
  ];
}

/**
 * What is smaller than the floor is stored as the floor.
 * @param {number} value
 * @param {number} floor
 */
function above(value, floor, digits = 3) {
  return value > floor ? number(value, digits) : `${power(floor)} or less`;
}

/** @param {Result} result */
function visits({ distance, passes, floors, steps }) {
  const nearest = distance.map((values, s) => {
    const x = passes[s];
    return `${above(values[x], floors.distance, 2)} to ${fit(s)} (step ${steps[x]})`;
  });
  return `It comes as near as ${nearest.join(", ")}.`;
}

/** @param {Result} result @param {number} t */
export function sentence(result, t) {
  const { at, error, distance, floors, steps } = result;
  const p = point(result, t);
  const near = distance.reduce((best, values, s) => (values[p] < distance[best][p] ? s : best), 0);
  const away = above(distance[near][p], floors.distance);
  const now =
    at.columns > 1
      ? `UUᵀ is nearest to ${fit(near)}, at a distance of ${away}`
      : `UUᵀ is at a distance of ${away} from ${fit(0)}`;
  return (
    `${at.columns} column${at.columns > 1 ? "s" : ""}, α = ${number(at.scale)}, ` +
    `${at.measurements} measurements: at step ${steps[p]} ${now}, ` +
    `and the relative error is ${above(error[p], floors.distance)}. ` +
    `${visits(result)} ${end(result)}`
  );
}

/** @param {Result} result */
function end({ at, error, distance, loss, floors, eigenvalues }) {
  const left = error[error.length - 1];
  if (left < 0.02) return "It ends within 2 % of the ground truth.";
  if (at.columns >= eigenvalues.length) {
    const its = `At the end its error is ${number(left, 2)}`;
    if (loss <= floors.loss)
      return `${its}, although it meets the measurements: it has been misled.`;
    return (
      `${its} and its loss ${number(loss, 2)}: ` +
      "by then it has neither met the measurements nor found the ground truth."
    );
  }
  const nearest = distance[distance.length - 1];
  const apart = nearest[nearest.length - 1];
  if (apart < 0.01)
    return (
      `It ends within 0.01 of the best fit of rank ${at.columns}, ` +
      "as three eigenvectors do not fit in."
    );
  return `At the end it is still ${number(apart, 2)} from the best fit of rank ${at.columns}.`;
}

/** @param {Result} result */
export function table({ steps, error, signal, distance }) {
  /** @type {Record<string, ArrayLike<number>>} */
  const columns = { t: steps, error };
  signal.forEach((values, k) => (columns[`signal_${k + 1}`] = values));
  distance.forEach((values, s) => (columns[`distance_${s + 1}`] = values));
  return columns;
}

/** @param {Result} result */
export function scalars({ half, loss }) {
  return { half_1: half[0], half_2: half[1], half_3: half[2], final_loss: loss };
}
