"""What a sweep saves: runs per second against a plain loop, and how that grows.

    python benchmarks/sweeps.py      (or make bench)

The plain loop calls `mftutor.gradient_descent` once for each run, with all rows; the sweep
compresses and stacks. Both start from the same draws of Figure 1's problem and find the same
hitting times. Per core, in CPU time, against the dimension and the number of draws, with the most
that NumPy's arrays take; then on the wall, against the number of worker processes. Linear algebra
has one thread, or workers would stand in each other's way. Nothing asserts a time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from descent import THREADS, clock

import mftutor as mf

SCALE, STEP_SIZE, N_STEPS, N_SEEDS = 0.5, 0.1, 500, 50
DIMENSIONS = (10, 100, 1000, 10_000, 100_000)
# So many rows are for the sweep alone, and for fewer draws.
LARGEST, LARGEST_SEEDS = 1_000_000, 5
SEEDS = (1, 10, 50, 200)
# The plain loop is timed on as many runs as take about this many numbers through a step.
LOOP_NUMBERS = 200_000

Array = np.ndarray

# The sweep of the README, timed in a process of its own with so many workers, none for 0.
SNIPPET = """
import sys, time
from concurrent.futures import ProcessPoolExecutor
import mftutor as mf

problems = [mf.sweeps.LinearTailProblem(10**n) for n in range(2, 7)]
grid = mf.sweeps.Grid(problems, scale=[0.5, 1.0], step_size=0.1, n_steps=1000, seeds=range(200))
workers = int(sys.argv[1])
executor = ProcessPoolExecutor(workers) if workers else None
if executor:
    list(executor.map(abs, range(workers)))
start = time.perf_counter()
mf.sweeps.sweep(grid, executor=executor, progress=False)
print(time.perf_counter() - start)
"""


def grid(dimension: int, n_seeds: int) -> mf.sweeps.Grid:
    """Figure 1's problem in one dimension."""
    problem = mf.sweeps.LinearTailProblem(dimension)
    return mf.sweeps.Grid(
        problem, scale=SCALE, step_size=STEP_SIZE, n_steps=N_STEPS, seeds=range(n_seeds)
    )


def looped(each: mf.sweeps.Grid, n_runs: int) -> Array:
    """Hitting times of the first runs, one after the other, shape (n_runs, r)."""
    problem = mf.figure_1_problem(int(each.problems[0].dimension))
    times = []
    for seed in each.seeds[:n_runs]:
        X0 = mf.gaussian_init(problem, scale=SCALE, seed=seed)
        run = mf.gradient_descent(problem, X0, step_size=STEP_SIZE, n_steps=N_STEPS)
        times.append(run.hitting_times())
    return np.array(times)


def swept(each: mf.sweeps.Grid) -> Array:
    """The same from the engine, shape (n_seeds, r)."""
    table = mf.sweeps.sweep(each, progress=False)
    return np.asarray(table["hitting_time"]).reshape(len(each.seeds), -1)


def measured(run: Callable[[], Array]) -> tuple[float, int, Array]:
    """CPU seconds, the most bytes of another time, and the result."""
    _, now = clock()
    start = now()
    result = run()
    seconds = now() - start
    tracemalloc.start()
    run()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak, result


def against_loop(dimension: int, n_seeds: int = N_SEEDS) -> str:
    """A line: runs per second of both, their ratio, and the memory of both."""
    each = grid(dimension, n_seeds)
    n_looped = int(np.clip(LOOP_NUMBERS // dimension, 1, n_seeds))
    slow, slow_bytes, expected = measured(partial(looped, each, n_looped))
    fast, fast_bytes, times = measured(partial(swept, each))
    np.testing.assert_array_equal(times[:n_looped], expected)
    rate, ratio = f"{n_looped / slow:.3g}", f"{n_seeds / fast / (n_looped / slow):.3g}×"
    return line(
        dimension, n_seeds, rate, n_seeds / fast, ratio, f"{slow_bytes / 1e6:.3g}", fast_bytes
    )


def alone(dimension: int = LARGEST, n_seeds: int = LARGEST_SEEDS) -> str:
    """The same line where the loop is left out."""
    fast, fast_bytes, _ = measured(partial(swept, grid(dimension, n_seeds)))
    return line(dimension, n_seeds, "-", n_seeds / fast, "-", "-", fast_bytes)


def line(
    dimension: int, n_seeds: int, loop: str, rate: float, ratio: str, loop_mb: str, n_bytes: int
) -> str:
    """Numbers under the headings of the table."""
    left = f"{dimension:10,} {n_seeds:5} {loop:>9} {rate:9.3g} {ratio:>8}"
    return f"{left} {loop_mb:>9} {n_bytes / 1e6:9.3g}"


def with_workers(n_workers: int, dimension: int = 10_000, n_seeds: int = 400) -> str:
    """A line: runs per second on the wall with so many processes, begun beforehand."""
    each = grid(dimension, n_seeds)
    with ProcessPoolExecutor(n_workers) as executor:
        list(executor.map(abs, range(n_workers)))
        start = time.perf_counter()
        mf.sweeps.sweep(each, executor=executor, progress=False)
        seconds = time.perf_counter() - start
    return f"{n_workers:7} {n_seeds / seconds:9.3g}"


def snippet(n_workers: int, *, free: bool) -> float:
    """Seconds of the README's sweep; `free` with no variable that limits linear algebra."""
    environment = {name: value for name, value in os.environ.items() if name not in THREADS}
    if not free:
        environment |= dict.fromkeys(THREADS, "1")
    command = [sys.executable, "-c", SNIPPET, str(n_workers)]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


def main(arguments: list[str]) -> int:
    """Print the tables, in a process with one thread, and return its exit code."""
    one_thread = dict.fromkeys(THREADS, "1")
    if any(os.environ.get(name) != "1" for name in THREADS):
        command = [sys.executable, __file__, *arguments]
        return subprocess.run(command, env={**os.environ, **one_thread}, check=False).returncode
    print(f"sweeps: Figure 1's problem, {N_STEPS} steps; runs per second of {clock()[0]} and MB")
    print("         d draws      loop     sweep    ratio   MB loop  MB sweep")
    for dimension in DIMENSIONS:
        print(against_loop(dimension), flush=True)
    print(alone(), flush=True)
    for n_seeds in SEEDS:
        print(against_loop(1000, n_seeds), flush=True)
    print("workers  runs per second on the wall, d = 10,000")
    for n_workers in sorted({1, 2, os.cpu_count() or 1}):
        print(with_workers(n_workers), flush=True)
    limited, free, two = (snippet(n, free=free) for n, free in ((0, False), (0, True), (2, True)))
    print("the README's sweep, seconds: one thread, no variable set, that in two processes")
    print(f"{limited:.2f} {free:.2f} {two:.2f}, ratios {free / limited:.2f} and {free / two:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
