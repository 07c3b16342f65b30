// Gradient descent beside its flow, from the same start on Figure 1's problem.

kinds.flow = (data) => {
  const third = data.third_eigenvalue, problem = unpackStarts(data);

  function solve(state) {
    const { eigenvalues, rows } = problem(state.seed, state.second_eigenvalue);
    const eta = state.step_size, trusted = eta * eigenvalues[0] <= data.trusted_limit;
    const wanted = Math.round(state.flow_time / eta), start = rows.map((x) => state.scale * x);
    const run = descend(eigenvalues, start, eta, trusted ? wanted : Math.min(wanted, data.untrusted_steps));
    const threshold = Math.min(1 - eigenvalues[1], eigenvalues[1] - third) / 2;
    const never = run.divergedAt !== null || !trusted;
    const tau = run.signal.map((values) => (never ? null : hittingTime(values, threshold)));
    // The flow has no step that could be too long: it is followed to the end of the picture.
    const path = flow(eigenvalues, start, eta, wanted);
    const flowTau = flowHittingTimes(eigenvalues, start, eta, path, threshold);
    const apart = distances(run, path), furthest = apart.reduce((at, value, t) => (value > apart[at] ? t : at), 0);
    const padded = (values) => Array.from(path.error, (_, t) => values[t] ?? NaN);
    const descent = { error: padded(run.error), signal: run.signal.map(padded) };
    return { run, descent, path, tau, flowTau, apart: padded(apart), furthest, eta, trusted, threshold, last: wanted };
  }

  // ‖UUᵀ − P‖_F of the upper left 2×2 blocks, at each step.
  function distances(run, path) {
    return Array.from(run.error, (_, t) => {
      const [ours, theirs] = [run, path].map(({ top }) => top.subarray(6 * t, 6 * t + 4));
      const across = ours[0] * ours[2] + ours[1] * ours[3] - (theirs[0] * theirs[2] + theirs[1] * theirs[3]);
      return Math.hypot(run.signal[0][t] - path.signal[0][t], run.signal[1][t] - path.signal[1][t], across, across);
    });
  }

  function panels(result, t) {
    const { descent, path, tau, flowTau, apart, furthest, eta, threshold, last } = result;
    const at = `at step ${t}, flow time ${number(eta * t)}`, xLabel = "step t";
    const errors = [{ name: "descent", values: descent.error, style: 0 }, { name: "flow", values: path.error, style: 1 }];
    const signals = [0, 1].flatMap((k) => [
      { name: `descent ${k + 1}`, values: descent.signal[k], style: 2 * k },
      { name: `flow ${k + 1}`, values: path.signal[k], style: 2 * k + 1 },
    ]);
    const marks = [0, 1].flatMap((k) => [
      { name: "descent", x: tau[k], y: descent.signal[k][tau[k]], style: 2 * k },
      { name: "flow", x: flowTau[k] === null ? null : flowTau[k] / eta, y: threshold, style: 2 * k + 1 },
    ]).filter(({ x }) => x !== null).map((mark) => ({ ...mark, name: `${mark.name}: ${number(mark.x)}` }));
    const far = path.error[0] > 10;  // a huge start falls too far for a linear axis
    return [
      { type: "line", log: far, floor: 1e-4, title: "Error ‖Σᵣ − XXᵀ‖", xLabel, bands: [], cursor: t, series: errors, marks: [],
        alt: `Errors against step, ${at}: ` + errors.map((s) => `${s.name} ${number(s.values[t])}`).join(", ") +
          `. At the last step, ${last}: ` + errors.map((s) => `${s.name} ${number(s.values.at(-1))}`).join(", ") + "." },
      { type: "line", log: true, title: "Signals", xLabel, bands: [], cursor: t, series: signals, marks, floor: 1e-18,
        alt: `Signals on a logarithmic axis, ${at}: ` + signals.map((s) => `${s.name} ${number(s.values[t])}`).join(", ") + "." },
      { type: "line", log: true, title: "Distance of descent from the flow", xLabel, bands: [], cursor: t, marks: [],
        floor: 1e-12, series: [{ name: "distance", values: apart, style: 4 }],
        alt: `Distance of the upper left blocks on a logarithmic axis, ${at}: ${number(apart[t])}; ` +
          `largest ${number(apart[furthest])} at step ${furthest}.` },
    ];
  }

  const times = (tau) => tau.map((time) => (time === null ? "–" : number(time))).join(", ");

  function readouts({ descent, path, tau, flowTau, apart, furthest, eta, last }, t) {
    return [
      ["steps T", last], ["flow time ηt", number(eta * t)], ["descent: error", number(descent.error[t])], ["flow: error", number(path.error[t])],
      ["descent: ητ₁, ητ₂", times(tau.map((step) => (step === null ? null : eta * step)))],
      ["flow: τ₁, τ₂", times(flowTau)], ["distance now", number(apart[t])], ["largest distance", number(apart[furthest])],
    ];
  }

  function sentence(result, t) {
    const { run, path, apart, furthest, eta, trusted } = result;
    if (run.divergedAt !== null)
      return `Descent diverges at step ${run.divergedAt}, for ${run.startSize > 2 ? "the start is" : "the step is"} too large. ` +
        `The flow knows no step size and does not: ${story(result)}.`;
    if (!trusted)
      return `ηλ₁ = ${number(eta)} is ${eta > 1 ? "above" : "close to"} 1, where every step of descent overshoots; ` +
        `its first ${run.last} steps are drawn. The flow knows no step size: ${story(result)}.`;
    return `${story(result)[0].toUpperCase()}${story(result).slice(1)}. ${lateness(result)} Descent and flow are ` +
      `furthest apart at step ${furthest}, by ${number(apart[furthest])}. ` +
      `At step ${t} the errors are ${number(run.error[t])} and ${number(path.error[t])}.`;
  }

  function story({ flowTau }) {
    const learned = [0, 1].filter((k) => flowTau[k] !== null);
    if (learned.length === 0) return "the flow learns no eigenvector within this picture";
    return `the flow learns ${learned.map((k) => `eigenvector ${k + 1} at time ${number(flowTau[k], 4)}`).join(" and ")}`;
  }

  function lateness({ tau, flowTau, eta }) {
    const both = [0, 1].filter((k) => tau[k] !== null && flowTau[k] !== null);
    if (both.length === 0) return "";
    const later = both.map((k) => eta * tau[k] - flowTau[k]);
    return `Descent gets there at ηt = ${both.map((k) => number(eta * tau[k], 4)).join(" and ")}, ` +
      `${later.map((delay) => `${number(Math.abs(delay), 2)} ${delay < 0 ? "earlier" : "later"}`).join(" and ")}.`;
  }

  function table({ descent, path, apart }) {
    return { t: Array.from(path.error.keys()), error: descent.error, flow_error: path.error, signal_1: descent.signal[0],
      flow_signal_1: path.signal[0], signal_2: descent.signal[1], flow_signal_2: path.signal[1], distance: apart };
  }

  function verdict({ run, trusted }) {
    if (run.divergedAt !== null) return `diverged at ${run.divergedAt}`;
    return trusted ? "computed" : "not settled";
  }

  const scalars = ({ tau, flowTau, apart, furthest }) => ({ tau_1: tau[0], tau_2: tau[1],
    flow_tau_1: flowTau[0], flow_tau_2: flowTau[1], largest_distance: apart[furthest] });

  return { solve, panels, readouts, sentence, table, verdict, scalars };
};
