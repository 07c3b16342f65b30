"""The exact gradient flow ``Ẋ = (Σ − XXᵀ)X``, descent in the limit of small steps.

With ``E = e^{τΣ}`` and ``F = (e^{2τΣ} − I)Σ⁻¹`` (which is 2τ where λ = 0),

    XXᵀ = E X₀ (I + X₀ᵀ F X₀)⁻¹ X₀ᵀ E .

So ``X = E X₀ M`` with any M that makes ``X₀M`` orthonormal in the inner product
``aᵀ(I + X₀ᵀFX₀)b``, and only the rotation of X from the right is left open. This flow is
Oja's (W.-Y. Yan, U. Helmke and J. B. Moore, *Global analysis of Oja's flow for neural
networks*, IEEE Transactions on Neural Networks 5, 1994).

Numbers stay of size one at all times. X₀ is first turned from the right until row 1 has one
entry, row 2 two, and so on; column j may then be divided by the growth ``e^{λ_j τ}`` of its
first entry, and nothing is left that grows. For the same reason nothing cancels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, real_array, real_number
from mftutor.problem import Problem
from mftutor.trajectory import Record, snapshot

# An entry that a rotation should have made zero is up to so many ε times r of its row.
_ROUNDINGS = 8


@dataclass(frozen=True, eq=False)
class FlowTrajectory(Record):
    """The gradient flow at some times, made by `exact_flow` or `flow_from_infinity`.

    In the shapes below n is the number of times and r the rank.

    Parameters
    ----------
    problem : Problem
        What is factorized.
    time : ndarray, shape (n,)
        The times τ, in units of 1/λ; step t of descent corresponds to ``τ = ηt``.
    top_rows : ndarray, shape (n, r + 1, r)
        The first r + 1 rows of X (the last one is zero when r = d).
    noise_gram : ndarray, shape (n, r, r)
        ``JᵀJ``, J the rows after the first r.
    tail_coupling : ndarray, shape (n, r)
        ``‖J u_kᵀ‖``.
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
        return f"FlowTrajectory({len(self.time)} times from {first:g} to {last:g}, {self.problem})"

    @property
    def UUt(self) -> FloatArray:
        """``UUᵀ``, the upper left block of ``XXᵀ``, shape (n, r, r)."""
        with np.errstate(over="ignore"):
            return self._U @ self._U.transpose(0, 2, 1)


def exact_flow(problem: Problem, X0: ArrayLike, time: ArrayLike) -> FlowTrajectory:
    """Solve ``Ẋ = (Σ − XXᵀ)X`` exactly.

    Parameters
    ----------
    problem : Problem
    X0 : array_like, shape (d, r)
        The start, of any size, at time 0.
    time : float or array_like, shape (n,)
        One or more times τ ≥ 0, not decreasing.

    Returns
    -------
    FlowTrajectory

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
    >>> flow = exact_flow(problem, X0, 0.1 * np.arange(301))
    >>> run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
    >>> bool(abs(flow.error - run.error).max() < 0.1)
    True
    """
    start = real_array("X0", X0, (problem.dimension, problem.rank))
    return _record(problem, start, _times(time, zero_allowed=True), 1.0)


def flow_from_infinity(problem: Problem, N0: ArrayLike, time: ArrayLike) -> FlowTrajectory:
    """Return the limit of the flow from ``ϖN₀`` as ϖ → ∞: it has come down from infinity.

    The identity in ``(I + X₀ᵀFX₀)⁻¹`` drops out, and ``XXᵀ = E N₀ (N₀ᵀFN₀)⁻¹ N₀ᵀ E`` is finite
    for τ > 0. It depends on the space of N₀'s columns alone.

    Parameters
    ----------
    problem : Problem
    N0 : array_like, shape (d, r)
        The direction of the start.
    time : float or array_like, shape (n,)
        One or more times τ > 0, not decreasing.

    Returns
    -------
    FlowTrajectory

    Raises
    ------
    ValueError
        If N0 has the wrong shape or is not finite, or `time` is empty, not positive, not
        finite or decreasing.

    Examples
    --------
    >>> import mftutor as mf
    >>> flow = flow_from_infinity(mf.Problem([1.0, 0.5], rank=1), [[3.0], [0.0]], 2.0)
    >>> flow.signal.round(4)  # 1 / (1 − e⁻⁴)
    array([[1.0187]])
    """
    direction = real_array("N0", N0, (problem.dimension, problem.rank))
    return _record(problem, direction, _times(time, zero_allowed=False), 0.0)


def _times(time: ArrayLike, *, zero_allowed: bool) -> FloatArray:
    """The times as an array, checked."""
    if isinstance(time, (int, float)) or np.ndim(time) == 0:
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


def _record(
    problem: Problem, start: FloatArray, times: FloatArray, identity: float
) -> FlowTrajectory:
    """The flow at all times; `identity` is 1, or 0 for the limit of large starts."""
    # In units of λ₁, and of the start where that is larger, so that nothing overflows.
    size = float(np.sqrt(problem.eigenvalues[0])) or 1.0
    unit = max(np.abs(start).max(), size) if identity else np.abs(start).max() or 1.0
    columns, rotation, pivots = _echelon(start / unit)
    points = []
    for time in times:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            basis = _basis(problem.eigenvalues, columns, pivots, identity * size / unit, time)
            X = size * basis @ rotation
            points.append(snapshot(X))
    top_rows, noise_gram, tail_coupling = (np.array(part) for part in zip(*points, strict=True))
    return FlowTrajectory(problem, times, top_rows, noise_gram, tail_coupling, X)


def _echelon(X: FloatArray) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """Turn X from the right to a form with zeros above the pivot of each column.

    Returns Z, shape (d, k), the rotation V, shape (k, r), with ``X = ZV``, and the row of the
    first entry, the pivot, of each of the k columns, in increasing order.
    """
    Z, r = X.copy(), X.shape[1]
    rotation, tolerance = np.eye(r), 0.0
    pivots: list[int] = []
    sizes = np.hypot.reduce(X, axis=1)  # which loses neither tiny nor huge numbers
    for j in range(r):
        rest = np.hypot.reduce(Z[:, j:], axis=1)
        # Zero but for the rounding of earlier rotations.
        vanishes = rest <= tolerance * sizes
        Z[vanishes, j:] = 0.0
        if vanishes.all():
            return Z[:, :j], rotation[:j], np.array(pivots, dtype=int)
        pivots.append(int(np.argmin(vanishes)))
        row = Z[pivots[-1], j:] / rest[pivots[-1]]
        if row[1:].any():
            mirror = row + np.copysign(np.eye(r - j)[0], row[0])
            mirror /= np.linalg.norm(mirror)
            Z[:, j:] -= 2 * np.outer(Z[:, j:] @ mirror, mirror)
            rotation[j:] -= 2 * np.outer(mirror, mirror @ rotation[j:])
            Z[pivots[-1], j + 1 :] = 0.0
            tolerance = _ROUNDINGS * r * np.finfo(float).eps
    return Z, rotation, np.array(pivots, dtype=int)


def _basis(
    eigenvalues: FloatArray, Z: FloatArray, pivots: np.ndarray, identity: float, time: float
) -> FloatArray:
    """``E Z M`` with ``Mᵀ(identity² + λ₁ZᵀFZ)M = I``, shape (d, k); λ₁ = 1 if it is zero."""
    leading, largest = eigenvalues[pivots], eigenvalues[0] or 1.0
    # Divided by e^{λ_j τ} in column j. Above the pivots, where this would grow, Z is zero.
    grown = Z * np.exp(np.minimum(eigenvalues[:, None] - leading, 0.0) * time)
    # F/E² = (1 − e^{−2λτ})/λ, which is 2τ for small λτ; a product of roots cannot overflow.
    exponent = 2 * eigenvalues * time
    small = exponent < 1e-20
    known = np.sqrt(-np.expm1(-exponent) / np.where(small, 1.0, eigenvalues / largest))
    root_F = np.where(small, np.sqrt(2 * largest) * np.sqrt(time), known)
    rows = np.concatenate([np.diag(identity * np.exp(-leading * time)), grown])
    weights = np.concatenate([np.ones(len(pivots)), root_F])[:, None]
    return _orthonormalized(rows, weights)[len(pivots) :]


def _orthonormalized(columns: FloatArray, weights: FloatArray) -> FloatArray:
    """Gram–Schmidt from the last column to the first, in an inner product with weights².

    From the last, since it starts furthest down: its zeros keep the large first entries of
    the other columns out of every sum. Twice, since once may leave columns that are nearly
    parallel not quite orthogonal.
    """
    columns = columns / np.abs(weights * columns).max(axis=0, initial=0.0)
    for _ in range(2):
        for j in reversed(range(columns.shape[1])):
            columns[:, j] /= np.linalg.norm(weights[:, 0] * columns[:, j])
            last = weights[:, 0] * columns[:, j]
            shares = last @ (weights * columns[:, :j])
            columns[:, :j] -= np.outer(columns[:, j], shares)
    return columns
