"""How large a start may be: the paper's example of divergence, and sharp constants."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.instances import Instance, random_orthogonal, random_problem, with_overshoot
from mftutor.claims.registry import claim
from mftutor.theory.divergence import LARGEST_PROVED
from mftutor.theory.margin import Margin, weakest, worst_margin


def from_three(seed: int) -> Instance:
    """Draw a start for Σ = 0 with an overshoot of exactly 3, or from 3 to 6."""
    rng = np.random.default_rng(seed)
    return _without_target(rng, rng.choice([3.0, rng.uniform(3, 6)]), n_steps=4)


def above_three(seed: int) -> Instance:
    """Draw a start for Σ = 0 with an overshoot from 3.01 to 6."""
    rng = np.random.default_rng(seed)
    return _without_target(rng, rng.uniform(3.01, 6), n_steps=4)


def near_two(seed: int) -> Instance:
    """Draw a start for Σ = 0 with an overshoot between 1.5 and 2.5."""
    rng = np.random.default_rng(seed)
    return _without_target(rng, rng.uniform(1.5, 2.5), n_steps=50)


def _without_target(rng: np.random.Generator, overshoot: float, *, n_steps: int) -> Instance:
    problem = mf.Problem(np.zeros(rng.integers(4, 9)), rank=int(rng.integers(1, 5)))
    X0 = with_overshoot(problem, overshoot, step_size=0.1, rng=rng)
    return Instance(problem, X0, 0.1, n_steps)


def norms_without_target(case: Instance) -> FloatArray:
    """``σ₁(X_t)`` for Σ = 0; a `Trajectory` would end where divergence is certain."""
    X, norms = case.X0, []
    for _ in range(case.n_steps + 1):
        norms.append(np.linalg.norm(X, 2))
        X = mf.gradient_step(case.problem, X, step_size=case.step_size)
    return np.array(norms)


@claim(
    statement=r"If $\Sigma = 0$ and $\eta\sigma_1^2(X_0) \ge 3$, then $\sigma_1(X_{t+1}) > "
    r"2\sigma_1(X_t)$ for all $t$.",
    source="Section 4.2, after Theorem 6",
    standing="refuted here",
    compares="twice the norm with the next one; equality is a failure",
    shown="divergence#prop-no-target",
    instances=above_three,
    counterexample=lambda: Instance(mf.Problem([0.0], 1), np.array([[2.0]]), 0.75, n_steps=4),
    strict=True,
)
def doubling_as_printed(case: Instance) -> Margin:
    """At exactly 3 the norm doubles in the first step, and no more."""
    norms = norms_without_target(case)
    return worst_margin(2 * norms[:-1], norms[1:])


@claim(
    statement=r"If $\Sigma = 0$ and $\eta\sigma_1^2(X_0) \ge 3$, then $\sigma_1(X_{t+1}) \ge "
    r"2\sigma_1(X_t)$, strictly from the second step on: descent diverges.",
    source="Section 4.2, after Theorem 6",
    standing="proved in the paper",
    compares="twice the norm with the next one, and eleven times it from the second step on",
    shown="divergence#prop-no-target",
    instances=from_three,
)
def doubling_as_meant(case: Instance) -> Margin:
    """After a doubling the overshoot is 12 at least, and the next factor 11."""
    norms = norms_without_target(case)
    return weakest(worst_margin(2 * norms[0], norms[1]), worst_margin(11 * norms[1:-1], norms[2:]))


@claim(
    statement=r"For $\Sigma = 0$ the constant is 2: if $\eta\sigma_1^2(X_0) < 2$ the norm falls in "
    r"every step, if $> 2$ it rises.",
    source="beyond the paper",
    standing="proved here",
    compares="the norms before and after a step, the one claimed to be smaller first",
    shown="divergence#prop-no-target",
    instances=near_two,
)
def two_is_sharp(case: Instance) -> Margin:
    """From below and from above."""
    sizes = mf.theory.overshoots(case.run)
    before, after = sizes[:-1], sizes[1:]
    return worst_margin(before, after) if sizes[0] > 2 else worst_margin(after, before)


def up_to_two(seed: int, admissible: bool = True) -> Instance:
    """Draw singular values of X₀ with an overshoot up to 2, and ``ηλ₁ ≤ √5 − 1``, or up to 2.5."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    low, high = (0.0, LARGEST_PROVED) if admissible else (1.6, 2.5)
    eta = rng.uniform(low, high)
    squares = rng.choice([2.0, rng.uniform(0, 2)], size=problem.rank) / eta
    left = random_orthogonal(problem.dimension, rng)[:, : problem.rank]
    right = random_orthogonal(problem.rank, rng)
    return Instance(problem, left * np.sqrt(squares) @ right, eta, n_steps=30)


@claim(
    statement=r"If $\eta\lambda_1 \le \sqrt5 - 1$ and $\eta\sigma_1^2(X_0) \le 2$, then "
    r"$\eta\sigma_1^2(X_t) \le 2$ for ever: the start may be $\sqrt6$ times what Theorem 6 allows.",
    source="beyond the paper",
    standing="proved here",
    compares=r"$\eta\sigma_1^2(X_t)$ with 2, at every step",
    shown="divergence#thm-bounded",
    instances=up_to_two,
    outside="fails",
)
def bounded_up_to_two(case: Instance) -> Margin:
    """A region that descent does not leave."""
    return worst_margin(mf.theory.overshoots(case.run), 2.0)


def beyond_two(seed: int) -> Instance:
    """Draw a start with an overshoot between 2 + ηλ₁ and 3 + ηλ₁, at any step size."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    eta = 10.0 ** rng.uniform(-2, 0.5)
    X0 = with_overshoot(problem, 2 + eta + rng.random(), step_size=eta, rng=rng)
    return Instance(problem, X0, eta, n_steps=200)


@claim(
    statement=r"If $\eta\sigma_1^2(X_0) > 2 + \eta\lambda_1$, the norm grows in every step, at "
    r"least by the factor $\eta\sigma_1^2(X_t) - 1 - \eta\lambda_1$.",
    source="beyond the paper",
    standing="proved here",
    compares="the factor times the norm with the next norm, at every step",
    shown="divergence#prop-diverges",
    instances=beyond_two,
)
def diverges_beyond_two(case: Instance) -> Margin:
    """The factor exceeds 1 and rises with the norm."""
    sizes = mf.theory.overshoots(case.run)
    least = (sizes[:-1] - 1 - case.eta_largest) * np.sqrt(sizes[:-1])
    return worst_margin(least, np.sqrt(sizes[1:]))


def wide_gaussian(seed: int) -> Instance:
    """Draw Figure 1's problem with ten rows and a Gaussian start of scale 3."""
    problem = mf.figure_1_problem(10)
    return Instance(problem, mf.gaussian_init(problem, scale=3.0, seed=seed), 0.1, n_steps=60)


@claim(
    statement=r"From $X_0 = \varpi N_0$, with any constant $\varpi$, descent converges to the "
    "global minima almost surely.",
    source="Theorem 1",
    standing="refuted here",
    compares=r"the largest $\eta\sigma_1^2(X_t)$ with $2 + \eta\lambda_1$, beyond which the norm "
    "grows for ever",
    shown="divergence#prop-diverges",
    instances=wide_gaussian,
    counterexample=lambda: wide_gaussian(3),
)
def converges_almost_surely(case: Instance) -> Margin:
    """It needs the bound on the norm that Proposition 7 has."""
    return worst_margin(mf.theory.overshoots(case.run), 2 + case.eta_largest)


def longer_step(seed: int, admissible: bool = True) -> Instance:
    """Draw the start of the proof that √5 − 1 is sharp, for ηλ₁ beyond it, or a little below."""
    rng = np.random.default_rng(seed)
    low, high = (LARGEST_PROVED + 0.01, 2.0) if admissible else (1.2, LARGEST_PROVED - 0.005)
    return at_the_bound(rng.uniform(low, high), np.sqrt(rng.uniform(0.25, 1)))


def at_the_bound(a: float, unit: float = 1.0) -> Instance:
    """A start with an overshoot of 2 that is as large as can be one step later, for ηλ₁ = a."""
    c, epsilon = (10 + 3 * a) / (4 + a), 1e-3
    sin2 = (1 / a - 1 / c) / (1 / epsilon - 1 / c)
    p, q = np.sqrt([1 - sin2, sin2])
    Q = np.array([[p, q], [q, -p]])  # its first column is the eigenvector of Σ
    A = a * np.outer(Q[:, 0], Q[:, 0])
    root = np.linalg.cholesky(2 * np.eye(2) + A - np.diag([c, epsilon]))
    return Instance(mf.Problem([unit * a, 0.0], 2), np.sqrt(unit) * Q.T @ root, 1 / unit, n_steps=1)


@claim(
    statement=r"Beyond $\eta\lambda_1 = \sqrt5 - 1$ an overshoot of 2 is kept no more: from two "
    r"rows with $\eta\sigma_1^2(X_0) = 2$ one step can lead to more.",
    source="beyond the paper",
    standing="proved here",
    compares=r"$\eta\sigma_1^2(X_0)$, which is 2, with $\eta\sigma_1^2(X_1)$, at the proof's start",
    shown="divergence#prop-root-five",
    instances=longer_step,
    outside="fails",
    strict=True,
)
def root_five_is_sharp(case: Instance) -> Margin:
    """The start is on the bound, and the step leaves it."""
    before, after = mf.theory.overshoots(case.run)
    return worst_margin(max(before, 2.0), after)
