// What the kinds of explorer share: gradient descent, its flow, and how numbers are written.
//
// A kind is `kinds.name = (data) => ({ solve, panels, readouts, sentence, table, verdict })`, all
// pure functions: numbers come from `solve(state)`, everything shown is derived from its result.

const kinds = {};

// ---------------------------------------------------------------- gradient descent and its flow

// What a path of n rows and two columns shows, point by point, as the Python library defines it:
// the error, the signals, the noises, the first three rows and the three entries of J^T J. The
// noises are summed from the rows themselves: from Gram matrices they would be lost below 1e-8.
// `record(X, t)` returns the three entries of X^T X, `shown(last)` everything up to a point.
function recorder(eigenvalues, nSteps) {
  const points = nSteps + 1, error = new Float64Array(points), top = new Float64Array(points * 6);
  const noiseGram = new Float64Array(points * 3);
  const signal = [new Float64Array(points), new Float64Array(points)];
  const noise = [new Float64Array(points), new Float64Array(points)];
  function record(X, t) {
    const a = X[0], b = X[1], c = X[2], d = X[3];
    let j00 = 0, j01 = 0, j11 = 0, right0 = 0, right1 = 0;
    for (let i = 4; i < X.length; i += 2) {
      const x = X[i], y = X[i + 1], first = a * x + b * y, second = c * x + d * y;
      j00 += x * x; j01 += x * y; j11 += y * y;
      right0 += first * first; right1 += second * second;
    }
    const own0 = a * a + b * b, own1 = c * c + d * d, across = a * c + b * d;
    signal[0][t] = own0;
    signal[1][t] = own1;
    noise[0][t] = Math.sqrt(across * across + right0);
    noise[1][t] = Math.sqrt(right1);
    error[t] = Math.sqrt((eigenvalues[0] - own0) ** 2 + (eigenvalues[1] - own1) ** 2 +
      2 * (across * across + right0 + right1) + j00 * j00 + 2 * j01 * j01 + j11 * j11);
    top.set(X.subarray(0, 6), 6 * t);
    noiseGram.set([j00, j01, j11], 3 * t);
    return [j00 + a * a + c * c, j01 + a * b + c * d, j11 + b * b + d * d];
  }
  function shown(last) {
    const kept = (values) => values.subarray(0, last + 1);
    return { error: kept(error), signal: signal.map(kept), noise: noise.map(kept), top, noiseGram, last };
  }
  return { record, shown };
}

// X <- X + eta (Sigma - X X^T) X. `start` holds the rows one after another.
function descend(eigenvalues, start, eta, nSteps) {
  const { record, shown } = recorder(eigenvalues, nSteps), X = Float64Array.from(start);
  const limit = 3 + eta * eigenvalues[0];
  let size = 0, startSize = 0, divergedAt = null, t = 0;
  for (; t <= nSteps; t++) {
    const [g00, g01, g11] = record(X, t);
    size = eta * ((g00 + g11) / 2 + Math.hypot((g00 - g11) / 2, g01));  // eta sigma_1^2(X)
    if (t === 0) startSize = size;
    if (!(size <= limit)) { divergedAt = t; break; }
    if (t === nSteps) break;
    for (let i = 0; i < X.length; i += 2) {
      const x = X[i], y = X[i + 1], lambda = eigenvalues[i / 2];
      X[i] = x + eta * (lambda * x - (x * g00 + y * g01));
      X[i + 1] = y + eta * (lambda * y - (x * g01 + y * g11));
    }
  }
  return { ...shown(t), divergedAt, size, startSize };
}

// The exact flow for a time s: X <- e^{s Sigma} X R^{-1} with R^T R = I + X^T F X. What it does
// depends on s through the two functions of the eigenvalues alone, which are computed once.
function flowFactors(eigenvalues, s) {
  return {
    growth: Float64Array.from(eigenvalues, (lambda) => Math.exp(s * lambda)),
    F: Float64Array.from(eigenvalues, (lambda) => (lambda > 0 ? Math.expm1(2 * s * lambda) / lambda : 2 * s)),
  };
}

function flowStep(X, { growth, F }) {
  let f00 = 1, f01 = 0, f11 = 1;
  for (let i = 0; i < X.length; i += 2) {
    const x = X[i], y = X[i + 1], f = F[i / 2];
    f00 += f * x * x; f01 += f * x * y; f11 += f * y * y;
  }
  const a = Math.sqrt(f00), b = f01 / a, c = Math.sqrt(f11 - b * b);
  for (let i = 0; i < X.length; i += 2) {
    const x = X[i] / a, e = growth[i / 2];
    X[i + 1] = (e * (X[i + 1] - b * x)) / c;
    X[i] = e * x;
  }
}

// The flow at the times 0, s, 2s, …, with the record of `descend`.
function flow(eigenvalues, start, s, nSteps) {
  const { record, shown } = recorder(eigenvalues, nSteps), X = Float64Array.from(start);
  const factors = flowFactors(eigenvalues, s);
  for (let t = 0; t <= nSteps; t++) {
    if (t > 0) flowStep(X, factors);
    record(X, t);
  }
  return shown(nSteps);
}

// The times at which the signals of `path`, made by `flow`, pass a threshold for good, or null:
// to rounding, by halving the last step below it.
function flowHittingTimes(eigenvalues, start, s, path, threshold) {
  const X = Float64Array.from(start), factors = flowFactors(eigenvalues, s), tau = [null, null];
  const steps = path.signal.map((values) => hittingTime(values, threshold));
  for (let t = 0; t <= Math.max(...steps.map((step) => step ?? 0)); t++) {
    if (t > 1) flowStep(X, factors);  // to t − 1
    steps.forEach((step, k) => {
      if (step === t) tau[k] = t === 0 ? 0 : (t - 1) * s + crossing(eigenvalues, X, k, threshold, s);
    });
  }
  return tau;
}

function crossing(eigenvalues, start, k, threshold, s) {
  let low = 0, high = s;
  for (let halvings = 0; halvings < 52; halvings++) {
    const middle = (low + high) / 2, X = Float64Array.from(start);
    flowStep(X, flowFactors(eigenvalues, middle));
    if (X[2 * k] ** 2 + X[2 * k + 1] ** 2 < threshold) low = middle; else high = middle;
  }
  return high;
}

// Figure 1 from 35 rows that stand for its 4000: (seed, λ₂) to the eigenvalues and the start
// at scale 1, that is the head of the start, then the nodes and rows that stand for its tail.
function unpackStarts({ seeds, tail_rows: tailRows, third_eigenvalue: third, rows: packed }) {
  const numbers = decode(packed), length = numbers.length / seeds, head = 6;
  return (seed, second) => {
    const own = numbers.subarray(seed * length, (seed + 1) * length);
    const nodes = own.subarray(head, head + tailRows);
    const rows = [...own.subarray(0, head), ...own.subarray(head + tailRows)];
    return { eigenvalues: [1, second, third, ...nodes], rows };
  };
}

// The first step from which on the values stay at or above the threshold, or null.
function hittingTime(values, threshold) {
  let t = values.length;
  while (t > 0 && values[t - 1] >= threshold) t--;
  return t < values.length ? t : null;
}

// The number of a grid that is nearest by its logarithm; the first of two.
function nearest(grid, value) {
  return grid.reduce((best, other) =>
    Math.abs(Math.log(other / value)) < Math.abs(Math.log(best / value)) ? other : best);
}

// ---------------------------------------------------------------- words and numbers

function number(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
    const [mantissa, exponent] = value.toExponential(1).split("e");
    return `${mantissa}·10${superscript(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(digits)));
}

function superscript(integer) {
  return String(integer).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");
}

function decode(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return new Float64Array(bytes.buffer);
}
