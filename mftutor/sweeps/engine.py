"""Run a grid, anywhere: here, or on any executor of `concurrent.futures`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import nullcontext
from itertools import islice
from typing import Any

from numpy.typing import NDArray

from mftutor._validation import FloatArray, real_number
from mftutor.sweeps.chunk import Chunk, run_chunk
from mftutor.sweeps.cost import sweep_cost
from mftutor.sweeps.grid import Grid
from mftutor.sweeps.progress import bar
from mftutor.sweeps.store import Store, opened
from mftutor.sweeps.table import tidy

# How many chunks are handed over ahead of the results: enough for as many cores, and what is
# in memory stays small however many there are.
_AHEAD = 512


def sweep(
    grid: Grid,
    *,
    executor: Executor | None = None,
    file: str | os.PathLike[str] | None = None,
    progress: bool | None = None,
    max_cpu_hours: float = 24.0,
    max_gigabytes: float = 4.0,
) -> NDArray[Any]:
    """Run every run of a grid and return one tidy table: a line for each run and each k.

    The grid is cut into chunks, by itself alone, and a chunk is computed in one process from
    random streams of its own. So the table is the same, bit for bit, whatever computes it, in
    whatever order, interrupted or not. (On one kind of processor with one version of NumPy;
    elsewhere linear algebra rounds otherwise, which moves a time by a step once in a long
    while, and decides what happens where descent is chaotic, ``ηλ₁ > 1.2``.)

    Parameters
    ----------
    grid : Grid
    executor : concurrent.futures.Executor, optional
        Where chunks are computed: in this process, one after the other, unless given. A
        ``ProcessPoolExecutor`` takes the cores of this machine, and ``Client(…).get_executor()``
        of Dask's ``distributed`` a cluster, which runs again what a lost worker had. It is not
        shut down.
    file : path, optional
        Where each chunk is kept as soon as it is done. If the sweep is interrupted, the same
        call goes on from there. Other content is refused and left as it is.
    progress : bool, optional
        Whether to show a bar of tqdm; unless given, in a terminal or a notebook only.
    max_cpu_hours, max_gigabytes : float, default 24.0 and 4.0
        What is estimated to take more, of one core or in one process, is refused at once.

    Returns
    -------
    ndarray, shape (n_runs times r, summed over problems)
        A structured array, in the order of the grid, ready for ``pandas.DataFrame``. Its columns:
        ``problem`` (the place in the grid), ``dimension``, ``rank``, ``min_eigengap``,
        ``scale``, ``step_size``, ``n_steps``, ``draw``, ``n_rows`` (with how many it was
        run), ``error`` (``‖Σ_r − XXᵀ‖_F`` at the end, to 1e-9 λ₁), ``diverged_at`` (nan if it
        did not), ``threshold``, ``k``, ``eigenvalue`` (λ_k), ``hitting_time`` (τ_k; nan if not
        reached).

    Raises
    ------
    ValueError
        If the estimate exceeds a maximum, a maximum is not positive, or `file` holds anything
        but whole results of this grid.
    ImportError
        If `progress` is True and tqdm is not installed.

    Examples
    --------
    >>> import mftutor as mf
    >>> problems = [mf.sweeps.LinearTailProblem(d) for d in (100, 10_000)]
    >>> grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=400, n_seeds=20)
    >>> table = mf.sweeps.sweep(grid)
    >>> table.size
    80
    >>> last = table[(table["dimension"] == 10_000) & (table["k"] == 2)]
    >>> bool(last["hitting_time"].min() > 100)
    True
    """
    _refuse_absurd(grid, max_cpu_hours, max_gigabytes)
    with nullcontext() if file is None else opened(file, grid) as store:
        results: dict[int, FloatArray] = {} if store is None else store.results
        sizes = {chunk.index: n_runs(chunk) for chunk in grid.chunks()}
        shown = bar(grid.n_runs, sum(sizes[index] for index in results), progress)
        try:
            missing = (chunk for chunk in grid.chunks() if chunk.index not in results)
            for index, result in _computed(missing, executor):
                _keep(index, result, results, store)
                shown.update(sizes[index])
        finally:
            shown.close()
    return tidy(grid, results)


def n_runs(chunk: Chunk) -> int:
    """How many runs a chunk has."""
    return chunk.shape[0] * chunk.shape[1]


def _keep(
    index: int, result: FloatArray, results: dict[int, FloatArray], store: Store | None
) -> None:
    """Take a result, in memory and in the file."""
    if store is None:
        results[index] = result
    else:
        store.add(index, result)


def _computed(
    chunks: Iterable[Chunk], executor: Executor | None
) -> Iterator[tuple[int, FloatArray]]:
    """Index and result of each chunk, as they come."""
    if executor is None:
        yield from ((chunk.index, run_chunk(chunk)) for chunk in chunks)
        return
    # Taken before results come in, so that what is missing is decided once.
    ahead, waiting = iter(chunks), dict[Future[FloatArray], int]()
    try:
        while True:
            for chunk in islice(ahead, _AHEAD - len(waiting)):
                waiting[executor.submit(run_chunk, chunk)] = chunk.index
            if not waiting:
                return
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            # One that failed stops everything, so those that did not come first.
            for future in sorted(done, key=lambda each: each.exception() is not None):
                yield waiting.pop(future), future.result()
    finally:
        for future in waiting:
            future.cancel()


def _refuse_absurd(grid: Grid, max_cpu_hours: float, max_gigabytes: float) -> None:
    """Refuse a grid whose estimate exceeds a maximum."""
    cost = sweep_cost(grid)
    hours = real_number("max_cpu_hours", max_cpu_hours)
    size = real_number("max_gigabytes", max_gigabytes)
    if cost.cpu_seconds > 3600 * hours:
        raise ValueError(f"max_cpu_hours must be at least the estimate, got {hours:g} for {cost}")
    if max(cost.process_bytes, cost.table_bytes) > 1e9 * size:
        raise ValueError(f"max_gigabytes must be at least the estimate, got {size:g} for {cost}")
