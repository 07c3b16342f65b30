// Tables of runs that Python has recorded, and numbers that it has packed.

import { nearest } from "./numerics.js";

/** @import { State } from "./types" */

const ZERO = "#".charCodeAt(0);

/**
 * What rounded values are integers of: steps, or parts of a power of ten above a floor.
 * @typedef {{ step: number } | { floor: number, per_decade: number }} Unit
 */

/**
 * @typedef {object} Table
 * @property {Record<string, number[]>} grid the values of each parameter, the last fastest
 * @property {Record<string, Unit>} units
 * @property {{ columns: Record<string, [number, string]>, [name: string]: any }[]} records
 */

/**
 * The record of the state of the grid that is nearest, and that state.
 * @param {Table} table
 * @param {State} state
 * @returns {{ at: State, columns: Record<string, Float64Array>, [name: string]: any }}
 */
export function record({ grid, units, records }, state) {
  /** @type {State} */
  const at = {};
  let i = 0;
  for (const [name, values] of Object.entries(grid)) {
    at[name] = nearest(values, state[name]);
    i = i * values.length + values.indexOf(at[name]);
  }
  const { columns, ...rest } = records[i];
  /** @type {Record<string, Float64Array>} */
  const values = {};
  for (const [name, written] of Object.entries(columns))
    values[name] = column(written, units[name]);
  return { at, columns: values, ...rest };
}

/**
 * The numbers behind a text: second differences 0, −1, 1, −2, … from the character # on.
 * @param {[number, string]} written the first integer, and the text
 * @param {Unit} unit
 */
function column([first, text], unit) {
  let change = 0;
  let sum = first;
  return Float64Array.from(text, (character) => {
    const code = character.charCodeAt(0) - ZERO;
    change += code % 2 ? -(code + 1) / 2 : code / 2;
    sum += change;
    return "step" in unit ? sum * unit.step : unit.floor * 10 ** (sum / unit.per_decade);
  });
}

/**
 * The data of an explorer with its packed numbers in arrays.
 * @param {Record<string, any>} data
 */
export function unpacked(data) {
  const read = (/** @type {any} */ value) => (value?.float64 ? doubles(value.float64) : value);
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, read(value)]));
}

/** @param {string} base64 */
function doubles(base64) {
  return new Float64Array(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)).buffer);
}
