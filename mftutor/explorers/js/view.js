// What an explorer puts on the page: controls, pictures, a sentence and readouts.

import { controlRow, element, quietOutput } from "./controls.js";
import { HEIGHT, WIDTH, text } from "./plot.js";

/** @import { Control, Panel, State } from "./types" */

/**
 * What the view tells of.
 * @typedef {object} Actions
 * @property {(values: State) => void} change
 * @property {() => void} play
 * @property {() => void} reset
 * @property {() => void} download
 */

/**
 * What the view shows.
 * @typedef {object} Shown
 * @property {State} values
 * @property {number} t
 * @property {number} last
 * @property {number} [stepShown] where steps are sampled
 * @property {Panel[]} panels
 * @property {string} sentence
 * @property {[string, string | number][]} readouts
 */

/**
 * @param {string} title
 * @param {Control[]} controls
 * @param {Control | undefined} time the one of them that can be played
 * @param {Actions} actions
 */
export function view(title, controls, time, actions) {
  const rows = controls.map((control) => ({
    control,
    ...controlRow(control, (value) => actions.change({ [control.name]: value })),
  }));
  const play = button("Play", actions.play);
  const words = wordsBox();
  const pictures = pictureBox(words.node);
  const live = element("div", { className: "mft-live", "aria-live": "polite" });
  const of = (/** @type {boolean} */ wanted) =>
    rows.filter(({ control }) => (control === time) === wanted).map(({ label }) => label);
  const root = element(
    "div",
    { className: "mft", role: "group", "aria-label": title },
    element("div", { className: "mft-controls" }, ...of(false)),
    element(
      "div",
      { className: "mft-time" },
      ...(time ? [play] : []),
      ...of(true),
      button("Reset", actions.reset),
      button("Download CSV", actions.download),
    ),
    pictures.node,
    live,
  );

  /** @param {Shown} shown */
  function show({ values, t, last, stepShown, panels, sentence, readouts }) {
    // Where steps are sampled the slider moves freely, so that keys work, and names the one shown.
    for (const { control, show } of rows)
      if (control === time) show(t, last, stepShown);
      else show(values[control.name]);
    pictures.show(panels);
    words.show(sentence, readouts);
  }
  const announce = () => (live.textContent = words.sentence());
  /** @param {boolean} playing */
  const setPlaying = (playing) => (play.textContent = playing ? "Pause" : "Play");
  return { root, show, announce, setPlaying };
}

/**
 * @param {string} name
 * @param {() => void} onclick
 */
function button(name, onclick) {
  return element("button", { type: "button", textContent: name, onclick });
}

function wordsBox() {
  const sentence = element("p", { className: "mft-sentence" });
  const numbers = element("div", { className: "mft-readouts" });
  const node = element("div", { className: "mft-words" }, sentence, numbers);

  /** @param {string} said @param {[string, string | number][]} readouts */
  function show(said, readouts) {
    sentence.textContent = said;
    numbers.replaceChildren(
      ...readouts.map(([name, value]) =>
        element("span", {}, element("span", { textContent: name }), quietOutput(String(value))),
      ),
    );
  }
  return { node, show, sentence: () => sentence.textContent };
}

/** @param {HTMLElement} words what follows the pictures */
function pictureBox(words) {
  const node = element("div", { className: "mft-panels" }, words);
  /** @type {SVGSVGElement[]} */
  const pictures = [];

  /** @param {Panel[]} panels */
  function show(panels) {
    while (pictures.length < panels.length) {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
      svg.setAttribute("role", "img");
      words.before(svg);
      pictures.push(svg);
    }
    panels.forEach(({ title, markup, alt }, i) => {
      pictures[i].setAttribute("aria-label", alt);
      pictures[i].innerHTML = text(4, 14, title, 'class="mft-title"') + markup;
    });
  }
  return { node, show };
}
