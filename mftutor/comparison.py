"""Small against large initialization, Section 4.1: the same descent from ϖN₀ for many ϖ."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, checked_scale, integers, real_array, typed
from mftutor.descent import gradient_descent
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem
from mftutor.trajectory import Trajectory


@dataclass(frozen=True, eq=False)
class InitializationComparison:
    """What runs from ``ϖN₀`` show, made by `compare_initializations`.

    The first axis of each array is the scale, the second the seed; times are numbers of steps.

    Attributes
    ----------
    problem : Problem
        What was factorized.
    step_size : float
        The step size η.
    n_steps : int
        The number of steps T of each run.
    scales : ndarray, shape (n_scales,)
        The initialization scales ϖ.
    seeds : tuple of int
        The seeds of the draws N₀, the same for every scale.
    hitting_times : ndarray, shape (n_scales, n_seeds, r)
        τ_k with the default threshold; nan where never reached.
    plateau_error : ndarray, shape (n_scales, n_seeds, r − 1)
        The error where it is flattest, that is where ``|error_{t+1} − error_t|`` is least, from
        one arrival to the next: column j is between the (j + 1)-th smallest τ and the one
        after it. nan where one of the two is missing or they are equal.
    noise_at_arrival : ndarray, shape (n_scales, n_seeds, r)
        ``‖J_tᵀJ_t‖_F`` at t = τ_k, J the rows after the r-th: what the start has left in
        the way when eigenvector k arrives. nan where it never does.
    final_error : ndarray, shape (n_scales, n_seeds)
        The error at T, or where the run diverged.
    diverged_at : ndarray, shape (n_scales, n_seeds)
        As `Trajectory.diverged_at`; nan where the run did not diverge.
    """

    problem: Problem
    step_size: float
    n_steps: int
    scales: FloatArray
    seeds: tuple[int, ...]
    hitting_times: FloatArray
    plateau_error: FloatArray
    noise_at_arrival: FloatArray
    final_error: FloatArray
    diverged_at: FloatArray

    def __repr__(self) -> str:
        return (
            f"InitializationComparison({len(self.scales)} scales, {len(self.seeds)} seeds, "
            f"{self.n_steps} steps of size {self.step_size:g} on {self.problem})"
        )

    @property
    def learning_order(self) -> np.ndarray:
        """Which eigenvector arrives first, second, …: integers, shape (n_scales, n_seeds, r).

        Counted from 1, as λ_1 is; 0 where fewer have arrived. Of those that arrive at the
        same step the larger eigenvalue is named first.
        """
        order = np.argsort(self.hitting_times, axis=2, kind="stable")  # nan goes last
        arrived = np.isfinite(np.take_along_axis(self.hitting_times, order, axis=2))
        return np.where(arrived, order + 1, 0)


@typed
def compare_initializations(
    problem: Problem,
    *,
    scales: ArrayLike,
    seeds: Iterable[int],
    step_size: float,
    n_steps: int,
) -> InitializationComparison:
    """Run descent from ``ϖN₀`` for every scale ϖ and every draw N₀.

    Parameters
    ----------
    problem : Problem
        With `Problem.min_eigengap` positive, as the hitting times need.
    scales : array_like, shape (n_scales,)
        The initialization scales ϖ ≥ 0, in any order; at least one.
    seeds : iterable of int
        The draws, as in `gaussian_init`; at least one.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    InitializationComparison

    Raises
    ------
    ValueError
        If the smallest gap is zero, a list is empty, a scale or a seed is negative or not
        finite, `step_size` is not positive, or `n_steps` is not an integer ≥ 0.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(200)
    >>> comparison = compare_initializations(
    ...     problem, scales=[0.5, 0.005], seeds=[1], step_size=0.1, n_steps=400
    ... )
    >>> comparison.hitting_times[:, 0]
    array([[ 30.,  85.],
           [ 73., 147.]])
    """
    if problem.min_eigengap == 0:
        raise ValueError("problem must have a positive min_eigengap, got 0")
    sizes = real_array("scales", scales, ("n_scales",))
    draws = integers("seeds", seeds, 0, None)
    if not sizes.size:
        raise ValueError("scales must hold at least one number, got none")
    if sizes.min() < 0:
        raise ValueError(f"scales must be >= 0, got {sizes.min():g}")
    for size in sizes:
        checked_scale(size, problem.dimension)
    runs = [
        [
            _observed(
                gradient_descent(
                    problem,
                    gaussian_init(problem, scale=size, seed=seed),
                    step_size=step_size,
                    n_steps=n_steps,
                )
            )
            for seed in draws
        ]
        for size in sizes
    ]
    columns = (np.array([[run[i] for run in row] for row in runs]) for i in range(5))
    return InitializationComparison(problem, step_size, n_steps, sizes, draws, *columns)


def _observed(run: Trajectory) -> tuple[FloatArray, FloatArray, FloatArray, float, float]:
    """τ_k, plateau errors, noise at arrival, final error, and when the run diverged."""
    tau = run.hitting_times()
    arrivals = np.sort(tau)
    plateaus = [
        plateau_error(run.error, start, end)
        for start, end in zip(arrivals[:-1], arrivals[1:], strict=True)
    ]
    tail = np.linalg.norm(run.noise_gram, axis=(1, 2))
    at = np.where(np.isfinite(tau), tau, 0).astype(int)
    noise = np.where(np.isfinite(tau), tail[at], np.nan)
    diverged_at = math.nan if run.diverged_at is None else float(run.diverged_at)
    return tau, np.array(plateaus), noise, float(run.error[-1]), diverged_at


def plateau_error(error: FloatArray, start: float, end: float) -> float:
    """Return the error at its flattest for start ≤ t < end, or nan if there is no such t.

    Parameters
    ----------
    error : ndarray, shape (T + 1,)
    start, end : float
        Numbers of steps up to T; nan is allowed and gives nan.

    Returns
    -------
    float

    Examples
    --------
    >>> plateau_error(np.array([1.0, 0.6, 0.55, 0.54, 0.2]), 0, 4)
    0.55
    """
    if not start < end:  # also with a nan
        return math.nan
    steps = np.abs(np.diff(error[int(start) : int(end) + 1]))
    return float(error[int(start) + int(np.argmin(steps))])
