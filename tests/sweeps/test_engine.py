"""A sweep: each line is one run, whoever computes it."""

import io
import os
import subprocess
import sys
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest
from small_grids import hitting_times, small_grid

import mftutor as mf

FIGURE_1 = {"scale": 0.5, "step_size": 0.1, "n_steps": 400}


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
    large = 3000  # more than is drawn at once
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
        seeds=[5, 0, 77],
        threshold=0.15,
    )
    table = mf.sweeps.sweep(grid, progress=False)
    assert len(table) == 3 * sum(problem.rank for problem in problems) * len(grid.cells)
    line = iter(table)
    for number, described in enumerate(problems):
        problem = described if isinstance(described, mf.Problem) else described.problem()
        for cell in grid.cells:
            for seed in grid.seeds:
                X0 = mf.gaussian_init(problem, scale=cell.scale, seed=seed)
                run = mf.gradient_descent(
                    problem, X0, step_size=cell.step_size, n_steps=cell.n_steps
                )
                for k in range(problem.rank):
                    found = next(line)
                    assert found["problem"] == number
                    assert (found["seed"], found["k"]) == (seed, k + 1)
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


def test_a_seed_is_the_same_draw_as_in_a_comparison():
    problem, scales, seeds = mf.figure_1_problem(700), [0.02, 0.5], range(8)
    how = {"seeds": seeds, "step_size": 0.1, "n_steps": 300}
    expected = mf.compare_initializations(problem, scales=scales, **how).hitting_times
    found = hitting_times(mf.sweeps.Grid(problem, scale=scales, **how))[0]
    np.testing.assert_array_equal(found, expected)
    assert np.isfinite(found[1]).all()


def test_figure_1_takes_35_rows_in_any_dimension():
    dimensions, seeds = [4, 30, 700, 3000], [0, 5, 3, 8]
    problems = [mf.figure_1_problem(d) for d in dimensions]
    table = mf.sweeps.sweep(mf.sweeps.Grid(problems, seeds=seeds, **FIGURE_1), progress=False)
    assert table["n_rows"].reshape(4, 8)[:, 0].tolist() == [4, 30, 35, 35]


def test_runs_that_cannot_be_compressed_are_run_in_full():
    problems = [mf.figure_1_problem(d) for d in (50, 200)]
    grid = mf.sweeps.Grid(problems, scale=0.5, step_size=1.25, n_steps=20, seeds=range(3))
    table = mf.sweeps.sweep(grid, progress=False)
    np.testing.assert_array_equal(table["n_rows"], table["dimension"])


def test_the_unit_of_the_eigenvalues_does_not_matter():
    problem = mf.figure_1_problem(200)
    plain = hitting_times(mf.sweeps.Grid(problem, seeds=[0, 1], **FIGURE_1))
    in_units = mf.sweeps.Grid(
        mf.Problem(4.0**10 * problem.eigenvalues, 2),
        scale=0.5 * 2**10,
        step_size=0.1 / 4**10,
        n_steps=400,
        seeds=[0, 1],
    )
    np.testing.assert_array_equal(hitting_times(in_units), plain)


def test_few_eigenvalues_and_a_start_of_zero():
    problems = [
        mf.Problem(np.concatenate([[2.0], np.repeat([0.5, 0.1], (d - 1) // 2)]), rank=1)
        for d in (41, 401)
    ]
    grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=99, seeds=range(3))
    table = mf.sweeps.sweep(grid, progress=False)
    assert (table["n_rows"] == 4).all()  # the first two, and one for each value after them
    assert np.isfinite(table["hitting_time"]).all()
    nothing = small_grid(problems=mf.figure_1_problem(50), scale=0, seeds=[0, 1])
    assert np.isnan(hitting_times(nothing)).all()


# Whoever computes it


def test_whoever_computes_it_it_is_the_same():
    grid = small_grid(
        scale=[0.3, 1.0], problems=[mf.sweeps.LinearTailProblem(d) for d in (20, 300)]
    )
    here = mf.sweeps.sweep(grid, progress=False)
    with ThreadPoolExecutor(3) as threads, ProcessPoolExecutor(2) as processes:
        for executor in (threads, processes, Backwards(6)):
            there = mf.sweeps.sweep(grid, executor=executor, progress=False)
            assert there.tobytes() == here.tobytes()


def test_how_many_threads_linear_algebra_has_does_not_matter():
    script = (
        "import mftutor as mf\n"
        "leading = [1, 5 / 6, 2 / 3, 0.5]\n"
        "problems = [mf.sweeps.LinearTailProblem(d, leading) for d in (900, 3000)]\n"
        "grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=50, seeds=[0])\n"
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
    assert len(tables[0]) == 2 * 2 * 4 * 15 * 8 + 1  # bytes in hexadecimal
    assert tables[0] == tables[1]


def test_what_is_handed_over_ahead_is_bounded():
    most, open_now = [0], [0]

    class Counting(ThreadPoolExecutor):
        def submit(self, function, /, *args):
            open_now[0] += 1
            most[0] = max(most[0], open_now[0])
            future = super().submit(function, *args)
            future.add_done_callback(lambda _: open_now.__setitem__(0, open_now[0] - 1))
            return future

    problems = [mf.sweeps.LinearTailProblem(2, [1 + i / 1000]) for i in range(600)]
    grid = small_grid(problems=problems, n_steps=0, seeds=[0])
    with Counting(1) as executor:
        table = mf.sweeps.sweep(grid, executor=executor, progress=False)
    assert most[0] < len(problems)
    assert table.tobytes() == mf.sweeps.sweep(grid, progress=False).tobytes()


def test_other_problems_and_further_draws_change_no_line():
    whole = mf.sweeps.sweep(small_grid(), progress=False)
    for number, problem in enumerate(small_grid().problems):
        alone = mf.sweeps.sweep(small_grid(problems=problem), progress=False)
        part = whole[whole["problem"] == number].copy()
        part["problem"] = 0
        assert part.tobytes() == alone.tobytes()
    fewer = mf.sweeps.sweep(small_grid(seeds=range(50)), progress=False)
    assert whole[whole["seed"] < 50].tobytes() == fewer.tobytes()


def test_what_fails_is_not_hidden_and_what_was_done_is_kept(tmp_path, monkeypatch):
    class Unlucky(Executor):
        """Fails at once with the fourth chunk, and does the others."""

        n_submitted = 0

        def submit(self, function, /, *args):
            future, self.n_submitted = Future(), self.n_submitted + 1
            if self.n_submitted == 4:
                future.set_exception(RuntimeError("no luck"))
            else:
                future.set_result(function(*args))
            return future

    grid, file = small_grid(), tmp_path / "file"
    here = mf.sweeps.sweep(grid, progress=False)
    with pytest.raises(RuntimeError, match="no luck"):
        mf.sweeps.sweep(grid, executor=Unlucky(), file=file, progress=False)
    again = Backwards(1)
    assert mf.sweeps.sweep(grid, executor=again, file=file, progress=False).tobytes() == (
        here.tobytes()
    )
    assert len(again.held) == 1


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
    monkeypatch.setattr(sys, "stderr", None)  # as where a program has no console
    assert len(mf.sweeps.sweep(grid, file=file)) == 360


def test_progress_is_shown_in_a_notebook(monkeypatch, capsys):
    notebook = pytest.importorskip("tqdm.notebook")
    monkeypatch.setattr("tqdm.auto.tqdm", notebook.tqdm)  # what `tqdm.auto` chooses there
    for wanted, shown in [(None, "/240"), (False, "")]:
        mf.sweeps.sweep(small_grid(), progress=wanted)
        assert shown in (out := capsys.readouterr().out)
        assert bool(shown) == bool(out)


def test_without_tqdm_it_is_silent_unless_asked_for(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    monkeypatch.setattr(sys, "stderr", Terminal())
    mf.sweeps.sweep(small_grid())
    assert sys.stderr.getvalue() == ""
    with pytest.raises(ImportError, match="tqdm"):
        mf.sweeps.sweep(small_grid(), progress=True)
