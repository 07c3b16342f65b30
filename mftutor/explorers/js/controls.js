// Labelled native controls, one a parameter.

import { nearest } from "./numerics.js";
import { number } from "./words.js";

/** @import { Control, Menu, Slider } from "./types" */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} properties of the element, or else attributes
 * @param {(Node | string)[]} children
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(properties))
    if (key in node) Object.assign(node, { [key]: value });
    else node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** Screen readers hear the live region's sentence, not each number as it changes. */
export function quietOutput(value = "") {
  return element("output", { "aria-live": "off", textContent: value });
}

/**
 * A control in its label. `show(value, max, said)` moves it and prints the value, or `said` in its
 * place; `onInput(value)` hears it.
 * @param {Control} control
 * @param {(value: number) => void} onInput
 */
export function controlRow(control, onInput) {
  const { input, output, show } =
    control.type === "select" ? menu(control, onInput) : slider(control, onInput);
  input.name = control.name;
  const name = element("span", { textContent: control.label });
  const properties = { className: "mft-control", title: control.description };
  return { label: element("label", properties, name, input, output), show };
}

/**
 * @param {Menu} control
 * @param {(value: number) => void} onInput
 */
function menu({ options }, onInput) {
  const output = quietOutput(); // shown on paper
  const input = element("select", { onchange: () => onInput(Number(input.value)) });
  input.append(...options.map((value) => element("option", { value, textContent: value })));
  const show = (/** @type {number} */ value) => {
    input.value = output.value = String(value);
  };
  return { input, output, show };
}

/**
 * @param {Slider} control
 * @param {(value: number) => void} onInput
 */
function slider({ type, min, max, step, grid }, onInput) {
  const output = quietOutput();
  const log = type === "log";
  const place = log ? Math.log10 : (/** @type {number} */ value) => value;
  const ends = { min: place(min), max: place(max), step };
  const input = element("input", { type: "range", ...ends, oninput: () => onInput(read()) });
  function read() {
    const at = input.valueAsNumber;
    const value = log ? Number((10 ** at).toPrecision(3)) : at;
    return Math.min(Math.max(grid ? nearest(grid, value) : value, min), max);
  }
  /** @param {number} value @param {number} [limit] @param {number} [said] */
  function show(value, limit, said = value) {
    if (limit !== undefined) input.max = String(limit);
    input.value = String(place(value));
    output.value = number(said, 4);
    input.setAttribute("aria-valuetext", output.value);
  }
  return { input, output, show };
}
