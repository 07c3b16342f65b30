"""What the explorer of sensing shows: runs over a grid, made once and stored.

A run of 1500 steps with 300 measurements takes a page far longer than a reader waits, so the page
reads a table. ``python scripts/tables.py sensing`` makes it; the tests hold it to fresh runs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.sensing.best_fit import Fit, best_fit
from mftutor.sensing.measurements import gaussian_measurements

FILE = Path(__file__).parents[1] / "data" / "sensing.json"
DIMENSION, EIGENVALUES, STEP_SIZE, SEED = 30, (1.0, 0.6, 0.3), 0.1, 0
# The grid.
COLUMNS, MEASUREMENTS = (1, 2, 3, DIMENSION), (100, 150, 200, 300, 500, 1000)
SCALES = tuple(float(f"1e{exponent}") for exponent in range(-6, 1))
N_STEPS, INTERVAL = 1500, 20
POINTS = N_STEPS // INTERVAL + 1
# Logarithms are rounded to so many parts of a power of ten, that is numbers to one part in 868.
PER_DECADE = 1000
ROUNDING = 10 ** (0.5 / PER_DECADE) - 1
# What is smaller is stored as this: signals start at about α², errors are not looked at so closely.
SIGNAL_FLOOR, DISTANCE_FLOOR, LOSS_FLOOR = 1e-16, 1e-6, 1e-12
# The character that stands for zero is the first after the quotation mark, which JSON escapes.
ZERO = 35


@dataclass(frozen=True, eq=False)
class SensingRecord:
    """What is stored of one run.

    Parameters
    ----------
    half_times : ndarray, shape (3,)
        As `mf.sensing.Run.hitting_times` gives them; nan where there is none.
    final_loss : float
        The loss at the end, to three digits, and at least 1e-12.
    columns : dict of str to ndarray of shape (76,)
        ``error`` (relative), ``signal_1``, ``signal_2``, ``signal_3``, and ``distance_s``, the
        distance to the best fit ``Z_s*``, for each s ≤ min(r̂, 3).
    """

    half_times: FloatArray
    final_loss: float
    columns: dict[str, FloatArray]


def grid() -> list[tuple[int, int, float]]:
    """All (number of measurements, columns, scale), in the order of the table."""
    return [(m, r, scale) for m in MEASUREMENTS for r in COLUMNS for scale in SCALES]


def column_names(columns: int) -> list[str]:
    """The names in a record of that many columns, in the order of the table."""
    learned = range(1, len(EIGENVALUES) + 1)
    fits = [f"distance_{s}" for s in learned if s <= columns]
    return ["error", *(f"signal_{k}" for k in learned), *fits]


@cache
def problem_and_fits(n_measurements: int) -> tuple[mf.sensing.Problem, list[Fit]]:
    """The problem with that many measurements, and its best fits of rank 1, 2 and 3."""
    measurements = gaussian_measurements(DIMENSION, n_measurements, seed=SEED)
    problem = mf.sensing.Problem(measurements, EIGENVALUES)
    return problem, [best_fit(problem, s, seed=SEED) for s in range(1, len(EIGENVALUES) + 1)]


def fresh_record(n_measurements: int, columns: int, scale: float) -> SensingRecord:
    """Compute what is stored, unrounded but for the floors."""
    problem, fits = problem_and_fits(n_measurements)
    U0 = mf.sensing.init(problem, columns, scale=scale, seed=SEED)
    run = mf.sensing.descend(problem, U0, step_size=STEP_SIZE, n_steps=N_STEPS, stride=INTERVAL)
    distances = run.distances([fit.matrix for fit in fits[:columns]])
    values = [run.relative_error[::INTERVAL], *run.signal[::INTERVAL].T, *distances.T]
    named = dict(zip(column_names(columns), values, strict=True))
    floored = {name: np.maximum(value, _floor(name)) for name, value in named.items()}
    final_loss = float(f"{max(run.loss[-1], LOSS_FLOOR):.3g}")
    return SensingRecord(run.hitting_times(), final_loss, floored)


def make_table() -> dict[str, Any]:
    """Compute all runs of the grid, as JSON types. It takes a minute or two."""
    records = [fresh_record(*state) for state in grid()]
    return {
        "columns": list(COLUMNS),
        "measurements": list(MEASUREMENTS),
        "scales": list(SCALES),
        "eigenvalues": list(EIGENVALUES),
        "interval": INTERVAL,
        "points": POINTS,
        "per_decade": PER_DECADE,
        "signal_floor": SIGNAL_FLOOR,
        "distance_floor": DISTANCE_FLOOR,
        "zero": ZERO,
        "half_times": [
            [None if np.isnan(time) else int(time) for time in record.half_times]
            for record in records
        ],
        "final_loss": [record.final_loss for record in records],
        "texts": [
            "".join(encode(values, _floor(name)) for name, values in record.columns.items())
            for record in records
        ],
    }


def encode(values: FloatArray, floor: float) -> str:
    """Write positive numbers as a text of as many characters.

    Their logarithms above that of the floor are rounded, and of those integers the second
    differences, which are small where a curve is smooth, become 0, 1, 2, … for 0, −1, 1, …
    """
    integers = np.rint(PER_DECADE * np.log10(np.maximum(values, floor) / floor)).astype(int)
    changes = np.diff(np.diff(integers, prepend=0), prepend=0)
    codes = np.where(changes >= 0, 2 * changes, -2 * changes - 1) + ZERO
    if codes.max(initial=0) >= 0xD800:  # no characters beyond
        raise ValueError(f"values must change by less than that, got {values}")
    return "".join(map(chr, codes))


def decode(text: str, floor: float) -> FloatArray:
    """Return the numbers that `encode` wrote, up to `ROUNDING`."""
    codes: NDArray[np.int_] = np.array([ord(character) for character in text], dtype=int) - ZERO
    changes = np.where(codes % 2 == 0, codes // 2, -(codes // 2) - 1)
    return floor * 10 ** (np.cumsum(np.cumsum(changes)) / PER_DECADE)


@cache
def stored_table() -> dict[str, Any]:
    """The table, as the page gets it."""
    table: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return table


def stored_record(n_measurements: int, columns: int, scale: float) -> SensingRecord:
    """What is stored for a state of the grid."""
    table, i = stored_table(), grid().index((n_measurements, columns, scale))
    times = [np.nan if time is None else float(time) for time in table["half_times"][i]]
    text = table["texts"][i]
    parts = {
        name: decode(text[POINTS * j : POINTS * (j + 1)], _floor(name))
        for j, name in enumerate(column_names(columns))
    }
    return SensingRecord(np.array(times), table["final_loss"][i], parts)


def _floor(name: str) -> float:
    return SIGNAL_FLOOR if name.startswith("signal") else DISTANCE_FLOOR
