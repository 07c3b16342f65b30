// What the kinds that draw runs share: where they start, when rows arrive and eigenvectors are
// learned, how far they are shown, how they end.

import { hittingTime } from "./numerics.js";
import { number } from "./words.js";

/** @import { Run } from "./numerics" */
/** @import { Starts, Trust } from "./types" */

// An eigenvector is learned when its signal has this part of its eigenvalue.
const LEARNED = 0.9;

/**
 * Figure 1 from 35 rows that stand for its 4000: the eigenvalues, and the start at scale 1, that
 * is the head of the start, then the nodes and rows that stand for its tail.
 * @param {Starts} data
 * @param {number} seed
 * @param {number} second
 */
export function start(data, seed, second) {
  const { largest_eigenvalue: first, third_eigenvalue: third, rows: numbers } = data;
  const head = 6;
  const length = numbers.length / data.seeds;
  const own = numbers.subarray(seed * length, (seed + 1) * length);
  const nodes = own.subarray(head, head + data.tail_rows);
  const rows = [...own.subarray(0, head), ...own.subarray(head + data.tail_rows)];
  return { eigenvalues: [first, second, third, ...nodes], rows };
}

/**
 * The gap of Section 4.2 for two columns.
 * @param {number[]} eigenvalues
 */
export function minEigengap([first, second, third]) {
  return Math.min(first - second, second - third);
}

/**
 * For both rows `tau`, the step from which on the signal is at Δ/2 or above, and `learned`, that
 * from which on it is at nine tenths of its eigenvalue; null where there is none.
 * @param {Run} run
 * @param {number[]} eigenvalues
 */
export function timesOf({ signal, divergedAt }, eigenvalues, trusted = true) {
  const settled = trusted && divergedAt === null;
  const times = (/** @type {number[]} */ thresholds) =>
    signal.map((values, k) => (settled ? hittingTime(values, thresholds[k]) : null));
  const half = minEigengap(eigenvalues) / 2;
  const [first, second] = eigenvalues;
  return { tau: times([half, half]), learned: times([LEARNED * first, LEARNED * second]) };
}

/**
 * Which of two rows arrive, and when.
 * @param {(number | null)[]} times
 * @param {(time: number, k: number) => string} said
 */
export function arrivalsSaid(times, said) {
  const found = times.flatMap((time, k) =>
    time === null ? [] : [{ row: k + 1, at: said(time, k) }],
  );
  if (found.length === 0) return "no row arrives within this picture";
  const [{ row, at }, second] = found;
  if (!second) return `only row ${row} arrives within this picture, ${at}`;
  return `row 1 arrives ${at} and row 2 ${second.at}`;
}

/**
 * The steps to a flow time, and how many of them are drawn: few where every step overshoots, since
 * later ones depend on rounding.
 * @param {number} flowTime @param {number} eta @param {number} first
 * @param {Trust} trust
 */
export function stepsShown(flowTime, eta, first, { trusted_limit, untrusted_steps }) {
  const wanted = Math.round(flowTime / eta);
  const trusted = eta * first <= trusted_limit;
  return { wanted, trusted, nSteps: trusted ? wanted : Math.min(wanted, untrusted_steps) };
}

/**
 * Of a run of which few steps are drawn.
 * @param {number} size ηλ₁
 * @param {number} last
 */
export function overshoots(size, last) {
  const [is, more, settles] =
    size > 1
      ? ["above", "more than", "does not settle on a solution"]
      : ["close to", "nearly as much as", "settles slowly, if at all"];
  return (
    `ηλ₁ = ${number(size)} is ${is} 1: near a solution each step overshoots by ${more} ` +
    `it corrects, and descent ${settles}. Only the first ${last} steps are drawn, ` +
    "since later ones depend on rounding."
  );
}

/**
 * @param {number | null} divergedAt
 * @param {boolean} trusted
 */
export function runVerdict(divergedAt, trusted) {
  if (divergedAt !== null) return `diverged at ${divergedAt}`;
  return trusted ? "computed" : "not settled";
}
