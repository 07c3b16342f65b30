"""A sweep on a real cluster of Dask, one worker of which is killed in the middle."""

import os
import signal
import sqlite3
import threading
from concurrent.futures import Executor
from contextlib import closing

import pytest

import mftutor as mf

distributed = pytest.importorskip("distributed")
# What a worker that is killed makes the others say is not ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(os.name != "posix", reason="kill"),
]


class Watched(Executor):
    """Hands everything on, and sets an event when some of it is done."""

    def __init__(self, executor, n_awaited):
        self.executor, self.n_awaited = executor, n_awaited
        self.n_done, self.reached = 0, threading.Event()

    def submit(self, function, /, *args):
        future = self.executor.submit(function, *args)
        future.add_done_callback(self.count)
        return future

    def count(self, future):
        self.n_done += 1
        if self.n_done == self.n_awaited:
            self.reached.set()


@pytest.mark.slow
def test_a_killed_worker_loses_no_run_and_counts_none_twice(tmp_path):
    problems = [mf.sweeps.LinearTailProblem(d) for d in range(3000, 3016)]
    grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=400, seeds=range(25))
    file, n_done_when_killed = tmp_path / "file", []

    def kill(client, executor):
        """Wait until some results are there, and kill a worker that is at work."""
        assert executor.reached.wait(300)
        busy = [address for address, keys in client.processing().items() if keys]
        pid = client.run(os.getpid, workers=busy[:1])[busy[0]]
        os.kill(pid, signal.SIGKILL)
        n_done_when_killed.append(executor.n_done)

    with (
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        assert len(client.scheduler_info(n_workers=-1)["workers"]) == 3
        executor = Watched(client.get_executor(), n_awaited=3)
        killer = threading.Thread(target=kill, args=[client, executor])
        killer.start()
        table = mf.sweeps.sweep(grid, executor=executor, file=file, progress=False)
        killer.join()
    assert n_done_when_killed[0] < len(problems)  # so it was in the middle: one chunk for each
    with closing(sqlite3.connect(file)) as connection:
        (n_results,) = connection.execute("SELECT count(*) FROM results").fetchone()
    assert n_results == len(problems)
    here = mf.sweeps.sweep(grid, progress=False)
    assert table.tobytes() == here.tobytes()
    # From the file alone.
    assert mf.sweeps.sweep(grid, file=file, progress=False).tobytes() == here.tobytes()
