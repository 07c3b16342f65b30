// Figure 1: one run of gradient descent, from the 35 rows that stand for its 4000.

import { heatMap } from "../heat.js";
import { linePlot } from "../lines.js";
import { descend } from "../numerics.js";
import { overshoots, runVerdict, start, stepsShown, timesOf } from "../runs.js";
import { number, subscript, valuesAt } from "../words.js";

/** @import { Starts, State, Trust } from "../types" */
/** @typedef {ReturnType<typeof solve>} Result */

/** @param {State} state @param {Starts & Trust} data */
export function solve(state, data) {
  const { eigenvalues, rows } = start(data, state.seed, state.second_eigenvalue);
  const eta = state.step_size;
  const { trusted, nSteps } = stepsShown(state.flow_time, eta, eigenvalues[0], data);
  const scaled = rows.map((x) => state.scale * x);
  const run = descend(eigenvalues, scaled, eta, nSteps);
  const times = timesOf(run, eigenvalues, trusted);
  return { run, eigenvalues, eta, ...times, trusted, last: run.last };
}

/** @param {Result} result @param {number} t */
export function panels(result, t) {
  const { run, eigenvalues, last } = result;
  const at = `t = ${t}`;
  const bands = phases(result);
  const [series, block] = [strengths(result), topBlock(result, t)];
  const [first, second] = eigenvalues.map((value) => number(value));
  return [
    {
      title: "Error ‖Σᵣ − XXᵀ‖",
      markup: linePlot({
        bands,
        cursor: t,
        series: [{ name: "error", values: run.error, style: 4 }],
      }),
      alt:
        `Error against step: ${number(run.error[0])} at the start, ` +
        `${number(run.error[t])} at ${at}, ${number(run.error[last])} at step ${last}.`,
    },
    {
      title: "Signals and noises",
      markup: linePlot({
        log: true,
        floor: 1e-12,
        bands,
        unnamed: true,
        cursor: t,
        series,
        marks: arrivals(result),
      }),
      alt: `Signals and noises on a logarithmic axis. At ${at}: ${valuesAt(series, t)}.`,
    },
    {
      title: `Upper left of XXᵀ at ${at}`,
      markup: heatMap(block),
      alt:
        `Upper left block of X X transposed at ${at}: ` +
        block.map((row) => row.map((value) => number(value, 2)).join(", ")).join("; ") +
        `. Its limit is ${first} and ${second} on the diagonal.`,
    },
  ];
}

/** @param {Result} result */
function phases({ run, learned, trusted, last }) {
  if (!trusted || run.divergedAt !== null) return [];
  const ends = learned.filter((t) => t !== null).sort((a, b) => a - b);
  const names = ["waiting", "one learned", "both learned"];
  return [0, ...ends].map((from, i) => ({ from, to: ends[i] ?? last, name: names[i] }));
}

/** @param {Result} result */
function strengths({ run }) {
  return [0, 1].flatMap((k) => [
    { name: `signal ${k + 1}`, values: run.signal[k], style: k },
    { name: `noise ${k + 1}`, values: run.noise[k], style: k + 2 },
  ]);
}

/** @param {Result} result */
function arrivals({ run, tau }) {
  return tau.flatMap((at, k) => {
    const name = `τ${subscript(k + 1)} = ${at}`;
    return at === null ? [] : [{ x: at, y: run.signal[k][at], name, style: k }];
  });
}

/** @param {Result} result @param {number} t */
function topBlock({ run: { top } }, t) {
  const rows = [0, 2, 4].map((i) => [top[6 * t + i], top[6 * t + i + 1]]);
  return rows.map((u) => rows.map((v) => u[0] * v[0] + u[1] * v[1]));
}

/** @param {Result} result @param {number} t @returns {[string, string | number][]} */
export function readouts({ run, tau, learned, eta, last }, t) {
  return [
    ["steps T", last],
    ["flow time ηt", number(eta * t)],
    ["error", number(run.error[t])],
    ["signal 1", number(run.signal[0][t])],
    ["signal 2", number(run.signal[1][t])],
    ["τ₁", tau[0] ?? "–"],
    ["τ₂", tau[1] ?? "–"],
    ["learned at", learned.map((at) => at ?? "–").join(", ")],
  ];
}

/** @param {Result} result @param {number} t */
export function sentence(result, t) {
  const { run, eta, eigenvalues, learned, trusted, last } = result;
  if (run.divergedAt !== null) return divergence(result);
  if (!trusted) return overshoots(eta * eigenvalues[0], last);
  const here = `At step ${t} the error is ${number(run.error[t])}`;
  const [first, second] = learned;
  if (first !== null && second !== null && Math.max(first, second) <= t)
    return `${here}: ${both(first, second)} What is left fades.`;
  return `${here}. ${row(result, t, 0)} ${row(result, t, 1)}`;
}

/** @param {number} first @param {number} second */
function both(first, second) {
  const order =
    first === second
      ? `at the same step, ${first}`
      : `the ${first < second ? "larger" : "smaller"} first, ` +
        `at steps ${Math.min(first, second)} and ${Math.max(first, second)}`;
  return `both eigenvectors have been learned, ${order}.`;
}

/**
 * Where a row is, and what comes next for it.
 * @param {Result} result @param {number} t @param {number} k
 */
function row({ run, eigenvalues, tau, learned }, t, k) {
  const [arrival, end] = [tau[k], learned[k]];
  const is = `is at ${number(run.signal[k][t])} of ${number(eigenvalues[k])}`;
  if (end !== null && end <= t)
    return `Eigenvector ${k + 1} has been learned, at step ${end}: its row ${is}.`;
  if (arrival !== null && arrival <= t)
    return (
      `Row ${k + 1} has arrived, at step ${arrival}, and ${is}; it is ` +
      (end === null ? "not learned within this picture." : `learned at step ${end}.`)
    );
  const comes =
    arrival === null ? "does not arrive within this picture" : `arrives at step ${arrival}`;
  return `Row ${k + 1} ${is} and ${comes}.`;
}

/** @param {Result} result */
function divergence({ run, eta, eigenvalues }) {
  const why =
    run.startSize > 2
      ? "the start is too large for this step size"
      : "the step size is too large: each correction overshoots by more than it corrects";
  return (
    `Diverged at step ${run.divergedAt}: ησ₁²(X) = ${number(run.size)} has passed ` +
    `3 + ηλ₁ = ${number(3 + eta * eigenvalues[0])}, ` +
    `and from here on the norm at least doubles at every step. The reason: ${why}.`
  );
}

/** @param {Result} result */
export function table({ run }) {
  return {
    t: Array.from(run.error.keys()),
    error: run.error,
    signal_1: run.signal[0],
    signal_2: run.signal[1],
    noise_1: run.noise[0],
    noise_2: run.noise[1],
  };
}

/** @param {Result} result */
export function scalars({ tau, learned }) {
  return { tau_1: tau[0], tau_2: tau[1], learned_1: learned[0], learned_2: learned[1] };
}

/** @param {Result} result */
export const verdict = ({ run, trusted }) => runVerdict(run.divergedAt, trusted);
