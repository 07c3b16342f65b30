"""Hitting times over dimensions: the engine's stacks on one draw of each seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from mftutor._validation import FloatArray, integers, real_number
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, figure_1_problem
from mftutor.sweeps.kernel import default_threshold
from mftutor.sweeps.stacks import Cell, outcomes


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


def _in_one_dimension(
    problem: Problem, seeds: tuple[int, ...], *, scale: float, step_size: float, n_steps: int
) -> tuple[int, FloatArray]:
    """With how many rows it was computed, and τ_k of each draw, shape (n_seeds, r)."""
    threshold = default_threshold(problem)
    starts = ((problem, gaussian_init(problem, scale=scale, seed=seed)) for seed in seeds)
    # The starts have their scale already.
    ((n_rows, found),) = outcomes(starts, [Cell(1.0, step_size, n_steps)], threshold)
    return n_rows, found.hitting_times
