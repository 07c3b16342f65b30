// Answers the tests: what the script computes and shows in given states, from its modules and from
// one that has been joined and minified.
//
// Takes {"joined": code, "kinds": [{kind, data, states, time}]} and gives for each kind and state
// the table (columns of float64 in base64), single numbers, verdict, the sentence and where the
// bands of the first picture begin, and whether both scripts show the same.

import { readFileSync } from "node:fs";

const JS = "../../mftutor/explorers/js";
const { unpacked } = await import(`${JS}/tables.js`);
const { joined, kinds } = JSON.parse(readFileSync(0, "utf8"));
const { default: bundled } = await import(`data:text/javascript,${encodeURIComponent(joined)}`);

const BAND = /<rect class="mft-band[^>]* x="([^"]*)"/g;

function shown(kind, result, t) {
  const { panels, sentence, readouts, stepShown } = kind;
  return JSON.stringify([panels, sentence, readouts, stepShown].map((say) => say?.(result, t)));
}

function answer(kind, other, data, state, time) {
  const result = kind.solve(state, data);
  const t = Math.min(state[time] ?? 0, result.last);
  const words = shown(kind, result, t);
  const packed = (column) => Buffer.from(Float64Array.from(column).buffer).toString("base64");
  const columns = Object.entries(kind.table(result));
  return {
    table: Object.fromEntries(columns.map(([name, column]) => [name, packed(column)])),
    scalars: kind.scalars?.(result) ?? {},
    verdict: kind.verdict?.(result) ?? "computed",
    sentence: kind.sentence(result, t),
    bands: [...kind.panels(result, t)[0].markup.matchAll(BAND)].map(([, x]) => Number(x)),
    odd: /NaN|Infinity|undefined/.exec(words)?.[0] ?? null,
    same: words === shown(other, other.solve(state, data), t),
  };
}

const answers = {};
for (const { kind: name, data, states, time } of kinds) {
  const kind = await import(`${JS}/kinds/${name}.js`);
  const read = unpacked(data);
  answers[name] = states.map((state) => answer(kind, bundled[name], read, state, time));
}
process.stdout.write(JSON.stringify(answers));
