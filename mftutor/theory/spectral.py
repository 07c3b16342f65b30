"""The spectral phase of Section 4.1: how long, and how small, descent is a power iteration.

While X is small, ``XXᵀX`` is smaller still, and a step is ``X ← (I + ηΣ)X``, equation (11).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, typed
from mftutor.problem import Problem
from mftutor.theory.divergence import iterates


@typed
def spectral_error(
    problem: Problem, X0: ArrayLike, *, step_size: float, n_steps: int
) -> FloatArray:
    """How far descent is from the power iteration of equation (11), at every step.

    ``‖X_t − L_t‖ / ‖L_t‖`` in the spectral norm, with ``L_t = (I + ηΣ)^t X_0``. While
    ``ησ₁²(X) ≤ 2`` it is at most a constant times ``‖X_0‖²``: for X_0 = ϖN₀ and a fixed t
    it shrinks as ϖ².

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
    ndarray, shape (T + 1,)
        From 0 at the start; fewer points if the run diverged, as in `gradient_descent`.

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, `step_size` is not positive, or
        `n_steps` is not an integer ≥ 0.

    Notes
    -----
    The difference D = X − L has its own recursion, ``D ← (I + ηΣ)D − ηXXᵀX``, and is as exact
    when it is 1e-20 as when it is 1. Both D and L are divided by the growth of L, which in a
    long run leaves the floats.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(4000)
    >>> X0 = mf.gaussian_init(problem, scale=0.1, seed=1)
    >>> print(f"{spectral_error(problem, X0, step_size=0.1, n_steps=50)[-1]:.3f}")
    0.115
    """
    points = iterates(problem, X0, step_size=step_size, n_steps=n_steps)
    X = L = next(points)
    lam, eta = problem.eigenvalues, step_size
    growth = 1 + eta * float(lam[L.any(axis=1)].max(initial=0.0))
    factor = (1 + eta * lam[:, None]) / growth
    D, errors, weight = np.zeros_like(L), [0.0], 1.0
    for next_X in points:
        weight /= growth
        D = factor * D - weight * eta * (X @ (X.T @ X))
        X, L = next_X, factor * L
        size = np.linalg.norm(L, 2)
        errors.append(float(np.linalg.norm(D, 2) / size) if size > 0 else 0.0)
    return np.array(errors)


@typed
def log10_small_scale(problem: Problem) -> float:
    """``log₁₀ min{d^{−1/2}, d^{−3κ²}}``, condition (12), with ``κ = λ_1 / (λ_r − λ_{r+1})``.

    The condition itself leaves the floating-point numbers where κ is large.

    Parameters
    ----------
    problem : Problem
        With `Problem.eigengap_at_rank` positive.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If λ_r = λ_{r+1}.

    Examples
    --------
    >>> import mftutor as mf
    >>> round(log10_small_scale(mf.figure_1_problem(4000)))
    -270
    """
    kappa = float(problem.eigenvalues[0]) / _positive_gap(problem)
    return -max(0.5, 3 * kappa * kappa) * math.log10(problem.dimension)


@typed
def noise_free_scale(problem: Problem) -> float:
    """``d^{−λ_{r+1} / (2(λ_r − λ_{r+1}))}``: the order of ϖ below which plateaus are noise-free.

    While a start is small, row k is about ``ϖ d^{−1/2} e^{ηλ_k t}`` and all rows after the r-th
    together at most about ``ϖ e^{ηλ_{r+1} t}``. At this scale the latter reaches one when row r
    does. An estimate, in which constants and the spread of the tail are left out.

    Parameters
    ----------
    problem : Problem
        With `Problem.eigengap_at_rank` positive.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If λ_r = λ_{r+1}.

    Examples
    --------
    >>> import mftutor as mf
    >>> print(f"{noise_free_scale(mf.figure_1_problem(4000)):.3f}")
    0.002
    """
    gap = _positive_gap(problem)
    after = float(problem.eigenvalues[problem.rank - 1]) - gap
    return float(problem.dimension) ** (-after / (2 * gap))


def _positive_gap(problem: Problem) -> float:
    """λ_r − λ_{r+1}, refused if zero."""
    if problem.eigengap_at_rank == 0:
        raise ValueError(
            f"problem must have lambda_r > lambda_(r+1), got a gap of 0 at r = {problem.rank}"
        )
    return problem.eigengap_at_rank
