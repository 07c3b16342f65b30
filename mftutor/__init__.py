"""Gradient descent for matrix factorization from large random initialization.

The library behind the book: the problem, the starting point, the descent and what a run
shows. It needs NumPy alone; `mftutor.figures` also needs matplotlib,
and `mftutor.explorers` ipywidgets and anywidget.
"""

from mftutor.comparison import InitializationComparison, compare_initializations
from mftutor.compression import compress
from mftutor.descent import gradient_descent
from mftutor.initialization import (
    gaussian_init,
    parallel_rows_init,
    rank_one_init,
    zero_row_init,
)
from mftutor.problem import Problem, diagonalize, figure_1_problem
from mftutor.spectral import log10_small_scale, noise_free_scale, spectral_error
from mftutor.trajectory import Trajectory

__all__ = [
    "InitializationComparison",
    "Problem",
    "Trajectory",
    "compare_initializations",
    "compress",
    "diagonalize",
    "figure_1_problem",
    "gaussian_init",
    "gradient_descent",
    "log10_small_scale",
    "noise_free_scale",
    "parallel_rows_init",
    "rank_one_init",
    "spectral_error",
    "zero_row_init",
]
