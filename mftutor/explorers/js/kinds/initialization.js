// Two runs of gradient descent from one draw: a small and a large start.

import { linePlot } from "../lines.js";
import { descend } from "../numerics.js";
import { arrivalsSaid, start, timesOf } from "../runs.js";
import { number, subscript, valuesAt } from "../words.js";

/** @import { Starts, State } from "../types" */
/** @typedef {ReturnType<typeof solve>} Result */
/** @typedef {Result["runs"][number]} NamedRun */

/** @param {State} state @param {Starts & { flow_time: number }} data */
export function solve(state, data) {
  const { eigenvalues, rows } = start(data, state.seed, state.second_eigenvalue);
  const eta = state.step_size;
  const nSteps = Math.round(data.flow_time / eta);
  const runs = [state.scale_a, state.scale_b].map((scale, i) => {
    const scaled = rows.map((x) => scale * x);
    const run = descend(eigenvalues, scaled, eta, nSteps);
    const { tau } = timesOf(run, eigenvalues);
    return { ...run, name: "AB"[i], scale, tau, plateau: plateau(run.error, tau) };
  });
  return { runs, eta, last: nSteps };
}

/**
 * The error where it is flattest between the two arrivals, or null.
 * @param {Float64Array} error
 * @param {(number | null)[]} tau
 */
function plateau(error, [first, second]) {
  if (first === null || second === null || first === second) return null;
  const change = (/** @type {number} */ t) => Math.abs(error[t + 1] - error[t]);
  let flattest = Math.min(first, second);
  for (let t = flattest; t < Math.max(first, second); t++)
    if (change(t) < change(flattest)) flattest = t;
  return error[flattest];
}

/** @param {Result} result @param {number} t */
export function panels({ runs }, t) {
  const at = `at step ${t}`;
  const errors = runs.map(({ name, error }, i) => ({ name, values: error, style: i }));
  const signals = runs.flatMap(({ name, signal }, i) =>
    signal.map((values, k) => ({ name: `${name} row ${k + 1}`, values, style: i + 2 * k })),
  );
  return [
    {
      title: "Error ‖Σᵣ − XXᵀ‖ of both runs",
      markup: linePlot({ cursor: t, series: errors }),
      alt:
        `Errors of both runs against step, ${at}: ${valuesAt(errors, t)}. ` +
        runs.map(story).join(" "),
    },
    {
      title: "Signals of both runs",
      markup: linePlot({
        log: true,
        floor: 1e-18,
        cursor: t,
        series: signals,
        marks: runs.flatMap(arrivals),
      }),
      alt: `Signals of both runs on a logarithmic axis, ${at}: ${valuesAt(signals, t)}.`,
    },
  ];
}

/** @param {NamedRun} run @param {number} i */
function arrivals({ name, signal, tau }, i) {
  return tau.flatMap((when, k) => {
    const said = `${name} τ${subscript(k + 1)} = ${when}`;
    return when === null ? [] : [{ x: when, y: signal[k][when], name: said, style: i + 2 * k }];
  });
}

/** @param {NamedRun} run */
function story({ name, scale, tau, plateau: level }) {
  const rows = arrivalsSaid(tau, (step) => `at step ${step}`);
  const flattest = level === null ? "" : `; in between the error is flattest at ${number(level)}`;
  return `In ${name} (ϖ = ${number(scale)}) ${rows}${flattest}.`;
}

/** @param {Result} result @param {number} t */
export function sentence({ runs: [a, b] }, t) {
  const now = `At step ${t} the errors are ${number(a.error[t])} and ${number(b.error[t])}.`;
  return [story(a), story(b), comparison(a, b), now].filter(Boolean).join(" ");
}

/** @param {NamedRun} a @param {NamedRun} b */
function comparison(a, b) {
  if (a.scale === b.scale) return "The two starts are the same.";
  const [large, small] = a.scale > b.scale ? [a, b] : [b, a];
  const [first, second] = [0, 1].map((k) => later(large.tau[k], small.tau[k]));
  if (first === null || second === null) return "";
  return (
    `In ${small.name}, with the smaller start, row 1 arrives ${first} and row 2 ${second}` +
    lower(large.plateau, small.plateau)
  );
}

/** @param {number | null} before @param {number | null} after */
function later(before, after) {
  if (before === null || after === null) return null;
  if (after === before) return "at the same step";
  return `${Math.abs(after - before)} steps ${after < before ? "earlier" : "later"}`;
}

/** @param {number | null} large @param {number | null} small */
function lower(large, small) {
  if (large === null || small === null) return ".";
  const difference = number(Math.abs(large - small), 2);
  return `; its flattest error is ${difference} ${small <= large ? "lower" : "higher"}.`;
}

/** @param {Result} result @param {number} t @returns {[string, string | number][]} */
export function readouts({ runs, eta }, t) {
  return [
    ["flow time ηt", number(eta * t)],
    ...runs.flatMap(({ name, error, tau, plateau }) => [
      /** @type {[string, string]} */ ([`${name}: error`, number(error[t])]),
      /** @type {[string, string]} */ ([`${name}: τ₁, τ₂`, tau.map((at) => at ?? "–").join(", ")]),
      /** @type {[string, string]} */ ([`${name}: flattest error`, number(plateau ?? NaN)]),
    ]),
  ];
}

/** @param {Result} result */
export function table({ runs }) {
  /** @type {Record<string, ArrayLike<number>>} */
  const columns = { t: Array.from(runs[0].error.keys()) };
  for (const { name, error, signal } of runs) {
    const of = name.toLowerCase();
    columns[`error_${of}`] = error;
    [columns[`signal_1_${of}`], columns[`signal_2_${of}`]] = signal;
  }
  return columns;
}

/** @param {Result} result */
export function scalars({ runs }) {
  /** @type {Record<string, number | null>} */
  const numbers = {};
  for (const { name, tau, plateau } of runs) {
    const of = name.toLowerCase();
    [numbers[`tau_1_${of}`], numbers[`tau_2_${of}`]] = tau;
    numbers[`plateau_${of}`] = plateau;
  }
  return numbers;
}
