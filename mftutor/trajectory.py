"""What a path X_0, X_1, … shows: error, signals, noises, times.

With ``X = (U; J)``, U the first r rows, everything follows from U, the Gram matrix JᵀJ and
the norms ``‖J u_kᵀ‖``; no array here has a side of length d but `Trajectory.X_final`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from mftutor._validation import FloatArray, integer, real_number
from mftutor.problem import Problem

# Up to as many columns, inner products one by one form the Gram matrix of many rows in about
# half of the time that a product takes.
_FEW_COLUMNS = 6


class Record:
    """What points X_0, X_1, … of a path show, be it descent or its flow.

    In the shapes below n is the number of recorded points and r the rank.

    Attributes
    ----------
    problem : Problem
        What is factorized.
    top_rows : ndarray, shape (n, r + 1, r)
        The first r + 1 rows of each point (the last one is zero when r = d).
    noise_gram : ndarray, shape (n, r, r)
        ``JᵀJ``, J the rows after the first r.
    tail_coupling : ndarray, shape (n, r)
        ``‖J u_kᵀ‖``. A separate record, because from `noise_gram` it would be lost below
        1e-8: a square root of a difference of numbers of size one.
    """

    problem: Problem
    top_rows: FloatArray
    noise_gram: FloatArray
    tail_coupling: FloatArray

    def __init_subclass__(cls) -> None:
        """Put these fields before those of an heir in its docstring, so that it is complete."""
        heading = "    Attributes\n    ----------\n"
        fields = (Record.__doc__ or "").partition(heading)[2].rstrip()
        cls.__doc__ = (cls.__doc__ or "").replace(heading, f"{heading}{fields}\n")

    @property
    def _U(self) -> FloatArray:
        """The first r rows of each point, shape (n, r, r)."""
        return self.top_rows[:, : self.problem.rank]

    @cached_property
    def error(self) -> FloatArray:
        """``‖Σ_r − XXᵀ‖_F``, shape (n,)."""
        return error_of(self.problem.eigenvalues, self._U, self.noise_gram)

    @cached_property
    def signal(self) -> FloatArray:
        """``σ₁²(u_k) = ‖u_k‖²``, u_k the k-th row, shape (n, r)."""
        return np.square(self._U).sum(axis=2)

    @cached_property
    def noise(self) -> FloatArray:
        """``σ₁(u_k K_kᵀ)``, K_k the rows after the k-th, shape (n, r); zero below 1e-162."""
        U = self._U
        among_top = np.triu(U @ U.transpose(0, 2, 1), k=1)
        return np.sqrt(np.square(among_top).sum(axis=2) + np.square(self.tail_coupling))

    @cached_property
    def snr(self) -> FloatArray:
        """`signal` / `noise`, shape (n, r): inf without noise, nan without either."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.signal / self.noise

    def top_block(self, t: int, size: int | None = None) -> FloatArray:
        """Return the top-left block of ``XXᵀ`` at one point, Figure 1's heat maps.

        Parameters
        ----------
        t : int
            The number of the point, from 0: for a run of descent, the step.
        size : int, optional
            The side of the block, from 1 to r + 1, which is the default.

        Returns
        -------
        ndarray, shape (size, size)

        Raises
        ------
        ValueError
            If `t` or `size` is outside its range.
        """
        largest = self.problem.rank + 1
        rows = self.top_rows[integer("t", t, 0, len(self.top_rows) - 1)]
        rows = rows[: integer("size", largest if size is None else size, 1, largest)]
        return rows @ rows.T


@dataclass(frozen=True, eq=False)
class Trajectory(Record):
    """The record of one run, made by `gradient_descent`: point t is X_t, and n = T + 1.

    Attributes
    ----------
    step_size : float
        The step size η.
    X_final : ndarray, shape (d, r)
        The last iterate.
    diverged_at : int or None
        The first t with ``ησ₁²(X_t) > 3 + ηλ₁``, from which on the norm at least doubles
        at every step; the arrays end with that point. None if there is none.
    """

    problem: Problem
    step_size: float
    top_rows: FloatArray
    noise_gram: FloatArray
    tail_coupling: FloatArray
    X_final: FloatArray
    diverged_at: int | None

    def __repr__(self) -> str:
        end = f", diverged at t = {self.diverged_at}" if self.diverged_at is not None else ""
        return f"Trajectory({self.n_steps} steps of size {self.step_size:g} on {self.problem}{end})"

    @property
    def n_steps(self) -> int:
        """The number of steps T recorded."""
        return len(self.top_rows) - 1

    def hitting_times(self, threshold: float | None = None) -> FloatArray:
        """τ_k, the first t from which ``signal_k ≥ threshold`` for good, shape (r,).

        Parameters
        ----------
        threshold : float, optional
            Positive; Δ/2 with Δ = `Problem.min_eigengap` unless given.

        Returns
        -------
        ndarray, shape (r,)
            Numbers of steps; nan where the signal is below the threshold at the end, and
            everywhere if the run diverged, since nothing is then reached for good.

        Raises
        ------
        ValueError
            If `threshold` is not positive, or not given while the gap is zero.
        """
        return self._reached_for_good(signal_threshold(self.problem, threshold))

    def learning_times(self, fraction: float = 0.9) -> FloatArray:
        """The first t from which ``signal_k ≥ fraction · λ_k`` for good, shape (r,).

        At `hitting_times` row k has come into sight; here eigenvector k has been learned.

        Parameters
        ----------
        fraction : float, default 0.9
            Positive and at most 1.

        Returns
        -------
        ndarray, shape (r,)
            Numbers of steps; nan as in `hitting_times`.

        Raises
        ------
        ValueError
            If `fraction` is not positive, or exceeds 1.

        Examples
        --------
        >>> import mftutor as mf
        >>> problem = mf.figure_1_problem(dimension=200)
        >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
        >>> run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
        >>> run.hitting_times(), run.learning_times()
        (array([30., 85.]), array([ 58., 153.]))
        """
        share = real_number("fraction", fraction)
        if share > 1:
            raise ValueError(f"fraction must be at most 1, got {share:g}")
        return self._reached_for_good(share * self.problem.eigenvalues[: self.problem.rank])

    def _reached_for_good(self, threshold: float | FloatArray) -> FloatArray:
        """The first t from which each signal is at or above its threshold, nan if none."""
        times = first_for_good(self.signal >= threshold)
        return times if self.diverged_at is None else np.full_like(times, np.nan)


def error_of(eigenvalues: FloatArray, U: FloatArray, noise_gram: FloatArray) -> FloatArray:
    """Return ``‖Σ_r − XXᵀ‖_F`` of n points, shape (n,), from U and JᵀJ, both (n, r, r).

    The square is ``‖Λ_r − UUᵀ‖² + 2⟨UᵀU, JᵀJ⟩ + ‖JᵀJ‖²``, three terms ≥ 0.
    """
    UT = U.transpose(0, 2, 1)
    on_top = np.diag(eigenvalues[: U.shape[-1]]) - U @ UT
    square = np.square(on_top) + 2 * (UT @ U) * noise_gram + np.square(noise_gram)
    # JᵀJ of a tiny J may round the term in the middle below zero.
    return np.sqrt(np.maximum(square.sum(axis=(1, 2)), 0.0))


class Recorder:
    """Takes the points of a run one by one, and makes a `Trajectory` of them.

    Parameters
    ----------
    problem : Problem
    step_size : float
    n_points : int
        How many points there may be.
    """

    def __init__(self, problem: Problem, step_size: float, n_points: int) -> None:
        r = problem.rank
        self._problem, self._step_size, self._n = problem, step_size, 0
        self._top_rows = np.empty((n_points, r + 1, r))
        self._noise_gram = np.empty((n_points, r, r))
        self._tail_coupling = np.empty((n_points, r))

    def add(self, XT: FloatArray) -> FloatArray:
        """Keep what there is to know of a point, given as Xᵀ, shape (r, d); return XᵀX."""
        n, r = self._n, len(XT)
        self._top_rows[n], self._noise_gram[n], self._tail_coupling[n] = observe(XT)
        self._n += 1
        # U apart, so that its roundings do not depend on how many rows there are below.
        return gram(XT[:, :r]) + self._noise_gram[n]

    def trajectory(self, X: FloatArray, *, diverged_at: int | None) -> Trajectory:
        """Return the record, given the last point and where the run diverged."""
        n = self._n
        kept = (self._top_rows[:n], self._noise_gram[:n], self._tail_coupling[:n])
        return Trajectory(self._problem, self._step_size, *kept, X, diverged_at)


def observe(XT: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return what a `Record` keeps, given Xᵀ of one point or many, shape (..., r, d).

    Returns
    -------
    top_rows : ndarray, shape (..., r + 1, r)
    noise_gram : ndarray, shape (..., r, r)
    tail_coupling : ndarray, shape (..., r)
    """
    r, d = XT.shape[-2:]
    X, JT = XT.swapaxes(-1, -2), XT[..., r:]
    top_rows = X[..., : r + 1, :]
    if d == r:
        top_rows = np.concatenate([X, np.zeros_like(X[..., :1, :])], axis=-2)
    UJT = X[..., :r, :] @ JT
    return top_rows, gram(JT), np.sqrt(np.vecdot(UJT, UJT))


def gram(XT: FloatArray) -> FloatArray:
    """Return ``XᵀX``, given Xᵀ, shape (..., r, d)."""
    if XT.shape[-2] <= _FEW_COLUMNS:
        return np.vecdot(XT[..., :, None, :], XT[..., None, :, :])
    return XT @ XT.swapaxes(-1, -2)


def signal_threshold(problem: Problem, threshold: float | None) -> float:
    """Return the threshold of τ_k: the given one, or Δ/2 with Δ = `Problem.min_eigengap`.

    Raises
    ------
    ValueError
        If `threshold` is not positive, or not given while the gap is zero.
    """
    if threshold is not None:
        return real_number("threshold", threshold)
    if problem.min_eigengap == 0:
        raise ValueError(
            "threshold must be given, as a number > 0: its default, half of "
            "min_eigengap, is 0 for this problem"
        )
    return problem.min_eigengap / 2


def first_for_good(holds: NDArray[np.bool_]) -> FloatArray:
    """Return the first t from which a statement holds up to the end, for each of some.

    Parameters
    ----------
    holds : ndarray of bool, shape (T + 1, ...)
        Whether each statement holds at each step.

    Returns
    -------
    ndarray, shape (...)
        Numbers of steps as floats; nan where it does not hold at the end.

    Examples
    --------
    >>> first_for_good(np.array([[True, False], [False, True], [True, False]]))
    array([ 2., nan])
    """
    fails = ~holds
    first = np.where(fails.any(axis=0), len(holds) - fails[::-1].argmax(axis=0), 0)
    return np.where(first < len(holds), first, np.nan)
