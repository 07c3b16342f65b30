// The benign region R, (10), and the absorbing region S, (13), along a path with two columns.

import { largestEigenvalue } from "./numerics.js";

/** @import { Path } from "./numerics" */

/** What the regions leave of λ₁, λ_k and Δ. @typedef {{ norm: number, noise: number }} Absorbing */
/** @typedef {Absorbing & { signal: number }} Benign */

/**
 * Squared singular values of a point of a path: σ₁²(X), σ_r²(U), σ₁²(J), and σ₁² of all rows after
 * the first.
 * @param {Path} path
 * @param {number} t
 */
export function strengths({ top, noiseGram }, t) {
  const a = top[6 * t];
  const b = top[6 * t + 1];
  const c = top[6 * t + 2];
  const d = top[6 * t + 3];
  const j00 = noiseGram[3 * t];
  const j01 = noiseGram[3 * t + 1];
  const j11 = noiseGram[3 * t + 2];
  const ofU = largestEigenvalue(a * a + c * c, a * b + c * d, b * b + d * d);
  return {
    norm: largestEigenvalue(j00 + a * a + c * c, j01 + a * b + c * d, j11 + b * b + d * d),
    // The product of the eigenvalues is det(U)²: their difference would lose a small one.
    signal: ofU > 0 ? (a * d - b * c) ** 2 / ofU : 0,
    noise: largestEigenvalue(j00, j01, j11),
    below: largestEigenvalue(j00 + c * c, j01 + c * d, j11 + d * d),
  };
}

/**
 * What R asks for: the limits of norm, signal and noise.
 * @param {number[]} eigenvalues
 * @param {Benign} constants
 */
export function benignLimits([first, second, third], { norm, signal, noise }) {
  const gap = second - third;
  return { norm: norm * first, signal: signal * gap, noise: second - noise * gap };
}

/**
 * @param {ReturnType<typeof strengths>} at
 * @param {ReturnType<typeof benignLimits>} limits
 */
export function isBenign(at, limits) {
  return at.norm <= limits.norm && at.signal >= limits.signal && at.noise <= limits.noise;
}

/**
 * Whether a point is in S, where Δ is the smaller gap.
 * @param {ReturnType<typeof strengths>} at
 * @param {number[]} eigenvalues
 * @param {number} gap
 * @param {Absorbing} constants
 */
export function isAbsorbed(at, [first, second], gap, { norm, noise }) {
  return (
    at.norm <= norm * first && at.below <= first - noise * gap && at.noise <= second - noise * gap
  );
}
