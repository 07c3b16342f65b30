"""One tidy table of many runs: a line for each run and each k."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mftutor._validation import FloatArray
from mftutor.sweeps.drawing import head_of
from mftutor.sweeps.grid import Grid

_COLUMNS = {
    "problem": "i8",
    "dimension": "f8",
    "rank": "i8",
    "min_eigengap": "f8",
    "scale": "f8",
    "step_size": "f8",
    "n_steps": "i8",
    "draw": "i8",
    "n_rows": "i8",
    "error": "f8",
    "diverged_at": "f8",
    "threshold": "f8",
    "k": "i8",
    "eigenvalue": "f8",
    "hitting_time": "f8",
}


def dtype() -> np.dtype[Any]:
    """The columns of the table and their types."""
    return np.dtype(list(_COLUMNS.items()))


def tidy(grid: Grid, results: Mapping[int, FloatArray]) -> NDArray[Any]:
    """Write the results of all chunks of a grid, by their index, as one table.

    The order is that of the grid: problems, scales, step sizes, numbers of steps, draws, k.
    """
    by_problem: dict[int, list[FloatArray]] = {}
    for chunk in grid.chunks():
        by_problem.setdefault(chunk.problem_index, []).append(results[chunk.index])
    parts = [
        _lines(grid, index, np.concatenate(found, axis=1)) for index, found in by_problem.items()
    ]
    return np.concatenate(parts)


def _lines(grid: Grid, index: int, found: FloatArray) -> NDArray[Any]:
    """The lines of one problem, from what `run_chunk` returns, shape (n_cells, n_draws, r + 3)."""
    problem = grid.problems[index]
    head, r = head_of(problem), problem.rank
    lines = np.empty((*found.shape[:2], r), dtype())
    lines["problem"], lines["dimension"], lines["rank"] = index, problem.dimension, r
    lines["min_eigengap"], lines["threshold"] = head.min_eigengap, grid.threshold_of(problem)
    for column, values in zip(
        ("scale", "step_size", "n_steps"), zip(*grid.cells, strict=True), strict=True
    ):
        lines[column] = np.array(values)[:, None, None]
    lines["draw"] = np.arange(grid.n_seeds)[:, None]
    lines["k"], lines["eigenvalue"] = np.arange(1, r + 1), head.eigenvalues[:r]
    lines["hitting_time"] = found[..., :r]
    for i, column in enumerate(("error", "diverged_at", "n_rows")):
        lines[column] = found[..., r + i, None]
    return lines.ravel()
