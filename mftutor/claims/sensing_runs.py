"""What the claims about sensing are tried on: small hidden matrices, and runs towards them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray

STEP_SIZE = 0.1
# Matrices A_i, a ground truth with its eigenvalues and eigenvectors, and a point U.
Literal = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True, eq=False)
class SmallStart:
    """A sensing problem, a start of size one to be scaled down, and what is made of them."""

    problem: mf.sensing.Problem
    N0: FloatArray
    scale: float
    n_steps: int

    @property
    def rank(self) -> int:
        """The rank of the ground truth."""
        return self.problem.eigenvalues.size

    def run_from(self, U0: FloatArray) -> mf.sensing.Run:
        """Descent that is looked at every third step."""
        return mf.sensing.descend(
            self.problem, U0, step_size=STEP_SIZE, n_steps=self.n_steps, stride=3
        )

    @cached_property
    def run(self) -> mf.sensing.Run:
        """The run from ``scale * N0``; computed once, however many claims look at it."""
        return self.run_from(self.scale * self.N0)

    @cached_property
    def fits(self) -> list[mf.sensing.Fit]:
        """The best fits of rank 1, …, r*, each from three starts."""
        ranks = range(1, self.rank + 1)
        return [
            mf.sensing.best_fit(self.problem, s, seed=0, n_starts=3, n_steps=500) for s in ranks
        ]

    @cached_property
    def stations(self) -> list[mf.sensing.Fit]:
        """The stations of greedy low-rank learning."""
        return mf.sensing.greedy_low_rank(self.problem, step_size=STEP_SIZE, n_steps=3000)

    def nearest(self, run: mf.sensing.Run, matrices: list[FloatArray]) -> FloatArray:
        """How near a run comes to each of some matrices."""
        return run.distances(matrices).min(axis=0)


def random_truth(rng: np.random.Generator, share: tuple[float, float]) -> mf.sensing.Problem:
    """Draw a matrix of rank 2 or 3 and Gaussian measurements, d = 8 to 12.

    Each eigenvalue is 0.4 to 0.6 times the one before, and the eigenvectors are random. The
    number of measurements is a random multiple, in the range `share`, of D = d(d + 1)/2.
    """
    d, r = int(rng.integers(8, 13)), int(rng.integers(2, 4))
    eigenvalues = np.cumprod(np.append(1.0, rng.uniform(0.4, 0.6, r - 1)))
    n_measurements = int(rng.uniform(*share) * d * (d + 1) / 2)
    measurements = mf.sensing.gaussian_measurements(d, n_measurements, seed=rng)
    vectors = mf.sensing.random_eigenvectors(d, r, seed=rng)
    return mf.sensing.Problem(measurements, eigenvalues, vectors)


def small_start(seed: int, admissible: bool = True) -> SmallStart:
    """Draw 4 to 8 measurements for each unknown, so that N is nearly isotropic; or a half."""
    rng = np.random.default_rng(seed)
    problem = random_truth(rng, (4.0, 8.0) if admissible else (0.4, 0.6))
    columns = int(rng.integers(problem.eigenvalues.size, problem.dimension + 1))
    N0 = mf.sensing.init(problem, columns, scale=1.0, seed=rng)
    return SmallStart(problem, N0, 1e-8, n_steps=1500)


def few_measurements(seed: int) -> mf.sensing.Problem:
    """Draw a problem in which a third to all of the unknowns are measured."""
    return random_truth(np.random.default_rng(seed), (0.3, 1.0))


@dataclass(frozen=True, eq=False)
class LargeStarts:
    """A spectrum, a number of measurements, and five draws to start from ``α = 1`` with."""

    eigenvalues: FloatArray
    dimension: int
    n_measurements: int
    seeds: list[int]

    def median_error(self, columns: int) -> float:
        """The median of the final relative errors with so many columns."""
        errors = mf.sensing.recovery_errors(
            self.eigenvalues,
            dimension=self.dimension,
            n_measurements=[self.n_measurements],
            rank=columns,
            scale=1.0,
            seeds=self.seeds,
            step_size=0.05,
            n_steps=500,
        )
        return float(np.median(errors))


def below_threshold(seed: int) -> LargeStarts:
    """Draw 0.8 to 0.9 of the number at which Z* becomes the only interpolant."""
    return _large_starts(seed, lambda threshold: (0.8 * threshold, 0.9 * threshold))


def above_threshold(seed: int) -> LargeStarts:
    """Draw 2.2 to 2.6 times that number, which is more than the number of unknowns."""
    return _large_starts(seed, lambda threshold: (2.2 * threshold, 2.6 * threshold))


def _large_starts(seed: int, limits: Callable[[float], tuple[float, float]]) -> LargeStarts:
    rng = np.random.default_rng(seed)
    dimension, eigenvalues = int(rng.integers(12, 15)), np.array([1.0, rng.uniform(0.4, 0.9)])
    low, high = limits(mf.sensing.uniqueness_threshold(dimension, 2))
    seeds = rng.integers(0, 2**31, 5).tolist()
    return LargeStarts(eigenvalues, dimension, int(rng.uniform(low, high)), seeds)


def given_matrices(seed: int) -> Literal:
    """Draw everything that the loss is made of, with fewer measurements than unknowns or more."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 9))
    r, columns = (int(n) for n in rng.integers(1, d + 1, 2))
    matrices = rng.standard_normal((int(rng.integers(1, d * (d + 2))), d, d))
    eigenvalues = np.sort(rng.uniform(0, 2, r))[::-1]
    vectors = mf.sensing.random_eigenvectors(d, r, seed=rng)
    return matrices, eigenvalues, vectors, rng.standard_normal((d, columns))


def cone(seed: int) -> tuple[int, int, FloatArray]:
    """Draw a rank, a dimension, and Gaussian symmetric matrices to project on the cone."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 13))
    G = rng.standard_normal((2000, d, d))
    return d, int(rng.integers(0, d)), (G + G.transpose(0, 2, 1)) / 2
