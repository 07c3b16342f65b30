"""Where gradient descent can rest: the stationary points, and how fast it leaves them.

X is stationary if ``(Σ − XXᵀ)X = 0``. The columns of X then span eigenvectors of Σ, and with
distinct eigenvalues ``XXᵀ`` is Σ restricted to a set I of at most r indices. With a tie there
are more: any orthonormal vectors of an eigenspace may take the place of its coordinate axes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from mftutor._validation import FloatArray, integer, real_number, typed
from mftutor.problem import Problem
from mftutor.theory.bounds import growth_steps
from mftutor.trajectory import Record


class Direction(NamedTuple):
    """A direction in which descent leaves a stationary point.

    `learns` is the index that comes in, `forgets` the one that has to make room, or None if a
    column is unused; a perturbation grows by 1 + η·`rate` a step, to first order.
    """

    learns: int
    forgets: int | None
    rate: float


@typed
@dataclass(frozen=True, eq=False)
class StationaryPoint:
    """A point at which descent stands still, ``XXᵀ = Σ_{i ∈ I} λ_i e_i e_iᵀ``.

    Parameters
    ----------
    problem : Problem
    indices : iterable of int
        The set I of what is learned, counted from 1 as λ_1 is: at most r different indices
        with λ_i > 0. They are kept in increasing order, as a tuple.

    Raises
    ------
    ValueError
        If an index is not an integer from 1 to d, comes twice or belongs to λ_i = 0, or if
        there are more than r.

    Examples
    --------
    >>> import mftutor as mf
    >>> saddle = StationaryPoint(mf.figure_1_problem(), [1, 3])
    >>> saddle
    StationaryPoint({1, 3}: error 0.5831, leaves at rate 0.2)
    >>> learns, forgets, rate = saddle.unstable_directions[0]
    >>> print(f"learns {learns} in place of {forgets}, at rate {rate:.1f}")
    learns 2 in place of 3, at rate 0.2
    """

    problem: Problem
    indices: tuple[int, ...]

    def __init__(self, problem: Problem, indices: Iterable[int]) -> None:
        object.__setattr__(self, "problem", problem)
        object.__setattr__(self, "indices", _index_set(problem, indices))

    def __repr__(self) -> str:
        learned = f"{{{', '.join(str(i) for i in self.indices)}}}"
        end = "a minimum" if self.is_minimum else f"leaves at rate {self.escape_rate:.4g}"
        return f"StationaryPoint({learned}: error {self.error:.4g}, {end})"

    @property
    def X(self) -> FloatArray:
        """The point itself, shape (d, r): column j is ``√λ_i e_i``, i the j-th index, or zero.

        The others with this ``XXᵀ`` are XR with R orthogonal, and have the same rates.
        """
        X = np.zeros((self.problem.dimension, self.problem.rank))
        X[self._rows, np.arange(len(self.indices))] = np.sqrt(self._learned)
        return X

    @property
    def error(self) -> float:
        """``‖Σ_r − XXᵀ‖_F``: the root of the squares of what is missed and what is misplaced."""
        missed_or_misplaced = {i - 1 for i in self.indices} ^ set(range(self.problem.rank))
        return float(np.linalg.norm(self.problem.eigenvalues[sorted(missed_or_misplaced)]))

    @cached_property
    def growth_rates(self) -> FloatArray:
        """The eigenvalues of ``H ↦ (Σ − XXᵀ)H − (HXᵀ + XHᵀ)X``, minus the Hessian; (d, r).

        A step multiplies an eigenvector of eigenvalue ρ by 1 + ηρ, to first order. Entry
        (a, j) for a row a that is not learned belongs to ``e_a e_jᵀ``: ``λ_a − λ_i`` if
        column j holds index i, and λ_a if it is unused. Rows that are learned: −2λ_i where
        the row meets its own column, ``−(λ_i + λ_j)`` and 0 for a pair of learned indices,
        and 0 in the unused columns. These zeros are the rotations of X, along which XXᵀ stays.
        """
        learned, rank = self._learned, self.problem.rank
        held = np.zeros(rank)
        held[: len(learned)] = learned
        rates = self.problem.eigenvalues[:, None] - held
        rates[self._rows] = 0.0
        pairs = np.tril(learned[:, None] + learned)
        rates[self._rows, : len(learned)] = 0.0 - pairs
        return rates

    @property
    def unstable_directions(self) -> tuple[Direction, ...]:
        """The directions with a positive rate, the fastest first; empty at a minimum.

        Of the unused columns, which all have the same rates, one is listed.
        """
        n_used = len(self.indices)
        rates = self.growth_rates[:, : n_used + 1]
        rows, columns = np.nonzero(rates > 0)
        order = np.argsort(-rates[rows, columns], kind="stable")
        forgotten: list[int | None] = [*self.indices, None]
        return tuple(
            Direction(int(a) + 1, forgotten[j], float(rates[a, j]))
            for a, j in zip(rows[order], columns[order], strict=True)
        )

    @property
    def escape_rate(self) -> float:
        """The largest rate, in the units of the eigenvalues; 0 at a minimum."""
        return max(float(self.growth_rates.max()), 0.0)

    @property
    def is_minimum(self) -> bool:
        """Whether no direction grows: X is then a solution, since every other point has one."""
        return self.escape_rate == 0

    def escape_steps(self, size: float, *, target: float, step_size: float) -> float:
        """How many steps a perturbation in the fastest direction needs to reach a size.

        ``ln(target/size) / ln(1 + ηρ)`` with ρ = `escape_rate`: first order, so a good
        account while the perturbation is small beside √λ, and a little short at its end.

        Parameters
        ----------
        size, target : float
            Lengths, in the units of X: where the perturbation starts (≥ 0) and ends (> 0).
        step_size : float
            The step size η > 0.

        Returns
        -------
        float
            0 if `size` is no smaller than `target`, else inf if it is 0 or at a minimum.

        Raises
        ------
        ValueError
            If a number is out of its range or not finite.

        Examples
        --------
        >>> saddle = StationaryPoint(Problem([1.0, 0.5, 0.3], rank=2), [1])
        >>> print(f"{saddle.escape_steps(1e-16, target=0.3, step_size=0.1):.0f}")
        730
        """
        start = real_number("size", size, zero_allowed=True, any_size=True)
        end, eta = real_number("target", target), real_number("step_size", step_size)
        return growth_steps(start, end, eta * self.escape_rate)

    @property
    def _rows(self) -> list[int]:
        """The indices, counted from 0."""
        return [i - 1 for i in self.indices]

    @property
    def _learned(self) -> FloatArray:
        """The eigenvalues that are learned, shape (len(indices),)."""
        return self.problem.eigenvalues[self._rows]


@typed
def stationary_distance(run: Record, indices: Iterable[int]) -> FloatArray:
    """``‖X_tX_tᵀ − Σ_I‖_F`` along a run, for a set I of leading indices.

    Parameters
    ----------
    run : Trajectory or mf.flow.Path
    indices : iterable of int
        The set I, counted from 1 as λ_1 is: different indices up to r with λ_i > 0. (Of
        later rows a run keeps no record.)

    Returns
    -------
    ndarray, shape (T + 1,)
        From the error by a subtraction: accurate to about ``1e-8 λ₁``.

    Raises
    ------
    ValueError
        If an index is not an integer from 1 to r, comes twice or belongs to λ_i = 0.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(200)
    >>> X0 = mf.gaussian_init(problem, scale=1e-4, seed=1)
    >>> run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=200)
    >>> print(f"{stationary_distance(run, [1]).min():.3f}")
    0.001
    """
    problem = run.problem
    learned = _index_set(problem, indices)
    if learned and learned[-1] > problem.rank:
        raise ValueError(f"indices must be at most the rank {problem.rank}, got {learned[-1]}")
    missing = [i for i in range(problem.rank) if i + 1 not in learned]
    values = problem.eigenvalues[missing]
    square = np.square(run.error) + run.signal[:, missing] @ (2 * values)
    return np.sqrt(np.maximum(square - values @ values, 0.0))


def _index_set(problem: Problem, indices: Iterable[int]) -> tuple[int, ...]:
    """The indices in increasing order, refused if they make no stationary point."""
    if not np.iterable(indices):
        raise ValueError(f"indices must be a sequence of integers, got {indices!r}")
    given = [integer("indices", i, 1, problem.dimension) for i in indices]
    chosen = sorted(set(given))
    if len(chosen) < len(given):
        raise ValueError(f"indices must be different, got {given}")
    if len(chosen) > problem.rank:
        raise ValueError(
            f"indices must be at most {problem.rank}, the rank, in number, got {len(chosen)}"
        )
    for i in chosen:
        if problem.eigenvalues[i - 1] == 0:
            raise ValueError(f"indices must have eigenvalues > 0, got {i} with eigenvalue 0")
    return tuple(chosen)
