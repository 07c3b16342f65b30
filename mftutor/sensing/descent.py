"""Matrix sensing: gradient descent on measurements of ``UUᵀ``, and what a run shows.

The setting is that of Jin et al. (ICML 2023), the second paper: near-isotropic measurements, a
small start, and a factor of any width. It resembles their experiments; it does not reproduce
them, since their exact settings were not at hand: dimensions, spectra and step sizes are ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, real_array, real_number, typed
from mftutor.sensing.measurements import MAX_GIGABYTES
from mftutor.sensing.problem import Problem
from mftutor.sensing.symmetric import pack, unpack
from mftutor.trajectory import first_for_good


@dataclass(frozen=True, eq=False)
class Run:
    """The record of one run, made by `descend`.

    Attributes
    ----------
    problem : Problem
    step_size : float
        The step size η.
    loss : ndarray, shape (T + 1,)
        ``f(U_t)``.
    error : ndarray, shape (T + 1,)
        ``‖U_tU_tᵀ − Z*‖_F``, of all of the matrix and not of the measurements alone.
    signal : ndarray, shape (T + 1, r*)
        ``v_kᵀ U_tU_tᵀ v_k``, v_k the k-th eigenvector of Z*; its limit is λ_k if Z* is found.
    snapshots : ndarray, shape (n_snapshots, D)
        ``U_tU_tᵀ`` packed, at t = 0, stride, 2·stride, …, where it is finite. Empty unless
        asked for.
    stride : int
        The steps between snapshots.
    U_final : ndarray, shape (d, r̂)
        The last iterate.
    diverged_at : int or None
        The first t at which the loss or the error is not a finite number, a few steps after
        the norm has started to explode; the arrays end there.
    """

    problem: Problem
    step_size: float
    loss: FloatArray
    error: FloatArray
    signal: FloatArray
    snapshots: FloatArray
    stride: int
    U_final: FloatArray
    diverged_at: int | None

    def __repr__(self) -> str:
        end = f", diverged at t = {self.diverged_at}" if self.diverged_at is not None else ""
        return f"Run({self.n_steps} steps of size {self.step_size:g} on {self.problem}{end})"

    @property
    def n_steps(self) -> int:
        """The number of steps T recorded."""
        return len(self.loss) - 1

    @property
    def relative_error(self) -> FloatArray:
        """`error` divided by ``‖Z*‖_F``, shape (T + 1,); a ValueError if Z* = 0."""
        size = np.linalg.norm(self.problem.eigenvalues)
        if size == 0:
            raise ValueError("eigenvalues must not all be 0 for a relative error")
        return self.error / size

    @property
    def snapshot_times(self) -> np.ndarray:
        """The steps t of the snapshots, integers, shape (n_snapshots,)."""
        return self.stride * np.arange(len(self.snapshots))

    def hitting_times(self) -> FloatArray:
        """Half-times: the first t from which ``signal_k ≥ λ_k/2`` for good, shape (r*,).

        Nan where the signal is below at the end, where λ_k = 0, and everywhere if the run
        diverged.
        """
        half = self.problem.eigenvalues / 2
        times = first_for_good(self.signal >= half)
        return np.where((half > 0) & (self.diverged_at is None), times, np.nan)

    def singular_values(self, count: int) -> FloatArray:
        """The largest eigenvalues of the snapshots, in decreasing order.

        Parameters
        ----------
        count : int
            How many, from 1 to d.

        Returns
        -------
        ndarray, shape (n_snapshots, count)

        Raises
        ------
        ValueError
            If `count` is outside its range or there are no snapshots.
        """
        count = integer("count", count, 1, self.problem.dimension)
        return np.linalg.eigh(unpack(self._kept())).eigenvalues[:, ::-1][:, :count]

    def distances(self, matrices: Sequence[ArrayLike]) -> FloatArray:
        """``‖U_tU_tᵀ − Z‖_F`` at the snapshots, for each of some matrices Z.

        Parameters
        ----------
        matrices : sequence of array_like, each of shape (d, d)
            Symmetric.

        Returns
        -------
        ndarray, shape (n_snapshots, n_matrices)

        Raises
        ------
        ValueError
            If `matrices` is no sequence, one is not finite or has the wrong shape, or there
            are no snapshots.
        """
        d, points = self.problem.dimension, self._kept()
        if not np.iterable(matrices):
            raise ValueError(f"matrices must be a sequence of {d} x {d} matrices, got {matrices!r}")
        packed = [pack(real_array("matrices", matrix, (d, d))) for matrix in matrices]
        columns = [np.linalg.norm(points - each, axis=1) for each in packed]
        return np.array(columns).reshape(len(packed), len(points)).T

    def _kept(self) -> FloatArray:
        """The snapshots, refused if there are none."""
        if not len(self.snapshots):
            raise ValueError("stride must be given to descend for this, got None")
        return self.snapshots


@typed
def descend(
    problem: Problem,
    U0: ArrayLike,
    *,
    step_size: float,
    n_steps: int,
    stride: int | None = None,
) -> Run:
    """Run ``U ← U − η∇f(U)`` and record loss, error and signals.

    Parameters
    ----------
    problem : Problem
    U0 : array_like, shape (d, r̂)
        The starting point, with any number r̂ ≥ 1 of columns.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.
    stride : int, optional
        Keep ``U_tU_tᵀ`` every so many steps, in ``8 D (T/stride + 1)`` bytes.

    Returns
    -------
    Run
        T + 1 points, or fewer if the run diverged: see `Run.diverged_at`.

    Raises
    ------
    ValueError
        If U0 has the wrong shape or is not finite, `step_size` is not positive, `n_steps` is
        not an integer ≥ 0, or `stride` not one ≥ 1, or the snapshots would take over 4 GB.

    Examples
    --------
    >>> import mftutor as mf
    >>> measurements = mf.sensing.gaussian_measurements(30, 300, seed=0)
    >>> problem = mf.sensing.Problem(measurements, [1.0, 0.6, 0.3])
    >>> U0 = mf.sensing.init(problem, 30, scale=1e-6, seed=0)
    >>> run = descend(problem, U0, step_size=0.1, n_steps=1500)
    >>> run.hitting_times()
    array([130., 214., 454.])
    """
    U = real_array("U0", U0, (problem.dimension, "r"))
    if not U.size:
        raise ValueError(f"U0 must have at least one column, got shape {U.shape}")
    eta = real_number("step_size", step_size)
    n_points = integer("n_steps", n_steps, 0) + 1
    every = n_points if stride is None else integer("stride", stride, 1)
    n_kept = 0 if stride is None else -(-n_points // every)
    if 8e-9 * n_kept * problem.packed_truth.size > MAX_GIGABYTES:
        raise ValueError(
            f"stride must be so large that the snapshots fit in {MAX_GIGABYTES:g} GB, got {every}"
        )
    loss, error = np.empty(n_points), np.empty(n_points)
    signal = np.empty((n_points, problem.eigenvalues.size))
    snapshots = np.empty((n_kept, problem.packed_truth.size))
    diverged_at = None
    with np.errstate(over="ignore", invalid="ignore"):  # beyond the floats a run has diverged
        for t in range(n_points):
            residual, slope, loss[t] = problem.residual(U)
            error[t] = np.linalg.norm(residual)
            signal[t] = np.square(problem.eigenvectors.T @ U).sum(axis=1)
            if not (np.isfinite(loss[t]) and np.isfinite(error[t])):
                loss[t] = error[t] = np.inf
                diverged_at = t
                break
            if n_kept and t % every == 0:
                snapshots[t // every] = residual + problem.packed_truth
            if t < n_points - 1:
                U = U - eta * (slope @ U)
    kept, n_kept = slice(t + 1), min(n_kept, -(-(t + (diverged_at is None)) // every))
    recorded = loss[kept], error[kept], signal[kept], snapshots[:n_kept]
    return Run(problem, eta, *recorded, every, U, diverged_at)
