"""Matrix sensing: what is sought, and its loss.

``f(U) = (1/4m) Σ_i (⟨A_i, UUᵀ⟩ − y_i)²`` with ``y_i = ⟨A_i, Z*⟩``. In terms of the normal operator
N of `Measurements`, ``f = ¼⟨E, N E⟩`` and ``∇f = (N E) U``, where ``E = UUᵀ − Z*``; with
N the identity this is matrix factorization, equation (9).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mftutor._environment import printable
from mftutor._rounding import EPS
from mftutor._validation import FloatArray, integer, real_array, typed
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem as Factorization
from mftutor.sensing.measurements import Measurements
from mftutor.sensing.symmetric import pack, unpack


@typed
@dataclass(frozen=True, eq=False)
class Problem:
    """Find a positive semi-definite matrix from measurements of it, without noise.

    Parameters
    ----------
    measurements : Measurements
    eigenvalues : array_like, shape (r*,)
        Eigenvalues of the ground truth Z*, non-negative and in decreasing order; the d − r*
        others are 0.
    eigenvectors : array_like, shape (d, r*), optional
        Orthonormal columns. The first coordinate axes unless given, which is no loss for
        Gaussian measurements, but makes completion hopeless: see `random_eigenvectors`.

    Raises
    ------
    ValueError
        If the eigenvalues are not finite, not in decreasing order, negative or more than d, or
        the eigenvectors have the wrong shape or are not orthonormal up to rounding.

    Examples
    --------
    >>> import mftutor as mf
    >>> Problem(mf.sensing.gaussian_measurements(30, 300, seed=0), [1.0, 0.6, 0.3])
    Problem(eigenvalues=[1, 0.6, 0.3], 300 measurements, dimension=30)
    """

    measurements: Measurements
    eigenvalues: FloatArray
    eigenvectors: FloatArray

    def __init__(
        self,
        measurements: Measurements,
        eigenvalues: ArrayLike,
        eigenvectors: ArrayLike | None = None,
    ) -> None:
        values, d = Factorization(eigenvalues, rank=1).eigenvalues, measurements.dimension
        if values.size > d:
            raise ValueError(f"eigenvalues must be at most {d} numbers, got {values.size}")
        if eigenvectors is None:
            vectors = np.eye(d, values.size)
        else:
            vectors = real_array("eigenvectors", eigenvectors, (d, values.size))
            skew = np.abs(vectors.T @ vectors - np.eye(values.size)).max()
            if not skew <= 100 * d * EPS:
                raise ValueError(
                    f"eigenvectors must be orthonormal, got max|V.T @ V - I| = {skew:.3g}"
                )
        vectors.setflags(write=False)
        object.__setattr__(self, "measurements", measurements)
        object.__setattr__(self, "eigenvalues", values)
        object.__setattr__(self, "eigenvectors", vectors)

    def __repr__(self) -> str:
        shown = ", ".join(f"{value:.4g}" for value in self.eigenvalues[:4])
        more = ", …" if self.eigenvalues.size > 4 else ""
        m, d = self.measurements.n_measurements, self.dimension
        text = f"Problem(eigenvalues=[{shown}{more}], {m} measurements, dimension={d})"
        return printable(text)

    @property
    def dimension(self) -> int:
        """The dimension d."""
        return self.measurements.dimension

    @cached_property
    def ground_truth(self) -> FloatArray:
        """Z*, shape (d, d)."""
        return (self.eigenvectors * self.eigenvalues) @ self.eigenvectors.T

    @cached_property
    def packed_truth(self) -> FloatArray:
        """Z* packed, shape (D,)."""
        return pack(self.ground_truth)

    def truncation(self, rank: int) -> FloatArray:
        """Return the best approximation of Z* of a given rank in the Frobenius norm.

        Parameters
        ----------
        rank : int
            From 0 to d.

        Returns
        -------
        ndarray, shape (d, d)
        """
        kept = slice(integer("rank", rank, 0, self.dimension))
        return (self.eigenvectors[:, kept] * self.eigenvalues[kept]) @ self.eigenvectors[:, kept].T

    def residual(self, U: FloatArray) -> tuple[FloatArray, FloatArray, float]:
        """Return all that descent needs to know of a point; the gradient of f is `slope` times U.

        One takes ``O(d² r̂)`` operations beside those of `Measurements.normal`.

        Parameters
        ----------
        U : ndarray, shape (d, r̂)

        Returns
        -------
        residual : ndarray, shape (D,)
            ``E = UUᵀ − Z*``, packed.
        slope : ndarray, shape (d, d)
            ``N E``.
        loss : float
            ``f(U) = ¼⟨E, N E⟩``.
        """
        residual = pack(U @ U.T) - self.packed_truth
        image, energy = self.measurements.normal_and_energy(residual)
        return residual, unpack(image), energy / 4


@typed
def init(
    problem: Problem, rank: int, *, scale: float, seed: int | np.random.Generator
) -> FloatArray:
    """Draw ``U₀ = α N₀`` with independent entries ``N₀ ~ N(0, 1/d)``.

    Parameters
    ----------
    problem : Problem
        Gives the dimension d.
    rank : int
        The number r̂ of columns, from 1 to d, which may be less than, equal to or more than
        the rank of the ground truth.
    scale : float
        The initialization scale α ≥ 0.
    seed : int or numpy.random.Generator
        A fixed start for each int; a Generator is advanced.

    Returns
    -------
    ndarray, shape (d, r̂)

    Raises
    ------
    ValueError
        If `rank` is outside 1…d, `scale` is negative or not finite, or `seed` is neither an
        int ≥ 0 nor a Generator.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = Problem(mf.sensing.gaussian_measurements(30, 300, seed=0), [1.0, 0.6, 0.3])
    >>> init(problem, 3, scale=1e-6, seed=0).shape
    (30, 3)
    """
    shape = Factorization(np.zeros(problem.dimension), rank)
    return gaussian_init(shape, scale=scale, seed=seed)
