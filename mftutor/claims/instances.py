"""What the claims are tried on: random problems and starts, and the runs from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray


@dataclass(frozen=True, eq=False)
class Instance:
    """The arguments of one run of gradient descent, and the run itself when asked for."""

    problem: mf.Problem
    X0: FloatArray
    step_size: float
    n_steps: int

    @cached_property
    def run(self) -> mf.Trajectory:
        """The run; computed once, however many claims look at it."""
        return mf.gradient_descent(
            self.problem, self.X0, step_size=self.step_size, n_steps=self.n_steps
        )

    @cached_property
    def phases(self) -> mf.theory.PhaseTimes:
        """The phase times of the run; computed once."""
        return mf.theory.phase_times(self.problem, self.run)

    @property
    def eta_largest(self) -> float:
        """ηλ₁."""
        return self.step_size * float(self.problem.eigenvalues[0])

    @property
    def eta_gap(self) -> float:
        """``η(λ_r − λ_{r+1})``."""
        return self.step_size * self.problem.eigengap_at_rank


def random_problem(
    rng: np.random.Generator, *, rank: int | None = None, gap: float = 0.05, tail: int = 8
) -> mf.Problem:
    """Draw a problem with λ₁ = 1, rank 1 to 4, and each of the first r gaps at least `gap`.

    The first r + 1 eigenvalues are spread at random, the others (at most `tail`) are evenly
    spaced, random, equal or zero.
    """
    r = int(rng.integers(1, 5)) if rank is None else rank
    gaps = gap + rng.dirichlet(np.ones(r + 1))[:r] * (1 - r * gap)
    leading = 1 - np.concatenate([[0.0], np.cumsum(gaps)])
    last, n = leading[-1], int(rng.integers(0, tail + 1))
    tails = [
        np.linspace(last, 0, n),
        np.sort(rng.uniform(0, last, n))[::-1],
        np.full(n, last * rng.random()),
        np.zeros(n),
    ]
    return mf.Problem(np.concatenate([leading, tails[rng.integers(4)]]), rank=r)


def in_units(problem: mf.Problem, unit: float) -> mf.Problem:
    """The same problem with all eigenvalues `unit` times as large."""
    return mf.Problem(unit * problem.eigenvalues, problem.rank)


def with_overshoot(
    problem: mf.Problem, overshoot: float, *, step_size: float, rng: np.random.Generator
) -> FloatArray:
    """Draw a Gaussian start and scale it to ``ησ₁²(X₀) = overshoot``."""
    X0 = mf.gaussian_init(problem, scale=1.0, seed=rng)
    return X0 * np.sqrt(overshoot / step_size) / np.linalg.norm(X0, 2)


def random_unit(rng: np.random.Generator) -> float:
    """Draw a unit for the eigenvalues, a power of four between 1/64 and 64."""
    return float(4.0 ** rng.integers(-3, 4))


def random_orthogonal(size: int, rng: np.random.Generator) -> FloatArray:
    """Draw an orthogonal matrix, shape (size, size)."""
    return np.linalg.qr(rng.standard_normal((size, size)))[0]
