"""Which hypotheses of Theorem 6 a run satisfies, those that the paper leaves unsaid included."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from mftutor.phases import PhaseTimes, phase_times
from mftutor.problem import Problem
from mftutor.theorems import max_start_norm, max_step_size
from mftutor.trajectory import Trajectory

# What lies on the boundary of a hypothesis satisfies it, however it was rounded.
_ROUNDING = 1 + 8 * float(np.finfo(float).eps)


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
        """Whether an item of the theorem, 1 to 7, is promised for the run; None if undecided.

        Item 1 needs the first three hypotheses only (and a larger step size would do for it);
        item 7 is asymptotic, so that Assumption 5 cannot be checked on one run.
        """
        needed: list[bool | None]
        needed = [self.step_size, self.start_norm, self.distinct_eigenvalues]
        if item > 1:
            needed += [self.first_row, self.assumption_4]
        if item > 5:
            needed.append(self.theorem_2_step)
        if False in needed:
            return False
        return None if None in needed else True


def theorem_6_hypotheses(
    problem: Problem, run: Trajectory, times: PhaseTimes | None = None
) -> Hypotheses:
    """Say which hypotheses of Theorem 6 hold for a run, those left unsaid included.

    Parameters
    ----------
    problem : Problem
        Its gaps may be zero: then `distinct_eigenvalues` is false.
    run : Trajectory
        A run of this problem, or of a compressed one, as for `phase_times`.
    times : PhaseTimes, optional
        Those of this run, if they have been computed already.

    Returns
    -------
    Hypotheses

    Raises
    ------
    ValueError
        As `phase_times` does, but for a zero gap.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=50)
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    >>> run = mf.gradient_descent(problem, X0, step_size=0.002, n_steps=100)
    >>> found = theorem_6_hypotheses(problem, run)
    >>> found.step_size, found.theorem_2_step, found.assumption_4
    (True, False, None)
    """
    eta, U, noise_gram = run.step_size, run.top_rows[0, : problem.rank], run.noise_gram[0]
    distinct = problem.min_eigengap > 0
    first_row = assumption_4 = None
    if distinct:
        times = times or phase_times(problem, run)
        if times.t_init[0] <= run.n_steps:
            first_row = bool(run.top_rows[int(times.t_init[0]), 0].any())
        waits = times.t_k_star[:-1]
        if np.isinf(waits).any():
            assumption_4 = False
        elif np.isfinite(waits).all():
            assumption_4 = True
    start_norm = math.sqrt(float(np.linalg.norm(U.T @ U + noise_gram, 2)))
    return Hypotheses(
        step_size=distinct and eta <= max_step_size(problem, 6) * _ROUNDING,
        start_norm=start_norm <= max_start_norm(step_size=eta) * _ROUNDING,
        distinct_eigenvalues=distinct,
        first_row=first_row,
        assumption_4=assumption_4,
        theorem_2_step=problem.eigengap_at_rank > 0
        and eta <= max_step_size(problem, 2) * _ROUNDING,
    )
