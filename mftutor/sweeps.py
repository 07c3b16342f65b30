"""Many runs at once: when each eigenvector is learned, over draws and over dimensions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mftutor._validation import FloatArray, integer, integers, real_array, real_number
from mftutor.compression import compress, replace_tail
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, figure_1_problem

# How closely the runs must be followed: enough for times, which are whole numbers.
_TOLERANCE = 1e-9
# Numbers held at once for runs that are computed together: more would leave the cache.
_NUMBERS_AT_ONCE = 2**20


@dataclass(frozen=True, eq=False)
class DimensionSweep:
    """Hitting times of runs in several dimensions, made by `dimension_sweep`.

    Parameters
    ----------
    scale, step_size : float
        The initialization scale ϖ and the step size η.
    n_steps : int
        The number of steps T of each run.
    seeds : tuple of int
        The seeds of the draws, the same for every dimension.
    dimensions : tuple of int
        The dimensions d.
    n_rows : tuple of int
        With how many rows the runs were computed, for each dimension.
    hitting_times : ndarray, shape (n_dimensions, n_seeds, r)
        τ_k with the default threshold, a number of steps; nan where not reached by T.
    """

    scale: float
    step_size: float
    n_steps: int
    seeds: tuple[int, ...]
    dimensions: tuple[int, ...]
    n_rows: tuple[int, ...]
    hitting_times: FloatArray

    def __repr__(self) -> str:
        return (
            f"DimensionSweep({len(self.dimensions)} dimensions, {len(self.seeds)} seeds, "
            f"{self.n_steps} steps of size {self.step_size:g} from scale {self.scale:g})"
        )

    def quantiles(self, level: float) -> FloatArray:
        """Return by when a share of the draws has arrived, shape (n_dimensions, r).

        The least number of steps that is enough for at least that share; inf where fewer have
        arrived by T.

        Parameters
        ----------
        level : float
            The share, from 0 to 1; 0.5 for the median.

        Returns
        -------
        ndarray, shape (n_dimensions, r)

        Raises
        ------
        ValueError
            If `level` is not a number from 0 to 1.
        """
        if real_number("level", level, zero_allowed=True) > 1:
            raise ValueError(f"level must be a number from 0 to 1, got {level!r}")
        times = np.where(np.isnan(self.hitting_times), np.inf, self.hitting_times)
        return np.quantile(times, level, axis=1, method="inverted_cdf")


def dimension_sweep(
    dimensions: Iterable[int],
    *,
    seeds: Iterable[int],
    scale: float,
    step_size: float,
    n_steps: int,
    problem_at: Callable[[int], Problem] = figure_1_problem,
) -> DimensionSweep:
    """Measure the hitting times in several dimensions, each run from about forty rows.

    In each dimension the first draw is compressed by `compress`, verified, and the others with
    as many blocks, unverified. Where it cannot be compressed, all are run in full.

    Parameters
    ----------
    dimensions : iterable of int
        The dimensions d; at least one.
    seeds : iterable of int
        The draws, as in `gaussian_init`; at least one.
    scale : float
        The initialization scale ϖ ≥ 0.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.
    problem_at : callable, default `figure_1_problem`
        Gives the problem of a dimension. The rank must not depend on the dimension, and
        `Problem.min_eigengap` must be positive, as the hitting times need.

    Returns
    -------
    DimensionSweep

    Raises
    ------
    ValueError
        If a list is empty or holds anything but integers ≥ 1 (`seeds`: ≥ 0), a gap is zero,
        or as `gaussian_init` and `compress` do.

    Examples
    --------
    >>> sweep = dimension_sweep(
    ...     [100, 10_000], seeds=[0, 1], scale=0.5, step_size=0.1, n_steps=300
    ... )
    >>> sweep.n_rows
    (31, 31)
    >>> sweep.hitting_times[:, 0]
    array([[ 46.,  93.],
           [ 78., 185.]])
    """
    sizes, draws = integers("dimensions", dimensions, 1), integers("seeds", seeds, 0)
    found = [
        _in_one_dimension(problem_at(d), draws, scale=scale, step_size=step_size, n_steps=n_steps)
        for d in sizes
    ]
    n_rows = tuple(rows for rows, _ in found)
    times = np.array([times for _, times in found])
    return DimensionSweep(scale, step_size, n_steps, draws, sizes, n_rows, times)


def many_hitting_times(
    problem: Problem, starts: ArrayLike, *, step_size: float, n_steps: int
) -> FloatArray:
    """τ_k of many starts, as `Trajectory.hitting_times` of each, but all runs together.

    For runs with few rows this takes a small part of the time: such a step costs little more
    for a hundred starts than for one.

    Parameters
    ----------
    problem : Problem
        With `Problem.min_eigengap` positive, as the default threshold needs.
    starts : array_like, shape (n, d, r)
        The starting points.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    ndarray, shape (n, r)
        Numbers of steps; nan where the signal is below the threshold at the end, and for
        runs that diverged.

    Raises
    ------
    ValueError
        If the gap is zero, `starts` has the wrong shape or is not finite, `step_size` is not
        positive, or `n_steps` is not an integer ≥ 0.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(100)
    >>> starts = [mf.gaussian_init(problem, scale=0.5, seed=seed) for seed in range(2)]
    >>> many_hitting_times(problem, starts, step_size=0.1, n_steps=300)
    array([[46., 93.],
           [26., 71.]])
    """
    X = real_array("starts", starts, ("n", problem.dimension, problem.rank))
    return _hitting_times(problem.eigenvalues, X, _threshold(problem), step_size, n_steps)


def _in_one_dimension(
    problem: Problem, seeds: tuple[int, ...], *, scale: float, step_size: float, n_steps: int
) -> tuple[int, FloatArray]:
    """With how many rows it was computed, and τ_k of each draw, shape (n_seeds, r)."""
    threshold = _threshold(problem)
    first = gaussian_init(problem, scale=scale, seed=seeds[0])
    small = compress(problem, first, step_size=step_size, n_steps=n_steps, tolerance=_TOLERANCE)
    n_rows = small[0].dimension
    n_blocks = max(1, math.ceil((n_rows - problem.rank - 1) / problem.rank))
    at_once = max(1, _NUMBERS_AT_ONCE // (n_rows * problem.rank))
    times = []
    for i in range(0, len(seeds), at_once):
        draws = [small] if i == 0 else []
        for seed in seeds[i + len(draws) : i + at_once]:
            X0 = gaussian_init(problem, scale=scale, seed=seed)
            in_full = small[0] is problem
            draws.append((problem, X0) if in_full else replace_tail(problem, X0, n_blocks))
        eigenvalues = np.array([reduced.eigenvalues for reduced, _ in draws])
        X = np.array([X0 for _, X0 in draws])
        times.append(_hitting_times(eigenvalues, X, threshold, step_size, n_steps))
    return n_rows, np.concatenate(times)


def _threshold(problem: Problem) -> float:
    """Δ/2, refused where it is zero."""
    if problem.min_eigengap == 0:
        raise ValueError(f"problem must have a positive min_eigengap, got 0 for {problem}")
    return problem.min_eigengap / 2


def _hitting_times(
    eigenvalues: FloatArray, X: FloatArray, threshold: float, step_size: float, n_steps: int
) -> FloatArray:
    """τ_k of n runs, shape (n, r), from X of shape (n, m, r), eigenvalues (m,) or (n, m)."""
    eta, T, r = real_number("step_size", step_size), integer("n_steps", n_steps, 0), X.shape[2]
    lam = eigenvalues[..., None]
    limit = 3 + eta * eigenvalues[..., 0]  # beyond, a run has diverged: see Trajectory
    reached = np.zeros((len(X), r))  # the first t from which on the signal was high enough
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(T + 1):
            gram = X.transpose(0, 2, 1) @ X
            # The trace is at least σ₁²: rarely is there more to look at.
            if not (eta * np.trace(gram, axis1=1, axis2=2) <= limit).all():
                X = np.where(_beyond(gram, limit / eta)[:, None, None], np.nan, X)
            low = ~(np.square(X[:, :r]).sum(axis=2) >= threshold)
            reached[low] = t + 1
            X = X + eta * (lam * X - X @ gram)
    return np.where(reached <= T, reached, np.nan)


def _beyond(gram: FloatArray, limit: FloatArray) -> NDArray[np.bool_]:
    """Whether ``σ₁²`` exceeds the limit or the floats, for each of the Gram matrices."""
    finite = np.asarray(np.isfinite(gram).all(axis=(1, 2)))
    largest = np.linalg.eigvalsh(np.where(finite[:, None, None], gram, 0.0))[:, -1]
    return ~finite | (largest > limit)
