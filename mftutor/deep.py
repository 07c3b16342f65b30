"""Deep linear factorization: gradient descent on ``W_L ⋯ W_1`` for a diagonal target.

The loss is ``½‖W_L ⋯ W_1 − Σ‖²_F``; the first paper leaves its large starts open (Section 6). Σ may
be taken diagonal, as rotations of the first and the last factor carry a run to a run. With L = 2
and ``W_1 = W_2ᵀ = Xᵀ`` a step is equation (9).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import (
    FloatArray,
    integer,
    random_generator,
    real_array,
    real_number,
    typed,
)
from mftutor.problem import Problem
from mftutor.trajectory import first_for_good

__all__ = ["Run", "balanced_half_time", "descend", "imbalance", "init"]
# Kept, as 200 nodes take longer than all that is done with them.
_gauss_legendre = cache(np.polynomial.legendre.leggauss)


@dataclass(frozen=True, eq=False)
class Run:
    """The record of one run, made by `descend`; ``P = W_L ⋯ W_1`` is the product.

    Attributes
    ----------
    problem : Problem
        What was factorized; its rank r is the narrowest width.
    step_size : float
        The step size η.
    loss : ndarray, shape (T + 1,)
        ``½‖P − Σ‖²_F``.
    error : ndarray, shape (T + 1,)
        ``‖P − Σ_r‖_F``, Σ_r the best approximation of rank r.
    signal : ndarray, shape (T + 1, r)
        ``P_kk``, k ≤ r, the part of the product along eigenvector k; it may be negative.
    factors : tuple of ndarray
        The last ``W_1, …, W_L``.
    diverged_at : int or None
        The first t at which the loss is not a finite number, a few steps after the norm has
        started to explode; the arrays end there.
    """

    problem: Problem
    step_size: float
    loss: FloatArray
    error: FloatArray
    signal: FloatArray
    factors: tuple[FloatArray, ...]
    diverged_at: int | None

    def __repr__(self) -> str:
        end = f", diverged at t = {self.diverged_at}" if self.diverged_at is not None else ""
        return (
            f"Run({self.n_steps} steps of size {self.step_size:g}, {self.depth} factors, "
            f"on {self.problem}{end})"
        )

    @property
    def n_steps(self) -> int:
        """The number of steps T recorded."""
        return len(self.loss) - 1

    @property
    def depth(self) -> int:
        """The number of factors L."""
        return len(self.factors)

    def hitting_times(self) -> FloatArray:
        """Half-times: the first t from which ``P_kk ≥ λ_k/2`` for good, shape (r,).

        Nan where it is below at the end, where λ_k = 0, and everywhere if the run diverged.
        """
        half = self.problem.eigenvalues[: self.problem.rank] / 2
        times = first_for_good(self.signal >= half)
        return np.where((half > 0) & (self.diverged_at is None), times, np.nan)


@typed
def init(
    problem: Problem, *, depth: int, scale: float, seed: int | np.random.Generator
) -> tuple[FloatArray, ...]:
    """Draw factors with independent entries ``N(0, α^{2/L}/d)``, whose product is of size α.

    All hidden layers have the width r, the rank of the problem: a bottleneck if r < d. The
    standard deviation is the same in all factors, so that the r×r ones in the middle of a
    bottleneck shrink the product by about ``√(r/d)`` each.

    Parameters
    ----------
    problem : Problem
        Its rank must be d if there is a single factor.
    depth : int
        The number of factors L ≥ 1.
    scale : float
        The initialization scale α ≥ 0.
    seed : int or numpy.random.Generator
        A fixed start for each int, drawn from W_1 to W_L; a Generator is advanced.

    Returns
    -------
    tuple of ndarray
        ``W_1, …, W_L``, of shapes (r, d), (r, r), …, (r, r), (d, r).

    Raises
    ------
    ValueError
        If `depth` is not an integer ≥ 1, or 1 where r < d, `scale` is negative or not finite, or
        `seed` is neither an int ≥ 0 nor a Generator.

    Examples
    --------
    >>> factors = init(Problem([1.0, 0.5, 0.2], rank=2), depth=3, scale=1e-3, seed=0)
    >>> [W.shape for W in factors]
    [(2, 3), (2, 2), (3, 2)]
    """
    d, rng = problem.dimension, random_generator(seed)
    layers = integer("depth", depth, 1 if problem.rank == d else 2)
    size = real_number("scale", scale, zero_allowed=True) ** (1 / layers) / np.sqrt(d)
    widths = [d, *[problem.rank] * (layers - 1), d]
    return tuple(
        size * rng.standard_normal((out, into))
        for into, out in zip(widths[:-1], widths[1:], strict=True)
    )


@typed
def descend(
    problem: Problem, factors: Sequence[ArrayLike], *, step_size: float, n_steps: int
) -> Run:
    """Run descent on all factors at once and record loss, error and signals.

    Parameters
    ----------
    problem : Problem
        Its rank must be the narrowest width among the factors.
    factors : sequence of array_like
        ``W_1, …, W_L``, at least one, with fitting shapes; d columns in W_1 and d rows in W_L.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    Run
        T + 1 points, or fewer if the run diverged: see `Run.diverged_at`.

    Raises
    ------
    ValueError
        If the factors do not fit each other or the problem or are not finite, `step_size` is
        not positive, or `n_steps` is not an integer ≥ 0.

    Notes
    -----
    A step takes about 3L products of matrices. If all hidden layers have one width r < d/2 these
    are ``O(L d r²)`` operations, and no d×d matrix is formed.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.0, 0.0], rank=4)
    >>> factors = init(problem, depth=3, scale=1e-3, seed=0)
    >>> run = descend(problem, factors, step_size=0.1, n_steps=1500)
    >>> bool(run.error[-1] < 1e-2)
    True
    """
    W = _checked(problem, factors)
    eta, n_points = real_number("step_size", step_size), integer("n_steps", n_steps, 0) + 1
    loss, error = np.empty(n_points), np.empty(n_points)
    signal = np.empty((n_points, problem.rank))
    diverged_at = None
    with np.errstate(over="ignore", invalid="ignore"):  # beyond the floats a run has diverged
        for t in range(n_points):
            before = _partial_products(W)
            loss[t], error[t], signal[t] = _observed(problem, W[-1], before)
            if not math.isfinite(loss[t]):
                loss[t] = error[t] = np.inf
                diverged_at = t
                break
            if t < n_points - 1:
                gradients = _gradients(problem, W, before)
                W = [w - eta * gradient for w, gradient in zip(W, gradients, strict=True)]
    kept = slice(t + 1)
    return Run(problem, eta, loss[kept], error[kept], signal[kept], tuple(W), diverged_at)


def _partial_products(W: Sequence[FloatArray]) -> list[FloatArray]:
    """What is to the right of each factor but the first: W_1, W_2W_1, …, W_{L−1} ⋯ W_1."""
    before = list(W[:1]) if len(W) > 1 else []
    for w in W[1:-1]:
        before.append(w @ before[-1])
    return before


def _observed(
    problem: Problem, last: FloatArray, before: Sequence[FloatArray]
) -> tuple[float, float, FloatArray]:
    """Loss, error and signals of the product P, ``last`` times the last of `before`.

    P is split after its first r rows and columns. Its last block NM, the noise, enters by
    ``‖NM‖²_F = ⟨NᵀN, MMᵀ⟩``; no difference of large numbers is taken, as that block of Σ is
    either zero or bounds the loss from below.
    """
    r, rest = problem.rank, problem.eigenvalues[problem.rank :]
    first = before[-1] if before else np.eye(problem.dimension)
    head, tail = last[:r] @ first, last[r:]
    off_target = head[:, :r] - np.diag(problem.eigenvalues[:r])
    blocks = off_target, head[:, r:], tail @ first[:, :r]
    squares = sum(float(np.vdot(block, block)) for block in blocks)
    noise = float(np.vdot(tail.T @ tail, first[:, r:] @ first[:, r:].T))
    overlap = float(np.vecdot(tail, first[:, r:].T) @ rest)
    error = math.sqrt(squares + max(noise, 0.0))
    missed = max(noise - 2 * overlap + float(rest @ rest), 0.0)
    return (squares + missed) / 2, error, np.diagonal(head[:, :r])


def _gradients(
    problem: Problem, W: Sequence[FloatArray], before: Sequence[FloatArray]
) -> list[FloatArray]:
    """The gradients ``(W_L ⋯ W_{l+1})ᵀ (P − Σ) (W_{l−1} ⋯ W_1)ᵀ`` for l = 1, …, L."""
    lam, last = problem.eigenvalues, W[-1]
    if not before:
        return [last - np.diag(lam)]
    first = before[-1]
    if 2 * last.shape[1] < problem.dimension:  # P − Σ is multiplied out, and never formed
        gradients = [last @ (first @ first.T) - lam[:, None] * first.T]
        behind = (last.T @ last) @ first - last.T * lam
    else:
        residual = last @ first - np.diag(lam)
        gradients = [residual @ first.T]
        behind = last.T @ residual
    for factor, right in zip(W[-2:0:-1], before[-2::-1], strict=True):
        gradients.append(behind @ right.T)
        behind = factor.T @ behind
    return [behind, *gradients[::-1]]


def imbalance(factors: Sequence[ArrayLike]) -> list[FloatArray]:
    """Return ``W_{l+1}ᵀW_{l+1} − W_lW_lᵀ`` for l = 1, …, L − 1.

    The gradient flow conserves them; a step of descent changes them by terms of order η² only,
    a run of given length ``η T`` by order η.

    Parameters
    ----------
    factors : sequence of array_like
        ``W_1, …, W_L``, at least one, with fitting shapes.

    Returns
    -------
    list of ndarray
        ``L − 1`` symmetric matrices, of the sizes of the hidden layers.

    Raises
    ------
    ValueError
        If the factors do not fit each other or are not finite.

    Examples
    --------
    >>> imbalance([np.array([[2.0]]), np.array([[3.0]])])
    [array([[5.]])]
    """
    W = _matching_factors(factors)
    pairs = zip(W[:-1], W[1:], strict=True)
    return [after.T @ after - before @ before.T for before, after in pairs]


def balanced_half_time(eigenvalue: float, start: float, *, depth: int, step_size: float) -> float:
    """The half-time of one mode of the flow from a balanced start, in steps of descent.

    If all factors share a mode's size, it obeys ``ds/dτ = L s^{2−2/L}(λ − s)`` (Saxe, McClelland
    & Ganguli 2014 for L = 2; Arora, Cohen & Hazan 2018), so that from a small start it waits for
    ``ln(λ/s₀)/(2λ)`` with two factors, and for about ``s₀^{−(1−2/L)}/((L − 2)λ)`` with more.

    Parameters
    ----------
    eigenvalue : float
        λ > 0.
    start : float
        s₀ > 0.
    depth : int
        L ≥ 1.
    step_size : float
        η > 0; flow time is divided by it.

    Returns
    -------
    float
        ``(1/η) ∫ ds / (L s^{2−2/L}(λ − s))`` from s₀ to λ/2; 0 if ``s₀ ≥ λ/2``.

    Raises
    ------
    ValueError
        If a number is not positive, or `depth` not an integer ≥ 1.

    Examples
    --------
    >>> round(balanced_half_time(1.0, 1e-4, depth=2, step_size=0.05), 2)
    92.1
    >>> round(balanced_half_time(1.0, 1e-4, depth=3, step_size=0.05), 1)
    413.9
    """
    lam, low = real_number("eigenvalue", eigenvalue), real_number("start", start, any_size=True)
    layers, eta = integer("depth", depth, 1), real_number("step_size", step_size)
    if low >= lam / 2:
        return 0.0
    # In the variable ln s, where the integrand is smooth, by Gauss and Legendre.
    nodes, weights = _gauss_legendre(200)
    ends = np.log(low), np.log(lam / 2)
    half_width = (ends[1] - ends[0]) / 2
    s = np.exp(ends[0] + half_width * (nodes + 1))
    speed = layers * s ** (1 - 2 / layers) * (lam - s)
    return float(half_width * (weights / speed).sum() / eta)


def _checked(problem: Problem, factors: Sequence[ArrayLike]) -> list[FloatArray]:
    """The factors as arrays that fit each other and the problem."""
    W = _matching_factors(factors)
    shapes = [w.shape for w in W]
    fits = shapes[0][1] == shapes[-1][0] == problem.dimension
    if not fits or min(shape[0] for shape in shapes) != problem.rank:
        d, r = problem.dimension, problem.rank
        raise ValueError(
            f"factors must be W_1, ..., W_L with a product of shape ({d}, {d}) and the smallest "
            f"width {r}, the rank of the problem, got shapes {shapes}"
        )
    return W


def _matching_factors(factors: Sequence[ArrayLike]) -> list[FloatArray]:
    """Return W_1, …, W_L as arrays, refusing what is not finite or cannot be multiplied."""
    if not np.iterable(factors):
        raise ValueError(f"factors must be a sequence of matrices, got {factors!r}")
    W = [real_array("factors", factor, ("rows", "columns")) for factor in factors]
    shapes = [w.shape for w in W]
    if not W or any(a[0] != b[1] for a, b in zip(shapes[:-1], shapes[1:], strict=True)):
        raise ValueError(f"factors must be W_1, ..., W_L with a product, got shapes {shapes}")
    return W
