"""The explorer of the exact flow: descent and its flow from one start."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import mftutor as mf
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


class FlowExplorer(Explorer):
    """Gradient descent beside the exact flow on Figure 1's problem, at d = 4000.

    Parameters
    ----------
    second_eigenvalue : float
        λ₂, from 0.4 to 0.95, between λ₁ = 1 and λ₃ = 0.3.
    scale : float
        The initialization scale ϖ, from 1e-8 to 10.
    step_size : float
        The step size η of descent, from 0.01 to 4; the flow has none.
    seed : int
        The draw of the start, from 0 to 19.
    flow_time : int
        30 or 60: how far the picture reaches, in units of 1/η steps.
    t : int
        The step looked at; the flow is at the time ηt then.

    Notes
    -----
    For ``ηλ₁ > 0.9`` only the first 24 steps of descent are computed, as in
    `TrajectoryExplorer`; the flow is always followed to the end of the picture.
    """

    KIND = "flow"
    TITLE = "Explorer: gradient descent beside its flow"

    second_eigenvalue = Slider(
        0.5, 0.4, 0.95, step=0.01, label="eigenvalue λ₂", description="λ₁ is 1, λ₃ is 0.3"
    )
    scale = Slider(
        0.5, 1e-8, 10.0, step=0.01, log=True, label="scale ϖ", description="size of the start"
    )
    step_size = Slider(
        0.1, 0.01, 4.0, step=0.01, log=True, label="step size η", description="of descent; λ₁ is 1"
    )
    seed = Choice(1, list(range(starts.N_SEEDS)), label="seed", description="which random start")
    flow_time = Choice(30, [30, 60], label="steps shown × η", description="length of the picture")
    t = TimeSlider(63, 6000, label="step t", description="the step looked at")

    @property
    def n_steps(self) -> int:
        """The number of steps T that descent is followed for, unless it diverges."""
        return self._wanted if self.trusted else min(self._wanted, UNTRUSTED_STEPS)

    @property
    def _wanted(self) -> int:
        return steps_to(self.flow_time, self.step_size)

    @property
    def trusted(self) -> bool:
        """Whether ``ηλ₁ ≤ 0.9``, where rounding does not change the picture of descent."""
        return is_trusted(self.step_size, starts.LARGEST)

    @property
    def problem(self) -> Problem:
        """The problem of the state, with all 4000 eigenvalues."""
        return starts.problem_with(self.second_eigenvalue)

    @property
    def X0(self) -> FloatArray:
        """The start of the state, shape (4000, 2)."""
        return gaussian_init(self.problem, scale=self.scale, seed=self.seed)

    @property
    def paths(self) -> tuple[Trajectory, mf.flow.Path]:
        """Descent, and the flow at the picture's steps, computed from all 4000 rows."""
        return self._paths(self.problem, self.X0)

    @property
    def compressed_paths(self) -> tuple[Trajectory, mf.flow.Path]:
        """The same from the 35 rows that the page computes with."""
        return self._paths(*self._compressed)

    @property
    def _compressed(self) -> tuple[Problem, FloatArray]:
        return starts.compressed(self.second_eigenvalue, self.scale, self.seed)

    def _paths(self, problem: Problem, X0: FloatArray) -> tuple[Trajectory, mf.flow.Path]:
        run = gradient_descent(problem, X0, step_size=self.step_size, n_steps=self.n_steps)
        return run, mf.flow.solve(problem, X0, self.step_size * np.arange(self._wanted + 1))

    @property
    def flow_times(self) -> FloatArray:
        """τ_1 and τ_2 of the flow, nan where it is not there at the picture's end."""
        times = mf.flow.hitting_times(*self._compressed)
        return np.where(times <= self._wanted * self.step_size, times, np.nan)

    def table(self) -> dict[str, FloatArray]:
        """Return t, errors, signals and the distance of `compressed_paths`.

        Where descent is not followed to the end, its columns end in nan.
        """
        return _table(*self.compressed_paths)

    def full_table(self) -> dict[str, FloatArray]:
        """Return the same columns from `paths`, that is from all 4000 rows."""
        return _table(*self.paths)

    def scalars(self) -> dict[str, float | None]:
        """Return τ_k of descent, in steps, and of the flow, and the largest distance."""
        run, flow = self.compressed_paths
        times = run.hitting_times()
        numbers = {f"tau_{k}": float(t) for k, t in enumerate(times, 1)}
        numbers |= {f"flow_tau_{k}": float(t) for k, t in enumerate(self.flow_times, 1)}
        shown = {name: None if np.isnan(value) else value for name, value in numbers.items()}
        return {**shown, "largest_distance": float(mf.flow.distance(run, flow).max())}

    def verdict(self) -> str:
        """Return "diverged at t", "not settled" or "computed", for descent."""
        return run_verdict(self.compressed_paths[0].diverged_at, trusted=self.trusted)

    def page_data(self) -> dict[str, Any]:
        """The packed starts, and how far the computation is shown for large steps."""
        return {**starts.packed(), **trust_data()}

    def picture(self) -> Figure:
        """Errors and signals of both, and their distance, at step t."""
        run, flow = self.compressed_paths
        return figures.flow_panels(run, flow, min(self.t, self._wanted))

    def alternative(self) -> str:
        """Say when the rows of each arrive, and how far apart they are."""
        run, flow = self.compressed_paths
        of_flow = _said(self.flow_times)
        if run.diverged_at is not None:
            return f"Descent diverges at step {run.diverged_at}; in the flow {of_flow}."
        return (
            f"Error and signals of gradient descent with step size {self.step_size:g} and of its "
            f"flow. In descent {_said(self.step_size * run.hitting_times())}, in the flow "
            f"{of_flow}; the upper left blocks are at most "
            f"{mf.flow.distance(run, flow).max():.2g} apart."
        )


def _said(times: FloatArray) -> str:
    said = [f"row {k} arrives at {time:.3g}" for k, time in enumerate(times, 1) if time >= 0]
    return f"{' and '.join(said)} in flow time" if said else "no row arrives"


def _table(run: Trajectory, flow: mf.flow.Path) -> dict[str, FloatArray]:
    missing = len(flow.time) - len(run.error)
    padded = partial(np.pad, pad_width=(0, missing), constant_values=np.nan)
    return {
        "t": np.arange(float(len(flow.time))),
        "error": padded(run.error),
        "flow_error": flow.error,
        "signal_1": padded(run.signal[:, 0]),
        "flow_signal_1": flow.signal[:, 0],
        "signal_2": padded(run.signal[:, 1]),
        "flow_signal_2": flow.signal[:, 1],
        "distance": padded(mf.flow.distance(run, flow)),
    }
