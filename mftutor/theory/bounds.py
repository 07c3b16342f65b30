"""Step sizes and numbers of steps that the theorems guarantee: formulas, no runs.

Where the paper writes O(·), the factor that it leaves open is 1 here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, real_array, real_number, typed
from mftutor.problem import Problem
from mftutor.trajectory import signal_threshold


@typed
def max_step_size(problem: Problem, theorem: int) -> float:
    """Return the largest step size that a theorem of the paper allows.

    Theorem 2 asks for ``η ≤ Δ²/(36 λ₁³)`` with the gap of Section 3, ``Δ = λ_r − λ_{r+1}``;
    Theorem 6 for ``η ≤ Δ/(100 λ₁²)`` with that of Section 4.2, the smallest of the first r;
    and Lemmas 8 and 9, about S and the first row, for ``η ≤ 1/(12 λ₁)``.

    Parameters
    ----------
    problem : Problem
    theorem : int
        2, 6 or 8; the paper numbers theorems and lemmas together.

    Returns
    -------
    float
        In the units of 1/λ₁.

    Raises
    ------
    ValueError
        If `theorem` is none of these, the gap is zero, so that no step size is allowed, or,
        for 8, λ₁ is zero, so that each one is.

    Examples
    --------
    >>> problem = Problem([1.0, 0.9, 0.5], rank=2)
    >>> [round(max_step_size(problem, theorem), 6) for theorem in (2, 6, 8)]
    [0.004444, 0.001, 0.083333]
    """
    if not isinstance(theorem, (int, np.integer)) or theorem not in (2, 6, 8):
        raise ValueError(f"theorem must be the int 2, 6 or 8, got {theorem!r}")
    largest = float(problem.eigenvalues[0])
    if theorem == 8:
        return 1 / (12 * real_number("problem.eigenvalues[0]", largest))
    if theorem == 2:
        gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
        return gap**2 / (36 * largest**3)
    return _gap(problem) / (100 * largest**2)


@typed
def theorem_2_bound(problem: Problem, *, step_size: float, accuracy: float) -> float:
    """Return Theorem 2's number of steps from R to ``‖Σ_r − XXᵀ‖ ≤ ε``.

    It is ``6/(ηΔ) · ln(200 r λ₁³/(ηΔ²ε))``, with ``Δ = λ_r − λ_{r+1}``, and zero where the
    logarithm is negative. The theorem states it up to a constant factor, which is taken to
    be 1 here, and for small ε; it is a guarantee only for ``η ≤ max_step_size(problem, 2)``.

    Parameters
    ----------
    problem : Problem
    step_size : float
        The step size η > 0.
    accuracy : float
        The error ε > 0 to be reached, in the spectral norm.

    Returns
    -------
    float
        A number of steps, not rounded.

    Raises
    ------
    ValueError
        If the gap is zero, or a number is not positive.

    Notes
    -----
    In other units the number changes, though no run does: with eigenvalues c times as large,
    η c times as small and ε c times as large, the argument of the logarithm is multiplied
    by c. It is meant for ``λ₁`` of size one.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.3], rank=2)
    >>> step_size = max_step_size(problem, theorem=2)
    >>> round(theorem_2_bound(problem, step_size=step_size, accuracy=0.01))
    556683
    """
    gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    eta, epsilon = real_number("step_size", step_size), real_number("accuracy", accuracy)
    size = 200 * problem.rank * float(problem.eigenvalues[0]) ** 3
    return 6 / (eta * gap) * max(math.log(size) - math.log(eta * gap**2 * epsilon), 0.0)


def max_start_norm(*, step_size: float) -> float:
    """Return ``1/√(3η)``, the largest ``σ₁(X₀)`` that Lemma 8 and Theorem 6 allow.

    Parameters
    ----------
    step_size : float
        The step size η > 0.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If `step_size` is not positive.

    Examples
    --------
    >>> round(max_start_norm(step_size=0.1), 3)
    1.826
    """
    return 1 / math.sqrt(3 * real_number("step_size", step_size))


@typed
def lemma_8_bound(problem: Problem, *, step_size: float) -> float:
    """Return Lemma 8's number of steps to S, item 1 of Theorem 6.

    It is ``log(1/(6ηλ₁))/(ηλ₁) + log(8λ₁/Δ)/(ηΔ)``, with zero in place of the first logarithm
    where that is negative: two terms, each meant up to a constant factor. It needs
    ``η ≤ max_step_size(problem, 8)`` and a start within `max_start_norm`.

    Parameters
    ----------
    problem : Problem
        With Δ = ``min_eigengap`` positive.
    step_size : float
        The step size η > 0.

    Returns
    -------
    float
        A number of steps, not rounded.

    Raises
    ------
    ValueError
        If the gap is zero or `step_size` is not positive.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(lemma_8_bound(figure_1_problem(), step_size=0.002))
    11434
    """
    gap, eta = _gap(problem), real_number("step_size", step_size)
    largest = float(problem.eigenvalues[0])
    shrinking = max(math.log(1 / (6 * eta * largest)), 0.0)
    return shrinking / (eta * largest) + math.log(8 * largest / gap) / (eta * gap)


@typed
def lemma_9_bound(problem: Problem, signal: float, *, step_size: float) -> float:
    """Return in how many steps a signal grows to Δ/2, by Lemmas 9 and 11; item 2 of Theorem 6.

    It is ``4/(ηΔ) · log(Δ/(2σ²))`` for the signal ``σ² = σ₁²(u_k)`` at the step t_{init,k}, up
    to a constant factor. Once σ² exceeds Δ/2 the printed logarithm is negative, but then
    there is nothing to wait for: the bound is zero. For σ² = 0 it is inf.

    Parameters
    ----------
    problem : Problem
        With Δ = ``min_eigengap`` positive.
    signal : float
        σ² ≥ 0, in the units of the eigenvalues.
    step_size : float
        The step size η > 0.

    Returns
    -------
    float
        A number of steps, not rounded.

    Raises
    ------
    ValueError
        If the gap is zero, `signal` is negative or not finite, or `step_size` is not positive.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(lemma_9_bound(figure_1_problem(), 1e-4, step_size=0.002))
    69078
    """
    gap, eta = _gap(problem), real_number("step_size", step_size)
    start = real_number("signal", signal, zero_allowed=True, any_size=True)
    if start == 0:
        return math.inf
    return 4 / (eta * gap) * max(math.log(gap / 2) - math.log(start), 0.0)


@typed
def first_row_bound(problem: Problem, *, signal: float, norm: float, step_size: float) -> float:
    """Return in how many steps from a large start row 1 arrives, with every constant.

    It is ``7/(ηΔ) + ⌈log₊(max(1, ‖X₀‖²/λ₁) Δ/(2‖u₁‖²)) / (2 log(1 + ηΔ/4))⌉``: the first part
    until the rows below row 1 are small enough, the second for row 1 to grow. It is proved for
    ``η ≤ Δ/(12λ₁²)`` and a start within `max_start_norm`, which is not checked here.

    Parameters
    ----------
    problem : Problem
        With Δ = ``min_eigengap`` positive.
    signal : float
        The first signal ``‖u₁‖² ≥ 0`` of the start.
    norm : float
        Its largest singular value ``‖X₀‖ > 0``.
    step_size : float
        The step size η > 0.

    Returns
    -------
    float
        A number of steps, not rounded; inf if the signal is zero.

    Raises
    ------
    ValueError
        If the gap is zero, `signal` is negative or not finite, or `norm` or `step_size` is not
        positive.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(first_row_bound(figure_1_problem(), signal=1e-4, norm=0.5, step_size=0.002))
    52041
    """
    gap, eta = _gap(problem), real_number("step_size", step_size)
    start = real_number("signal", signal, zero_allowed=True, any_size=True)
    shrinks = 2 * math.log(real_number("norm", norm)) - math.log(problem.eigenvalues[0])
    if start == 0:
        return math.inf
    missing = math.log(gap / 2) - math.log(start) + max(shrinks, 0.0)
    growing = max(missing, 0.0) / (2 * math.log1p(eta * gap / 4))
    return 7 / (eta * gap) + math.ceil(growing)


@typed
def t_star(problem: Problem, *, step_size: float) -> float:
    """Return t* of (14): ``log(Δ²/(8λ₁³ + 144r²λ₁)) / log(1 − ηΔ/6)``.

    So long Theorem 6 waits after a signal has passed Δ/2, until its noise counts as small.

    Parameters
    ----------
    problem : Problem
    step_size : float
        The step size η > 0, with ``ηΔ < 6``.

    Returns
    -------
    float
        Positive and not rounded; where the paper uses it as a step, read the next integer.

    Raises
    ------
    ValueError
        If the gap is zero, or `step_size` is not positive or too large.

    Notes
    -----
    With eigenvalues c times as large and η c times as small each run is the same, but these
    numbers change: t* and t♯, (15), (16) and item 4 of Theorem 6 are meant for ``λ₁`` of size 1.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(t_star(figure_1_problem(), step_size=0.002))
    143827
    """
    return log_star(problem) / log_decay(problem, step_size=step_size)


def log_star(problem: Problem) -> float:
    """Return ``log(Δ²/(8λ₁³ + 144r²λ₁))``, how far noise over signal falls within t* of (14).

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the gap is zero.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(log_star(figure_1_problem()), 3)
    -9.589
    """
    gap, largest = _gap(problem), float(problem.eigenvalues[0])
    return 2 * math.log(gap) - math.log(8 * largest**3 + 144 * problem.rank**2 * largest)


@typed
def t_sharp(problem: Problem, *, step_size: float) -> float:
    """Return t♯ of (14): ``log(Δ/(4r)) / log(1 − ηΔ/6)``; negative if ``Δ > 4r``.

    No t_k* of (15) is smaller, whatever row k + 1 does: its right-hand side is at most Δ/4.
    It is meant for ``λ₁`` of size 1, as `t_star` is.

    Parameters
    ----------
    problem : Problem
    step_size : float
        The step size η > 0, with ``ηΔ < 6``.

    Returns
    -------
    float
        Not rounded.

    Raises
    ------
    ValueError
        If the gap is zero, or `step_size` is not positive or too large.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(t_sharp(figure_1_problem(), step_size=0.002))
    55331
    """
    target = math.log(_gap(problem) / (4 * problem.rank))
    return target / log_decay(problem, step_size=step_size)


def log_decay(problem: Problem, *, step_size: float, divisor: int = 6) -> float:
    """Return ``log(1 − ηΔ/6)``, the decay a step of (14), (15) and item 4; (16) has an 8.

    Parameters
    ----------
    problem : Problem
    step_size : float
        The step size η > 0, with ηΔ below the divisor.
    divisor : int, default 6

    Returns
    -------
    float
        Negative.

    Raises
    ------
    ValueError
        If the gap is zero, or `step_size` is not positive or too large.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(log_decay(figure_1_problem(), step_size=0.002), 8)
    -6.667e-05
    """
    gap, eta = _gap(problem), real_number("step_size", step_size)
    if eta * gap >= divisor:
        limit = f"{divisor}/Δ = {divisor / gap:.4g}"
        raise ValueError(f"step_size must be below {limit}, got {step_size!r}")
    return math.log1p(-eta * gap / divisor)


@typed
def theorem_6_amplitude(problem: Problem, *, step_size: float) -> float:
    """Return ``2λ₁ + 24r/(ηΔ)``, the factor in front of ``(1 − ηΔ/8)^{t − t_k}`` in (16).

    Parameters
    ----------
    problem : Problem
        With Δ = ``min_eigengap`` positive.
    step_size : float
        The step size η > 0.

    Returns
    -------
    float
        It is meant for ``λ₁`` of size 1, as `t_star` is.

    Raises
    ------
    ValueError
        If the gap is zero or `step_size` is not positive.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> round(theorem_6_amplitude(figure_1_problem(), step_size=0.002))
    120002
    """
    gap, eta = _gap(problem), real_number("step_size", step_size)
    return 2 * float(problem.eigenvalues[0]) + 24 * problem.rank / (eta * gap)


@typed
def hitting_time_lower_bound(
    problem: Problem, X0: ArrayLike, *, step_size: float, threshold: float | None = None
) -> FloatArray:
    """Return ``ln(√θ/‖u_k‖) / ln(1 + ηλ_k)``: before, no row k arrives from a moderate start.

    A step multiplies row k by ``(1 + ηλ_k)I − ηXᵀX``, whose norm is at most ``1 + ηλ_k`` while
    ``ησ₁²(X_t) ≤ 2 + 2ηλ_k``. For that ``ησ₁²(X0) ≤ 2`` and ``ηλ₁ ≤ √5 − 1`` are enough; and if
    ``λ_k ≥ λ₁/2``, it holds until a run diverges. None of this is checked here.

    Parameters
    ----------
    problem : Problem
    X0 : array_like, shape (d, r)
        The starting point, or any later one: the steps are counted from there.
    step_size : float
        The step size η > 0.
    threshold : float, optional
        The signal θ > 0 that counts as arrived; Δ/2 with Δ = ``min_eigengap`` unless given,
        as in `Trajectory.hitting_times`.

    Returns
    -------
    ndarray, shape (r,)
        Numbers of steps, not rounded: 0 for a row that is there, inf for one that is zero, or
        below the threshold with λ_k = 0.

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, a number is not positive, or no threshold
        is given while the gap is zero.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem()
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    >>> hitting_time_lower_bound(problem, X0, step_size=0.1).round()
    array([40., 70.])
    >>> mf.gradient_descent(problem, X0, step_size=0.1, n_steps=200).hitting_times()
    array([ 51., 148.])
    """
    X = real_array("X0", X0, (problem.dimension, problem.rank))
    eta, target = real_number("step_size", step_size), signal_threshold(problem, threshold)
    sizes = np.linalg.norm(X[: problem.rank], axis=1)
    rates = problem.eigenvalues[: problem.rank]
    pairs = zip(sizes, rates, strict=True)
    return np.array([growth_steps(size, math.sqrt(target), eta * rate) for size, rate in pairs])


def growth_steps(size: float, target: float, growth: float) -> float:
    """Return how many multiplications by 1 + growth lead from a size to a target.

    Parameters
    ----------
    size, target, growth : float
        Neither negative; the target positive.

    Returns
    -------
    float
        Not rounded: 0 if `size` is no smaller than `target`, else inf if it or `growth` is 0.

    Examples
    --------
    >>> round(growth_steps(1e-16, 0.3, 0.05))
    730
    """
    if size >= target:
        return 0.0
    if size == 0 or growth == 0:
        return math.inf
    return (math.log(target) - math.log(size)) / math.log1p(growth)


def _gap(problem: Problem) -> float:
    """The gap Δ of Section 4.2, refused if zero."""
    return real_number("problem.min_eigengap", problem.min_eigengap)
