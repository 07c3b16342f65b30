"""A problem too large to hold: some leading eigenvalues, then an arithmetic sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mftutor._validation import FloatArray, integer, real_array, real_number
from mftutor.problem import Problem

# More rows than this would take a day to draw.
_MOST_ROWS = 10**10


@dataclass(frozen=True)
class LinearTailProblem:
    """r leading eigenvalues and a tail spaced evenly, described and not stored.

    Unless told otherwise this is the problem of Figure 1, `mftutor.figure_1_problem`, in a
    dimension that may exceed the memory: the rows of the tail are then drawn block by block. Not
    `drawn`, it is the limit of large d: the tail's Gram matrices
    ``Σ_{i>r+1} p(λ_i)ᵀ x_iᵀx_i p(λ_i)`` are replaced by what they tend to, the average of
    ``ϖ² p(λ)ᵀp(λ)`` over the tail, and only the first r + 1 rows stay random, of size
    ``ϖ d^(−1/2)``.

    Parameters
    ----------
    dimension : int or float
        The dimension d, at least r + 1: an integer up to 10¹⁰ if `drawn`, else any number.
    leading : sequence of float, default (1.0, 0.5)
        λ_1 ≥ … ≥ λ_r, as many as the rank.
    tail : tuple of float, default (0.3, 0.0)
        λ_{r+1} and λ_d ≥ 0.
    drawn : bool, default True
        Whether all rows are random, or the first r + 1 only.

    Raises
    ------
    ValueError
        If the numbers are not finite, not in decreasing order or negative, or the dimension is
        out of range.

    Examples
    --------
    >>> LinearTailProblem(10**7).eigenvalues_between(0, 4).round(4)
    array([1. , 0.5, 0.3, 0.3])
    >>> LinearTailProblem(1e30, leading=[1.0, 0.75, 0.5], drawn=False).rank
    3
    """

    dimension: float
    leading: tuple[float, ...] = (1.0, 0.5)
    tail: tuple[float, float] = (0.3, 0.0)
    drawn: bool = True

    def __init__(
        self,
        dimension: float,
        leading: Sequence[float] = (1.0, 0.5),
        tail: Sequence[float] = (0.3, 0.0),
        drawn: bool = True,
    ) -> None:
        first = real_array("leading", leading, ("r",))
        ends = real_array("tail", tail, (2,))
        rank = first.size
        if rank == 0:
            raise ValueError("leading must hold at least one eigenvalue, got none")
        values = np.concatenate([first, ends])
        if (np.diff(values) > 0).any():
            raise ValueError(f"leading and tail must be in decreasing order, got {values.tolist()}")
        Problem(values, rank)  # refuses what is negative
        if drawn:
            size: float = integer("dimension", dimension, rank + 1, _MOST_ROWS)
        else:
            size = real_number("dimension", dimension, any_size=True)
            if size < rank + 1:
                raise ValueError(f"dimension must be a number >= {rank + 1}, got {dimension!r}")
        object.__setattr__(self, "dimension", size)
        object.__setattr__(self, "leading", tuple(first.tolist()))
        object.__setattr__(self, "tail", tuple(ends.tolist()))
        object.__setattr__(self, "drawn", bool(drawn))

    @property
    def rank(self) -> int:
        """The number of columns r."""
        return len(self.leading)

    @property
    def min_eigengap(self) -> float:
        """``Δ = min_{k ≤ r} (λ_k − λ_{k+1})``, as `mftutor.Problem.min_eigengap`."""
        return self.head.min_eigengap

    @property
    def head(self) -> Problem:
        """The first r + 1 eigenvalues alone."""
        return Problem([*self.leading, self.tail[0]], self.rank)

    def eigenvalues_between(self, start: int, stop: int) -> FloatArray:
        """Return λ_{start+1}, …, λ_stop, to the last bit those of `problem`.

        Parameters
        ----------
        start : int
            From 0.
        stop : int
            At most d.

        Returns
        -------
        ndarray, shape (stop − start,)

        Raises
        ------
        ValueError
            If the problem is not `drawn`, or the range is not within 0…d.
        """
        if not self.drawn:
            raise ValueError(f"drawn must be True for eigenvalues to exist one by one, got {self}")
        d, r = int(self.dimension), self.rank
        first = integer("start", start, 0, d)
        last = integer("stop", stop, first, d)
        top, bottom = self.tail
        at = np.arange(max(first, r) - r, max(last, r) - r)
        values = at * ((bottom - top) / max(d - r - 1, 1)) + top
        values[(at == d - r - 1) & (at > 0)] = bottom  # as numpy.linspace ends
        return np.concatenate([self.leading[first:last], values])

    def problem(self) -> Problem:
        """Return the same with all eigenvalues stored, if `drawn`.

        Returns
        -------
        Problem

        Raises
        ------
        ValueError
            If the problem is not `drawn`.

        Examples
        --------
        >>> LinearTailProblem(5).problem().eigenvalues
        array([1.  , 0.5 , 0.3 , 0.15, 0.  ])
        """
        return Problem(self.eigenvalues_between(0, int(self.dimension)), self.rank)
