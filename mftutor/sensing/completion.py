"""Matrix completion: measurements that are single entries."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mftutor._validation import FloatArray, integer, random_generator, real_array
from mftutor.sensing.measurements import Measurements, affordable_size
from mftutor.sensing.symmetric import packing_tables


def entry_measurements(dimension: int, entries: ArrayLike) -> Measurements:
    """Measure single entries: matrix completion.

    The A_i are √D times the elements of the packed basis, so that a uniformly random set of
    given size is isotropic in the mean: N keeps the entries seen, times D/m, and deletes the
    others. The loss is ``D/(4m)`` times the sum of squares over all places seen, (i, j) and
    (j, i). With all D entries N is the identity, and descent is matrix factorization.

    Parameters
    ----------
    dimension : int
        d ≥ 1.
    entries : array_like of int, shape (n, 2)
        Places (i, j) counted from 0; (j, i) is the same place, and repetitions do not count.

    Returns
    -------
    Measurements
        ``8 D`` bytes.

    Raises
    ------
    ValueError
        If `dimension` is not an integer ≥ 1, or `entries` is empty or holds anything but pairs
        of integers from 0 to d − 1, or more than 4 GB would be needed.

    Examples
    --------
    >>> entry_measurements(2, [(0, 0), (0, 1), (1, 0)]).array
    array([1.5, 1.5, 0. ])
    """
    d = integer("dimension", dimension, 1)
    places = real_array("entries", entries, ("n", 2))
    size = affordable_size(d, 5)  # the diagonal, and the tables of `pack`
    wrong = (places != np.floor(places)) | (places < 0) | (places >= d)
    if wrong.any() or not places.size:
        got = f"{places[wrong][0]:g}" if places.size else "an empty array"
        raise ValueError(f"entries must hold pairs of integers from 0 to {d - 1}, got {got}")
    rows, columns = places.astype(np.intp).T
    seen = np.unique(packing_tables(d)[2][rows, columns])
    diagonal = np.zeros(size)
    diagonal[seen] = size / seen.size
    return Measurements(d, int(seen.size), "entries", diagonal)


def random_entries(
    dimension: int, n_entries: int, *, seed: int | np.random.Generator
) -> NDArray[np.intp]:
    """Draw distinct places (i, j) with i ≤ j, uniformly, for `entry_measurements`.

    Parameters
    ----------
    dimension : int
        d ≥ 1.
    n_entries : int
        From 1 to D = d(d + 1)/2, all of them.
    seed : int or numpy.random.Generator
        A fixed draw for each int; a Generator is advanced.

    Returns
    -------
    ndarray of int, shape (n_entries, 2)

    Raises
    ------
    ValueError
        If a number is outside its range, `seed` is neither an int ≥ 0 nor a Generator, or more
        than 4 GB would be needed.

    Examples
    --------
    >>> random_entries(2, 3, seed=0).shape
    (3, 2)
    """
    d = integer("dimension", dimension, 1)
    size = affordable_size(d, 5)
    chosen = random_generator(seed).permutation(size)[: integer("n_entries", n_entries, 1, size)]
    return np.column_stack(np.triu_indices(d))[np.sort(chosen)]


def random_eigenvectors(
    dimension: int, rank: int, *, seed: int | np.random.Generator
) -> FloatArray:
    """Draw orthonormal columns, uniformly: a ground truth without privileged coordinates.

    Parameters
    ----------
    dimension : int
        d ≥ 1.
    rank : int
        The number of columns, from 1 to d.
    seed : int or numpy.random.Generator
        A fixed draw for each int; a Generator is advanced.

    Returns
    -------
    ndarray, shape (d, rank)

    Raises
    ------
    ValueError
        If a number is outside its range, or `seed` is neither an int ≥ 0 nor a Generator.

    Examples
    --------
    >>> V = random_eigenvectors(5, 2, seed=0)
    >>> bool(np.allclose(V.T @ V, np.eye(2)))
    True
    """
    d = integer("dimension", dimension, 1)
    draw = random_generator(seed).standard_normal((d, integer("rank", rank, 1, d)))
    orthonormal, triangular = np.linalg.qr(draw)
    return orthonormal * np.sign(np.diag(triangular))
