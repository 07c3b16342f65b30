"""Gradient descent for matrix factorization from large random initialization.

The names here are the course: a problem, a start, gradient descent, and what a run shows. Each
subject behind them has a namespace of its own:

- `mftutor.theory`: bounds, phases, Theorem 6, saddles, divergence
- `mftutor.flow`: the exact gradient flow
- `mftutor.compression`: thousands of rows replaced by a few
- `mftutor.sensing`, `mftutor.deep`: matrix sensing, and more than two factors
- `mftutor.sweeps`: many runs at once
- `mftutor.data`: what was measured once, and a photograph

Wrong numbers and arrays are refused with a `ValueError`, objects of a wrong class with a
`TypeError`; both name the argument, what was given and what is allowed.

All of it needs NumPy alone, and threadpoolctl where runs are many. Imported by name, as in
``from mftutor import figures``, are `mftutor.figures`, which needs matplotlib,
`mftutor.explorers`, which also needs ipywidgets and anywidget, `mftutor.exercises` and
`mftutor.claims`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mftutor.comparison import InitializationComparison, compare_initializations
from mftutor.descent import gradient_descent, gradient_step
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, diagonalize, figure_1_problem
from mftutor.rank_one import RankOneSNR, rank_one_snr
from mftutor.regions import Membership, absorbing_region, benign_region, random_boundary_point
from mftutor.trajectory import Trajectory

if TYPE_CHECKING:
    from mftutor import compression, data, deep, flow, sensing, sweeps, theory
    from mftutor.compression import compress
    from mftutor.theory import max_step_size, theorem_2_bound

__version__ = "0.1.0"

__all__ = [
    "InitializationComparison",
    "Membership",
    "Problem",
    "RankOneSNR",
    "Trajectory",
    "absorbing_region",
    "benign_region",
    "compare_initializations",
    "compress",
    "compression",
    "data",
    "deep",
    "diagonalize",
    "figure_1_problem",
    "flow",
    "gaussian_init",
    "gradient_descent",
    "gradient_step",
    "max_step_size",
    "random_boundary_point",
    "rank_one_snr",
    "sensing",
    "sweeps",
    "theorem_2_bound",
    "theory",
]
_HOME = {"compress": "compression", "max_step_size": "theory", "theorem_2_bound": "theory"}


def __getattr__(name: str) -> Any:
    """Import a wing, or one of its names that stand here, when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'mftutor' has no attribute {name!r}")
    wing = import_module(f"mftutor.{_HOME.get(name, name)}")
    value = getattr(wing, name) if name in _HOME else wing
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
