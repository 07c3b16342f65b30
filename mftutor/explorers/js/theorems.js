// The paper's bounds for two columns, O(·) factors set to 1. Their numbers come from Python, which
// has the same formulas.

/**
 * @typedef {object} Setting
 * @property {number} first λ₁
 * @property {number} gap Δ
 * @property {number} eta η
 */
/** @typedef {Record<string, number>} Constants */

/**
 * ln(Δ²/(8λ₁³ + 144r²λ₁)) / ln(1 − ηΔ/6) and ln(Δ/(4r)) / ln(1 − ηΔ/6), the waits t* and t♯.
 * @param {Setting} setting
 * @param {Constants} constants
 */
export function waits({ first, gap, eta }, constants) {
  const rate = Math.log1p((-eta * gap) / constants.decay);
  return {
    star: Math.log(starTarget(first, gap, constants)) / rate,
    sharp: Math.log(gap / constants.sharp) / rate,
  };
}

/**
 * By what factor t* waits for noise/signal of a row to fall.
 * @param {number} first @param {number} gap
 * @param {Constants} constants
 */
export function starTarget(first, gap, { star_cubic, star_linear }) {
  return gap ** 2 / (star_cubic * first ** 3 + star_linear * first);
}

/**
 * ln(1/(6ηλ₁))/(ηλ₁) + ln(8λ₁/Δ)/(ηΔ), Lemma 8's steps to S.
 * @param {Setting} setting
 * @param {Constants} constants
 */
export function stepsToS({ first, gap, eta }, { shrinking, separating }) {
  const shrunk = Math.max(0, -Math.log(shrinking * eta * first)) / (eta * first);
  return shrunk + Math.log((separating * first) / gap) / (eta * gap);
}

/**
 * 4/(ηΔ) · ln(Δ/(2σ²)), the steps in which a signal σ² grows to Δ/2, by Lemmas 9 and 11.
 * @param {number} signal
 * @param {Setting} setting
 * @param {Constants} constants
 */
export function stepsToGrow(signal, { gap, eta }, { growing }) {
  return (growing / (eta * gap)) * Math.max(0, Math.log(gap / (2 * signal)));
}

/**
 * 6/(ηΔ) · ln(200rλ₁³/(ηΔ²ε)), Theorem 2's steps from R to an error of ε.
 * @param {number} accuracy
 * @param {Setting} setting
 * @param {Constants} constants
 */
export function stepsFromR(accuracy, { first, gap, eta }, constants) {
  const argument = (constants.theorem_2_logarithm * first ** 3) / accuracy / (eta * gap ** 2);
  return (constants.theorem_2_steps / (eta * gap)) * Math.max(0, Math.log(argument));
}

/**
 * Δ²/(36λ₁³), the largest step size that Theorem 2 allows.
 * @param {Setting} setting
 * @param {Constants} constants
 */
export function theorem2StepSize({ first, gap }, { theorem_2_step_size }) {
  return gap ** 2 / (theorem_2_step_size * first ** 3);
}

/**
 * Δ/(100λ₁²), the largest step size that Theorem 6 allows.
 * @param {Setting} setting
 * @param {Constants} constants
 */
export function theorem6StepSize({ first, gap }, { theorem_6_step_size }) {
  return gap / (theorem_6_step_size * first ** 2);
}

/**
 * σ₁(X₀) in units of 1/√(3η), the largest that Lemma 8 and Theorem 6 allow.
 * @param {number} norm σ₁²(X₀)
 * @param {Setting} setting
 * @param {Constants} constants
 */
export function startSize(norm, { eta }, { start_norm }) {
  return Math.sqrt(start_norm * eta * norm);
}
