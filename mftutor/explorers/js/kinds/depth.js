// Deep factorization: runs from a table, 73 points of each.

import { linePlot } from "../lines.js";
import { record } from "../tables.js";
import { number, subscript, valuesAt } from "../words.js";

/** @import { Table } from "../tables" */
/** @import { State } from "../types" */
/** @typedef {{ eigenvalues: number[], intervals: number, table: Table }} Runs */
/** @typedef {ReturnType<typeof solve>} Result */

/** @param {State} state @param {Runs} data */
export function solve(state, { eigenvalues, intervals, table }) {
  const { at, columns, interval, half_times } = record(table, state);
  const { error, ...signals } = columns;
  return {
    at,
    narrow: at.width < Math.max(...table.grid.width),
    /** @type {number} */
    interval,
    /** @type {(number | null)[]} */
    half: half_times,
    error,
    signal: Object.values(signals),
    eigenvalues,
    steps: Array.from(error, (_, p) => p * interval),
    last: intervals * interval,
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
  const { error, signal, eigenvalues, interval, steps, last } = result;
  const p = point(result, t);
  const series = signal.map((values, k) => ({ name: `signal ${k + 1}`, values, style: k }));
  const common = { xStep: interval, bands: bands(result), cursor: p };
  return [
    {
      title: "Error ‖P − Σ‖",
      markup: linePlot({ ...common, series: [{ name: "error", values: error, style: 4 }] }),
      alt:
        `Error against step: ${number(error[0])} at the start, ` +
        `${number(error[p])} at step ${steps[p]}, ` +
        `${number(error[error.length - 1])} at step ${last}.`,
    },
    {
      title: "Signals: the diagonal of P",
      markup: linePlot({ ...common, unnamed: true, series, marks: arrivals(result) }),
      alt:
        `Signals against step. At step ${steps[p]}: ${valuesAt(series, p)}. ` +
        `Their limits are ${eigenvalues.join(", ")}.`,
    },
  ];
}

/** @param {Result} result */
function bands({ half, interval, steps }) {
  const known = half.filter((t) => t !== null).sort((a, b) => a - b);
  const ends = known.map((t) => t / interval);
  return [0, ...ends].map((from, i) => {
    const to = ends[i] ?? steps.length - 1;
    return { from, to, name: `${i} at half` };
  });
}

/** @param {Result} result */
function arrivals({ half, eigenvalues, interval }) {
  return half.flatMap((when, k) => {
    if (when === null) return [];
    const name = `t${subscript(k + 1)} = ${when}`;
    return [{ x: when / interval, y: eigenvalues[k] / 2, name, style: k }];
  });
}

/** @param {Result} result @param {number} t @returns {[string, string | number][]} */
export function readouts(result, t) {
  const { error, signal, half, steps, last } = result;
  const p = point(result, t);
  /** @type {[string, string][]} */
  const signals = signal.map((values, k) => [`signal ${k + 1}`, number(values[p])]);
  /** @type {[string, string | number][]} */
  const times = half.map((when, k) => [`half-time ${k + 1}`, when ?? "–"]);
  return [
    ["steps in all", last],
    ["step shown", steps[p]],
    ["error", number(error[p])],
    ...signals,
    ...times,
  ];
}

/** @param {Result} result @param {number} t */
export function sentence(result, t) {
  const { at, narrow, error, half, steps } = result;
  const p = point(result, t);
  const width = narrow ? `a bottleneck of width ${at.width}` : "no bottleneck";
  const done = half.flatMap((when, k) => (when !== null && when <= steps[p] ? [k + 1] : []));
  const learned =
    ["no eigenvector is", `eigenvector ${done[0]} is`][done.length] ??
    `eigenvectors ${listed(done)} are`;
  return (
    `${at.depth} factors, ${width}, α = ${number(at.scale)}: at step ${steps[p]} ` +
    `the error is ${number(error[p])}, and ${learned} half learned. ${end(result)}`
  );
}

/** @param {number[]} numbers */
function listed(numbers) {
  return `${numbers.slice(0, -1).join(", ")} and ${numbers[numbers.length - 1]}`;
}

/** @param {Result} result */
function end({ half, last }) {
  const known = half.filter((when) => when !== null);
  if (known.length < half.length)
    return `At the end, step ${last}, the count is ${known.length} of ${half.length}.`;
  const ordered = known.every((when, k) => k === 0 || when > known[k - 1]);
  const order = ordered ? "the larger eigenvalue first" : "not in the order of the eigenvalues";
  return `The half-times are ${half.join(", ")}: ${order}.`;
}

/** @param {Result} result */
export function table({ steps, error, signal }) {
  return { t: steps, error, signal_1: signal[0], signal_2: signal[1], signal_3: signal[2] };
}

/** @param {Result} result */
export const scalars = ({ half }) => ({ half_1: half[0], half_2: half[1], half_3: half[2] });
