"""Linear measurements of a symmetric matrix, as one matrix product.

A measurement is ``⟨A_i, Z⟩`` with symmetric A_i and Z, d×d. In the *packed* basis both are vectors
of length D = d(d + 1)/2: the diagonal and √2 times what is above it, so that the inner product and
the Frobenius norm stay what they were. What descent needs of m measurements is the *normal
operator* ``N Z = (1/m) Σ_i ⟨A_i, Z⟩ A_i`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, random_generator, real_array
from mftutor.sensing.symmetric import pack

MAX_GIGABYTES = 4.0
BLOCK_BYTES = 2**25  # of measurements held at once where only their Gram matrix is kept


@dataclass(frozen=True, eq=False)
class Measurements:
    """Measurements of symmetric d×d matrices, known by their normal operator.

    Made by `gaussian_measurements`, `matrix_measurements` or `entry_measurements`.

    Attributes
    ----------
    dimension : int
        The side d of the matrices measured; D = d(d + 1)/2 below.
    n_measurements : int
        Their number m.
    form : {"rows", "gram", "entries"}
        How they are stored: the packed A_i themselves, up to D of them; for more, the matrix
        of N, which is then smaller; or, for single entries, the diagonal of N.
    array : ndarray, shape (m, D), (D, D) or (D,)
        That matrix: ``8 min(m, D) D`` bytes, or ``8 D``.
    """

    dimension: int
    n_measurements: int
    form: Literal["rows", "gram", "entries"]
    array: FloatArray

    def __repr__(self) -> str:
        return (
            f"Measurements({self.n_measurements} of matrices of dimension {self.dimension}, "
            f"{self.array.nbytes / 1e6:.3g} MB as {self.form})"
        )

    @property
    def packed_size(self) -> int:
        """The length D = d(d + 1)/2 of packed matrices."""
        return self.dimension * (self.dimension + 1) // 2

    def normal(self, packed: FloatArray) -> FloatArray:
        """Apply N to packed matrices.

        One takes ``4mD`` operations as rows, ``2D²`` as a Gram matrix and D for entries.

        Parameters
        ----------
        packed : ndarray, shape (D,) or (D, k)
            A matrix, or one a column.

        Returns
        -------
        ndarray, same shape
        """
        if self.form == "entries":
            return (self.array * packed.T).T
        if self.form == "gram":
            return self.array @ packed
        return self.array.T @ (self.array @ packed) / self.n_measurements

    def normal_and_energy(self, packed: FloatArray) -> tuple[FloatArray, float]:
        """Return ``N Z`` and ``⟨Z, N Z⟩ = (1/m) Σ_i ⟨A_i, Z⟩²``, which is never negative.

        As rows the second is a sum of squares, and so exact to rounding even where it is
        tiny; as a Gram matrix it is exact up to about ``1e-16 ‖Z‖²_F``.

        Parameters
        ----------
        packed : ndarray, shape (D,)

        Returns
        -------
        normal : ndarray, shape (D,)
        energy : float
        """
        if self.form == "rows":
            seen = self.array @ packed
            m = self.n_measurements
            return self.array.T @ seen / m, float(seen @ seen) / m
        image = self.normal(packed)
        energy = float(packed @ image)
        return image, max(energy, 0.0)  # in this order a nan stays one


def gaussian_measurements(
    dimension: int, n_measurements: int, *, seed: int | np.random.Generator
) -> Measurements:
    """Draw measurements with independent standard normal packed entries.

    So ``A_i = (G + Gᵀ)/2`` with G of independent ``N(0, 1)``: variance 1 on the diagonal and
    1/2 beside it. They are isotropic, ``E⟨A, Z⟩A = Z``, and their law does not change under
    rotations, so that a ground truth may be taken diagonal.

    Parameters
    ----------
    dimension : int
        d ≥ 1.
    n_measurements : int
        m ≥ 1.
    seed : int or numpy.random.Generator
        A fixed draw for each int, measurement by measurement; a Generator is advanced.

    Returns
    -------
    Measurements
        With D = d(d + 1)/2, ``8 min(m, D) D`` bytes; no matrix with m rows is formed when
        m > D, but the Gram matrix then takes ``2mD²`` operations.

    Raises
    ------
    ValueError
        If `dimension` or `n_measurements` is not an integer ≥ 1, more than 4 GB would be
        needed, or `seed` is neither an int ≥ 0 nor a Generator.

    Examples
    --------
    >>> gaussian_measurements(30, 300, seed=0)
    Measurements(300 of matrices of dimension 30, 1.12 MB as rows)
    """
    d, m = integer("dimension", dimension, 1), integer("n_measurements", n_measurements, 1)
    size = affordable_size(d, m)
    rng = random_generator(seed)
    if m <= size:
        return Measurements(d, m, "rows", rng.standard_normal((m, size)))
    gram, block = np.zeros((size, size)), max(1, BLOCK_BYTES // (8 * size))
    for start in range(0, m, block):
        rows = rng.standard_normal((min(block, m - start), size))
        gram += rows.T @ rows
    return Measurements(d, m, "gram", gram / m)


def matrix_measurements(matrices: ArrayLike) -> Measurements:
    """Measure with given matrices A_i.

    Parameters
    ----------
    matrices : array_like, shape (m, d, d)
        At least one. What is not symmetric is replaced by its symmetric part, which gives
        the same measurements of symmetric matrices.

    Returns
    -------
    Measurements
        With D = d(d + 1)/2, ``8 min(m, D) D`` bytes.

    Raises
    ------
    ValueError
        If the array is empty, not finite or not of that shape, or more than 4 GB are needed.

    Examples
    --------
    >>> matrix_measurements([[[0.0, 1.0], [0.0, 0.0]]]).array.round(4)
    array([[0.    , 0.7071, 0.    ]])
    """
    full = real_array("matrices", matrices, ("m", "d", "d"))
    m, d, other = full.shape
    if d != other or full.size == 0:
        raise ValueError(f"matrices must be square and not empty, got shape {full.shape}")
    size = affordable_size(d, m)
    rows = pack((full + full.transpose(0, 2, 1)) / 2)
    if m <= size:
        return Measurements(d, m, "rows", rows)
    return Measurements(d, m, "gram", rows.T @ rows / m)


def affordable_size(dimension: int, n_vectors: int) -> int:
    """D = d(d + 1)/2, unless `n_vectors` packed matrices, or D of them, would take over 4 GB."""
    size = dimension * (dimension + 1) // 2
    gigabytes = 8e-9 * min(n_vectors, size) * size
    if gigabytes > MAX_GIGABYTES:
        raise ValueError(
            f"dimension must be so small that the measurements fit in {MAX_GIGABYTES:g} GB, got "
            f"{dimension}: {min(n_vectors, size)} packed matrices take {gigabytes:.3g} GB"
        )
    return size
