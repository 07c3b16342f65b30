"""Starts from which descent, or its flow, never learns every eigenvector.

They are copies of a Gaussian draw with one thing spoilt. They lie in sets that the method cannot
leave: gradient descent and its flow (`zero_row_init`), the flow alone (`parallel_rows_init`), or
both, but only in exact arithmetic (`rank_one_init`).
"""

from __future__ import annotations

import numpy as np

from mftutor._validation import FloatArray, integer, random_generator, typed
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem


@typed
def zero_row_init(
    problem: Problem, *, row: int, scale: float, seed: int | np.random.Generator
) -> FloatArray:
    """Draw a Gaussian start and set ``u_row`` to zero: eigenvector `row` is never learned.

    A step multiplies each row by a matrix, ``u_k ← u_k((1 + ηλ_k)I − ηXᵀX)``, so a zero row
    stays zero; to the last digit, since Σ is kept as its diagonal. (Once both are rotated,
    rounding rescues descent.) Descent and its flow learn the r largest of the other
    eigenvalues: the error tends to ``√(λ_row² + λ_{r+1}²)``, a saddle, if that set is unique.

    Parameters
    ----------
    problem : Problem
    row : int
        Which row, from 1 to r, counted as in ``u_1, …, u_r``.
    scale : float
        The initialization scale ϖ ≥ 0.
    seed : int or numpy.random.Generator
        The draw: a fixed one for each int ≥ 0; a Generator is advanced.

    Returns
    -------
    ndarray, shape (d, r)

    Raises
    ------
    ValueError
        If `row` is not an integer from 1 to r, `scale` is negative or not finite, or `seed` is
        neither an int ≥ 0 nor a Generator.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(12)
    >>> X0 = zero_row_init(problem, row=2, scale=0.5, seed=0)
    >>> run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=3000)
    >>> round(float(run.error[-1]), 4), round((0.5**2 + 0.3**2) ** 0.5, 4)
    (0.5831, 0.5831)
    """
    chosen = integer("row", row, 1, problem.rank)
    X0 = gaussian_init(problem, scale=scale, seed=seed)
    X0[chosen - 1] = 0.0
    return X0


@typed
def parallel_rows_init(
    problem: Problem, *, scale: float, seed: int | np.random.Generator
) -> FloatArray:
    """Draw a Gaussian start and turn ``u_2`` until it is parallel to ``u_1``: fools the flow.

    Along the flow ``Ẋ = (Σ − XXᵀ)X`` the first r rows are ``U = e^{Λs} U_0 M`` with one
    invertible M for all of them, so u_2 stays parallel to u_1: eigenvector 2 is not learned,
    eigenvector r + 1 is in its place, and the error tends to ``√(λ_2² + λ_{r+1}²)``. A step of
    size η uses a different matrix for each row; for r = 2 one step makes of parallel rows
    ``|det U| = η²(λ_1 − λ_2)|det(u_1; u_2(XᵀX))|``, and out of this leak the second
    eigenvector grows: the smaller η, the later, but always.

    Parameters
    ----------
    problem : Problem
        With a rank of at least 2.
    scale : float
        The initialization scale ϖ ≥ 0.
    seed : int or numpy.random.Generator
        The draw: a fixed one for each int ≥ 0; a Generator is advanced.

    Returns
    -------
    ndarray, shape (d, r)
        Row 2 has kept its length.

    Raises
    ------
    ValueError
        If the rank is 1, `scale` is negative or not finite, or `seed` is neither an int ≥ 0 nor
        a Generator.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(50)
    >>> X0 = parallel_rows_init(problem, scale=0.5, seed=0)
    >>> run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=1200)
    >>> bool(run.error[-1] < 1e-6)
    True
    """
    if problem.rank < 2:
        raise ValueError(f"problem must have a rank of at least 2, got rank = {problem.rank}")
    X0 = gaussian_init(problem, scale=scale, seed=seed)
    length, other = np.linalg.norm(X0[0]), np.linalg.norm(X0[1])
    X0[1] = X0[0] * (other / length if length > 0 else 1.0)
    return X0


@typed
def rank_one_init(problem: Problem, *, scale: float, seed: int | np.random.Generator) -> FloatArray:
    """Draw ``X₀ = x yᵀ``, a start of rank one: in exact arithmetic, only λ_1 is learned.

    ``X_t = (polynomial in Σ and X_0X_0ᵀ) X_0`` keeps the row space of X_0, so descent and its
    flow both stay at rank one and the error tends to ``√(λ_2² + … + λ_r²)``. In floating
    point each entry is rounded by itself, which soon makes the rank r; a difference of 1e-16
    grows like any other, and descent is rescued after a few hundred steps. When exactly
    depends on the machine.

    Parameters
    ----------
    problem : Problem
    scale : float
        The initialization scale ϖ ≥ 0: x has independent entries ``N(0, ϖ²/d)``.
    seed : int or numpy.random.Generator
        The draw of x as the first column of `gaussian_init`; y is drawn next, of length √r.

    Returns
    -------
    ndarray, shape (d, r)
        No column is zero. (Columns that are *equal* may stay equal in floating point, too.)

    Raises
    ------
    ValueError
        If `scale` is negative or not finite, or `seed` is neither an int ≥ 0 nor a Generator.

    Examples
    --------
    >>> import numpy as np
    >>> import mftutor as mf
    >>> int(np.linalg.matrix_rank(rank_one_init(mf.figure_1_problem(50), scale=0.5, seed=0)))
    1
    """
    generator = random_generator(seed)
    x = gaussian_init(problem, scale=scale, seed=generator)[:, 0]
    y = generator.standard_normal(problem.rank)
    return np.outer(x, y * np.sqrt(problem.rank) / np.linalg.norm(y))
