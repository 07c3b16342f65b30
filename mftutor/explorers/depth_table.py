"""What the explorer of depth shows: runs of deep descent over a grid, made once and stored.

A step on factors of width 50 costs a page some milliseconds and a run takes thousands, so the page
reads a table. ``python scripts/tables.py depth`` makes it; the tests hold it to fresh runs.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import mftutor as mf
from mftutor.data import tables
from mftutor.problem import Problem

DIMENSION, LEARNED, STEP_SIZE, SEED = 50, (1.0, 0.6, 0.3), 0.05, 0
# The grid: depths, widths of the hidden layers, and scales two to a power of ten.
DEPTHS, WIDTHS = (2, 3, 4), (DIMENSION, len(LEARNED))
SCALES = tuple(float(f"{10 ** (exponent / 2):.3g}") for exponent in range(-10, 1))
GRID: tables.Grid = {"depth": DEPTHS, "width": WIDTHS, "scale": SCALES}
# Each picture has so many intervals between points, and at most so many steps in one of them.
INTERVALS, LONGEST_INTERVAL = 72, 70
# Numbers are stored as multiples of this.
UNIT = 2.0**-12
COLUMNS = ("error", *(f"signal_{k}" for k in range(1, len(LEARNED) + 1)))


def fresh_run(depth: int, width: int, scale: float, n_steps: int) -> mf.deep.Run:
    """Compute a run of the grid anew."""
    eigenvalues = np.zeros(DIMENSION)
    eigenvalues[: len(LEARNED)] = LEARNED
    problem = Problem(eigenvalues, rank=width)
    factors = mf.deep.init(problem, depth=depth, scale=scale, seed=SEED)
    return mf.deep.descend(problem, factors, step_size=STEP_SIZE, n_steps=n_steps)


def fresh_record(
    depth: int, width: int, scale: float, interval: int | None = None
) -> tables.Record:
    """Compute what is stored, unrounded, up to a quarter after the last half-time unless told.

    The curves are the error and the signals, at 73 points; ``interval`` is the steps between them.
    """
    if interval is None:
        run = fresh_run(depth, width, scale, INTERVALS * LONGEST_INTERVAL)
        last = run.hitting_times()[: len(LEARNED)].max()
        if not np.isnan(last):
            interval = int(np.ceil(1.25 * last / INTERVALS))
        interval = min(interval or LONGEST_INTERVAL, LONGEST_INTERVAL)
    run = fresh_run(depth, width, scale, INTERVALS * interval)
    values = np.column_stack([run.error, run.signal[:, : len(LEARNED)]])[::interval]
    columns = dict(zip(COLUMNS, values.T, strict=True))
    return tables.Record(columns, run.hitting_times()[: len(LEARNED)], {"interval": interval})


def make_table() -> dict[str, Any]:
    """Compute all runs of the grid, as JSON types. It takes minutes."""
    return tables.make(GRID, dict.fromkeys(COLUMNS, {"step": UNIT}), fresh_record)


def stored_record(depth: int, width: int, scale: float) -> tables.Record:
    """What is stored for a state of the grid, rounded to multiples of `UNIT`."""
    return tables.record(tables.read("depth"), depth=depth, width=width, scale=scale)
