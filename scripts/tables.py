"""Make the tables that explorers read where computing in the page would take too long.

    python scripts/tables.py            all of them, in some minutes
    python scripts/tables.py depth      only the tables named

They are committed; the tests compare them with fresh runs.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mftutor.data import tables
from mftutor.explorers import depth_table, sensing_table

# Where each table is kept, and the function that makes it.
TABLES: dict[str, tuple[Path, Callable[[], dict[str, Any]]]] = {
    "depth": (tables.path("depth"), depth_table.make_table),
    "sensing": (tables.path("sensing"), sensing_table.make_table),
}


def main(names: list[str]) -> int:
    """Make the tables named, or all; return the exit code."""
    unknown = [name for name in names if name not in TABLES]
    if unknown:
        print(f"unknown table {unknown[0]}; there are {', '.join(TABLES)}")
        return 1
    for name in names or TABLES:
        start = time.perf_counter()
        path, make = TABLES[name]
        tables.write(path, make())
        seconds = time.perf_counter() - start
        print(f"{name:12}{path.stat().st_size / 1000:6.0f} kB  {seconds:6.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
