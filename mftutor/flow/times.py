"""When each row of the exact flow arrives, and when it must have.

With U₀ invertible and P the upper left block of XXᵀ, the closed form reads

    P⁻¹ = Λ⁻¹ + e^{−Λs} (U₀⁻ᵀ (I + J₀ᵀF_JJ₀) U₀⁻¹ − Λ⁻¹) e^{−Λs} ,

so everything is decided by the columns of U₀⁻¹ and J₀U₀⁻¹. No two of the leading eigenvalues
need be different, and nothing is assumed of the time between them.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, real_number, typed
from mftutor.flow.closed_form import ClosedForm
from mftutor.problem import Problem
from mftutor.trajectory import signal_threshold

# Of a threshold, and of a time, a smaller part than this is rounding.
_TRUSTED = 1e-13
# So many steps back are usually enough.
_STEPS = 80
# Otherwise a search cuts each interval into so many pieces, so many of the latest at once, and
# takes thirty rounds or so; more if the signal stays near the level, but so many at most.
_PIECES, _AT_ONCE, _ROUNDS = 4, 16, 1000


@typed
def hitting_times(problem: Problem, X0: ArrayLike, threshold: float | None = None) -> FloatArray:
    """Return τ_k, the first time from which on ``signal_k ≥ threshold`` for good.

    Parameters
    ----------
    problem : Problem
        With ``λ_r > λ_{r+1}``.
    X0 : array_like, shape (d, r)
        The start of the flow.
    threshold : float, optional
        Positive; Δ/2 with Δ = `Problem.min_eigengap` unless given.

    Returns
    -------
    ndarray, shape (r,)
        Times of the flow, to about 1e-12 of themselves unless the signal is nearly flat there:
        multiply by 1/η for steps of descent. nan where the threshold is not below λ_k, and
        where row k of U₀ depends on the rows before it, so that the signal dies out. (Should
        such a row share its eigenvalue with one of those, it may live on, and nan says only
        that nothing is known.)

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, ``λ_r = λ_{r+1}``, `threshold` is not
        positive, or it is not given while `Problem.min_eigengap` is zero; and it may be
        refused where a signal rests or turns at the threshold so closely that rounding decides.

    Notes
    -----
    No crossing is overlooked. `time_bound` gives a time after which there is none; and as
    ``d signal/ds ≤ 2λ signal − 2 signal²``, a signal above the threshold has been so for at
    least the time that the logistic equation takes. Going back by that time again and again
    leads to the last crossing, from above. Near a plateau that would take too many steps.
    There the time that is left is cut into intervals, in each of which the closed form, with
    each exponential at its largest, gives a lower bound; intervals are cut again until the
    bound exceeds the threshold, or the signal is found below it.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=4000)
    >>> hitting_times(problem, mf.gaussian_init(problem, scale=0.5, seed=1)).round(2)
    array([ 4.85, 14.57])
    """
    level = signal_threshold(problem, threshold)
    real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    form = ClosedForm.of(problem, X0)
    starts = _guaranteed(problem, form, level)
    return np.array([_last_crossing(form, k, level, start) for k, start in enumerate(starts)])


@typed
def time_bound(problem: Problem, X0: ArrayLike, threshold: float | None = None) -> FloatArray:
    """Return times from which on ``signal_k ≥ threshold`` for certain.

    With v the k-th column of U₀⁻¹ and ``room = 1/threshold − 1/λ_k`` it is the larger of

        ln(2‖v‖²/room) / (2λ_k)  and  ln(2‖J₀v‖²/(μ room)) / (2(λ_k − μ)) ,

    and at least zero. Any μ from λ_{r+1} to λ_k is right; the better of λ_{r+1} and λ_k/2 is
    taken.

    Parameters
    ----------
    problem : Problem
        With ``λ_r > λ_{r+1}``.
    X0 : array_like, shape (d, r)
        The start of the flow.
    threshold : float, optional
        Positive; Δ/2 with Δ = `Problem.min_eigengap` unless given.

    Returns
    -------
    ndarray, shape (r,)
        Upper bounds on `hitting_times`; inf where that is nan.

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, ``λ_r = λ_{r+1}``, `threshold` is not
        positive, or it is not given while `Problem.min_eigengap` is zero.

    Notes
    -----
    A diagonal entry of a positive definite matrix is at least the reciprocal of that of its
    inverse, and F is largest for the largest eigenvalue of J's rows.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=4000)
    >>> time_bound(problem, mf.gaussian_init(problem, scale=0.5, seed=1)).round(2)
    array([ 6.59, 21.36])
    """
    level = signal_threshold(problem, threshold)
    real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    return _guaranteed(problem, ClosedForm.of(problem, X0), level)


@typed
def accuracy_bound(problem: Problem, X0: ArrayLike, accuracy: float) -> float:
    """Return a time from which on ``‖Σ_r − XXᵀ‖_F ≤ accuracy`` for certain.

    With ``a = e^{−(λ_r − λ_{r+1})s}‖J₀U₀⁻¹‖``, any μ from λ_{r+1} to λ_r, and as soon as
    ``2λ₁s ≥ ln 2``, the error is at most

        2λ₁√r (λ₁ e^{−2λ_rs} (1/σ_r²(U₀) + 1/λ_r) + √2 a + a² + (λ₁/μ) e^{−2(λ_r−μ)s}‖J₀U₀⁻¹‖²) ,

    and each of the four terms is at most a quarter of the accuracy from a logarithm on. The book
    proves it, as "The error of the flow" in its chapter "Solve it exactly".

    Parameters
    ----------
    problem : Problem
        With ``λ_r > λ_{r+1}``.
    X0 : array_like, shape (d, r)
        The start of the flow.
    accuracy : float
        The error ε > 0 to be reached.

    Returns
    -------
    float
        inf if U₀ is singular.

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, ``λ_r = λ_{r+1}``, or `accuracy` is not
        positive.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=4000)
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    >>> time = accuracy_bound(problem, X0, 0.01)
    >>> bool(mf.flow.solve(problem, X0, time).error[0] <= 0.01)
    True
    """
    epsilon = real_number("accuracy", accuracy)
    gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    r, form = problem.rank, ClosedForm.of(problem, X0)
    if not np.array_equal(form.pivots, np.arange(r)):
        return math.inf
    largest, smallest = problem.eigenvalues[0], float(problem.eigenvalues[r - 1])
    after = smallest - gap
    inverse = np.asarray(np.linalg.inv(form.columns[:r]), dtype=float)
    log_U, log_JU = 2 * _log_norm(inverse), 2 * _log_norm(form.columns[r:] @ inverse)
    quarter = math.log(epsilon / (8 * largest * math.sqrt(r)))
    return max(
        math.log(2) / (2 * largest),
        (np.logaddexp(log_U, -math.log(smallest)) + math.log(largest) - quarter) / (2 * smallest),
        (log_JU / 2 + math.log(2) / 2 - quarter) / gap,
        (log_JU - quarter) / (2 * gap),
        _noise_time(log_JU + math.log(largest) - quarter, smallest, after),
    )


def signal_time(log_v: float, log_Jv: float, room: float, eigenvalue: float, after: float) -> float:
    """The bound of `time_bound`, given the logarithms of ‖v‖² and ‖J₀v‖², λ_k and λ_{r+1}.

    Logarithms, since a row that is tiny beside others makes a v that cannot be squared.
    """
    half = math.log(room / 2)
    alone = (log_v - half) / (2 * eigenvalue)
    return max(0.0, alone, _noise_time(log_Jv - half, eigenvalue, after))


def _noise_time(log_size: float, eigenvalue: float, after: float) -> float:
    """When ``size · e^{−2(λ−μ)s}/μ`` has become 1, for the better of two μ ≥ λ_{r+1}."""
    if log_size == -math.inf:
        return -math.inf
    candidates = (mu for mu in (after, max(after, eigenvalue / 2)) if 0 < mu < eigenvalue)
    return min(
        ((log_size - math.log(mu)) / (2 * (eigenvalue - mu)) for mu in candidates), default=math.inf
    )


def _guaranteed(problem: Problem, form: ClosedForm, level: float) -> FloatArray:
    """`time_bound`, also where U₀ is singular.

    The pivots take the part of U then, and the other rows that of J.
    """
    lam, Z, pivots = form.eigenvalues, form.columns, form.pivots
    others = np.setdiff1d(np.arange(problem.dimension), pivots)
    bounds = np.full(problem.rank, math.inf)
    for j, pivot in enumerate(pivots):
        if pivot >= problem.rank or level >= lam[pivot]:
            continue
        # Column j of the inverse of a triangular matrix: zero before its j-th entry.
        v = np.linalg.solve(Z[pivots[j:], j:], np.eye(len(pivots) - j)[0])
        Jv = Z[others, j:] @ v
        after = float(lam[others][Jv != 0].max(initial=0.0))
        eigenvalue = float(lam[pivot])
        log_v, log_Jv = 2 * _log_norm(v[:, None]), 2 * _log_norm(Jv[:, None])
        bounds[pivot] = signal_time(log_v, log_Jv, 1 / level - 1 / eigenvalue, eigenvalue, after)
    return bounds


def _last_crossing(form: ClosedForm, k: int, level: float, time: float) -> float:
    """The last time that signal k was at the level, given a time after it.

    By steps back for as long as the logistic equation takes, as often as is usually enough;
    where the signal stays just above the level they are short, and the search takes over.
    """
    if time == math.inf:
        return math.nan
    eigenvalue = float(form.eigenvalues[k])
    goal = level / eigenvalue
    for _ in range(_STEPS):
        now = np.array([time])
        share = float(form.least_signal(k, now, now)[0]) / eigenvalue * (1 - _TRUSTED)
        if share >= 1:  # the signal is above λ_k, so it always was
            return 0.0
        odds = math.log(share / (1 - share)) - math.log(goal / (1 - goal))
        step = odds / (2 * eigenvalue)
        if step >= time:
            return 0.0
        time -= step
        if step <= _TRUSTED * time:
            return time
    return _searched(form, k, level * (1 - _TRUSTED), time)


def _searched(form: ClosedForm, k: int, level: float, time: float) -> float:
    """The last time before the given one, from which on signal k is above, that it was below.

    Time is cut into pieces; those in which the signal is above for certain are left out, and
    so is what comes before a time at which it is below.
    """
    start, end = np.zeros(1), np.array([time])
    for _ in range(_ROUNDS):
        if not start.size:
            return 0.0
        if end[-1] - start[-1] <= _TRUSTED * end[-1]:
            return float(end[-1])
        cuts = np.linspace(start[-_AT_ONCE:], end[-_AT_ONCE:], _PIECES + 1, axis=1)
        pieces = np.stack([cuts[:, :-1].ravel(), cuts[:, 1:].ravel()])
        under = np.flatnonzero(form.least_signal(k, pieces[0], pieces[0]) < level)
        if under.size:
            start, end = start[:0], end[:0]
            pieces = pieces[:, under[-1] :]
        undecided = pieces[:, form.least_signal(k, *pieces) < level]
        start = np.append(start[:-_AT_ONCE], undecided[0])
        end = np.append(end[:-_AT_ONCE], undecided[1])
    raise ValueError(
        f"threshold must not be where signal {k + 1} rests or turns, up to rounding, "
        f"got {level:g}, which it touches near s = {end[-1]:g}"
    )


def _log_norm(matrix: FloatArray) -> float:
    """The logarithm of the spectral norm; −inf for a matrix that is zero or empty."""
    size = float(np.linalg.norm(matrix, 2)) if matrix.size else 0.0
    return math.log(size) if size > 0 else -math.inf
