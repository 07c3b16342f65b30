"""The hitting times that ``make sweep`` has measured, over dimensions and ranks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mftutor._validation import FloatArray, integer
from mftutor.sweeps.linear_tail import LinearTailProblem

# The shares of draws whose times are kept.
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_COLUMNS = np.dtype(
    [
        ("rank", "i8"),
        ("dimension", "f8"),
        ("drawn", "?"),
        ("n_draws", "i8"),
        ("k", "i8"),
        ("quantiles", "f8", (5,)),
        ("law", "f8", (5,)),
        ("apart", "f8"),
    ]
)


@dataclass(frozen=True, eq=False)
class RecordedHittingTimes:
    """Quantiles of hitting times and the tail of the last one, with the flow's law for both.

    Attributes
    ----------
    about : mapping
        How the runs were made: ``scale``, ``step_size``, ``threshold``, ``draws`` (in words), and
        ``leading``, the leading eigenvalues by the rank. The tail is that of Figure 1.
    lines : ndarray, shape (n,)
        A structured array, a line for each rank, dimension and k, and whether all rows were
        drawn or only the first r + 1, the limit of large d. Columns: ``rank``, ``dimension``,
        ``drawn``, ``n_draws``, ``k``; ``quantiles`` and ``law``, shape (5,), in steps, of the
        runs and of the flow; ``apart``, for lines not drawn, by how many steps at most they
        were off from lines that were, draw by draw (nan where there are none).
    delay_dimension : float
        The dimension of the tails below, which are those of the limit.
    delay_draws : int
        The number of draws behind them.
    delay_times : ndarray, shape (m,)
        Numbers of steps t.
    later : mapping of int to ndarray, shape (m,)
        By the rank, the share of draws with ``τ_r > t``.
    later_law : mapping of int to ndarray, shape (m,)
        The same by the flow's law.
    """

    about: Mapping[str, Any]
    lines: NDArray[Any]
    delay_dimension: float
    delay_draws: int
    delay_times: FloatArray
    later: Mapping[int, FloatArray]
    later_law: Mapping[int, FloatArray]

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks, in increasing order."""
        return tuple(np.unique(self.lines["rank"]).tolist())

    def problem(self, rank: int, dimension: float, *, drawn: bool = True) -> LinearTailProblem:
        """Return the problem that was run, to run it again.

        Parameters
        ----------
        rank : int
            One of `ranks`.
        dimension : int or float
            Any dimension.
        drawn : bool, default True
            Whether all rows are drawn.

        Returns
        -------
        LinearTailProblem

        Raises
        ------
        ValueError
            If `rank` or `dimension` is out of range.
        """
        known = integer("rank", rank, self.ranks[0], self.ranks[-1])
        return LinearTailProblem(dimension, self.about["leading"][str(known)], drawn=drawn)

    def of(self, rank: int, k: int, *, drawn: bool) -> NDArray[Any]:
        """Return the lines of one time, in the order of the dimensions.

        Parameters
        ----------
        rank : int
            One of `ranks`.
        k : int
            From 1 to the rank.
        drawn : bool
            Whether all rows are drawn.

        Returns
        -------
        ndarray
            Some of `lines`.

        Raises
        ------
        ValueError
            If `rank` or k is out of range.
        """
        known = integer("rank", rank, self.ranks[0], self.ranks[-1])
        which = integer("k", k, 1, known)
        lines = self.lines
        kept = (lines["rank"] == known) & (lines["k"] == which) & (lines["drawn"] == drawn)
        return np.sort(lines[kept], order="dimension")

    def __repr__(self) -> str:
        drawn = self.lines["dimension"][self.lines["drawn"]]
        return (
            f"RecordedHittingTimes(ranks {self.ranks[0]} to {self.ranks[-1]}, "
            f"d from {drawn.min():g} to {drawn.max():g}, "
            f"in the limit to {self.lines['dimension'].max():g})"
        )


def recorded_hitting_times() -> RecordedHittingTimes:
    """Return the hitting times that come with the library, made by ``make sweep``.

    Returns
    -------
    RecordedHittingTimes

    Examples
    --------
    >>> table = recorded_hitting_times()
    >>> table
    RecordedHittingTimes(ranks 1 to 4, d from 10 to 1e+07, in the limit to 1e+30)
    >>> table.about["draws"]
    'draw i by the i-th child that numpy.random.SeedSequence(0) spawns'
    """
    return table_from(json.loads((files("mftutor.data") / "hitting_times.json").read_text("utf-8")))


def table_from(record: Mapping[str, Any]) -> RecordedHittingTimes:
    """Return the table that a record in JSON holds, as ``scripts/hitting_times.py`` makes it."""
    lines = [
        tuple(np.nan if line[name] is None else line[name] for name in _COLUMNS.names or ())
        for line in record["lines"]
    ]
    delays = record["delays"]
    return RecordedHittingTimes(
        record["about"],
        np.array(lines, _COLUMNS),
        delays["dimension"],
        delays["n_draws"],
        np.array(delays["times"], dtype=float),
        {each["rank"]: np.array(each["later"]) for each in delays["ranks"]},
        {each["rank"]: np.array(each["law"]) for each in delays["ranks"]},
    )
