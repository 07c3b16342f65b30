"""Section 5.1.3: what happens between one row and the next."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.compare import equal, falls_at
from mftutor.claims.instances import Instance, random_orthogonal, random_problem, with_overshoot
from mftutor.claims.registry import claim
from mftutor.theory.bounds import log_decay
from mftutor.theory.divergence import LARGEST_PROVED
from mftutor.theory.margin import Margin, worst_margin


def printed_phases(seed: int, *, dimension: int = 50, n_steps: int = 4100) -> Instance:
    """Draw Figure 1's experiment with fewer rows, until t_1 + t_1* has passed."""
    problem = mf.figure_1_problem(dimension)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=seed)
    return Instance(problem, X0, step_size=0.1, n_steps=n_steps)


@cache
def figure_1() -> Instance:
    """Figure 1 itself, computed once; its seed 1 looks like the paper's."""
    return printed_phases(1, dimension=4000)


def last_phase(seed: int) -> Instance:
    """Draw Figure 1's experiment with fewer rows, until t_2 has passed."""
    return printed_phases(seed, n_steps=7500)


def tiny_second_row(seed: int) -> Instance:
    """Draw a run of rank 2 in which row 2 starts up to ``10^{−20}`` times as small."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, rank=2, gap=0.4)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=rng)
    X0[1] *= 10.0 ** rng.uniform(-20, 0)
    return Instance(problem, X0, step_size=0.1, n_steps=2500)


@claim(
    statement=r"No transition is shorter than $t^\sharp$: $t_k^* \ge t^\sharp$, $k < r$, whatever "
    "row $k + 1$ does.",
    source="beyond the paper",
    standing="proved here",
    compares=r"$t^\sharp$ with $t_k^*$, numbers of steps",
    shown="start_large#prop-transition",
    instances=tiny_second_row,
)
def transition_waits(case: Instance) -> Margin:
    """The right-hand side of (15) is at most Δ/4."""
    times = case.phases
    return worst_margin(times.t_sharp, times.t_k_star)


@claim(
    statement=r"The time from $t_1$ to $t_1 + t_1^*$ is the third stage of Figure 1, its plateau.",
    source="Section 5.1.3, fourth remark",
    standing="refuted here",
    compares=r"$t_1$ with $\tau_2$, the step at which the plateau is over",
    shown="start_large#sec-stages",
    instances=printed_phases,
    counterexample=figure_1,
)
def transition_is_the_plateau(case: Instance) -> Margin:
    """At t_1 everything has been learned; the plateau is the time from τ_1 to τ_2."""
    return worst_margin(case.phases.t_k[0], case.run.hitting_times()[1])


@claim(
    statement=r"During the time from $t_1$ to $t_1 + t_1^*$, $\sigma_1^2(u_2)$ converges to zero "
    "fast.",
    source="Section 5.1.3, second remark",
    standing="refuted here",
    compares=r"$\sigma_1^2(u_2)$ at its end with half of what it was at its beginning",
    shown="start_large#sec-stages",
    instances=printed_phases,
    counterexample=figure_1,
)
def second_signal_vanishes(case: Instance) -> Margin:
    """It is at λ_2 all the time."""
    times = case.phases
    start, end = int(times.t_k[0]), int(times.t_k[0] + times.t_k_star[0])
    return worst_margin(case.run.signal[end, 1], case.run.signal[start, 1] / 2)


@claim(
    statement=r"Assumptions 4 and 5 for $k = r$: at some step $t_r + t$ row $r + 1$ is no longer "
    r"below the sequence of (15).",
    source="Assumption 4",
    standing="refuted here",
    compares=r"the sequence with the row, at $t_r$ or in its decay, where it comes closest",
    shown="start_large#ex-last-transition",
    instances=last_phase,
    counterexample=lambda: last_phase(1),
)
def last_transition_ends(case: Instance) -> Margin:
    """Row r + 1 is below at t_r, and falls faster: k < r is meant."""
    times, r = case.phases, case.problem.rank
    row = np.linalg.norm(case.run.top_rows[int(times.t_k[-1]) :, r], axis=1)
    gap = case.problem.min_eigengap
    at_start = worst_margin(r, math.sqrt(gap / 8) * min(row[0], math.sqrt(gap / 2)))
    decay = math.exp(log_decay(case.problem, step_size=case.step_size))
    gaining = worst_margin(decay, (row[1:] / row[:-1]).max())
    return max(at_start, gaining, key=lambda margin: margin.value)


def decoupled(seed: int) -> Instance:
    """Draw a start with ``u_1 K_1ᵀ = 0``: row 1 along one direction, the others across it."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, rank=int(rng.integers(2, 5)))
    X0 = mf.gaussian_init(problem, scale=rng.uniform(0.1, 1), seed=rng)
    X0[0, 1:], X0[1:, 0] = 0.0, 0.0
    turned = X0 @ random_orthogonal(problem.rank, rng)
    return Instance(problem, turned, rng.uniform(0.01, 0.3), n_steps=40)


@claim(
    statement=r"Where $u_1K_1^\top = 0$, the rows below row 1 follow exactly the descent of "
    r"$(\lambda_2, \dots, \lambda_d)$ with $r - 1$ columns.",
    source="Section 5.1.3",
    standing="proved here",
    compares="the signals of rows $2$ to $r$ in both, at every step",
    shown="peel_off#prop-exact-decoupling",
    instances=decoupled,
)
def decoupling_is_exact(case: Instance) -> Margin:
    """The rows of K_1 lie in the r − 1 dimensions orthogonal to u_1."""
    small = mf.gradient_descent(
        *mf.theory.peel_off(case.problem, case.X0), step_size=case.step_size, n_steps=case.n_steps
    )
    return equal(small.signal, case.run.signal[:, 1:])


def learned_row(seed: int, *, dimension: int = 50) -> Instance:
    """Draw Figure 1's experiment from 50 steps after the arrival of row 1."""
    start = printed_phases(seed, dimension=dimension, n_steps=100)
    ready = int(start.run.hitting_times()[0]) + 50
    X = replace(start, n_steps=ready).run.X_final
    return Instance(start.problem, X, start.step_size, n_steps=200)


def _decoupling_errors(case: Instance, *, keep_columns: bool) -> FloatArray:
    return mf.theory.decoupling_error(
        case.problem,
        case.X0,
        step_size=case.step_size,
        n_steps=case.n_steps,
        keep_columns=keep_columns,
    )


@claim(
    statement=r"Once the noise of row 1 is small, the rows below follow the descent of "
    r"$(\lambda_2, \dots, \lambda_d)$, with all $r$ columns, up to an error of its size.",
    source="Section 5.1.3",
    standing="refuted here",
    compares=r"the error of $K_1K_1^\top$ after 200 steps with the noise at the start",
    shown="peel_off#ex-columns",
    instances=learned_row,
    counterexample=lambda: learned_row(1, dimension=4000),
)
def decoupling_with_all_columns(case: Instance) -> Margin:
    """The column too many learns λ_{r+1}."""
    return worst_margin(_decoupling_errors(case, keep_columns=True)[-1], case.run.noise[0, 0])


@claim(
    statement=r"With $r - 1$ columns, in Figure 1's experiment, the error of $K_1K_1^\top$ never "
    r"exceeds what is forgotten at first, $\sigma_1^2(u_1K_1^\top)/\sigma_1^2(u_1)$.",
    source="beyond the paper",
    standing="checked",
    compares="the error at every later step with that at the start",
    shown="peel_off#prop-price",
    instances=learned_row,
)
def decoupling_price(case: Instance) -> Margin:
    """Of second order in the noise. Not so for every spectrum, where it may grow at first."""
    errors = _decoupling_errors(case, keep_columns=False)[1:]
    return worst_margin(errors, case.run.noise[0, 0] ** 2 / case.run.signal[0, 0])


def stuck_rest(seed: int, admissible: bool = True) -> Instance:
    """Draw a run in which rows 2 to r are zero, and stay so; Lemma 10's step, or ``ηλ₁ = 0.1``."""
    rng = np.random.default_rng(seed)
    rank = 2 if admissible else int(rng.integers(2, 5))
    problem = random_problem(rng, rank=rank, gap=0.9 / rank)
    X0 = mf.gaussian_init(problem, scale=rng.uniform(0.1, 1), seed=rng)
    X0[1:rank] = 0.0
    eta = mf.max_step_size(problem, theorem=6) if admissible else 0.1
    return Instance(problem, X0, eta, n_steps=round(10 / (eta * problem.min_eigengap)))


@claim(
    statement=r"The first signal converges to $\lambda_1$ even if the rest are stuck at a saddle "
    "point.",
    source="Section 5.1.3, third remark; Lemma 10",
    standing="proved in the paper",
    compares=r"the steps in which $\lvert\lambda_1 - \sigma_1^2(u_1)\rvert$ falls from "
    r"$10^{-2}\lambda_1$ to $10^{-6}\lambda_1$ with those that Lemma 10's factor "
    r"$1 - \eta\Delta/8$ takes",
    shown="peel_off#sec-remarks",
    instances=stuck_rest,
    outside="holds",
)
def leading_signal_converges(case: Instance) -> Margin:
    """Rows 2 to r are zero for ever, and Assumption 4 fails."""
    distance = np.abs(case.problem.eigenvalues[0] - case.run.signal[:, 0])
    return falls_at(case, distance, 1 - case.step_size * case.problem.min_eigengap / 8)


def without_row_2(seed: int) -> mf.theory.StationaryPoint:
    """Draw a stationary point at which eigenvector 2 is not learned."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, rank=int(rng.integers(2, 5)))
    learnable = np.flatnonzero(problem.eigenvalues) + 1
    others = learnable[learnable != 2]
    size = int(rng.integers(0, min(problem.rank, others.size) + 1))
    indices = rng.choice(others, size=size, replace=False)
    return mf.theory.StationaryPoint(problem, [int(i) for i in indices])


@claim(
    statement=r"Any stationary point with $u_2 = 0$ has a direction in which the loss falls; if "
    r"$\lambda_2 > \lambda_{r+1}$, a perturbation there grows at the rate $\lambda_2 - "
    r"\lambda_{r+1}$ or faster.",
    source="footnote 2",
    standing="proved here",
    compares=r"$\lambda_2 - \lambda_{r+1}$ with the largest growth rate",
    shown="rest_at_saddles#cor-saddles",
    instances=without_row_2,
)
def saddles_can_be_left(point: mf.theory.StationaryPoint) -> Margin:
    """Index 2 enters an unused column, or replaces one that is not wanted."""
    eigenvalues, r = point.problem.eigenvalues, point.problem.rank
    return worst_margin(eigenvalues[1] - eigenvalues[r], point.escape_rate)


def moderate_overshoot(seed: int, admissible: bool = True) -> Instance:
    """Draw a start with ``ησ₁² ≤ 2`` and ``ηλ₁ ≤ √5 − 1``, or between 2 + 2ηλ₁ and divergence."""
    rng = np.random.default_rng(seed)
    problem, eta = random_problem(rng), rng.uniform(0.01, LARGEST_PROVED if admissible else 0.9)
    size = rng.choice([2.0, 10.0 ** rng.uniform(-8, 0.3)])
    overshoot = min(size, 2.0) if admissible else rng.uniform(2 + 2 * eta, 3 + eta)
    X0 = with_overshoot(problem, overshoot, step_size=eta, rng=rng)
    return Instance(problem, X0, eta, n_steps=40)


@claim(
    statement=r"While $\eta\sigma_1^2(X_t) \le 2 + 2\eta\lambda_k$, row $k$ cannot arrive before "
    r"step $\ln(\sqrt\theta/\lVert u_{k,0}\rVert)/\ln(1 + \eta\lambda_k)$, for every threshold "
    r"$\theta$ and every $k$.",
    source="beyond the paper",
    standing="proved here",
    compares=r"the bound, with the signal of each step as $\theta$, with the number of the step",
    shown="rest_at_saddles#prop-descent-lower-bound",
    instances=moderate_overshoot,
    outside="fails",
)
def hitting_times_bounded_below(case: Instance) -> Margin:
    """A step multiplies row k by 1 + ηλ_k at most."""
    bound, steps = mf.theory.hitting_time_lower_bound, range(1, len(case.run.signal))
    earliest = [
        bound(case.problem, case.X0, step_size=case.step_size, threshold=signal)[k]
        for t in steps
        for k, signal in enumerate(case.run.signal[t])
    ]
    return worst_margin(earliest, np.repeat(steps, case.problem.rank))
