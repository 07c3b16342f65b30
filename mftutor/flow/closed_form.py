"""How the exact gradient flow is computed.

With ``E = e^{sΣ}`` and ``F = (e^{2sΣ} − I)Σ⁻¹`` (which is 2s where λ = 0),

    XXᵀ = E X₀ (I + X₀ᵀ F X₀)⁻¹ X₀ᵀ E .

So ``X = E X₀ M`` with any M that makes ``X₀M`` orthonormal in the inner product
``aᵀ(I + X₀ᵀFX₀)b``, and only the rotation of X from the right is left open.

No number grows with the time. X₀ is first turned from the right until row 1 has one entry, row 2
two, and so on; column j may then be divided by the growth ``e^{λ_j s}`` of its first entry, and
nothing is left that grows. For the same reason nothing cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mftutor._rounding import EPS
from mftutor._validation import FloatArray, real_array
from mftutor.problem import Problem

# What a rotation should have made zero is at most r times this part of its row.
_ZERO = 8 * EPS


@dataclass(frozen=True, eq=False)
class ClosedForm:
    """A start prepared for the closed form, of which `columns_at` is one evaluation.

    Attributes
    ----------
    eigenvalues : ndarray, shape (d,)
    columns : ndarray, shape (d, k)
        Z of ``X₀ = Z rotation``, zero above the pivot of each column. Only k < r columns are
        left where the others would be zero.
    pivots : ndarray of int, shape (k,)
        The row of the first entry of each column, in increasing order.
    rotation : ndarray, shape (k, r)
    infinite : bool
        Whether the start is the limit of ``ϖX₀`` as ϖ → ∞.
    """

    eigenvalues: FloatArray
    columns: FloatArray
    pivots: NDArray[np.intp]
    rotation: FloatArray
    infinite: bool

    @classmethod
    def of(cls, problem: Problem, X0: ArrayLike, *, infinite: bool = False) -> ClosedForm:
        """Prepare a start, shape (d, r), of which the name in refusals is N0 if infinite."""
        name = "N0" if infinite else "X0"
        start = real_array(name, X0, (problem.dimension, problem.rank))
        columns, rotation, pivots = _echelon(start)
        return cls(problem.eigenvalues, columns, pivots, rotation, infinite)

    def columns_at(self, times: FloatArray) -> FloatArray:
        """``XVᵀ`` at n times, X turned by the rotation V, shape (n, d, k).

        It is ``E Z M`` with ``Mᵀ(I + ZᵀFZ)M = I``; without the identity if the start is infinite.
        """
        lam, leading = self.eigenvalues, self.eigenvalues[self.pivots]
        # Above the pivots, where this would grow, Z is zero.
        rates = np.minimum(lam - leading[:, None], 0.0)
        columns = self._columns(
            rates[:, None] * times[:, None], -leading[:, None] * times, times[:, None]
        )
        return columns.transpose(1, 2, 0)

    def least_signal(self, k: int, start: FloatArray, end: FloatArray) -> FloatArray:
        """A lower bound of signal k, from 0, in n intervals of time, shape (n,).

        Where an interval is one point it is the signal, of an eigenvalue λ_k > 0. For

            signal = x_kᵀ (c I + Σ_i c_i x_i x_iᵀ)⁻¹ x_k  with  c = e^{−2λ_ks},  c_i = c F_i ,

        falls with each of the coefficients, and each is taken where it is largest: c at the
        start, c_i at the end if ``λ_i ≥ λ_k``, and otherwise where ``e^{2λ_is}`` is
        ``λ_k/(λ_k − λ_i)``, or at the end of the interval next to there.
        """
        lam, own = self.eigenvalues, self.eigenvalues[k]
        slower = lam < own
        share = np.where(slower, np.maximum(lam / own, np.finfo(float).tiny), 0.5)
        peak = np.where(slower, -np.log1p(-share) / (2 * share * own), np.inf)
        when = np.clip(peak, start[:, None], end[:, None])
        growth = (lam - own) * when
        leading = growth[:, self.pivots].T
        rates = np.minimum(growth - leading[:, :, None], 0.0)
        columns = self._columns(rates, -own * start - leading, when)
        return np.square(columns[:, :, k]).sum(axis=0)

    def _columns(self, rates: FloatArray, alone: FloatArray, when: FloatArray) -> FloatArray:
        """Columns orthonormal in n inner products, shape (k, n, d).

        Before that they are Z times e^rates, shape (k, n, d); the product is that of
        ``F/E²`` at the times `when`, shape (n, d) or (n, 1), plus the identity, which has become
        e^alone, shape (k, n).
        """
        lam, (k, n) = self.eigenvalues, alone.shape
        grown = self.columns.T[:, None] * np.exp(rates)
        # F/E² = (1 − e^{−2λs})/λ, which is 2s for small λs.
        exponent = 2 * lam * when
        small = exponent < 1e-20
        known = -np.expm1(-exponent) / np.where(small, 1.0, lam)
        root_F = np.sqrt(np.where(small, 2 * when, known))
        identity = np.zeros((k, n, k))
        if not self.infinite:
            identity[np.arange(k), :, np.arange(k)] = np.exp(alone)
        rows = np.concatenate([identity, grown], axis=2)
        weights = np.concatenate([np.ones((n, k)), root_F], axis=1)
        return _orthonormalized(rows, weights)[:, :, k:]


def _echelon(X: FloatArray) -> tuple[FloatArray, FloatArray, NDArray[np.intp]]:
    """Turn X from the right to a form with zeros above the pivot of each column.

    Returns Z, shape (d, k), the rotation V, shape (k, r), with ``X = ZV``, and the row of the
    first entry, the pivot, of each of the k columns, in increasing order.
    """
    Z, r = X.copy(), X.shape[1]
    rotation, tolerance = np.eye(r), 0.0
    pivots: list[int] = []
    sizes = np.hypot.reduce(X, axis=1)  # beside others a row may be too tiny to be squared
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
            tolerance = r * _ZERO
    return Z, rotation, np.array(pivots, dtype=np.intp)


def _orthonormalized(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Gram–Schmidt, shape (k, n, m), in n inner products with weights², shape (n, m).

    From the last column to the first, since the last starts furthest down: its zeros keep the
    large first entries of the others out of every sum. Twice, since once may leave columns
    that are nearly parallel not quite orthogonal.
    """
    # To size one: the squares of a column that is tiny beside the others would vanish.
    columns = columns / np.abs(weights * columns).max(axis=2, keepdims=True, initial=0.0)
    for _ in range(2):
        for j in reversed(range(len(columns))):
            weighted = weights * columns[j]
            length = np.sqrt(np.square(weighted).sum(axis=1, keepdims=True))
            columns[j] /= length
            for other in columns[:j]:
                share = (weighted * weights * other).sum(axis=1, keepdims=True)
                other -= columns[j] * (share / length)
    return columns
