// A page without a kernel: each explorer's state stands in its element.

import { fragmentChunks } from "./address.js";
import { open } from "./explorer.js";

/** @import { Kind, Model } from "./types" */

/**
 * Bring all explorers of these kinds on the page alive.
 * @param {Record<string, Kind>} kinds
 */
export function openPage(kinds) {
  for (const [name, kind] of Object.entries(kinds)) {
    /** @type {NodeListOf<HTMLElement>} */
    const hosts = document.querySelectorAll(`mftutor-explorer[data-kind="${name}"]`);
    hosts.forEach((host, i) => {
      // Another's script may have opened it.
      if (!("explorer" in host)) openHost(kind, host, name + (i > 0 ? i + 1 : ""));
    });
  }
  performance.mark("mftutor-first-picture");
  scrollToSection();
}

/**
 * @param {Kind} kind
 * @param {HTMLElement} host
 * @param {string} name
 */
function openHost(kind, host, name) {
  const written = host.querySelector("script[type='application/json']")?.textContent ?? "{}";
  try {
    open(kind, standIn(JSON.parse(written), name), host);
  } catch (problem) {
    console.error(problem); // its static picture stays, and the others live
    return;
  }
  host.querySelectorAll(":scope > img").forEach((picture) => picture.remove());
}

/**
 * Stands in for the widget model: the state written in the element, and change events.
 * @param {Record<string, any>} state
 * @param {string} name
 * @returns {Model}
 */
function standIn(state, name) {
  /** @type {Record<string, (() => void)[]>} */
  const listeners = {};
  return {
    inPage: name,
    get: (key) => state[key],
    set(key, value) {
      if (state[key] === value) return;
      state[key] = value;
      (listeners[`change:${key}`] ?? []).forEach((listener) => listener());
    },
    on: (event, listener) => (listeners[event] ??= []).push(listener),
    off(event, listener) {
      listeners[event] = listeners[event].filter((l) => l !== listener);
    },
    save_changes() {},
  };
}

/** A link to a section and a state at once: the browser alone would look for the whole text. */
function scrollToSection() {
  const [section] = location.hash.includes("&") ? fragmentChunks() : [];
  if (section) document.getElementById(section)?.scrollIntoView();
}
