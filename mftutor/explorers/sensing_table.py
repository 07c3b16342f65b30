"""What the explorer of sensing shows: runs over a grid, made once and stored.

A run of 1500 steps with 300 measurements takes a page far longer than a reader waits, so the page
reads a table. ``python scripts/tables.py sensing`` makes it; the tests hold it to fresh runs.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

import mftutor as mf
from mftutor.data import tables
from mftutor.sensing.best_fit import Fit, best_fit
from mftutor.sensing.measurements import gaussian_measurements

DIMENSION, EIGENVALUES, STEP_SIZE, SEED = 30, (1.0, 0.6, 0.3), 0.1, 0
COLUMNS, MEASUREMENTS = (1, 2, 3, DIMENSION), (100, 150, 200, 300, 500, 1000)
SCALES = tuple(float(f"1e{exponent}") for exponent in range(-6, 1))
GRID: tables.Grid = {"measurements": MEASUREMENTS, "columns": COLUMNS, "scale": SCALES}
N_STEPS, INTERVAL = 1500, 20
POINTS = N_STEPS // INTERVAL + 1
# Logarithms are rounded to so many parts of a power of ten, that is numbers to one part in 868.
PER_DECADE = 1000
ROUNDING = 10 ** (0.5 / PER_DECADE) - 1
# What is smaller is stored as this: signals start at about α², errors are not looked at so closely.
SIGNAL_FLOOR, DISTANCE_FLOOR, LOSS_FLOOR = 1e-16, 1e-6, 1e-12


def column_names(columns: int) -> list[str]:
    """The curves of a run with that many columns.

    The relative error, the signals, and the distances to the best fits ``Z_s*`` with s ≤ min(r̂, 3).
    """
    learned = range(1, len(EIGENVALUES) + 1)
    fits = [f"distance_{s}" for s in learned if s <= columns]
    return ["error", *(f"signal_{k}" for k in learned), *fits]


@cache
def problem_and_fits(n_measurements: int) -> tuple[mf.sensing.Problem, list[Fit]]:
    """The problem with that many measurements, and its best fits of rank 1, 2 and 3."""
    measurements = gaussian_measurements(DIMENSION, n_measurements, seed=SEED)
    problem = mf.sensing.Problem(measurements, EIGENVALUES)
    return problem, [best_fit(problem, s, seed=SEED) for s in range(1, len(EIGENVALUES) + 1)]


def fresh_record(measurements: int, columns: int, scale: float) -> tables.Record:
    """Compute what is stored, unrounded but for the floors.

    That is 76 points of each curve, and the loss at the end to three digits, ``final_loss``.
    """
    problem, fits = problem_and_fits(measurements)
    U0 = mf.sensing.init(problem, columns, scale=scale, seed=SEED)
    run = mf.sensing.descend(problem, U0, step_size=STEP_SIZE, n_steps=N_STEPS, stride=INTERVAL)
    distances = run.distances([fit.matrix for fit in fits[:columns]])
    values = [run.relative_error[::INTERVAL], *run.signal[::INTERVAL].T, *distances.T]
    named = dict(zip(column_names(columns), values, strict=True))
    floored = {name: np.maximum(value, floor(name)) for name, value in named.items()}
    final_loss = float(f"{max(run.loss[-1], LOSS_FLOOR):.3g}")
    return tables.Record(floored, run.hitting_times(), {"final_loss": final_loss})


def make_table() -> dict[str, Any]:
    """Compute all runs of the grid, as JSON types. It takes a minute or two."""
    units = {
        name: {"floor": floor(name), "per_decade": PER_DECADE} for name in column_names(DIMENSION)
    }
    return tables.make(GRID, units, fresh_record)


def stored_record(measurements: int, columns: int, scale: float) -> tables.Record:
    """What is stored for a state of the grid, rounded by up to `ROUNDING`."""
    state = {"measurements": measurements, "columns": columns, "scale": scale}
    return tables.record(tables.read("sensing"), **state)


def floor(column: str) -> float:
    """The smallest number stored in a column."""
    return SIGNAL_FLOOR if column.startswith("signal") else DISTANCE_FLOOR
