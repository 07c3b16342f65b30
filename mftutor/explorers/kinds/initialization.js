// Two runs of gradient descent from one draw: a small and a large start.

kinds.initialization = (data) => {
  const third = data.third_eigenvalue, problem = unpackStarts(data);

  function solve(state) {
    const { eigenvalues, rows } = problem(state.seed, state.second_eigenvalue);
    const eta = state.step_size, nSteps = Math.round(data.flow_time / eta);
    const gap = Math.min(1 - eigenvalues[1], eigenvalues[1] - third);
    const runs = [["A", state.scale_a], ["B", state.scale_b]].map(([name, scale]) => {
      const run = descend(eigenvalues, rows.map((x) => scale * x), eta, nSteps);
      const tau = run.signal.map((values) => hittingTime(values, gap / 2));
      return { ...run, name, scale, tau, plateau: plateau(run.error, tau) };
    });
    return { runs, eigenvalues, eta, last: nSteps };
  }

  // The error where it is flattest between the two arrivals, or null.
  function plateau(error, tau) {
    const start = Math.min(...tau), end = Math.max(...tau);
    if (tau.includes(null) || start === end) return null;
    let flattest = start;
    for (let t = start; t < end; t++)
      if (Math.abs(error[t + 1] - error[t]) < Math.abs(error[flattest + 1] - error[flattest])) flattest = t;
    return error[flattest];
  }

  function panels({ runs }, t) {
    const at = `at step ${t}`;
    const errors = runs.map((run, i) => ({ name: run.name, values: run.error, style: i }));
    const signals = runs.flatMap((run, i) => [0, 1].map((k) =>
      ({ name: `${run.name} row ${k + 1}`, values: run.signal[k], style: i + 2 * k })));
    const marks = runs.flatMap((run, i) => run.tau.flatMap((when, k) => when === null ? [] :
      [{ x: when, y: run.signal[k][when], name: `${run.name} τ${"₁₂"[k]} = ${when}`, style: i + 2 * k }]));
    return [
      { type: "line", title: "Error ‖Σᵣ − XXᵀ‖ of both runs", xLabel: "step t", bands: [], cursor: t, marks: [],
        series: errors, alt: `Errors of both runs against step, ${at}: ` + runs.map((run) =>
          `${run.name} ${number(run.error[t])}`).join(", ") + `. ${runs.map(story).join(" ")}` },
      { type: "line", log: true, title: "Signals of both runs", xLabel: "step t", bands: [], cursor: t, marks,
        floor: 1e-18, series: signals, alt: `Signals of both runs on a logarithmic axis, ${at}: ` +
          signals.map((s) => `${s.name} ${number(s.values[t])}`).join(", ") + "." },
    ];
  }

  function story({ name, scale, tau, plateau: level }) {
    const start = `${name} (ϖ = ${number(scale)})`;
    if (tau.includes(null)) return `${start} does not learn both eigenvectors within the picture.`;
    const first = tau[0] <= tau[1] ? 1 : 2, times = `at steps ${Math.min(...tau)} and ${Math.max(...tau)}`;
    return `${start} learns eigenvector ${first} first, ${times}` +
      (level === null ? ", without a rest." : `, and rests at an error of ${number(level)}.`);
  }

  function sentence(result, t) {
    const [a, b] = result.runs;
    const now = `At step ${t} the errors are ${number(a.error[t])} and ${number(b.error[t])}.`;
    return [story(a), story(b), comparison(a, b), now].filter(Boolean).join(" ");
  }

  function comparison(a, b) {
    if (a.scale === b.scale) return "The two starts are the same.";
    if (a.tau.includes(null) || b.tau.includes(null)) return "";
    const [large, small] = a.scale > b.scale ? [a, b] : [b, a];
    const later = [0, 1].map((k) => small.tau[k] - large.tau[k]);
    return `For its smaller start ${small.name} pays with ${steps(later[0])} for row 1 and ${steps(later[1])} for row 2` +
      (large.plateau === null || small.plateau === null ? "." :
        `; its plateau is ${number(Math.abs(large.plateau - small.plateau), 2)} ` +
        `${small.plateau < large.plateau ? "lower" : "higher"}.`);
  }

  function steps(count) {
    return `${Math.abs(count)} ${count < 0 ? "steps less" : "steps more"}`;
  }

  function readouts({ runs, eta }, t) {
    return [["flow time ηt", number(eta * t)], ...runs.flatMap(({ name, error, tau, plateau: level }) => [
      [`${name}: error`, number(error[t])], [`${name}: τ₁, τ₂`, tau.map((at) => at ?? "–").join(", ")],
      [`${name}: plateau`, level === null ? "–" : number(level)]])];
  }

  function table({ runs }) {
    return Object.assign({ t: Array.from(runs[0].error.keys()) }, ...runs.map((run) => {
      const name = run.name.toLowerCase();
      return { [`error_${name}`]: run.error, [`signal_1_${name}`]: run.signal[0], [`signal_2_${name}`]: run.signal[1] };
    }));
  }

  const scalars = ({ runs }) => Object.assign({}, ...runs.map(({ tau, plateau }, i) =>
    ({ [`tau_1_${"ab"[i]}`]: tau[0], [`tau_2_${"ab"[i]}`]: tau[1], [`plateau_${"ab"[i]}`]: plateau })));

  return { solve, panels, readouts, sentence, table, scalars, verdict: () => "computed" };
};
