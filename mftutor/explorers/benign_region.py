"""The explorer of the benign region: one start, moved in and out of R."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mftutor import figures
from mftutor._validation import FloatArray
from mftutor.data import tables
from mftutor.descent import gradient_descent
from mftutor.explorers import constants
from mftutor.explorers.controls import Choice, Slider, TimeSlider
from mftutor.explorers.explorer import Explorer
from mftutor.explorers.trust import (
    UNTRUSTED_STEPS,
    is_trusted,
    run_verdict,
    steps_to,
    trust_data,
)
from mftutor.problem import Problem
from mftutor.regions import Membership, benign_region
from mftutor.theory.bounds import max_step_size, theorem_2_bound
from mftutor.trajectory import Trajectory

DIMENSION, RANK, N_SEEDS = 22, 2, 8
LARGEST_EIGENVALUE, SECOND_EIGENVALUE = 1.0, 0.8
FLOW_TIME, ACCURACY = 40, 0.01
# σ₁²(Û) of the directions Û, whose σ_r²(Û) is 1.
SPREAD = 1.5
# A start that a slider puts on a face of R counts as inside, however it was rounded.
ROUNDING = 1e-12


class BenignRegionExplorer(Explorer):
    """Descent from ``U₀ = aÛ``, ``J₀ = bĴ`` with fixed directions, in and out of R.

    Parameters
    ----------
    signal : float
        ``a² = σ_r²(U₀)``, from 1e-6 to 1.3.
    noise : float
        ``b² = σ₁²(J₀)``, from 1e-6 to 1.1.
    third_eigenvalue : float
        λ₃, from 0.1 to 0.6, below λ₁ = 1 and λ₂ = 0.8: the gap is Δ = 0.8 − λ₃.
    step_size : float
        The step size η, from 0.005 to 2.
    seed : int
        The draw of the directions, from 0 to 7.
    t : int
        The step looked at.

    Notes
    -----
    For ``ηλ₁ > 0.9`` only the first 24 steps are computed, as in `TrajectoryExplorer`.
    """

    KIND = "benign_region"
    TITLE = "Explorer: in and out of the benign region"

    signal = Slider(
        0.3, 1e-6, 1.3, step=0.01, log=True, label="signal σᵣ²(U₀)", description="the start's U"
    )
    noise = Slider(
        0.4, 1e-6, 1.1, step=0.01, log=True, label="noise σ₁²(J₀)", description="the start's J"
    )
    third_eigenvalue = Slider(
        0.2, 0.1, 0.6, step=0.01, label="eigenvalue λ₃", description="λ₁ is 1, λ₂ is 0.8"
    )
    step_size = Slider(
        0.05, 0.005, 2.0, step=0.01, log=True, label="step size η", description="λ₁ is 1"
    )
    seed = Choice(0, list(range(N_SEEDS)), label="seed", description="which random directions")
    t = TimeSlider(20, 8000, label="step t", description="the step looked at")

    @property
    def problem(self) -> Problem:
        """The problem of the state: eigenvalues 1, 0.8, and λ₃ falling evenly to 0."""
        return Problem(
            np.concatenate(
                [[LARGEST_EIGENVALUE, SECOND_EIGENVALUE], self.third_eigenvalue * _tail()]
            ),
            RANK,
        )

    @property
    def X0(self) -> FloatArray:
        """The start of the state, shape (22, 2)."""
        scales = np.sqrt([self.signal] * RANK + [self.noise] * (DIMENSION - RANK))
        return scales[:, None] * _directions(self.seed)

    @property
    def n_steps(self) -> int:
        """The number of steps T that the picture reaches."""
        wanted = steps_to(FLOW_TIME, self.step_size)
        return wanted if self.trusted else min(wanted, UNTRUSTED_STEPS)

    @property
    def trusted(self) -> bool:
        """Whether ``ηλ₁ ≤ 0.9``, where rounding does not change the picture."""
        return is_trusted(self.step_size, LARGEST_EIGENVALUE)

    @property
    def run(self) -> Trajectory:
        """The run of the state."""
        return gradient_descent(
            self.problem, self.X0, step_size=self.step_size, n_steps=self.n_steps
        )

    @property
    def membership(self) -> Membership:
        """Whether the run's points are in R, up to `ROUNDING`, and by how much."""
        found = benign_region(self.problem, self.run)
        inside = np.all([margin >= -ROUNDING for margin in found.margins.values()], axis=0)
        return replace(found, inside=inside)

    def table(self) -> dict[str, FloatArray]:
        """Return t, error, signal, noise and norm σ₁²(X), each of shape (T + 1,)."""
        run, values = self.run, self.membership.values
        steps = np.arange(run.n_steps + 1.0)
        strengths = {name: values[name] for name in ("signal", "noise", "norm")}
        return {"t": steps, "error": run.error, **strengths}

    def scalars(self) -> dict[str, float | None]:
        """Return whether the start is in R, the first accurate step, Theorem 2's numbers."""
        accurate = self.run.error <= ACCURACY
        bound = theorem_2_bound(self.problem, step_size=self.step_size, accuracy=ACCURACY)
        return {
            "inside_at_start": float(np.asarray(self.membership.inside)[0]),
            "reached": float(accurate.argmax()) if accurate.any() else None,
            "bound": max(0.0, bound),
            "largest": max_step_size(self.problem, theorem=2),
        }

    def verdict(self) -> str:
        """Return "diverged at t", "not settled" or "computed"."""
        return run_verdict(self.run.diverged_at, trusted=self.trusted)

    def page_data(self) -> dict[str, Any]:
        """Directions of all seeds, and the numbers of the region and the theorem."""
        numbers = np.concatenate([_directions(seed).ravel() for seed in range(N_SEEDS)])
        return {
            "leading": [LARGEST_EIGENVALUE, SECOND_EIGENVALUE],
            "tail": _tail().tolist(),
            "seeds": N_SEEDS,
            "rows": tables.pack(numbers),
            "flow_time": FLOW_TIME,
            "accuracy": ACCURACY,
            "rounding": ROUNDING,
            "region": dict(constants.BENIGN),
            "constants": constants.of_theorems(RANK),
            **trust_data(),
        }

    def picture(self) -> Figure:
        """The plane of signal and noise, and both with the error against the step."""
        run = self.run
        return figures.region_panels(run, min(self.t, run.n_steps))

    def alternative(self) -> str:
        """Say where the run starts and ends, and when it is in R."""
        run = self.run
        if run.diverged_at is not None:
            return f"Gradient descent diverges at step {run.diverged_at}: the norm grows for ever."
        inside = np.asarray(self.membership.inside)
        start = "inside" if inside[0] else "outside"
        entry = f"is in R first at step {inside.argmax()}" if inside.any() else "never is in R"
        return (
            f"A start with signal {self.signal:.3g} and noise {self.noise:.3g}, {start} R: the run "
            f"{entry}, and its error goes from {run.error[0]:.3g} to {run.error[-1]:.2g} in "
            f"{run.n_steps} steps of size {self.step_size:g}."
        )


def _tail() -> FloatArray:
    """Eigenvalues λ₃, …, λ_d in units of λ₃."""
    return np.linspace(1.0, 0.0, DIMENSION - RANK)


@cache
def _directions(seed: int) -> FloatArray:
    """Û above Ĵ, shape (22, 2), with σ_r(Û) = 1, σ₁²(Û) = 1.5 and σ₁(Ĵ) = 1."""
    rng = np.random.default_rng(seed)
    left, _, right = np.linalg.svd(rng.standard_normal((RANK, RANK)))
    U = left * np.sqrt([SPREAD, 1.0]) @ right
    J = rng.standard_normal((DIMENSION - RANK, RANK))
    directions = np.vstack([U, J / np.linalg.norm(J, 2)])
    directions.setflags(write=False)
    return directions
