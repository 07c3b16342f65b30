"""What the claims about sensing are tried on: small hidden matrices, and runs towards them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.instances import Instance

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

    @cached_property
    def first_station(self) -> mf.sensing.Fit:
        """The first of them, to more digits."""
        return mf.sensing.greedy_low_rank(
            self.problem, step_size=STEP_SIZE, max_rank=1, stationary=1e-12
        )[0]

    def measured_exponent(self) -> float:
        """The power of the scale to which descent approaches the first station.

        It is measured between two scales, the smaller of which leaves the spare columns 1e-11
        when the first one arrives, well above rounding; the other is 10,000 times as large.
        """
        station = self.first_station
        m = -np.linalg.eigvalsh(self.problem.residual(np.zeros_like(self.N0))[1])
        gap = 1 - m[1] / m[0]
        scales, near = 10 ** (-11 / gap + np.array([4.0, 0.0])), []
        for scale in scales:
            arrival, spare = -np.log(scale) / m[0], -np.log(scale) * gap
            leaving = 2 * spare / (station.curvature() + 2 * station.escape_rate)
            n_steps = 100 + int((1.1 * arrival + 1.5 * leaving) / STEP_SIZE)
            run = mf.sensing.descend(
                self.problem, scale * self.N0, step_size=STEP_SIZE, n_steps=n_steps, stride=1
            )
            near.append(self.nearest(run, [station.matrix])[0])
        return float(np.log(near[1] / near[0]) / np.log(scales[1] / scales[0]))

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
    """Draw 4 to 8 measurements for each unknown, so that N is nearly isotropic; or a half.

    In the first case it is drawn again while the two largest eigenvalues of ``N Z*`` are nearly
    tied, the second more than 0.7 times the first: then a much smaller start would be needed.
    """
    rng = np.random.default_rng(seed)
    problem = random_truth(rng, (4.0, 8.0) if admissible else (0.4, 0.6))
    while admissible and nearly_tied(problem):
        problem = random_truth(rng, (4.0, 8.0))
    columns = int(rng.integers(problem.eigenvalues.size, problem.dimension + 1))
    N0 = mf.sensing.init(problem, columns, scale=1.0, seed=rng)
    return SmallStart(problem, N0, 1e-8, n_steps=1500)


def nearly_tied(problem: mf.sensing.Problem) -> bool:
    """Whether the second eigenvalue of ``N Z*`` is more than 0.7 times the first."""
    rates = np.linalg.eigvalsh(problem.residual(np.zeros((problem.dimension, 1)))[1])
    return bool(rates[1] < 0.7 * rates[0])  # minus the eigenvalues, in increasing order


def all_seen(seed: int) -> mf.sensing.Problem:
    """Draw a matrix of rank 2 to 5 of which every entry is seen, d = 5 to 8."""
    rng = np.random.default_rng(seed)
    d, r = int(rng.integers(5, 9)), int(rng.integers(2, 6))
    eigenvalues = np.cumprod(np.append(1.0, rng.uniform(0.5, 0.9, r - 1)))
    seen = mf.sensing.entry_measurements(d, np.column_stack(np.triu_indices(d)))
    return mf.sensing.Problem(seen, eigenvalues, mf.sensing.random_eigenvectors(d, r, seed=rng))


def spare_columns(seed: int) -> Instance:
    """Draw a run on all entries of a matrix of low rank, with d columns and a large start."""
    rng = np.random.default_rng(seed)
    d, r = int(rng.integers(4, 9)), int(rng.integers(0, 4))
    eigenvalues = np.append(np.sort(rng.uniform(0.2, 1, r))[::-1], np.zeros(d - r))
    problem = mf.Problem(eigenvalues, rank=d)
    X0 = mf.gaussian_init(problem, scale=rng.uniform(0.5, 2), seed=rng)
    step_size = min(0.1, 1.5 / max(1.0, float(np.linalg.norm(X0, 2)) ** 2))
    return Instance(problem, X0, step_size, n_steps=400)


def unseen_sizes(case: Instance) -> FloatArray:
    """The sizes ``vᵀXXᵀv`` at all steps, v the eigenvectors of the start in the kernel of Σ."""
    X, unseen = case.X0, case.problem.eigenvalues == 0
    V, sizes = np.linalg.eigh(X[unseen] @ X[unseen].T)[1], []
    for _ in range(case.n_steps + 1):
        sizes.append(np.square(V.T @ X[unseen]).sum(axis=1))
        X = mf.gradient_step(case.problem, X, step_size=case.step_size)
    return np.array(sizes)


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
    """Draw 0.8 to 0.9 of the number at which Z* becomes the only interpolant, d = 15 to 17."""
    return _large_starts(seed, 15, lambda threshold: (0.8 * threshold, 0.9 * threshold))


def above_threshold(seed: int) -> LargeStarts:
    """Draw 2.2 to 2.6 times it, more than the number of unknowns, d = 12 to 14."""
    return _large_starts(seed, 12, lambda threshold: (2.2 * threshold, 2.6 * threshold))


def _large_starts(
    seed: int, least: int, limits: Callable[[float], tuple[float, float]]
) -> LargeStarts:
    rng = np.random.default_rng(seed)
    dimension = int(rng.integers(least, least + 3))
    eigenvalues = np.array([1.0, rng.uniform(0.4, 0.9)])
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
