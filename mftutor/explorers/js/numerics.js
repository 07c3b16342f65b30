// Gradient descent on Σ − XXᵀ with two columns, and its exact flow, as the Python library has them.

/**
 * A path of n rows and two columns, point by point: the error, the signals, the noises, the first
 * three rows and the three entries of JᵀJ.
 * @typedef {object} Path
 * @property {Float64Array} error
 * @property {Float64Array[]} signal
 * @property {Float64Array[]} noise
 * @property {Float64Array} top six numbers a point
 * @property {Float64Array} noiseGram three numbers a point
 * @property {number} last the number of the last point
 */

/** @typedef {Path & { divergedAt: number | null, size: number, startSize: number }} Run */

/**
 * Takes down what a path shows. The noises are summed from the rows themselves: from Gram matrices
 * they would be lost below 1e-8. `record(X, t)` returns the three entries of XᵀX, `shown(last)`
 * everything up to a point.
 * @param {ArrayLike<number>} eigenvalues
 * @param {number} nSteps
 */
function recorder(eigenvalues, nSteps) {
  const points = nSteps + 1;
  const error = new Float64Array(points);
  const top = new Float64Array(points * 6);
  const noiseGram = new Float64Array(points * 3);
  const signal = [new Float64Array(points), new Float64Array(points)];
  const noise = [new Float64Array(points), new Float64Array(points)];

  /** @param {Float64Array} X @param {number} t */
  function record(X, t) {
    const a = X[0];
    const b = X[1];
    const c = X[2];
    const d = X[3];
    let j00 = 0;
    let j01 = 0;
    let j11 = 0;
    let right0 = 0;
    let right1 = 0;
    for (let i = 4; i < X.length; i += 2) {
      const x = X[i];
      const y = X[i + 1];
      const first = a * x + b * y;
      const second = c * x + d * y;
      j00 += x * x;
      j01 += x * y;
      j11 += y * y;
      right0 += first * first;
      right1 += second * second;
    }
    const own0 = a * a + b * b;
    const own1 = c * c + d * d;
    const across = a * c + b * d;
    signal[0][t] = own0;
    signal[1][t] = own1;
    noise[0][t] = Math.sqrt(across * across + right0);
    noise[1][t] = Math.sqrt(right1);
    const diagonal = (eigenvalues[0] - own0) ** 2 + (eigenvalues[1] - own1) ** 2;
    const beside = 2 * (across * across + right0 + right1);
    error[t] = Math.sqrt(diagonal + beside + j00 * j00 + 2 * j01 * j01 + j11 * j11);
    top.set(X.subarray(0, 6), 6 * t);
    noiseGram.set([j00, j01, j11], 3 * t);
    return [j00 + a * a + c * c, j01 + a * b + c * d, j11 + b * b + d * d];
  }

  /** @param {number} last @returns {Path} */
  function shown(last) {
    const kept = (/** @type {Float64Array} */ values) => values.subarray(0, last + 1);
    return {
      error: kept(error),
      signal: signal.map(kept),
      noise: noise.map(kept),
      top,
      noiseGram,
      last,
    };
  }
  return { record, shown };
}

/**
 * X ← X + η(Σ − XXᵀ)X, until ησ₁²(X) exceeds 3 + ηλ₁, from where on the norm at least doubles.
 * @param {ArrayLike<number>} eigenvalues
 * @param {ArrayLike<number>} start the rows one after another
 * @param {number} eta
 * @param {number} nSteps
 * @returns {Run}
 */
export function descend(eigenvalues, start, eta, nSteps) {
  const { record, shown } = recorder(eigenvalues, nSteps);
  const X = Float64Array.from(start);
  const limit = 3 + eta * eigenvalues[0];
  let startSize = NaN;
  for (let t = 0; ; t++) {
    const [g00, g01, g11] = record(X, t);
    const size = eta * largestEigenvalue(g00, g01, g11);
    if (t === 0) startSize = size;
    if (!(size <= limit)) return { ...shown(t), divergedAt: t, size, startSize };
    if (t === nSteps) return { ...shown(t), divergedAt: null, size, startSize };
    for (let i = 0; i < X.length; i += 2) {
      const x = X[i];
      const y = X[i + 1];
      const lambda = eigenvalues[i / 2];
      X[i] = x + eta * (lambda * x - (x * g00 + y * g01));
      X[i + 1] = y + eta * (lambda * y - (x * g01 + y * g11));
    }
  }
}

/**
 * Of the symmetric matrix with the rows (a, b) and (b, c).
 * @param {number} a @param {number} b @param {number} c
 */
export function largestEigenvalue(a, b, c) {
  return (a + c) / 2 + Math.hypot((a - c) / 2, b);
}

/**
 * The first step from which on the values stay at or above the threshold, or null.
 * @param {ArrayLike<number>} values
 * @param {number} threshold
 */
export function hittingTime(values, threshold) {
  let t = values.length;
  while (t > 0 && values[t - 1] >= threshold) t--;
  return t < values.length ? t : null;
}

/**
 * The number of a grid that is nearest by its logarithm; the first of two.
 * @param {number[]} grid
 * @param {number} value
 */
export function nearest(grid, value) {
  const distance = (/** @type {number} */ other) => Math.abs(Math.log(other / value));
  return grid.reduce((best, other) => (distance(other) < distance(best) ? other : best));
}

// ---------------------------------------------------------------- the flow

/**
 * The exact flow for a time s: X ← e^{sΣ} X R⁻¹ with RᵀR = I + XᵀFX, F = (e^{2sΣ} − I)/Σ. What it
 * does depends on s through two functions of the eigenvalues alone.
 * @param {Float64Array} eigenvalues
 * @param {number} s
 */
function flowFactors(eigenvalues, s) {
  return {
    growth: eigenvalues.map((lambda) => Math.exp(s * lambda)),
    F: eigenvalues.map((lambda) => (lambda > 0 ? Math.expm1(2 * s * lambda) / lambda : 2 * s)),
  };
}

/**
 * @param {Float64Array} X moved in place
 * @param {ReturnType<typeof flowFactors>} factors
 */
function flowStep(X, { growth, F }) {
  let f00 = 1;
  let f01 = 0;
  let f11 = 1;
  for (let i = 0; i < X.length; i += 2) {
    const x = X[i];
    const y = X[i + 1];
    const f = F[i / 2];
    f00 += f * x * x;
    f01 += f * x * y;
    f11 += f * y * y;
  }
  const a = Math.sqrt(f00);
  const b = f01 / a;
  const c = Math.sqrt(f11 - b * b);
  for (let i = 0; i < X.length; i += 2) {
    const x = X[i] / a;
    const e = growth[i / 2];
    X[i + 1] = (e * (X[i + 1] - b * x)) / c;
    X[i] = e * x;
  }
}

/**
 * The flow at the times 0, s, 2s, …. `between(j, h)` is the point at the time js + h by itself,
 * until the next is asked for.
 * @param {ArrayLike<number>} eigenvalues
 * @param {ArrayLike<number>} start
 * @param {number} s
 * @param {number} nSteps
 */
export function flow(eigenvalues, start, s, nSteps) {
  const { record, shown } = recorder(eigenvalues, nSteps);
  const lambda = Float64Array.from(eigenvalues);
  const X = Float64Array.from(start);
  const states = new Float64Array((nSteps + 1) * X.length);
  const factors = flowFactors(lambda, s);
  for (let t = 0; t <= nSteps; t++) {
    if (t > 0) flowStep(X, factors);
    states.set(X, t * X.length);
    record(X, t);
  }
  const alone = recorder(eigenvalues, 0);
  const point = alone.shown(0);
  /** @param {number} j @param {number} h */
  function between(j, h) {
    X.set(states.subarray(j * X.length, (j + 1) * X.length));
    if (h > 0) flowStep(X, flowFactors(lambda, h));
    alone.record(X, 0);
    return point;
  }
  return { ...shown(nSteps), between, spacing: s };
}

/** @typedef {ReturnType<typeof flow>} Flow */

/**
 * When a flow has something for good, by halving the last step without it, and `at()`, the point
 * there; null if it does not within the path.
 * @param {Flow} path
 * @param {(path: Path, t: number) => boolean} has whether a point of a path has it
 * @param {number} halvings
 */
export function lastCrossing(path, has, halvings) {
  const { last, spacing, between } = path;
  let j = last;
  while (j >= 0 && has(path, j)) j--;
  if (j < 0) return { time: 0, at: () => between(0, 0) };
  if (j === last) return null;
  let low = 0;
  let high = spacing;
  for (let i = 0; i < halvings; i++) {
    const middle = (low + high) / 2;
    if (has(between(j, middle), 0)) high = middle;
    else low = middle;
  }
  return { time: j * spacing + high, at: () => between(j, high) };
}
