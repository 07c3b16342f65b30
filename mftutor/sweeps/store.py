"""The file of a sweep: a database of SQLite, to which each result is added once it is there.

SQLite writes a result whole or not at all, whenever the process is killed, and locks the file on
every system. A file without tables, as an interrupted beginning leaves it, is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np

from mftutor._validation import FloatArray
from mftutor.sweeps.grid import Grid, described
from mftutor.sweeps.kernel import Chunk

# To be raised when the same grid gives other numbers or chunks: no file mixes old and new.
_FORMAT = 1
# What no file's content is to blame for.
_OF_THE_SYSTEM = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_READONLY,
}


class Store(dict[int, FloatArray]):
    """The results of chunks by their number, each in a file as well; `opened` makes one."""

    def __init__(self, connection: sqlite3.Connection, grid: Grid, chunks: Sequence[Chunk]) -> None:
        self._execute = connection.execute
        mine = _description(grid)
        self._key = json.dumps(mine).encode()
        self._execute("PRAGMA locking_mode = EXCLUSIVE")  # until the connection is closed
        self._execute("BEGIN EXCLUSIVE")
        if not self._execute("SELECT * FROM sqlite_master").fetchall():
            self._execute("CREATE TABLE grid (name TEXT PRIMARY KEY, value TEXT)")
            self._execute("CREATE TABLE results (chunk INTEGER PRIMARY KEY, numbers, digest)")
            connection.executemany("INSERT INTO grid VALUES (?, ?)", mine.items())
        theirs = dict(self._execute("SELECT name, value FROM grid").fetchall())
        for name in mine:
            if theirs.get(name) != mine[name]:
                was, wanted = (f"{values.get(name)!s:.60}" for values in (theirs, mine))
                raise sqlite3.DatabaseError(f"has another {name}, {was} and not {wanted}")
        for number, numbers, digest in self._execute("SELECT chunk, numbers, digest FROM results"):
            if not isinstance(numbers, bytes) or digest != self._digest(number, numbers):
                raise sqlite3.DatabaseError(f"is damaged in chunk {number}")
            values = np.frombuffer(numbers, "<f8").reshape(chunks[number].shape)
            super().__setitem__(number, values.astype(float))
        self._execute("COMMIT")

    def __setitem__(self, number: int, result: FloatArray) -> None:
        numbers = result.astype("<f8").tobytes()
        line = number, numbers, self._digest(number, numbers)
        self._execute("INSERT INTO results VALUES (?, ?, ?)", line)  # and wait for the disk
        super().__setitem__(number, result)

    def _digest(self, number: int, numbers: bytes) -> bytes:
        """What shows that these are the numbers of this chunk of this grid."""
        return hashlib.sha256(b"%s %d %s" % (self._key, number, numbers)).digest()


def _description(grid: Grid) -> dict[str, str]:
    """What the results depend on, by name."""
    axes = ("problems", "scale", "step_size", "n_steps", "seeds")
    values = {name: [*map(described, getattr(grid, name))] for name in axes}
    others = {"threshold": grid.threshold, "format": _FORMAT}
    return {name: json.dumps(value) for name, value in (values | others).items()}


@contextmanager
def opened(file: str | os.PathLike[str], grid: Grid, chunks: Sequence[Chunk]) -> Iterator[Store]:
    """Open the file of a grid, or begin one; the results that are there have been verified.

    Raises
    ------
    ValueError
        If the file is not one of a sweep, of another grid, damaged, or open elsewhere. It is left
        as it is.
    OSError
        If it cannot be opened or written.
    """
    path = Path(file).resolve()
    try:
        # Nothing else may open the file: on POSIX, to close it again would give up the lock.
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            yield Store(connection, grid, chunks)
    except sqlite3.DatabaseError as failure:
        code = getattr(failure, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        if code in _OF_THE_SYSTEM:
            raise OSError(f"{path}: {failure}") from None
        found = "another sweep has it open" if code == sqlite3.SQLITE_BUSY else failure
        raise ValueError(
            f"file must be this grid's, but {path}: {found}; it is left as it is: name another, or "
            "delete it to begin again"
        ) from None
