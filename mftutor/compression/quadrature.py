"""Block Gauss quadrature: many rows replaced by a few with the same moments.

A sum ``Σ_i p(λ_i)ᵀ x_iᵀx_i p(λ_i)`` over the rows of J is determined, for matrix polynomials p
of degree less than q, by the moments ``Jᵀ Λᵏ J``, k < 2q. About ``q r`` rows at well chosen
eigenvalues have the same moments: G. H. Golub and G. Meurant, *Matrices, Moments and
Quadrature with Applications*, Princeton, 2010.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mftutor._environment import one_thread
from mftutor._validation import FloatArray, integer, real_array

# How many rows are projected at once: their basis then stays in the processor's cache.
ROWS_AT_ONCE = 2048


def block_quadrature(
    tail_eigenvalues: ArrayLike, tail_rows: ArrayLike, n_blocks: int
) -> tuple[FloatArray, FloatArray]:
    """Replace m rows by at most ``q r`` that give the same sums ``Σ_i p(λ_i)ᵀ x_iᵀx_i p(λ_i)``.

    The sums are equal for every matrix polynomial p of degree less than q; equivalently, the
    moments ``Jᵀ Λᵏ J`` are, for k < 2q. The rows are projected on the block Krylov space
    spanned by ``T_0(S)J, …, T_{q−1}(S)J``, with T_k the Chebyshev polynomials and S the
    eigenvalues mapped to [−1, 1]: with Q an orthonormal basis, the new eigenvalues are those
    of ``QᵀΛQ = VΘVᵀ``, and the new rows are ``VᵀQᵀJ``. Only the space of J matters:
    multiplying all rows by c leaves the nodes and multiplies the new rows by c.

    Zero rows are left out, for they stay zero. Where rows with equal eigenvalues can be
    rotated onto at most r each with no more than ``q r`` rows in all, that is done instead,
    and all moments are equal.

    Parameters
    ----------
    tail_eigenvalues : array_like, shape (m,)
        Eigenvalues, in any order.
    tail_rows : array_like, shape (m, r)
        The row of X that belongs to each.
    n_blocks : int
        The number q ≥ 1 of blocks.

    Returns
    -------
    nodes : ndarray, shape (n,)
        In decreasing order, within the range of `tail_eigenvalues`; ``n ≤ min(m, q r)``.
    rows : ndarray, shape (n, r)

    Raises
    ------
    ValueError
        If the arrays are not finite or their shapes do not fit, or `n_blocks` is not an
        integer ≥ 1.

    Notes
    -----
    The time is O(m q² r²), the memory O(m r): many rows are replaced piece by piece, and then
    the pieces' nodes, whose moments add up to those of all rows.

    Examples
    --------
    Two rows stand for a hundred, up to the third power of the eigenvalue:

    >>> import numpy as np
    >>> eigenvalues = np.linspace(0.3, 0.0, 100)
    >>> nodes, rows = block_quadrature(eigenvalues, np.full((100, 1), 0.1), 2)
    >>> nodes.size
    2
    >>> bool(np.isclose((rows[:, 0] ** 2 * nodes**3).sum(), 0.01 * (eigenvalues**3).sum()))
    True
    """
    values = real_array("tail_eigenvalues", tail_eigenvalues, ("m",))
    J = real_array("tail_rows", tail_rows, (values.size, "r"))
    return few_for_many(values, J, integer("n_blocks", n_blocks, 1))


@one_thread
def few_for_many(
    values: FloatArray, J: FloatArray, n_blocks: int, *, rows_at_once: int = ROWS_AT_ONCE
) -> tuple[FloatArray, FloatArray]:
    """`block_quadrature` of numbers of any size: beside others a tail may be as good as zero.

    Of the rows `rows_at_once`, or ``4 q r`` if that is more, are projected at once. Only roundings
    depend on it.
    """
    order = np.argsort(-values, kind="stable")
    order = order[J[order].any(axis=1)]
    return _replaced(values[order], J[order], n_blocks, rows_at_once)


def _replaced(
    values: FloatArray, J: FloatArray, q: int, rows_at_once: int
) -> tuple[FloatArray, FloatArray]:
    """`few_for_many` of rows that are not zero, their eigenvalues in decreasing order."""
    r = J.shape[1]
    group_starts = np.flatnonzero(np.diff(values, prepend=np.inf))
    group_sizes = np.diff(group_starts, append=values.size)
    if np.minimum(group_sizes, r).sum() <= q * r:
        return _merged(values, J, group_starts)
    at_once = max(rows_at_once, 4 * q * r)  # so that each round leaves at most a fourth
    if len(values) <= at_once:
        return _projected(values, J, q)
    pieces = [
        _replaced(values[i : i + at_once], J[i : i + at_once], q, rows_at_once)
        for i in range(0, len(values), at_once)
    ]
    nodes, rows = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    return _replaced(nodes, rows, q, rows_at_once)


def _projected(values: FloatArray, J: FloatArray, q: int) -> tuple[FloatArray, FloatArray]:
    """Project on the block Krylov space of q blocks."""
    largest, smallest = values[0], values[-1]
    middle = (largest + smallest) / 2
    half = max((largest - smallest) / 2, np.finfo(float).tiny)  # beside others, all may be tiny
    s = (values - middle) / half
    basis = np.empty((q, J.shape[1], s.size))  # columns contiguous, as LAPACK wants them
    basis[0], basis[1:2] = J.T, s * J.T
    for k in range(2, q):
        basis[k] = 2 * s * basis[k - 1] - basis[k - 2]
    # Householder reflections hold each column to its own size, so that of J does not matter;
    # and where columns are dependent, Q spans them and more, and the sums are equal all the same.
    Q = np.linalg.qr(basis.reshape(-1, s.size).T)[0]
    s_nodes, V = np.linalg.eigh(Q.T @ (s[:, None] * Q))
    nodes = np.clip(middle + half * s_nodes, smallest, largest)
    return nodes[::-1].copy(), (V.T @ (Q.T @ J))[::-1].copy()


def _merged(
    values: FloatArray, J: FloatArray, group_starts: np.ndarray
) -> tuple[FloatArray, FloatArray]:
    """Rotate the rows of each group of equal values onto its first r: ``JᵀJ = RᵀR``."""
    groups = [
        np.linalg.qr(rows, mode="r") if len(rows) > J.shape[1] else rows
        for rows in np.split(J, group_starts[1:])
    ]
    nodes = np.repeat(values[group_starts], [len(rows) for rows in groups])
    return nodes, np.concatenate(groups)
