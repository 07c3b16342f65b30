"""How the exact gradient flow is computed.

With ``E = e^{τΣ}`` and ``F = (e^{2τΣ} − I)Σ⁻¹`` (which is 2τ where λ = 0),

    XXᵀ = E X₀ (I + X₀ᵀ F X₀)⁻¹ X₀ᵀ E .

So ``X = E X₀ M`` with any M that makes ``X₀M`` orthonormal in the inner product
``aᵀ(I + X₀ᵀFX₀)b``, and only the rotation of X from the right is left open.

Numbers stay of size one at all times. X₀ is first turned from the right until row 1 has one
entry, row 2 two, and so on; column j may then be divided by the growth ``e^{λ_j τ}`` of its
first entry, and nothing is left that grows. For the same reason nothing cancels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mftutor._validation import FloatArray, real_array
from mftutor.problem import Problem

# An entry that a rotation should have made zero is up to so many ε times r of its row.
_ROUNDINGS = 8


@dataclass(frozen=True, eq=False)
class ClosedForm:
    """A start prepared for the closed form, of which `columns_at` is one evaluation.

    Parameters
    ----------
    eigenvalues : ndarray, shape (d,)
    columns : ndarray, shape (d, k)
        Z of ``X₀ = unit Z rotation``: zero above the pivot of each column, at most 1 in size.
        Only k < r columns are left where the others would be zero.
    pivots : ndarray of int, shape (k,)
        The row of the first entry of each column, in increasing order.
    rotation : ndarray, shape (k, r)
    unit : float
        The larger of √λ₁ and the largest entry of X₀; the latter for an infinite start.
    infinite : bool
        Whether the start is the limit of ``ϖX₀`` as ϖ → ∞.
    """

    eigenvalues: FloatArray
    columns: FloatArray
    pivots: NDArray[np.intp]
    rotation: FloatArray
    unit: float
    infinite: bool

    @classmethod
    def of(cls, problem: Problem, X0: ArrayLike, *, infinite: bool = False) -> ClosedForm:
        """Prepare a start, shape (d, r), of which the name in refusals is N0 if infinite."""
        name = "N0" if infinite else "X0"
        start = real_array(name, X0, (problem.dimension, problem.rank))
        # In units in which nothing overflows.
        largest = float(np.abs(start).max())
        unit = largest or 1.0 if infinite else max(largest, _root(problem.eigenvalues[0]))
        columns, rotation, pivots = _echelon(start / unit)
        return cls(problem.eigenvalues, columns, pivots, rotation, unit, infinite)

    def columns_at(self, time: float) -> FloatArray:
        """``XVᵀ`` at one time, X turned by the rotation V, shape (d, k).

        It is ``√λ₁ E Z M`` with ``Mᵀ(λ₁/unit² + λ₁ZᵀFZ)M = I``, where λ₁ = 1 if it is zero.
        """
        lam, leading = self.eigenvalues, self.eigenvalues[self.pivots]
        size = _root(lam[0])
        # Divided by e^{λ_j τ} in column j. Above the pivots, where this would grow, Z is zero.
        grown = self.columns * np.exp(np.minimum(lam[:, None] - leading, 0.0) * time)
        # F/E² = (1 − e^{−2λτ})/λ, which is 2τ for small λτ; a product of roots cannot overflow.
        exponent = 2 * lam * time
        small = exponent < 1e-20
        known = np.sqrt(-np.expm1(-exponent) / np.where(small, 1.0, lam / size**2))
        root_F = np.where(small, np.sqrt(2) * size * np.sqrt(time), known)
        identity = 0.0 if self.infinite else size / self.unit
        rows = np.concatenate([np.diag(identity * np.exp(-leading * time)), grown])
        weights = np.concatenate([np.ones(len(leading)), root_F])[:, None]
        return size * _orthonormalized(rows, weights)[len(leading) :]


def _root(largest_eigenvalue: float) -> float:
    """√λ₁, the unit of X, or 1 if that is zero."""
    return math.sqrt(largest_eigenvalue) or 1.0


def _echelon(X: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """Turn X from the right to a form with zeros above the pivot of each column.

    Returns Z, shape (d, k), the rotation V, shape (k, r), with ``X = ZV``, and the row of the
    first entry, the pivot, of each of the k columns, in increasing order.
    """
    Z, r = X.copy(), X.shape[1]
    rotation, tolerance = np.eye(r), 0.0
    pivots: list[int] = []
    sizes = np.hypot.reduce(X, axis=1)  # which loses neither tiny nor huge numbers
    for j in range(r):
        rest = np.hypot.reduce(Z[:, j:], axis=1)
        # Zero but for the rounding of earlier rotations.
        vanishes = rest <= tolerance * sizes
        Z[vanishes, j:] = 0.0
        if vanishes.all():
            return Z[:, :j], rotation[:j], np.array(pivots, dtype=np.intp)
        pivots.append(int(np.argmin(vanishes)))
        row = Z[pivots[-1], j:] / rest[pivots[-1]]
        if row[1:].any():
            mirror = row + np.copysign(np.eye(r - j)[0], row[0])
            mirror /= np.linalg.norm(mirror)
            Z[:, j:] -= 2 * np.outer(Z[:, j:] @ mirror, mirror)
            rotation[j:] -= 2 * np.outer(mirror, mirror @ rotation[j:])
            Z[pivots[-1], j + 1 :] = 0.0
            tolerance = _ROUNDINGS * r * np.finfo(float).eps
    return Z, rotation, np.array(pivots, dtype=np.intp)


def _orthonormalized(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Gram–Schmidt from the last column to the first, in an inner product with weights².

    From the last, since it starts furthest down: its zeros keep the large first entries of
    the other columns out of every sum. Twice, since once may leave columns that are nearly
    parallel not quite orthogonal.
    """
    columns = columns / np.abs(weights * columns).max(axis=0, initial=0.0)
    for _ in range(2):
        for j in reversed(range(columns.shape[1])):
            columns[:, j] /= np.linalg.norm(weights[:, 0] * columns[:, j])
            last = weights[:, 0] * columns[:, j]
            shares = last @ (weights * columns[:, :j])
            columns[:, :j] -= np.outer(columns[:, j], shares)
    return columns
