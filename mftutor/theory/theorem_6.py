"""Theorem 6 against a run: its hypotheses, and each of its seven items as the room it leaves.

The items are upper bounds on times, and promises from those times on. A `Margin` says where
a promise is tightest: positive room, none, or, where it is negative, a violation.

Geometric bounds fall below what rounding leaves of a run; they are compared only where they
are above `rounding_level`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mftutor._rounding import EPS, at_most
from mftutor._validation import FloatArray, integer, real_number, typed
from mftutor.problem import Problem
from mftutor.regions import absorbing_region, benign_region
from mftutor.theory.bounds import (
    log_decay,
    max_start_norm,
    max_step_size,
    theorem_2_bound,
    theorem_6_amplitude,
)
from mftutor.theory.margin import Margin, weakest, worst_margin
from mftutor.theory.phases import PhaseTimes, phase_times
from mftutor.trajectory import Trajectory, first_for_good


@dataclass(frozen=True)
class Hypotheses:
    """Which hypotheses of Theorem 6 a run satisfies; None where it is too short to tell.

    Attributes
    ----------
    step_size : bool
        ``η ≤ Δ/(100λ₁²)``.
    start_norm : bool
        ``σ₁(X₀) ≤ 1/√(3η)``.
    distinct_eigenvalues : bool
        ``λ_1 > … > λ_{r+1}``.
    first_row : bool or None
        ``u_1 ≠ 0`` at t_{init,1}. Theorem 6 does not say so; Lemmas 9 and 10, on which it
        rests, do.
    assumption_4 : bool or None
        ``t_k* < ∞`` for all k < r. (It is printed for k ≤ r, but t_r* is not defined.)
    theorem_2_step : bool
        ``η ≤ (λ_r − λ_{r+1})²/(36λ₁³)``. Items 6 and 7 rest on Theorem 2, which asks for it.
    """

    step_size: bool
    start_norm: bool
    distinct_eigenvalues: bool
    first_row: bool | None
    assumption_4: bool | None
    theorem_2_step: bool

    def cover(self, item: int) -> bool | None:
        """Whether an item of the theorem is promised for the run; None if undecided.

        Item 1 needs the first three hypotheses only (and a larger step size would do for it);
        item 7 is asymptotic, so that Assumption 5 cannot be checked on one run.

        Parameters
        ----------
        item : int
            From 1 to 7.

        Returns
        -------
        bool or None

        Raises
        ------
        ValueError
            If there is no such item.
        """
        integer("item", item, 1, 7)
        needed: list[bool | None]
        needed = [self.step_size, self.start_norm, self.distinct_eigenvalues]
        if item > 1:
            needed += [self.first_row, self.assumption_4]
        if item > 5:
            needed.append(self.theorem_2_step)
        if False in needed:
            return False
        return None if None in needed else True


class Theorem6:
    """Theorem 6, held against one run.

    Each item returns the least room that its inequalities leave, a `Margin` that is nan if the
    run is too short, or with its place: the step t, the number k of the row, from 0, both, or
    none for a number of steps.

    Parameters
    ----------
    problem : Problem
        Without a gap (λ_k = λ_{k+1} for a k ≤ r) only `hypotheses` has an answer.
    run : Trajectory
        A run of this problem, or of a compressed one: only the rank and the first r + 1
        eigenvalues must be the same. Its step size η must satisfy ``ηΔ < 6``.
    times : PhaseTimes, optional
        Those of this run, if they have been computed already.

    Raises
    ------
    ValueError
        Not here but from what is asked of it: if the gap is zero, the run belongs to another
        problem, or its step size is too large.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.Problem([1.0, 0.5, 0.0], rank=2)
    >>> X0 = mf.gaussian_init(problem, scale=0.1, seed=0)
    >>> run = mf.gradient_descent(problem, X0, step_size=0.002, n_steps=5000)
    >>> theorem = mf.theory.Theorem6(problem, run)
    >>> theorem.hypotheses().cover(1), theorem.hypotheses().cover(3)
    (True, None)
    >>> theorem.item_1().holds(), theorem.item_4()
    (True, Margin(nan))
    """

    @typed
    def __init__(self, problem: Problem, run: Trajectory, times: PhaseTimes | None = None) -> None:
        self.problem, self.run, self._given = problem, run, times

    @cached_property
    def times(self) -> PhaseTimes:
        """The phase times of the run."""
        return self._given or phase_times(self.problem, self.run)

    def hypotheses(self) -> Hypotheses:
        """Say which hypotheses hold for the run, those left unsaid included."""
        problem, run, eta = self.problem, self.run, self.run.step_size
        U, noise_gram = run.top_rows[0, : problem.rank], run.noise_gram[0]
        distinct = problem.min_eigengap > 0
        first_row = assumption_4 = None
        if distinct:
            entry, waits = self.times.t_init[0], self.times.t_k_star[:-1]
            if entry <= run.n_steps:
                first_row = bool(run.top_rows[int(entry), 0].any())
            if np.isinf(waits).any():
                assumption_4 = False
            elif np.isfinite(waits).all():
                assumption_4 = True
        start_norm = math.sqrt(float(np.linalg.norm(U.T @ U + noise_gram, 2)))
        has_gap = problem.eigengap_at_rank > 0
        return Hypotheses(
            step_size=distinct and bool(at_most(eta, max_step_size(problem, 6))),
            start_norm=bool(at_most(start_norm, max_start_norm(step_size=eta))),
            distinct_eigenvalues=distinct,
            first_row=first_row,
            assumption_4=assumption_4,
            theorem_2_step=has_gap and bool(at_most(eta, max_step_size(problem, 2))),
        )

    def item_1(self) -> Margin:
        """X_t enters S within `lemma_8_bound` steps, rounded up, and is in S ever after.

        The place is ``()`` for the number of steps, which the theorem states up to a constant
        factor; ``(t,)`` for ``σ₁²(X_t) ≤ 2λ₁``; ``(t, k)`` for the other walls of S.
        """
        walls, entry = absorbing_region(self.problem, self.run), self.times.t_init[0]
        values, margins = walls.values, walls.margins
        return weakest(
            _within(entry, math.ceil(self.times.t_init_bound), self.run.n_steps),
            *(
                worst_margin(_from(entry, values[name]), values[name] + margins[name])
                for name in ("norm", "noise")
            ),
        )

    def item_2(self) -> Margin:
        """T_{u_k} is at most `lemma_9_bound`, rounded up, for each k whose phase the run reaches.

        The place is ``(k,)``. That t_k and t_{init,k} are finite is not compared: `times` has
        them.
        """
        times, T = self.times, self.run.n_steps
        each = [
            _within(spent, math.ceil(bound) if math.isfinite(bound) else bound, T - start)
            for spent, bound, start in zip(times.T_u, times.T_u_bound, times.t_init, strict=True)
        ]
        return weakest(*(Margin(margin.value, (k,)) for k, margin in enumerate(each)))

    def item_3(self) -> Margin:
        """``σ₁²(u_k) ≥ Δ/2`` for all ``t ≥ t_{init,k} + T_{u_k}``. The place is ``(t, k)``."""
        signal = _from(self.times.t_init + self.times.T_u, self.run.signal)
        return worst_margin(self.problem.min_eigengap / 2, signal)

    def item_4(self) -> Margin:
        """For k < r and ``t ≥ t_k``: noises are below ``(1 − ηΔ/6)^{t − t_k}``, and (16) holds.

        (16) bounds ``|λ_k − σ₁²(u_k)|``. Both are compared where the bound is above
        `rounding_level`. The place is ``(t, k)``. For r = 1 there is nothing to compare: nan.
        """
        problem, run, leading = self.problem, self.run, self.problem.rank - 1
        since = np.arange(run.n_steps + 1.0)[:, None] - self.times.t_k[:leading]
        since = np.where(since >= 0, since, np.nan)
        residual = np.abs(problem.eigenvalues[:leading] - run.signal[:, :leading])
        amplitude = theorem_6_amplitude(problem, step_size=run.step_size)
        margins = []
        for smaller, factor, divisor in (
            (run.noise[:, :leading], 1.0, 6),
            (residual, amplitude, 8),
        ):
            rate = log_decay(problem, step_size=run.step_size, divisor=divisor)
            larger = factor * np.exp(since * rate)
            larger[larger < rounding_level(run)] = np.nan
            margins.append(worst_margin(smaller, larger))
        return weakest(*margins)

    def item_5(self) -> Margin:
        """X_t is in R for all ``t ≥ t_R``. The place is ``(t,)``.

        R is that of (10), with the gap of Section 3, although Δ stands for another one here.
        """
        walls = benign_region(self.problem, self.run)
        values = {name: _from(self.times.t_R, walls.values[name]) for name in walls.values}
        limits = {name: walls.values[name] + walls.margins[name] for name in ("norm", "noise")}
        return weakest(
            worst_margin(values["norm"], limits["norm"]),
            worst_margin(walls.values["signal"] - walls.margins["signal"], values["signal"]),
            worst_margin(values["noise"], limits["noise"]),
        )

    def item_6(self, accuracy: float) -> Margin:
        """The error is at most ε from step ``t_R + theorem_2_bound`` on, rounded up.

        The second term is stated up to a constant factor. It comes from Theorem 2, whose step
        size may be smaller than that of Theorem 6: see `hypotheses`.

        Parameters
        ----------
        accuracy : float
            ε > 0.

        Returns
        -------
        Margin
            Its place is ``(t,)``; nan also if ε is below `rounding_level`.

        Raises
        ------
        ValueError
            If `accuracy` is not positive.
        """
        if self._finer_than_rounding(accuracy):
            return Margin(math.nan)
        last = theorem_2_bound(self.problem, step_size=self.run.step_size, accuracy=accuracy)
        return worst_margin(_from(self.times.t_R + math.ceil(last), self.run.error), accuracy)

    def item_7(self, accuracy: float) -> Margin:
        """The error is at most ε for good after no more steps than all bounds together grant.

        Item 7 itself, ``O(log d + log(1/ε))``, is a statement about a sequence of problems, and
        no single run can contradict it. This is the inequality behind it: `lemma_8_bound`, for
        each row `lemma_9_bound` and ⌈t*⌉, for k < r the run's own t_k*, then ⌈t♯⌉ and
        `theorem_2_bound`. Of these only t_k* (by Assumption 5) and Lemma 9's log 1/σ₁²(u_k) may
        grow with d. That they grow like log d is assumed of the first; of the second, at the
        random start, it is true with high probability, and not always.

        Parameters
        ----------
        accuracy : float
            ε > 0.

        Returns
        -------
        Margin
            Its place is ``()``; nan also if ε is below `rounding_level`.

        Raises
        ------
        ValueError
            If `accuracy` is not positive.
        """
        if self._finer_than_rounding(accuracy):
            return Margin(math.nan)
        times, run = self.times, self.run
        reached = first_for_good(run.error <= accuracy) if run.diverged_at is None else math.nan
        granted = (
            times.t_init_bound
            + (times.T_u_bound + math.ceil(times.t_star)).sum()
            + times.t_k_star[:-1].sum()
            + max(math.ceil(times.t_sharp), 0)
            + theorem_2_bound(self.problem, step_size=run.step_size, accuracy=accuracy)
        )
        return _within(float(reached), granted, run.n_steps)

    def _finer_than_rounding(self, accuracy: float) -> bool:
        return real_number("accuracy", accuracy) < rounding_level(self.run)


def rounding_level(run: Trajectory) -> float:
    """Return how far rounding may keep signals, noises and errors from their limits.

    A step of d rows rounds ``XXᵀ`` by at most ``2(d + r + 4)ε‖X‖²``, ``‖X‖² ≤ 2rλ₁``; and with a
    contraction of ``1 − ηΔ/6`` a step, that of item 4, what all steps round adds up to ``6/(ηΔ)``
    times as much.

    Parameters
    ----------
    run : Trajectory
        Of a problem with Δ = ``min_eigengap`` positive.

    Returns
    -------
    float
        In the units of the eigenvalues.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=20)
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    >>> run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=10)
    >>> print(f"{rounding_level(run):.0e}")
    1e-11
    """
    problem = run.problem
    d, r = problem.dimension, problem.rank
    one_step = 2 * (d + r + 4) * EPS * 2 * r * float(problem.eigenvalues[0])
    return one_step * 6 / (run.step_size * problem.min_eigengap)


def _from(start: FloatArray | float, values: FloatArray) -> FloatArray:
    """The values from step `start` on, one for each column, and nan before."""
    steps = np.arange(float(len(values))).reshape(-1, *(1,) * (values.ndim - 1))
    return np.where(steps >= start, values, np.nan)


def _within(spent: float, granted: float, recorded: float) -> Margin:
    """The margin of a number of steps; nan if the record ends before it is known."""
    if math.isnan(spent) and recorded >= granted:
        spent = recorded + 1  # not reached, which is a violation already
    return worst_margin(spent, granted)
