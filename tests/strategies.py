"""Random runs, gradient descent written literally, and bounds on what rounding may do.

The literal descent forms every d×d matrix of the equations and keeps every iterate; the
literal diagnostics are the definitions, computed by `numpy.linalg`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

import mftutor as mf

EPS = np.finfo(float).eps
SEEDS = st.integers(0, 2**32 - 1)
# Powers of four: changing the unit of the eigenvalues then changes no digit of a run.
UNITS = st.sampled_from([4.0**-10, 1.0, 4.0**10, 4.0**80])


def many(times: float) -> int:
    """So many times the usual number of random cases."""
    return round(times * settings().max_examples)


def up_to(largest: float) -> st.SearchStrategy[float]:
    """Zero, or a number of a size that is not refused in any of the units, up to the largest."""
    return st.just(0.0) | st.floats(1e-10, largest)


@dataclass(frozen=True, eq=False)
class Case:
    """The arguments of one run of gradient descent."""

    problem: mf.Problem
    X0: np.ndarray
    step_size: float
    n_steps: int

    def run(self, X0: np.ndarray | None = None) -> mf.Trajectory:
        """Run gradient descent, from another start if one is given."""
        start = self.X0 if X0 is None else X0
        return mf.gradient_descent(
            self.problem, start, step_size=self.step_size, n_steps=self.n_steps
        )

    def literal(self) -> np.ndarray:
        """Return every iterate of the literal descent, shape (T + 1, d, r)."""
        sigma = np.diag(self.problem.eigenvalues)
        return literal_descent(sigma, self.X0, self.step_size, self.n_steps)


@st.composite
def spectra(draw: st.DrawFn, dimension: int) -> np.ndarray:
    """Draw eigenvalues in [0, 1]: equal, zero, clustered or apart; decreasing, shape (d,)."""
    value = st.one_of(
        st.sampled_from([0.0, 0.5, 1.0]),
        st.integers(0, 3).map(lambda k: 0.5 + k * 1e-9),
        st.floats(1e-9, 1.0),
    )
    values = draw(st.lists(value, min_size=dimension, max_size=dimension))
    return np.sort(values)[::-1]


@st.composite
def starts(
    draw: st.DrawFn, shape: tuple[int, int], sizes: tuple[float, float] = (1e-6, 1.5)
) -> np.ndarray:
    """Draw X0 with σ₁(X0) in the range given; some or all rows perhaps zero or equal."""
    X0 = np.random.default_rng(draw(SEEDS)).standard_normal(shape)
    row = st.integers(-1, shape[0] - 1)
    taken_from = st.one_of(
        st.just(range(shape[0])), st.lists(row, min_size=shape[0], max_size=shape[0])
    )
    X0 = np.vstack([X0, np.zeros(shape[1])])[np.array(draw(taken_from))]  # row −1 is zero
    return X0 * (draw(st.floats(*sizes)) / max(np.linalg.norm(X0, 2), 1e-3))


@st.composite
def tails(draw: st.DrawFn, size: int, largest: float) -> np.ndarray:
    """Draw eigenvalues up to `largest`: spread, equal, zero, few, clustered or decaying."""
    rng = np.random.default_rng(draw(SEEDS))
    kind = draw(st.sampled_from(["line", "random", "equal", "zero", "few", "clusters", "decay"]))
    values = {
        "line": np.linspace(1, 0, size),
        "random": rng.random(size),
        "equal": np.ones(size),
        "zero": np.zeros(size),
        "few": rng.choice(rng.random(5), size),
        "clusters": rng.choice(rng.random(4), size) * (1 - 1e-9 * rng.random(size)),
        "decay": 1 / np.arange(1, size + 1) ** 2,
    }[kind]
    return largest * np.sort(values)[::-1]


@st.composite
def uneven_starts(draw: st.DrawFn, shape: tuple[int, int]) -> np.ndarray:
    """Draw X0 of size one: Gaussian, perhaps graded, with zeros, or with dependent columns."""
    rng = np.random.default_rng(draw(SEEDS))
    X0 = rng.standard_normal(shape) / np.sqrt(shape[0])
    kind = draw(
        st.sampled_from(["plain", "graded", "zero rows", "zero column", "sparse", "equal columns"])
    )
    if kind == "graded":
        X0 *= 10.0 ** rng.uniform(-8, 0, (shape[0], 1))
    if kind == "zero rows":
        X0[rng.random(shape[0]) < 0.8] = 0
    if kind == "zero column":
        X0[:, -1] = 0
    if kind == "sparse":
        X0[rng.random(shape) < 0.5] = 0
    if kind == "equal columns":
        X0[:, -1] = X0[:, 0]
    return X0


@st.composite
def cases(
    draw: st.DrawFn,
    step_sizes: tuple[float, float] = (0.001, 0.3),
    start_sizes: tuple[float, float] = (1e-6, 1.5),
    n_steps: int = 20,
    max_dimension: int = 8,
) -> Case:
    """Draw a run; in units of the eigenvalues ``λ₁ ≤ 1``, and η and σ₁(X0) as given.

    With the defaults ``ησ₁² ≤ 0.3·1.5²``, so that a step enlarges no perturbation more than
    ``1 + ηλ₁ ≤ 1.3`` times: see `iterate_tolerance`.
    """
    dimension = draw(st.integers(1, max_dimension))
    rank = draw(st.integers(1, dimension))
    unit = draw(UNITS)
    return Case(
        mf.Problem(unit * draw(spectra(dimension)), rank),
        np.sqrt(unit) * draw(starts((dimension, rank), start_sizes)),
        draw(st.floats(*step_sizes)) / unit,
        n_steps,
    )


def random_orthogonal(size: int, seed: int) -> np.ndarray:
    """Return a random orthogonal matrix, shape (size, size)."""
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((size, size)))[0]


def literal_descent(
    sigma: np.ndarray, X0: np.ndarray, step_size: float, n_steps: int
) -> np.ndarray:
    """Iterate ``X + η(Σ − XXᵀ)X`` with d×d matrices; every iterate, shape (T + 1, d, r)."""
    iterates = [X0]
    for _ in range(n_steps):
        X = iterates[-1]
        iterates.append(X + step_size * (sigma - X @ X.T) @ X)
    return np.array(iterates)


def literal_error(problem: mf.Problem, iterates: np.ndarray) -> np.ndarray:
    """``‖Σ_r − XXᵀ‖_F`` of each iterate, shape (T + 1,)."""
    target = np.diag(np.where(np.arange(problem.dimension) < problem.rank, problem.eigenvalues, 0))
    return np.array([np.linalg.norm(target - X @ X.T) for X in iterates])


def literal_signal(iterates: np.ndarray) -> np.ndarray:
    """``σ₁²(u_k)`` of each iterate, shape (T + 1, r)."""
    rank = iterates.shape[2]
    rows = [iterates[:, k : k + 1] for k in range(rank)]
    return np.stack([np.linalg.svd(u, compute_uv=False)[:, 0] ** 2 for u in rows], axis=1)


def literal_noise(iterates: np.ndarray) -> np.ndarray:
    """``σ₁(u_k K_kᵀ)`` of each iterate, shape (T + 1, r); zero if K_k has no rows."""
    products = [
        iterates[:, k : k + 1] @ iterates[:, k + 1 :].transpose(0, 2, 1)
        for k in range(iterates.shape[2])
    ]
    singular_values = [np.linalg.svd(product, compute_uv=False) for product in products]
    return np.stack([values.max(axis=1, initial=0.0) for values in singular_values], axis=1)


def squared_norms(iterates: np.ndarray) -> np.ndarray:
    """``σ₁²(X)`` of each iterate, shape (T + 1,)."""
    return np.linalg.svd(iterates, compute_uv=False)[:, 0] ** 2


def n_roundings(iterates: np.ndarray) -> int:
    """How often, at most, two ways to compute one step round an entry of its result."""
    _, d, r = iterates.shape
    return 2 * (d + r + 4)


def iterate_tolerance(
    eigenvalues: np.ndarray, iterates: np.ndarray, step_size: float, start: float = 0.0
) -> np.ndarray:
    """Bound the Frobenius distance of two computed runs from starts `start` apart, (T + 1,).

    The derivative of a step is symmetric: I + ηΣ less η times the Hessian of ‖XXᵀ‖²/4, which
    is between 0 and 3σ₁². So a step enlarges a small difference at most max(1 + ηλ₁,
    3ησ₁² − 1) times, and adds its own rounding. The bound is doubled for terms of second
    order.
    """
    growth = np.maximum(1 + step_size * eigenvalues[0], 3 * step_size * squared_norms(iterates) - 1)
    size = np.linalg.norm(iterates, axis=(1, 2))
    terms = 1 + step_size * (np.linalg.norm(eigenvalues) + size**2)
    rounding = n_roundings(iterates) * EPS / 2 * size * terms
    bound = [start]
    for t in range(len(iterates) - 1):
        bound.append(growth[t] * bound[t] + rounding[t])
    return 2 * np.array(bound)


def diagnostic_tolerance(
    problem: mf.Problem, iterates: np.ndarray, step_size: float, start: float = 0.0
) -> np.ndarray:
    """Bound the difference of error, signal and noise in two computed runs, shape (T + 1,).

    Each is a quadratic form in X, so it moves by at most (‖X‖ + ‖Y‖)‖X − Y‖; and each is
    computed with rounding errors of the size of ‖X‖² + ‖Σ‖ (the error at most √r times
    that, as the square root of a sum that is no smaller than ‖JᵀJ‖² ≥ ‖J‖⁴/r).
    """
    size = np.linalg.norm(iterates, axis=(1, 2))
    distance = iterate_tolerance(problem.eigenvalues, iterates, step_size, start)
    largest = size**2 + np.linalg.norm(problem.eigenvalues)
    own = n_roundings(iterates) * np.sqrt(problem.rank) * EPS / 2 * largest
    return (2 * size + distance) * distance + own


def assert_within(actual: np.ndarray, expected: np.ndarray, tolerance: np.ndarray | float) -> None:
    """Assert ``|actual − expected| ≤ tolerance``, one tolerance for each point of a run."""
    assert np.shape(actual) == np.shape(expected)
    tolerance = np.reshape(tolerance, np.shape(tolerance) + (1,) * (np.ndim(actual) - 1))
    difference = np.abs(np.subtract(actual, expected))
    # Written so that nan fails.
    assert (difference <= tolerance).all(), f"off by {np.max(difference - tolerance)} too much"


def assert_refused(call: Callable[[], object], name: str, *pieces: str) -> None:
    """Assert a ValueError that says what `name` must be, and contains every piece."""
    with pytest.raises(ValueError, match=rf"^{name} must ") as refusal:
        call()
    for piece in pieces:
        assert piece in str(refusal.value)


@st.composite
def wide_gap_problems(draw: st.DrawFn, max_rank: int = 4) -> mf.Problem:
    """Problems with λ₁ = 1 whose first r gaps are nearly as wide as r of them can be.

    The phase times of Section 4.2 are of the size of 1/(ηΔ): wide gaps make short runs.
    """
    rank = draw(st.integers(1, max_rank))
    gaps = draw(st.lists(st.floats(1.0, 1.3), min_size=rank, max_size=rank))
    n_tail = draw(st.integers(0, 5))
    tail = np.linspace(draw(st.floats(0.0, 0.1)), 0.0, n_tail)
    eigenvalues = np.concatenate([np.cumsum(gaps)[::-1] + 0.1, tail])
    return mf.Problem(eigenvalues / eigenvalues[0], rank)
