"""What one process computes: some draws of one problem, with all that is done to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mftutor._validation import FloatArray
from mftutor.compression.reduction import STABLE_LIMIT
from mftutor.problem import Problem
from mftutor.sweeps.drawing import AnyProblem, draw, head_of
from mftutor.sweeps.stacks import Cell, outcomes

# How many draws at most, and how many rows are drawn for them at least, if there are as many.
_DRAWS_A_CHUNK, _ROWS_A_CHUNK = 50, 10**7
# Of the last error, in units of λ₁: as many as `mftutor.sweeps.stacks.TOLERANCE` leaves.
_DIGITS = 9


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some draws of one problem, with all that is done to them: what one process computes.

    Parameters
    ----------
    index : int
        Its place among the chunks of its grid.
    problem_index : int
        The place of its problem in the grid.
    problem : Problem or LinearTailProblem
    cells : tuple of Cell
    threshold : float
    seed : int
        The entropy of the grid's draws.
    first, last : int
        The draws, from `first` up to before `last`.
    """

    index: int
    problem_index: int
    problem: AnyProblem
    cells: tuple[Cell, ...]
    threshold: float
    seed: int
    first: int
    last: int

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of what `run_chunk` returns: cells, draws, and r + 3 numbers."""
        return len(self.cells), self.last - self.first, self.problem.rank + 3


def run_chunk(chunk: Chunk) -> FloatArray:
    """Compute a chunk: τ_1, …, τ_r, the last error, when it diverged, and with how many rows.

    Returns
    -------
    ndarray, shape (n_cells, n_draws, r + 3)
    """
    exponent = largest_exponent(chunk.problem, chunk.cells)
    starts = (
        draw(chunk.problem, generator(chunk.seed, number), exponent)
        for number in range(chunk.first, chunk.last)
    )
    result = np.empty(chunk.shape)
    unit = float(head_of(chunk.problem).eigenvalues[0]) or 1.0
    ends = outcomes(starts, chunk.cells, chunk.threshold)
    for into, (n_rows, found) in zip(result, ends, strict=True):
        into[:, :-3] = found.hitting_times
        # Digits beyond the tolerance would depend on how many threads linear algebra has.
        into[:, -3] = unit * np.round(found.error / unit, _DIGITS)
        into[:, -2], into[:, -1] = found.diverged_at, n_rows
    return result


def draws_at_once(problem: AnyProblem) -> int:
    """How many draws make a chunk: decided by the problem's size, and nothing else."""
    return int(np.clip(_ROWS_A_CHUNK // n_rows_drawn(problem), 1, _DRAWS_A_CHUNK))


def n_rows_drawn(problem: AnyProblem) -> int:
    """How many rows of a start are random."""
    drawn = isinstance(problem, Problem) or problem.drawn
    return int(problem.dimension) if drawn else problem.rank + 1


def largest_exponent(problem: AnyProblem, cells: Sequence[Cell]) -> float | None:
    """The largest ηT; None if a run may be unstable, so that all rows are needed."""
    largest = float(head_of(problem).eigenvalues[0])
    if max(cell.step_size for cell in cells) * largest > STABLE_LIMIT:
        return None
    return max(cell.step_size * cell.n_steps for cell in cells)


def generator(seed: int, draw: int) -> np.random.Generator:
    """What makes a draw: the child that ``SeedSequence(seed).spawn`` gives in that place."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(draw,)))
