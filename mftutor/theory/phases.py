"""The phase times of Section 4.2, as a run has them, beside the bounds on them.

The paper cuts a run into phases, row after row. A phase begins at step t_{init,k}; after T_{u_k}
more steps the signal of row k has passed Δ/2; after t* more its noise counts as small; and
after t_k* more row k + 1 counts as large beside that noise, so that its own phase begins.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mftutor._environment import printable
from mftutor._validation import FloatArray, typed
from mftutor.problem import Problem
from mftutor.regions import absorbing_region, benign_region
from mftutor.theory.bounds import lemma_8_bound, lemma_9_bound, log_decay, t_sharp, t_star
from mftutor.trajectory import Trajectory, first_for_good


@dataclass(frozen=True, eq=False)
class PhaseTimes:
    """The phase times of a run, made by `phase_times`; all are numbers of steps, r the rank.

    nan stands for what the run is too short to decide, and for what the paper does not define;
    inf for what, in exact arithmetic, never comes.

    Attributes
    ----------
    t_init : ndarray, shape (r,)
        t_{init,1}, the first step in S (13); and ``t_{init,k+1} = t_k + t_k*``.
    T_u : ndarray, shape (r,)
        T_{u_k}, the steps from t_{init,k} until ``σ₁²(u_k) ≥ Δ/2`` for the first time.
    t_k : ndarray, shape (r,)
        ``t_{init,k} + T_{u_k} + ⌈t*⌉``; often later than the end of the run.
    t_k_star : ndarray, shape (r,)
        t_k* of (15), the smallest integer ≥ 0 there; nan for k = r, where it is not defined.
    t_init_bound : float
        What Lemma 8 grants for t_{init,1}, its constants set to 1: `lemma_8_bound`.
    T_u_bound : ndarray, shape (r,)
        What Lemmas 9 and 11 grant for T_{u_k}, given the signal at t_{init,k}: `lemma_9_bound`.
    t_star : float
        t* of (14), not rounded.
    t_sharp : float
        t♯ of (14), not rounded.
    t_R : float
        ``t_{init,r} + T_{u_r} + ⌈t*⌉ + ⌈t♯⌉``, from which on item 5 of Theorem 6 grants that
        X_t is in R (10). (A negative t♯ counts as zero.)
    t_R_observed : float
        The first step from which X_t is in R for good, that is to the end of the run.
    hitting_times : ndarray, shape (r,)
        τ_k, the first step from which ``σ₁²(u_k) ≥ Δ/2`` for good; t_{init,k} plays no role.

    Notes
    -----
    The printed definitions use t* and t♯ as steps although they are no integers: ⌈·⌉ is meant.
    Assumptions 4 and 5 speak of t_k* for k ≤ r, but t_r* would need row r + 1 as a signal;
    with that it is ∞ for almost every start, since row r + 1 tends to zero: k < r is meant.
    """

    t_init: FloatArray
    T_u: FloatArray
    t_k: FloatArray
    t_k_star: FloatArray
    t_init_bound: float
    T_u_bound: FloatArray
    t_star: float
    t_sharp: float
    t_R: float
    t_R_observed: float
    hitting_times: FloatArray

    def __repr__(self) -> str:
        rows = {
            "t_init": self.t_init,
            "T_u": self.T_u,
            "  its bound": self.T_u_bound,
            "t_k": self.t_k,
            "t_k*": self.t_k_star,
            "τ_k": self.hitting_times,
        }
        lines = [_line("k", (str(k + 1) for k in range(len(self.T_u))))]
        lines += [_line(name, map(_shown, values)) for name, values in rows.items()]
        lines += [
            f"t* {_shown(self.t_star)}, t♯ {_shown(self.t_sharp)}",
            f"in S from step {_shown(self.t_init[0])} (bound {_shown(self.t_init_bound)})",
            f"in R from step {_shown(self.t_R_observed)} (item 5: {_shown(self.t_R)})",
        ]
        return printable("\n".join(lines))


@typed
def phase_times(problem: Problem, run: Trajectory) -> PhaseTimes:
    """Read the phase times of Section 4.2 off a run, and compute the bounds on them.

    Parameters
    ----------
    problem : Problem
        With Δ = ``min_eigengap`` positive.
    run : Trajectory
        A run of this problem, or of a compressed one: only the rank and the first r + 1
        eigenvalues must be the same. Its step size η must satisfy ``ηΔ < 6``.

    Returns
    -------
    PhaseTimes
        The run decides t_{init,1} if it reaches S; T_{u_k} and t_k if it has
        ``t_{init,k} + T_{u_k}`` steps; t_k* if it has ``t_k + t_k*``, at least the sum of
        ``t* + t♯`` and all that came before; and t_R with T_{u_r}. A row that is exactly zero
        stays zero, so that its times are inf from any length on. A run that diverged has no
        phases: all that is read off it is nan.

    Raises
    ------
    ValueError
        If the gap is zero, the run belongs to another problem, or its step size is too large.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.Problem([1.0, 0.5, 0.0], rank=2)
    >>> X0 = mf.gaussian_init(problem, scale=0.1, seed=0)
    >>> run = mf.gradient_descent(problem, X0, step_size=0.005, n_steps=27_000)
    >>> phase_times(problem, run)
    k                    1         2
    t_init               0    26,072
    T_u                808         0
      its bound     12,354         0
    t_k             19,419    44,683
    t_k*             6,653         –
    τ_k                808     1,250
    t* 18,611, t♯ 6,653
    in S from step 0 (bound 1,811)
    in R from step 1,037 (item 5: 51,336)
    """
    eta, r = run.step_size, problem.rank
    in_S = np.asarray(absorbing_region(problem, run).inside)
    in_R = np.asarray(benign_region(problem, run).inside)
    star, sharp = t_star(problem, step_size=eta), t_sharp(problem, step_size=eta)
    settled = run.diverged_at is None
    t_init, T_u, t_k, t_k_star, T_u_bound = np.full((5, r), np.nan)
    start = _first(in_S, 0) if settled else math.nan
    for k in range(r):
        t_init[k] = start
        T_u[k], T_u_bound[k] = _growth(problem, run, k, start)
        # A phase that never ends is the last one.
        t_k[k] = math.inf if math.isinf(start) else start + T_u[k] + math.ceil(star)
        if k < r - 1:
            t_k_star[k] = _transition(problem, run, k + 1, t_k[k])
            start = math.inf if math.isinf(t_k[k]) else t_k[k] + t_k_star[k]
    return PhaseTimes(
        t_init=t_init,
        T_u=T_u,
        t_k=t_k,
        t_k_star=t_k_star,
        t_init_bound=lemma_8_bound(problem, step_size=eta),
        T_u_bound=T_u_bound,
        t_star=star,
        t_sharp=sharp,
        t_R=float(t_k[-1]) + max(math.ceil(sharp), 0),
        t_R_observed=float(first_for_good(in_R & settled)),
        hitting_times=run.hitting_times(),
    )


def _growth(problem: Problem, run: Trajectory, row: int, start: float) -> tuple[float, float]:
    """T_u of row `row`, counted from 0, and the lemma's bound on it."""
    if not math.isfinite(start):
        return math.nan, math.nan
    steps = _first(run.signal[:, row] >= problem.min_eigengap / 2, start) - start
    if math.isnan(steps) and _vanishes(run, row):
        steps = math.inf
    if start > run.n_steps:
        return steps, math.nan
    signal = float(run.signal[int(start), row])
    return steps, lemma_9_bound(problem, signal, step_size=run.step_size)


def _transition(problem: Problem, run: Trajectory, row: int, start: float) -> float:
    """t_k* of (15): how long after `start` row `row`, counted from 0, is below the sequence."""
    if not math.isfinite(start):
        return math.nan
    gap, rows = problem.min_eigengap, run.top_rows[int(start) :, row]
    # In logarithms, and from hypot: after thousands of steps a power, and before its time a row,
    # may be too small to be squared.
    with np.errstate(divide="ignore"):
        sizes = np.log(np.minimum(np.hypot.reduce(rows, axis=1), math.sqrt(gap / 2)))
    decay = np.arange(len(rows)) * log_decay(problem, step_size=run.step_size)
    found = _first(math.log(problem.rank) + decay <= math.log(gap / 8) / 2 + sizes, 0)
    return math.inf if math.isnan(found) and _vanishes(run, row) else found


def _vanishes(run: Trajectory, row: int) -> bool:
    """Whether a row is zero at the end, and therefore for ever."""
    return not run.top_rows[-1, row].any()


def _first(holds: NDArray[np.bool_], start: float) -> float:
    """The first index from `start` on at which it holds; nan if there is none."""
    if not start < len(holds):  # also if nan
        return math.nan
    later = holds[int(start) :]
    return start + float(later.argmax()) if later.any() else math.nan


def _line(name: str, values: Iterable[str]) -> str:
    return f"{name:12}" + "".join(f"{value:>10}" for value in values)


def _shown(value: float) -> str:
    """A number of steps, rounded up as where it is used; a dash for nan."""
    if math.isnan(value):
        return "–"
    return "∞" if math.isinf(value) else f"{math.ceil(value):,}"
