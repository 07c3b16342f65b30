"""The two regions of the analysis: benign starts, and where every run ends up.

Both bound singular values of ``X = (U; J)``, U the first r rows; both follow, for a point and
along a run, from U and the Gram matrix ``JᵀJ`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mftutor._validation import FloatArray, random_generator, real_array, real_number, typed
from mftutor.problem import Problem
from mftutor.trajectory import Record, gram

# How far inside its faces a boundary point is put, in units of λ₁: more than rounding.
_SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class Membership:
    """Whether points are in a region, and by how much.

    Attributes
    ----------
    inside : bool or ndarray of bool, shape (T + 1,)
        One value for a point, one for each time along a run.
    values : dict of str to float or ndarray
        For each inequality of the region the squared singular value that it bounds. Floats
        for a point and shape (T + 1,) along a run; where the region has one inequality for
        each k ≤ r, shapes (r,) and (T + 1, r).
    margins : dict of str to float or ndarray
        The same keys and shapes: what is left until the inequality fails, in the units of the
        eigenvalues; positive inside, zero on that face, negative beyond it.
    """

    inside: bool | NDArray[np.bool_]
    values: dict[str, Any]
    margins: dict[str, Any]

    def __repr__(self) -> str:
        if isinstance(self.inside, np.ndarray):
            return f"Membership({self.inside.sum()} of {len(self.inside)} points inside)"
        shown = ", ".join(f"{name} {np.round(value, 4)}" for name, value in self.margins.items())
        return f"Membership({'inside' if self.inside else 'outside'}; margins: {shown})"


@typed
def benign_region(problem: Problem, X_or_run: ArrayLike | Record) -> Membership:
    """Say whether points are in the benign region R, equation (10).

    R asks for ``σ₁²(X) ≤ 2λ₁``, ``σ_r²(U) ≥ Δ/4`` and ``σ₁²(J) ≤ λ_r − Δ/2``, with the gap
    of Section 3, ``Δ = λ_r − λ_{r+1}``. It contains all global minima, and descent with a
    small enough step does not leave it (Theorem 2).

    Parameters
    ----------
    problem : Problem
        With ``eigengap_at_rank > 0``.
    X_or_run : array_like, shape (d, r), or Trajectory, or flow.Path
        A point, or a run of this problem. A run of a compressed problem will do as well:
        only the rank and the first r + 1 eigenvalues must be the same.

    Returns
    -------
    Membership
        With margins "norm", ``2λ₁ − σ₁²(X)``; "signal", ``σ_r²(U) − Δ/4``; and "noise",
        ``λ_r − Δ/2 − σ₁²(J)``. The ratio of the values "signal" and "noise" is the
        signal-to-noise ratio of Section 3.

    Raises
    ------
    ValueError
        If the gap is zero, the point has the wrong shape or is not finite, or the run
        belongs to another problem.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.3], rank=1)
    >>> benign_region(problem, [[1.0], [0.0], [0.0]])
    Membership(inside; margins: norm 1.0, signal 0.875, noise 0.75)
    >>> benign_region(problem, [[0.1], [0.0], [0.0]]).inside
    False
    """
    gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    largest, smallest = problem.eigenvalues[0], problem.eigenvalues[problem.rank - 1]
    U, noise_gram = _leading_part(problem, X_or_run)
    norm = _largest(U.transpose(0, 2, 1) @ U + noise_gram)
    signal = np.linalg.svdvals(U)[:, -1] ** 2
    noise = _largest(noise_gram)
    values = {"norm": norm, "signal": signal, "noise": noise}
    margins = {
        "norm": 2 * largest - norm,
        "signal": signal - gap / 4,
        "noise": smallest - gap / 2 - noise,
    }
    return _membership(values, margins, X_or_run)


@typed
def absorbing_region(problem: Problem, X_or_run: ArrayLike | Record) -> Membership:
    """Say whether points are in the absorbing region S, equation (13).

    S asks for ``σ₁²(X) ≤ 2λ₁`` and ``σ₁²(K_k) ≤ λ_k − 3Δ/4`` for all k ≤ r, K_k the rows
    after the k-th, with the gap of Section 4.2, ``Δ = min_{k ≤ r} (λ_k − λ_{k+1})``. Descent
    enters it from any start that is not too large, and stays (Lemma 8).

    Parameters
    ----------
    problem : Problem
        With ``min_eigengap > 0``.
    X_or_run : array_like, shape (d, r), or Trajectory, or flow.Path
        A point, or a run of this problem, perhaps compressed.

    Returns
    -------
    Membership
        With margins "norm", ``2λ₁ − σ₁²(X)``; and "noise", ``λ_k − 3Δ/4 − σ₁²(K_k)`` for
        each k, shape (r,) or (T + 1, r).

    Raises
    ------
    ValueError
        If the gap is zero, the point has the wrong shape or is not finite, or the run
        belongs to another problem.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.3], rank=2)
    >>> absorbing_region(problem, [[1.0, 0.0], [0.0, 0.5], [0.0, 0.5]])
    Membership(inside; margins: norm 1.0, noise [0.35 0.1 ])
    """
    gap = real_number("problem.min_eigengap", problem.min_eigengap)
    U, below = _leading_part(problem, X_or_run)
    noise = np.empty(U.shape[:2])
    for k in reversed(range(problem.rank)):
        noise[:, k] = _largest(below)  # the Gram matrix of K_k
        below = below + U[:, k, :, None] * U[:, k, None, :]
    norm, leading = _largest(below), problem.eigenvalues[: problem.rank]
    margins = {
        "norm": 2 * leading[0] - norm,
        "noise": leading - 3 * gap / 4 - noise,
    }
    return _membership({"norm": norm, "noise": noise}, margins, X_or_run)


@typed
def random_boundary_point(problem: Problem, *, seed: int | np.random.Generator) -> FloatArray:
    """Draw a point on the boundary of R: one, two or three of its inequalities are equalities.

    One face is chosen, and each other one with probability 1/2; what is not on its face is
    uniform between the faces. U has a random orientation, and the rows of J weights of very
    different sizes. With rank 1 the faces "norm" and "signal" do not meet.

    Parameters
    ----------
    problem : Problem
        With ``eigengap_at_rank > 0``.
    seed : int or numpy.random.Generator
        A fixed point for each int; a Generator is advanced.

    Returns
    -------
    ndarray, shape (d, r)
        In R, with a margin of about ``1e-12 λ₁`` at the chosen faces, so that rounding does
        not decide.

    Raises
    ------
    ValueError
        If the gap is zero, or `seed` is neither an int ≥ 0 nor a Generator.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.3], rank=2)
    >>> X = random_boundary_point(problem, seed=0)
    >>> smallest = min(benign_region(problem, X).margins.values())
    >>> bool(0 < smallest < 1e-11)
    True
    """
    gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    rng = random_generator(seed)
    d, r = problem.dimension, problem.rank
    on_face = rng.random(3) < 0.5
    on_face[rng.integers(3 if r < d else 2)] = True
    slack = _SLACK * problem.eigenvalues[0]
    norm_limit = 2 * problem.eigenvalues[0] - slack
    noise_limit = problem.eigenvalues[r - 1] - gap / 2 - slack
    noise = 0.0 if r == d else noise_limit * (1 if on_face[2] else rng.random())
    signal_limit = gap / 4 + slack
    signal = signal_limit if on_face[1] else rng.uniform(signal_limit, norm_limit - noise)
    norm = norm_limit if on_face[0] else rng.uniform(signal + noise, norm_limit)
    if r == 1 and on_face[0]:
        signal = norm - noise

    J = rng.standard_normal((d - r, r)) * rng.lognormal(0.0, 2.0, (d - r, 1))
    if r < d:
        J *= np.sqrt(noise) / np.linalg.norm(J, 2)
    # UᵀU = signal·I + c WWᵀ with W of rank r − 1 has the smallest eigenvalue wanted, and c is
    # the largest for which XᵀX = UᵀU + JᵀJ stays below norm·I.
    W = rng.standard_normal((r, r - 1))
    UtU = signal * np.eye(r)
    if r > 1:
        room = (norm - signal) * np.eye(r) - J.T @ J
        UtU += W @ W.T / np.linalg.norm(W.T @ np.linalg.solve(room, W), 2)
    orientation = np.linalg.qr(rng.standard_normal((r, r)))[0]
    return np.vstack([orientation @ np.linalg.cholesky(UtU).T, J])


def _leading_part(problem: Problem, X_or_run: ArrayLike | Record) -> tuple[FloatArray, FloatArray]:
    """Return U and JᵀJ of each point, both of shape (T + 1, r, r)."""
    d, r = problem.dimension, problem.rank
    if not isinstance(X_or_run, Record):
        X = real_array("X_or_run", X_or_run, (d, r))
        return X[None, :r], gram(X[None, r:].transpose(0, 2, 1))
    theirs = X_or_run.problem
    first = slice(r + 1)
    if theirs.rank != r or not np.array_equal(
        theirs.eigenvalues[first], problem.eigenvalues[first]
    ):
        raise ValueError(
            f"X_or_run must be a run with the rank and the first r + 1 eigenvalues of "
            f"{problem}, got a run of {theirs}"
        )
    return X_or_run.top_rows[:, :r], X_or_run.noise_gram


def _largest(matrices: FloatArray) -> FloatArray:
    """The largest eigenvalue of symmetric matrices, shape (T + 1, r, r)."""
    return np.asarray(np.linalg.eigvalsh(matrices)[:, -1], np.float64)


def _membership(
    values: dict[str, FloatArray],
    margins: dict[str, FloatArray],
    X_or_run: ArrayLike | Record,
) -> Membership:
    """Collect what has shape (T + 1,) or (T + 1, r), without the first axis for a point."""
    each = np.column_stack(list(margins.values()))
    inside = np.asarray((each >= 0).all(axis=1))
    if isinstance(X_or_run, Record):
        return Membership(inside, values, margins)
    of_point = (
        {name: float(array[0]) if array.ndim == 1 else array[0] for name, array in part.items()}
        for part in (values, margins)
    )
    return Membership(bool(inside[0]), *of_point)
