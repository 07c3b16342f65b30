"""The explorer of matrix sensing: columns, scale and number of measurements, from a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mftutor import figures
from mftutor._validation import FloatArray
from mftutor.data import tables
from mftutor.explorers import sensing_table
from mftutor.explorers.controls import Choice, GridSlider, TimeSlider
from mftutor.explorers.explorer import Explorer


class SensingExplorer(Explorer):
    """Descent on measurements of a 30×30 matrix of rank 3, read from a table of runs.

    The ground truth has the eigenvalues 1, 0.6 and 0.3, the step size is 0.1, and measurements
    and start are those of seed 0.

    Parameters
    ----------
    columns : int
        The number r̂ of columns of U: 1, 2, 3 or 30.
    scale : float
        The initialization scale α, from 1e-6 to 1; the nearest power of ten is taken.
    measurements : int
        The number m of measurements: 100, 150, 200, 300, 500 or 1000.
    t : int
        The step looked at, from 0 to 1500; the nearest multiple of 20 is shown.

    Notes
    -----
    The numbers are rounded by up to 0.12 %.
    """

    KIND = "sensing"
    TITLE = "Explorer: learn a matrix from measurements"
    FULL_TOLERANCE = sensing_table.ROUNDING * (1 + 1e-6)

    columns = Choice(
        sensing_table.DIMENSION,
        list(sensing_table.COLUMNS),
        label="columns r̂",
        description="of U; the ground truth has rank 3",
    )
    scale = GridSlider(
        1e-6,
        sensing_table.SCALES,
        step=1.0,
        label="scale α",
        description="size of the start",
    )
    measurements = Choice(
        300,
        list(sensing_table.MEASUREMENTS),
        label="measurements m",
        description="a symmetric matrix has 465 entries",
    )
    t = TimeSlider(180, sensing_table.N_STEPS, label="step t", description="the step looked at")

    @property
    def record(self) -> tables.Record:
        """What the table holds for the state."""
        return sensing_table.stored_record(self.measurements, self.columns, self.scale)

    def table(self) -> dict[str, FloatArray]:
        """Return the recorded steps t, error, signals and distances, each of shape (76,)."""
        return _with_steps(self.record)

    def full_table(self) -> dict[str, FloatArray]:
        """Return the same columns from a fresh run, not rounded."""
        state = self.measurements, self.columns, self.scale
        return _with_steps(sensing_table.fresh_record(*state))

    def scalars(self) -> dict[str, float | None]:
        """Return the half-times of the signals, None where there is none, and the loss."""
        record = self.record
        times = enumerate(record.half_times, 1)
        named = {f"half_{k}": None if np.isnan(t) else float(t) for k, t in times}
        return {**named, "final_loss": record.facts["final_loss"]}

    def page_data(self) -> dict[str, Any]:
        """The table, and what its runs have in common."""
        return {
            "eigenvalues": list(sensing_table.EIGENVALUES),
            "interval": sensing_table.INTERVAL,
            "distance_floor": sensing_table.DISTANCE_FLOOR,
            "loss_floor": sensing_table.LOSS_FLOOR,
            "table": tables.read("sensing"),
        }

    def picture(self) -> Figure:
        """Signals, and distances to the best fits, at the recorded steps."""
        table = self.table()
        signals = [values for name, values in table.items() if name.startswith("signal")]
        return figures.signals_and_distances(
            table["t"],
            np.column_stack(signals),
            np.column_stack(_distances(table)),
            limits=np.array(sensing_table.EIGENVALUES),
            at=self.t,
        )

    def alternative(self) -> str:
        """Say how near descent comes to each best fit, and with which error it ends."""
        table = self.table()
        near = [
            f"{_above(values.min())} to Z_{s}* at step {table['t'][values.argmin()]:.0f}"
            for s, values in enumerate(_distances(table), 1)
        ]
        return (
            f"Descent with {self.columns} columns from scale {self.scale:g} and "
            f"{self.measurements} measurements comes as near as {', '.join(near)}. "
            f"Its relative error ends at {_above(table['error'][-1])}."
        )


def _with_steps(record: tables.Record) -> dict[str, FloatArray]:
    steps = sensing_table.INTERVAL * np.arange(sensing_table.POINTS + 0.0)
    return {"t": steps, **record.columns}


def _above(value: float) -> str:
    """A distance or an error; what is smaller than the floor is stored as the floor."""
    floor = sensing_table.DISTANCE_FLOOR
    return f"{value:.2g}" if value > floor else f"{floor:g} or less"


def _distances(table: dict[str, FloatArray]) -> list[FloatArray]:
    return [values for name, values in table.items() if name.startswith("distance")]
