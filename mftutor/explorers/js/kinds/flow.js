// Gradient descent beside its flow, from the same start on Figure 1's problem.

import { linePlot } from "../lines.js";
import { descend, flow, lastCrossing } from "../numerics.js";
import {
  arrivalsSaid,
  minEigengap,
  overshoots,
  runVerdict,
  start,
  stepsShown,
  timesOf,
} from "../runs.js";
import { number, valuesAt } from "../words.js";

/** @import { Path } from "../numerics" */
/** @import { Starts, State, Trust } from "../types" */
/** @typedef {ReturnType<typeof solve>} Result */

// To rounding.
const HALVINGS = 52;
// In steps as short as this no signal was above, below and above its threshold in 40,000 tries.
const LONGEST = 0.125;

/** @param {State} state @param {Starts & Trust} data */
export function solve(state, data) {
  const { eigenvalues, rows } = start(data, state.seed, state.second_eigenvalue);
  const eta = state.step_size;
  const { wanted, trusted, nSteps } = stepsShown(state.flow_time, eta, eigenvalues[0], data);
  const scaled = rows.map((x) => state.scale * x);
  const run = descend(eigenvalues, scaled, eta, nSteps);
  const threshold = minEigengap(eigenvalues) / 2;
  const { tau } = timesOf(run, eigenvalues, trusted);
  // The flow has no step that could be too long: it is followed to the end of the picture.
  const path = flow(eigenvalues, scaled, eta, wanted);
  // Within a long step a signal that falls from a large start may come back.
  const parts = Math.ceil(eta / LONGEST);
  const fine = parts > 1 ? flow(eigenvalues, scaled, eta / parts, parts * wanted) : path;
  const flowTau = [0, 1].map((k) => {
    const arrived = (/** @type {Path} */ at, /** @type {number} */ t) =>
      at.signal[k][t] >= threshold;
    return lastCrossing(fine, arrived, HALVINGS)?.time ?? null;
  });
  const apart = distances(run, path);
  const furthest = apart.reduce((at, value, t) => (value > apart[at] ? t : at), 0);
  /** @param {ArrayLike<number>} values */
  const padded = (values) => Array.from(path.error, (_, t) => values[t] ?? NaN);
  const descent = { error: padded(run.error), signal: run.signal.map(padded) };
  const found = { tau, flowTau, apart: padded(apart), furthest };
  const size = eta * eigenvalues[0];
  return { run, descent, path, ...found, eta, size, trusted, threshold, last: wanted };
}

/**
 * ‖UUᵀ − P‖_F of the upper left 2×2 blocks, at each step.
 * @param {Path} run
 * @param {Path} path
 */
function distances(run, path) {
  return Array.from(run.error, (_, t) => {
    const [ours, theirs] = [run, path].map(({ top }) => top.subarray(6 * t, 6 * t + 4));
    const entry = (/** @type {Float64Array} */ u) => u[0] * u[2] + u[1] * u[3];
    const across = entry(ours) - entry(theirs);
    const own = run.signal.map((values, k) => values[t] - path.signal[k][t]);
    return Math.hypot(...own, across, across);
  });
}

/** @param {Result} result @param {number} t */
export function panels(result, t) {
  const { descent, path, apart, furthest, eta, last } = result;
  const at = `at step ${t}, flow time ${number(eta * t)}`;
  const errors = [
    { name: "descent", values: descent.error, style: 0 },
    { name: "flow", values: path.error, style: 1 },
  ];
  const signals = [0, 1].flatMap((k) => [
    { name: `descent ${k + 1}`, values: descent.signal[k], style: 2 * k },
    { name: `flow ${k + 1}`, values: path.signal[k], style: 2 * k + 1 },
  ]);
  const far = path.error[0] > 10; // a huge start falls too far for a linear axis
  return [
    {
      title: "Error ‖Σᵣ − XXᵀ‖",
      markup: linePlot({ log: far, floor: 1e-4, cursor: t, series: errors }),
      alt:
        `Errors against step, ${at}: ${valuesAt(errors, t)}. ` +
        `At the last step, ${last}: ${valuesAt(errors, last)}.`,
    },
    {
      title: "Signals",
      markup: linePlot({
        log: true,
        floor: 1e-18,
        cursor: t,
        series: signals,
        marks: arrivals(result),
      }),
      alt: `Signals on a logarithmic axis, ${at}: ${valuesAt(signals, t)}.`,
    },
    {
      title: "Distance of descent from the flow",
      markup: linePlot({
        log: true,
        floor: 1e-12,
        cursor: t,
        series: [{ name: "distance", values: apart, style: 4 }],
      }),
      alt:
        `Distance of the upper left blocks on a logarithmic axis, ${at}: ${number(apart[t])}; ` +
        `largest ${number(apart[furthest])} at step ${furthest}.`,
    },
  ];
}

/** @param {Result} result */
function arrivals({ descent, tau, flowTau, eta, threshold }) {
  return [0, 1].flatMap((k) => {
    const [step, time] = [tau[k], flowTau[k]];
    const marks = [];
    if (step !== null)
      marks.push({ name: "descent", x: step, y: descent.signal[k][step], style: 2 * k });
    if (time !== null) marks.push({ name: "flow", x: time / eta, y: threshold, style: 2 * k + 1 });
    return marks.map((mark) => ({ ...mark, name: `${mark.name}: ${number(mark.x)}` }));
  });
}

/** @param {Result} result @param {number} t @returns {[string, string | number][]} */
export function readouts({ descent, path, tau, flowTau, apart, furthest, eta, last }, t) {
  const times = (/** @type {(number | null)[]} */ found) =>
    found.map((time) => number(time ?? NaN)).join(", ");
  return [
    ["steps T", last],
    ["flow time ηt", number(eta * t)],
    ["descent: error", number(descent.error[t])],
    ["flow: error", number(path.error[t])],
    ["descent: ητ₁, ητ₂", times(tau.map((step) => (step === null ? null : eta * step)))],
    ["flow: τ₁, τ₂", times(flowTau)],
    ["distance now", number(apart[t])],
    ["largest distance", number(apart[furthest])],
  ];
}

/** @param {Result} result @param {number} t */
export function sentence(result, t) {
  const { run, path, apart, furthest, size, trusted } = result;
  const told = story(result);
  if (run.divergedAt !== null)
    return (
      `Descent diverges at step ${run.divergedAt}, for ` +
      `${run.startSize > 2 ? "the start is" : "the step is"} too large. ` +
      `The flow knows no step size and does not: in it ${told}.`
    );
  if (!trusted) return `${overshoots(size, run.last)} The flow knows no step size: in it ${told}.`;
  return (
    `In the flow ${told}. In descent ${lateness(result)}. The two are ` +
    `furthest apart at step ${furthest}, by ${number(apart[furthest])}. ` +
    `At step ${t} the errors are ${number(run.error[t])} and ${number(path.error[t])}.`
  );
}

/** @param {Result} result */
function story({ flowTau }) {
  return arrivalsSaid(flowTau, (time) => `at time ${number(time, 4)}`);
}

/** @param {Result} result */
function lateness({ tau, flowTau, eta }) {
  return arrivalsSaid(tau, (step, k) => {
    const [at, time] = [eta * step, flowTau[k]];
    const said = `at ηt = ${number(at, 4)}`;
    if (time === null) return said;
    return `${said} (${number(Math.abs(at - time), 2)} ${at < time ? "earlier" : "later"})`;
  });
}

/** @param {Result} result */
export function table({ descent, path, apart }) {
  return {
    t: Array.from(path.error.keys()),
    error: descent.error,
    flow_error: path.error,
    signal_1: descent.signal[0],
    flow_signal_1: path.signal[0],
    signal_2: descent.signal[1],
    flow_signal_2: path.signal[1],
    distance: apart,
  };
}

/** @param {Result} result */
export function scalars({ tau, flowTau, apart, furthest }) {
  return {
    tau_1: tau[0],
    tau_2: tau[1],
    flow_tau_1: flowTau[0],
    flow_tau_2: flowTau[1],
    largest_distance: apart[furthest],
  };
}

/** @param {Result} result */
export const verdict = ({ run, trusted }) => runVerdict(run.divergedAt, trusted);
