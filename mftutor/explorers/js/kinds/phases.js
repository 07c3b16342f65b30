// Phase times: what Theorem 6 grants, for any step size, beside what the exact flow shows.

import { flow, lastCrossing } from "../numerics.js";
import { phasePlane } from "../plane.js";
import { benignLimits, isAbsorbed, isBenign, strengths } from "../regions.js";
import { minEigengap, start } from "../runs.js";
import {
  startSize,
  starTarget,
  stepsToGrow,
  stepsToS,
  theorem6StepSize,
  waits,
} from "../theorems.js";
import { number } from "../words.js";

/** @import { Path } from "../numerics" */
/** @import { Point } from "../plane" */
/** @import { Absorbing, Benign } from "../regions" */
/** @import { Constants } from "../theorems" */
/** @import { Starts, State } from "../types" */
/**
 * @typedef {object} Times
 * @property {number} flow_time how far the flow is followed
 * @property {number} intervals
 * @property {number} halvings
 * @property {Constants} constants
 * @property {Benign} benign
 * @property {Absorbing} absorbing
 */
/** @typedef {ReturnType<typeof solve>} Result */
/** @typedef {"in_S" | "signal_1" | "noise_1" | "turn_2" | "in_R"} Name */
/** @typedef {Record<Name, number | null>} Steps */

const SHORT = { in_S: "in S", signal_1: "τ₁", noise_1: "t₁", turn_2: "τ₂", in_R: "in R" };
const NAMES = /** @type {Name[]} */ (Object.keys(SHORT));

/** @param {State} state @param {Starts & Times} data */
export function solve({ step_size: eta, ...rest }, data) {
  const { gap, first, path, found } = observedOnce(rest, data);
  const { constants } = data;
  const setting = { first, gap, eta };
  const steps = (/** @type {Name} */ name) => {
    const at = found[name];
    return at && Math.ceil(at.time / eta);
  };
  const observed = /** @type {Steps} */ (
    Object.fromEntries(NAMES.map((name) => [name, steps(name)]))
  );
  const wait = waits(setting, constants);
  const [star, sharp] = [Math.ceil(wait.star), Math.ceil(wait.sharp)];
  const quiet = plus(observed.signal_1, star);
  const caught = found.in_S;
  const growth = caught && stepsToGrow(caught.at().signal[0][0], setting, constants);
  /** @type {Steps} */
  const granted = {
    in_S: Math.ceil(stepsToS(setting, constants)),
    signal_1: growth === null ? null : plus(observed.in_S, Math.ceil(growth)),
    noise_1: quiet,
    turn_2: plus(quiet, sharp),
    in_R: plus(quiet, 2 * sharp + star),
  };
  return {
    eta,
    gap,
    path,
    observed,
    granted,
    star,
    sharp,
    limit: theorem6StepSize(setting, constants),
    start: startSize(strengths(path, 0).norm, setting, constants),
    steps: Array.from(path.error, (_, i) => (i * path.spacing) / eta),
    last: path.last,
  };
}

/** @param {number | null} value @param {number} more */
function plus(value, more) {
  return value === null ? null : value + more;
}

// What does not depend on η is kept until something else changes.
/** @type {{ data: object, key: string, value: ReturnType<typeof observe> } | null} */
let kept = null;

/** @param {State} state @param {Starts & Times} data */
function observedOnce(state, data) {
  const key = JSON.stringify(state);
  if (kept?.key !== key || kept.data !== data) kept = { data, key, value: observe(state, data) };
  return kept.value;
}

/**
 * The flow on a grid, and when it has each thing for good.
 * @param {State} state
 * @param {Starts & Times} data
 */
function observe({ second_eigenvalue, scale, seed }, data) {
  const { eigenvalues, rows } = start(data, seed, second_eigenvalue);
  const [first] = eigenvalues;
  const gap = minEigengap(eigenvalues);
  const limits = benignLimits(eigenvalues, data.benign);
  const scaled = rows.map((x) => scale * x);
  const path = flow(eigenvalues, scaled, data.flow_time / data.intervals, data.intervals);
  const crossing = (/** @type {(at: Path, t: number) => boolean} */ has) =>
    lastCrossing(path, has, data.halvings);
  const ratio = (/** @type {Path} */ at, /** @type {number} */ t) =>
    at.noise[0][t] / at.signal[0][t];
  const signal_1 = crossing((at, t) => at.signal[0][t] >= gap / 2);
  const target = signal_1 && ratio(signal_1.at(), 0) * starTarget(first, gap, data.constants);
  const found = {
    in_S: crossing((at, t) => isAbsorbed(strengths(at, t), eigenvalues, gap, data.absorbing)),
    signal_1,
    noise_1: target && crossing((at, t) => Math.log(target / ratio(at, t)) >= 0),
    turn_2: crossing((at, t) => at.signal[1][t] >= gap / 2),
    in_R: crossing((at, t) => isBenign(strengths(at, t), limits)),
  };
  return { gap, first, path, found };
}

/** @param {Result} result */
export function panels(result) {
  const { observed, granted, steps, gap } = result;
  const known = Object.values(granted).filter((at) => at !== null);
  const end = 10 ** Math.ceil(Math.log10(Math.max(...known, steps[steps.length - 1])));
  return [
    {
      title: "Observed (dot) and granted (number)",
      markup: pairsMarkup(result, end),
      alt: `Observed and granted steps. ${NAMES.map((name) => pairSaid(result, name)).join("; ")}.`,
    },
    {
      title: "Error and signals; granted times",
      markup: curvesMarkup(result, end),
      alt:
        `Error and signals on logarithmic axes, with Δ/2 = ${number(gap / 2)}: ` +
        `signal 1 passes it ${when(observed.signal_1)}, ` +
        `signal 2 ${when(observed.turn_2)}. Vertical lines at the granted steps.`,
    },
  ];
}

/** @param {Result} result @param {Name} name */
function pairSaid({ observed, granted }, name) {
  return `${SHORT[name]}: observed ${shown(observed[name])}, granted ${shown(granted[name])}`;
}

/** @param {Result} result @param {number} end */
function pairsMarkup({ observed, granted }, end) {
  const height = (/** @type {number} */ i) => NAMES.length - 1 - i;
  const ends = NAMES.map((name) => [within(observed[name]), within(granted[name])]);
  return phasePlane({
    xLabel: "step t",
    xLog: true,
    xRange: [1, end],
    yRange: [-0.5, NAMES.length - 0.5],
    rows: NAMES.map((name) => SHORT[name]).reverse(),
    paths: ends.map((pair, i) => ({ points: pair.map((at) => [at, height(i)]), style: 3 })),
    dots: ends.flatMap(([seen, given], i) => [
      { point: [seen, height(i)], name: "", style: 0 },
      { point: [given, height(i)], name: grouped(granted[NAMES[i]]), style: 1 },
    ]),
  });
}

/** @param {Result} result @param {number} end */
function curvesMarkup({ granted, path, steps }, end) {
  const times = NAMES.map((name) => within(granted[name])).filter(Number.isFinite);
  const named = { error: path.error, "signal 1": path.signal[0], "signal 2": path.signal[1] };
  const curves = Object.entries(named).map(([name, values], i) => {
    const points = Array.from(values, (y, j) => /** @type {Point} */ ([Math.max(steps[j], 1), y]));
    return { name, style: [4, 0, 1][i], points: points.filter(([, y]) => y >= 1e-12) };
  });
  return phasePlane({
    xLabel: "step t",
    xLog: true,
    yLog: true,
    xRange: [1, end],
    yRange: [1e-12, 10],
    paths: [
      ...times.map((at) => ({
        points: /** @type {Point[]} */ ([
          [at, 1e-12],
          [at, 10],
        ]),
        style: 3,
      })),
      ...curves,
    ],
    dots: curves.map(({ name, points, style }, i) => ({
      point: [10 ** i, points[0][1]],
      name,
      style,
    })),
  });
}

/**
 * On the axis, which begins at 1.
 * @param {number | null} step
 */
function within(step) {
  return Math.max(step ?? NaN, 1);
}

/** @param {number | null} value */
function grouped(value) {
  return value === null ? "" : String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {number | null} value */
function shown(value) {
  return grouped(value) || "beyond the picture";
}

/** @param {number | null} value */
function when(value) {
  return value === null ? "beyond the picture" : `at step ${grouped(value)}`;
}

/** @param {Result} result @returns {[string, string | number][]} */
export function readouts({ observed, granted, star, sharp, eta, gap, limit, start }) {
  return [
    ["t*", grouped(star)],
    ["t♯", grouped(sharp)],
    ["gap Δ", number(gap)],
    ...NAMES.map(
      (name) =>
        /** @type {[string, string]} */ ([
          `factor, ${SHORT[name]}`,
          factor(granted[name], observed[name]),
        ]),
    ),
    ["100η/Δ (≤ 1?)", number(eta / limit)],
    ["σ₁√(3η) (≤ 1?)", number(start)],
  ];
}

/** @param {number | null} a @param {number | null} b */
function factor(a, b) {
  return a === null || !b ? "–" : number(a / b, 2);
}

/** @param {Result} result */
export function sentence({ observed, granted, eta, limit, start }) {
  const reasons = uncovered(eta / limit, start, limit);
  const grants = reasons.length
    ? `Theorem 6 does not cover this: ${reasons.join(", and ")}. Its formulas would grant`
    : "Theorem 6 covers this η and this start. It grants";
  return (
    `In the flow row 1 arrives ${when(observed.signal_1)}, row 2 ${when(observed.turn_2)}, ` +
    `and R is reached for good ${when(observed.in_R)}. ${grants} a quiet row 1 ` +
    `${when(granted.noise_1)}, row 2's turn ${when(granted.turn_2)}, ` +
    `and R ${when(granted.in_R)}.`
  );
}

/**
 * Which hypotheses on the step size and on the start are missed.
 * @param {number} step η in units of the largest allowed
 * @param {number} start σ₁(X₀) in units of the largest allowed
 * @param {number} limit the largest η allowed
 */
function uncovered(step, start, limit) {
  const reasons = [];
  if (step > 1 + 1e-12)
    reasons.push(`η is ${number(step, 2)} times the largest allowed, Δ/100 = ${number(limit)}`);
  if (start > 1) reasons.push(`σ₁(X₀) is ${number(start, 2)} times the largest allowed, 1/√(3η)`);
  return reasons;
}

/** @param {Result} result */
export function table({ path, steps }) {
  return { step: steps, error: path.error, signal_1: path.signal[0], signal_2: path.signal[1] };
}

/** @param {Result} result */
export function scalars({ observed, granted, limit, start }) {
  const pairs = NAMES.flatMap((name) => [
    [`${name}_granted`, granted[name]],
    [`${name}_observed`, observed[name]],
  ]);
  return { ...Object.fromEntries(pairs), largest: limit, start };
}
