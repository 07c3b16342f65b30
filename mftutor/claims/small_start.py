"""Section 4.1: small starts, and how small they are asked to be."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor.claims.instances import Instance, random_problem, with_overshoot
from mftutor.claims.registry import claim
from mftutor.theory.margin import Margin, worst_margin


def spectral_start(seed: int, admissible: bool = True) -> Instance:
    """Draw a start with ``ησ₁² ≤ 2``, from tiny to large; or between 2 and 2 + ηλ₁."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    eta = rng.uniform(0.01, 0.5)
    overshoot = 2 * 10.0 ** rng.uniform(-8, 0) if admissible else 2 + eta
    X0 = with_overshoot(problem, overshoot, step_size=eta, rng=rng)
    return Instance(problem, X0, eta, n_steps=60)


@claim(
    statement=r"While $\eta\lVert X_s\rVert^2 \le 2$, descent differs from the power iteration "
    "(11) by "
    r"at most $\lVert X_0\rVert^3 g^{2t}/(2\lambda_1\lVert u_{1,0}\rVert)$ relative to its size, "
    "with "
    r"$g = 1 + \eta\lambda_1$: a constant times $\varpi^2$.",
    source="beyond the paper",
    standing="proved here",
    compares="the spectral error with the bound, at every step",
    shown="start_small#prop-spectral",
    instances=spectral_start,
    outside="holds",
)
def spectral_error_is_quadratic(case: Instance) -> Margin:
    """The bound of the chapter on small starts."""
    error = mf.theory.spectral_error(
        case.problem, case.X0, step_size=case.step_size, n_steps=case.n_steps
    )[1:]
    growth = (1 + case.eta_largest) ** (2 * np.arange(1, len(error) + 1))
    size, first = np.linalg.norm(case.X0, 2), np.linalg.norm(case.X0[0])
    bound = growth * size**3 / (2 * case.problem.eigenvalues[0] * first)
    return worst_margin(error, bound)


def other_dimension(seed: int) -> mf.Problem:
    """Draw Figure 1's spectrum in a dimension from 10 to 10,000."""
    return mf.figure_1_problem(int(10.0 ** np.random.default_rng(seed).uniform(1, 4)))


@claim(
    statement=r"Condition (12) on small starts decays exponentially as $d$ increases.",
    source="Section 4.2, after Theorem 6",
    standing="refuted here",
    compares=r"twice the number of decimal places at $d$ with that at $2d$",
    shown="start_small#eq-condition-12",
    instances=other_dimension,
    counterexample=mf.figure_1_problem,
)
def small_scale_decays_exponentially(problem: mf.Problem) -> Margin:
    """As a power of d; exponentially in κ²."""
    doubled = mf.figure_1_problem(2 * problem.dimension)
    places = [-mf.theory.log10_small_scale(each) for each in (problem, doubled)]
    return worst_margin(2 * places[0], places[1])
