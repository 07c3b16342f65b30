"""What the explorer of depth shows: runs of deep descent over a grid, made once and stored.

A step on factors of width 50 costs a page some milliseconds and a run takes thousands, so the page
reads a table. ``python scripts/tables.py depth`` makes it; the tests hold it to fresh runs.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.problem import Problem

FILE = Path(__file__).parents[1] / "data" / "depth.json"
DIMENSION, LEARNED, STEP_SIZE, SEED = 50, (1.0, 0.6, 0.3), 0.05, 0
# The grid: depths, widths of the hidden layers, and scales two to a power of ten.
DEPTHS, WIDTHS = (2, 3, 4), (DIMENSION, len(LEARNED))
SCALES = tuple(float(f"{10 ** (exponent / 2):.3g}") for exponent in range(-10, 1))
# Each picture has so many intervals between points, and at most so many steps in one of them.
INTERVALS, LONGEST_INTERVAL = 72, 70
# Numbers are stored as multiples of this in 16 bits, so that nothing above 8 can be.
UNIT = 2.0**-12


@dataclass(frozen=True, eq=False)
class DepthRecord:
    """What is stored of one run.

    Parameters
    ----------
    interval : int
        The steps between points.
    half_times : ndarray, shape (3,)
        As `mf.deep.Run.hitting_times` gives them; nan where there is none.
    values : ndarray, shape (73, 4)
        The error and the three signals.
    """

    interval: int
    half_times: FloatArray
    values: FloatArray


def fresh_run(depth: int, width: int, scale: float, n_steps: int) -> mf.deep.Run:
    """Compute a run of the grid anew."""
    eigenvalues = np.zeros(DIMENSION)
    eigenvalues[: len(LEARNED)] = LEARNED
    problem = Problem(eigenvalues, rank=width)
    factors = mf.deep.init(problem, depth=depth, scale=scale, seed=SEED)
    return mf.deep.descend(problem, factors, step_size=STEP_SIZE, n_steps=n_steps)


def fresh_record(depth: int, width: int, scale: float, interval: int | None = None) -> DepthRecord:
    """Compute what is stored, unrounded, up to a quarter after the last half-time unless told."""
    if interval is None:
        run = fresh_run(depth, width, scale, INTERVALS * LONGEST_INTERVAL)
        last = run.hitting_times()[: len(LEARNED)].max()
        if not np.isnan(last):
            interval = int(np.ceil(1.25 * last / INTERVALS))
        interval = min(interval or LONGEST_INTERVAL, LONGEST_INTERVAL)
    run = fresh_run(depth, width, scale, INTERVALS * interval)
    values = np.column_stack([run.error, run.signal[:, : len(LEARNED)]])[::interval]
    return DepthRecord(interval, run.hitting_times()[: len(LEARNED)], values)


def make_table() -> dict[str, Any]:
    """Compute all runs of the grid, as JSON types. It takes minutes."""
    records = [fresh_record(*state) for state in grid()]
    numbers = np.array([np.rint(record.values / UNIT) for record in records])
    if np.abs(numbers).max() > np.iinfo(np.int16).max:
        raise ValueError(f"values must be below 8 to be stored, got {np.abs(numbers).max() * UNIT}")
    times = np.array([record.half_times for record in records])
    return {
        "depths": list(DEPTHS),
        "widths": list(WIDTHS),
        "scales": list(SCALES),
        "eigenvalues": list(LEARNED),
        "step_size": STEP_SIZE,
        "intervals": INTERVALS,
        "unit": UNIT,
        "interval": [record.interval for record in records],
        "half_times": [[None if np.isnan(t) else int(t) for t in row] for row in times],
        "values": base64.b64encode(numbers.astype("<i2").tobytes()).decode(),
    }


def grid() -> list[tuple[int, int, float]]:
    """All (depth, width, scale), in the order of the table."""
    return [(depth, width, scale) for depth in DEPTHS for width in WIDTHS for scale in SCALES]


@cache
def stored_table() -> dict[str, Any]:
    """The table, as the page gets it."""
    table: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return table


def stored_record(depth: int, width: int, scale: float) -> DepthRecord:
    """What is stored for a state of the grid, rounded to multiples of `UNIT`."""
    table, i = stored_table(), grid().index((depth, width, scale))
    integers = np.frombuffer(base64.b64decode(table["values"]), "<i2")
    values = integers.reshape(-1, INTERVALS + 1, 1 + len(LEARNED))[i] * UNIT
    times = np.array([np.nan if t is None else t for t in table["half_times"][i]], dtype=float)
    return DepthRecord(table["interval"][i], times, values)
