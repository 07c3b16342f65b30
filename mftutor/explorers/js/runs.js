// What the kinds that draw runs share: where they start, how far they are shown, how they end.

/** @import { Starts, Trust } from "./types" */

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
 * @param {number | null} divergedAt
 * @param {boolean} trusted
 */
export function runVerdict(divergedAt, trusted) {
  if (divergedAt !== null) return `diverged at ${divergedAt}`;
  return trusted ? "computed" : "not settled";
}
