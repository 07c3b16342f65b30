"""Gradient descent for matrix factorization from large random initialization.

The library behind the book: the problem, the starting point, the descent and what a run
shows. It needs NumPy alone; `mftutor.figures` also needs matplotlib,
and `mftutor.explorers` ipywidgets and anywidget.
"""

from mftutor.compression import block_quadrature, compress, estimated_blocks
from mftutor.descent import gradient_descent
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, diagonalize, figure_1_problem
from mftutor.rank_one import RankOneSNR, rank_one_snr
from mftutor.trajectory import Trajectory

__all__ = [
    "Problem",
    "RankOneSNR",
    "Trajectory",
    "block_quadrature",
    "compress",
    "diagonalize",
    "estimated_blocks",
    "figure_1_problem",
    "gaussian_init",
    "gradient_descent",
    "rank_one_snr",
]
