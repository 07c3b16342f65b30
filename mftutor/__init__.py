"""Gradient descent for matrix factorization from large random initialization.

The library behind the book: the problem, the starting point, the descent and what a run
shows. It needs NumPy alone; `mftutor.figures` also needs matplotlib,
and `mftutor.explorers` ipywidgets and anywidget.
"""

from mftutor.compression import compress
from mftutor.descent import gradient_descent
from mftutor.divergence import (
    critical_scale,
    overshoot,
    overshoots,
    predicted_critical_scale,
    scalar_descent,
    scale_bounds,
)
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, diagonalize, figure_1_problem
from mftutor.trajectory import Trajectory

__all__ = [
    "Problem",
    "Trajectory",
    "compress",
    "critical_scale",
    "diagonalize",
    "figure_1_problem",
    "gaussian_init",
    "gradient_descent",
    "overshoot",
    "overshoots",
    "predicted_critical_scale",
    "scalar_descent",
    "scale_bounds",
]
