// The state in the page's address. The fragment reads #section&name.parameter=value&…: a section's
// anchor, then pairs, each belonging to the explorer of that name.

import { nearest } from "./numerics.js";

/** @import { Control, State } from "./types" */
/** @import { SharedState } from "./state" */

export function fragmentChunks() {
  return location.hash.slice(1).split("&").filter(Boolean);
}

/**
 * Keeps the address in step with an explorer, both ways; `left()` is called before the state is
 * taken from the address.
 * @param {string} name
 * @param {Control[]} controls
 * @param {SharedState} state
 * @param {() => void} left
 */
export function addressOf(name, controls, state, left) {
  /** @type {number | undefined} */
  let writing;
  function write() {
    clearTimeout(writing);
    writing = setTimeout(() => writeFragment(name, controls, state.now()), 150);
  }
  function read() {
    const mine = fragmentChunks().some((chunk) => chunk.startsWith(`${name}.`));
    if (mine) state.change({ ...state.defaults, ...readFragment(name, controls) });
    write();
  }
  function onHash() {
    left();
    read();
  }
  function stop() {
    removeEventListener("hashchange", onHash);
    clearTimeout(writing);
  }
  addEventListener("hashchange", onHash);
  read();
  return { write, stop };
}

/**
 * What the address says; nothing if any of it makes no sense.
 * @param {string} name
 * @param {Control[]} controls
 */
function readFragment(name, controls) {
  /** @type {State} */
  const found = {};
  for (const chunk of fragmentChunks()) {
    const [key, value = ""] = chunk.split("=");
    const control = controls.find((c) => key === `${name}.${c.name}`);
    if (!control) continue;
    const accepted = acceptedValue(control, value);
    if (accepted === null) return {};
    found[control.name] = accepted;
  }
  return found;
}

/**
 * @param {Control} control
 * @param {string} written
 */
export function acceptedValue(control, written) {
  if (!/^[-+]?\d+\.?\d*(e[-+]?\d+)?$/i.test(written)) return null;
  const value = Number(written);
  if (control.type === "select") return control.options.includes(value) ? value : null;
  if (control.integer && !Number.isInteger(value)) return null;
  if (!(value >= control.min && value <= control.max)) return null;
  return control.grid ? nearest(control.grid, value) : value;
}

/**
 * @param {string} name
 * @param {Control[]} controls
 * @param {State} state
 */
function writeFragment(name, controls, state) {
  const others = fragmentChunks().filter((chunk) => !chunk.startsWith(`${name}.`));
  const own = controls
    .filter((c) => state[c.name] !== c.default)
    .map((c) => `${name}.${c.name}=${state[c.name]}`);
  const fragment = [...others, ...own].join("&");
  const address = fragment ? `#${fragment}` : location.pathname + location.search;
  history.replaceState(history.state, "", address);
}
