// The theme's buttons call by attributes, which a strict page does not allow; ours name the call.
addEventListener("click", (event) => {
  const called = event.target.closest?.("[data-call]");
  if (called) window[called.dataset.call]();
});

// Paper cannot be unfolded, and is white whatever the screen shows: while a page is printed,
// solutions are open and the colours are the light ones.
(() => {
  const root = document.documentElement;
  let undo = null;

  function toPaper() {
    if (undo) return;
    const theme = root.dataset.theme, folded = [...document.querySelectorAll(".toggle-hidden")];
    root.dataset.theme = "light";
    folded.forEach((solution) => solution.classList.remove("toggle-hidden"));
    undo = () => {
      root.dataset.theme = theme;
      folded.forEach((solution) => solution.classList.add("toggle-hidden"));
    };
  }

  function toScreen() {
    undo?.();
    undo = null;
  }

  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
  matchMedia("print").addEventListener("change", (media) => (media.matches ? toPaper() : toScreen()));
})();
