// Heat maps of small matrices, with the numbers written in.

import { HEIGHT, TOP, WIDTH, text } from "./plot.js";

/** @param {number[][]} block */
export function heatMap(block) {
  const n = block.length;
  const side = Math.min((HEIGHT - TOP - 8) / n, 62);
  const left = (WIDTH - n * side) / 2;
  return block
    .flatMap((row, i) => row.map((value, j) => cell(value, left + j * side, TOP + i * side, side)))
    .join("");
}

/**
 * @param {number} value @param {number} x @param {number} y @param {number} side
 */
function cell(value, x, y, side) {
  const depth = Math.min(Math.abs(value), 1);
  const name = Math.abs(value) < 0.005 ? "0" : value.toFixed(2);
  const ink = depth > 0.5 ? "mft-on-color" : "";
  return (
    `<rect class="mft-cell mft-${value < 0 ? "negative" : "positive"}" ` +
    `fill-opacity="${depth.toFixed(3)}" ` +
    `x="${x}" y="${y}" width="${side - 2}" height="${side - 2}"/>` +
    text(x + side / 2 - 1, y + side / 2 + 4, name, `text-anchor="middle" class="${ink}"`)
  );
}
