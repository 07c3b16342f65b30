"""What a sweep will cost, before it starts: to an order of magnitude, and from the grid alone."""

from __future__ import annotations

from dataclasses import dataclass

from mftutor.compression.reduction import STABLE_LIMIT, blocks_for
from mftutor.sweeps.chunk import draws_at_once, largest_exponent, n_rows_drawn
from mftutor.sweeps.drawing import ROWS_AT_ONCE, AnyProblem, head_of, n_limit, n_local, tail_width
from mftutor.sweeps.grid import Grid
from mftutor.sweeps.stacks import NUMBERS_AT_ONCE, TOLERANCE, Cell
from mftutor.sweeps.table import dtype

# Seconds of a machine of 2025, rounded up: to draw a number; to replace a row by nodes, once
# and for each product of two of the basis; a step of a stack, once and for each number in it.
_DRAWING, _REPLACING, _PRODUCT, _STEP, _NUMBER = 2e-8, 1.5e-7, 1.5e-9, 3e-5, 4e-9
# A chunk's first draw is run thrice more for each cell, by itself, as `compress` does.
_CHECKS = 3


@dataclass(frozen=True)
class SweepCost:
    """About what a sweep takes.

    Parameters
    ----------
    n_runs : int
        The number of runs.
    cpu_seconds : float
        On one core; several share it.
    process_bytes : int
        The most that one process holds.
    table_bytes : int
        What the table holds, in the process that collects it.
    """

    n_runs: int
    cpu_seconds: float
    process_bytes: int
    table_bytes: int

    def __repr__(self) -> str:
        return (
            f"{self.n_runs:,} runs, about {self.cpu_seconds / 3600:.2g} hours of one core, "
            f"{self.process_bytes / 1e9:.2g} GB in each process, "
            f"{self.table_bytes / 1e9:.2g} GB for the table"
        )


def sweep_cost(grid: Grid) -> SweepCost:
    """Estimate what `mftutor.sweeps.sweep` takes for a grid, to an order of magnitude.

    Parameters
    ----------
    grid : Grid

    Returns
    -------
    SweepCost

    Examples
    --------
    >>> import mftutor as mf
    >>> problems = [mf.sweeps.LinearTailProblem(10**exponent) for exponent in (3, 5, 9)]
    >>> sweep_cost(mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=1000, n_seeds=200))
    600 runs, about 13 hours of one core, 0.38 GB in each process, 0.00029 GB for the table
    """
    seconds, largest = 0.0, 0
    for problem in grid.problems:
        cost, held = _of_problem(problem, grid)
        seconds, largest = seconds + cost, max(largest, held)
    n_lines = grid.n_seeds * len(grid.cells) * sum(problem.rank for problem in grid.problems)
    # Results and table are held together.
    return SweepCost(grid.n_runs, seconds, largest, 2 * n_lines * dtype().itemsize)


def _of_problem(problem: AnyProblem, grid: Grid) -> tuple[float, int]:
    """Seconds for all its draws, and bytes for one chunk."""
    r, n_rows, n_draws = problem.rank, n_rows_drawn(problem), grid.n_seeds
    exponent = largest_exponent(problem, grid.cells)
    kept = _n_kept(problem, exponent)
    seconds = n_draws * n_rows * r * _DRAWING
    if exponent is not None and n_rows > ROWS_AT_ONCE:
        width = tail_width(problem) * ROWS_AT_ONCE / n_rows
        seconds += n_draws * n_rows * _replacing(n_local(exponent, width) * r)
    n_chunks = -(-n_draws // draws_at_once(problem))
    rows_of_stacks = 0
    for cell in grid.cells:
        rows = _n_stepped(problem, cell, kept)
        rows_of_stacks += rows
        if rows < kept:
            seconds += (n_draws + _CHECKS * n_chunks) * kept * _replacing(rows)
            seconds += _CHECKS * n_chunks * cell.n_steps * (_STEP + rows * r * _NUMBER)
        at_once = max(1, min(NUMBERS_AT_ONCE // (rows * r), draws_at_once(problem)))
        seconds += n_draws * cell.n_steps * (_STEP / at_once + rows * r * _NUMBER)
    # A draw and its copies; the stacks, and what a step makes of one; the eigenvalues.
    numbers = (
        4 * kept * (r + 1)
        + 6 * max(NUMBERS_AT_ONCE, kept * r)
        + len(grid.cells) * (min(draws_at_once(problem) * rows_of_stacks * r, NUMBERS_AT_ONCE))
    )
    return seconds, 8 * numbers


def _replacing(n_columns: int) -> float:
    """Seconds to project a row on a basis of so many columns."""
    return _REPLACING + _PRODUCT * n_columns**2


def _n_kept(problem: AnyProblem, exponent: float | None) -> int:
    """How many rows `draw` returns."""
    n_rows, r = n_rows_drawn(problem), problem.rank
    if exponent is None:
        return n_rows
    width = tail_width(problem)
    if n_rows < problem.dimension:
        return r + 1 + r * n_limit(exponent, width)
    if n_rows <= ROWS_AT_ONCE:
        return n_rows
    n_blocks = -(-n_rows // ROWS_AT_ONCE)
    return r + 1 + n_blocks * r * n_local(exponent, width * ROWS_AT_ONCE / n_rows)


def _n_stepped(problem: AnyProblem, cell: Cell, kept: int) -> int:
    """With how many rows a cell is run: all that are kept, if it cannot be compressed."""
    largest = float(head_of(problem).eigenvalues[0])
    stable = cell.step_size * largest <= STABLE_LIMIT
    at_start = cell.step_size * cell.scale**2 <= 3 + cell.step_size * largest
    if not (stable and at_start):
        return kept
    blocks = blocks_for(cell.step_size, cell.n_steps, tail_width(problem), TOLERANCE)
    return min(kept, problem.rank + 1 + problem.rank * blocks)
