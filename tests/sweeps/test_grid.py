"""A grid says what is wrong with it, what it will cost, and where each of its runs starts."""

import numpy as np
import pytest
from small_grids import hitting_times, small_grid
from strategies import assert_refused

import mftutor as mf


@pytest.mark.parametrize(
    ("change", "name", "piece"),
    [
        ({"problems": []}, "problems", "at least one"),
        ({"problems": [mf.sweeps.LinearTailProblem(9)] * 2}, "problems", "repeat"),
        ({"problems": [mf.Problem([2, 1], 1), mf.Problem([2, 1], 1)]}, "problems", "repeat"),
        ({"scale": []}, "scale", "at least one"),
        ({"scale": [0.5, -1]}, "scale", "-1"),
        ({"scale": [0.5, 0.5]}, "scale", "repeat"),
        ({"step_size": 0}, "step_size", "0"),
        ({"step_size": 1e31}, "step_size", "1e+31"),
        ({"n_steps": 2.5}, "n_steps", "2.5"),
        ({"n_steps": -1}, "n_steps", "-1"),
        ({"n_steps": "many"}, "n_steps", "many"),
        ({"seeds": 3}, "seeds", "got 3"),
        ({"seeds": []}, "seeds", "at least one"),
        ({"seeds": [0, -1]}, "seeds", "-1"),
        ({"seeds": [2**63]}, "seeds", str(2**63)),
        ({"seeds": [4, 2, 4]}, "seeds", "repeat"),
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


def test_what_is_no_problem_is_refused():
    with pytest.raises(TypeError, match="^problems must be Problem or LinearTailProblem, got arr"):
        small_grid(problems=[np.ones(3)])


@pytest.mark.parametrize("drawn", [True, False])
def test_a_line_can_be_looked_at_in_full(drawn):
    problem = mf.sweeps.LinearTailProblem(9000, [1.0, 0.8, 0.6], drawn=drawn)
    grid = mf.sweeps.Grid(problem, scale=0.5, step_size=0.1, n_steps=400, seeds=[2, 0, 9])
    small, N0 = grid.start(problem, seed=9)
    run = mf.gradient_descent(small, 0.5 * N0, step_size=0.1, n_steps=400)
    np.testing.assert_array_equal(run.hitting_times(), hitting_times(grid)[0, 0, 2])
    assert_refused(lambda: grid.start(problem, seed=-1), "seed", "-1")
    with pytest.raises(TypeError, match="^problem must be .*LinearTailProblem, got array"):
        grid.start(np.ones(3), seed=0)


@pytest.mark.parametrize(
    "changes",
    [
        {"n_steps": 10**12},
        {"problems": mf.sweeps.LinearTailProblem(10**10)},
        {"problems": mf.sweeps.LinearTailProblem(2 * 10**8), "step_size": 2.0, "n_steps": 900},
    ],
)
def test_what_is_absurd_is_refused_at_once_with_the_estimate(changes):
    grid = small_grid(**changes)
    assert_refused(lambda: mf.sweeps.sweep(grid), "max_cpu_hours", f"{grid.cpu_hours:.2g}", "24")
    assert_refused(lambda: mf.sweeps.sweep(grid, max_cpu_hours=0), "max_cpu_hours", "0")


def test_the_estimate_grows_with_everything():
    base = {"problems": mf.sweeps.LinearTailProblem(10**5), "n_steps": 500}
    hours = small_grid(**base).cpu_hours
    more = [
        {"problems": mf.sweeps.LinearTailProblem(2 * 10**6)},
        {"problems": mf.sweeps.LinearTailProblem(10**5, [1.0, 0.75, 0.5])},
        {"n_steps": 1000},
        {"scale": [0.5, 1.0]},
    ]
    assert all(small_grid(**{**base, **change}).cpu_hours > hours for change in more)
    twice = small_grid(**base, seeds=range(240))
    assert twice.cpu_hours == pytest.approx(2 * hours)
    assert twice.n_runs == 240
