// Section 2: signal and noise of one column, in two dimensions.

kinds.rank_one = (data) => {
  // The same sums as the Python library's, so that the numbers agree to the last digit.
  function solve(state) {
    const { step_size: eta, largest_eigenvalue: first } = state, second = state.fraction * first;
    const trusted = eta * first <= data.trusted_limit, nSteps = trusted ? data.steps : data.untrusted_steps;
    const alpha = [], beta = [], squared = [];
    let a = state.alpha_0, b = state.beta_0, divergedAt = null;
    for (let t = 0; t <= nSteps; t++) {
      const size = a * a + b * b;
      alpha.push(Math.abs(a));
      beta.push(Math.sqrt(b * b));
      squared.push(size);
      if (!(eta * size <= 3 + eta * first)) { divergedAt = t; break; }
      a += eta * (first * a - a * size);
      b += eta * (second * b - b * size);
    }
    const ratio = alpha.map((value, t) => beta[t] / value), gap = eta * (first - second);
    const geometric = (rate) => ratio.map((_, t) => (t && rate < 0 ? NaN : ratio[0] * rate ** t));
    const limits = { step: eta * first <= 1 / 12 + 1e-15, inside: squared.map((size) => size <= 2 * first * (1 + 1e-15)) };
    return { alpha, beta, squared, ratio, bound: geometric(1 - gap / 3), sharp: geometric(1 - gap / (1 + eta * first)),
      eta, first, second, gap, trusted, divergedAt, limits, last: alpha.length - 1 };
  }

  // The factor by which the ratio changes in the step from t on.
  const factor = ({ eta, first, second, squared }, t) =>
    Math.abs(1 + eta * second - eta * squared[t]) / Math.abs(1 + eta * first - eta * squared[t]);

  function panels(result, t) {
    const { alpha, beta, first, second, ratio, sharp, bound, last, divergedAt } = result;
    const path = alpha.map((value, i) => [value, beta[i]]).slice(0, divergedAt ? -1 : undefined);
    const radius = Math.sqrt(2 * first), reach = 1.08 * Math.max(radius, ...path.flat());
    // A name only where no other one is in its way.
    const here = [alpha[t], beta[t]], taken = [here];
    const named = (name, point, style) => {
      const free = taken.every(([a, b]) => Math.abs(b - point[1]) > 0.09 * reach || Math.abs(a - point[0]) > 0.3 * reach);
      if (free) taken.push(point);
      return { point, name: free ? name : "", style };
    };
    const arc = Array.from({ length: 31 }, (_, i) => [radius * Math.cos((i * Math.PI) / 60), radius * Math.sin((i * Math.PI) / 60)]);
    const series = [
      { name: "β/α", values: ratio, style: 0 },
      { name: "sharper", values: sharp, style: 3 },
      { name: "bound (P7)", values: bound, style: 1 },
    ];
    return [
      { type: "plane", title: `Signal and noise at t = ${t}`, xLabel: "signal α", yLabel: "noise β",
        xRange: [0, 1.45 * reach], yRange: [0, reach],  // a circle looks like one
        regions: [{ points: [[0, 0], ...arc], name: "‖x‖² ≤ 2λ₁", at: [0.45 * radius, 0.62 * radius] }],
        paths: [{ points: path, style: 0 }],
        dots: [
          named("saddle", [0, Math.sqrt(second)], 4),
          named("limit", [Math.sqrt(first), 0], 4),
          named("start", path[0], 0),
          { point: here, name: `t = ${t}`, style: 1 },
        ],
        alt: `Plane of signal and noise: from (${number(alpha[0])}, ${number(beta[0])}) to ` +
          `(${number(alpha[t])}, ${number(beta[t])}) at step ${t} and (${number(alpha[last])}, ${number(beta[last])}) ` +
          `at step ${last}. The limit is (${number(Math.sqrt(first))}, 0), the saddle (0, ${number(Math.sqrt(second))}).` },
      { type: "line", log: true, title: "Noise / signal", xLabel: "step t", bands: [], cursor: t, series, marks: [], floor: 1e-16,
        alt: `Noise divided by signal on a logarithmic axis. At step ${t}: ` +
          series.map((s) => `${s.name} ${shown(s.values[t])}`).join(", ") + "." },
    ];
  }

  const shown = (value) => (Number.isNaN(value) ? "–" : number(value));

  function readouts(result, t) {
    const { alpha, beta, ratio, bound, eta, first, squared, gap } = result;
    return [
      ["α", number(alpha[t])], ["β", number(beta[t])], ["β/α", shown(ratio[t])], ["bound (P7)", shown(bound[t])],
      ["step factor", number(factor(result, t), 4)], ["1 − ηΔ/3", number(1 - gap / 3, 4)],
      ["ηλ₁ (≤ 1/12?)", number(eta * first)], ["‖x‖²/2λ₁ (≤ 1?)", number(squared[t] / (2 * first))],
      ["η‖x‖² (≤ 1?)", number(eta * squared[t])],
    ];
  }

  function sentence(result, t) {
    const { eta, first, trusted, divergedAt, last, ratio, bound, gap, alpha } = result;
    if (divergedAt !== null) return divergence(result);
    if (!trusted)
      return `ηλ₁ = ${number(eta * first)} is ${eta * first > 1 ? "above" : "close to"} 1, where every step overshoots: ` +
        `Section 2 asks for 1/12. Only the first ${last} steps are drawn; at step ${t} the signal is ${number(alpha[t])}.`;
    return `At step ${t} noise / signal is ${number(ratio[t])}, and this step multiplies it by ${number(factor(result, t), 4)}; ` +
      `(P7) promises ${number(1 - gap / 3, 4)} or less. ${promise(result, t)} ${phase(result, t)}` +
      (ratio[t] > bound[t] * (1 + 1e-9) ? " Here the ratio is above the bound." : "");
  }

  // What the hypotheses of (P7) say at step t.
  function promise({ limits, eta, squared, first }, t) {
    if (!limits.step) return `But ηλ₁ = ${number(eta * first)} exceeds 1/12, so this is not promised.`;
    if (limits.inside[0]) return "Its hypotheses hold from the start.";
    const from = limits.inside.indexOf(true);
    const printed = squared[0] < 4 * first * first ? "is inside the printed ‖x₀‖ < 2λ₁ but" : "is";
    return `The start ${printed} outside ‖x₀‖² ≤ 2λ₁` + (from < 0 ? "." : `; the run comes in at step ${from}.`);
  }

  function phase({ squared, first, second, alpha, beta }, t) {
    if (squared[t] > 1.05 * first) return "The norm is too large and shrinks.";
    if (alpha[t] ** 2 > 0.95 * first) return `The signal has arrived at √λ₁ = ${number(Math.sqrt(first))}; noise decays.`;
    if (beta[t] ** 2 > 0.8 * second && alpha[t] < 0.2 * beta[t]) return "The path rests near the saddle, where λ₂ would be learned.";
    return alpha[t] > beta[t] ? "The signal leads." : "The noise is still larger than the signal.";
  }

  function divergence({ eta, first, squared, divergedAt }) {
    const start = Math.sqrt(squared[0]);
    const inside = start < 2 * first ? "satisfies" : "violates";
    const why = eta * squared[0] > 1
      ? `The start is too large: η‖x₀‖² = ${number(eta * squared[0])} is above 1.`
      : `The step size is too large: ηλ₁ = ${number(eta * first)}.`;
    return `Diverged at step ${divergedAt}: η‖x‖² = ${number(eta * squared[divergedAt])} has passed 3 + ηλ₁ = ` +
      `${number(3 + eta * first)}, and from here on the norm at least doubles at every step. ${why} ` +
      `The start ${inside} the printed ‖x₀‖ < 2λ₁ (${number(start)} against ${number(2 * first)}) and ` +
      `${squared[0] <= 2 * first ? "satisfies" : "violates"} ‖x₀‖² ≤ 2λ₁.`;
  }

  function table({ alpha, beta, ratio, sharp, bound }) {
    return { t: [...alpha.keys()], alpha, beta, ratio, sharp_bound: sharp, bound };
  }

  function verdict({ divergedAt, trusted }) {
    if (divergedAt !== null) return `diverged at ${divergedAt}`;
    return trusted ? "computed" : "not settled";
  }

  return { solve, panels, readouts, sentence, table, verdict };
};
