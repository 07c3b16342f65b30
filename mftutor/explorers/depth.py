"""The explorer of deep factorization: depth, scale and bottleneck, from a table of runs."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from mftutor import figures
from mftutor._validation import FloatArray
from mftutor.data import tables
from mftutor.explorers import depth_table
from mftutor.explorers.controls import Choice, GridSlider, TimeSlider
from mftutor.explorers.explorer import Explorer


class DepthExplorer(Explorer):
    """Descent on a product of L factors, read from a table of runs.

    The target is diag(1, 0.6, 0.3, 0, …, 0) at d = 50, the step size 0.05, and the start the one
    with seed 0.

    Parameters
    ----------
    depth : int
        The number of factors L: 2, 3 or 4.
    width : int
        The width of the hidden layers: 50, or 3 for a bottleneck.
    scale : float
        The initialization scale α, from 1e-5 to 1; the nearest number of the table is taken, two
        to a power of ten.
    t : int
        The step looked at, from 0 to 5040; the nearest recorded one is shown.

    Notes
    -----
    A picture has 73 points in time and reaches a quarter beyond the last half-time, or to step
    5040. The numbers are rounded to multiples of 2⁻¹².
    """

    KIND = "depth"
    TITLE = "Explorer: factorization with more than two factors"
    FULL_TOLERANCE = depth_table.UNIT

    depth = Choice(
        3, list(depth_table.DEPTHS), label="factors L", description="how many are multiplied"
    )
    width = Choice(
        depth_table.DIMENSION,
        list(depth_table.WIDTHS),
        label="hidden width",
        description="3 is a bottleneck",
    )
    scale = GridSlider(
        1e-4, depth_table.SCALES, step=0.5, label="scale α", description="size of the start"
    )
    t = TimeSlider(
        840,
        depth_table.INTERVALS * depth_table.LONGEST_INTERVAL,
        label="step t",
        description="the step looked at",
    )

    @property
    def record(self) -> tables.Record:
        """What the table holds for the state."""
        return depth_table.stored_record(self.depth, self.width, self.scale)

    @property
    def shown_point(self) -> int:
        """The number of the recorded point nearest to t."""
        return min(int(self.t / self.record.facts["interval"] + 0.5), depth_table.INTERVALS)

    def table(self) -> dict[str, FloatArray]:
        """Return the recorded steps t, the error and the signals, each of shape (73,)."""
        return _columns(self.record)

    def full_table(self) -> dict[str, FloatArray]:
        """Return the same columns from a fresh run, not rounded."""
        state = self.depth, self.width, self.scale
        return _columns(depth_table.fresh_record(*state, interval=self.record.facts["interval"]))

    def scalars(self) -> dict[str, float | None]:
        """Return the half-times of the signals, None where there is none."""
        times = self.record.half_times
        return {f"half_{k}": None if np.isnan(t) else float(t) for k, t in enumerate(times, 1)}

    def page_data(self) -> dict[str, Any]:
        """The table, and what its runs have in common."""
        return {
            "eigenvalues": list(depth_table.LEARNED),
            "intervals": depth_table.INTERVALS,
            "table": tables.read("depth"),
        }

    def picture(self) -> Figure:
        """Error and signals at the recorded points."""
        columns = self.table()
        signals = np.column_stack([columns[f"signal_{k}"] for k in (1, 2, 3)])
        return figures.depth_panels(
            columns["t"],
            columns["error"],
            signals,
            limits=np.array(depth_table.LEARNED),
            times=self.record.half_times,
            at=self.shown_point,
        )

    def alternative(self) -> str:
        """Say when each signal is half learned, and where the error starts and ends."""
        columns, said = self.table(), []
        for name, time in self.scalars().items():
            when = "is not half learned" if time is None else f"is half learned at step {time:.0f}"
            said.append(f"eigenvector {name[-1]} {when}")
        hidden = "a bottleneck of width 3" if self.width < depth_table.DIMENSION else "full width"
        return (
            f"Descent on {self.depth} factors with {hidden} from scale {self.scale:g}: "
            f"{', '.join(said)}. The error goes from {columns['error'][0]:.3g} to "
            f"{columns['error'][-1]:.2g} in {columns['t'][-1]:.0f} steps."
        )


def _columns(record: tables.Record) -> dict[str, FloatArray]:
    steps = record.facts["interval"] * np.arange(depth_table.INTERVALS + 1.0)
    return {"t": steps, **record.columns}
