"""Section 2: one column, where two numbers tell the whole story."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.instances import Instance, in_units, random_problem, random_unit
from mftutor.claims.registry import claim
from mftutor.theory.margin import Margin, weakest, worst_margin


def one_column(seed: int, admissible: bool = True) -> Instance:
    """Draw ``ηλ₁ ≤ 1/12`` and ``‖x₀‖² ≤ 2λ₁``; or ``1 < η‖x₀‖² < 2``, where factors change sign."""
    rng = np.random.default_rng(seed)
    problem = in_units(random_problem(rng, rank=1), random_unit(rng))
    largest = float(problem.eigenvalues[0])
    eta = rng.uniform(0.1, 1) / (12 * largest)
    squared = rng.uniform(0, 2 * largest) if admissible else rng.uniform(1, 2) / eta
    return Instance(problem, _of_norm(problem, squared**0.5, rng), eta, n_steps=200)


def wide_column(seed: int, admissible: bool = True) -> Instance:
    """Draw ``ηλ₁ ≤ 0.88`` and ``η‖x₀‖² ≤ 1``; or ``1 < η‖x₀‖² < 2``."""
    rng = np.random.default_rng(seed)
    problem = in_units(random_problem(rng, rank=1), random_unit(rng))
    eta = rng.uniform(0.01, 0.88) / float(problem.eigenvalues[0])
    squared = (rng.uniform(0, 1) if admissible else rng.uniform(1, 2)) / eta
    return Instance(problem, _of_norm(problem, squared**0.5, rng), eta, n_steps=60)


def below_printed_norm(seed: int) -> Instance:
    """Draw ``ηλ₁ ≤ 1/12`` and ``‖x₀‖ < 2λ₁``, with λ₁ up to 20."""
    rng = np.random.default_rng(seed)
    problem = in_units(random_problem(rng, rank=1), rng.uniform(0.1, 20))
    largest = float(problem.eigenvalues[0])
    x0 = _of_norm(problem, rng.uniform(0.5, 1) * 2 * largest, rng)
    return Instance(problem, x0, rng.uniform(0.5, 1) / (12 * largest), n_steps=60)


def _of_norm(problem: mf.Problem, norm: float, rng: np.random.Generator) -> FloatArray:
    x0 = mf.gaussian_init(problem, scale=1.0, seed=rng)
    return x0 * norm / np.linalg.norm(x0)


def _noise_ratio_falls(case: Instance, rate: float) -> Margin:
    """Whether each step multiplies the noise over the signal by at most `rate`."""
    ratio = mf.RankOneSNR(case.run).noise_to_signal
    return worst_margin(ratio[1:], rate * ratio[:-1])


@claim(
    statement=r"The noise obeys $\beta_{t+1} \le (1 + \eta\lambda_2 - \eta\lVert "
    r"x_t\rVert^2)\,\beta_t$.",
    source="(6)",
    standing="proved in the paper",
    compares="the two sides, both lengths, at every step",
    shown="signal_and_noise#eq-r1-recursion",
    instances=one_column,
    outside="fails",
)
def noise_recursion(case: Instance) -> Margin:
    """(6); a negative right-hand side counts as zero."""
    snr = mf.RankOneSNR(case.run)
    second = case.problem.eigenvalues[1]
    factor = 1 + case.step_size * (second - snr.squared_norm[:-1])
    return worst_margin(snr.beta[1:], np.maximum(factor, 0) * snr.beta[:-1])


@claim(
    statement=r"The ratio $\beta/\alpha$ falls at least by the factor $1 - \eta\Delta/3$ in "
    "every step.",
    source="(7)",
    standing="proved in the paper",
    compares="the ratio after a step with the factor times the ratio before",
    shown="signal_and_noise#prop-r1-ratio",
    instances=one_column,
    outside="fails",
)
def ratio_falls(case: Instance) -> Margin:
    """(7)."""
    return _noise_ratio_falls(case, 1 - case.eta_gap / 3)


@claim(
    statement=r"The factor of (7) can be sharpened to $1 - \frac{12}{13}\eta\Delta$, under the "
    "same hypotheses.",
    source="beyond the paper",
    standing="proved here",
    compares="the ratio after a step with the factor times the ratio before",
    shown="signal_and_noise#ex-r1-sharpen",
    instances=one_column,
    outside="fails",
)
def ratio_falls_faster(case: Instance) -> Margin:
    """The bound at x = 0, where the step is slowest, with ηλ₁ = 1/12."""
    return _noise_ratio_falls(case, 1 - 12 / 13 * case.eta_gap)


def fractions(seed: int, admissible: bool = True) -> tuple[float, FloatArray]:
    """Draw ``ηΔ`` in (0, 1) and a hundred s in [−1/2, 1/2]; or in (1/2, 1]."""
    rng = np.random.default_rng(seed)
    low, high = (-0.5, 0.5) if admissible else (0.5, 1.0)
    return rng.uniform(0, 1), rng.uniform(low, high, 100)


@claim(
    statement=r"$h(s) = \frac{1 - \eta\Delta/2 + s}{1 + \eta\Delta/2 + s} \le h(\frac12) \le "
    r"1 - \frac{\eta\Delta}3$ for all $s$ between $-\frac12$ and $\frac12$.",
    source="(8)",
    standing="proved in the paper",
    compares="the three members, from left to right",
    shown="signal_and_noise#eq-r1-h",
    instances=fractions,
    outside="fails",
)
def fraction_bound(gap_and_places: tuple[float, FloatArray]) -> Margin:
    """(8)."""
    gap, s = gap_and_places
    h, middle = ((1 - gap / 2 + x) / (1 + gap / 2 + x) for x in (s, 0.5))
    return weakest(worst_margin(h, middle), worst_margin(middle, 1 - gap / 3))


@claim(
    statement=r"If $\eta\lambda_1 \le \frac1{12}$ and $\lVert x_0\rVert < 2\lambda_1$, the run "
    "stays "
    "bounded.",
    source="Section 2, before (2)",
    standing="refuted here",
    compares=r"the largest $\eta\lVert x_t\rVert^2$ with $2 + \eta\lambda_1$, beyond which the "
    "norm "
    "grows for ever",
    shown="signal_and_noise#ex-r1-break",
    instances=below_printed_norm,
    counterexample=lambda: Instance(
        mf.Problem([10.0, 5.0], 1), 19.9 * np.array([[0.6], [0.8]]), 1 / 120, n_steps=60
    ),
)
def printed_norm_condition(case: Instance) -> Margin:
    """The condition as printed; ``‖x₀‖² ≤ 2λ₁`` must be meant."""
    return worst_margin(mf.theory.overshoots(case.run), 2 + case.eta_largest)


@claim(
    statement=r"If $\eta\lambda_1 \le 0.88$ and $\eta\lVert x_0\rVert^2 \le 1$, then $\eta\lVert "
    r"x_t\rVert^2 "
    r"\le 1$ for ever, and $\beta_t/\alpha_t \le (1 - \eta\Delta/(1 + \eta\lambda_1))^t\, "
    r"\beta_0/\alpha_0$.",
    source="beyond the paper",
    standing="proved here",
    compares=r"$\eta\lVert x_t\rVert^2$ with 1 and the ratio with its bound, at every step",
    shown="signal_and_noise#prop-r1-natural",
    instances=wide_column,
    outside="fails",
)
def natural_norm_condition(case: Instance) -> Margin:
    """The condition that the proof needs."""
    snr = mf.RankOneSNR(case.run)
    kept = worst_margin(case.step_size * snr.squared_norm, 1.0)
    return weakest(kept, worst_margin(snr.noise_to_signal[1:], snr.sharp_bound[1:]))


@claim(
    statement=r"The signal settles at $\sqrt{\lambda_1}$: its distance from there falls by the "
    r"factor $1 - \eta\alpha_t(\sqrt{\lambda_1} + \alpha_t)$, but for at most "
    r"$\eta\beta_t^2\alpha_t$.",
    source="Section 2",
    standing="proved here",
    compares=r"$\sqrt{\lambda_1}$ plus the distance after a step with $\sqrt{\lambda_1}$ plus its "
    "bound",
    shown="signal_and_noise#prop-r1-limit",
    instances=one_column,
)
def signal_settles(case: Instance) -> Margin:
    """The sum with √λ₁, since the distances become roundings."""
    return settles_by(case, 1.0)


def settles_by(case: Instance, share: float) -> Margin:
    """The margin with so many times the rate."""
    snr, limit = mf.RankOneSNR(case.run), np.sqrt(case.problem.eigenvalues[0])
    alpha, eta = snr.alpha[:-1], case.step_size
    distance = np.abs(snr.alpha - limit)
    bound = (1 - share * eta * alpha * (limit + alpha)) * distance[:-1]
    return worst_margin(limit + distance[1:], limit + bound + eta * snr.beta[:-1] ** 2 * alpha)
