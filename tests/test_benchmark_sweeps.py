"""The benchmark of sweeps compares runs that are the same. No test here asserts a time."""

import numpy as np
import sweeps

import mftutor as mf


def test_loop_and_sweep_compute_the_same_runs():
    each = sweeps.grid(200, 4)
    expected = sweeps.looped(each, 4)
    np.testing.assert_array_equal(sweeps.swept(each), expected)
    assert np.isfinite(expected).all()
    assert each.problems[0].problem().rank == mf.figure_1_problem(200).rank


def test_a_line_holds_rates_their_ratio_and_memory(monkeypatch):
    found = iter([(2.0, 3 * 10**6, np.ones((5, 2))), (0.5, 10**6, np.ones((5, 2)))])
    monkeypatch.setattr(sweeps, "measured", lambda run: next(found))
    line = sweeps.against_loop(10_000, 5).split()
    assert line == ["10,000", "5", "2.5", "10", "4×", "3", "1"]
    monkeypatch.setattr(sweeps, "measured", lambda run: (0.5, 10**6, np.ones((5, 2))))
    assert sweeps.alone(10_000, 5).split() == ["10,000", "5", "-", "10", "-", "-", "1"]


def test_workers_are_counted_on_the_wall():
    n_workers, rate = sweeps.with_workers(1, 50, 3).split()
    assert n_workers == "1"
    assert float(rate) > 0
