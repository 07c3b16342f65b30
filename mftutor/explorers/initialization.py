"""The explorer of two scales: one draw, a small start beside a large one."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mftutor import figures
from mftutor._validation import FloatArray
from mftutor.comparison import plateau_error
from mftutor.descent import gradient_descent
from mftutor.explorers import starts
from mftutor.explorers.controls import Choice, Slider, TimeSlider
from mftutor.explorers.explorer import Explorer
from mftutor.explorers.trust import steps_to
from mftutor.initialization import gaussian_init
from mftutor.trajectory import Trajectory

FLOW_TIME = 60
SMALLEST, LARGEST = 1e-6, 2


class InitializationExplorer(Explorer):
    """Two runs from one draw N₀ on Figure 1's problem, ``ϖ_A N₀`` beside ``ϖ_B N₀``.

    Parameters
    ----------
    scale_a, scale_b : float
        The initialization scales of the two runs, from 1e-6 to 2.
    second_eigenvalue : float
        λ₂, from 0.4 to 0.95, between λ₁ = 1 and λ₃ = 0.3.
    step_size : float
        The step size η, from 0.02 to 0.4; the picture reaches to ηt = 60.
    seed : int
        The draw of N₀, from 0 to 19.
    t : int
        The step looked at.
    """

    KIND = "initialization"
    TITLE = "Explorer: a small and a large start side by side"

    scale_a = Slider(
        0.5, SMALLEST, LARGEST, step=0.01, log=True, label="scale ϖ of A", description="first run"
    )
    scale_b = Slider(
        0.002, SMALLEST, LARGEST, step=0.01, log=True, label="scale ϖ of B", description="other run"
    )
    second_eigenvalue = Slider(
        0.5, 0.4, 0.95, step=0.01, label="eigenvalue λ₂", description="λ₁ is 1, λ₃ is 0.3"
    )
    step_size = Slider(
        0.1, 0.02, 0.4, step=0.01, log=True, label="step size η", description="λ₁ is 1"
    )
    seed = Choice(1, list(range(starts.N_SEEDS)), label="seed", description="which draw N₀")
    t = TimeSlider(120, 3000, label="step t", description="the step looked at")

    @property
    def n_steps(self) -> int:
        """The number of steps T that the picture reaches."""
        return steps_to(FLOW_TIME, self.step_size)

    @property
    def runs(self) -> tuple[Trajectory, Trajectory]:
        """Both runs, computed from all 4000 rows."""
        problem = starts.problem_with(self.second_eigenvalue)
        first, second = (
            gradient_descent(
                problem,
                gaussian_init(problem, scale=scale, seed=self.seed),
                step_size=self.step_size,
                n_steps=self.n_steps,
            )
            for scale in (self.scale_a, self.scale_b)
        )
        return first, second

    @property
    def compressed_runs(self) -> tuple[Trajectory, Trajectory]:
        """The same runs from the 35 rows that the page computes with."""
        first, second = (
            gradient_descent(
                *starts.compressed(self.second_eigenvalue, scale, self.seed),
                step_size=self.step_size,
                n_steps=self.n_steps,
            )
            for scale in (self.scale_a, self.scale_b)
        )
        return first, second

    def table(self) -> dict[str, FloatArray]:
        """Return t, and the error and signals of both `compressed_runs`, each of shape (T + 1,)."""
        return _table(*self.compressed_runs)

    def full_table(self) -> dict[str, FloatArray]:
        """Return the same columns from `runs`, that is from all 4000 rows."""
        return _table(*self.runs)

    def scalars(self) -> dict[str, float | None]:
        """Return τ_1, τ_2 and the plateau of both runs, None where there is none."""
        shown: dict[str, float | None] = {}
        for name, run in zip("ab", self.compressed_runs, strict=True):
            tau = run.hitting_times()
            values = [*tau, plateau_error(run.error, *np.sort(tau))]
            for key, value in zip(("tau_1", "tau_2", "plateau"), values, strict=True):
                shown[f"{key}_{name}"] = None if np.isnan(value) else float(value)
        return shown

    def page_data(self) -> dict[str, Any]:
        """The packed starts, and how far the picture reaches."""
        return {**starts.packed(), "flow_time": FLOW_TIME}

    def picture(self) -> Figure:
        """The errors of both runs, and their signals."""
        return figures.two_scales(self.compressed_runs, self._names, self.t)

    @property
    def _names(self) -> tuple[str, str]:
        return f"A: ϖ = {self.scale_a:g}", f"B: ϖ = {self.scale_b:g}"

    def alternative(self) -> str:
        """Say when the rows of each run arrive, and where the error rests in between."""
        said = []
        for name, run in zip(self._names, self.compressed_runs, strict=True):
            tau = run.hitting_times()
            rows = [
                f"row {k} arrives at step {at:.0f}"
                if np.isfinite(at)
                else f"row {k} does not arrive"
                for k, at in enumerate(tau, 1)
            ]
            level = plateau_error(run.error, *np.sort(tau))
            between = (
                "" if np.isnan(level) else f", in between the error is flattest at {level:.3f}"
            )
            said.append(f"{name}: {' and '.join(rows)}{between}")
        return f"Error and signals of two runs of gradient descent. {'; '.join(said)}."


def _table(first: Trajectory, second: Trajectory) -> dict[str, FloatArray]:
    table = {"t": np.arange(first.n_steps + 1.0)}
    for name, run in (("a", first), ("b", second)):
        table[f"error_{name}"] = run.error
        table[f"signal_1_{name}"], table[f"signal_2_{name}"] = run.signal.T
    return table
