"""Section 3: the benign region, its walls, and Theorem 2."""

from __future__ import annotations

import math

import numpy as np

import mftutor as mf
from mftutor.claims.compare import inside, steps_until
from mftutor.claims.instances import Instance, random_orthogonal, random_problem
from mftutor.claims.registry import claim
from mftutor.theory.margin import Margin, worst_margin


def solution(seed: int) -> Instance:
    """Draw a global minimum: ``diag(√λ_1, …, √λ_r)`` on top, turned, and zeros below."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    X, leading = np.zeros((problem.dimension, problem.rank)), problem.eigenvalues[: problem.rank]
    X[: problem.rank] = np.sqrt(leading)[:, None] * random_orthogonal(problem.rank, rng)
    return Instance(problem, X, step_size=0.1, n_steps=0)


def wall(seed: int, admissible: bool = True) -> Instance:
    """Draw a start on the walls of R; the step of Theorem 2, or fifty times it and more."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, gap=0.1)
    largest_step = mf.max_step_size(problem, theorem=2)
    eta = largest_step * rng.uniform(0.5, 1) if admissible else rng.uniform(0.5, 1)
    return Instance(problem, mf.random_boundary_point(problem, seed=rng), eta, n_steps=150)


def wide_gap(seed: int, admissible: bool = True) -> Instance:
    """Draw a start on the walls of R and λ_r − λ_{r+1} ≥ 1/2, so that convergence is seen."""
    rng = np.random.default_rng(seed)
    r, gap = int(rng.integers(1, 5)), rng.uniform(0.5, 0.9)
    last = rng.uniform(gap, 1)
    leading = np.sort(np.append(rng.uniform(last, 1, r - 1), 1.0))[::-1]
    leading[-1] = 1.0 if r == 1 else last
    tail = np.linspace(leading[-1] - gap, 0, int(rng.integers(1, 9)))
    problem = mf.Problem(np.append(leading, tail), r)
    eta = mf.max_step_size(problem, theorem=2) if admissible else rng.uniform(0.05, 0.3)
    X0 = mf.random_boundary_point(problem, seed=rng)
    return Instance(problem, X0, eta, n_steps=math.ceil(14 / (eta * gap)))


@claim(
    statement=r"The benign region $\mathcal R$ contains all global minima.",
    source="Section 3, after (10)",
    standing="proved in the paper",
    compares="the three squared singular values with their limits",
    shown="benign_region#prop-minima-benign",
    instances=solution,
)
def minima_are_benign(case: Instance) -> Margin:
    """At a global minimum all three inequalities of (10) hold."""
    return inside(mf.benign_region(case.problem, case.X0))


@claim(
    statement=r"In $\mathcal R$ the ratio $\sigma_r^2(U)/\sigma_1^2(J)$ is larger than "
    r"$\Delta_r/(4\lambda_1)$.",
    source="Section 3, after (10)",
    standing="proved in the paper",
    compares="the constant with the ratio, at points on the walls",
    shown="benign_region#ex-smallest-ratio",
    instances=wall,
)
def benign_ratio(case: Instance) -> Margin:
    """The ratio in R, at its walls, where it is smallest."""
    values = mf.benign_region(case.problem, case.X0).values
    constant = case.problem.eigengap_at_rank / (4 * case.problem.eigenvalues[0])
    return worst_margin(constant * values["noise"], values["signal"])


@claim(
    statement=r"In $\mathcal R$ the ratio $\sigma_r^2(U)/\sigma_1^2(J)$ is at least "
    r"$\Delta_r/(4\lambda_r - 2\Delta_r)$, and no larger constant is right.",
    source="beyond the paper",
    standing="proved here",
    compares="the constant with the ratio, at points on the walls",
    shown="benign_region#ex-smallest-ratio",
    instances=wall,
)
def best_benign_ratio(case: Instance) -> Margin:
    """Attained in the corner of smallest signal and largest noise."""
    values = mf.benign_region(case.problem, case.X0).values
    gap = case.problem.eigengap_at_rank
    constant = gap / (4 * case.problem.eigenvalues[case.problem.rank - 1] - 2 * gap)
    return worst_margin(constant * values["noise"], values["signal"])


@claim(
    statement=r"From $\mathcal R$, with $\eta \le \Delta_r^2/(36\lambda_1^3)$, descent never "
    r"leaves $\mathcal R$.",
    source="Theorem 2",
    standing="proved in the paper",
    compares="the three squared singular values with their limits, at every step",
    shown="benign_region#thm-two",
    instances=wall,
    outside="fails",
)
def benign_region_is_kept(case: Instance) -> Margin:
    """The first half of Theorem 2."""
    return inside(mf.benign_region(case.problem, case.run))


@claim(
    statement=r"From $\mathcal R$, at the step sizes of Theorem 2, the ratio "
    r"$\sigma_r^2(U)/\sigma_1^2(J)$ grows in every step.",
    source="Section 3, after (10)",
    standing="proved in the paper",
    compares="the ratio before a step with the ratio after",
    shown="benign_region#eq-ratio-growth",
    instances=wall,
    outside="fails",
)
def benign_ratio_grows(case: Instance) -> Margin:
    """Of products, so that no noise is infinite growth."""
    values = mf.benign_region(case.problem, case.run).values
    signal, noise = values["signal"], values["noise"]
    return worst_margin(signal[:-1] * noise[1:], signal[1:] * noise[:-1])


@claim(
    statement=r"From there descent reaches $\lVert \Sigma_r - X_tX_t^\top\rVert \le \epsilon$ "
    "within "
    r"$\frac{6}{\eta\Delta_r}\ln\frac{200r\lambda_1^3}{\eta\Delta_r^2\epsilon}$ steps, "
    r"with the constant of the $\mathcal O$ set to 1.",
    source="Theorem 2",
    standing="proved in the paper",
    compares=r"the step from which the error is below $\epsilon = 10^{-4}$ with the bound",
    shown="benign_region#eq-theorem-2-bound",
    instances=wide_gap,
    outside="holds",
)
def theorem_2_count(case: Instance) -> Margin:
    """The second half of Theorem 2, in the Frobenius norm, which is the larger one."""
    accuracy = 1e-4
    bound = mf.theorem_2_bound(case.problem, step_size=case.step_size, accuracy=accuracy)
    return worst_margin(steps_until(case.run.error, accuracy), bound)


def tiny_gap(seed: int) -> Instance:
    """Draw a start on the walls of R for a gap of 0.002, and ``ηλ₁ = 1/12``."""
    problem = mf.Problem([1.0, 0.5, 0.498, 0.2, 0.0], rank=2)
    X0 = mf.random_boundary_point(problem, seed=seed)
    return Instance(problem, X0, step_size=1 / 12, n_steps=40)


@claim(
    statement=r"For staying in $\mathcal R$ the condition $\eta\lambda_1 \le \frac1{12}$ of other "
    "results is enough.",
    source="beyond the paper",
    standing="refuted here",
    compares="the three squared singular values with their limits, at every step",
    shown="benign_region#thm-two",
    instances=tiny_gap,
    counterexample=lambda: tiny_gap(46),
)
def benign_region_without_gap(case: Instance) -> Margin:
    """The step size must shrink with the gap."""
    return inside(mf.benign_region(case.problem, case.run))
