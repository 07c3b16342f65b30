"""When gradient descent blows up: how large a start the step size allows.

One number decides, the *overshoot* ``ησ₁²(X)``: the cubic term of a step shortens the largest
singular value by this share of itself. Below 1 it falls short of zero, between 1 and 2 it
overshoots and still shrinks, beyond about 2 every step overshoots by more than the last.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, real_array, real_number, typed
from mftutor.descent import gradient_descent, gradient_step
from mftutor.problem import Problem
from mftutor.trajectory import Trajectory

# Up to this ηλ₁ an overshoot of at most 2 is never left: the root of a² + 2a − 4.
LARGEST_PROVED = math.sqrt(5) - 1
_HALVINGS = 30


def overshoot(X: ArrayLike, *, step_size: float) -> float:
    """Return ``ησ₁²(X)``.

    Parameters
    ----------
    X : array_like, shape (d, r)
    step_size : float
        The step size η > 0.

    Returns
    -------
    float
        0 if X has no entries.

    Raises
    ------
    ValueError
        If X is not a finite matrix or `step_size` is not positive.

    Examples
    --------
    >>> overshoot([[3.0], [4.0]], step_size=0.1)
    2.5
    """
    matrix = real_array("X", X, ("d", "r"))
    eta = real_number("step_size", step_size)
    return eta * float(np.linalg.norm(matrix, 2)) ** 2 if matrix.size else 0.0


@typed
def overshoots(run: Trajectory) -> FloatArray:
    """Return ``ησ₁²(X_t)`` along a run.

    Parameters
    ----------
    run : Trajectory

    Returns
    -------
    ndarray, shape (T + 1,)

    Examples
    --------
    >>> import mftutor as mf
    >>> run = mf.gradient_descent(mf.Problem([0.0], 1), [[2.0]], step_size=0.5, n_steps=3)
    >>> overshoots(run)
    array([2., 2., 2., 2.])
    """
    U = run.top_rows[:, : run.problem.rank]
    largest = np.linalg.eigvalsh(U.transpose(0, 2, 1) @ U + run.noise_gram)[:, -1]
    return run.step_size * np.maximum(largest, 0.0)


@typed
def iterates(
    problem: Problem, X0: ArrayLike, *, step_size: float, n_steps: int
) -> Iterator[FloatArray]:
    """Return an iterator over X_0, …, X_T, for what the record of `gradient_descent` does not hold.

    Parameters
    ----------
    problem : Problem
    X0 : array_like, shape (d, r)
        The starting point.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Yields
    ------
    ndarray, shape (d, r)
        The last one is the first with ``ησ₁²(X_t) > 3 + ηλ₁``, if there is one.

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, `step_size` is not positive, or
        `n_steps` is not an integer ≥ 0.

    Examples
    --------
    >>> for X in iterates(Problem([1.0], 1), [[1.0]], step_size=0.5, n_steps=2):
    ...     print(X)
    [[1.]]
    [[1.]]
    [[1.]]
    """
    X = real_array("X0", X0, (problem.dimension, problem.rank))
    eta, steps = real_number("step_size", step_size), integer("n_steps", n_steps, 0)
    return _iterates(problem, X, eta, steps)


def _iterates(problem: Problem, X: FloatArray, eta: float, n_steps: int) -> Iterator[FloatArray]:
    limit = 3 + eta * float(problem.eigenvalues[0])
    yield X
    for _ in range(n_steps):
        if overshoot(X, step_size=eta) > limit:
            return
        X = gradient_step(problem, X, step_size=eta)
        yield X


@typed
def scale_bounds(problem: Problem, N0: ArrayLike, *, step_size: float) -> tuple[float, float]:
    """Return the scales at which the overshoot of ``ϖN₀`` is 2 and ``2 + ηλ₁``.

    Up to the first, descent stays bounded for ever, and its overshoot at most 2, if
    ``ηλ₁ ≤ √5 − 1``. Beyond the second it diverges, whatever η is, since
    ``σ₁(X_{t+1}) ≥ (ησ₁²(X_t) − 1 − ηλ₁) σ₁(X_t)``. Between them the direction decides.

    Parameters
    ----------
    problem : Problem
    N0 : array_like, shape (d, r)
        The start at scale 1, not zero.
    step_size : float
        The step size η > 0.

    Returns
    -------
    bounded, diverging : float

    Raises
    ------
    ValueError
        If N0 has the wrong shape, is not finite or zero, or `step_size` is not positive.

    Examples
    --------
    >>> scale_bounds(Problem([0.5], 1), [[1.0]], step_size=0.5)
    (2.0, 2.1213203435596424)
    """
    direction, eta = _direction(problem, N0), real_number("step_size", step_size)
    size = float(np.linalg.norm(direction, 2))
    limits = 2.0, 2.0 + eta * float(problem.eigenvalues[0])
    bounded, diverging = (math.sqrt(limit / eta) / size for limit in limits)
    return bounded, diverging


@typed
def predicted_critical_scale(problem: Problem, N0: ArrayLike, *, step_size: float) -> float:
    """Return the scale at which the overshoot of ``ϖN₀`` is ``2 + ηu₁ᵀΣu₁``.

    Here u₁ is the first left singular vector of N₀. At this scale the first step turns
    ``σ₁u₁v₁ᵀ`` into its negative, in the direction of ``u₁v₁ᵀ``; later ones see u₁ turned by an
    angle of order η, so the prediction is one of first order in η.

    Parameters
    ----------
    problem : Problem
    N0 : array_like, shape (d, r)
        The start at scale 1, not zero.
    step_size : float
        The step size η > 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If N0 has the wrong shape, is not finite or zero, or `step_size` is not positive.

    Examples
    --------
    >>> predicted_critical_scale(Problem([0.5], 1), [[1.0]], step_size=0.5)
    2.1213203435596424
    """
    direction, eta = _direction(problem, N0), real_number("step_size", step_size)
    left, sizes, _ = np.linalg.svd(direction, full_matrices=False)
    growth = eta * float(problem.eigenvalues @ np.square(left[:, 0]))
    return math.sqrt((2 + growth) / eta) / float(sizes[0])


@typed
def critical_scale(problem: Problem, N0: ArrayLike, *, step_size: float, n_steps: int) -> float:
    """Find by bisection a scale ϖ from which on descent from ``ϖN₀`` diverges.

    The search starts from `scale_bounds`, the first of which is safe and the second deadly, and
    halves their distance thirty times.

    Parameters
    ----------
    problem : Problem
    N0 : array_like, shape (d, r)
        The start at scale 1, not zero.
    step_size : float
        The step size η, with ``ηλ₁ ≤ √5 − 1``.
    n_steps : int
        A run that has not diverged after so many steps counts as bounded. A hundred are
        plenty: near the threshold the distance to it grows about fivefold a step.

    Returns
    -------
    float
        Between the two `scale_bounds`, up to the spacing of floats.

    Raises
    ------
    ValueError
        If N0 has the wrong shape, is not finite or zero, `step_size` is not positive or too
        large, or `n_steps` is not an integer ≥ 0.

    Examples
    --------
    >>> scale = critical_scale(Problem([0.5], 1), [[1.0]], step_size=0.5, n_steps=100)
    >>> round(scale, 6)
    2.12132
    """
    direction, eta = _direction(problem, N0), real_number("step_size", step_size)
    steps = integer("n_steps", n_steps, 0)
    if eta * problem.eigenvalues[0] > LARGEST_PROVED:
        largest = LARGEST_PROVED / problem.eigenvalues[0]
        raise ValueError(
            f"step_size must be at most {largest:.4g} = (sqrt(5) - 1)/lambda_1, up to which an "
            f"overshoot of 2 is known to be safe, got {step_size!r}"
        )
    low, high = scale_bounds(problem, direction, step_size=eta)
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2
        run = gradient_descent(problem, middle * direction, step_size=eta, n_steps=steps)
        low, high = (middle, high) if run.diverged_at is None else (low, middle)
    return high


def scalar_descent(eta_lambda: ArrayLike, start: ArrayLike, *, n_steps: int) -> FloatArray:
    """Iterate ``y ← (1 + ηλ)y − y³``: descent for a 1×1 problem, with ``y = √η x``.

    In this unit the overshoot is y². Many problems run at once, one for each pair.

    Parameters
    ----------
    eta_lambda : array_like, shape (n,)
        The products ηλ ≥ 0.
    start : array_like, shape (n,)
        Where each starts.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    ndarray, shape (T + 1, n)
        inf of either sign once a run has left the floats: it goes on where it diverges.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape, an ηλ is negative, or `n_steps` is not
        an integer ≥ 0.

    Examples
    --------
    >>> scalar_descent([0.0, 0.5], [2**0.5, 1.0], n_steps=2).round(4)
    array([[ 1.4142,  1.    ],
           [-1.4142,  0.5   ],
           [ 1.4142,  0.625 ]])
    """
    a = real_array("eta_lambda", eta_lambda, ("n",))
    if (a < 0).any():
        raise ValueError(f"eta_lambda must be >= 0, got the smallest = {a.min():g}")
    y = real_array("start", start, (a.size,))
    points = [y]
    with np.errstate(over="ignore"):
        for _ in range(integer("n_steps", n_steps, 0)):
            y = y * (1 + a - np.square(y))  # a product, so that no inf − inf arises
            points.append(y)
    return np.array(points)


def _direction(problem: Problem, N0: ArrayLike) -> FloatArray:
    """N0 as a matrix of the problem's shape that is not zero."""
    direction = real_array("N0", N0, (problem.dimension, problem.rank))
    if not direction.any():
        raise ValueError("N0 must not be zero: every multiple of it is the same start")
    return direction
