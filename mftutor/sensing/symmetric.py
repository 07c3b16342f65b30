"""Symmetric matrices as vectors: a basis in which their inner product is the dot product."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from mftutor._validation import FloatArray


@lru_cache(maxsize=4)
def packing_tables(dimension: int) -> tuple[NDArray[np.intp], FloatArray, NDArray[np.intp]]:
    """Where packed entries are in a flat d×d matrix, their weights, and the way back."""
    rows, columns = np.triu_indices(dimension)
    position = np.empty((dimension, dimension), dtype=np.intp)
    position[rows, columns] = position[columns, rows] = np.arange(rows.size)
    weights = np.where(rows == columns, 1.0, np.sqrt(2.0))
    return rows * dimension + columns, weights, position


def pack(matrix: FloatArray) -> FloatArray:
    """Write symmetric matrices as vectors, with the same inner products.

    Parameters
    ----------
    matrix : ndarray, shape (..., d, d)
        Symmetric; only the upper triangles are read.

    Returns
    -------
    ndarray, shape (..., d(d + 1)/2)
        The upper triangles row by row, off-diagonal entries times √2.

    Examples
    --------
    >>> pack(np.array([[1.0, 2.0], [2.0, 3.0]])).round(4)
    array([1.    , 2.8284, 3.    ])
    """
    flat, weights, _ = packing_tables(matrix.shape[-1])
    # take, since it needs half of the time of indexing.
    return matrix.reshape(*matrix.shape[:-2], -1).take(flat, axis=-1) * weights


def unpack(vector: FloatArray) -> FloatArray:
    """Return the symmetric matrices that `pack` made vectors of.

    Parameters
    ----------
    vector : ndarray, shape (..., d(d + 1)/2)

    Returns
    -------
    ndarray, shape (..., d, d)

    Examples
    --------
    >>> unpack(np.array([1.0, 0.0, 3.0]))
    array([[1., 0.],
           [0., 3.]])
    """
    dimension = int((np.sqrt(8 * vector.shape[-1] + 1) - 1) / 2 + 0.5)
    _, weights, position = packing_tables(dimension)
    return (vector / weights).take(position, axis=-1)
