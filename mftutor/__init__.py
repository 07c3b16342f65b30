"""Gradient descent for matrix factorization from large random initialization.

The library behind the book: the problem, the starting point, the descent and what a run
shows. It needs NumPy alone; `mftutor.figures` also needs matplotlib,
and `mftutor.explorers` ipywidgets and anywidget.
"""

from mftutor import theorem_6 as theorem_6  # with an __all__ of its own
from mftutor.balance import balanced_half_time, imbalance
from mftutor.best_fit import Fit, best_fit
from mftutor.comparison import InitializationComparison, compare_initializations
from mftutor.completion import entry_measurements, random_eigenvectors, random_entries
from mftutor.compression import compress, estimated_blocks, replace_tail
from mftutor.datasets import patch_covariance, portrait
from mftutor.deep import DeepRun, deep_descent, deep_init
from mftutor.descent import gradient_descent
from mftutor.divergence import (
    critical_scale,
    overshoot,
    overshoots,
    predicted_critical_scale,
    scalar_descent,
    scale_bounds,
)
from mftutor.flow import FlowTrajectory, exact_flow, flow_distance, flow_from_infinity
from mftutor.flow_law import flow_log_d_bound, flow_time_law
from mftutor.flow_times import flow_accuracy_bound, flow_hitting_times, flow_time_bound
from mftutor.greedy import greedy_low_rank
from mftutor.hypotheses import Hypotheses, theorem_6_hypotheses
from mftutor.initialization import (
    gaussian_init,
    parallel_rows_init,
    rank_one_init,
    zero_row_init,
)
from mftutor.margin import Margin, worst_margin
from mftutor.measurements import (
    Measurements,
    gaussian_measurements,
    matrix_measurements,
)
from mftutor.peeling import decoupling_error, peel_off
from mftutor.phases import PhaseTimes, phase_times
from mftutor.problem import Problem, diagonalize, figure_1_problem
from mftutor.quadrature import block_quadrature
from mftutor.rank_one import RankOneSNR, rank_one_snr
from mftutor.recovery import (
    completion_errors,
    recovery_errors,
    restricted_isometry,
    uniqueness_threshold,
)
from mftutor.regions import Membership, absorbing_region, benign_region, random_boundary_point
from mftutor.saddles import Direction, StationaryPoint, stationary_distance
from mftutor.sensing import SensingRun, sensing_descent
from mftutor.sensing_problem import SensingProblem, sensing_init
from mftutor.spectral import log10_small_scale, noise_free_scale, spectral_error
from mftutor.sweeps import (
    DimensionSweep,
    LinearTailProblem,
    RecordedHittingTimes,
    SweepCost,
    SweepGrid,
    dimension_sweep,
    many_hitting_times,
    recorded_hitting_times,
    sweep,
    sweep_cost,
)
from mftutor.theorems import (
    lemma_8_bound,
    lemma_9_bound,
    max_start_norm,
    max_step_size,
    t_sharp,
    t_star,
    theorem_2_bound,
    theorem_6_amplitude,
)
from mftutor.timings import Timings, recorded_timings
from mftutor.trajectory import Trajectory

__all__ = [
    "DeepRun",
    "DimensionSweep",
    "Direction",
    "Fit",
    "FlowTrajectory",
    "Hypotheses",
    "InitializationComparison",
    "LinearTailProblem",
    "Margin",
    "Measurements",
    "Membership",
    "PhaseTimes",
    "Problem",
    "RankOneSNR",
    "RecordedHittingTimes",
    "SensingProblem",
    "SensingRun",
    "StationaryPoint",
    "SweepCost",
    "SweepGrid",
    "Timings",
    "Trajectory",
    "absorbing_region",
    "balanced_half_time",
    "benign_region",
    "best_fit",
    "block_quadrature",
    "compare_initializations",
    "completion_errors",
    "compress",
    "critical_scale",
    "decoupling_error",
    "deep_descent",
    "deep_init",
    "diagonalize",
    "dimension_sweep",
    "entry_measurements",
    "estimated_blocks",
    "exact_flow",
    "figure_1_problem",
    "flow_accuracy_bound",
    "flow_distance",
    "flow_from_infinity",
    "flow_hitting_times",
    "flow_log_d_bound",
    "flow_time_bound",
    "flow_time_law",
    "gaussian_init",
    "gaussian_measurements",
    "gradient_descent",
    "greedy_low_rank",
    "imbalance",
    "lemma_8_bound",
    "lemma_9_bound",
    "log10_small_scale",
    "many_hitting_times",
    "matrix_measurements",
    "max_start_norm",
    "max_step_size",
    "noise_free_scale",
    "overshoot",
    "overshoots",
    "parallel_rows_init",
    "patch_covariance",
    "peel_off",
    "phase_times",
    "portrait",
    "predicted_critical_scale",
    "random_boundary_point",
    "random_eigenvectors",
    "random_entries",
    "rank_one_init",
    "rank_one_snr",
    "recorded_hitting_times",
    "recorded_timings",
    "recovery_errors",
    "replace_tail",
    "restricted_isometry",
    "scalar_descent",
    "scale_bounds",
    "sensing_descent",
    "sensing_init",
    "spectral_error",
    "stationary_distance",
    "sweep",
    "sweep_cost",
    "t_sharp",
    "t_star",
    "theorem_2_bound",
    "theorem_6_amplitude",
    "theorem_6_hypotheses",
    "uniqueness_threshold",
    "worst_margin",
    "zero_row_init",
]
