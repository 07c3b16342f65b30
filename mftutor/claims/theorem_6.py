"""Theorem 6, item by item, with the lemmas behind it; the constants of each O(·) are 1."""

from __future__ import annotations

import math

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.compare import falls_at, steps_until
from mftutor.claims.instances import Instance, random_problem, with_overshoot
from mftutor.claims.long_runs import ACCURACY, all_phases, first_arrival, first_phase, to_accuracy
from mftutor.claims.registry import claim
from mftutor.theory.bounds import log_decay
from mftutor.theory.margin import Margin, weakest, worst_margin
from mftutor.theory.theorem_6 import rounding_level


def printed_lemma_10(seed: int) -> Instance:
    """Draw ``σ₁(X₀) ≤ 1/(√3 η)`` and Lemma 10's step size."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    eta = mf.max_step_size(problem, theorem=6)
    overshoot = rng.uniform(0, 1) ** 2 / (3 * eta)
    return Instance(problem, with_overshoot(problem, overshoot, step_size=eta, rng=rng), eta, 9)


def _theorem(case: Instance) -> mf.theory.Theorem6:
    return mf.theory.Theorem6(case.problem, case.run, case.phases)


def residual(case: Instance) -> FloatArray:
    """``|λ_k − σ₁²(u_k)|``, shape (T + 1, r)."""
    return np.abs(case.problem.eigenvalues[: case.problem.rank] - case.run.signal)


@claim(
    statement=r"If $\eta\lambda_1 \le \frac1{12}$ and $\sigma_1(X_0) \le 1/\sqrt{3\eta}$, descent "
    r"enters the region $\mathcal S$ within $\frac1{\eta\lambda_1}\log\frac1{6\eta\lambda_1} + "
    r"\frac1{\eta\Delta}\log\frac{8\lambda_1}\Delta$ steps and never leaves it.",
    source="Theorem 6, item 1; Lemma 8",
    standing="proved in the paper",
    compares="the step of entry with the bound, and from then on the squared singular values "
    "with their limits",
    shown="start_large#thm-lemma-8",
    instances=first_phase,
    outside="fails",
)
def enters_absorbing_region(case: Instance) -> Margin:
    """Item 1."""
    return _theorem(case).item_1()


@claim(
    statement=r"From a step in $\mathcal S$ with $u_1 \ne 0$ on, the first signal passes "
    r"$\Delta/2$ within $\frac4{\eta\Delta}\log\frac\Delta{2\sigma_1^2(u_1)}$ steps, and stays.",
    source="Lemma 9",
    standing="proved in the paper",
    compares=r"the number of steps with the bound, and from then on $\Delta/2$ with the signal",
    shown="start_large#prop-first-row",
    instances=first_phase,
    outside="fails",
)
def first_signal_grows(case: Instance) -> Margin:
    """Of items 2 and 3 what concerns row 1."""
    times = case.phases
    if np.isnan(times.T_u[0]):  # the run is too short
        return Margin(math.nan)
    grown = int(times.t_init[0] + times.T_u[0])
    return weakest(
        worst_margin(times.T_u[0], math.ceil(times.T_u_bound[0])),
        worst_margin(case.problem.min_eigengap / 2, case.run.signal[grown:, 0]),
    )


@claim(
    statement=r"While $\sigma_1^2(u_1) < \Delta/2$, in $\mathcal S$, each step multiplies it by "
    r"at least $(1 + \eta\Delta/4)^2$: about half of Lemma 9's steps are enough.",
    source="beyond the paper",
    standing="proved here",
    compares="the square times the first signal with the next one, until it is large",
    shown="start_large#prop-first-row",
    instances=first_phase,
    outside="fails",
)
def first_signal_grows_faster(case: Instance) -> Margin:
    """From the step of entry to the one at which Δ/2 is passed."""
    if np.isnan(case.phases.T_u[0]):  # the run is too short
        return Margin(math.nan)
    entry, spent = int(case.phases.t_init[0]), int(case.phases.T_u[0])
    signal = case.run.signal[entry : entry + spent + 1, 0]
    factor = 1 + case.step_size * case.problem.min_eigengap / 4
    return worst_margin(factor**2 * signal[:-1], signal[1:])


@claim(
    statement=r"Each signal $k \le r$ passes $\Delta/2$ within $\frac4{\eta\Delta}\log\frac\Delta{2"
    r"\sigma_1^2(u_k)}$ steps of its phase, the logarithm read as zero where it is negative.",
    source="Theorem 6, item 2; Lemma 11",
    standing="proved in the paper",
    compares="the number of steps with the bound",
    shown="start_large#thm-six-items",
    instances=all_phases,
    outside="holds",
)
def signals_grow(case: Instance) -> Margin:
    """Item 2."""
    return _theorem(case).item_2()


@claim(
    statement=r"From $t_{\mathrm{init},k} + T_{u_k}$ on $\sigma_1^2(u_k) \ge \Delta/2$ for ever, "
    r"$k \le r$.",
    source="Theorem 6, item 3; Lemma 11",
    standing="proved in the paper",
    compares=r"$\Delta/2$ with the signal, at every step",
    shown="start_large#thm-six-items",
    instances=all_phases,
    outside="holds",
)
def signals_stay(case: Instance) -> Margin:
    """Item 3."""
    return _theorem(case).item_3()


@claim(
    statement=r"From $t_k$ on, $k < r$, the noise is below $(1 - \eta\Delta/6)^{t - t_k}$ and "
    r"$\lvert\lambda_k - \sigma_1^2(u_k)\rvert$ below $(2\lambda_1 + \frac{24r}{\eta\Delta})"
    r"(1 - \eta\Delta/8)^{t - t_k}$.",
    source="Theorem 6, item 4; Lemma 10",
    standing="proved in the paper",
    compares=r"both with their bounds, which are empty from $t_k$ on: both are at rounding then; "
    r"and the steps from $10^{-2}\lambda_1$ to $10^{-6}\lambda_1$ with those that the factors take",
    shown="start_large#eq-theorem-6-16",
    instances=all_phases,
    outside="holds",
)
def rows_converge(case: Instance) -> Margin:
    """Item 4, and its rates where they can be seen."""
    return weakest(_theorem(case).item_4(), falls_as_granted(case))


def falls_as_granted(case: Instance, times: float = 1.0) -> Margin:
    """The margin of both rates of item 4, or of so many times these rates."""
    gap = times * case.step_size * case.problem.min_eigengap
    pairs = (case.run.noise, 1 - gap / 6), (residual(case), 1 - gap / 8)
    leading = range(case.problem.rank - 1)
    return weakest(*(falls_at(case, rows[:, k], by) for rows, by in pairs for k in leading))


@claim(
    statement=r"In (16) the factor $2\lambda_1$ would do in place of $2\lambda_1 + "
    r"\frac{24r}{\eta\Delta}$, and from $t_{\mathrm{init},k} + T_{u_k}$ on, which is $t^*$ before.",
    source="beyond the paper",
    standing="checked",
    compares=r"$\lvert\lambda_k - \sigma_1^2(u_k)\rvert$ with the smaller bound, from then on",
    shown="start_large#eq-theorem-6-16",
    instances=all_phases,
    outside="holds",
)
def smaller_constant(case: Instance) -> Margin:
    """(16) with the first part of its constant."""
    return converges_when_grown(case, 2.0)


def converges_when_grown(case: Instance, share: float) -> Margin:
    """The margin of (16) from ``t_{init,k} + T_{u_k}`` on, with so many times λ₁ in it."""
    run, largest = case.run, case.problem.eigenvalues[0]
    grown = case.phases.t_init + case.phases.T_u
    since = np.arange(run.n_steps + 1.0)[:, None] - grown
    decay = log_decay(case.problem, step_size=run.step_size, divisor=8)
    bound = share * largest * np.exp(np.where(since >= 0, since, np.nan) * decay)
    bound[bound < rounding_level(run)] = np.nan
    leading = case.problem.rank - 1
    return worst_margin(residual(case)[:, :leading], bound[:, :leading])


@claim(
    statement=r"Lemma 10 with the condition $\sigma_1(X_0) \le 1/(\sqrt3\,\eta)$: the run stays "
    "bounded.",
    source="Lemma 10, perhaps a slip of the transcription",
    standing="refuted here",
    compares=r"the largest $\eta\sigma_1^2(X_t)$ with $2 + \eta\lambda_1$, beyond which the norm "
    "grows for ever",
    shown="divergence#prop-diverges",
    instances=printed_lemma_10,
    counterexample=lambda: Instance(
        mf.Problem([1.0, 0.0], 1), np.array([[0.0], [57.0]]), 0.01, n_steps=9
    ),
)
def lemma_10_as_printed(case: Instance) -> Margin:
    """The root must cover η as well."""
    return worst_margin(mf.theory.overshoots(case.run), 2 + case.eta_largest)


@claim(
    statement=r"From $t_{\mathcal R} = t_{\mathrm{init},r} + T_{u_r} + t^* + t^\sharp$ on, $X_t$ "
    r"is in $\mathcal R$.",
    source="Theorem 6, item 5",
    standing="proved in the paper",
    compares="the three squared singular values with their limits, at every step",
    shown="start_large#thm-six-items",
    instances=all_phases,
    outside="holds",
)
def reaches_benign_region(case: Instance) -> Margin:
    """Item 5."""
    return _theorem(case).item_5()


@claim(
    statement=r"The error is at most $\epsilon$ from $\frac6{\eta\Delta}\ln\frac{200r\lambda_1^3}"
    r"{\eta\Delta^2\epsilon}$ steps after $t_{\mathcal R}$ on; $\eta$ must meet Theorem 2's "
    "condition, too.",
    source="Theorem 6, item 6",
    standing="proved in the paper",
    compares=r"the step from which the error is below $\epsilon = 0.01$ with that one",
    shown="start_large#thm-six-items",
    instances=to_accuracy,
    outside="holds",
)
def reaches_accuracy(case: Instance) -> Margin:
    """Item 6; at that step itself the error is rounding."""
    wait = mf.theorem_2_bound(case.problem, step_size=case.step_size, accuracy=ACCURACY)
    granted = case.phases.t_R + math.ceil(wait)
    return worst_margin(steps_until(case.run.error, ACCURACY), granted)


@claim(
    statement=r"Behind $\mathcal O(\log d + \log(1/\epsilon))$: the error is at most $\epsilon$ "
    r"after no more steps than the bounds of items 1, 2, 6, the $r$ waits $t^*$, the waits "
    r"$t_k^*$ and $t^\sharp$ grant together.",
    source="Theorem 6, item 7",
    standing="checked",
    compares=r"the step from which the error is below $\epsilon = 0.01$ with the sum",
    shown="start_large#thm-six-items",
    instances=to_accuracy,
    outside="holds",
)
def accuracy_within_the_sum(case: Instance) -> Margin:
    """Item 7 says how fast such sums grow with d; no single run can contradict that."""
    return _theorem(case).item_7(ACCURACY)


@claim(
    statement=r"If $\eta \le \Delta/(12\lambda_1^2)$ and $\sigma_1(X_0) \le 1/\sqrt{3\eta}$, the "
    r"first signal never falls below $\min\{1, \lambda_1/\sigma_1^2(X_0)\}$ times its start, and "
    r"row 1 arrives within an explicit number of steps, of order $\log(d/\delta)$ for a Gaussian "
    "start.",
    source="beyond the paper",
    standing="proved here",
    compares=r"the floor with the signal at every step, and $\tau_1$ with that number",
    shown="start_large#prop-first-row-gaussian",
    instances=first_arrival,
    outside="fails",
)
def first_row_arrives_in_log_d(case: Instance) -> Margin:
    """Neither Lemma 8 nor an assumption on transitions is needed."""
    signal, norm = case.run.signal[:, 0], float(np.linalg.norm(case.X0, 2))
    floor = signal[0] * min(1.0, case.problem.eigenvalues[0] / norm**2)
    bound = mf.theory.first_row_bound(
        case.problem, signal=signal[0], norm=norm, step_size=case.step_size
    )
    return weakest(worst_margin(floor, signal), worst_margin(case.run.hitting_times()[0], bound))
