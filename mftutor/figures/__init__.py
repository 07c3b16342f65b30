"""Pictures of results: pure functions from a run to a matplotlib `Figure`, which each returns.

No function here computes a trajectory, touches pyplot or changes global settings, so the
figures can be made in any order, in a notebook, a script or a test.
"""

from mftutor._environment import extra

with extra("notebooks"):
    import matplotlib  # noqa: F401

from mftutor.figures.compression import (
    error_against_blocks,
    growth_factors,
    quadrature_nodes,
    step_costs,
    times_against_dimension,
)
from mftutor.figures.deep import deep_signals, depth_panels, half_times_against_scale
from mftutor.figures.divergence import (
    critical_overshoots,
    overshoot_curves,
    scalar_attractor,
)
from mftutor.figures.flow import (
    flow_panels,
    guaranteed_times,
    logistic_curves,
    time_laws,
    times_by_scale,
)
from mftutor.figures.initialization import failing_starts, scale_sweep, spectral_errors, two_scales
from mftutor.figures.peeling import decoupling_errors, peeled_signals, stationary_visits
from mftutor.figures.phases import phase_panels, relay
from mftutor.figures.rank_one import rank_one_panels, ratio_and_bounds, signal_noise_plane
from mftutor.figures.real_data import eigenvalue_decay, patches, staircases
from mftutor.figures.regions import benign_plane, ratio_growth, region_panels
from mftutor.figures.sensing import (
    fit_distances,
    recovery_curves,
    sensing_panels,
    signals_and_distances,
    station_spectra,
)
from mftutor.figures.singular_values import circle_and_image
from mftutor.figures.sweeps import last_delays, times_by_rank
from mftutor.figures.trajectory import (
    error_band,
    figure_1,
    signals_and_noises,
    time_histograms,
    times_against_sizes,
    trajectory_panels,
)

__all__ = [
    "benign_plane",
    "circle_and_image",
    "critical_overshoots",
    "decoupling_errors",
    "deep_signals",
    "depth_panels",
    "eigenvalue_decay",
    "error_against_blocks",
    "error_band",
    "failing_starts",
    "figure_1",
    "fit_distances",
    "flow_panels",
    "growth_factors",
    "guaranteed_times",
    "half_times_against_scale",
    "last_delays",
    "logistic_curves",
    "overshoot_curves",
    "patches",
    "peeled_signals",
    "phase_panels",
    "quadrature_nodes",
    "rank_one_panels",
    "ratio_and_bounds",
    "ratio_growth",
    "recovery_curves",
    "region_panels",
    "relay",
    "scalar_attractor",
    "scale_sweep",
    "sensing_panels",
    "signal_noise_plane",
    "signals_and_distances",
    "signals_and_noises",
    "spectral_errors",
    "staircases",
    "station_spectra",
    "stationary_visits",
    "step_costs",
    "time_histograms",
    "time_laws",
    "times_against_dimension",
    "times_against_sizes",
    "times_by_rank",
    "times_by_scale",
    "trajectory_panels",
    "two_scales",
]
