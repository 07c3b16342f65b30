"""Pictures of results: pure functions from a run to a matplotlib `Figure`.

No function here computes a trajectory, touches pyplot or changes global settings, so the
figures can be made in any order, in a notebook, a script or a test.
"""

from mftutor.figures.initialization import (
    failing_starts,
    scale_sweep,
    spectral_errors,
    two_scales,
)
from mftutor.figures.trajectory import (
    error_band,
    figure_1,
    signals_and_noises,
    time_histograms,
    trajectory_panels,
)

__all__ = [
    "error_band",
    "failing_starts",
    "figure_1",
    "scale_sweep",
    "signals_and_noises",
    "spectral_errors",
    "time_histograms",
    "trajectory_panels",
    "two_scales",
]
