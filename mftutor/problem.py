"""What is factorized: a spectrum and a rank.

Gradient descent on ``¼‖Σ − XXᵀ‖²_F`` commutes with rotations of the space, so a symmetric
positive semi-definite ``Σ`` may be taken diagonal and only its eigenvalues are kept.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mftutor._environment import printable
from mftutor._rounding import EPS
from mftutor._validation import FloatArray, integer, real_array


@dataclass(frozen=True, eq=False)
class Problem:
    """Best rank-`rank` approximation of ``Σ = diag(eigenvalues)``, equation (1).

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        The eigenvalues of ``Σ``, non-negative and in decreasing order.
    rank : int
        The number of columns r of ``X``, from 1 to d.

    Raises
    ------
    ValueError
        If the eigenvalues are not finite, not in decreasing order or negative, or the
        rank is outside 1…d.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.3, 0.0], rank=2)
    >>> problem.dimension
    4
    >>> problem.min_eigengap
    0.2
    """

    eigenvalues: FloatArray
    rank: int

    def __init__(self, eigenvalues: ArrayLike, rank: int) -> None:
        values = real_array("eigenvalues", eigenvalues, ("d",))
        if values.size == 0:
            raise ValueError("eigenvalues must hold at least one number, got an empty array")
        rises = np.flatnonzero(np.diff(values) > 0)
        if rises.size:
            i = rises[0]
            raise ValueError(
                "eigenvalues must be in decreasing order, got "
                f"eigenvalues[{i}] = {values[i]:g} before eigenvalues[{i + 1}] = {values[i + 1]:g}"
            )
        if values[-1] < 0:
            raise ValueError(f"eigenvalues must be >= 0, got the smallest = {values[-1]:g}")
        values.setflags(write=False)
        object.__setattr__(self, "eigenvalues", values)
        object.__setattr__(self, "rank", integer("rank", rank, 1, values.size))

    @property
    def dimension(self) -> int:
        """The dimension d of ``Σ``."""
        return self.eigenvalues.size

    @property
    def min_eigengap(self) -> float:
        """``Δ = min_{k ≤ r} (λ_k − λ_{k+1})``, the gap of Section 4.2; ``λ_{d+1} = 0``."""
        return float((self._leading_eigenvalues[:-1] - self._leading_eigenvalues[1:]).min())

    @property
    def eigengap_at_rank(self) -> float:
        """``Δ = λ_r − λ_{r+1}``, the gap of Section 3; ``λ_{d+1} = 0``."""
        before, after = self._leading_eigenvalues[-2:]
        return float(before - after)

    @property
    def _leading_eigenvalues(self) -> FloatArray:
        """λ_1, …, λ_{r+1}, shape (r + 1,), with λ_{d+1} = 0."""
        return np.append(self.eigenvalues, 0.0)[: self.rank + 1]

    def __repr__(self) -> str:
        shown = ", ".join(f"{value:.4g}" for value in self.eigenvalues[:4])
        more = ", …" if self.dimension > 4 else ""
        text = f"Problem(eigenvalues=[{shown}{more}], rank={self.rank}, dimension={self.dimension})"
        return printable(text)


def figure_1_problem(dimension: int = 4000) -> Problem:
    """Return the spectrum of the paper's Figure 1, at any dimension d ≥ 3.

    The eigenvalues are 1, 0.5 and an arithmetic sequence of d − 2 numbers from 0.3 down
    to 0; the rank is 2.

    Parameters
    ----------
    dimension : int
        The dimension d, at least 3 (at 3 the sequence is the single number 0.3).

    Returns
    -------
    Problem

    Raises
    ------
    ValueError
        If `dimension` is not an integer ≥ 3.

    Examples
    --------
    >>> figure_1_problem(5).eigenvalues
    array([1.  , 0.5 , 0.3 , 0.15, 0.  ])
    """
    tail = np.linspace(0.3, 0.0, integer("dimension", dimension, 3) - 2)
    return Problem(np.concatenate([[1.0, 0.5], tail]), rank=2)


def diagonalize(matrix: ArrayLike, rank: int) -> tuple[Problem, FloatArray]:
    """Rotate a symmetric positive semi-definite matrix to diagonal form.

    If ``Σ = Q diag(λ) Qᵀ`` and X is a gradient descent iterate for ``Σ``, then ``QᵀX`` is
    the iterate for ``diag(λ)`` started at ``QᵀX₀``: nothing is lost by solving the latter.

    Parameters
    ----------
    matrix : array_like, shape (d, d)
        A symmetric positive semi-definite matrix.
    rank : int
        The number of columns r of ``X``, from 1 to d.

    Returns
    -------
    problem : Problem
        The eigenvalues in decreasing order, with the rank.
    eigenvectors : ndarray, shape (d, d)
        The matrix Q; column k belongs to ``problem.eigenvalues[k]``.

    Raises
    ------
    ValueError
        If the matrix is not square, not finite, or, beyond rounding (``d·ε·‖Σ‖``, with the ε of
        its dtype), not symmetric or not positive semi-definite.

    Warns
    -----
    UserWarning
        If eigenvalues within rounding of zero (``d·ε·λ₁``) were replaced by exact zeros.

    Examples
    --------
    >>> problem, eigenvectors = diagonalize([[1.0, 0.5], [0.5, 1.0]], rank=1)
    >>> problem.eigenvalues
    array([1.5, 0.5])
    """
    full = real_array("matrix", matrix, ("d", "d"))
    if full.shape[0] != full.shape[1] or full.size == 0:
        raise ValueError(f"matrix must be square and not empty, got shape {full.shape}")
    dtype = np.asarray(matrix).dtype  # what was rounded to fewer digits is not held to more
    rounding = full.shape[0] * (max(EPS, float(np.finfo(dtype).eps)) if dtype.kind == "f" else EPS)
    asymmetry = float(np.abs(full - full.T).max())
    if asymmetry > rounding * np.abs(full).max():
        raise ValueError(f"matrix must be symmetric, got max|A - A.T| = {asymmetry:.3g}")
    values, vectors = np.linalg.eigh(full)
    values, vectors = values[::-1].copy(), vectors[:, ::-1].copy()
    bound = rounding * max(values[0], 0.0)
    if values[-1] < -bound:
        raise ValueError(
            f"matrix must be positive semi-definite, got the smallest eigenvalue = {values[-1]:.3g}"
        )
    tiny = (np.abs(values) <= bound) & (values != 0)
    if tiny.any():
        values[tiny] = 0.0
        warnings.warn(
            f"{tiny.sum()} eigenvalue(s) within rounding of zero "
            f"(d*eps*lambda_1 = {bound:.1e}) were set to 0",
            stacklevel=2,
        )
    return Problem(values, rank), vectors
