"""Recorded tables: what runs over a grid of parameters show, rounded and kept as JSON.

A table holds ``grid``, the values of each parameter, and ``records``, one for each state of the
grid, the last parameter fastest. A record has curves, its ``columns``, half-times, and whatever
else is known of the run. Curves are rounded to integers that count a unit of the table's
``units``: ``{"step"}`` on a linear scale, ``{"floor", "per_decade"}`` on a logarithmic one, with
so many parts to a power of ten. Of the integers the first is kept, and of all, as if it had been
there before, the second differences, which are small where a curve is smooth: a text with one
character each, for 0, −1, 1, −2, 2, ….
The explorers' script reads the same tables, in js/tables.js.
"""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray

# The first character after the quotation mark, which JSON escapes; and where characters end.
ZERO, END = 35, 0xD800
Grid = Mapping[str, Sequence[float]]
Unit = Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Record:
    """What is recorded of one run.

    Parameters
    ----------
    columns : mapping of str to ndarray of shape (n,)
        The curves.
    half_times : ndarray, shape (k,)
        The steps from which on the signals are at half of their eigenvalues; nan for none.
    facts : mapping of str
        What else is known, as JSON types.
    """

    columns: Mapping[str, FloatArray]
    half_times: FloatArray
    facts: Mapping[str, Any]


def path(name: str) -> Path:
    """Return the file that holds a table."""
    return Path(__file__).with_name(f"{name}.json")


def states(grid: Grid) -> list[dict[str, float]]:
    """Return the states of a grid, in the order of the records."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def make(grid: Grid, units: Mapping[str, Unit], compute: Callable[..., Record]) -> dict[str, Any]:
    """Compute a table, as JSON types.

    Parameters
    ----------
    grid : mapping of str to sequence of float
        The values of each parameter.
    units : mapping of str to mapping
        The unit of each column that a record may have.
    compute : callable
        Takes a state as keywords and returns its `Record`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If a value of a column is not finite.
    """
    records = []
    for state in states(grid):
        run = compute(**state)
        times = [None if np.isnan(time) else int(time) for time in run.half_times]
        columns = {name: [*encode(values, units[name])] for name, values in run.columns.items()}
        records.append({**run.facts, "half_times": times, "columns": columns})
    return {
        "grid": {name: list(values) for name, values in grid.items()},
        "units": {name: dict(unit) for name, unit in units.items()},
        "records": records,
    }


def write(file: Path, table: Mapping[str, Any]) -> None:
    """Write a table, without spaces."""
    file.write_text(json.dumps(table, separators=(",", ":")) + "\n", encoding="utf-8")


@cache
def read(name: str) -> dict[str, Any]:
    """Return a table as it was written."""
    table: dict[str, Any] = json.loads(path(name).read_text(encoding="utf-8"))
    return table


def record(table: Mapping[str, Any], **state: float) -> Record:
    """Return what is recorded for a state of the grid, rounded as it is.

    Raises
    ------
    ValueError
        If the state is not one of the grid's.
    """
    facts = dict(table["records"][states(table["grid"]).index(state)])
    times, columns, units = facts.pop("half_times"), facts.pop("columns"), table["units"]
    curves = {name: decode(pair, units[name]) for name, pair in columns.items()}
    return Record(curves, np.array(times, dtype=float), facts)


def encode(values: ArrayLike, unit: Unit) -> tuple[int, str]:
    """Return how a column is written: the first integer, and second differences as a text.

    Raises
    ------
    ValueError
        If a number is not finite, or the differences are too large for a character.

    Examples
    --------
    >>> encode([7.0, 7.5, 8.0, 8.25], {"step": 0.25})
    (28, "#'#$")
    >>> encode([0.01, 0.02, 0.001], {"floor": 0.01, "per_decade": 10})  # nothing below the floor
    (0, '#).')
    """
    numbers = np.asarray(values, dtype=float)
    if not np.isfinite(numbers).all():
        raise ValueError(f"values must be finite to be stored, got {numbers}")
    if "step" in unit:
        counts = np.rint(numbers / unit["step"])
    else:
        above = np.maximum(numbers, unit["floor"]) / unit["floor"]
        counts = np.rint(unit["per_decade"] * np.log10(above))
    first = int(counts[0])
    changes = np.diff(counts, n=2, prepend=[first, first]).astype(int)
    codes = np.where(changes >= 0, 2 * changes, -2 * changes - 1) + ZERO
    if codes.max(initial=0) >= END:
        raise ValueError(f"values must change by less to be stored, got {numbers}")
    return first, "".join(map(chr, codes))


def decode(written: tuple[int, str], unit: Unit) -> FloatArray:
    """Return the rounded numbers of which `encode` made this, shape (n,).

    Examples
    --------
    >>> decode((28, "#'#$"), {"step": 0.25})
    array([7.  , 7.5 , 8.  , 8.25])
    """
    first, text = written
    codes = np.array([ord(character) for character in text], dtype=int) - ZERO
    changes = np.where(codes % 2 == 0, codes // 2, -(codes // 2) - 1)
    counts = first + np.cumsum(np.cumsum(changes))
    if "step" in unit:
        return counts * unit["step"]
    return unit["floor"] * 10 ** (counts / unit["per_decade"])


def pack(values: FloatArray) -> dict[str, str]:
    """Return numbers as JSON in full precision, float64 in base64.

    Examples
    --------
    >>> pack(np.array([1.0]))
    {'float64': 'AAAAAAAA8D8='}
    """
    return {"float64": base64.b64encode(values.astype("<f8").tobytes()).decode()}
