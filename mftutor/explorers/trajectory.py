"""The explorer of Figure 1: one run of gradient descent under one's hands."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mftutor import figures
from mftutor._validation import FloatArray
from mftutor.descent import gradient_descent
from mftutor.explorers import starts
from mftutor.explorers.controls import Choice, Slider, TimeSlider
from mftutor.explorers.explorer import Explorer
from mftutor.explorers.trust import (
    UNTRUSTED_STEPS,
    is_trusted,
    run_verdict,
    steps_to,
    trust_data,
)
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem
from mftutor.trajectory import Trajectory


class TrajectoryExplorer(Explorer):
    """Figure 1 at d = 4000, under one's hands.

    Parameters
    ----------
    second_eigenvalue : float
        λ₂, from 0.4 to 0.95, between λ₁ = 1 and λ₃ = 0.3.
    scale : float
        The initialization scale ϖ, from 1e-8 to 10.
    step_size : float
        The step size η, from 0.01 to 4.
    seed : int
        The draw of the start, from 0 to 19.
    flow_time : int
        30 or 60: how far the picture reaches, in units of 1/η steps.
    t : int
        The step looked at.

    Notes
    -----
    For ``ηλ₁ > 0.9`` only the first 24 steps are computed, here and in the picture: descent
    then overshoots, and later steps depend on how numbers are rounded.
    """

    KIND = "trajectory"
    TITLE = "Explorer: gradient descent on Figure 1's problem"

    second_eigenvalue = Slider(
        0.5, 0.4, 0.95, step=0.01, label="eigenvalue λ₂", description="λ₁ is 1, λ₃ is 0.3"
    )
    scale = Slider(
        0.5, 1e-8, 10.0, step=0.01, log=True, label="scale ϖ", description="size of the start"
    )
    step_size = Slider(
        0.1, 0.01, 4.0, step=0.01, log=True, label="step size η", description="λ₁ is 1"
    )
    seed = Choice(1, list(range(starts.N_SEEDS)), label="seed", description="which random start")
    flow_time = Choice(30, [30, 60], label="steps shown × η", description="length of the picture")
    t = TimeSlider(140, 6000, label="step t", description="the step looked at")

    @property
    def problem(self) -> Problem:
        """The problem of the state, with all 4000 eigenvalues."""
        return starts.problem_with(self.second_eigenvalue)

    @property
    def X0(self) -> FloatArray:
        """The start of the state, shape (4000, 2)."""
        return gaussian_init(self.problem, scale=self.scale, seed=self.seed)

    @property
    def n_steps(self) -> int:
        """The number of steps T that the picture reaches."""
        wanted = steps_to(self.flow_time, self.step_size)
        return wanted if self.trusted else min(wanted, UNTRUSTED_STEPS)

    @property
    def trusted(self) -> bool:
        """Whether ``ηλ₁ ≤ 0.9``, where rounding does not change the picture."""
        return is_trusted(self.step_size, starts.LARGEST)

    @property
    def run(self) -> Trajectory:
        """The run of the state, computed from all 4000 rows."""
        return gradient_descent(
            self.problem, self.X0, step_size=self.step_size, n_steps=self.n_steps
        )

    @property
    def compressed_run(self) -> Trajectory:
        """The same run from the 35 rows that the page computes with."""
        problem, X0 = starts.compressed(self.second_eigenvalue, self.scale, self.seed)
        return gradient_descent(problem, X0, step_size=self.step_size, n_steps=self.n_steps)

    def table(self) -> dict[str, FloatArray]:
        """Return t, error, signals and noises of `compressed_run`, each of shape (T + 1,)."""
        return trajectory_table(self.compressed_run)

    def full_table(self) -> dict[str, FloatArray]:
        """Return the same columns from `run`, that is from all 4000 rows."""
        return trajectory_table(self.run)

    def scalars(self) -> dict[str, float | None]:
        """Return τ_1 and τ_2, and when eigenvectors 1 and 2 are learned; None where never."""
        run = self.compressed_run
        times = {"tau": run.hitting_times(), "learned": run.learning_times()}
        return {
            f"{name}_{k}": float(t) if t >= 0 else None
            for name, found in times.items()
            for k, t in enumerate(found, 1)
        }

    def verdict(self) -> str:
        """Return "diverged at t", "not settled" or "computed"."""
        return run_verdict(self.compressed_run.diverged_at, trusted=self.trusted)

    def page_data(self) -> dict[str, Any]:
        """The packed starts, and how far the computation is shown for large steps."""
        return {**starts.packed(), **trust_data()}

    def picture(self) -> Figure:
        """Error, signals and noises, and the heat map at step t."""
        run = self.compressed_run
        return figures.trajectory_panels(run, min(self.t, run.n_steps))

    def alternative(self) -> str:
        """Say where the error starts and ends, when rows arrive and eigenvectors are learned."""
        run = self.compressed_run
        if run.diverged_at is not None:
            return f"Gradient descent diverges at step {run.diverged_at}: the norm grows for ever."
        said = ", ".join(
            _said(k, *times)
            for k, times in enumerate(
                zip(run.hitting_times(), run.learning_times(), strict=True), 1
            )
        )
        return (
            f"Gradient descent with scale {self.scale:g} and step size {self.step_size:g}: the "
            f"error starts at {run.error[0]:.3g} and ends at {run.error[-1]:.2g} after "
            f"{run.n_steps} steps; {said}."
        )


def _said(k: int, arrival: float, learned: float) -> str:
    """Say when row k arrives and eigenvector k is learned, where they are not nan."""
    if np.isnan(arrival):
        return f"row {k} does not arrive"
    end = "is not learned" if np.isnan(learned) else f"is learned at step {learned:.0f}"
    return f"row {k} arrives at step {arrival:.0f} and eigenvector {k} {end}"


def trajectory_table(run: Trajectory) -> dict[str, FloatArray]:
    """Return the columns t, error, signal_k, noise_k of a run, each of shape (T + 1,)."""
    table = {"t": np.arange(run.n_steps + 1.0), "error": run.error}
    for k in range(run.problem.rank):
        table[f"signal_{k + 1}"] = run.signal[:, k]
    for k in range(run.problem.rank):
        table[f"noise_{k + 1}"] = run.noise[:, k]
    return table
