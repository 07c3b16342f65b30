"""One tidy table of many runs: a line for each run and each k."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mftutor._validation import FloatArray
from mftutor.sweeps.drawing import head_of
from mftutor.sweeps.grid import Grid, chunks_of, threshold_of

_COLUMNS = np.dtype(
    [
        ("problem", "i8"),
        ("dimension", "f8"),
        ("rank", "i8"),
        ("min_eigengap", "f8"),
        ("scale", "f8"),
        ("step_size", "f8"),
        ("n_steps", "i8"),
        ("seed", "i8"),
        ("n_rows", "i8"),
        ("error", "f8"),
        ("diverged_at", "f8"),
        ("threshold", "f8"),
        ("k", "i8"),
        ("eigenvalue", "f8"),
        ("hitting_time", "f8"),
    ]
)


def tidy(grid: Grid, results: Iterable[FloatArray]) -> NDArray[Any]:
    """Write what `run_chunk` made of all chunks of a grid, in their order, as one table.

    The order is that of the grid: problems, scales, step sizes, numbers of steps, seeds, k.
    """
    left, tables = iter(results), []
    for index, problem in enumerate(grid.problems):
        found = np.concatenate([*islice(left, len(chunks_of(grid, problem)))], axis=1)
        n_cells, n_seeds, r = found.shape[0], found.shape[1], problem.rank
        lines = np.empty((n_cells, n_seeds, r), _COLUMNS)
        lines["problem"], lines["dimension"], lines["rank"] = index, problem.dimension, r
        lines["min_eigengap"], lines["threshold"] = (
            problem.min_eigengap,
            threshold_of(grid, problem),
        )
        for i, column in enumerate(("scale", "step_size", "n_steps")):
            lines[column] = np.array([cell[i] for cell in grid.cells])[:, None, None]
        lines["seed"] = np.array(grid.seeds)[:, None]
        lines["k"], lines["eigenvalue"] = np.arange(1, r + 1), head_of(problem).eigenvalues[:r]
        lines["hitting_time"] = found[..., :r]
        for i, column in enumerate(("error", "diverged_at", "n_rows")):
            lines[column] = found[..., r + i, None]
        tables.append(lines.ravel())
    return np.concatenate(tables)
