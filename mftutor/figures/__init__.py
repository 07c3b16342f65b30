"""Pictures of results: pure functions from a run to a matplotlib `Figure`.

No function here computes a trajectory, touches pyplot or changes global settings, so the
figures can be made in any order, in a notebook, a script or a test.
"""

from mftutor.figures.divergence import (
    critical_overshoots,
    overshoot_curves,
    scalar_attractor,
)
from mftutor.figures.trajectory import (
    error_band,
    figure_1,
    signals_and_noises,
    time_histograms,
    trajectory_panels,
)

__all__ = [
    "critical_overshoots",
    "error_band",
    "figure_1",
    "overshoot_curves",
    "scalar_attractor",
    "signals_and_noises",
    "time_histograms",
    "trajectory_panels",
]
