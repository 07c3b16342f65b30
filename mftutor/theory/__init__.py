"""What is proved about descent, as numbers beside a run, in reading order.

`bounds`, the paper's step sizes, times and norms; `phases`, the times that Section 4.2 cuts a run
into; `theorem_6`, that theorem with its hypotheses, item by item; `margin`, how much room an
inequality leaves; `spectral`, descent from a tiny start as power iteration; `divergence`, how
large a start may be; `peeling`, one eigenvector taken off at a time; `saddles`, the points where
descent rests; and `failing_starts`, from which it never learns all.
"""

from mftutor.theory.bounds import (
    hitting_time_lower_bound,
    lemma_8_bound,
    lemma_9_bound,
    max_start_norm,
    max_step_size,
    t_sharp,
    t_star,
    theorem_2_bound,
    theorem_6_amplitude,
)
from mftutor.theory.divergence import (
    critical_scale,
    overshoot,
    overshoots,
    predicted_critical_scale,
    scalar_descent,
    scale_bounds,
)
from mftutor.theory.failing_starts import parallel_rows_init, rank_one_init, zero_row_init
from mftutor.theory.margin import Margin, worst_margin
from mftutor.theory.peeling import decoupling_error, peel_off
from mftutor.theory.phases import PhaseTimes, phase_times
from mftutor.theory.saddles import Direction, StationaryPoint, stationary_distance
from mftutor.theory.spectral import log10_small_scale, noise_free_scale, spectral_error
from mftutor.theory.theorem_6 import Hypotheses, Theorem6

__all__ = [
    "Direction",
    "Hypotheses",
    "Margin",
    "PhaseTimes",
    "StationaryPoint",
    "Theorem6",
    "critical_scale",
    "decoupling_error",
    "hitting_time_lower_bound",
    "lemma_8_bound",
    "lemma_9_bound",
    "log10_small_scale",
    "max_start_norm",
    "max_step_size",
    "noise_free_scale",
    "overshoot",
    "overshoots",
    "parallel_rows_init",
    "peel_off",
    "phase_times",
    "predicted_critical_scale",
    "rank_one_init",
    "scalar_descent",
    "scale_bounds",
    "spectral_error",
    "stationary_distance",
    "t_sharp",
    "t_star",
    "theorem_2_bound",
    "theorem_6_amplitude",
    "worst_margin",
    "zero_row_init",
]
