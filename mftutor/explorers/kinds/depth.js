// Deep factorization: runs from a table, 73 points of each.

kinds.depth = (data) => {
  const bytes = Uint8Array.from(atob(data.values), (c) => c.charCodeAt(0)), integers = new Int16Array(bytes.buffer);
  const points = data.intervals + 1, learned = data.eigenvalues, full = data.widths[0];

  function solve({ depth, width, scale }) {
    const at = nearest(data.scales, scale);
    const i = (data.depths.indexOf(depth) * data.widths.length + data.widths.indexOf(width)) * data.scales.length +
      data.scales.indexOf(at);
    const column = (j) => Float64Array.from({ length: points }, (_, p) =>
      integers[(i * points + p) * (1 + learned.length) + j] * data.unit);
    const interval = data.interval[i], [error, ...signal] = [0, ...learned].map((_, j) => column(j));
    const steps = Array.from({ length: points }, (_, p) => p * interval);
    return { depth, width, scale: at, interval, half: data.half_times[i], error, signal, steps, last: data.intervals * interval };
  }

  function point({ interval }, t) {
    return Math.min(Math.round(t / interval), data.intervals);
  }

  const stepShown = (result, t) => result.steps[point(result, t)];

  function bands({ half, interval }) {
    const ends = half.filter((t) => t !== null).sort((a, b) => a - b).map((t) => t / interval);
    return [0, ...ends].map((from, i) => ({ from, to: ends[i] ?? data.intervals, name: `${i} learned` }));
  }

  function panels(result, t) {
    const { error, signal, half, interval, steps } = result, p = point(result, t), at = `at step ${steps[p]}`;
    const series = signal.map((values, k) => ({ name: `signal ${k + 1}`, values, style: k }));
    const marks = half.flatMap((when, k) => when === null ? [] :
      [{ x: when / interval, y: learned[k] / 2, name: `t${"₁₂₃"[k]} = ${when}`, style: k }]);
    const common = { xLabel: "step t", xStep: interval, bands: bands(result), cursor: p };
    return [
      { ...common, type: "line", title: "Error ‖P − Σ‖", marks: [], series: [{ name: "error", values: error, style: 4 }],
        alt: `Error against step: ${number(error[0])} at the start, ${number(error[p])} ${at}, ` +
          `${number(error.at(-1))} at step ${result.last}.` },
      { ...common, type: "line", title: "Signals: the diagonal of P", unnamed: true, marks, series,
        alt: `Signals against step. ${at.replace("at", "At")}: ` +
          series.map((s) => `${s.name} ${number(s.values[p])}`).join(", ") + `. Their limits are ${learned.join(", ")}.` },
    ];
  }

  function readouts(result, t) {
    const { error, signal, half, steps, last } = result, p = point(result, t);
    return [["steps in all", last], ["step shown", steps[p]], ["error", number(error[p])],
      ...signal.map((values, k) => [`signal ${k + 1}`, number(values[p])]),
      ...half.map((when, k) => [`half-time ${k + 1}`, when ?? "–"])];
  }

  function sentence(result, t) {
    const { depth, width, scale, error, half, steps, last } = result, p = point(result, t);
    const start = `${depth} factors, ${width === full ? "no bottleneck" : `a bottleneck of width ${width}`}, α = ${number(scale)}`;
    const done = half.flatMap((when, k) => (when !== null && when <= steps[p] ? [k + 1] : []));
    const now = `at step ${steps[p]} the error is ${number(error[p])}, and ` +
      (done.length ? `half of signal ${done.join(" and ")} has been learned` : "no signal has been half learned");
    const arrived = half.filter((when) => when !== null);
    const ordered = arrived.every((when, k) => k === 0 || when >= arrived[k - 1]);
    const end = half.includes(null) ? `Up to step ${last} only ${arrived.length} of ${half.length} arrive.`
      : `The half-times are ${half.join(", ")}: ${ordered ? "the larger eigenvalue first" : "not in the order of the eigenvalues"}.`;
    return `${start}: ${now}. ${end}`;
  }

  function table({ steps, error, signal }) {
    return { t: steps, error, signal_1: signal[0], signal_2: signal[1], signal_3: signal[2] };
  }

  const scalars = ({ half }) => ({ half_1: half[0], half_2: half[1], half_3: half[2] });

  return { solve, stepShown, panels, readouts, sentence, table, scalars, verdict: () => "computed" };
};
