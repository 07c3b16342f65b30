"""The file of a sweep: it outlives any end of the process, and is left alone where it is not ours.

What SQLite promises is tried: a process is killed by the system in the middle of its writes, at
every five kilobytes, and a file that was cut off or changed is refused, or gives the right table.
"""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import Executor, Future

import pytest
from small_grids import small_grid
from strategies import assert_refused

import mftutor as mf
from mftutor.sweeps.kernel import run_chunk

GRID = small_grid(n_steps=3)
N_CHUNKS = 6
# A child is killed for each number: by the system when a file would outgrow so many bytes, or
# by itself before so many chunks are computed; or told of the former, and not killed.
DYING = """
import json, os, signal, sys
from resource import RLIMIT_CORE, RLIMIT_FSIZE, setrlimit
from small_grids import small_grid
import mftutor as mf
from mftutor.sweeps import engine

folder, size = sys.argv[1:]
grid, run_chunk = small_grid(n_steps=3), engine.run_chunk

def outgrow(limit, action):
    signal.signal(signal.SIGXFSZ, action)
    setrlimit(RLIMIT_CORE, (0, 0))
    setrlimit(RLIMIT_FSIZE, (limit, limit))

def die_after(n_chunks):
    left = iter(range(n_chunks))
    def run(chunk):
        if next(left, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return run_chunk(chunk)
    engine.run_chunk = run

ways = {"chunks": (6, 1, die_after)}
ways["killed"] = (int(size), 5000, lambda limit: outgrow(limit, signal.SIG_DFL))
ways["full"] = (int(size), 12000, lambda limit: outgrow(limit, signal.SIG_IGN))
ends = {}
for way, (stop, step, prepare) in ways.items():
    for number in range(0, stop, step):
        child = os.fork()
        if child == 0:
            prepare(number)
            try:
                mf.sweeps.sweep(grid, file=f"{folder}/{way}-{number}", progress=False)
            except OSError:
                os._exit(3)
            os._exit(0)
        ends[f"{way}-{number}"] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(ends))
"""


@pytest.fixture(scope="module")
def table():
    return mf.sweeps.sweep(GRID, progress=False).tobytes()


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    """What the file of the whole sweep holds."""
    file = tmp_path_factory.mktemp("whole") / "file"
    mf.sweeps.sweep(GRID, file=file, progress=False)
    return file.read_bytes()


@pytest.fixture
def file(tmp_path):
    return tmp_path / "file"


def n_results(file):
    """How many chunks a file holds."""
    connection = sqlite3.connect(file)
    try:
        (n,) = connection.execute("SELECT count(*) FROM results").fetchone()
        return n
    finally:
        connection.close()


def resumed(file, grid=GRID):
    return mf.sweeps.sweep(grid, file=file, progress=False)


def refused(file, content, *pieces, grid=GRID):
    """Assert that this content is refused, and left as it is."""
    file.write_bytes(content)
    assert_refused(lambda: resumed(file, grid), "file", str(file), *pieces)
    assert file.read_bytes() == content
    assert [*file.parent.iterdir()] == [file]


# Interrupted


def test_an_empty_file_is_begun(file, table):
    file.touch()
    assert resumed(file).tobytes() == table
    assert n_results(file) == N_CHUNKS


def test_an_interrupted_sweep_goes_on_where_it_was(file, table, monkeypatch):
    computed = []

    def impatient(chunk):
        if len(computed) == 2:
            raise KeyboardInterrupt
        computed.append(chunk)
        return run_chunk(chunk)

    with monkeypatch.context() as patch:
        patch.setattr("mftutor.sweeps.engine.run_chunk", impatient)
        with pytest.raises(KeyboardInterrupt):
            resumed(file)
    assert n_results(file) == 2
    monkeypatch.setattr(
        "mftutor.sweeps.engine.run_chunk", lambda chunk: computed.append(chunk) or run_chunk(chunk)
    )
    assert resumed(file).tobytes() == table
    assert len(computed) == N_CHUNKS
    assert [*file.parent.iterdir()] == [file]


def test_killed_at_any_point_or_on_a_full_disk_it_goes_on(tmp_path, content, table):
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", DYING, str(tmp_path), str(len(content))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=True,
    )
    ends = json.loads(done.stdout)
    expected = {"chunks": -signal.SIGKILL, "killed": -signal.SIGXFSZ, "full": 3}
    assert ends == {name: expected[name.split("-")[0]] for name in ends}
    files = [tmp_path / name for name in ends]
    # Among them are files with nothing, with half a transaction, and with some results.
    assert any(each.stat().st_size == 0 for each in files)
    journals = [each.with_name(f"{each.name}-journal") for each in files]
    assert any(each.exists() and each.read_bytes()[:1] == b"\xd9" for each in journals)
    assert {n_results(tmp_path / f"chunks-{n}") for n in range(6)} == set(range(6))
    for each in files:
        assert resumed(each).tobytes() == table
        assert n_results(each) == N_CHUNKS


# Damaged, or of something else


def test_a_file_that_breaks_off_is_refused(file, content):
    for size in range(2, len(content), 331):
        refused(file, content[:size])


def test_a_changed_byte_is_noticed_or_does_not_matter(file, content, table):
    n_noticed = 0
    for i in range(3, len(content), 211):
        changed = bytearray(content)
        changed[i] ^= 1
        file.write_bytes(changed)
        try:
            found = resumed(file).tobytes()
        except ValueError:
            n_noticed += 1
            refused(file, changed)
        else:
            assert found == table
    assert n_noticed > 30


def test_a_changed_result_is_noticed(file, content):
    at = content.index(mf.sweeps.sweep(GRID, progress=False)["error"][:1].tobytes())
    refused(file, content[:at] + b"\x00" + content[at + 1 :], "damaged in chunk 0")


@pytest.mark.parametrize(
    "foreign", [b"\n\n", b"t,tau\n0,1\n", b"\x00" * 99, b'{"kind": "other"}\n']
)
def test_foreign_content_is_refused(file, foreign):
    refused(file, foreign)


def test_a_database_of_something_else_is_refused(file):
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE results (name)")
    connection.close()
    refused(file, file.read_bytes(), "no such table: grid")


@pytest.mark.parametrize(
    ("change", "piece"),
    [
        ({"scale": 0.6}, "another scale, [0.5] and not [0.6]"),
        ({"scale": [0.5, 0.6]}, "another scale"),
        ({"step_size": 0.2}, "another step_size"),
        ({"n_steps": 41}, "another n_steps"),
        ({"seeds": range(121)}, "another seeds"),
        ({"seeds": range(1, 121)}, "another seeds"),
        ({"threshold": 0.1}, "another threshold, null and not 0.1"),
        ({"problems": [*GRID.problems][::-1]}, "another problems"),
        ({"problems": mf.sweeps.LinearTailProblem(9, [1.0])}, "another problems"),
        ({"problems": mf.sweeps.LinearTailProblem(9.0, [1.0], drawn=False)}, "another problems"),
        ({"problems": mf.sweeps.LinearTailProblem(9, [1.0]).problem()}, "another problems"),
    ],
)
def test_the_file_of_another_grid_is_refused(file, content, change, piece):
    refused(file, content, piece, grid=small_grid(**{"n_steps": 3, **change}))


def test_results_of_another_sweep_are_refused(file, content):
    other = file.with_name("other")
    resumed(other, small_grid(n_steps=3, seeds=range(1, 121)))
    file.write_bytes(content)
    connection = sqlite3.connect(file)
    connection.execute("ATTACH ? AS other", (str(other),))
    with connection:
        connection.execute("DELETE FROM results WHERE chunk = 2")
        connection.execute("INSERT INTO results SELECT * FROM other.results WHERE chunk = 2")
    connection.close()
    other.unlink()
    refused(file, file.read_bytes(), "damaged in chunk 2")


# Used by two


def test_a_file_is_written_by_one_sweep_at_a_time(file, table):
    script = (
        "import sys, mftutor as mf\n"
        "from small_grids import small_grid\n"
        "mf.sweeps.sweep(small_grid(n_steps=3), file=sys.argv[1])"
    )
    seen = []

    class Intruded(Executor):
        """Starts another sweep on the same file, here and in another process."""

        def submit(self, function, /, *args):
            if not seen:
                assert_refused(lambda: resumed(file), "file", "another sweep has it open")
                done = subprocess.run(
                    [sys.executable, "-c", script, str(file)],
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                seen.append(done.stderr)
            future = Future()
            future.set_result(function(*args))
            return future

    found = mf.sweeps.sweep(GRID, executor=Intruded(), file=file, progress=False)
    assert found.tobytes() == table
    assert "ValueError: file must be" in seen[0]
    assert "another sweep has it open" in seen[0]
    assert n_results(file) == N_CHUNKS


def test_what_the_system_refuses_is_its_own_error(tmp_path):
    for path in (tmp_path / "nowhere" / "file", tmp_path):
        with pytest.raises(OSError, match=f"{re.escape(str(path))}: unable to open"):
            resumed(path)
