"""A sweep on a real cluster of Dask, one worker of which is killed in the middle."""

import os
import signal
import threading
import time

import pytest

import mftutor as mf

distributed = pytest.importorskip("distributed")
# What a worker that is killed makes the others say is not ours.
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(os.name != "posix", reason="kill"),
]


@pytest.mark.slow
def test_a_killed_worker_loses_no_run_and_counts_none_twice(tmp_path):
    problems = [mf.sweeps.LinearTailProblem(d) for d in range(3000, 3016)]
    grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=400, n_seeds=25)
    file, killed = tmp_path / "file", []

    def kill(client):
        """Wait until some results are there, and kill a worker that is at work."""
        while not file.exists() or file.read_bytes().count(b"\n") < 4:
            time.sleep(0.02)
        busy = [address for address, keys in client.processing().items() if keys]
        workers = client.scheduler_info(n_workers=-1)["workers"]
        pid = client.run(os.getpid, workers=busy[:1])[busy[0]]
        os.kill(pid, signal.SIGKILL)
        killed.append((pid, len(workers), file.read_bytes().count(b"\n")))

    with (
        distributed.LocalCluster(
            n_workers=3, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        killer = threading.Thread(target=kill, args=[client])
        killer.start()
        table = mf.sweeps.sweep(grid, executor=client.get_executor(), file=file, progress=False)
        killer.join()
    ((_, n_workers, n_lines),) = killed
    assert n_workers == 3
    assert n_lines < 1 + grid.n_chunks  # so it was in the middle
    assert file.read_bytes().count(b"\n") == 1 + grid.n_chunks
    here = mf.sweeps.sweep(grid, progress=False)
    assert table.tobytes() == here.tobytes()
    # From the file alone, in which a chunk that was there twice would be refused.
    assert mf.sweeps.sweep(grid, file=file, progress=False).tobytes() == here.tobytes()
