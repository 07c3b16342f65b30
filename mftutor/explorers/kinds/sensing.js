// Matrix sensing: runs from a table, 76 points of each.

kinds.sensing = (data) => {
  const learned = data.eigenvalues.length, subscript = (k) => "₁₂₃"[k];

  // The numbers behind a text: second differences of rounded logarithms, 0, −1, 1, … from `zero` on.
  function column(text, j, floor) {
    const values = new Float64Array(data.points);
    for (let p = 0, change = 0, sum = 0; p < data.points; p++) {
      const code = text.charCodeAt(j * data.points + p) - data.zero;
      change += code % 2 ? -(code + 1) / 2 : code / 2;
      sum += change;
      values[p] = floor * 10 ** (sum / data.per_decade);
    }
    return values;
  }

  function solve({ columns, scale, measurements }) {
    const at = nearest(data.scales, scale);
    const i = (data.measurements.indexOf(measurements) * data.columns.length + data.columns.indexOf(columns)) *
      data.scales.length + data.scales.indexOf(at);
    const text = data.texts[i], count = Math.min(columns, learned);
    const signal = Array.from({ length: learned }, (_, k) => column(text, 1 + k, data.signal_floor));
    const distance = Array.from({ length: count }, (_, s) => column(text, 1 + learned + s, data.distance_floor));
    const passes = distance.map((values) => values.indexOf(Math.min(...values)));
    const steps = Array.from({ length: data.points }, (_, p) => p * data.interval);
    return { columns, scale: at, measurements, error: column(text, 0, data.distance_floor), signal, distance, passes,
      half: data.half_times[i], loss: data.final_loss[i], steps, last: steps.at(-1) };
  }

  const point = (t) => Math.min(Math.round(t / data.interval), data.points - 1);
  const stepShown = ({ steps }, t) => steps[point(t)];

  function panels(result, t) {
    const { signal, distance, passes, half, steps } = result, p = point(t), at = `at step ${steps[p]}`;
    const signals = signal.map((values, k) => ({ name: `signal ${k + 1}`, values, style: k }));
    const fits = distance.map((values, s) => ({ name: `to Z${subscript(s)}*`, values, style: s }));
    const times = half.flatMap((when, k) => (when === null ? [] :
      [{ x: when / data.interval, y: data.eigenvalues[k] / 2, name: `half ${k + 1} at ${when}`, style: k }]));
    const nearest = passes.map((pass, s) => ({ x: pass, y: distance[s][pass], name: "", style: s }));
    const common = { type: "line", xLabel: "step t", xStep: data.interval, bands: [], cursor: p };
    const said = (all) => all.map((each) => `${each.name} ${number(each.values[p])}`).join(", ");
    return [
      { ...common, title: "Signals along v₁, v₂, v₃", marks: times, series: signals,
        alt: `Signals against step, ${at}: ${said(signals)}. Those of the ground truth are ${data.eigenvalues.join(", ")}.` },
      { ...common, title: "Distance to the best fits", log: true, floor: data.distance_floor, marks: nearest, series: fits,
        alt: `Distances to the best fits of each rank on a logarithmic axis, ${at}: ${said(fits)}. ${visits(result)}` },
    ];
  }

  function readouts({ error, signal, distance, half, loss, steps }, t) {
    const p = point(t);
    return [["step shown", steps[p]], ["relative error", number(error[p])],
      ...signal.map((values, k) => [`signal ${k + 1}`, number(values[p])]),
      ...distance.map((values, s) => [`distance to Z${subscript(s)}*`, number(values[p])]),
      ["half-times", half.map((when) => when ?? "–").join(", ")], ["error at the end", number(error.at(-1))],
      ["loss at the end", loss <= 1e-12 ? "below 10⁻¹²" : number(loss, 2)]];
  }

  function visits({ distance, passes, steps }) {
    return "It comes as near as " + distance.map((values, s) =>
      `${number(values[passes[s]], 2)} to Z${subscript(s)}* (step ${steps[passes[s]]})`).join(", ") + ".";
  }

  function sentence(result, t) {
    const { columns, scale, measurements, error, distance, steps } = result, p = point(t);
    const start = `${columns} column${columns > 1 ? "s" : ""}, α = ${number(scale)}, ${measurements} measurements`;
    const near = distance.reduce((best, values, s) => (values[p] < distance[best][p] ? s : best), 0);
    const now = columns > 1 ? `at step ${steps[p]} UUᵀ is nearest to Z${subscript(near)}*, at a distance of ` +
      `${number(distance[near][p])}` : `at step ${steps[p]} UUᵀ is at a distance of ${number(distance[0][p])} from Z₁*`;
    return `${start}: ${now}, and the relative error is ${number(error[p])}. ${visits(result)} ${end(result)}`;
  }

  function end({ columns, error, distance, loss }) {
    const left = error.at(-1), met = loss < 2e-3 ? ", although it meets the measurements" : "";
    if (left < 0.02) return "It finds the ground truth.";
    if (columns >= learned) return `At the end its error is ${number(left, 2)}${met}: it has not found the ground truth.`;
    const apart = distance.at(-1).at(-1);
    return apart < 0.01 ? `It ends at the best fit of rank ${columns}, as three eigenvectors do not fit in.`
      : `At the end it is still ${number(apart, 2)} from the best fit of rank ${columns}.`;
  }

  function table({ steps, error, signal, distance }) {
    const named = (name, all) => Object.fromEntries(all.map((values, k) => [`${name}_${k + 1}`, values]));
    return { t: steps, error, ...named("signal", signal), ...named("distance", distance) };
  }

  const scalars = ({ half, loss }) => ({ half_1: half[0], half_2: half[1], half_3: half[2], final_loss: loss });

  return { solve, stepShown, panels, readouts, sentence, table, scalars, verdict: () => "computed" };
};
