"""The law of the flow's hitting times from a Gaussian start, for all d and in the limit.

For ``X₀ = ϖN₀`` with entries ``N(0, 1/d)`` the columns of U₀⁻¹ are Gaussian in disguise: 1/‖v_k‖
is the distance of row k from the span of the other rows of U₀, so it is ``ϖ|g|/√d`` with g
standard normal; and given v_k, ``‖J₀v_k‖`` is ``ϖ‖v_k‖χ/√d`` with d − r degrees of freedom.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, real_array, real_number, typed
from mftutor.flow.times import signal_time
from mftutor.problem import Problem
from mftutor.trajectory import signal_threshold

_GRID = 256


@typed
def log_d_bound(
    problem: Problem, *, scale: float, failure: float, threshold: float | None = None
) -> FloatArray:
    """Return times T_k with ``P(τ_k ≤ T_k) ≥ 1 − failure``, for each k and every d.

    `mftutor.flow.time_bound` with ``‖v_k‖ ≤ √d/(ϖx)`` and
    ``‖J₀v_k‖ ≤ (√(d − r) + √(2 ln(2/failure)))/x``, where ``x = failure·√(π/8)``; each fails with
    a probability of at most half of `failure`. So T_k is O(log(d/failure)), with constants
    that depend on λ_k, λ_{r+1}, ϖ and the threshold alone.

    Parameters
    ----------
    problem : Problem
        With ``λ_r > λ_{r+1}``; the leading eigenvalues may be equal.
    scale : float
        The initialization scale ϖ > 0 of the start, `mftutor.gaussian_init`.
    failure : float
        A probability between 0 and 1, both excluded. For all k at once, give it divided by r.
    threshold : float, optional
        Positive; Δ/2 with Δ = `Problem.min_eigengap` unless given.

    Returns
    -------
    ndarray, shape (r,)
        Times of the flow; inf where the threshold is not below λ_k.

    Raises
    ------
    ValueError
        If ``λ_r = λ_{r+1}``, a number is outside its range, or the threshold is not given
        while `Problem.min_eigengap` is zero.

    Examples
    --------
    >>> import mftutor as mf
    >>> for dimension in [100, 10_000, 1_000_000]:
    ...     problem = mf.figure_1_problem(dimension)
    ...     print(log_d_bound(problem, scale=0.5, failure=0.1).round(1))
    [ 7.3 26. ]
    [10.4 36.5]
    [13.6 47.9]
    """
    level = signal_threshold(problem, threshold)
    gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    size, chance = real_number("scale", scale), real_number("failure", failure)
    if chance >= 1:
        raise ValueError(f"failure must be a number > 0 and < 1, got {failure!r}")
    d, r = problem.dimension, problem.rank
    x = chance * math.sqrt(math.pi / 8)
    log_v = math.log(d) - 2 * math.log(size) - 2 * math.log(x)
    radius = math.sqrt(d - r) + math.sqrt(2 * math.log(2 / chance))
    log_Jv = 2 * math.log(radius / x) if d > r else -math.inf
    leading = [float(value) for value in problem.eigenvalues[:r]]
    return np.array(
        [
            signal_time(log_v, log_Jv, 1 / level - 1 / lam, lam, leading[-1] - gap)
            if level < lam
            else math.inf
            for lam in leading
        ]
    )


@typed
def time_law(
    problem: Problem,
    k: int,
    *,
    scale: float,
    time: ArrayLike,
    threshold: float | None = None,
    dimension: float | None = None,
) -> FloatArray:
    """Return ``P(τ_k ≤ time)`` for the flow from a Gaussian start, in the limit of large d.

    The Gram matrix of the tail is then deterministic; rows before k have outgrown it by τ_k,
    so only what is orthogonal to them counts, of squared length ``ϖ²χ²/d`` with r − k + 1
    degrees of freedom; and rows after k do not count yet. There remains

        χ² ≥ (d/ϖ²) e^{−2λ_ks} (1 + ϖ²φ(s)) / (1/threshold − (1 − e^{−2λ_ks})/λ_k)

    with ``φ(s) = Σ_{i>r} (e^{2λ_is} − 1)/(dλ_i)``. "For good" asks for it at all later times.

    Parameters
    ----------
    problem : Problem
        With ``λ_1 > … > λ_{r+1}``.
    k : int
        Which time, from 1 to r.
    scale : float
        The initialization scale ϖ > 0 of the start, `mftutor.gaussian_init`.
    time : array_like, shape (n,)
        Times s ≥ 0 of the flow, in any order.
    threshold : float, optional
        Positive and below λ_k; Δ/2 with Δ = `Problem.min_eigengap` unless given.
    dimension : float, optional
        The d of the start, if not that of `problem`, whose tail then stands for the density of
        a larger one: any number, 10³⁰ as well.

    Returns
    -------
    ndarray, shape (n,)
        Probabilities.

    Raises
    ------
    ValueError
        If two of the first r + 1 eigenvalues are equal, k is not an integer from 1 to r, a
        number is outside its range, or `time` is not finite, negative or of another shape.

    Notes
    -----
    A limit, not a bound: at finite d the tail's Gram matrix fluctuates, relative to itself, by
    d^(−1/2), and the other rows are not quite there yet, or not quite gone.

    Examples
    --------
    >>> import mftutor as mf
    >>> time_law(mf.figure_1_problem(), 2, scale=0.5, time=[10.0, 15.0, 30.0]).round(3)
    array([0.011, 0.467, 0.98 ])
    """
    real_number("problem.min_eigengap", problem.min_eigengap)
    row = integer("k", k, 1, problem.rank)
    eigenvalue = float(problem.eigenvalues[row - 1])
    level, size = signal_threshold(problem, threshold), real_number("scale", scale)
    if level >= eigenvalue:
        raise ValueError(
            f"threshold must be a number below lambda_{row} = {eigenvalue:g}, got {level:g}"
        )
    times = real_array("time", time, ("n",))
    if times.size and times.min() < 0:
        raise ValueError(f"time must be >= 0, got {times.min():g}")
    d = (
        problem.dimension
        if dimension is None
        else real_number("dimension", dimension, any_size=True)
    )
    if d < problem.rank:
        raise ValueError(f"dimension must be at least the rank, {problem.rank}, got {dimension!r}")
    # From the last time of the grid on, what is needed only falls.
    grid = np.linspace(0, needed_falls_from(problem, row, level), _GRID)
    at = np.concatenate([times, grid])
    needed = d * needed_square(problem, row, level, scale=size, time=at)
    order = np.argsort(at)
    needed[order] = np.maximum.accumulate(needed[order][::-1])[::-1]
    return chi_square_survival(needed[: times.size], problem.rank - row + 1)


def needed_square(
    problem: Problem, k: int, level: float, *, scale: float, time: FloatArray
) -> FloatArray:
    """The χ²/d that puts signal k, from 1, at a level below λ_k at times s ≥ 0, shape (n,).

    It is ``(e^{−2λ_ks}/ϖ²)(1 + ϖ²φ(s))`` over the room ``1/level − (1 − e^{−2λ_ks})/λ_k``.
    """
    eigenvalue, tail = problem.eigenvalues[k - 1], problem.eigenvalues[problem.rank :]
    decay = np.exp(-2 * eigenvalue * time)
    noise = np.zeros_like(time)
    for i, s in enumerate(time):
        small = 2 * tail * s < 1e-20
        growth = np.exp(2 * (tail - eigenvalue) * s) * -np.expm1(-2 * tail * s)
        terms = np.where(small, 2 * s * decay[i], growth / np.where(small, 1.0, tail))
        noise[i] = terms.sum() / problem.dimension
    room = 1 / level - (1 - decay) / eigenvalue
    return (decay / scale**2 + noise) / room


def needed_falls_from(problem: Problem, k: int, level: float) -> float:
    """A time from which on `needed_square` falls, whatever the scale.

    φ'/φ is at most 2λ_{r+1}/(1 − e^{−2λ_{r+1}s}), and the room, multiplied by e^{2λs}, grows at
    the rate 2λρ/(ρ + e^{−2λs}/λ), ρ = 1/level − 1/λ: the first is below λ + λ_{r+1} and the
    second above from here on.
    """
    eigenvalue = float(problem.eigenvalues[k - 1])
    after = float(problem.eigenvalues[problem.rank]) if problem.rank < problem.dimension else 0.0
    share = after / eigenvalue
    slow = -math.log((1 - share) / (1 + share)) / (2 * after) if after > 0 else 1 / eigenvalue
    ratio = (1 / level - 1 / eigenvalue) * eigenvalue * (1 - share) / (1 + share)
    return max(slow, -math.log(ratio) / (2 * eigenvalue), 0.0)


def chi_square_survival(x: FloatArray, degrees: int) -> FloatArray:
    """``P(χ² ≥ x)`` at numbers x ≥ 0, shape (n,), for an integer number of degrees of freedom.

    With n degrees it is that with n − 2 plus ``(x/2)^{n/2−1} e^{−x/2} / Γ(n/2)``.

    Examples
    --------
    >>> chi_square_survival(np.array([0.0, 2.0]), 2).round(4)  # e^{−x/2}
    array([1.    , 0.3679])
    """
    half = x / 2
    odd = degrees % 2
    start = [math.erfc(math.sqrt(value)) for value in half] if odd else np.zeros_like(half)
    result = np.array(start, dtype=float)
    for n in range(1 if odd else 2, degrees + 1, 2):
        if n > 1:
            power = n / 2 - 1
            with np.errstate(divide="ignore"):
                logarithm = power * np.log(half) if power else np.zeros_like(half)
            result += np.exp(logarithm - half - math.lgamma(n / 2))
    return np.minimum(result, 1.0)
