"""What a step of gradient descent costs: the record that ``make timings`` keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

# The four forms of a step, and two things that are done once.
FORMS = ("formed", "kept", "rows", "compressed")
ONCE = ("block_quadrature", "compress")


@dataclass(frozen=True)
class Timing:
    """One line of the record.

    Attributes
    ----------
    what : str
        One of `FORMS` or `ONCE`.
    dimension : int
        The dimension d.
    median : float
        Seconds: for a step, or for the whole of what is done once.
    quartiles : tuple of float
        The seconds between which the middle half of the rounds lie.
    bytes : int
        What it holds in memory, its inputs included.
    extrapolated : bool
        Whether the numbers are those of a smaller dimension times the square of the ratio.
    """

    what: str
    dimension: int
    median: float
    quartiles: tuple[float, float]
    bytes: int
    extrapolated: bool


@dataclass(frozen=True)
class Timings:
    """Timings of one machine, side by side.

    Attributes
    ----------
    about : mapping of str
        How they were measured, in words and numbers.
    rows : mapping of int to int
        With how many rows the compressed form runs, for each dimension.
    lines : tuple of Timing
        Each of `FORMS` and `ONCE` in each dimension.
    """

    about: Mapping[str, Any]
    rows: Mapping[int, int]
    lines: tuple[Timing, ...]

    @property
    def dimensions(self) -> tuple[int, ...]:
        """The dimensions, in increasing order."""
        return tuple(sorted({line.dimension for line in self.lines}))

    @property
    def conditions(self) -> str:
        """How they were measured, in two lines of text."""
        about = self.about
        return (
            f"{about['machine']}; Python {about['python']}, NumPy {about['numpy']};\n"
            f"{about['date']}; {about['clock']}, medians of {about['repeats']} rounds"
        )

    def of(self, what: str, dimension: int) -> Timing:
        """Return the line of one form in one dimension.

        Parameters
        ----------
        what : str
            One of `FORMS` or `ONCE`.
        dimension : int
            One of `dimensions`.

        Returns
        -------
        Timing

        Raises
        ------
        ValueError
            If there is no such line.
        """
        for line in self.lines:
            if (line.what, line.dimension) == (what, dimension):
                return line
        known = f"one of {', '.join(FORMS + ONCE)} and of {self.dimensions}"
        raise ValueError(f"what and dimension must be {known}, got {what!r} and {dimension!r}")

    def times_table(self, dimensions: Iterable[int] | None = None) -> str:
        """Return the medians in milliseconds, a line for each form; ~ means extrapolated.

        Parameters
        ----------
        dimensions : iterable of int, optional
            Which of `dimensions` to show; all unless given.

        Returns
        -------
        str
        """
        return self._table("milliseconds", dimensions, lambda line: 1e3 * line.median)

    def memory_table(self, dimensions: Iterable[int] | None = None) -> str:
        """Return the memory held in millions of bytes, a line for each form; ~ means extrapolated.

        Parameters
        ----------
        dimensions : iterable of int, optional
            Which of `dimensions` to show; all unless given.

        Returns
        -------
        str
        """
        return self._table("megabytes", dimensions, lambda line: line.bytes / 1e6)

    def spread_table(self, dimension: int) -> str:
        """Return the middle half of the times in one dimension, and how they compare.

        Parameters
        ----------
        dimension : int
            One of `dimensions`.

        Returns
        -------
        str
        """
        unit = self.of("compressed", dimension).median
        table = [f"{'d = ' + format(dimension, ','):17}{'middle half (ms)':>20}{'ratio':>12}"]
        for what in FORMS + ONCE:
            line = self.of(what, dimension)
            middle = " to ".join(f"{1e3 * end:.3g}" for end in line.quartiles)
            mark = "~" if line.extrapolated else ""
            ratio = f"{mark}{line.median / unit:.4g}"
            table.append(f"{what:17}{mark + middle:>20}{ratio:>12}")
        return "\n".join(table)

    def _table(
        self, title: str, dimensions: Iterable[int] | None, number: Callable[[Timing], float]
    ) -> str:
        """A line for each form, a column for each dimension."""
        shown = self.dimensions if dimensions is None else tuple(dimensions)
        table = [f"{title + ', d =':17}" + "".join(f"{d:11,}" for d in shown)]
        for what in FORMS + ONCE:
            lines = [self.of(what, d) for d in shown]
            cells = [f"{'~' if line.extrapolated else ''}{number(line):.3g}" for line in lines]
            table.append(f"{what:17}" + "".join(f"{cell:>11}" for cell in cells))
        return "\n".join(table)


def recorded_timings() -> Timings:
    """Return the timings that come with the library, of the machine that it was released on.

    Returns
    -------
    Timings

    Examples
    --------
    >>> timings = recorded_timings()
    >>> timings.rows[4000]
    35
    >>> timings.of("formed", 4000).median > timings.of("compressed", 4000).median
    True
    """
    return timings_from(json.loads((files("mftutor.data") / "benchmark.json").read_text("utf-8")))


def timings_from(record: Mapping[str, Any]) -> Timings:
    """Return the timings that a record in JSON holds, as ``benchmarks/descent.py`` writes it."""
    lines = tuple(
        Timing(**{**line, "quartiles": tuple(line["quartiles"])}) for line in record["lines"]
    )
    return Timings(record["about"], {int(d): n for d, n in record["rows"].items()}, lines)
