"""Gradient descent itself, on one screen."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, checked_step_size, integer, real_array, typed
from mftutor.problem import Problem
from mftutor.trajectory import Recorder, Trajectory


@typed
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
    eta = checked_step_size(step_size, problem.eigenvalues[0])
    Sigma_X = problem.eigenvalues[:, None] * X  # Σ is diagonal
    return X + eta * (Sigma_X - X @ (X.T @ X))


@typed
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
    X = real_array("X0", X0, (problem.dimension, problem.rank))
    lam, T = problem.eigenvalues, integer("n_steps", n_steps, 0)
    eta = checked_step_size(step_size, lam[0])
    recorder = Recorder(problem, eta, n_points=T + 1)

    Y = np.ascontiguousarray(X.T)  # rows of Y are columns of X: a step takes a fourth of the time
    for t in range(T + 1):
        XtX = recorder.add(Y)
        diverged = _diverges(XtX, eta, lam[0])
        if diverged or t == T:
            break
        gradient = XtX @ Y - lam * Y  # X(XᵀX) − ΣX, transposed
        Y = Y - eta * gradient
    return recorder.trajectory(Y.T, diverged_at=t if diverged else None)


def _diverges(XtX: FloatArray, step_size: float, largest_eigenvalue: float) -> bool:
    """Whether ``ησ₁²(X) > 3 + ηλ₁``, given XᵀX, shape (r, r)."""
    limit = 3 + step_size * largest_eigenvalue
    # σ₁² never exceeds the trace, which is cheap: rarely is there more to look at.
    if step_size * XtX.trace() <= limit:
        return False
    return bool(step_size * np.linalg.eigvalsh(XtX)[-1] > limit)
