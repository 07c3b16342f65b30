"""Forget the row that is learned: the smaller problem of Section 5.1.3.

Write ``X = (u_1; K_1)``. Once ``u_1 K_1ᵀ`` is zero the rows of K_1 lie in ``u_1^⊥``, a space of
r − 1 dimensions, and follow the descent of ``diag(λ_2, …, λ_d)`` for ever. While it is merely
small, what is lost by forgetting row 1 is quadratic in it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, real_array, typed
from mftutor.problem import Problem
from mftutor.theory.divergence import iterates


@typed
def peel_off(
    problem: Problem, X: ArrayLike, *, keep_columns: bool = False
) -> tuple[Problem, FloatArray]:
    """Forget row 1 of X: the problem ``(λ_2, …, λ_d)`` of rank r − 1, and where it starts.

    The start is ``K_1 Q``, where K_1 are the rows of X after the first and the columns of Q
    are an orthonormal basis of ``u_1^⊥``. Apply it again to peel off the next row.

    Parameters
    ----------
    problem : Problem
        Of rank at least 2.
    X : array_like, shape (d, r)
        A point with ``u_1 ≠ 0``, as a rule an iterate that has learned row 1.
    keep_columns : bool
        If true, take K_1 as it is, with all its r columns, and a problem of rank r: Section
        5.1.3 read literally. The column too many then learns ``λ_{r+1}``. Needs r < d.

    Returns
    -------
    small_problem : Problem
        ``(λ_2, …, λ_d)`` of rank r − 1 (of rank r if the columns are kept).
    small_X : ndarray, shape (d − 1, r − 1)
        The start (of shape (d − 1, r) if the columns are kept).

    Raises
    ------
    ValueError
        If the rank is 1, or r = d although the columns are kept; if X has the wrong shape, is
        not finite, or its first row is zero.

    Notes
    -----
    Q is columns 2 to r of the Householder reflection that takes u_1 to a multiple of e_1. No
    ``X_t X_tᵀ`` depends on the choice: another basis is QR with R orthogonal, and descent
    commutes with multiplication by R from the right. ``K_1K_1ᵀ`` and ``K_1Q(K_1Q)ᵀ`` differ
    by exactly ``σ₁²(u_1K_1ᵀ)/σ₁²(u_1)`` in norm, the price of forgetting.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.3], rank=2)
    >>> small_problem, small_X = peel_off(problem, [[0.6, 0.8], [0.4, -0.3], [0.0, 0.0]])
    >>> small_problem
    Problem(eigenvalues=[0.5, 0.3], rank=1, dimension=2)
    >>> small_X @ small_X.T
    array([[0.25, 0.  ],
           [0.  , 0.  ]])
    """
    d, r = problem.dimension, problem.rank
    matrix = real_array("X", X, (d, r))
    if r == 1:
        raise ValueError("problem must have a rank of at least 2, got rank = 1: nothing is left")
    if keep_columns and r == d:
        raise ValueError(f"problem must have rank < dimension to keep the columns, got both = {r}")
    first, rest = matrix[0], matrix[1:]
    if not first.any():
        raise ValueError("X must have a first row that is not zero, got zeros")
    if keep_columns:
        return Problem(problem.eigenvalues[1:], r), rest
    reflection, _ = np.linalg.qr(first[:, None], mode="complete")
    return Problem(problem.eigenvalues[1:], r - 1), rest @ reflection[:, 1:]


@typed
def decoupling_error(
    problem: Problem, X: ArrayLike, *, step_size: float, n_steps: int, keep_columns: bool = False
) -> FloatArray:
    """How far the peeled run is from the whole one, at every step after peeling.

    ``‖K_tK_tᵀ − K̃_tK̃_tᵀ‖_F``, where K_t are the rows after the first of the descent from X,
    and K̃_t is the descent of the smaller problem from ``peel_off(problem, X)``.

    Parameters
    ----------
    problem : Problem
        Of rank at least 2.
    X : array_like, shape (d, r)
        A point with ``u_1 ≠ 0``.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.
    keep_columns : bool
        Whether the peeled run keeps all r columns; needs r < d.

    Returns
    -------
    ndarray, shape (T + 1,)
        In the units of the eigenvalues, accurate to rounding of ``‖K_t‖²``; at the start the
        price of forgetting, ``σ₁²(u_1K_1ᵀ)/σ₁²(u_1)``, or 0 if the columns are kept. Fewer
        points if one of the runs diverges.

    Raises
    ------
    ValueError
        If the rank is 1, or r = d although the columns are kept; if X has the wrong shape, is
        not finite, or its first row is zero; if `step_size` is not positive or `n_steps` is
        not an integer ≥ 0.

    Examples
    --------
    Figure 1 with seed 1, peeled at step 100: with r − 1 columns, and with r.

    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem()
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    >>> X = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=100).X_final
    >>> error = decoupling_error(problem, X, step_size=0.1, n_steps=60)
    >>> print(f"{error.max():.4f}, at step {error.argmax()}; at the end {error[-1]:.0e}")
    0.0009, at step 0; at the end 9e-07
    >>> literal = decoupling_error(problem, X, step_size=0.1, n_steps=400, keep_columns=True)
    >>> print(f"{literal[-1]:.2f}")
    0.29
    """
    small_problem, small_X0 = peel_off(problem, X, keep_columns=keep_columns)
    runs = (
        iterates(of, start, step_size=step_size, n_steps=n_steps)
        for of, start in ((problem, X), (small_problem, small_X0))
    )
    pairs = zip(*runs, strict=False)  # up to the end of the shorter one
    return np.array([_product_distance(X[1:], small_X) for X, small_X in pairs])


def _product_distance(A: FloatArray, B: FloatArray) -> float:
    """``‖AAᵀ − BBᵀ‖_F`` from the triangular factor of (A, B): no d×d matrix, no lost digits."""
    R = np.asarray(np.linalg.qr(np.hstack([A, B]), mode="r"))
    left, right = R[:, : A.shape[1]], R[:, A.shape[1] :]
    return float(np.linalg.norm(left @ left.T - right @ right.T))
