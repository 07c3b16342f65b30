// Play: time moves from where it is to the end.

/**
 * Eight seconds from end to end; in ten jumps for readers who asked for less motion.
 * @param {() => { t: number, last: number }} now
 * @param {(t: number) => void} move
 * @param {(playing: boolean) => void} changed
 */
export function player(now, move, changed) {
  /** @type {(() => void) | null} how to undo the next move, while there is one */
  let undo = null;

  function start() {
    const { t, last } = now();
    undo = () => {};
    changed(true);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    (calm ? jump : run)(t < last ? t : 0, last);
  }

  /** @param {number} t @param {number} last */
  function jump(t, last) {
    if (arrived(t, last)) return;
    const id = setTimeout(() => jump(t + last / 10, last), 1000);
    undo = () => clearTimeout(id);
  }

  /** @param {number} t @param {number} last @param {number} before */
  function run(t, last, before = performance.now()) {
    if (arrived(t, last)) return;
    const id = requestAnimationFrame((now) => run(t + (last * (now - before)) / 8000, last, now));
    undo = () => cancelAnimationFrame(id);
  }

  /** @param {number} t @param {number} last */
  function arrived(t, last) {
    move(Math.min(Math.round(t), last));
    if (t >= last) stop();
    return t >= last;
  }

  function stop() {
    if (!undo) return;
    undo();
    undo = null;
    changed(false);
  }
  return { start, stop, playing: () => undo !== null };
}
