// The parameters' values, which the model holds, and a kernel with it.

/** @import { Control, Model, State } from "./types" */
/** @typedef {ReturnType<typeof sharedState>} SharedState */

/**
 * @param {Model} model
 * @param {Control[]} controls
 */
export function sharedState(model, controls) {
  const names = controls.map(({ name }) => name);
  /** @type {State} */
  const defaults = Object.fromEntries(controls.map((control) => [control.name, control.default]));
  /** @type {number | undefined} */
  let saving;

  /** @returns {State} */
  const now = () => Object.fromEntries(names.map((name) => [name, model.get(name)]));

  /** @param {State} values */
  function change(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    saving ??= setTimeout(save, 60); // a kernel hears of a few changes a second
  }
  function save() {
    saving = undefined;
    model.save_changes();
  }

  /** @param {() => void} changed called at each change until the function returned is */
  function listen(changed) {
    for (const name of names) model.on(`change:${name}`, changed);
    return () => names.forEach((name) => model.off(`change:${name}`, changed));
  }

  /** Save what has not been saved yet. */
  function flush() {
    if (saving === undefined) return;
    clearTimeout(saving);
    save();
  }
  return { defaults, now, change, listen, flush };
}
