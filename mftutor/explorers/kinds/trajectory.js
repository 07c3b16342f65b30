// Figure 1: one run of gradient descent, from the 35 rows that stand for its 4000.

kinds.trajectory = (data) => {
  const third = data.third_eigenvalue, problem = unpackStarts(data);

  function solve(state) {
    const { eigenvalues, rows } = problem(state.seed, state.second_eigenvalue);
    const eta = state.step_size, trusted = eta * eigenvalues[0] <= data.trusted_limit;
    const wanted = Math.round(state.flow_time / eta);
    const nSteps = trusted ? wanted : Math.min(wanted, data.untrusted_steps);
    const run = descend(eigenvalues, rows.map((x) => state.scale * x), eta, nSteps);
    const gap = Math.min(1 - eigenvalues[1], eigenvalues[1] - third);
    const never = run.divergedAt !== null || !trusted;
    const tau = run.signal.map((values) => (never ? null : hittingTime(values, gap / 2)));
    return { run, eigenvalues, eta, tau, trusted, last: run.last };
  }

  function bands({ tau, last }) {
    const ends = tau.filter((t) => t !== null).sort((a, b) => a - b);
    const names = ["waiting", "one learned", "both learned"];
    return [0, ...ends].map((from, i) => ({ from, to: ends[i] ?? last, name: names[i] }));
  }

  function panels(result, t) {
    const { run, tau, eigenvalues } = result;
    const phases = result.trusted && run.divergedAt === null ? bands(result) : [];
    const strengths = [0, 1].flatMap((k) => [
      { name: `signal ${k + 1}`, values: run.signal[k], style: k },
      { name: `noise ${k + 1}`, values: run.noise[k], style: k + 2 },
    ]);
    const marks = tau.flatMap((at, k) =>
      at === null ? [] : [{ x: at, y: run.signal[k][at], name: `τ${"₁₂"[k]} = ${at}`, style: k }]);
    const at = `t = ${t}`, block = topBlock(run, t);
    return [
      { type: "line", title: "Error ‖Σᵣ − XXᵀ‖", xLabel: "step t", bands: phases, cursor: t,
        series: [{ name: "error", values: run.error, style: 4 }], marks: [],
        alt: `Error against step: ${number(run.error[0])} at the start, ` +
          `${number(run.error[t])} at ${at}, ${number(run.error[result.last])} at step ${result.last}.` },
      { type: "line", log: true, title: "Signals and noises", xLabel: "step t", bands: phases,
        unnamed: true, cursor: t, series: strengths, marks, floor: 1e-12,
        alt: `Signals and noises on a logarithmic axis. At ${at}: ` +
          strengths.map((s) => `${s.name} ${number(s.values[t])}`).join(", ") + "." },
      { type: "heat", title: `Upper left of XXᵀ at ${at}`, block,
        alt: `Upper left block of X X transposed at ${at}: ` + block
          .map((row) => row.map((value) => number(value, 2)).join(", ")).join("; ") +
          `. Its limit is ${number(eigenvalues[0])} and ${number(eigenvalues[1])} on the diagonal.` },
    ];
  }

  function topBlock({ top }, t) {
    const rows = [0, 2, 4].map((i) => [top[6 * t + i], top[6 * t + i + 1]]);
    return rows.map((u) => rows.map((v) => u[0] * v[0] + u[1] * v[1]));
  }

  function readouts({ run, tau, eta, last }, t) {
    return [
      ["steps T", last], ["flow time ηt", number(eta * t)], ["error", number(run.error[t])],
      ["signal 1", number(run.signal[0][t])], ["signal 2", number(run.signal[1][t])],
      ["τ₁", tau[0] ?? "–"], ["τ₂", tau[1] ?? "–"],
    ];
  }

  function sentence(result, t) {
    const { run, tau, trusted, eta, eigenvalues, last } = result;
    if (run.divergedAt !== null) return divergence(result);
    if (!trusted)
      return `ηλ₁ = ${number(eta)} is ${eta > 1 ? "above" : "close to"} 1, where every step ` +
        `overshoots: ${eta > 1 ? "descent does not settle on a solution" : "descent settles slowly, if at all"}. ` +
        `Only the first ${last} steps are drawn, since later ones depend on rounding.`;
    const order = [0, 1].filter((k) => tau[k] !== null && tau[k] <= t);
    const here = `At step ${t} the error is ${number(run.error[t])}`;
    if (order.length === 0) {
      const next = Math.min(...tau.map((at) => at ?? Infinity));
      return `${here}: waiting. No eigenvector has been learned; row 1 has grown to ` +
        `${number(run.signal[0][t])} of the ${number(eigenvalues[0])} it will reach` +
        (next < Infinity ? `, and the first arrives at step ${next}.` : ", too late for this picture.");
    }
    if (order.length === 2)
      return `${here}: both eigenvectors have been learned, ${tau[0] <= tau[1] ? "the larger" : "the smaller"} ` +
        `first, at steps ${Math.min(...tau)} and ${Math.max(...tau)}. What is left is noise, and it decays.`;
    const other = 1 - order[0];
    return `${here}: eigenvector ${order[0] + 1} has been learned, since step ${tau[order[0]]}. ` +
      `Row ${other + 1} is at ${number(run.signal[other][t])} of ${number(eigenvalues[other])} and ` +
      (tau[other] === null ? "will not arrive within this picture." : `arrives at step ${tau[other]}.`);
  }

  function divergence({ run, eta, eigenvalues }) {
    const limit = number(3 + eta * eigenvalues[0]);
    const why = run.startSize > 2
      ? "the start is too large for this step size"
      : "the step size is too large: each correction overshoots by more than it corrects";
    return `Diverged at step ${run.divergedAt}: ησ₁²(X) = ${number(run.size)} has passed 3 + ηλ₁ = ${limit}, ` +
      `and from here on the norm at least doubles at every step. The reason: ${why}.`;
  }

  function table({ run }) {
    return { t: Array.from(run.error.keys()), error: run.error, signal_1: run.signal[0],
      signal_2: run.signal[1], noise_1: run.noise[0], noise_2: run.noise[1] };
  }

  function verdict({ run, trusted }) {
    if (run.divergedAt !== null) return `diverged at ${run.divergedAt}`;
    return trusted ? "computed" : "not settled";
  }

  const scalars = ({ tau }) => ({ tau_1: tau[0], tau_2: tau[1] });

  return { solve, panels, readouts, sentence, table, verdict, scalars };
};
