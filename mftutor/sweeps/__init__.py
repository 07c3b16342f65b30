"""Many runs at once: over problems, scales, step sizes, numbers of steps and seeds.

In reading order: `linear_tail`, a problem that no memory need hold; `grid`, what a sweep is to
run; `drawing`, the start of a run, replaced by few rows while it is drawn; `kernel`, many such
runs stepped together; `engine`, `sweep` itself, on any executor; `store`, the file from which an
interrupted one goes on; `table`, what it returns.
"""

from mftutor.sweeps.engine import sweep
from mftutor.sweeps.grid import Grid
from mftutor.sweeps.linear_tail import LinearTailProblem

__all__ = ["Grid", "LinearTailProblem", "sweep"]
