"""Gradient descent on many starts at once: Python's overhead of a step is paid once for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mftutor._validation import FloatArray, integer, real_array, real_number
from mftutor.problem import Problem
from mftutor.trajectory import Record


@dataclass(frozen=True, eq=False)
class Outcome:
    """What is kept of n runs.

    Parameters
    ----------
    hitting_times : ndarray, shape (n, r)
        τ_k, as `Trajectory.hitting_times` gives them.
    error : ndarray, shape (n,)
        ``‖Σ_r − XXᵀ‖_F`` at the end; inf for a run that diverged.
    diverged_at : ndarray, shape (n,)
        As `Trajectory.diverged_at`; nan for a run that did not.
    """

    hitting_times: FloatArray
    error: FloatArray
    diverged_at: FloatArray


class _Ends(Record):
    """The last points of many runs, in the place of many points of one."""

    def __init__(self, problem: Problem, X: FloatArray) -> None:
        r = problem.rank
        J = X[:, r:]
        self.problem, self.top_rows = problem, X[:, : r + 1]
        self.noise_gram = J.transpose(0, 2, 1) @ J


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
    eta, T = real_number("step_size", step_size), integer("n_steps", n_steps, 0)
    return descend(problem.eigenvalues, X, default_threshold(problem), eta, T).hitting_times


def default_threshold(problem: Problem) -> float:
    """Δ/2, refused where it is zero."""
    if problem.min_eigengap == 0:
        raise ValueError(f"problem must have a positive min_eigengap, got 0 for {problem}")
    return problem.min_eigengap / 2


def descend(
    eigenvalues: FloatArray, X: FloatArray, threshold: float, step_size: float, n_steps: int
) -> Outcome:
    """Run n starts X, shape (n, m, r), over eigenvalues (m,), or (n, m) with equal first r."""
    eta, r = step_size, X.shape[2]
    leading = eigenvalues[..., :r].reshape(-1, r)[:1]
    limit = 3 + eta * eigenvalues[..., 0]  # beyond, a run has diverged: see Trajectory
    lam = eigenvalues[..., None, :]
    Y = np.ascontiguousarray(X.transpose(0, 2, 1))  # rows of X contiguous along the long axis
    reached = np.zeros((len(X), r))  # the first t from which on the signal was high enough
    diverged_at = np.full(len(X), np.nan)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(n_steps + 1):
            gram = Y @ Y.transpose(0, 2, 1)
            # The trace is at least σ₁²: rarely is there more to look at.
            if not (eta * np.trace(gram, axis1=1, axis2=2) <= limit).all():
                beyond = _beyond(gram, limit / eta)
                diverged_at[beyond & np.isnan(diverged_at)] = t
                Y[beyond] = np.nan
            low = ~(np.square(Y[:, :, :r]).sum(axis=1) >= threshold)
            reached[low] = t + 1
            if t < n_steps:
                Y = Y + eta * (lam * Y - gram @ Y)
    times = np.where(reached <= n_steps, reached, np.nan)
    return Outcome(times, _errors(leading, Y), diverged_at)


def _errors(leading: FloatArray, Y: FloatArray) -> FloatArray:
    """The error of each end, shape (n,)."""
    if len(Y) == 0:
        return np.zeros(0)
    return _Ends(Problem(leading[0], leading.size), Y.transpose(0, 2, 1)).error


def _beyond(gram: FloatArray, limit: FloatArray) -> NDArray[np.bool_]:
    """Whether ``σ₁²`` exceeds the limit or the floats, for each of the Gram matrices."""
    finite = np.asarray(np.isfinite(gram).all(axis=(1, 2)))
    largest = np.linalg.eigvalsh(np.where(finite[:, None, None], gram, 0.0))[:, -1]
    return ~finite | (largest > limit)
