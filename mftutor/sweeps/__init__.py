"""Many runs at once: over draws, dimensions, ranks, scales and step sizes."""

from mftutor.sweeps.cost import SweepCost as SweepCost
from mftutor.sweeps.cost import sweep_cost as sweep_cost
from mftutor.sweeps.dimensions import DimensionSweep as DimensionSweep
from mftutor.sweeps.dimensions import dimension_sweep as dimension_sweep
from mftutor.sweeps.engine import sweep as sweep
from mftutor.sweeps.grid import SweepGrid as SweepGrid
from mftutor.sweeps.kernel import many_hitting_times as many_hitting_times
from mftutor.sweeps.linear_tail import LinearTailProblem as LinearTailProblem
from mftutor.sweeps.recorded import RecordedHittingTimes as RecordedHittingTimes
from mftutor.sweeps.recorded import recorded_hitting_times as recorded_hitting_times
