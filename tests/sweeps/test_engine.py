"""A sweep: each line is one run, whoever computes it, and what it costs is known before."""

import io
import os
import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from strategies import assert_refused

import mftutor as mf
from mftutor.sweeps import engine, progress
from mftutor.sweeps.chunk import run_chunk
from mftutor.sweeps.drawing import ROWS_AT_ONCE, draw

TWO_MILLION = 2 * 10**6


def small_grid(**changes):
    given = {"scale": 0.5, "step_size": 0.1, "n_steps": 40, "n_seeds": 120, **changes}
    problems = given.pop(
        "problems", [mf.Problem([1, 0.6, 0.2, 0.1], 2), mf.sweeps.LinearTailProblem(9, [1.0])]
    )
    return mf.sweeps.Grid(problems, **given)


class Backwards(Executor):
    """Runs what it is given when it has all of it, the last first."""

    def __init__(self, n_chunks):
        self.n_chunks, self.held = n_chunks, []

    def submit(self, function, /, *args):
        future = Future()
        self.held.append((future, function, args))
        if len(self.held) == self.n_chunks:
            for each, run, arguments in reversed(self.held):
                each.set_result(run(*arguments))
        return future


# One line, one run


@pytest.mark.parametrize("step_size", [0.1, 1.5])
def test_each_line_is_the_run_of_its_draw(step_size):
    large = ROWS_AT_ONCE + 1000
    problems = [
        mf.Problem([2.0, 1.0, 0.5], 3),
        mf.Problem(np.linspace(1, 0, 60) ** 2, 2),
        mf.sweeps.LinearTailProblem(300, [1.0, 0.8, 0.6]),
        mf.sweeps.LinearTailProblem(large),
        mf.sweeps.LinearTailProblem(large).problem(),
    ]
    grid = mf.sweeps.Grid(
        problems,
        scale=[0.0, 0.5, 7.0],
        step_size=step_size,
        n_steps=[0, 30, 90] if step_size < 1 else [9],
        n_seeds=3,
        seed=5,
        threshold=0.15,
    )
    table = mf.sweeps.sweep(grid, progress=False)
    assert len(table) == 3 * sum(problem.rank for problem in problems) * len(grid.cells)
    line = iter(table)
    for number, described in enumerate(problems):
        problem = described if isinstance(described, mf.Problem) else described.problem()
        for cell in grid.cells:
            for i in range(3):
                X0 = mf.gaussian_init(problem, scale=cell.scale, seed=grid.generator(i))
                run = mf.gradient_descent(
                    problem, X0, step_size=cell.step_size, n_steps=cell.n_steps
                )
                for k in range(problem.rank):
                    found = next(line)
                    assert found["problem"] == number
                    assert (found["draw"], found["k"]) == (i, k + 1)
                    assert (found["scale"], found["step_size"], found["n_steps"]) == cell
                    assert found["dimension"] == problem.dimension
                    assert found["eigenvalue"] == problem.eigenvalues[k]
                    assert found["min_eigengap"] == problem.min_eigengap
                    np.testing.assert_equal(found["hitting_time"], run.hitting_times(0.15)[k])
                    diverged_at = np.nan if run.diverged_at is None else run.diverged_at
                    np.testing.assert_equal(found["diverged_at"], diverged_at)
                    expected = run.error[-1] if run.diverged_at is None else np.inf
                    size = run.error.max() + problem.eigenvalues[0]
                    assert found["error"] == pytest.approx(expected, abs=1e-9 * size)


@pytest.mark.parametrize("drawn", [True, False])
def test_a_line_can_be_looked_at_in_full(drawn):
    problem = mf.sweeps.LinearTailProblem(40_000, [1.0, 0.8, 0.6], drawn=drawn)
    grid = mf.sweeps.Grid(problem, scale=0.5, step_size=0.1, n_steps=400, n_seeds=3)
    times = mf.sweeps.sweep(grid, progress=False)["hitting_time"].reshape(3, 3)
    small, N0 = grid.start(problem, 2)
    run = mf.gradient_descent(small, 0.5 * N0, step_size=0.1, n_steps=400)
    np.testing.assert_array_equal(run.hitting_times(), times[2])
    assert_refused(lambda: grid.start(problem, 3), "draw", "3")


def test_the_streams_are_those_that_numpy_spawns():
    grid = small_grid(seed=7)
    for i, child in enumerate(np.random.SeedSequence(7).spawn(120)):
        expected = np.random.default_rng(child).random(3)
        np.testing.assert_array_equal(grid.generator(i).random(3), expected)
    assert_refused(lambda: grid.generator(120), "draw", "120", "119")


def test_few_rows_are_drawn_as_all_are():
    described = mf.sweeps.LinearTailProblem(3 * ROWS_AT_ONCE, [1.0, 0.8, 0.6])
    uneven = mf.Problem(np.linspace(1, 0, 3 * ROWS_AT_ONCE) ** 3, 2)
    for given, problem in [(described, described.problem()), (uneven, uneven)]:
        X0 = mf.gaussian_init(problem, scale=1, seed=3)
        whole, all_rows = draw(given, np.random.default_rng(3), None)
        np.testing.assert_array_equal(whole.eigenvalues, problem.eigenvalues)
        np.testing.assert_allclose(all_rows, X0, rtol=2e-16)
        few, rows = draw(given, np.random.default_rng(3), 50.0)
        assert few.dimension < 1000
        runs = [
            mf.gradient_descent(each, 0.5 * start, step_size=0.1, n_steps=500)
            for each, start in [(problem, X0), (few, rows)]
        ]
        # A sum over 24,576 rows rounds by as many times 1e-16, at worst.
        for name in ("error", "signal", "noise_gram"):
            full, reduced = (getattr(run, name) for run in runs)
            assert np.abs(full - reduced).max() < 3 * ROWS_AT_ONCE * np.finfo(float).eps


# Whoever computes it


def test_whoever_computes_it_it_is_the_same():
    grid = small_grid(
        scale=[0.3, 1.0], problems=[mf.sweeps.LinearTailProblem(d) for d in (20, 300)]
    )
    here = mf.sweeps.sweep(grid, progress=False)
    assert grid.n_chunks == 6
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2) as processes:
        for executor in (threads, processes, Backwards(6)):
            there = mf.sweeps.sweep(grid, executor=executor, progress=False)
            assert there.tobytes() == here.tobytes()


def test_how_many_threads_linear_algebra_has_does_not_matter():
    script = (
        "import mftutor as mf\n"
        "leading = [1, 5 / 6, 2 / 3, 0.5]\n"
        "problems = [mf.sweeps.LinearTailProblem(d, leading) for d in (900, 30_000)]\n"
        "grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=300, n_seeds=4)\n"
        "print(mf.sweeps.sweep(grid, progress=False).tobytes().hex())"
    )
    tables = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "OPENBLAS_NUM_THREADS": n_threads},
            capture_output=True,
            check=True,
        ).stdout
        for n_threads in "12"
    ]
    assert len(tables[0]) > 1000
    assert tables[0] == tables[1]


def test_what_is_handed_over_ahead_is_bounded(monkeypatch):
    most, open_now = [0], [0]

    class Counting(ThreadPoolExecutor):
        def submit(self, function, /, *args):
            open_now[0] += 1
            most[0] = max(most[0], open_now[0])
            future = super().submit(function, *args)
            future.add_done_callback(lambda _: open_now.__setitem__(0, open_now[0] - 1))
            return future

    monkeypatch.setattr(engine, "_AHEAD", 2)
    grid = small_grid()
    with Counting(1) as executor:
        table = mf.sweeps.sweep(grid, executor=executor, progress=False)
    assert most[0] <= 2
    assert table.tobytes() == mf.sweeps.sweep(grid, progress=False).tobytes()


def test_other_problems_and_further_draws_change_no_line():
    whole = mf.sweeps.sweep(small_grid(), progress=False)
    for number, problem in enumerate(small_grid().problems):
        alone = mf.sweeps.sweep(small_grid(problems=problem), progress=False)
        part = whole[whole["problem"] == number].copy()
        part["problem"] = 0
        assert part.tobytes() == alone.tobytes()
    fewer = mf.sweeps.sweep(small_grid(n_seeds=50), progress=False)
    assert whole[whole["draw"] < 50].tobytes() == fewer.tobytes()


def test_what_fails_is_not_hidden_and_what_was_done_is_kept(monkeypatch, tmp_path):
    def failing(chunk):
        if chunk.index == 3:
            raise RuntimeError("no luck")
        return run_chunk(chunk)

    grid, file = small_grid(), tmp_path / "file"
    monkeypatch.setattr(engine, "run_chunk", failing)
    executor = Backwards(grid.n_chunks)
    executor.submit = lambda function, chunk: _settled(function, chunk)
    with pytest.raises(RuntimeError, match="no luck"):
        mf.sweeps.sweep(grid, executor=executor, file=file, progress=False)
    computed = []
    monkeypatch.setattr(
        engine, "run_chunk", lambda chunk: computed.append(chunk.index) or run_chunk(chunk)
    )
    table = mf.sweeps.sweep(grid, file=file, progress=False)
    assert computed == [3]
    assert table.tobytes() == mf.sweeps.sweep(grid, progress=False).tobytes()


def _settled(function, chunk):
    """A future that is done, well or badly."""
    future = Future()
    try:
        future.set_result(function(chunk))
    except RuntimeError as failure:
        future.set_exception(failure)
    return future


# Progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_shown_in_a_terminal_and_nowhere_else(monkeypatch, tmp_path):
    pytest.importorskip("tqdm")
    grid, file = small_grid(), tmp_path / "file"
    shown = {}
    for name, stream, wanted in [
        ("pipe", io.StringIO(), None),
        ("terminal", Terminal(), None),
        ("refused", Terminal(), False),
        ("asked for", io.StringIO(), True),
    ]:
        monkeypatch.setattr(sys, "stderr", stream)
        mf.sweeps.sweep(grid, progress=wanted, file=file)
        shown[name] = stream.getvalue()
    assert (shown["pipe"], shown["refused"]) == ("", "")
    # The second time everything was there already.
    assert "240/240" in shown["terminal"]
    assert "240/240" in shown["asked for"]


def test_a_notebook_is_told_from_a_pipe(monkeypatch):
    class ZMQInteractiveShell: ...

    monkeypatch.setattr(sys, "stderr", io.StringIO())
    module = type(sys)("IPython")
    monkeypatch.setitem(sys.modules, "IPython", module)
    for shell, looks in [(ZMQInteractiveShell(), True), (None, False)]:
        module.get_ipython = lambda shell=shell: shell
        assert progress._somebody_looks() is looks


def test_without_tqdm_it_is_silent_unless_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    monkeypatch.setattr(sys, "stderr", Terminal())
    mf.sweeps.sweep(small_grid())
    assert sys.stderr.getvalue() == ""
    with pytest.raises(ImportError, match="tqdm"):
        mf.sweeps.sweep(small_grid(), progress=True)


# Cost


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"n_seeds": 10**15}, "max_cpu_hours"),
        ({"n_steps": 10**12}, "max_cpu_hours"),
        ({"problems": mf.sweeps.LinearTailProblem(10**10)}, "max_cpu_hours"),
        ({"problems": mf.sweeps.LinearTailProblem(2 * 10**8), "step_size": 2.0}, "max_gigabytes"),
    ],
)
def test_what_is_absurd_is_refused_at_once_with_the_estimate(changes, name):
    grid = small_grid(**changes)
    limits = {"max_cpu_hours": 1e9} if name == "max_gigabytes" else {}
    assert_refused(lambda: mf.sweeps.sweep(grid, **limits), name, repr(mf.sweeps.sweep_cost(grid)))


def test_the_cost_grows_with_everything():
    base = {"problems": mf.sweeps.LinearTailProblem(10**5), "n_seeds": 200, "n_steps": 500}
    cost = mf.sweeps.sweep_cost(small_grid(**base))
    more = [
        {"problems": mf.sweeps.LinearTailProblem(TWO_MILLION)},
        {"problems": mf.sweeps.LinearTailProblem(10**5, [1.0, 0.75, 0.5])},
        {"n_seeds": 400},
        {"n_steps": 1000},
        {"scale": [0.5, 1.0]},
    ]
    for change in more:
        assert mf.sweeps.sweep_cost(small_grid(**{**base, **change})).cpu_seconds > cost.cpu_seconds
    assert cost.n_runs == 200
    twice = mf.sweeps.sweep_cost(small_grid(**{**base, "n_seeds": 400}))
    assert twice.cpu_seconds == pytest.approx(2 * cost.cpu_seconds)
    assert twice.table_bytes == 2 * cost.table_bytes


@pytest.mark.parametrize(
    ("problem", "step_size"),
    [
        (mf.sweeps.LinearTailProblem(500), 0.1),
        (mf.sweeps.LinearTailProblem(500), 1.5),
        (mf.sweeps.LinearTailProblem(200_000, [1.0, 0.75, 0.5]), 0.1),
        (mf.sweeps.LinearTailProblem(30_000), 1.5),
        (mf.sweeps.LinearTailProblem(1e20, drawn=False), 0.1),
    ],
)
def test_a_process_holds_no_more_than_estimated(problem, step_size):
    import tracemalloc

    grid = small_grid(problems=problem, step_size=step_size, n_steps=20, n_seeds=10)
    (chunk,) = grid.chunks()
    tracemalloc.start()
    run_chunk(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= mf.sweeps.sweep_cost(grid).process_bytes + 10**6  # and a few small objects


# Grids


@pytest.mark.parametrize(
    ("change", "name", "piece"),
    [
        ({"problems": []}, "problems", "at least one"),
        ({"problems": [np.ones(3)]}, "problems", "LinearTailProblem"),
        ({"problems": [mf.sweeps.LinearTailProblem(9)] * 2}, "problems", "repeat"),
        ({"problems": [mf.Problem([2, 1], 1), mf.Problem([2, 1], 1)]}, "problems", "repeat"),
        ({"scale": []}, "scale", "at least one"),
        ({"scale": [0.5, -1]}, "scale", "-1"),
        ({"scale": [0.5, 0.5]}, "scale", "repeat"),
        ({"step_size": 0}, "step_size", "0"),
        ({"n_steps": 2.5}, "n_steps", "2.5"),
        ({"n_steps": "many"}, "n_steps", "many"),
        ({"n_seeds": 0}, "n_seeds", "0"),
        ({"seed": -1}, "seed", "-1"),
        ({"threshold": 0}, "threshold", "0"),
        ({"problems": mf.Problem([1, 1, 0], 2)}, "threshold", "0"),
        (
            {"problems": mf.sweeps.LinearTailProblem(1e9, drawn=False), "step_size": [0.1, 1.3]},
            "step_size",
            "1.3",
        ),
    ],
)
def test_refused_grids(change, name, piece):
    assert_refused(lambda: small_grid(**change), name, piece)


def test_equal_grids_have_equal_fingerprints_and_others_have_others():
    assert small_grid().fingerprint == small_grid().fingerprint
    changes = [
        {"scale": 0.6},
        {"scale": [0.5, 0.6]},
        {"step_size": 0.2},
        {"n_steps": 41},
        {"n_seeds": 121},
        {"seed": 1},
        {"threshold": 0.1},
        {"problems": [*small_grid().problems][::-1]},
        {"problems": mf.sweeps.LinearTailProblem(9, [1.0])},
        {"problems": mf.sweeps.LinearTailProblem(9.0, [1.0], drawn=False)},
        {"problems": mf.sweeps.LinearTailProblem(9, [1.0]).problem()},
    ]
    found = {small_grid(**change).fingerprint for change in [{}, *changes]}
    assert len(found) == 12


# The problem that is not stored


@pytest.mark.parametrize("dimension", [3, 4, 5, 100, 4000])
def test_unstored_eigenvalues_are_those_of_figure_1(dimension):
    problem = mf.sweeps.LinearTailProblem(dimension)
    expected = mf.figure_1_problem(dimension).eigenvalues
    np.testing.assert_array_equal(problem.problem().eigenvalues, expected)
    pieces = [
        problem.eigenvalues_between(start, min(start + 7, dimension))
        for start in range(0, dimension, 7)
    ]
    np.testing.assert_array_equal(np.concatenate(pieces), expected)
    assert problem.min_eigengap == mf.figure_1_problem(dimension).min_eigengap


@pytest.mark.parametrize(
    ("arguments", "name", "piece"),
    [
        ({"dimension": 2}, "dimension", "2"),
        ({"dimension": 1e9}, "dimension", "1000000000.0"),
        ({"dimension": 10**11}, "dimension", "100000000000"),
        ({"dimension": 2.5, "drawn": False}, "dimension", "2.5"),
        ({"dimension": np.inf, "drawn": False}, "dimension", "inf"),
        ({"dimension": 9, "leading": []}, "leading", "at least one"),
        ({"dimension": 9, "leading": [0.5, 1.0]}, "eigenvalues", "0.5"),
        ({"dimension": 9, "leading": [0.2]}, "eigenvalues", "0.2"),
        ({"dimension": 9, "tail": (0.1, 0.3)}, "eigenvalues", "0.1"),
        ({"dimension": 9, "tail": (0.1, -0.3)}, "eigenvalues", "-0.3"),
        ({"dimension": 9, "tail": (0.1,)}, "tail", "(2,)"),
    ],
)
def test_refused_problems(arguments, name, piece):
    assert_refused(lambda: mf.sweeps.LinearTailProblem(**arguments), name, piece)


def test_the_limit_has_no_eigenvalues_one_by_one():
    problem = mf.sweeps.LinearTailProblem(1e30, drawn=False)
    assert_refused(problem.problem, "drawn", "True")
    assert_refused(lambda: mf.sweeps.LinearTailProblem(9).eigenvalues_between(3, 10), "stop", "9")


# The limit of large d


def test_in_the_limit_only_the_first_rows_are_random():
    problem = mf.sweeps.LinearTailProblem(1e12, [1.0, 0.75, 0.5], drawn=False)
    few, N0 = draw(problem, np.random.default_rng(4), 100.0)
    rows = np.random.default_rng(4).standard_normal((4, 3)) / 1e6
    np.testing.assert_array_equal(N0[:4], rows)
    tail, values = N0[4:], few.eigenvalues[4:]
    for power in range(6):
        average = 0.3**power / (power + 1)
        gram = tail.T @ (values[:, None] ** power * tail)
        np.testing.assert_allclose(gram, average * np.eye(3), atol=1e-14)


@pytest.mark.parametrize("dimension", [1000, 10_000])
def test_the_limit_is_near_on_the_same_draws(dimension):
    """Relative to the times, by a few times d^(−1/2), as a Gram matrix of d rows fluctuates."""
    problems = [
        mf.sweeps.LinearTailProblem(dimension),
        mf.sweeps.LinearTailProblem(dimension * 1.0, drawn=False),
    ]
    grid = small_grid(problems=problems, n_steps=600, n_seeds=30)
    table = mf.sweeps.sweep(grid, progress=False)
    real, limit = (table["hitting_time"][table["problem"] == i] for i in (0, 1))
    assert np.isfinite(real).all()
    assert (np.abs(real - limit) <= 1 + 3 * real / np.sqrt(dimension)).all()


def test_with_small_steps_the_limit_follows_the_law_of_the_flow():
    """Its mean is within five standard errors; the steps' own delay is O(η)."""
    problem, eta = mf.sweeps.LinearTailProblem(1e20, drawn=False), 0.02
    grid = mf.sweeps.Grid(problem, scale=0.5, step_size=eta, n_steps=9000, n_seeds=100)
    table = mf.sweeps.sweep(grid, progress=False)
    stand_in = mf.figure_1_problem(2000)
    for k in (1, 2):
        times = eta * table["hitting_time"][table["k"] == k]
        at = np.linspace(0, 180, 7201)
        law = mf.flow.time_law(stand_in, k, scale=0.5, time=at, dimension=1e20)
        mean = np.sum(1 - law) * (at[1] - at[0])
        # A row grows by ln(1 + x) for each e^x of the flow: slower by ηλ/2, at most 1/100.
        assert abs(times.mean() - mean) < 5 * times.std() / 10 + eta * mean / 2
