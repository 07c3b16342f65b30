// Phase times: what Theorem 6 grants, for any step size, beside what the exact flow shows.

kinds.phases = (data) => {
  const unpack = unpackStarts(data), third = data.third_eigenvalue, spacing = data.flow_time / data.intervals;
  const names = ["in_S", "signal_1", "noise_1", "turn_2", "in_R"];
  const short = { in_S: "in S", signal_1: "τ₁", noise_1: "t₁", turn_2: "τ₂", in_R: "in R" };
  let cached = { key: null };

  // X(s + h) from X(s), two columns: E X S^(−1/2) with S = I + XᵀFX, E = e^{hΣ}, F = (E² − I)/Σ.
  function advance(eigenvalues, X, h) {
    const n = eigenvalues.length, next = new Float64Array(2 * n);
    let s00 = 1, s01 = 0, s11 = 1;
    for (let i = 0; i < n; i++) {
      const lambda = eigenvalues[i], x = X[2 * i], y = X[2 * i + 1];
      const f = lambda * h < 1e-20 ? 2 * h : Math.expm1(2 * lambda * h) / lambda;
      s00 += f * x * x; s01 += f * x * y; s11 += f * y * y;
    }
    const p = Math.sqrt(s00), q = s01 / p, r = Math.sqrt(s11 - q * q);  // S = LLᵀ
    for (let i = 0; i < n; i++) {
      const e = Math.exp(h * eigenvalues[i]), x = X[2 * i] / p;
      next[2 * i] = e * x;
      next[2 * i + 1] = (e * (X[2 * i + 1] - q * x)) / r;
    }
    return next;
  }

  const largest = (a, b, c) => (a + c) / 2 + Math.hypot((a - c) / 2, b);

  // Error, signals, the first noise, and the room that S and R leave.
  function strengths(X, second, gap) {
    const [a, b, c, d] = X;
    let j00 = 0, j01 = 0, j11 = 0, right0 = 0, right1 = 0;
    for (let i = 4; i < X.length; i += 2) {
      const x = X[i], y = X[i + 1];
      j00 += x * x; j01 += x * y; j11 += y * y;
      right0 += (a * x + b * y) ** 2; right1 += (c * x + d * y) ** 2;
    }
    const own0 = a * a + b * b, own1 = c * c + d * d, across = a * c + b * d, rank = second - third;
    const error = Math.sqrt((1 - own0) ** 2 + (second - own1) ** 2 + 2 * (across * across + right0 + right1) +
      j00 * j00 + 2 * j01 * j01 + j11 * j11);
    const below = largest(j00 + c * c, j01 + c * d, j11 + d * d), tail = largest(j00, j01, j11);
    const norm = largest(j00 + a * a + c * c, j01 + a * b + c * d, j11 + b * b + d * d);
    const weakest = (a * d - b * c) ** 2 / largest(a * a + c * c, a * b + c * d, b * b + d * d);
    return { error, signals: [own0, own1], ratio: Math.sqrt(across * across + right0) / own0, norm,
      S: Math.min(2 - norm, 1 - 0.75 * gap - below, second - 0.75 * gap - tail),
      R: Math.min(2 - norm, weakest - rank / 4, second - rank / 2 - tail) };
  }

  // What does not depend on η: the flow on a grid, and when it has each thing for good.
  function flow({ second_eigenvalue: second, scale, seed }) {
    const { eigenvalues, rows } = unpack(seed, second), gap = Math.min(1 - second, second - third);
    const states = [Float64Array.from(rows, (x) => scale * x)];
    while (states.length <= data.intervals) states.push(advance(eigenvalues, states.at(-1), spacing));
    const grid = states.map((X) => strengths(X, second, gap));
    const near = (j, h) => strengths(h === 0 ? states[j] : advance(eigenvalues, states[j], h), second, gap);

    function lastCrossing(room) {
      let j = grid.length - 1;
      while (j >= 0 && room(grid[j]) >= 0) j--;
      if (j < 0) return { time: 0, found: grid[0] };
      if (j === grid.length - 1) return null;
      let low = 0, high = spacing;
      for (let i = 0; i < data.halvings; i++) {
        const middle = (low + high) / 2;
        if (room(near(j, middle)) >= 0) high = middle; else low = middle;
      }
      return { time: j * spacing + high, found: near(j, high) };
    }

    const signal = (k) => lastCrossing((at) => at.signals[k] - gap / 2);
    const in_S = lastCrossing((at) => at.S), signal_1 = signal(0);
    const target = signal_1 && (signal_1.found.ratio * gap ** 2) / data.constants.star;
    const noise_1 = signal_1 && lastCrossing((at) => Math.log(target / at.ratio));
    return { gap, grid, times: { in_S, signal_1, noise_1, turn_2: signal(1), in_R: lastCrossing((at) => at.R) } };
  }

  function solve(state) {
    const { step_size: eta, ...rest } = state, key = JSON.stringify(rest);
    if (cached.key !== key) cached = { key, ...flow(rest) };
    const { gap, grid, times } = cached;
    const observed = Object.fromEntries(names.map((name) => [name, times[name] && Math.ceil(times[name].time / eta)]));
    const rate = Math.log1p((-eta * gap) / 6);
    const star = Math.ceil(Math.log(gap ** 2 / data.constants.star) / rate);
    const sharp = Math.ceil(Math.log(gap / data.constants.sharp) / rate);
    const first = observed.signal_1 === null ? null : observed.signal_1 + star;
    const plus = (value, more) => (value === null ? null : value + more);
    const growth = times.in_S && Math.ceil((4 / (eta * gap)) * Math.max(0, Math.log(gap / (2 * times.in_S.found.signals[0]))));
    const granted = {
      in_S: Math.ceil(Math.max(0, -Math.log(6 * eta)) / eta + Math.log(8 / gap) / (eta * gap)),
      signal_1: plus(observed.in_S, growth), noise_1: first,
      turn_2: plus(first, sharp), in_R: plus(first, 2 * sharp + star),
    };
    return { eta, gap, grid, observed, granted, star, sharp, limit: gap / 100, last: grid.length - 1,
      start: Math.sqrt(3 * eta * grid[0].norm), steps: grid.map((_, i) => (i * spacing) / eta) };
  }

  function panels({ observed, granted, grid, steps, gap }) {
    const known = Object.values(granted).filter(Number.isFinite);
    const end = 10 ** Math.ceil(Math.log10(Math.max(...known, steps.at(-1))));
    const height = (i) => names.length - 1 - i, within = (value) => Math.max(value ?? NaN, 1);
    const ends = names.map((name) => [within(observed[name]), within(granted[name])]);
    const curves = [["error", (at) => at.error, 4], ["signal 1", (at) => at.signals[0], 0], ["signal 2", (at) => at.signals[1], 1]]
      .map(([name, value, style]) => ({ name, style,
        points: grid.map((at, i) => [Math.max(steps[i], 1), value(at)]).filter(([, y]) => y >= 1e-12) }));
    return [
      { type: "plane", title: "Observed (dot) and granted (number)", xLabel: "step t", xLog: true, xRange: [1, end],
        yRange: [-0.5, names.length - 0.5], rows: names.map((name) => short[name]).reverse(),
        paths: ends.map((pair, i) => ({ points: pair.map((at) => [at, height(i)]), style: 3 })),
        dots: ends.flatMap(([seen, given], i) => [{ point: [seen, height(i)], name: "", style: 0 },
          { point: [given, height(i)], name: granted[names[i]] === null ? "" : grouped(granted[names[i]]), style: 1 }]),
        alt: "Observed and granted steps. " + names.map((name) =>
          `${short[name]}: observed ${shown(observed[name])}, granted ${shown(granted[name])}`).join("; ") + "." },
      { type: "plane", title: "Error and signals; granted times", xLabel: "step t", xLog: true, yLog: true, xRange: [1, end],
        yRange: [1e-12, 10], paths: [...ends.filter(([, given]) => Number.isFinite(given)).map(([, given]) =>
          ({ points: [[given, 1e-12], [given, 10]], style: 3 })), ...curves],
        dots: curves.map(({ name, points, style }, i) => ({ point: [10 ** i, points[0][1]], name, style })),
        alt: `Error and signals on logarithmic axes, with Δ/2 = ${number(gap / 2)}: signal 1 passes it at step ` +
          `${shown(observed.signal_1)}, signal 2 at step ${shown(observed.turn_2)}. Vertical lines at the granted steps.` },
    ];
  }

  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
  const shown = (value) => (value === null ? "beyond the picture" : grouped(value));
  const factor = (a, b) => (a === null || !b ? "–" : number(a / b, 2));

  function readouts({ observed, granted, star, sharp, eta, gap, limit, start }) {
    return [["t*", grouped(star)], ["t♯", grouped(sharp)], ["gap Δ", number(gap)],
      ...names.map((name) => [`factor, ${short[name]}`, factor(granted[name], observed[name])]),
      ["100η/Δ (≤ 1?)", number(eta / limit)], ["σ₁√(3η) (≤ 1?)", number(start)]];
  }

  function sentence({ observed, granted, eta, limit, start }) {
    const learned = observed.turn_2 < observed.signal_1
      ? `Row 2 comes first, at step ${shown(observed.turn_2)}, and row 1 follows at step ${shown(observed.signal_1)}`
      : `Row 1 is learned at step ${shown(observed.signal_1)}, row 2 at step ${shown(observed.turn_2)}`;
    return `${covered(eta, limit, start)} ${learned}. Theorem 6 calls row 1 quiet from step ${shown(granted.noise_1)} on and ` +
      `turns to row 2 at step ${shown(granted.turn_2)}. It grants R from step ${shown(granted.in_R)}; R is reached at ` +
      `step ${shown(observed.in_R)}.`;
  }

  function covered(eta, limit, start) {
    const reasons = [eta > limit * (1 + 1e-12) && `η is ${number(eta / limit, 2)} times the largest allowed, Δ/100 = ${number(limit)}`,
      start > 1 && `σ₁(X₀) is ${number(start, 2)} times the largest allowed, 1/√(3η)`].filter(Boolean);
    return reasons.length ? `Theorem 6 does not cover this: ${reasons.join(", and ")}.` : "Theorem 6 covers this η and this start.";
  }

  function table({ grid, steps }) {
    return { step: steps, error: grid.map((at) => at.error), signal_1: grid.map((at) => at.signals[0]),
      signal_2: grid.map((at) => at.signals[1]) };
  }

  function scalars({ observed, granted, limit, start }) {
    const pairs = names.flatMap((name) => [[`${name}_granted`, granted[name]], [`${name}_observed`, observed[name]]]);
    return { ...Object.fromEntries(pairs), largest: limit, start };
  }

  return { solve, panels, readouts, sentence, table, scalars, verdict: () => "computed" };
};
