"""Many runs at once: what one run at a time shows, in full."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_grids import hitting_times
from strategies import Case, cases

import mftutor as mf
from mftutor.sweeps.kernel import descend


def stacked(problem, starts, threshold=None, *, step_size, n_steps):
    """What `descend` says of some starts: hitting times, errors, `diverged_at`."""
    level = problem.min_eigengap / 2 if threshold is None else threshold
    eigenvalues = np.tile(problem.eigenvalues, (len(starts), 1))
    found = descend(eigenvalues, np.array(starts), level, step_size, n_steps)
    return found[:, :-2], found[:, -2], found[:, -1]


def limit_of_figure_1(n_nodes):
    """Figure 1's problem and its rows at scale 1, after the first two, for d → ∞.

    Row 3, at λ₃ = 0.3, is of size d^(−1/2) → 0; the Gram matrix of the others is ∫ dλ/0.3 I.
    """
    x, weights = np.polynomial.legendre.leggauss(n_nodes)
    nodes = np.repeat(0.15 * (1 + x[::-1]), 2)
    tail = np.kron(np.sqrt(weights[::-1] / 2)[:, None], np.eye(2))
    eigenvalues = np.concatenate([[1.0, 0.5, 0.3], nodes])
    return mf.Problem(eigenvalues, rank=2), np.vstack([np.zeros(2), tail])


@settings(max_examples=150)
@given(
    cases(step_sizes=(0.01, 1.5), start_sizes=(1e-6, 3.0), n_steps=60),
    st.lists(st.just(0.0) | st.floats(1e-3, 4) | st.floats(-4, -1e-3), min_size=1, max_size=4),
)
def test_what_is_said_is_that_of_each_run(case: Case, factors: list[float]) -> None:
    assume(case.problem.min_eigengap > 0)
    starts = [factor * case.X0 for factor in factors]
    how = {"step_size": case.step_size, "n_steps": case.n_steps}
    for start, *found in zip(starts, *stacked(case.problem, starts, **how), strict=True):
        run = case.run(start)
        np.testing.assert_array_equal(found[0], run.hitting_times())
        diverged_at = np.nan if run.diverged_at is None else run.diverged_at
        np.testing.assert_equal(found[2], diverged_at)
        if run.diverged_at is not None:
            assert found[1] == np.inf


def test_runs_that_diverge_have_no_times_and_do_not_touch_the_others():
    problem, how = mf.figure_1_problem(30), {"step_size": 0.1, "n_steps": 200}
    start = mf.gaussian_init(problem, scale=0.5, seed=0)
    unit = start / np.linalg.norm(start, 2)
    starts = [size * unit for size in (0.5, 6.0, 1e50, np.sqrt(22), 0.5)]  # ησ₁² ≤ 3.1 may return
    runs = [mf.gradient_descent(problem, X0, **how) for X0 in starts]
    assert [run.diverged_at for run in runs] == [None, 0, 0, 2, None]
    times, error, diverged_at = stacked(problem, starts, **how)
    np.testing.assert_array_equal(times, [run.hitting_times() for run in runs])
    np.testing.assert_array_equal(diverged_at, [np.nan, 0, 0, 2, np.nan])
    np.testing.assert_array_equal(np.isinf(error), [False, True, True, True, False])
    np.testing.assert_allclose(error[[0, 4]], runs[0].error[-1], rtol=1e-12)
    assert np.isfinite(times[[0, 4]]).all()
    # Also where the last step is the one that diverges.
    assert np.isnan(stacked(problem, starts[3:4], step_size=0.1, n_steps=2)[0]).all()
    assert np.isfinite(stacked(problem, starts[3:4], step_size=0.1, n_steps=1)[0]).any()


@pytest.mark.parametrize("numbers_at_once", [1, 150])
def test_how_many_are_run_together_does_not_matter(numbers_at_once, monkeypatch):
    problems = [mf.figure_1_problem(d) for d in (20, 300)]
    grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=150, seeds=range(5))
    together = hitting_times(grid)
    monkeypatch.setattr("mftutor.sweeps.kernel.NUMBERS_AT_ONCE", numbers_at_once)
    np.testing.assert_array_equal(hitting_times(grid), together)
    assert np.isfinite(together).any()


# As d grows


@pytest.mark.parametrize(("dimension", "apart"), [(1000, 4), (10_000, 2)])
def test_only_the_first_rows_stay_random(dimension, apart):
    """The same first two rows, once above their real tail and once above its limit."""
    problem, how = mf.figure_1_problem(dimension), {"step_size": 0.1, "n_steps": 400}
    real = hitting_times(mf.sweeps.Grid(problem, scale=0.5, seeds=range(20), **how))[0, 0]
    limit, tail = limit_of_figure_1(18)
    heads = [mf.gaussian_init(problem, scale=0.5, seed=seed)[:2] for seed in range(20)]
    times, *_ = stacked(limit, [np.vstack([head, 0.5 * tail]) for head in heads], **how)
    assert np.abs(times - real).max() <= apart


def test_the_slope_is_that_of_a_row_beside_standing_noise():
    # The noise stands where it neither grows nor shrinks, at ‖J‖² = λ₃; beside it row k grows
    # by 1 + η(λ_k − λ₃) a step, from a square of size 1/d.
    limit, tail = limit_of_figure_1(60)
    heads = np.random.default_rng(0).standard_normal((30, 2, 2))
    medians = []
    for exponent in (60, 120):
        starts = [0.5 * np.vstack([head / 10 ** (exponent / 2), tail]) for head in heads]
        times, *_ = stacked(limit, starts, step_size=0.1, n_steps=7500)
        medians.append(np.median(times, axis=0))
    slopes = np.diff(medians, axis=0)[0] / (60 * np.log(10))
    assert slopes == pytest.approx(1 / (2 * np.log([1.07, 1.02])), rel=0.01)
