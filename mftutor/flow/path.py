"""The exact gradient flow ``Ẋ = (Σ − XXᵀ)X``, descent in the limit of small steps.

This is Oja's flow, which has a closed form at any scale: see W.-Y. Yan, U. Helmke and
J. B. Moore, *Global analysis of Oja's flow for neural networks*, IEEE Transactions on Neural
Networks 5 (1994). ``mftutor/flow/closed_form.py`` says how it is computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mftutor._environment import one_thread
from mftutor._validation import FloatArray, real_array, real_number, typed
from mftutor.flow.closed_form import ClosedForm
from mftutor.problem import Problem
from mftutor.trajectory import Record, Trajectory, observe

# Rows held at once for times that are computed together: more would leave the cache.
_ROWS_AT_ONCE = 2**14


@dataclass(frozen=True, eq=False)
class Path(Record):
    """The gradient flow at n times, made by `solve` or `from_infinity`.

    Attributes
    ----------
    time : ndarray, shape (n,)
        The times s, in units of 1/λ; step t of descent corresponds to ``s = ηt``.
    X_final : ndarray, shape (d, r)
        X at the last time.

    Notes
    -----
    X itself is determined up to a rotation from the right, which is another one at each time.
    `error`, `signal`, `noise`, `snr`, `UUt` and `top_block` do not depend on it.
    """

    problem: Problem
    time: FloatArray
    top_rows: FloatArray
    noise_gram: FloatArray
    tail_coupling: FloatArray
    X_final: FloatArray

    def __repr__(self) -> str:
        first, last = self.time[0], self.time[-1]
        return f"Path({len(self.time)} times from {first:g} to {last:g}, {self.problem})"

    @property
    def UUt(self) -> FloatArray:
        """``UUᵀ``, the upper left block of ``XXᵀ``, shape (n, r, r)."""
        return self._U @ self._U.transpose(0, 2, 1)


@typed
@one_thread
def solve(problem: Problem, X0: ArrayLike, time: ArrayLike) -> Path:
    """Solve ``Ẋ = (Σ − XXᵀ)X`` exactly.

    Parameters
    ----------
    problem : Problem
    X0 : array_like, shape (d, r)
        The start, of any size, at time 0.
    time : float or array_like, shape (n,)
        One or more times s ≥ 0, not decreasing.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, or `time` is empty, negative, not finite
        or decreasing.

    Notes
    -----
    Each time costs O(d r²) and is computed from X0 alone: no error accumulates. What comes
    out is the flow from a start whose rows are those of X0 up to a few roundings. That keeps
    zero rows zero and parallel rows parallel; and where fewer than r columns are independent
    up to rounding, as after `rank_one_init`, it keeps the rank.

    Examples
    --------
    >>> import numpy as np
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=4000)
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    >>> flow = solve(problem, X0, 0.1 * np.arange(301))
    >>> run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
    >>> bool(abs(flow.error - run.error).max() < 0.1)
    True
    """
    return _record(problem, ClosedForm.of(problem, X0), _times(time, zero_allowed=True))


@typed
@one_thread
def from_infinity(problem: Problem, N0: ArrayLike, time: ArrayLike) -> Path:
    """Return the limit of the flow from ``ϖN₀`` as ϖ → ∞: it has come down from infinity.

    The identity in ``(I + X₀ᵀFX₀)⁻¹`` drops out, and ``XXᵀ = E N₀ (N₀ᵀFN₀)⁻¹ N₀ᵀ E`` is finite
    for s > 0. It depends on the space of N₀'s columns alone.

    Parameters
    ----------
    problem : Problem
    N0 : array_like, shape (d, r)
        The direction of the start.
    time : float or array_like, shape (n,)
        One or more times s > 0, not decreasing.

    Returns
    -------
    Path

    Raises
    ------
    ValueError
        If N0 has the wrong shape or is not finite, or `time` is empty, not positive, not
        finite or decreasing.

    Examples
    --------
    >>> import mftutor as mf
    >>> flow = from_infinity(mf.Problem([1.0, 0.5], rank=1), [[3.0], [0.0]], 2.0)
    >>> flow.signal.round(4)  # 1 / (1 − e⁻⁴)
    array([[1.0187]])
    """
    form = ClosedForm.of(problem, N0, infinite=True)
    return _record(problem, form, _times(time, zero_allowed=False))


@typed
def distance(run: Trajectory, flow: Path) -> FloatArray:
    """Return ``‖U_tU_tᵀ − P_UU(s_t)‖_F``, how far descent is from the flow, point by point.

    Parameters
    ----------
    run : Trajectory
    flow : Path
        Of a problem with the same rank, at as many times as the run has points or more; the
        times after those are left out.

    Returns
    -------
    ndarray, shape (T + 1,)

    Raises
    ------
    ValueError
        If the ranks differ, or the flow has fewer points.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem, x0 = mf.Problem([1.0], rank=1), [[0.5]]
    >>> run = mf.gradient_descent(problem, x0, step_size=0.5, n_steps=2)
    >>> distance(run, solve(problem, x0, [0.0, 0.5, 1.0])).round(4)
    array([0.    , 0.0027, 0.0435])
    """
    (n_points, rank), (n_times, other) = run.signal.shape, flow.signal.shape
    if n_times < n_points or rank != other:
        raise ValueError(
            f"flow must have at least {n_points} points of rank {rank}, as the run has, "
            f"got {n_times} of rank {other}"
        )
    U = run.top_rows[:, :rank]
    return np.linalg.norm(U @ U.transpose(0, 2, 1) - flow.UUt[:n_points], axis=(1, 2))


def _times(time: ArrayLike, *, zero_allowed: bool) -> FloatArray:
    """The times as an array, checked."""
    if not np.iterable(time):
        return np.array([real_number("time", time, zero_allowed=zero_allowed)])
    times = real_array("time", time, ("n",))
    if times.size == 0:
        raise ValueError("time must hold at least one number, got none")
    real_number("time", times[0], zero_allowed=zero_allowed)
    falls = np.flatnonzero(np.diff(times) < 0)
    if falls.size:
        i = falls[0]
        raise ValueError(
            f"time must not decrease, got time[{i}] = {times[i]:g} before "
            f"time[{i + 1}] = {times[i + 1]:g}"
        )
    return times


def _record(problem: Problem, form: ClosedForm, times: FloatArray) -> Path:
    """What the flow shows at all times."""
    at_once = max(1, _ROWS_AT_ONCE // problem.dimension)
    points = []
    for i in range(0, len(times), at_once):
        X = form.columns_at(times[i : i + at_once]) @ form.rotation
        points.append(observe(X.transpose(0, 2, 1)))
    top_rows, noise_gram, tail_coupling = map(np.concatenate, zip(*points, strict=True))
    return Path(problem, times, top_rows, noise_gram, tail_coupling, X[-1].copy())
