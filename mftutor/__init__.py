"""Gradient descent for matrix factorization from large random initialization.

The library behind the book: the problem, the starting point, the descent and what a run
shows. It needs NumPy alone; `mftutor.figures` also needs matplotlib,
and `mftutor.explorers` ipywidgets and anywidget.
"""

from mftutor.compression import compress
from mftutor.descent import gradient_descent
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, diagonalize, figure_1_problem
from mftutor.regions import absorbing_region, benign_region, random_boundary_point
from mftutor.theorems import max_step_size, theorem_2_bound
from mftutor.trajectory import Trajectory

__all__ = [
    "Problem",
    "Trajectory",
    "absorbing_region",
    "benign_region",
    "compress",
    "diagonalize",
    "figure_1_problem",
    "gaussian_init",
    "gradient_descent",
    "max_step_size",
    "random_boundary_point",
    "theorem_2_bound",
]
