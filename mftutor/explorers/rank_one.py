"""The explorer of Section 2: signal and noise of a run with one column."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mftutor import figures
from mftutor._validation import FloatArray
from mftutor.explorers import constants
from mftutor.explorers.controls import Slider, TimeSlider
from mftutor.explorers.explorer import Explorer
from mftutor.explorers.trust import UNTRUSTED_STEPS, is_trusted, run_verdict, trust_data
from mftutor.problem import Problem
from mftutor.rank_one import RankOneSNR, rank_one_snr

N_STEPS = 500


class RankOneExplorer(Explorer):
    """Signal and noise in two dimensions, under one's hands.

    With d = 2 the noise has one direction only, so that (6) and the first half of (7) hold
    with equality while ``η‖x‖² ≤ 1``.

    Parameters
    ----------
    alpha_0 : float
        The signal α₀ at the start, from 0.001 to 20.
    beta_0 : float
        The noise β₀ at the start, from 0.001 to 20.
    largest_eigenvalue : float
        λ₁, from 0.5 to 10.
    fraction : float
        λ₂/λ₁, from 0 to 0.95.
    step_size : float
        The step size η, from 0.002 to 0.4.
    t : int
        The step looked at.

    Notes
    -----
    500 steps are computed, but only 24 for ``ηλ₁ > 0.9``: descent then overshoots, and
    slight changes of the start change the picture.
    """

    KIND = "rank_one"
    TITLE = "Explorer: signal and noise in two dimensions"

    alpha_0 = Slider(
        0.01, 0.001, 20.0, step=0.01, log=True, label="signal α₀", description="at the start"
    )
    beta_0 = Slider(
        0.9, 0.001, 20.0, step=0.01, log=True, label="noise β₀", description="at the start"
    )
    largest_eigenvalue = Slider(
        2.0, 0.5, 10.0, step=0.1, label="eigenvalue λ₁", description="the one to be learned"
    )
    fraction = Slider(0.5, 0.0, 0.95, step=0.01, label="λ₂ / λ₁", description="λ₂ as a part of λ₁")
    step_size = Slider(
        0.04, 0.002, 0.4, step=0.01, log=True, label="step size η", description="of descent"
    )
    t = TimeSlider(120, N_STEPS, label="step t", description="the step looked at")

    @property
    def problem(self) -> Problem:
        """The problem of the state, diag(λ₁, λ₂)."""
        eigenvalues = [self.largest_eigenvalue, self.fraction * self.largest_eigenvalue]
        return Problem(eigenvalues, rank=1)

    @property
    def trusted(self) -> bool:
        """Whether ``ηλ₁ ≤ 0.9``."""
        return is_trusted(self.step_size, self.largest_eigenvalue)

    @property
    def snr(self) -> RankOneSNR:
        """Signal, noise and bounds of the state's run."""
        return rank_one_snr(
            self.problem,
            [self.alpha_0, self.beta_0],
            step_size=self.step_size,
            n_steps=N_STEPS if self.trusted else UNTRUSTED_STEPS,
        )

    def table(self) -> dict[str, FloatArray]:
        """Return the columns t, alpha, beta, ratio and its bounds, each of shape (T + 1,)."""
        snr = self.snr
        return {
            "t": np.arange(snr.run.n_steps + 1.0),
            "alpha": snr.alpha,
            "beta": snr.beta,
            "ratio": snr.noise_to_signal,
            "sharp_bound": snr.sharp_bound,
            "bound": snr.bound,
        }

    def verdict(self) -> str:
        """Return "diverged at t", "not settled" or "computed"."""
        return run_verdict(self.snr.run.diverged_at, trusted=self.trusted)

    def page_data(self) -> dict[str, Any]:
        """How many steps are shown, from where on fewer, and the numbers of (7)."""
        return {"steps": N_STEPS, "constants": dict(constants.RANK_ONE), **trust_data()}

    def picture(self) -> Figure:
        """The path in the plane, and the ratio, at step t."""
        snr = self.snr
        return figures.rank_one_panels(snr, min(self.t, snr.run.n_steps))

    def alternative(self) -> str:
        """Say where signal and noise start and end, and where their ratio and its bound do."""
        snr = self.snr
        start = f"From signal {self.alpha_0:.3g} and noise {self.beta_0:.3g} gradient descent"
        if snr.run.diverged_at is not None:
            return f"{start} diverges at step {snr.run.diverged_at}: the norm grows for ever."
        return (
            f"{start} reaches signal {snr.alpha[-1]:.3g} and noise {snr.beta[-1]:.2g} after "
            f"{snr.run.n_steps} steps; noise / signal goes from {snr.noise_to_signal[0]:.3g} to "
            f"{snr.noise_to_signal[-1]:.2g}, and the bound (P7) to {snr.bound[-1]:.2g}."
        )
