// Explorers: controls, pictures and words around a model that runs in the page.
//
// This file follows numerics.js and the kinds: it draws what a kind returns (its panels are
// line plots, heat maps and phase planes) and keeps it in step with the model's state.

// ---------------------------------------------------------------- pictures, as markup

const WIDTH = 340, HEIGHT = 220, LEFT = 40, RIGHT = 62, TOP = 26, BOTTOM = 30;
const draw = { line: linePlot, heat: heatMap, plane: phasePlane };

function escaped(text) {
  return String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
}

function text(x, y, content, attributes = "") {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;
}

// The map of an interval onto pixels, with its ticks; `log` for a logarithmic one.
function axis(min, max, from, to, log) {
  const f = log ? Math.log10 : (value) => value;
  const low = f(min), high = f(max) > f(min) ? f(max) : f(min) + 1;
  const place = (value) => from + ((f(value) - low) / (high - low)) * (to - from);
  const rough = (high - low) / 4, size = 10 ** Math.floor(Math.log10(rough));
  let step = size * [1, 2, 5, 10].find((factor) => factor * size >= rough);
  if (log) step = Math.max(1, Math.round(step));
  const ticks = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + 1e-9 * step; at += step)
    ticks.push(log ? 10 ** at : Math.abs(at) < step / 1e6 ? 0 : at);
  return { place, ticks, min: log ? 10 ** low : low };
}

function tickLabel(value, log) {
  return log ? `10${superscript(Math.round(Math.log10(value)))}` : number(value);
}

// Values are placed by their index; `xStep` is the number of steps between two of them.
function linePlot(spec) {
  const last = spec.series[0].values.length - 1, xStep = spec.xStep ?? 1;
  const steps = axis(0, Math.max(last, 1) * xStep, LEFT, WIDTH - RIGHT, false);
  const x = { ...steps, place: (index) => steps.place(index * xStep) };
  const y = valueAxis(spec);
  const parts = spec.bands.map((band, i) => bandMarkup(band, i, x, spec.unnamed));
  for (const value of y.ticks) {
    const at = y.place(value);
    parts.push(`<line class="mft-grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>`,
      text(LEFT - 5, at + 4, tickLabel(value, spec.log), 'text-anchor="end"'));
  }
  for (const value of steps.ticks) parts.push(text(steps.place(value), HEIGHT - BOTTOM + 14, number(value), 'text-anchor="middle"'));
  parts.push(text(WIDTH - RIGHT, HEIGHT - 3, spec.xLabel, 'text-anchor="end"'));
  for (const s of spec.series) parts.push(`<path class="mft-line mft-style-${s.style}" d="${pathData(s.values, x, y)}"/>`);
  parts.push(cursorMarkup(spec, x, y), labelMarkup(spec, y));
  spec.marks.forEach((mark, i) => parts.push(
    `<circle class="mft-dot mft-style-${mark.style}" r="4" cx="${x.place(mark.x)}" cy="${y.place(mark.y)}"/>`,
    text(x.place(mark.x) + 4, HEIGHT - BOTTOM - 5 - 13 * i, mark.name)));
  return parts.join("");
}

function valueAxis(spec) {
  let min = Infinity, max = -Infinity;
  for (const { values } of spec.series)
    for (const value of values)
      if (Number.isFinite(value) && value > (spec.log ? 0 : -Infinity)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
  if (!(max > -Infinity)) [min, max] = [spec.floor ?? 0, 1];
  if (!spec.log) return axis(0, max * 1.05, HEIGHT - BOTTOM, TOP, false);
  const low = Math.max(min, spec.floor), high = Math.max(max, 10 * spec.floor);
  return axis(10 ** Math.floor(Math.log10(low)), 10 ** Math.ceil(Math.log10(high)), HEIGHT - BOTTOM, TOP, true);
}

// At most 400 points, and a gap where the values leave the axis.
function pathData(values, x, y) {
  const stride = Math.ceil(values.length / 400), last = values.length - 1;
  let data = "", pen = "M";
  for (let i = 0; i <= last; i = i === last ? last + 1 : Math.min(i + stride, last)) {
    const value = values[i];
    if (!Number.isFinite(value) || value < y.min) { pen = "M"; continue; }
    data += `${pen}${x.place(i).toFixed(1)} ${y.place(value).toFixed(1)}`;
    pen = "L";
  }
  return data;
}

function bandMarkup(band, i, x, unnamed) {
  const from = x.place(band.from), width = x.place(band.to) - from;
  const name = !unnamed && width > 6 * band.name.length ? text(from + 4, TOP + 10, band.name, 'class="mft-band-name"') : "";
  return `<rect class="mft-band mft-band-${i % 3}" x="${from}" y="${TOP}" width="${Math.max(width, 0)}" ` +
    `height="${HEIGHT - BOTTOM - TOP}"/>${name}`;
}

function cursorMarkup(spec, x, y) {
  const at = x.place(spec.cursor);
  const dots = spec.series.filter((s) => s.values[spec.cursor] >= y.min).map((s) =>
    `<circle class="mft-dot mft-style-${s.style}" r="3" cx="${at}" cy="${y.place(s.values[spec.cursor])}"/>`);
  return `<line class="mft-cursor" x1="${at}" x2="${at}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>${dots.join("")}`;
}

// Names at the right ends of the lines, pushed apart where the lines meet.
function labelMarkup(spec, y) {
  const floor = HEIGHT - BOTTOM;
  const labels = spec.series.map((s) => {
    const end = s.values.at(-1);
    return { s, y: Number.isFinite(end) && end >= y.min ? y.place(end) : floor };
  }).sort((a, b) => a.y - b.y);
  labels.forEach((label, i) => { if (i) label.y = Math.max(label.y, labels[i - 1].y + 12); });
  const excess = Math.max(0, (labels.at(-1)?.y ?? 0) - floor);
  return labels.map(({ s, y: at }) =>
    text(WIDTH - RIGHT + 5, at - excess + 4, s.name, `class="mft-name mft-style-${s.style}"`)).join("");
}

function heatMap(spec) {
  const n = spec.block.length, side = Math.min((HEIGHT - TOP - 8) / n, 62), x0 = (WIDTH - n * side) / 2;
  return spec.block.flatMap((row, i) => row.map((value, j) => {
    const depth = Math.min(Math.abs(value), 1), x = x0 + j * side, y = TOP + i * side;
    return `<rect class="mft-cell mft-${value < 0 ? "negative" : "positive"}" fill-opacity="${depth.toFixed(3)}" ` +
      `x="${x}" y="${y}" width="${side - 2}" height="${side - 2}"/>` +
      text(x + side / 2 - 1, y + side / 2 + 4, Math.abs(value) < 0.005 ? "0" : value.toFixed(2),
        `text-anchor="middle" class="${depth > 0.5 ? "mft-on-color" : ""}"`);
  })).join("");
}

// Paths and shaded regions in a plane; `regions` are polygons, `dots` single points. Either axis
// may be logarithmic (`xLog`, `yLog`), and `rows` names the heights 0, 1, … in place of ticks.
function phasePlane(spec) {
  const [xMin, xMax] = spec.xRange, [yMin, yMax] = spec.yRange;
  const x = axis(xMin, xMax, LEFT, WIDTH - RIGHT, spec.xLog), y = axis(yMin, yMax, HEIGHT - BOTTOM, TOP, spec.yLog);
  const inside = (value, [low, high]) => Math.min(Math.max(value, low), high);
  const at = (a, b) => `${x.place(inside(a, spec.xRange)).toFixed(1)} ${y.place(inside(b, spec.yRange)).toFixed(1)}`;
  const line = (points) => points.filter((p) => p.every(Number.isFinite)).map(([a, b], i) => (i ? "L" : "M") + at(a, b)).join("");
  const parts = (spec.regions ?? []).map((region) => `<path class="mft-region" d="${line(region.points)}Z"/>`);
  for (const [value, label] of spec.rows?.entries() ?? y.ticks.map((tick) => [tick, tickLabel(tick, spec.yLog)]))
    parts.push(`<line class="mft-grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y.place(value)}" y2="${y.place(value)}"/>`,
      text(LEFT - 5, y.place(value) + 4, label, 'text-anchor="end"'));
  for (const value of x.ticks)
    parts.push(text(x.place(value), HEIGHT - BOTTOM + 14, tickLabel(value, spec.xLog), 'text-anchor="middle"'));
  parts.push(text(WIDTH - RIGHT, HEIGHT - 3, spec.xLabel, 'text-anchor="end"'), text(LEFT + 3, TOP + 2, spec.yLabel ?? ""));
  for (const path of spec.paths) parts.push(`<path class="mft-line mft-style-${path.style}" d="${line(path.points)}"/>`);
  for (const { point: [a, b], name, style } of spec.dots)
    if (Number.isFinite(a) && Number.isFinite(b)) {
      const px = x.place(inside(a, spec.xRange)), py = y.place(inside(b, spec.yRange));
      parts.push(`<circle class="mft-dot mft-style-${style}" r="4" cx="${px.toFixed(1)}" cy="${py.toFixed(1)}"/>`,
        text(px + 6, py - 5, name));
    }
  for (const region of spec.regions ?? [])
    if (region.name) parts.push(text(x.place(region.at[0]), y.place(region.at[1]), region.name, 'class="mft-band-name"'));
  return parts.join("");
}

// ---------------------------------------------------------------- state in the address

// The fragment reads #section&name.parameter=value&…: a section's anchor, then pairs, each
// belonging to the explorer of that name.
function fragmentChunks() {
  return location.hash.slice(1).split("&").filter(Boolean);
}

function readFragment(name, controls) {
  const found = {};
  for (const chunk of fragmentChunks()) {
    const [key, value] = chunk.split("=");
    const control = controls.find((c) => key === `${name}.${c.name}`);
    if (!control) continue;
    const accepted = acceptedValue(control, value ?? "");
    if (accepted === null) return {};
    found[control.name] = accepted;
  }
  return found;
}

function acceptedValue(control, written) {
  if (!/^[-+]?\d+\.?\d*(e[-+]?\d+)?$/i.test(written)) return null;
  const value = Number(written);
  if (control.type === "select") return control.options.includes(value) ? value : null;
  if (control.integer && !Number.isInteger(value)) return null;
  if (!(value >= control.min && value <= control.max)) return null;
  return control.grid ? nearest(control.grid, value) : value;
}

function writeFragment(name, controls, state) {
  const others = fragmentChunks().filter((chunk) => !chunk.startsWith(`${name}.`));
  const own = controls.filter((c) => state[c.name] !== c.default).map((c) => `${name}.${c.name}=${state[c.name]}`);
  const fragment = [...others, ...own].join("&");
  history.replaceState(history.state, "", fragment ? `#${fragment}` : location.pathname + location.search);
}

// ---------------------------------------------------------------- the explorer on the page

function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties))
    if (key in node && key !== "list") node[key] = value;
    else node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// Screen readers hear the live region's sentence, not each number as it changes.
function quietOutput(value = "") {
  return element("output", { "aria-live": "off", textContent: value });
}

// A labelled native control; `show(value, max, said)` moves it and prints it, or `said` in its place;
// `onInput(value)` hears it.
function controlRow(control, onInput) {
  const output = quietOutput();
  let input, show;
  if (control.type === "select") {
    input = element("select", {}, ...control.options.map((value) =>
      element("option", { value, textContent: (control.names ?? {})[value] ?? value })));
    input.onchange = () => onInput(Number(input.value));
    show = (value) => {
      input.value = String(value);
      output.value = input.selectedOptions[0].textContent;  // shown on paper
    };
  } else {
    const log = control.type === "log", place = log ? Math.log10 : (value) => value;
    const read = () => (log ? Number((10 ** input.valueAsNumber).toPrecision(3)) : input.valueAsNumber);
    const value = () => (control.grid ? nearest(control.grid, read()) : read());
    input = element("input", { type: "range", min: place(control.min), max: place(control.max), step: control.step });
    input.oninput = () => onInput(Math.min(Math.max(value(), control.min), control.max));
    show = (shown, max, said = shown) => {
      if (max !== undefined) input.max = String(max);
      input.value = String(place(shown));
      output.value = number(said, 4);
      input.setAttribute("aria-valuetext", output.value);
    };
  }
  input.name = control.name;
  const label = element("label", { className: "mft-control", title: control.description },
    element("span", { textContent: control.label }), input, output);
  return { label, input, show };
}

function render({ model, el }) {
  const kind = kinds[model.get("kind")](model.get("data"));
  const all = model.get("controls"), time = all.find((c) => c.type === "time");
  const root = element("div", { className: "mft", role: "group", "aria-label": model.get("title") });
  const names = all.map((c) => c.name), stops = [];
  let drawn = false, solved = null, result = null, last = 0, saving = null, announcing = null, pending = 0, playing = null;

  const stateNow = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const shownTime = (state) => (time ? Math.min(state[time.name], last) : 0);

  function change(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    saving ??= setTimeout(() => { saving = null; model.save_changes(); }, 60);
  }

  const rows = Object.fromEntries(all.map((control) =>
    [control.name, controlRow(control, (value) => { stop(); change({ [control.name]: value }); })]));
  const play = element("button", { type: "button", textContent: "Play", onclick: () => (playing === null ? start() : stop()) });
  const reset = element("button", { type: "button", textContent: "Reset",
    onclick: () => { stop(); change(Object.fromEntries(all.map((c) => [c.name, c.default]))); } });
  const save = element("button", { type: "button", textContent: "Download CSV", onclick: download });
  const sentence = element("p", { className: "mft-sentence" });
  const panels = element("div", { className: "mft-panels" });
  const readouts = element("div", { className: "mft-readouts" });
  const live = element("div", { className: "mft-live", "aria-live": "polite" });
  root.append(
    element("div", { className: "mft-controls" }, ...all.filter((c) => c !== time).map((c) => rows[c.name].label)),
    element("div", { className: "mft-time" }, ...(time ? [play, rows[time.name].label] : []), reset, save),
    panels, live);
  panels.append(element("div", { className: "mft-words" }, sentence, readouts));
  el.append(root);

  function update() {
    pending = 0;
    const state = stateNow(), { [time?.name]: _, ...parameters } = state, key = JSON.stringify(parameters);
    if (key !== solved) { result = kind.solve(state); last = result.last; solved = key; }
    const t = shownTime(state);
    for (const control of all) {
      // Where steps are sampled the slider moves freely, so that keys work, and names the step that is shown.
      if (control === time) rows[control.name].show(t, last, kind.stepShown?.(result, t));
      else rows[control.name].show(state[control.name]);
    }
    showPanels(kind.panels(result, t, state));
    sentence.textContent = kind.sentence(result, t, state);
    readouts.replaceChildren(...kind.readouts(result, t, state).map(([name, value]) =>
      element("span", {}, element("span", { textContent: name }), quietOutput(value))));
    clearTimeout(announcing);
    // Not at first: a page is not read out because it was opened.
    if (playing === null && drawn) announcing = setTimeout(() => { live.textContent = sentence.textContent; }, 500);
    drawn = true;
    address.write(state);
  }

  function showPanels(specs) {
    while (panels.children.length <= specs.length) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
      svg.setAttribute("role", "img");
      panels.lastChild.before(svg);
    }
    specs.forEach((spec, i) => {
      panels.children[i].setAttribute("aria-label", spec.alt);
      panels.children[i].innerHTML = text(4, 14, spec.title, 'class="mft-title"') + draw[spec.type](spec);
    });
  }

  function schedule() { pending ||= requestAnimationFrame(update); }

  // Eight seconds from end to end; in ten jumps for readers who asked for less motion.
  function start() {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    let t = shownTime(stateNow()), before = null;
    if (t >= last) t = 0;
    play.textContent = "Pause";
    const tick = (now) => {
      if (calm) t += before === null ? 0 : last / 10;
      else t += before === null ? 0 : (last * (now - before)) / 8000;
      before = now;
      change({ [time.name]: Math.min(Math.round(t), last) });
      if (t >= last) return stop();
      // How to undo the next move: timers and frames are numbered apart.
      const id = calm ? setTimeout(() => tick(0), 1000) : requestAnimationFrame(tick);
      playing = calm ? () => clearTimeout(id) : () => cancelAnimationFrame(id);
    };
    playing = () => {};
    tick(performance.now());
  }

  function stop() {
    if (playing === null) return;
    playing();
    playing = null;
    play.textContent = "Play";
    schedule();
  }

  function csv() {
    const columns = kind.table(result), header = Object.keys(columns);
    const lines = Array.from(columns[header[0]], (_, i) => header.map((name) => columns[name][i]).join(","));
    return [header.join(","), ...lines, ""].join("\n");
  }

  function download() {
    const url = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    element("a", { href: url, download: `mftutor-${model.get("kind")}.csv` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  const address = model.inPage ? inAddress() : { write() {} };

  function inAddress() {
    const name = model.inPage, defaults = Object.fromEntries(all.map((c) => [c.name, c.default]));
    let writing = null;
    const write = () => {
      clearTimeout(writing);
      writing = setTimeout(() => writeFragment(name, all, stateNow()), 150);
    };
    const read = () => {
      const mine = fragmentChunks().some((chunk) => chunk.startsWith(`${name}.`));
      if (mine) change({ ...defaults, ...readFragment(name, all) });
      write();
    };
    const onHash = () => { stop(); read(); };
    addEventListener("hashchange", onHash);
    stops.push(() => { removeEventListener("hashchange", onHash); clearTimeout(writing); });
    read();
    return { write };
  }

  for (const name of names) {
    model.on(`change:${name}`, schedule);
    stops.push(() => model.off(`change:${name}`, schedule));
  }
  el.explorer = { state: stateNow, tableOf: (state) => kind.table(kind.solve(state)),
    verdictOf: (state) => kind.verdict(kind.solve(state)),
    scalarsOf: (state) => kind.scalars?.(kind.solve(state)) ?? {} };
  update();
  return () => { stop(); cancelAnimationFrame(pending); clearTimeout(announcing); stops.forEach((undo) => undo()); };
}

export default { render };
