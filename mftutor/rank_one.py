"""Section 2 of the paper: with one column, two numbers tell the whole story.

Write x = (a, b), with a the entry along the leading eigenvector. The signal ``α = |a|`` and
the noise ``β = ‖b‖`` obey (5) and (6), and their ratio falls geometrically, (7).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from mftutor._rounding import at_most
from mftutor._validation import FloatArray, real_array, typed
from mftutor.descent import gradient_descent
from mftutor.problem import Problem
from mftutor.trajectory import Trajectory


@typed
@dataclass(frozen=True, eq=False)
class RankOneSNR:
    """Signal, noise and their ratio along a run with one column, made by `rank_one_snr`.

    In the shapes below T + 1 is the number of recorded points; Δ = λ₁ − λ₂, with λ₂ = 0 when
    d = 1. Lengths (`alpha`, `beta`) are in units of √λ₁, ratios and rates have none.

    Attributes
    ----------
    run : Trajectory
        A run with rank 1.
    """

    run: Trajectory

    def __repr__(self) -> str:
        return f"RankOneSNR({self.run!r})"

    @cached_property
    def alpha(self) -> FloatArray:
        """The signal ``α_t = |a_t|`` of (5), shape (T + 1,)."""
        return np.abs(self.run.top_rows[:, 0, 0])

    @cached_property
    def beta(self) -> FloatArray:
        """The noise ``β_t = ‖b_t‖`` of (6), shape (T + 1,); zero below 1e-162."""
        return np.sqrt(self.run.noise_gram[:, 0, 0])

    @cached_property
    def noise_to_signal(self) -> FloatArray:
        """``β_t/α_t``, shape (T + 1,): inf without signal, nan without either."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.beta / self.alpha

    @cached_property
    def squared_norm(self) -> FloatArray:
        """``‖x_t‖² = α_t² + β_t²``, shape (T + 1,)."""
        return np.square(self.alpha) + self.run.noise_gram[:, 0, 0]

    @cached_property
    def bound(self) -> FloatArray:
        """``(1 − ηΔ/3)ᵗ β₀/α₀``, what (7) allows after t steps, shape (T + 1,).

        Promised only if `hypotheses_hold` from t = 0 on. nan after the start if ηΔ > 3, where
        the rate would be negative.
        """
        rate = 1 - self._eta_gap / 3
        return self._geometric(rate if rate >= 0 else np.nan)

    @cached_property
    def sharp_bound(self) -> FloatArray:
        """``(1 − ηΔ/(1 + ηλ₁))ᵗ β₀/α₀``, shape (T + 1,), a bound that is hardly ever loose.

        Its rate is `exact_rate` at x = 0, where gradient descent is a power iteration and
        slowest. Under the hypotheses of (7) it is at most ``1 − (12/13)ηΔ``; and it needs
        less than they say: ``η‖x₀‖² ≤ 1`` and ``ηλ₁ ≤ 0.88``.
        """
        return self._geometric(1 - self._eta_gap / (1 + self._eta_largest))

    @cached_property
    def exact_rate(self) -> FloatArray:
        """``1 − ηΔ/(1 + ηλ₁ − η‖x_t‖²)``, the factor in the middle of (7), shape (T,).

        While ``η‖x_t‖² ≤ 1``, the ratio at t + 1 is at most this times the ratio at t, with
        equality if b has no part outside the eigenspace of λ₂, as for d = 2.
        """
        factor = 1 + self._eta_largest - self.run.step_size * self.squared_norm[:-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            return 1 - self._eta_gap / factor

    @cached_property
    def hypotheses_hold(self) -> np.ndarray:
        """Whether ``ηλ₁ ≤ 1/12`` and ``‖x_t‖² ≤ 2λ₁``, up to rounding; bool, shape (T + 1,).

        (7) then holds for the step from t to t + 1, and for all later ones, as the
        hypotheses, once met, are kept.
        """
        inside = at_most(self.squared_norm, 2 * float(self.run.problem.eigenvalues[0]))
        return np.asarray(inside & at_most(self._eta_largest, 1 / 12))

    @property
    def hypotheses_hold_from(self) -> float:
        """The first t from which on `hypotheses_hold`, as a float; nan if there is none."""
        fails = np.flatnonzero(~self.hypotheses_hold)
        first = fails[-1] + 1 if fails.size else 0
        return float(first) if first < len(self.alpha) else np.nan

    @property
    def _eta_gap(self) -> float:
        """ηΔ."""
        return self.run.step_size * self.run.problem.eigengap_at_rank

    @property
    def _eta_largest(self) -> float:
        """ηλ₁."""
        return self.run.step_size * float(self.run.problem.eigenvalues[0])

    def _geometric(self, rate: float) -> FloatArray:
        """β₀/α₀ times the powers of `rate`, shape (T + 1,)."""
        start, times = self.noise_to_signal[0], np.arange(len(self.alpha))
        return start * rate**times if np.isfinite(start) else np.full(times.shape, start)


@typed
def rank_one_snr(problem: Problem, x0: ArrayLike, *, step_size: float, n_steps: int) -> RankOneSNR:
    """Run gradient descent on one column, equation (2), and follow the signal and the noise.

    Parameters
    ----------
    problem : Problem
        Of rank 1. Its gap λ₁ − λ₂ may be zero: then nothing forces the ratio to fall, and
        the bounds stay at β₀/α₀.
    x0 : array_like, shape (d,) or (d, 1)
        The starting point. If its first entry is zero, the ratio and its bounds are inf at
        all times (nan if all entries are): the signal never appears.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    RankOneSNR
        T + 1 points, or fewer if the run diverged: see `Trajectory.diverged_at`.

    Raises
    ------
    ValueError
        If `problem` has another rank, x0 has the wrong shape or is not finite, `step_size` is
        not positive, or `n_steps` is not an integer ≥ 0.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.Problem([2.0, 1.0, 0.5, 0.1], rank=1)
    >>> snr = rank_one_snr(problem, [0.01, 0.5, 0.5, 0.5], step_size=1 / 24, n_steps=500)
    >>> snr.hypotheses_hold_from
    0.0
    >>> bool((snr.noise_to_signal <= snr.bound).all())
    True
    >>> int((snr.noise_to_signal < 1e-6).argmax())
    422
    """
    if problem.rank != 1:
        raise ValueError(f"problem must have rank 1, got rank {problem.rank}")
    X0 = _column(x0, problem.dimension)
    return RankOneSNR(gradient_descent(problem, X0, step_size=step_size, n_steps=n_steps))


def _column(x0: ArrayLike, dimension: int) -> FloatArray:
    """The vector x0 as a matrix with one column."""
    try:
        is_column = np.ndim(x0) == 2
    except ValueError:  # ragged nested lists: refused below
        is_column = False
    shape = (dimension, 1) if is_column else (dimension,)
    return real_array("x0", x0, shape).reshape(dimension, 1)
