"""The exact gradient flow, which the paper does not use."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.compare import equal
from mftutor.claims.instances import random_problem
from mftutor.claims.registry import claim
from mftutor.theory.margin import Margin, weakest, worst_margin

# A problem, a start and increasing times of the flow.
Path = tuple[mf.Problem, FloatArray, FloatArray]


def path(seed: int) -> Path:
    """Draw a Gaussian start of scale 0.01 to 100 and twenty times up to 20."""
    return _path(seed, -2, 2)


def late_path(seed: int) -> Path:
    """Draw one of scale 0.0001 to 0.1, so that every row has to wait."""
    return _path(seed, -4, -1)


def _path(seed: int, low: float, high: float) -> Path:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    X0 = mf.gaussian_init(problem, scale=10.0 ** rng.uniform(low, high), seed=rng)
    return problem, X0, np.sort(rng.uniform(0, 20, 20))


@claim(
    statement=r"Along the flow the ratio $\sigma_r^2(U)/\sigma_1^2(J)$ grows at least like "
    r"$e^{2\Delta_r s}$, in $\mathcal R$ or not.",
    source="beyond the paper",
    standing="proved here",
    compares="the exponential times the ratio at the start with the ratio, at twenty times",
    shown="benign_region#prop-ratio",
    instances=path,
)
def flow_ratio_grows(drawn: Path) -> Margin:
    """Products, so that no noise is infinite growth."""
    problem, X0, times = drawn
    flow = mf.flow.solve(problem, X0, np.append(0.0, times))
    signal = np.square(np.linalg.svdvals(flow.top_rows[:, : problem.rank])[:, -1])
    noise = np.linalg.eigvalsh(flow.noise_gram)[:, -1]
    growth = np.exp(2 * problem.eigengap_at_rank * times)
    return worst_margin(growth * signal[0] * noise[1:], signal[1:] * noise[0])


@claim(
    statement=r"Along the flow $JU^{-1} = e^{s\Lambda_J} J_0 U_0^{-1} e^{-s\Lambda}$, at any "
    "scale.",
    source="beyond the paper",
    standing="proved here",
    compares="the two sides and their sum with twice the right one, column by column in norm",
    shown="solve_exactly#prop-conserved",
    instances=path,
)
def flow_quotient(drawn: Path) -> Margin:
    """Vectors are equal if they have the same length, and their sum has twice that."""
    problem, X0, times = drawn
    r, lam, time = problem.rank, problem.eigenvalues, times[4]
    X = mf.flow.solve(problem, X0, time).X_final
    left, start = (np.linalg.solve(A[:r].T, A[r:].T).T for A in (X, X0))
    right = np.exp(time * (lam[r:, None] - lam[:r])) * start
    lengths = [np.linalg.norm(A, axis=0) for A in (left, right, left + right)]
    return equal([lengths[0], lengths[2]], [lengths[1], 2 * lengths[1]])


@claim(
    statement=r"However large the start, at a time $s > 0$ no signal exceeds that of the flow from "
    r"infinity, nor $\sigma_1^2(X)$ the bound $\lambda_1/(1 - e^{-2\lambda_1 s})$.",
    source="beyond the paper",
    standing="proved here",
    compares=r"the signals with those from infinity, and $\sigma_1^2(X)$ of the latter with the "
    "bound",
    shown="solve_exactly#prop-ceiling",
    instances=path,
)
def flow_from_infinity_bounds(drawn: Path) -> Margin:
    """The closed form grows with ϖ, and so is below its limit."""
    problem, X0, times = drawn
    flow, limit = mf.flow.solve(problem, X0, times), mf.flow.from_infinity(problem, X0, times)
    U = limit.top_rows[:, : problem.rank]
    norm = np.linalg.eigvalsh(U.transpose(0, 2, 1) @ U + limit.noise_gram)[:, -1]
    largest = problem.eigenvalues[0]
    bound = largest / -np.expm1(-2 * largest * times)
    return weakest(worst_margin(flow.signal, limit.signal), worst_margin(norm, bound))


@claim(
    statement=r"Along the flow $\sigma_1^2(u_k) \ge \Delta/2$ for good from an explicit time on; "
    r"only $\det U_0 \ne 0$ and $\lambda_r > \lambda_{r+1}$ are assumed.",
    source="beyond the paper",
    standing="proved here",
    compares=r"$\tau_k$ with its bound, times of the flow",
    shown="solve_exactly#thm-flow-time",
    instances=late_path,
)
def flow_times_are_bounded(drawn: Path) -> Margin:
    """A logarithm of ‖U₀⁻¹‖ and of ‖J₀U₀⁻¹‖."""
    problem, X0, _ = drawn
    return worst_margin(mf.flow.hitting_times(problem, X0), mf.flow.time_bound(problem, X0))


def dimension_and_failure(seed: int) -> tuple[int, float, int]:
    """Draw a dimension from 10 to 300, a probability of failure from 0.1 to 0.5, and a seed."""
    rng = np.random.default_rng(seed)
    return int(10.0 ** rng.uniform(1, 2.5)), rng.uniform(0.1, 0.5), int(rng.integers(2**31))


@claim(
    statement=r"For a Gaussian start and the flow, with probability $1 - \delta$ each such time is "
    r"$\mathcal O(\log(d/\delta))$, by an explicit bound: squaring $d$ at most doubles it.",
    source="beyond the paper",
    standing="proved here",
    compares=r"the share of 100 starts with a signal below $\Delta/2$ at its bound with $\delta$, "
    "and the bound at $d^2$ with twice that at $d$, for Figure 1's spectrum",
    shown="solve_exactly#thm-flow-gaussian",
    instances=dimension_and_failure,
)
def flow_times_grow_like_log_d(drawn: tuple[int, float, int]) -> Margin:
    """No transition assumption is needed."""
    dimension, failure, seed = drawn
    at_d, at_square = (
        mf.flow.log_d_bound(mf.figure_1_problem(d), scale=0.5, failure=failure)
        for d in (dimension, dimension**2)
    )
    late = share_below(mf.figure_1_problem(dimension), at_d, seed)
    return weakest(worst_margin(late, failure), worst_margin(at_square, 2 * at_d))


def share_below(problem: mf.Problem, times: FloatArray, seed: int) -> FloatArray:
    """In which part of 100 starts a signal is below Δ/2 at its own of two times, shape (2,)."""
    rng, below = np.random.default_rng(seed), []
    for _ in range(100):
        X0 = mf.gaussian_init(problem, scale=0.5, seed=rng)
        signal = mf.flow.solve(problem, X0, times).signal.diagonal()
        below.append(signal < problem.min_eigengap / 2)
    return np.mean(below, axis=0)


def step_pair(seed: int) -> tuple[mf.Problem, FloatArray, float]:
    """Draw a problem, a step size, and a start that is not large, with rows of U₀ that differ.

    Of rows that are parallel but for a thousandth descent makes others in its first steps.
    """
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, gap=0.1)
    scale, step_size = rng.uniform(0.2, 1), rng.uniform(0.02, 0.1)
    while True:
        X0 = mf.gaussian_init(problem, scale=scale, seed=rng)
        rows = X0[: problem.rank] / np.linalg.norm(X0[: problem.rank], axis=1, keepdims=True)
        if np.linalg.svdvals(rows)[-1] > 0.01:
            return problem, X0, step_size


@claim(
    statement=r"Descent follows the flow up to $\mathcal O(\eta)$, unless rows of $U_0$ are nearly "
    r"dependent: half the step size leaves at most $0.6$ of the distance.",
    source="beyond the paper",
    standing="checked",
    compares=r"the largest distance of $UU^\top$ with $\eta/2$ and $0.6$ times that with $\eta$, "
    "up to $s = 20$",
    shown="solve_exactly#sec-descent-follows",
    instances=step_pair,
)
def descent_follows_flow(drawn: tuple[mf.Problem, FloatArray, float]) -> Margin:
    """Of first order, as for every one-step method of order one."""
    problem, X0, eta = drawn
    coarse, fine = (_distance_from_flow(problem, X0, step_size) for step_size in (eta, eta / 2))
    return worst_margin(fine, 0.6 * coarse)


def _distance_from_flow(problem: mf.Problem, X0: FloatArray, step_size: float) -> float:
    """The largest distance of descent and flow up to time 20, in the first r rows."""
    run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=round(20 / step_size))
    flow = mf.flow.solve(problem, X0, step_size * np.arange(run.n_steps + 1))
    return float(mf.flow.distance(run, flow).max())


def path_and_accuracy(seed: int) -> tuple[mf.Problem, FloatArray, float]:
    """Draw a problem, some with equal eigenvalues or without rows below, a start, an accuracy."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    r, leading = problem.rank, problem.eigenvalues[: problem.rank]
    others = [problem, mf.Problem(leading, r), mf.Problem([*np.ones(r), leading[-1] / 2], r)]
    problem = others[int(rng.integers(3))]
    X0 = mf.gaussian_init(problem, scale=10.0 ** rng.uniform(-3, 2), seed=rng)
    return problem, X0, 10.0 ** rng.uniform(-6, -1)


@claim(
    statement=r"Along the flow the error is at most $\epsilon$ for good from an explicit time on, "
    r"of order $\log(1/\epsilon)$; only $\det U_0 \ne 0$ and $\lambda_r > \lambda_{r+1}$ are "
    "assumed.",
    source="beyond the paper",
    standing="proved here",
    compares=r"the error with $\epsilon$, at twenty times from this one on",
    shown="solve_exactly#prop-flow-accuracy",
    instances=path_and_accuracy,
)
def flow_error_is_bounded(drawn: tuple[mf.Problem, FloatArray, float]) -> Margin:
    """Equal leading eigenvalues do no harm, nor a tail of zeros."""
    problem, X0, accuracy = drawn
    start = mf.flow.accuracy_bound(problem, X0, accuracy)
    return worst_margin(mf.flow.solve(problem, X0, np.linspace(1, 2, 20) * start).error, accuracy)
