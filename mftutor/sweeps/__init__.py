"""Many runs at once: over draws, dimensions, ranks, scales and step sizes."""

from mftutor.sweeps.cost import SweepCost, sweep_cost
from mftutor.sweeps.dimensions import DimensionSweep, dimension_sweep
from mftutor.sweeps.engine import sweep
from mftutor.sweeps.grid import Grid
from mftutor.sweeps.kernel import many_hitting_times
from mftutor.sweeps.linear_tail import LinearTailProblem

__all__ = [
    "DimensionSweep",
    "Grid",
    "LinearTailProblem",
    "SweepCost",
    "dimension_sweep",
    "many_hitting_times",
    "sweep",
    "sweep_cost",
]
