"""The file of a sweep: resumed where it is whole, refused and left alone where it is not."""

import os
import signal
import subprocess
import sys
import time

import pytest
from strategies import assert_refused
from test_sweep_engine import small_grid

import mftutor as mf
from mftutor.sweeps import engine, store
from mftutor.sweeps.chunk import run_chunk

GRID = small_grid(n_steps=3)


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


def refused(file, content, *pieces, grid=GRID):
    """Assert that this content is refused, and left as it is."""
    file.write_bytes(content)
    assert_refused(lambda: mf.sweeps.sweep(grid, file=file, progress=False), "file", *pieces)
    assert file.read_bytes() == content


def test_a_file_that_breaks_off_is_refused_and_whole_lines_are_resumed(file, content, table):
    ends = [i + 1 for i, byte in enumerate(content) if byte == ord("\n")]
    assert len(ends) == 1 + GRID.n_chunks
    for cut in range(0, len(content), 7):
        if cut not in ends:
            refused(file, content[:cut], str(file))
    refused(file, content[: ends[2] - 1], "line 3", f"{ends[1]} bytes")
    for cut in ends:
        file.write_bytes(content[:cut])
        assert mf.sweeps.sweep(GRID, file=file, progress=False).tobytes() == table
        assert file.read_bytes() == content


def test_any_changed_byte_is_noticed(file, content):
    for i in range(0, len(content), 5):
        changed = bytearray(content)
        changed[i] ^= 1
        refused(file, bytes(changed))


@pytest.mark.parametrize(
    "foreign", [b"", b"\n", b"t,tau\n0,1\n", b"\x00" * 99, b'{"kind": "other"}\n']
)
def test_foreign_content_is_refused(file, foreign):
    refused(file, foreign, "file of a sweep")


@pytest.mark.parametrize(
    ("change", "piece"),
    [
        ({"scale": 0.6}, "another scale, [0.5] and not [0.6]"),
        ({"n_seeds": 121}, "another n_seeds"),
        ({"problems": mf.sweeps.LinearTailProblem(5)}, "another problems"),
    ],
)
def test_the_file_of_another_grid_is_refused(file, content, change, piece):
    refused(file, content, "this grid", piece, grid=small_grid(n_steps=3, **change))


def test_lines_of_another_sweep_or_twice_are_refused(file, content, tmp_path):
    first, second, *rest = content.splitlines(keepends=True)
    refused(file, b"".join([first, second, *rest, second]), "once")
    other = tmp_path / "other"
    mf.sweeps.sweep(small_grid(n_steps=3, seed=1), file=other, progress=False)
    strange = other.read_bytes().splitlines(keepends=True)[1]
    refused(file, first + strange, "line 2")


def test_signed_lines_that_make_no_sense_are_refused(file, content):
    header = content.splitlines(keepends=True)[0]
    for record, piece in [
        ({"chunk": 99, "result": ""}, "99"),
        ({"chunk": -1, "result": ""}, "-1"),
        ({"result": ""}, "None"),
        ({"chunk": 0}, "numbers for chunk 0"),
        ({"chunk": 0, "result": "AAAAAAAAAAA="}, "numbers for chunk 0"),
        ({"chunk": 0, "result": "?"}, "numbers for chunk 0"),
    ]:
        text = store.json.dumps(record).encode()
        line = text + b" " + store._signature(GRID.fingerprint, text).encode() + b"\n"
        refused(file, header + line, piece)


def test_an_interrupted_sweep_goes_on_where_it_was(file, table, monkeypatch):
    computed = []

    def impatient(chunk):
        if len(computed) == 2:
            raise KeyboardInterrupt
        computed.append(chunk.index)
        return run_chunk(chunk)

    monkeypatch.setattr(engine, "run_chunk", impatient)
    with pytest.raises(KeyboardInterrupt):
        mf.sweeps.sweep(GRID, file=file, progress=False)
    assert len(file.read_bytes().splitlines()) == 3
    monkeypatch.setattr(
        engine, "run_chunk", lambda chunk: computed.append(chunk.index) or run_chunk(chunk)
    )
    assert mf.sweeps.sweep(GRID, file=file, progress=False).tobytes() == table
    assert computed == [*range(GRID.n_chunks)]


def test_a_killed_process_leaves_a_file_that_can_be_resumed(file, tmp_path):
    script = (
        "import mftutor as mf\n"
        "problems = [mf.sweeps.LinearTailProblem(d) for d in range(1000, 1012)]\n"
        "grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=300, n_seeds=50)\n"
    )
    run = f"{script}mf.sweeps.sweep(grid, file={str(file)!r})"
    process = subprocess.Popen([sys.executable, "-c", run])
    while process.poll() is None and (not file.exists() or file.read_bytes().count(b"\n") < 3):
        time.sleep(0.01)
    process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
    assert process.wait() != 0
    done = file.read_bytes().count(b"\n")
    assert 3 <= done < 13
    names = {}
    exec(script, names)
    resumed = mf.sweeps.sweep(names["grid"], file=file, progress=False)
    assert file.read_bytes().count(b"\n") == 13
    assert resumed.tobytes() == mf.sweeps.sweep(names["grid"], progress=False).tobytes()


def test_a_line_that_does_not_fit_on_the_disk_is_taken_back(file, content, table, monkeypatch):
    write, calls = os.write, []

    def short(descriptor, line):
        calls.append(line)
        return write(descriptor, line[:10] if len(calls) == 3 else line)

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", short)
        with pytest.raises(OSError, match="10 of"):
            mf.sweeps.sweep(GRID, file=file, progress=False)
    assert file.read_bytes() == b"".join(content.splitlines(keepends=True)[:2])
    assert mf.sweeps.sweep(GRID, file=file, progress=False).tobytes() == table


def test_a_file_is_written_by_one_sweep_at_a_time(file):
    with store.opened(file, GRID) as first:
        if os.name == "posix":
            assert_refused(lambda: mf.sweeps.sweep(GRID, file=file), "file", "in use")
        file.write_bytes(file.read_bytes() + b"more\n")
        assert_refused(lambda: first.add(0, run_chunk(next(GRID.chunks()))), "file", "meanwhile")


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        mf.sweeps.sweep(GRID, file=tmp_path / "nowhere" / "file")
