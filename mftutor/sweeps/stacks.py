"""Runs of one problem from many draws: each reduced to few rows, then all stepped together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from mftutor._validation import FloatArray
from mftutor.compression.reduction import replace_tail, verified_blocks
from mftutor.problem import Problem
from mftutor.sweeps.kernel import Outcome, descend

# How closely the runs must be followed: enough for times, which are whole numbers.
TOLERANCE = 1e-9
# Numbers held at once for runs that are computed together: more would leave the cache.
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


def outcomes(
    starts: Iterable[tuple[Problem, FloatArray]], cells: Sequence[Cell], threshold: float
) -> list[tuple[int, Outcome]]:
    """With how many rows each cell was run, and what came of its runs, one for each start.

    On the first start each cell is compressed by `mftutor.compress`, verified; the others get
    as many blocks, unverified. Where that is refused, all are run in full. Starts are taken
    one by one, never held together but in their reduced form, and the reduced form of each is
    shared by all cells that need as many blocks.

    Parameters
    ----------
    starts : iterable of (Problem, ndarray of shape (d, r))
        At least one, at scale 1: each problem with as many eigenvalues, the first r + 1 equal.
    cells : sequence of Cell
    threshold : float
        That of the hitting times.
    """
    each = iter(starts)
    first = next(each)
    blocks = [
        verified_blocks(
            first[0],
            cell.scale * first[1],
            step_size=cell.step_size,
            n_steps=cell.n_steps,
            tolerance=TOLERANCE,
        )
        for cell in cells
    ]
    stacks: dict[int | None, list[tuple[Problem, FloatArray]]] = {q: [] for q in blocks}
    found: list[list[Outcome]] = [[] for _ in cells]
    n_rows = [0] * len(cells)

    def run(q: int | None) -> None:
        """Run what is on a stack, for each of its cells, and clear it."""
        stack = stacks[q]
        eigenvalues = np.array([problem.eigenvalues for problem, _ in stack])
        N0 = np.array([rows for _, rows in stack])
        for i, (scale, step_size, n_steps) in enumerate(cells):
            if blocks[i] == q:
                n_rows[i] = N0.shape[1]
                found[i].append(descend(eigenvalues, scale * N0, threshold, step_size, n_steps))
        stack.clear()

    for problem, rows in chain([first], each):
        for q, stack in stacks.items():
            stack.append((problem, rows) if q is None else replace_tail(problem, rows, q))
            if (len(stack) + 1) * stack[0][1].size > NUMBERS_AT_ONCE:
                run(q)
    for q, stack in stacks.items():
        if stack:
            run(q)
    return list(zip(n_rows, map(_joined, found), strict=True))


def _joined(parts: Sequence[Outcome]) -> Outcome:
    """Some outcomes as one."""
    return Outcome(
        np.concatenate([part.hitting_times for part in parts]),
        np.concatenate([part.error for part in parts]),
        np.concatenate([part.diverged_at for part in parts]),
    )
