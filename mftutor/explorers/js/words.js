// How numbers are written in sentences, readouts and pictures.

/** @param {number} value */
export function number(value, digits = 3) {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) {
    const [mantissa, exponent] = value.toExponential(1).split("e");
    return `${mantissa}·10${superscript(Number(exponent))}`;
  }
  return String(Number(value.toPrecision(digits)));
}

/** @param {number} value a power of ten */
export function power(value) {
  return `10${superscript(Math.round(Math.log10(value)))}`;
}

/** @param {number} integer */
function superscript(integer) {
  return String(integer).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)] ?? "⁻");
}

/** @param {number} integer not negative */
export function subscript(integer) {
  return String(integer).replace(/./g, (c) => "₀₁₂₃₄₅₆₇₈₉"[Number(c)]);
}

/**
 * The values of some curves at one point, each after its name.
 * @param {{ name: string, values: ArrayLike<number> }[]} series
 * @param {number} t
 */
export function valuesAt(series, t) {
  return series.map(({ name, values }) => `${name} ${number(values[t])}`).join(", ");
}
