"""The explorer of phase times: what Theorem 6 grants beside what the flow shows."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import mftutor as mf
from mftutor import figures
from mftutor._validation import FloatArray
from mftutor.explorers import constants, starts
from mftutor.explorers.controls import Choice, Slider
from mftutor.explorers.explorer import Explorer
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem
from mftutor.regions import absorbing_region, benign_region
from mftutor.theory.bounds import (
    lemma_8_bound,
    lemma_9_bound,
    log_star,
    max_start_norm,
    max_step_size,
    t_sharp,
    t_star,
)

# In flow time: the slowest of the explorer's draws has its second row arrive at 52.
TIMES = np.linspace(0.0, 60.0, 241)
_HALVINGS = 50
NAMES = {
    "in_S": "in S",
    "signal_1": "signal 1, τ₁",
    "noise_1": "noise 1 small, t₁",
    "turn_2": "row 2's turn, τ₂",
    "in_R": "in R",
}


class PhasesExplorer(Explorer):
    """Granted and observed times on Figure 1's problem, for any step size.

    Observed times are those of the exact gradient flow, divided by η and rounded up; t_1 is
    compared with when noise/signal of row 1 has fallen by the factor that t* waits for.

    Parameters
    ----------
    step_size : float
        The step size η, from 0.0005 to 0.3. Theorem 6 allows Δ/100.
    second_eigenvalue : float
        λ₂, from 0.4 to 0.95, between λ₁ = 1 and λ₃ = 0.3.
    scale : float
        The initialization scale ϖ, from 0.1 to 5.
    seed : int
        The draw of N₀, from 0 to 19.
    """

    KIND = "phases"
    TITLE = "Explorer: granted and observed times"

    step_size = Slider(
        0.002, 0.0005, 0.3, step=0.01, log=True, label="step size η", description="λ₁ is 1"
    )
    second_eigenvalue = Slider(
        0.5, 0.4, 0.95, step=0.01, label="eigenvalue λ₂", description="λ₁ is 1, λ₃ is 0.3"
    )
    scale = Slider(
        0.5, 0.1, 5.0, step=0.01, log=True, label="scale ϖ", description="size of the start"
    )
    seed = Choice(0, list(range(starts.N_SEEDS)), label="seed", description="which draw N₀")

    @property
    def problem(self) -> Problem:
        """The problem of the state, all 4000 eigenvalues of it."""
        return starts.problem_with(self.second_eigenvalue)

    @property
    def flow(self) -> mf.flow.Path:
        """The flow from all 4000 rows, at 241 times from 0 to 60."""
        X0 = gaussian_init(self.problem, scale=self.scale, seed=self.seed)
        return mf.flow.solve(self.problem, X0, TIMES)

    @property
    def compressed_flow(self) -> mf.flow.Path:
        """The same from the 35 rows that the page computes with."""
        return _flow(self.second_eigenvalue, self.scale, self.seed)

    @property
    def observed(self) -> dict[str, float]:
        """For each name the first step that has it for good; nan if the flow is too short."""
        found, _ = _observed(self.second_eigenvalue, self.scale, self.seed)
        return {name: np.ceil(time / self.step_size) for name, time in found.items()}

    @property
    def granted(self) -> dict[str, float]:
        """For each name the step at which Theorem 6 has it, O(·) constants set to 1.

        As in `mftutor.theory.PhaseTimes`, with the flow's times for T_u; row 2 has arrived by
        ``t_1 + t♯``, so that t_1* is ⌈t♯⌉ and T_{u_2} is 0.
        """
        problem, eta = self.problem, self.step_size
        seen, (_, signal) = self.observed, _observed(self.second_eigenvalue, self.scale, self.seed)
        star, sharp = (math.ceil(t(problem, step_size=eta)) for t in (t_star, t_sharp))
        first = seen["signal_1"] + star
        second = first + sharp
        grown = seen["in_S"] + math.ceil(lemma_9_bound(problem, signal, step_size=eta))
        caught = float(math.ceil(lemma_8_bound(problem, step_size=eta)))
        times = [caught, grown, first, second, second + star + sharp]
        return dict(zip(NAMES, times, strict=True))

    def table(self) -> dict[str, FloatArray]:
        """Return step, error and signals of `compressed_flow`, each of shape (241,)."""
        return _table(self.compressed_flow, self.step_size)

    def full_table(self) -> dict[str, FloatArray]:
        """Return the same columns from `flow`, that is from all 4000 rows."""
        return _table(self.flow, self.step_size)

    def scalars(self) -> dict[str, float | None]:
        """Return each time, granted and observed; None where the flow is too short."""
        shown: dict[str, float | None] = {}
        granted, observed = self.granted, self.observed
        for name in NAMES:
            for kind, value in (("granted", granted[name]), ("observed", observed[name])):
                shown[f"{name}_{kind}"] = None if math.isnan(value) else float(value)
        return {**shown, "largest": max_step_size(self.problem, 6), "start": self._start}

    @property
    def _start(self) -> float:
        """``σ₁(X₀)`` in units of the largest that Theorem 6 allows."""
        U, gram = (
            self.compressed_flow.top_rows[0, : starts.RANK],
            self.compressed_flow.noise_gram[0],
        )
        norm = math.sqrt(float(np.linalg.norm(U.T @ U + gram, 2)))
        return norm / max_start_norm(step_size=self.step_size)

    def page_data(self) -> dict[str, Any]:
        """The packed starts, the times of the flow, and the paper's constants."""
        return {
            **starts.packed(),
            "flow_time": float(TIMES[-1]),
            "intervals": len(TIMES) - 1,
            "halvings": _HALVINGS,
            "constants": constants.of_theorems(starts.RANK),
            "benign": dict(constants.BENIGN),
            "absorbing": dict(constants.ABSORBING),
        }

    def picture(self) -> Figure:
        """The times as lines from observed to granted, and the curves meanwhile."""
        granted, observed = self.granted, self.observed
        pairs = {label: (granted[name], observed[name]) for name, label in NAMES.items()}
        steps, *values = self.table().values()
        labels = ["error", "signal 1", "signal 2"]
        return figures.phase_panels(pairs, steps, dict(zip(labels, values, strict=True)))

    def alternative(self) -> str:
        """Say each pair of times."""
        granted, observed = self.granted, self.observed
        said = [
            f"{label}: observed at {_step(observed[name])}, granted at {_step(granted[name])}"
            for name, label in NAMES.items()
        ]
        return f"Steps of size {self.step_size:g}, on a logarithmic axis. {'; '.join(said)}."


def _step(value: float) -> str:
    return "an unknown step" if math.isnan(value) else f"step {value:.0f}"


def _table(flow: mf.flow.Path, step_size: float) -> dict[str, FloatArray]:
    first, second = flow.signal.T
    return {
        "step": flow.time / step_size,
        "error": flow.error,
        "signal_1": first,
        "signal_2": second,
    }


# States are continuous: the last few are kept, since one picture asks for the same several times.
@lru_cache(maxsize=8)
def _flow(second_eigenvalue: float, scale: float, seed: int) -> mf.flow.Path:
    return mf.flow.solve(*starts.compressed(second_eigenvalue, scale, seed), TIMES)


@lru_cache(maxsize=8)
def _observed(second_eigenvalue: float, scale: float, seed: int) -> tuple[dict[str, float], float]:
    """Each name's time of the flow, and the first signal when S is entered."""
    problem, X0 = starts.compressed(second_eigenvalue, scale, seed)
    on_grid, gap = _flow(second_eigenvalue, scale, seed), problem.min_eigengap

    def at(time: float) -> mf.flow.Path:
        return mf.flow.solve(problem, X0, time)

    def last_crossing(room: Callable[[mf.flow.Path], FloatArray]) -> float:
        outside = np.flatnonzero(~(room(on_grid) >= 0))
        if not outside.size:
            return 0.0
        if outside[-1] == len(TIMES) - 1:
            return math.nan
        low, high = TIMES[outside[-1] : outside[-1] + 2]
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if room(at(middle))[0] >= 0 else (middle, high)
        return float(high)

    def in_S(flow: mf.flow.Path) -> FloatArray:
        return np.column_stack([*absorbing_region(problem, flow).margins.values()]).min(axis=1)

    def in_R(flow: mf.flow.Path) -> FloatArray:
        return np.min([*benign_region(problem, flow).margins.values()], axis=0)

    tau_1, tau_2 = (
        last_crossing(lambda flow, k=k: flow.signal[:, k] - gap / 2)  # type: ignore[misc]
        for k in range(starts.RANK)
    )
    ratio = 1 / at(tau_1).snr[0, 0] if np.isfinite(tau_1) else math.nan
    target = ratio * math.exp(log_star(problem))
    quiet = last_crossing(lambda flow: np.log(target * flow.snr[:, 0]))
    caught = last_crossing(in_S)
    found = [caught, tau_1, quiet, tau_2, last_crossing(in_R)]
    return dict(zip(NAMES, found, strict=True)), float(at(caught).signal[0, 0])
