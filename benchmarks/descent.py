"""What a step of gradient descent costs, in four forms, side by side in one run.

    python benchmarks/descent.py             print the tables (or make bench)
    python benchmarks/descent.py --record    and keep them, for the book to print

The four forms compute the same iterates on Figure 1's problem, at several dimensions:

- *formed*: ``X + η(Σ − XXᵀ)X`` as it is written, with d×d matrices formed at each step;
- *kept*: ``X + η(ΣX − X(XᵀX))`` with a dense Σ that is kept and multiplied;
- *rows*: `mftutor.gradient_descent`, with every diagnostic that it offers;
- *compressed*: the same from `mftutor.compress`, whose own cost is reported apart.

The dense forms record nothing, which is in their favour. They run up to a dimension that fits
in memory; beyond, their cost is extrapolated, as d², and marked. Measurements of all forms and
dimensions take turns, so that whatever else the machine does disturbs all alike, and linear
algebra has one thread. Times are medians with quartiles, of this machine; nothing asserts them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

import mftutor as mf
from mftutor.data.timings import timings_from
from mftutor.trajectory import Trajectory

RECORD = Path(mf.__file__).with_name("data") / "benchmark.json"
SCALE, STEP_SIZE, SEED, N_STEPS = 0.5, 0.1, 0, 300
DENSE = (1000, 4000, 6000)  # the last two are beyond the caches, and show the law d²
DIMENSIONS = (*DENSE, 100_000, 1_000_000)
REPEATS = 7
# One thread each: LAPACK and BLAS read these before NumPy is imported.
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

Array = np.ndarray


def formed(sigma: Array, X: Array) -> Array:
    """One step, with XXᵀ and Σ − XXᵀ formed as d×d matrices."""
    return X + STEP_SIZE * (sigma - X @ X.T) @ X


def kept(sigma: Array, X: Array) -> Array:
    """One step, with a dense Σ and an r×r Gram matrix."""
    return X + STEP_SIZE * (sigma @ X - X @ (X.T @ X))


DENSE_FORMS = {"formed": formed, "kept": kept}


def problem_and_start(dimension: int) -> tuple[mf.Problem, Array]:
    """Figure 1's problem in that dimension, and where its run starts."""
    problem = mf.figure_1_problem(dimension)
    return problem, mf.gaussian_init(problem, scale=SCALE, seed=SEED)


def compressed(problem: mf.Problem, X0: Array) -> tuple[mf.Problem, Array]:
    """The small problem and start that stand for a run of `N_STEPS` steps."""
    return mf.compress(problem, X0, step_size=STEP_SIZE, n_steps=N_STEPS)


def dense_iterates(form: str, sigma: Array, X0: Array, n_steps: int) -> list[Array]:
    """The iterates of a dense form, n_steps + 1 of them."""
    iterates = [X0]
    for _ in range(n_steps):
        iterates.append(DENSE_FORMS[form](sigma, iterates[-1]))
    return iterates


def diagnosed(problem: mf.Problem, X0: Array, n_steps: int) -> Trajectory:
    """A run with everything it can be asked for."""
    run = mf.gradient_descent(problem, X0, step_size=STEP_SIZE, n_steps=n_steps)
    for quantity in (run.error, run.signal, run.noise, run.hitting_times()):
        assert np.size(quantity)
    return run


@dataclass(frozen=True, eq=False)
class Job:
    """One thing that is timed: what it is, on which arrays, and how many steps it takes."""

    what: str
    dimension: int
    run: Callable[[], object]
    inputs: tuple[Array, ...]
    n_steps: int = 1

    def bytes_held(self) -> int:
        """Its inputs, and the most that NumPy's arrays take beside them at a time."""
        tracemalloc.start()
        self.run()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak + sum(array.nbytes for array in self.inputs)


def jobs_of(dimension: int, *, dense: bool) -> list[Job]:
    """Everything that is timed in one dimension."""
    problem, X0 = problem_and_start(dimension)
    small_problem, small_X0 = compressed(problem, X0)
    n_blocks = (small_problem.dimension - problem.rank - 1) // problem.rank
    tail = problem.eigenvalues[problem.rank + 1 :], X0[problem.rank + 1 :]
    inputs = problem.eigenvalues, X0
    long, short = N_STEPS, int(np.clip(3e7 // dimension, 30, N_STEPS))
    found = [
        Job("rows", dimension, lambda: diagnosed(problem, X0, short), inputs, short),
        Job(
            "compressed",
            dimension,
            lambda: diagnosed(small_problem, small_X0, long),
            (small_problem.eigenvalues, small_X0),
            long,
        ),
        Job("compress", dimension, lambda: compressed(problem, X0), inputs),
        Job(
            "block_quadrature",
            dimension,
            lambda: mf.compression.block_quadrature(*tail, n_blocks),
            inputs,
        ),
    ]
    if dense:
        sigma = np.diag(problem.eigenvalues)
        found += [
            Job(form, dimension, partial(dense_iterates, form, sigma, X0, 5), (sigma, X0), 5)
            for form in DENSE_FORMS
        ]
    return found


def clock() -> tuple[str, Callable[[], float]]:
    """CPU time of this process where it is fine enough, else the time on the wall."""
    if time.get_clock_info("process_time").resolution <= 1e-6:
        return "CPU time", time.process_time
    return "wall time", time.perf_counter


def in_turns(jobs: Sequence[Job], repeats: int) -> list[list[float]]:
    """Seconds a step of each job, once in each round, after a round that is not counted."""
    _, now = clock()
    seconds: list[list[float]] = [[] for _ in jobs]
    for repeat in range(repeats + 1):
        for job, times in zip(jobs, seconds, strict=True):
            start = now()
            job.run()
            if repeat:
                times.append((now() - start) / job.n_steps)
    return seconds


def measured(job: Job, seconds: Sequence[float]) -> dict[str, Any]:
    """One line of the record: median and quartiles of the seconds, and memory."""
    low, median, high = np.quantile(seconds, [0.25, 0.5, 0.75])
    return {
        "what": job.what,
        "dimension": job.dimension,
        "median": _rounded(median),
        "quartiles": [_rounded(low), _rounded(high)],
        "bytes": job.bytes_held(),
        "extrapolated": False,
    }


def extrapolated(lines: Sequence[dict[str, Any]], dimensions: Sequence[int]) -> list[Any]:
    """What the dense forms would cost where they were not run: d² times as much, marked."""
    found = []
    for form in DENSE_FORMS:
        largest = max(
            (line for line in lines if line["what"] == form), key=lambda line: line["dimension"]
        )
        for d in (d for d in dimensions if d > largest["dimension"]):
            factor = (d / largest["dimension"]) ** 2
            numbers = {
                "median": _rounded(factor * largest["median"]),
                "quartiles": [_rounded(factor * end) for end in largest["quartiles"]],
                "bytes": round(factor * largest["bytes"]),
            }
            found.append({"what": form, "dimension": d, **numbers, "extrapolated": True})
    return found


def measure(
    dimensions: Sequence[int] = DIMENSIONS, dense: Sequence[int] = DENSE, repeats: int = REPEATS
) -> dict[str, Any]:
    """Time everything and return the record."""
    jobs = [job for d in dimensions for job in jobs_of(d, dense=d in dense)]
    lines = [measured(job, times) for job, times in zip(jobs, in_turns(jobs, repeats), strict=True)]
    rows = {str(job.dimension): len(job.inputs[1]) for job in jobs if job.what == "compressed"}
    return {"about": about(repeats), "rows": rows, "lines": lines + extrapolated(lines, dimensions)}


def about(repeats: int) -> dict[str, Any]:
    """How it was measured, in words: the class of machine, never which one."""
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, one thread used",
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "date": date.today().isoformat(),
        "clock": clock()[0],
        "repeats": repeats,
        "n_steps": N_STEPS,
        "step_size": STEP_SIZE,
        "scale": SCALE,
        "seed": SEED,
    }


def report(record: dict[str, Any]) -> str:
    """The record as tables for people: times, ratios and memory."""
    timings = timings_from(record)
    text = [timings.conditions, f"rows after compression: {dict(timings.rows)}"]
    text += ["~ extrapolated as d²; block_quadrature and compress once, the others a step"]
    text += [timings.times_table(), *map(timings.spread_table, timings.dimensions)]
    return "\n\n".join([*text, timings.memory_table()])


def _rounded(seconds: float) -> float:
    """Three digits: more would be noise."""
    return float(f"{seconds:.3g}")


def main(arguments: list[str]) -> int:
    """Run the command line above, in a process with one thread, and return its exit code."""
    one_thread = dict.fromkeys(THREADS, "1")
    if any(os.environ.get(name) != "1" for name in THREADS):
        command = [sys.executable, __file__, *arguments]
        return subprocess.run(command, env={**os.environ, **one_thread}, check=False).returncode
    record = measure()
    print(report(record))
    if "--record" in arguments:
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        print(f"kept in {RECORD.relative_to(RECORD.parents[2])}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
