"""Measure how hitting times grow with the dimension and the rank, and keep them for the book.

    python scripts/hitting_times.py                    all of it (or make sweep)
    python scripts/hitting_times.py --keep FOLDER      and each run, to go on from there

The last of r leading eigenvalues is 1/2, the first is 1, the others lie evenly between them, and
the tail is spaced evenly from 0.3 to 0: so the last one is the same, with the same gap, whatever
r is, and r = 2 is the problem of Figure 1. Draws are the seeds 0, 1, … throughout. It takes about
an hour of one core, nearly all of it for ten million rows.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import mftutor as mf
from mftutor.data.hitting_times import LEVELS

FILE = Path(mf.__file__).parent / "data" / "hitting_times.json"
RANKS = (1, 2, 3, 4)
SCALE, STEP_SIZE, THRESHOLD = 0.5, 0.1, 0.1
# The same in both parts: the limit is compared with what was drawn, draw by draw.
N_DRAWS = 200
# Each part of the table: dimensions, whether all rows are drawn, draws, steps.
PARTS = {
    "drawn": ([10**n for n in range(1, 8)], True, N_DRAWS, 1000),
    "limit": ([10.0**n for n in (3, 4, 5, 6, 7, 10, 15, 20, 25, 30)], False, N_DRAWS, 3000),
}
# The tail of the last time's law, in the limit, from many draws.
DELAY = (1e12, 1000, 1300)
DELAY_TIMES = range(0, 1300, 20)
# How many eigenvalues stand for the density in the flow's law.
STAND_IN = 4000


def leading(rank: int) -> list[float]:
    """The leading eigenvalues: evenly from 1 down to 1/2; 1/2 alone for r = 1."""
    return np.linspace(1.0, 0.5, rank).tolist() if rank > 1 else [0.5]


def grid(dimensions: list[Any], drawn: bool, n_draws: int, n_steps: int) -> mf.sweeps.Grid:
    """All ranks in those dimensions."""
    problems = [
        mf.sweeps.LinearTailProblem(d, leading(rank), drawn=drawn)
        for rank in RANKS
        for d in dimensions
    ]
    return mf.sweeps.Grid(
        problems,
        scale=SCALE,
        step_size=STEP_SIZE,
        n_steps=n_steps,
        seeds=range(n_draws),
        threshold=THRESHOLD,
    )


def of(table: NDArray[Any], rank: int, dimension: float, k: int) -> NDArray[Any]:
    """The hitting times τ_k of one problem, in the order of the draws."""
    wanted = (table["rank"] == rank) & (table["dimension"] == dimension) & (table["k"] == k)
    times: NDArray[Any] = table["hitting_time"][wanted]
    return times


@cache
def stand_in(rank: int, dimension: float) -> mf.Problem:
    """The problem whose eigenvalues give the flow's law, itself or with the same density."""
    return mf.sweeps.LinearTailProblem(int(min(dimension, STAND_IN)), leading(rank)).problem()


def law(rank: int, dimension: float, k: int, steps: NDArray[Any]) -> NDArray[Any]:
    """``P(τ_k ≤ steps)`` for the flow, a step taking the time η."""
    found: NDArray[Any] = mf.flow.time_law(
        stand_in(rank, dimension),
        k,
        scale=SCALE,
        time=STEP_SIZE * steps,
        threshold=THRESHOLD,
        dimension=dimension,
    )
    return found


def law_quantiles(rank: int, dimension: float, k: int, longest: int) -> list[float]:
    """When the flow's law reaches each of the levels, to a tenth of a step."""
    steps = np.linspace(0.0, longest, longest + 1)
    return [round(float(at), 1) for at in np.interp(LEVELS, law(rank, dimension, k, steps), steps)]


def lines(tables: dict[str, NDArray[Any]]) -> Iterator[dict[str, Any]]:
    """A line for each part, rank, dimension and k."""
    for part, (dimensions, drawn, n_draws, n_steps) in PARTS.items():
        for rank, d, k in ((r, d, k) for r in RANKS for d in dimensions for k in range(1, r + 1)):
            times = of(tables[part], rank, d, k)
            late = np.where(np.isnan(times), np.inf, times)
            yield {
                "rank": rank,
                "dimension": d,
                "drawn": drawn,
                "n_draws": n_draws,
                "k": k,
                "quantiles": np.quantile(late, LEVELS, method="inverted_cdf").tolist(),
                "law": law_quantiles(rank, d, k, n_steps),
                "apart": None if drawn else farthest(times, of(tables["drawn"], rank, d, k)),
            }


def farthest(limit: NDArray[Any], drawn: NDArray[Any]) -> float | None:
    """By how many steps, at most, the limit is off, draw by draw; None where none was drawn."""
    return float(np.abs(limit - drawn).max()) if drawn.size else None


def delays(table: NDArray[Any]) -> Iterator[dict[str, Any]]:
    """In which share of the draws the last row has not arrived by each time, and the law's."""
    steps = np.array(DELAY_TIMES, dtype=float)
    for rank in RANKS:
        times = of(table, rank, DELAY[0], rank)
        later = [round(float(np.mean(~(times <= step))), 6) for step in steps]
        expected = 1 - law(rank, DELAY[0], rank, steps)
        yield {"rank": rank, "later": later, "law": [float(f"{p:.4g}") for p in expected]}


def measure(executor: Executor | None, folder: Path | None) -> dict[str, Any]:
    """Run everything and return what is kept."""
    dimension, n_draws, n_steps = DELAY
    grids = {part: grid(*sizes) for part, sizes in PARTS.items()}
    grids["delays"] = grid([dimension], False, n_draws, n_steps)
    tables = {}
    for part, each in grids.items():
        start = time.perf_counter()
        file = None if folder is None else folder / f"{part}.sweep"
        tables[part] = mf.sweeps.sweep(each, executor=executor, file=file)
        print(f"{part:8} {each.n_runs:6} runs {time.perf_counter() - start:7.1f} s", flush=True)
    about = {
        "scale": SCALE,
        "step_size": STEP_SIZE,
        "threshold": THRESHOLD,
        "draws": "draw i by the seed i",
        "leading": {str(rank): leading(rank) for rank in RANKS},
    }
    kept = {"dimension": dimension, "n_draws": n_draws, "times": list(DELAY_TIMES)}
    return {
        "about": about,
        "lines": list(lines(tables)),
        "delays": {**kept, "ranks": list(delays(tables["delays"]))},
    }


def main(arguments: list[str]) -> int:
    """Measure, and write the file that comes with the library."""
    if arguments and (arguments[0] != "--keep" or len(arguments) != 2):
        print(__doc__)
        return 1
    with ProcessPoolExecutor() as executor:
        record = measure(executor, Path(arguments[1]) if arguments else None)
    FILE.write_text(json.dumps(record) + "\n", encoding="utf-8")
    print(f"{FILE.stat().st_size / 1000:.0f} kB in {FILE.relative_to(FILE.parents[2])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
