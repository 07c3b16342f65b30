"""Run a grid, anywhere: here, or on any executor of `concurrent.futures`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from contextlib import contextmanager, nullcontext
from itertools import islice
from typing import Any

from numpy.typing import NDArray

from mftutor._environment import extra
from mftutor._validation import FloatArray, real_number, shown, typed
from mftutor.sweeps.grid import Grid, chunks_of
from mftutor.sweeps.kernel import Chunk, run_chunk
from mftutor.sweeps.store import opened
from mftutor.sweeps.table import tidy

# How many chunks are handed over ahead of the results: enough for as many cores, and what is
# in memory stays small however many there are.
_AHEAD = 512


@typed
def sweep(
    grid: Grid,
    *,
    executor: Executor | None = None,
    file: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    max_cpu_hours: float = 24.0,
) -> NDArray[Any]:
    """Run every run of a grid and return one tidy table: a line for each run and each k.

    The grid is cut into chunks, by itself alone, and a chunk is computed in one process. So the
    table is the same, bit for bit, whatever computes it, in whatever order, interrupted or not.
    (On one kind of processor with one version of NumPy; elsewhere linear algebra rounds
    otherwise, which moves a time by a step once in a long while, and decides what happens where
    descent is chaotic, ``ηλ₁ > 1.2``.)

    Parameters
    ----------
    grid : Grid
    executor : concurrent.futures.Executor, optional
        Where chunks are computed: in this process, one after the other, unless given. A
        ``ProcessPoolExecutor`` takes the cores of this machine, and ``Client(…).get_executor()``
        of Dask's ``distributed`` a cluster, which runs again what a lost worker had. It is not
        shut down.
    file : path, optional
        Where each chunk is kept as soon as it is done, in a database of SQLite. If the sweep is
        interrupted, the same call goes on from there. Other content is left as it is.
    progress : bool, optional
        Whether to show a bar of tqdm; unless given, in a terminal or a notebook only.
    max_cpu_hours : float, default 24.0
        A grid whose `Grid.cpu_hours` are more is refused at once.

    Returns
    -------
    ndarray, shape (n_runs times r, summed over problems)
        A structured array, in the order of the grid, ready for ``pandas.DataFrame``. Its columns:
        ``problem`` (the place in the grid), ``dimension``, ``rank``, ``min_eigengap``,
        ``scale``, ``step_size``, ``n_steps``, ``seed``, ``n_rows`` (with how many it was
        run), ``error`` (``‖Σ_r − XXᵀ‖_F`` at the end, to 1e-9 λ₁), ``diverged_at`` (nan if it
        did not), ``threshold``, ``k``, ``eigenvalue`` (λ_k), ``hitting_time`` (τ_k; nan if not
        reached).

    Raises
    ------
    ValueError
        If the estimate exceeds the maximum, or `file` holds anything but whole results of this
        grid, or is used by another sweep.
    TypeError
        If `file` is not a path.
    RuntimeError
        If the executor is lost, as at the end of a cluster's time: names the file.
    ImportError
        If `progress` is True and tqdm is not installed.

    Examples
    --------
    >>> import mftutor as mf
    >>> problems = [mf.sweeps.LinearTailProblem(d) for d in (100, 10_000)]
    >>> grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=400, seeds=range(2))
    >>> table = mf.sweeps.sweep(grid)
    >>> table[["dimension", "seed", "k", "hitting_time"]][:4].tolist()
    [(100.0, 0, 1, 46.0), (100.0, 0, 2, 93.0), (100.0, 1, 1, 26.0), (100.0, 1, 2, 71.0)]
    """
    if file is not None and not isinstance(file, (str, os.PathLike)):
        raise TypeError(f"file must be a path, got {shown(file)}")
    if grid.cpu_hours > real_number("max_cpu_hours", max_cpu_hours):
        raise ValueError(
            f"max_cpu_hours must be at least the estimate, {grid.cpu_hours:.2g} for {grid}, "
            f"got {max_cpu_hours:g}"
        )
    chunks = [chunk for problem in grid.problems for chunk in chunks_of(grid, problem)]
    nothing: nullcontext[dict[int, FloatArray]] = nullcontext({})
    with nothing if file is None else opened(file, grid, chunks) as results:
        done = sum(chunks[number].n_runs for number in results)
        with _progress_bar(grid.n_runs, done, progress) as advance:
            missing = [number for number in range(len(chunks)) if number not in results]
            try:
                for number, result in _computed(chunks, missing, executor):
                    results[number] = result
                    advance(chunks[number].n_runs)
            except (CancelledError, BrokenExecutor) as lost:
                kept = f"what is done is in {file}: the same call goes on from there"
                if file is None:
                    kept = "give a file to keep what is done"
                so_far = f"{len(results)} of {len(chunks)} chunks"
                raise RuntimeError(f"the executor was lost after {so_far}; {kept}") from lost
    return tidy(grid, (results[number] for number in range(len(chunks))))


def _computed(
    chunks: Sequence[Chunk], missing: Sequence[int], executor: Executor | None
) -> Iterator[tuple[int, FloatArray]]:
    """Number and result of each chunk that is missing, as they come."""
    if executor is None:
        yield from ((number, run_chunk(chunks[number])) for number in missing)
        return
    ahead, waiting = iter(missing), dict[Future[FloatArray], int]()
    try:
        while True:
            for number in islice(ahead, _AHEAD - len(waiting)):
                waiting[executor.submit(run_chunk, chunks[number])] = number
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            # One that failed stops everything, so those that did not come first.
            for future in sorted(done, key=lambda each: each.exception() is not None):
                yield waiting.pop(future), future.result()
    finally:
        for future in waiting:
            future.cancel()


@contextmanager
def _progress_bar(
    n_runs: int, n_done: int, wanted: bool | None
) -> Iterator[Callable[[int], object]]:
    """Show a bar of tqdm, if wanted or, by itself, where somebody looks; give what advances it."""
    if wanted or (wanted is None and sys.stderr is not None):
        try:
            with extra("sweeps"):
                from tqdm.auto import tqdm
        except ModuleNotFoundError:
            if wanted:
                raise
        else:
            hidden = None if wanted is None else False  # None: but in a terminal or a notebook
            with tqdm(total=n_runs, initial=n_done, unit=" runs", disable=hidden) as bar:
                yield bar.update
            return
    yield lambda n: None
