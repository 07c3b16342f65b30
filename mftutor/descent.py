"""Gradient descent itself, on one screen."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, real_array, real_number
from mftutor.problem import Problem
from mftutor.trajectory import Trajectory, gram, heads, joined

# Points are recorded together while they fit in the cache: for few rows, half of the time.
_NUMBERS_HELD = 2**12


def gradient_step(problem: Problem, X: ArrayLike, *, step_size: float) -> FloatArray:
    """Return ``X + η(Σ − XXᵀ)X``, one step of equation (9).

    Parameters
    ----------
    problem : Problem
    X : array_like, shape (d, r)
        The point before the step.
    step_size : float
        The step size η > 0.

    Returns
    -------
    ndarray, shape (d, r)

    Raises
    ------
    ValueError
        If X has the wrong shape or is not finite, or `step_size` is not positive.

    Examples
    --------
    >>> gradient_step(Problem([1.0, 0.5], rank=1), [[1.0], [1.0]], step_size=0.1)
    array([[0.9 ],
           [0.85]])
    """
    X = real_array("X", X, (problem.dimension, problem.rank))
    lam, eta = problem.eigenvalues[:, None], real_number("step_size", step_size)
    return X + eta * (lam * X - X @ (X.T @ X))


def gradient_descent(
    problem: Problem, X0: ArrayLike, *, step_size: float, n_steps: int
) -> Trajectory:
    """Run ``X ← X + η(Σ − XXᵀ)X``, equation (9), and record what the diagnostics need.

    One step costs O(d r²): Σ is diagonal, and ``(XXᵀ)X`` is computed as ``X(XᵀX)``. The
    record takes O(T r²) memory, whatever d is.

    Parameters
    ----------
    problem : Problem
    X0 : array_like, shape (d, r)
        The starting point.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    Trajectory
        T + 1 points, or fewer if the run diverged: see `Trajectory.diverged_at`.

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, `step_size` is not positive, or
        `n_steps` is not an integer ≥ 0.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.Problem([2.0, 1.0, 0.5], rank=1)
    >>> run = gradient_descent(problem, [[0.5], [0.5], [0.5]], step_size=0.1, n_steps=200)
    >>> bool(run.error[-1] < 1e-6)
    True
    """
    d, r = problem.dimension, problem.rank
    # Columns contiguous in memory: for a tall X a step takes half the time of row order.
    X = np.asfortranarray(real_array("X0", X0, (d, r)))
    eta = real_number("step_size", step_size)
    n_points = integer("n_steps", n_steps, 0) + 1
    lam = np.array([problem.eigenvalues] * r).T  # as X is: cheaper than one column for all

    held, record, noise_gram = [], [], []
    diverged_at = None
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(n_points):
            held.append(X.T)
            noise_gram.append(gram(X[r:].T))
            # U apart, so that its roundings do not depend on how many rows there are below.
            XtX = gram(X[:r].T) + noise_gram[t]
            if _diverges(XtX, eta, lam[0, 0]):
                diverged_at = t
            last = diverged_at is not None or t == n_points - 1
            if last or len(held) * X.size >= _NUMBERS_HELD:
                record.append(heads(held))
                held.clear()
            if last:
                break
            XXtX = np.matmul(X, XtX, order="F")
            X = X + eta * (lam * X - XXtX)
    top_rows, tail_coupling = joined(record)
    return Trajectory(problem, eta, top_rows, np.array(noise_gram), tail_coupling, X, diverged_at)


def _diverges(XtX: FloatArray, step_size: float, largest_eigenvalue: float) -> bool:
    """Whether ``ησ₁²(X) > 3 + ηλ₁``, given XᵀX, shape (r, r)."""
    limit = 3 + step_size * largest_eigenvalue
    trace = XtX.trace()
    if not math.isfinite(trace):
        return True
    if step_size * trace <= limit:  # σ₁² never exceeds the trace: the usual case, and cheap
        return False
    return bool(step_size * np.linalg.eigvalsh(XtX)[-1] > limit)
