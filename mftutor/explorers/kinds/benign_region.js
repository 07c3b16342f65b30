// The benign region: one run whose start moves in the plane of signal and noise.

kinds.benign_region = (data) => {
  const numbers = decode(data.rows), perDraw = numbers.length / data.seeds, second = data.second_eigenvalue;

  // Half the trace and half the difference of the eigenvalues of a symmetric 2×2 matrix.
  const halves = (a, b, c) => [(a + c) / 2, Math.hypot((a - c) / 2, b)];

  function strengths({ top, noiseGram, last }) {
    const signal = new Float64Array(last + 1), noise = new Float64Array(last + 1), norm = new Float64Array(last + 1);
    for (let t = 0; t <= last; t++) {
      const [a, b, c, d] = top.subarray(6 * t), [j00, j01, j11] = noiseGram.subarray(3 * t);
      const [p, q] = halves(j00, j01, j11), [v, w] = halves(a * a + c * c + j00, a * b + c * d + j01, b * b + d * d + j11);
      const [m, n] = halves(a * a + c * c, a * b + c * d, b * b + d * d);
      // The product of the eigenvalues is det(U)²: their difference would lose a small one.
      signal[t] = m + n > 0 ? (a * d - b * c) ** 2 / (m + n) : 0;
      noise[t] = p + q;
      norm[t] = v + w;
    }
    return { signal, noise, norm };
  }

  function solve(state) {
    const third = state.third_eigenvalue, eta = state.step_size, gap = second - third;
    const own = numbers.subarray(state.seed * perDraw, (state.seed + 1) * perDraw);
    const a = Math.sqrt(state.signal), b = Math.sqrt(state.noise);
    const trusted = eta <= data.trusted_limit, wanted = Math.round(data.flow_time / eta);
    const run = descend([1, second, ...data.tail.map((x) => third * x)], own.map((x, i) => (i < 4 ? a : b) * x),
      eta, trusted ? wanted : Math.min(wanted, data.untrusted_steps));
    const parts = strengths(run), last = run.last;
    const limits = { norm: 2, signal: gap / 4, noise: second - gap / 2 };
    const failing = (t) => [
      parts.norm[t] > limits.norm + data.rounding && `σ₁²(X) = ${number(parts.norm[t])} is above 2λ₁ = 2`,
      parts.signal[t] < limits.signal - data.rounding && `the signal is below Δ/4 = ${number(limits.signal)}`,
      parts.noise[t] > limits.noise + data.rounding && `the noise is above λ₂ − Δ/2 = ${number(limits.noise)}`,
    ].filter(Boolean);
    const stretches = [];
    for (let t = 0; t <= last; t++) {
      const inside = failing(t).length === 0;
      if (stretches.at(-1)?.inside !== inside) stretches.push({ inside, from: t });
    }
    const entry = stretches.at(-1).inside && trusted && run.divergedAt === null ? stretches.at(-1).from : null;
    const reached = run.error.findIndex((value) => value <= data.accuracy);
    return { run, ...parts, last, eta, gap, trusted, limits, failing, stretches, entry,
      reached: reached < 0 ? null : reached,
      bound: (6 / (eta * gap)) * Math.max(0, Math.log(data.bounds.argument / (eta * gap ** 2))),
      largest: data.bounds.step_size * gap ** 2 };
  }

  function panels(result, t) {
    const { run, signal, noise, limits, stretches, entry, reached, last } = result;
    const stride = Math.ceil((last + 1) / 400), points = [];
    for (let i = 0; i <= last; i += i < 200 ? 1 : stride) points.push([signal[i], noise[i]]);
    const bands = stretches.map(({ inside, from }, i) =>
      ({ from, to: stretches[i + 1]?.from ?? last, name: inside ? "in R" : "outside R" }));
    const marks = [
      entry > 0 && { x: entry, y: signal[entry], name: `in R from ${entry}`, style: 0 },
      reached !== null && result.trusted && { x: reached, y: run.error[reached], name: `error ≤ ${data.accuracy}`, style: 4 },
    ].filter(Boolean);
    const here = `signal ${number(signal[t])} and noise ${number(noise[t])}`;
    const corner = [2 - limits.noise, limits.noise];
    return [
      { type: "plane", title: "The plane of signal and noise", xLabel: "signal σᵣ²(U)", yLabel: "noise σ₁²(J)",
        xRange: [0, 1.4], yRange: [0, 1.2], paths: [{ points, style: 0 }],
        regions: [{ points: [[limits.signal, 0], [1.4, 0], [Math.min(1.4, corner[0]), limits.noise],
          [limits.signal, limits.noise]], name: "R", at: [1.3, 0.05] }],
        dots: [{ point: [signal[0], noise[0]], name: "start", style: 1 }, { point: [signal[t], noise[t]], name: `t = ${t}`, style: 4 }],
        alt: `Signal against noise, with the region R where the signal is at least ${number(limits.signal)} and the ` +
          `noise at most ${number(limits.noise)}. The run starts at ${number(signal[0])}, ${number(noise[0])}; at step ${t}: ${here}.` },
      { type: "line", log: true, title: "Signal, noise and error", xLabel: "step t", bands, cursor: t, marks, floor: 1e-12,
        series: [{ name: "signal", values: signal, style: 0 }, { name: "noise", values: noise, style: 1 },
          { name: "error", values: run.error, style: 4 }],
        alt: `Signal, noise and error on a logarithmic axis. At step ${t}: ${here}, error ${number(run.error[t])}.` },
    ];
  }

  function readouts(result, t) {
    const { run, signal, noise, norm, failing, bound, largest, last, reached, entry } = result;
    return [
      ["steps T", last], ["in R at t", failing(t).length ? "no" : "yes"], ["error", number(run.error[t])],
      ["signal / noise", number(signal[t] / noise[t])], ["σ₁²(X)", number(norm[t])],
      ["in R for good", entry === null ? "–" : `from ${entry}`], ["error ≤ 0.01", reached === null ? "–" : `from ${reached}`],
      ["Theorem 2's η", `≤ ${number(largest)}`], ["its bound", Math.round(bound)],
    ];
  }

  function sentence(result, t) {
    const { run, eta, trusted, last } = result;
    if (run.divergedAt !== null)
      return `Diverged at step ${run.divergedAt}: ησ₁²(X) = ${number(run.size)} has passed 3 + ηλ₁ = ${number(3 + eta)}, ` +
        `and from here on the norm at least doubles at every step. ${where(result)}`;
    if (!trusted)
      return `${where(result)} ηλ₁ = ${number(eta)} is close to 1 or above, where every step overshoots. ` +
        `Only the first ${last} steps are drawn, since later ones depend on rounding.`;
    return `${where(result)} ${whether(result)} ${compared(result)} At step ${t} the error is ${number(run.error[t])}.`;
  }

  function where({ failing }) {
    const reasons = failing(0);
    return reasons.length ? `The start is outside R: ${reasons.join(", and ")}.` : "The start is inside R.";
  }

  function whether({ stretches, failing, entry, last }) {
    const out = stretches.findIndex((s, i) => i > 0 && !s.inside);
    if (out > 0) {
      const from = stretches[out].from, back = stretches[out + 1]?.from;
      return `The run leaves R at step ${from}, where ${failing(from).join(", and ")}` +
        (entry === null ? "." : `, and is back for good from step ${entry}${back < entry ? " after several visits" : ""}.`);
    }
    if (entry === 0) return "The run never leaves R.";
    return entry === null ? `The run does not enter R within these ${last} steps.` : `The run enters R at step ${entry} and stays.`;
  }

  function compared({ reached, entry, bound, eta, largest }) {
    const covered = eta <= largest
      ? `Theorem 2 covers this η and grants ${Math.round(bound)} steps`
      : `Theorem 2 does not cover this η (it asks for η ≤ ${number(largest)}); its formula would grant ${Math.round(bound)} steps`;
    if (entry === null || reached === null) return `${covered} from R to an error of ${data.accuracy}, which this picture does not reach.`;
    return `${covered} from R to an error of ${data.accuracy}; the run needs ${Math.max(reached - entry, 0)}.`;
  }

  function table({ run, signal, noise, norm }) {
    return { t: Array.from(run.error.keys()), error: run.error, signal, noise, norm };
  }

  function verdict({ run, trusted }) {
    if (run.divergedAt !== null) return `diverged at ${run.divergedAt}`;
    return trusted ? "computed" : "not settled";
  }

  const scalars = ({ stretches, reached, bound, largest }) =>
    ({ inside_at_start: Number(stretches[0].inside), reached, bound, largest });

  return { solve, panels, readouts, sentence, table, scalars, verdict };
};
