// An explorer: a kind's pictures and words, kept in step with the model's state.

import { addressOf } from "./address.js";
import { element } from "./controls.js";
import { player } from "./player.js";
import { sharedState } from "./state.js";
import { unpacked } from "./tables.js";
import { view } from "./view.js";

/** @import { Control, Kind, Model, State } from "./types" */

/**
 * Bring an explorer alive in an element; what is returned undoes it.
 * @param {Kind} kind
 * @param {Model} model
 * @param {HTMLElement} el
 */
export function open(kind, model, el) {
  /** @type {Control[]} */
  const controls = model.get("controls");
  const time = controls.find(({ type }) => type === "time");
  const state = sharedState(model, controls);
  const computed = solver(kind, unpacked(model.get("data")), time);
  const redraw = onceAFrame(update);
  const announcement = later(500, () => shown.announce());
  const play = player(
    () => computed.at(state.now()),
    (t) => time && state.change({ [time.name]: t }),
    (playing) => {
      shown.setPlaying(playing);
      redraw.ask();
    },
  );
  const shown = view(model.get("title"), controls, time, {
    change: changeTo,
    play: () => (play.playing() ? play.stop() : play.start()),
    reset: () => changeTo(state.defaults),
    download: () => download(`mftutor-${model.get("kind")}`, computed.table(state.now())),
  });
  const address = model.inPage ? addressOf(model.inPage, controls, state, play.stop) : null;

  /** @param {State} values */
  function changeTo(values) {
    play.stop();
    state.change(values);
  }

  function update() {
    const values = state.now();
    shown.show({ values, ...computed.picture(values) });
    announcement.cancel();
    if (!play.playing()) announcement.ask();
    address?.write();
  }

  update();
  announcement.cancel(); // a page is not read out because it was opened
  el.append(shown.root);
  const deaf = state.listen(redraw.ask);
  Object.assign(el, { explorer: inspected(state.now, computed) });
  return () => {
    play.stop();
    deaf();
    address?.stop();
    redraw.cancel();
    announcement.cancel();
    state.flush();
    shown.root.remove();
  };
}

/**
 * The widget of a kind, as anywidget wants it.
 * @param {Kind} kind
 */
export function widget(kind) {
  /** @param {{ model: Model, el: HTMLElement }} place */
  const render = ({ model, el }) => open(kind, model, el);
  return { render };
}

/**
 * A kind with its data, computed anew only when more than time has changed.
 * @param {Kind} kind
 * @param {Record<string, any>} data
 * @param {Control | undefined} time
 */
function solver(kind, data, time) {
  let solved = "";
  /** @type {any} */
  let result = null;

  /** @param {State} state */
  function at(state) {
    const { [time?.name ?? ""]: wanted = 0, ...parameters } = state;
    const key = JSON.stringify(parameters);
    if (key !== solved) [solved, result] = [key, kind.solve(state, data)];
    return { result, last: result.last, t: Math.min(wanted, result.last) };
  }

  /** @param {State} state */
  function picture(state) {
    const { result, last, t } = at(state);
    return {
      t,
      last,
      stepShown: kind.stepShown?.(result, t),
      panels: kind.panels(result, t),
      sentence: kind.sentence(result, t),
      readouts: kind.readouts(result, t),
    };
  }
  /** @param {State} state */
  const table = (state) => kind.table(at(state).result);
  /** @param {State} state */
  const scalars = (state) => kind.scalars?.(at(state).result) ?? {};
  /** @param {State} state */
  const verdict = (state) => kind.verdict?.(at(state).result) ?? "computed";
  return { at, picture, table, scalars, verdict };
}

/**
 * What can be asked of an explorer on a page.
 * @param {() => State} state
 * @param {ReturnType<typeof solver>} computed
 */
function inspected(state, { table, scalars, verdict }) {
  return { state, tableOf: table, scalarsOf: scalars, verdictOf: verdict };
}

/** @param {() => void} act */
function onceAFrame(act) {
  let pending = 0;
  function run() {
    pending = 0;
    act();
  }
  const ask = () => void (pending ||= requestAnimationFrame(run));
  function cancel() {
    cancelAnimationFrame(pending);
    pending = 0;
  }
  return { ask, cancel };
}

/**
 * @param {number} milliseconds
 * @param {() => void} act
 */
function later(milliseconds, act) {
  let pending = 0;
  const ask = () => void (pending = setTimeout(act, milliseconds));
  const cancel = () => clearTimeout(pending);
  return { ask, cancel };
}

/**
 * @param {string} name
 * @param {Record<string, ArrayLike<number>>} columns
 */
function download(name, columns) {
  const names = Object.keys(columns);
  const rows = Array.from(columns[names[0]], (_, i) => names.map((name) => columns[name][i]));
  const lines = [names, ...rows].map((cells) => `${cells.join(",")}\n`);
  const url = URL.createObjectURL(new Blob(lines, { type: "text/csv" }));
  element("a", { href: url, download: `${name}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
