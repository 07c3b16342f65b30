// The benign region: one run whose start moves in the plane of signal and noise.

import { linePlot } from "../lines.js";
import { descend } from "../numerics.js";
import { phasePlane } from "../plane.js";
import { benignLimits, strengths } from "../regions.js";
import { overshoots, runVerdict, stepsShown } from "../runs.js";
import { stepsFromR, theorem2StepSize } from "../theorems.js";
import { number } from "../words.js";

/** @import { Benign } from "../regions" */
/** @import { Constants } from "../theorems" */
/** @import { Point } from "../plane" */
/** @import { State, Trust } from "../types" */
/**
 * @typedef {object} Directions
 * @property {number[]} leading λ₁ and λ₂
 * @property {number[]} tail λ₃, …, λ_d in units of λ₃
 * @property {number} seeds
 * @property {Float64Array} rows of all seeds
 * @property {number} flow_time
 * @property {number} accuracy
 * @property {number} rounding how far beyond a face of R still counts as inside
 * @property {Benign} region
 * @property {Constants} constants
 */
/** @typedef {ReturnType<typeof solve>} Result */

/** @param {State} state @param {Directions & Trust} data */
export function solve(state, data) {
  const eta = state.step_size;
  const eigenvalues = [...data.leading, ...data.tail.map((x) => state.third_eigenvalue * x)];
  const [first, second, third] = eigenvalues;
  const { trusted, nSteps } = stepsShown(data.flow_time, eta, first, data);
  const run = descend(eigenvalues, startOf(state, data), eta, nSteps);
  const points = Array.from(run.error, (_, t) => strengths(run, t));
  const limits = { ...benignLimits(eigenvalues, data.region), rounding: data.rounding };
  const stretches = stretchesOf(points.map((at) => failing(at, limits).length === 0));
  const latest = stretches[stretches.length - 1];
  const entry = latest.inside && trusted && run.divergedAt === null ? latest.from : null;
  const reached = run.error.findIndex((value) => value <= data.accuracy);
  const setting = { first, gap: second - third, eta };
  return {
    run,
    signal: Float64Array.from(points, ({ signal }) => signal),
    noise: Float64Array.from(points, ({ noise }) => noise),
    norm: Float64Array.from(points, ({ norm }) => norm),
    points,
    limits,
    stretches,
    entry,
    reached: reached < 0 ? null : reached,
    accuracy: data.accuracy,
    size: eta * first,
    eta,
    trusted,
    bound: stepsFromR(data.accuracy, setting, data.constants),
    largest: theorem2StepSize(setting, data.constants),
    last: run.last,
  };
}

/** @param {State} state @param {Directions} data */
function startOf({ seed, signal, noise }, { rows, seeds }) {
  const length = rows.length / seeds;
  const [a, b] = [Math.sqrt(signal), Math.sqrt(noise)];
  return rows.subarray(seed * length, (seed + 1) * length).map((x, i) => (i < 4 ? a : b) * x);
}

/**
 * What keeps a point out of R, in words.
 * @param {{ norm: number, signal: number, noise: number }} at
 * @param {{ norm: number, signal: number, noise: number, rounding: number }} limits
 */
function failing(at, limits) {
  const reasons = [];
  if (at.norm > limits.norm + limits.rounding)
    reasons.push(`σ₁²(X) = ${number(at.norm)} is above 2λ₁ = ${number(limits.norm)}`);
  if (at.signal < limits.signal - limits.rounding)
    reasons.push(`the signal is below Δ/4 = ${number(limits.signal)}`);
  if (at.noise > limits.noise + limits.rounding)
    reasons.push(`the noise is above λ₂ − Δ/2 = ${number(limits.noise)}`);
  return reasons;
}

/** @param {boolean[]} each */
function stretchesOf(each) {
  return each.flatMap((inside, from) =>
    from === 0 || inside !== each[from - 1] ? [{ inside, from }] : [],
  );
}

/** @param {Result} result @param {number} t */
export function panels(result, t) {
  const { run, signal, noise } = result;
  const here = `signal ${number(signal[t])} and noise ${number(noise[t])}`;
  const series = [
    { name: "signal", values: signal, style: 0 },
    { name: "noise", values: noise, style: 1 },
    { name: "error", values: run.error, style: 4 },
  ];
  return [
    planePanel(result, t, here),
    {
      title: "Signal, noise and error",
      markup: linePlot({
        log: true,
        floor: 1e-12,
        bands: bands(result),
        cursor: t,
        series,
        marks: marks(result),
      }),
      alt:
        "Signal, noise and error on a logarithmic axis. " +
        `At step ${t}: ${here}, error ${number(run.error[t])}.`,
    },
  ];
}

/** @param {Result} result @param {number} t @param {string} here */
function planePanel({ signal, noise, limits, last }, t, here) {
  const stride = Math.ceil((last + 1) / 400);
  /** @type {Point[]} */
  const points = [];
  for (let i = 0; i <= last; i += i < 200 ? 1 : stride) points.push([signal[i], noise[i]]);
  /** @type {Point[]} */
  const region = [
    [limits.signal, 0],
    [1.4, 0],
    [Math.min(1.4, limits.norm - limits.noise), limits.noise],
    [limits.signal, limits.noise],
  ];
  return {
    title: "The plane of signal and noise",
    markup: phasePlane({
      xLabel: "signal σᵣ²(U)",
      yLabel: "noise σ₁²(J)",
      xRange: [0, 1.4],
      yRange: [0, 1.2],
      paths: [{ points, style: 0 }],
      regions: [{ points: region, name: "R", at: [1.3, 0.05] }],
      dots: [
        { point: [signal[0], noise[0]], name: "start", style: 1 },
        { point: [signal[t], noise[t]], name: `t = ${t}`, style: 4 },
      ],
    }),
    alt:
      `Signal against noise, with the region R where the signal is at least ` +
      `${number(limits.signal)} and the noise at most ${number(limits.noise)}. ` +
      `The run starts at ${number(signal[0])}, ${number(noise[0])}; at step ${t}: ${here}.`,
  };
}

/** @param {Result} result */
function bands({ stretches, last }) {
  return stretches.map(({ inside, from }, i) => {
    const to = stretches[i + 1]?.from ?? last;
    return { from, to, name: inside ? "in R" : "outside R" };
  });
}

/** @param {Result} result */
function marks({ run, signal, entry, reached, trusted, accuracy }) {
  const found = [];
  if (entry) found.push({ x: entry, y: signal[entry], name: `in R from ${entry}`, style: 0 });
  if (reached !== null && trusted)
    found.push({ x: reached, y: run.error[reached], name: `error ≤ ${accuracy}`, style: 4 });
  return found;
}

/** @param {Result} result @param {number} t @returns {[string, string | number][]} */
export function readouts(result, t) {
  const { run, signal, noise, norm, points, limits, bound, largest, reached, entry } = result;
  return [
    ["steps T", result.last],
    ["in R at t", failing(points[t], limits).length ? "no" : "yes"],
    ["error", number(run.error[t])],
    ["signal / noise", number(signal[t] / noise[t])],
    ["σ₁²(X)", number(norm[t])],
    ["in R for good", entry === null ? "–" : `from ${entry}`],
    [`error ≤ ${result.accuracy}`, reached === null ? "–" : `from ${reached}`],
    ["Theorem 2's η", `≤ ${number(largest)}`],
    ["its bound", Math.round(bound)],
  ];
}

/** @param {Result} result @param {number} t */
export function sentence(result, t) {
  const { run, size, trusted, last } = result;
  if (run.divergedAt !== null)
    return (
      `Diverged at step ${run.divergedAt}: ησ₁²(X) = ${number(run.size)} has passed ` +
      `3 + ηλ₁ = ${number(3 + size)}, ` +
      `and from here on the norm at least doubles at every step. ${where(result)}`
    );
  if (!trusted) return `${where(result)} ${overshoots(size, last)}`;
  return (
    `${where(result)} ${whether(result)} ${compared(result)} ` +
    `At step ${t} the error is ${number(run.error[t])}.`
  );
}

/** @param {Result} result */
function where({ points, limits }) {
  const reasons = failing(points[0], limits);
  if (reasons.length === 0) return "The start is inside R.";
  return `The start is outside R: ${reasons.join(", and ")}.`;
}

/** @param {Result} result */
function whether({ stretches, points, limits, entry, last }) {
  const out = stretches.findIndex(({ inside }, i) => i > 0 && !inside);
  if (out > 0) {
    const { from } = stretches[out];
    const reasons = failing(points[from], limits).join(", and ");
    const leaves = `leaves R at step ${from}, where ${reasons}`;
    if (entry === null) return `The run ${leaves}.`;
    const visits = stretches[out + 1].from < entry ? " after several visits" : "";
    return `The run ${leaves}, and is back for good from step ${entry}${visits}.`;
  }
  if (entry === 0) return "The run stays in R.";
  if (entry === null) return `The run does not enter R within these ${last} steps.`;
  return `The run enters R at step ${entry} and stays.`;
}

/** @param {Result} result */
function compared({ reached, entry, bound, eta, largest, accuracy }) {
  const steps = `${Math.round(bound)} steps from R to an error of ${accuracy}`;
  const granted =
    eta <= largest
      ? `Theorem 2 covers this η and grants ${steps}`
      : `Theorem 2 does not cover this η (it asks for η ≤ ${number(largest)}); ` +
        `its formula would grant ${steps}`;
  if (entry === null || reached === null) return `${granted}, which this picture does not reach.`;
  return `${granted}; the run needs ${Math.max(reached - entry, 0)}.`;
}

/** @param {Result} result */
export function table({ run, signal, noise, norm }) {
  return { t: Array.from(run.error.keys()), error: run.error, signal, noise, norm };
}

/** @param {Result} result */
export function scalars({ stretches, reached, bound, largest }) {
  return { inside_at_start: Number(stretches[0].inside), reached, bound, largest };
}

/** @param {Result} result */
export const verdict = ({ run, trusted }) => runVerdict(run.divergedAt, trusted);
