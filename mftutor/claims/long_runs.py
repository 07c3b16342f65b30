"""Runs for Theorem 6: long ones at the step sizes that it allows, short ones beyond."""

from __future__ import annotations

import math

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.instances import Instance, random_problem, with_overshoot

# The error that a run must reach for items 6 and 7.
ACCURACY = 0.01


def first_phase(seed: int, admissible: bool = True) -> Instance:
    """Draw ``ηλ₁ ≤ 1/12``, ``ησ₁²(X₀) ≤ 1/3``, a small row 1; or ``ηλ₁ > 1``: solutions repel."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, gap=0.1)
    eta = rng.uniform(0.5, 1) / 12 if admissible else rng.uniform(1.0, 1.5)
    X0 = _start(problem, eta, rng)
    X0[0] *= 10.0 ** rng.uniform(-6, -4)
    # Row 1 gains on the others by η(λ₁ − λ₂) in a step.
    gains = float(problem.eigenvalues[0] - problem.eigenvalues[1])
    return Instance(problem, X0, eta, n_steps=math.ceil(max(100, 25 / gains) / eta))


def first_arrival(seed: int, admissible: bool = True) -> Instance:
    """Draw ``η ≤ Δ/(12λ₁²)``, a small row 1, ``ησ₁²(X₀) ≤ 1/3``; or ``≈ 1``: a step annuls X₀."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, gap=0.24)
    eta = problem.min_eigengap * rng.uniform(0.5, 1) / 12
    X0 = _start(problem, eta, rng)
    X0[0] *= 10.0 ** rng.uniform(-4, 0)
    if not admissible:
        X0 *= np.sqrt((1 + eta) / eta) / np.linalg.norm(X0, 2)
    norm = float(np.linalg.norm(X0, 2))
    bound = mf.theory.first_row_bound(problem, signal=X0[0] @ X0[0], norm=norm, step_size=eta)
    return Instance(problem, X0, eta, n_steps=math.ceil(bound))


def all_phases(seed: int, admissible: bool = True) -> Instance:
    """Draw a run that reaches t_R: rank 2 at the steps of Theorems 2 and 6, or ``ηλ₁ = 0.1``.

    At the theorems' step sizes a run of rank 2 takes fifty thousand steps, one of rank 4 half
    a million; with ``ηλ₁ = 0.1``, as in Figure 1, fifteen thousand.
    """
    rng = np.random.default_rng(seed)
    rank = 2 if admissible else int(rng.integers(2, 4))
    return phases(rng, rank, theorem_step=admissible)


def to_accuracy(seed: int, admissible: bool = True) -> Instance:
    """Draw such a run until item 6 grants the accuracy 0.01; of rank 1, or with ``ηλ₁ = 0.1``."""
    rng = np.random.default_rng(seed)
    rank = 1 if admissible else int(rng.integers(1, 4))
    return phases(rng, rank, theorem_step=admissible, accuracy=ACCURACY)


def phases(
    rng: np.random.Generator, rank: int, *, theorem_step: bool, accuracy: float | None = None
) -> Instance:
    """Draw a run that reaches t_R, and the step of item 6 if an accuracy is given.

    The eigenvalues are nearly evenly spaced, so that the smallest gap is large and the run short.
    """
    problem = random_problem(rng, rank=rank, gap=(0.95 if theorem_step else 0.9) / rank)
    eta = min(mf.max_step_size(problem, theorem) for theorem in (2, 6)) if theorem_step else 0.1
    # Beyond t* and t♯ a phase takes some multiple of 1/(ηΔ) until the signal is large.
    waits = mf.theory.t_star(problem, step_size=eta) + mf.theory.t_sharp(problem, step_size=eta)
    n_steps = rank * waits + 8 / (eta * problem.min_eigengap)
    if accuracy is not None:
        n_steps += mf.theorem_2_bound(problem, step_size=eta, accuracy=accuracy)
    return Instance(problem, _start(problem, eta, rng), eta, math.ceil(n_steps))


def _start(problem: mf.Problem, step_size: float, rng: np.random.Generator) -> FloatArray:
    """Draw a start up to the norm that Theorem 6 allows, ``ησ₁²(X₀) ≤ 1/3``, or much smaller."""
    overshoot = 10.0 ** rng.uniform(-3, 0) / 3
    return with_overshoot(problem, overshoot, step_size=step_size, rng=rng)
