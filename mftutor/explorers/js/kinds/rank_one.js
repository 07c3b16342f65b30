// Section 2: signal and noise of one column, in two dimensions.

import { linePlot } from "../lines.js";
import { phasePlane } from "../plane.js";
import { overshoots, runVerdict } from "../runs.js";
import { number, valuesAt } from "../words.js";

/** @import { Point } from "../plane" */
/** @import { State, Trust } from "../types" */
/** @typedef {{ step_size: number, norm: number, rate: number }} Constants of (7) */
/** @typedef {ReturnType<typeof solve>} Result */

/** @param {State} state @param {Trust & { steps: number, constants: Constants }} data */
export function solve(state, data) {
  const { step_size: eta, largest_eigenvalue: first } = state;
  const second = state.fraction * first;
  const trusted = eta * first <= data.trusted_limit;
  const nSteps = trusted ? data.steps : data.untrusted_steps;
  const run = descend([first, second], [state.alpha_0, state.beta_0], eta, nSteps);
  const { alpha, beta } = run;
  const ratio = alpha.map((value, t) => beta[t] / value);
  const gap = eta * (first - second);
  const { step_size, norm, rate } = data.constants;
  /** @param {number} factor */
  const geometric = (factor) =>
    ratio.map((_, t) => (t && factor < 0 ? NaN : ratio[0] * factor ** t));
  const promised = 1 - gap / rate;
  return {
    ...run,
    ratio,
    promised,
    bound: geometric(promised),
    sharp: geometric(1 - gap / (1 + eta * first)),
    // A start on the boundary of a hypothesis still satisfies it when rounded.
    smallStep: eta * first <= 1 / step_size + 1e-15,
    inside: run.squared.map((size) => size <= norm * first * (1 + 1e-15)),
    constants: data.constants,
    eta,
    first,
    second,
    trusted,
    last: alpha.length - 1,
  };
}

/**
 * The same sums as the Python library's, so that the numbers agree to the last digit.
 * @param {[number, number]} eigenvalues
 * @param {[number, number]} start
 * @param {number} eta
 * @param {number} nSteps
 */
function descend([first, second], [a, b], eta, nSteps) {
  /** @type {number[][]} */
  const [alpha, beta, squared] = [[], [], []];
  for (let t = 0; t <= nSteps; t++) {
    const size = a * a + b * b;
    alpha.push(Math.abs(a));
    beta.push(Math.sqrt(b * b));
    squared.push(size);
    if (!(eta * size <= 3 + eta * first)) return { alpha, beta, squared, divergedAt: t };
    a += eta * (first * a - a * size);
    b += eta * (second * b - b * size);
  }
  return { alpha, beta, squared, divergedAt: null };
}

/**
 * The factor by which the ratio changes in the step from t on.
 * @param {Result} result
 * @param {number} t
 */
function factor({ eta, first, second, squared }, t) {
  const growth = (/** @type {number} */ value) => Math.abs(1 + eta * value - eta * squared[t]);
  return growth(second) / growth(first);
}

/** @param {Result} result @param {number} t */
export function panels(result, t) {
  const { ratio, sharp, bound } = result;
  const series = [
    { name: "β/α", values: ratio, style: 0 },
    { name: "sharper", values: sharp, style: 3 },
    { name: "bound (P7)", values: bound, style: 1 },
  ];
  return [
    planePanel(result, t),
    {
      title: "Noise / signal",
      markup: linePlot({ log: true, floor: 1e-16, cursor: t, series }),
      alt: `Noise divided by signal on a logarithmic axis. At step ${t}: ${valuesAt(series, t)}.`,
    },
  ];
}

/** @param {Result} result @param {number} t */
function planePanel({ alpha, beta, first, second, last, divergedAt, constants }, t) {
  const points = alpha.map((value, i) => /** @type {Point} */ ([value, beta[i]]));
  const path = points.slice(0, divergedAt ? -1 : undefined);
  const radius = Math.sqrt(constants.norm * first);
  const reach = 1.08 * Math.max(radius, ...path.flat());
  const said = (/** @type {number} */ i) => `(${number(alpha[i])}, ${number(beta[i])})`;
  const [limit, saddle] = [Math.sqrt(first), Math.sqrt(second)];
  return {
    title: `Signal and noise at t = ${t}`,
    markup: phasePlane({
      xLabel: "signal α",
      yLabel: "noise β",
      xRange: [0, 1.45 * reach], // a circle looks like one
      yRange: [0, reach],
      regions: [
        { points: quarter(radius), name: "‖x‖² ≤ 2λ₁", at: [0.45 * radius, 0.62 * radius] },
      ],
      paths: [{ points: path, style: 0 }],
      dots: withoutCollisions(reach, { point: points[t], name: `t = ${t}`, style: 1 }, [
        { point: [0, saddle], name: "saddle", style: 4 },
        { point: [limit, 0], name: "limit", style: 4 },
        { point: path[0], name: "start", style: 0 },
      ]),
    }),
    alt:
      `Plane of signal and noise: from ${said(0)} to ${said(t)} at step ${t} and ${said(last)} ` +
      `at step ${last}. The limit is (${number(limit)}, 0), the saddle (0, ${number(saddle)}).`,
  };
}

/** @param {number} radius @returns {Point[]} */
function quarter(radius) {
  const arc = Array.from({ length: 31 }, (_, i) => (i * Math.PI) / 60);
  return [
    [0, 0],
    ...arc.map((at) => /** @type {Point} */ ([radius * Math.cos(at), radius * Math.sin(at)])),
  ];
}

/** @typedef {{ point: Point, name: string, style: number }} Dot */

/**
 * The dots, with a name only where no other one is in its way; the last is drawn on top.
 * @param {number} reach @param {Dot} last @param {Dot[]} others
 */
function withoutCollisions(reach, last, others) {
  const taken = [last.point];
  /** @param {Dot} dot */
  const named = (dot) => {
    const [x, y] = dot.point;
    const free = taken.every(
      ([a, b]) => Math.abs(b - y) > 0.09 * reach || Math.abs(a - x) > 0.3 * reach,
    );
    if (free) taken.push(dot.point);
    return free ? dot : { ...dot, name: "" };
  };
  return [...others.map(named), last];
}

/** @param {Result} result @param {number} t @returns {[string, string | number][]} */
export function readouts(result, t) {
  const { alpha, beta, ratio, bound, eta, first, squared, constants, promised } = result;
  const { step_size, norm, rate } = constants;
  return [
    ["α", number(alpha[t])],
    ["β", number(beta[t])],
    ["β/α", number(ratio[t])],
    ["bound (P7)", number(bound[t])],
    ["step factor", number(factor(result, t), 4)],
    [`1 − ηΔ/${rate}`, number(promised, 4)],
    [`ηλ₁ (≤ 1/${step_size}?)`, number(eta * first)],
    [`‖x‖²/${norm}λ₁ (≤ 1?)`, number(squared[t] / (norm * first))],
    ["η‖x‖² (≤ 1?)", number(eta * squared[t])],
  ];
}

/** @param {Result} result @param {number} t */
export function sentence(result, t) {
  const { eta, first, trusted, divergedAt, last, ratio, bound, promised, alpha } = result;
  if (divergedAt !== null) return divergence(result, divergedAt);
  if (!trusted)
    return (
      `${overshoots(eta * first, last)} ` +
      `Section 2 asks for ηλ₁ ≤ 1/${result.constants.step_size}. ` +
      `At step ${t} the signal is ${number(alpha[t])}.`
    );
  return (
    `At step ${t} noise / signal is ${number(ratio[t])}, and this step multiplies it by ` +
    `${number(factor(result, t), 4)}; (P7) says ${number(promised, 4)} or less. ` +
    `${promise(result)} ${phase(result, t)}` +
    (ratio[t] > bound[t] * (1 + 1e-9) ? " Here the ratio is above the bound." : "")
  );
}

/**
 * What the hypotheses of (P7) say.
 * @param {Result} result
 */
function promise({ smallStep, inside, eta, squared, first, constants }) {
  if (!smallStep)
    return (
      `But ηλ₁ = ${number(eta * first)} exceeds 1/${constants.step_size}, ` +
      "so this is not promised."
    );
  if (inside[0]) return "Its hypotheses hold from the start.";
  const from = inside.indexOf(true);
  const printed = squared[0] < 4 * first * first ? "is inside the printed ‖x₀‖ < 2λ₁ but" : "is";
  const comes = from < 0 ? "." : `; the run comes in at step ${from}.`;
  return `The start ${printed} outside ‖x₀‖² ≤ 2λ₁${comes}`;
}

/** @param {Result} result @param {number} t */
function phase({ squared, first, second, alpha, beta }, t) {
  if (squared[t] > 1.05 * first)
    return `‖x‖² = ${number(squared[t])} is larger than λ₁ = ${number(first)}.`;
  if (alpha[t] ** 2 > 0.95 * first)
    return `The signal is within 3 % of √λ₁ = ${number(Math.sqrt(first))}, and noise decays.`;
  if (Math.abs(beta[t] ** 2 - second) < 0.2 * second && alpha[t] < 0.2 * beta[t])
    return "The path is near the saddle, where λ₂ would be learned.";
  return alpha[t] > beta[t] ? "The signal leads." : "The signal does not lead yet.";
}

/** @param {Result} result @param {number} divergedAt */
function divergence({ eta, first, squared, constants }, divergedAt) {
  const start = Math.sqrt(squared[0]);
  const satisfies = (/** @type {boolean} */ it) => (it ? "satisfies" : "violates");
  const why =
    eta * squared[0] > 2
      ? `The start is too large: η‖x₀‖² = ${number(eta * squared[0])} is above 2.`
      : `The step size is too large: ηλ₁ = ${number(eta * first)}.`;
  return (
    `Diverged at step ${divergedAt}: η‖x‖² = ${number(eta * squared[divergedAt])} has passed ` +
    `3 + ηλ₁ = ${number(3 + eta * first)}, ` +
    `and from here on the norm at least doubles at every step. ${why} ` +
    `The start ${satisfies(start < 2 * first)} the printed ‖x₀‖ < 2λ₁ ` +
    `(${number(start)} against ${number(2 * first)}) and ` +
    `${satisfies(squared[0] <= constants.norm * first)} ‖x₀‖² ≤ 2λ₁.`
  );
}

/** @param {Result} result */
export function table({ alpha, beta, ratio, sharp, bound }) {
  return { t: [...alpha.keys()], alpha, beta, ratio, sharp_bound: sharp, bound };
}

/** @param {Result} result */
export const verdict = ({ divergedAt, trusted }) => runVerdict(divergedAt, trusted);
