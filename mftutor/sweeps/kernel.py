"""Many runs of one problem, stepped together: Python's overhead of a step is paid once for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mftutor._environment import one_thread
from mftutor._validation import FloatArray
from mftutor.compression.reduction import STABLE_LIMIT, replace_tail, verified_blocks
from mftutor.problem import Problem
from mftutor.sweeps.drawing import AnyProblem, draw, head_of
from mftutor.trajectory import error_of

# How closely the runs must be followed: enough for times, which are whole numbers.
TOLERANCE = 1e-9
# As many digits of the last error, in units of λ₁: those beyond would depend on how many threads
# linear algebra has.
_DIGITS = 9
# Numbers that are stepped together: more would leave the cache.
NUMBERS_AT_ONCE = 2**17


class Cell(NamedTuple):
    """What is done to every draw.

    Attributes
    ----------
    scale : float
        The initialization scale ϖ.
    step_size : float
        The step size η.
    n_steps : int
        The number of steps T.
    """

    scale: float
    step_size: float
    n_steps: int


@dataclass(frozen=True, eq=False)
class Chunk:
    """Some draws of one problem, with all that is done to them: what one process computes.

    Parameters
    ----------
    problem : Problem or LinearTailProblem
    cells : tuple of Cell
    threshold : float
        That of the hitting times.
    seeds : tuple of int
        The draws.
    """

    problem: AnyProblem
    cells: tuple[Cell, ...]
    threshold: float
    seeds: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of what `run_chunk` returns: cells, draws, and r + 3 numbers."""
        return len(self.cells), len(self.seeds), self.problem.rank + 3

    @property
    def n_runs(self) -> int:
        """How many runs it has."""
        return len(self.cells) * len(self.seeds)


@one_thread
def run_chunk(chunk: Chunk) -> FloatArray:
    """Compute a chunk: τ_1, …, τ_r, the last error, when it diverged, and with how many rows.

    On the first draw each cell is compressed by `mftutor.compress`, verified; the others get as
    many blocks, unverified. Where that is refused, all are run in full.

    Returns
    -------
    ndarray, shape (n_cells, n_draws, r + 3)
    """
    exponent = largest_exponent(chunk.problem, chunk.cells)
    starts = [draw(chunk.problem, seed, exponent) for seed in chunk.seeds]
    unit = float(head_of(chunk.problem).eigenvalues[0]) or 1.0
    stacks: dict[int | None, tuple[FloatArray, FloatArray]] = {}
    result = np.empty(chunk.shape)
    for into, (scale, step_size, n_steps) in zip(result, chunk.cells, strict=True):
        problem, N0 = starts[0]
        n_blocks = verified_blocks(
            problem, scale * N0, step_size=step_size, n_steps=n_steps, tolerance=TOLERANCE
        )
        if n_blocks not in stacks:
            stacks[n_blocks] = _stacked(starts, n_blocks)
        eigenvalues, rows = stacks[n_blocks]
        at_once = max(1, NUMBERS_AT_ONCE // rows[0].size)
        for i in range(0, len(rows), at_once):
            part = slice(i, i + at_once)
            into[part, :-1] = descend(
                eigenvalues[part], scale * rows[part], chunk.threshold, step_size, n_steps
            )
        into[:, -3] = unit * np.round(into[:, -3] / unit, _DIGITS)
        into[:, -1] = rows.shape[1]
    return result


def _stacked(
    starts: Sequence[tuple[Problem, FloatArray]], n_blocks: int | None
) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues, shape (n, m), and rows, shape (n, m, r), of starts with so many blocks."""
    if n_blocks is not None:
        starts = [replace_tail(*start, n_blocks) for start in starts]
    eigenvalues = np.array([problem.eigenvalues for problem, _ in starts])
    return eigenvalues, np.array([rows for _, rows in starts])


def descend(
    eigenvalues: FloatArray, X: FloatArray, threshold: float, step_size: float, n_steps: int
) -> FloatArray:
    """Run gradient descent on n starts at once.

    Parameters
    ----------
    eigenvalues : ndarray, shape (n, m)
        Those of each run, the first r the same for all.
    X : ndarray, shape (n, m, r)
    threshold : float
        That of the hitting times.
    step_size : float
    n_steps : int

    Returns
    -------
    ndarray, shape (n, r + 2)
        For each run what `mftutor.Trajectory` would say: the hitting times τ_1, …, τ_r, the error
        at the end (inf if it diverged), and `diverged_at` (nan if it did not).
    """
    n, _, r = X.shape
    lam, eta = eigenvalues[:, None, :], step_size
    limit = 3 + eta * eigenvalues[0, 0]  # beyond, a run has diverged: as in `mftutor.descent`
    Y = np.ascontiguousarray(X.transpose(0, 2, 1))  # rows of X contiguous along the long axis
    reached = np.zeros((n, r))  # the first t from which on the signal was high enough
    diverged_at = np.full(n, np.nan)
    for t in range(n_steps + 1):
        XtX = Y @ Y.transpose(0, 2, 1)
        # σ₁² never exceeds the trace: rarely is there more to look at.
        if (eta * np.trace(XtX, axis1=1, axis2=2) > limit).any():
            beyond = eta * np.linalg.eigvalsh(XtX)[:, -1] > limit
            diverged_at[beyond] = t
            Y[beyond] = 0.0  # where it stays, below the threshold
        low = np.square(Y[:, :, :r]).sum(axis=1) < threshold
        reached[low] = t + 1
        if t < n_steps:
            Y = Y - eta * (XtX @ Y - lam * Y)
    U, JT = Y[:, :, :r].transpose(0, 2, 1), Y[:, :, r:]
    times = np.where(reached <= n_steps, reached, np.nan)
    error = error_of(eigenvalues[0], U, JT @ JT.transpose(0, 2, 1))
    error = np.where(np.isnan(diverged_at), error, np.inf)
    return np.column_stack([times, error, diverged_at])


def largest_exponent(problem: AnyProblem, cells: Sequence[Cell]) -> float | None:
    """Return the largest ηT; None if a run may be unstable, so that all rows are needed.

    Raises
    ------
    ValueError
        If a run may be unstable and there are no rows: in the limit of large d.
    """
    largest = float(head_of(problem).eigenvalues[0])
    step_size = max(cell.step_size for cell in cells)
    if step_size * largest <= STABLE_LIMIT:
        return max(cell.step_size * cell.n_steps for cell in cells)
    if isinstance(problem, Problem) or problem.drawn:
        return None
    raise ValueError(
        f"step_size must be at most {STABLE_LIMIT / largest:g} for {problem}, got {step_size:g}"
    )
