
// ---------------------------------------------------------------- a page without a kernel

// Stands in for the widget model: the state written in the element, and change events.
function standIn(state, name) {
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
    off: (event, listener) => { listeners[event] = listeners[event].filter((l) => l !== listener); },
    save_changes() {},
  };
}

document.querySelectorAll("mftutor-explorer").forEach((host) => {
  if (host.explorer || !(host.dataset.kind in kinds)) return;  // another's script may know it
  const state = JSON.parse(host.querySelector("script[type='application/json']").textContent);
  const sameKind = [...document.querySelectorAll(`mftutor-explorer[data-kind="${state.kind}"]`)];
  const number = sameKind.indexOf(host) + 1;
  try {
    render({ model: standIn(state, state.kind + (number > 1 ? number : "")), el: host });
  } catch (problem) {
    console.error(problem);  // its static picture stays, and the others live
    return;
  }
  host.querySelectorAll(":scope > img").forEach((picture) => picture.remove());
});
performance.mark("mftutor-first-picture");
// A link to a section and a state at once: the browser alone would look for the whole text.
const section = location.hash.includes("&") && document.getElementById(fragmentChunks()[0]);
if (section) section.scrollIntoView();
