"""Many runs at once: the same times as one run at a time, in full."""

from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import Case, assert_refused, cases

import mftutor as mf
from mftutor.sweeps import stacks

FIGURE_1 = {"scale": 0.5, "step_size": 0.1, "n_steps": 400}


def one_by_one(dimension, seeds, *, scale, step_size, n_steps):
    """τ_k of Figure 1's problem, each draw run in full by itself, shape (n_seeds, 2)."""
    problem = mf.figure_1_problem(dimension)
    starts = [mf.gaussian_init(problem, scale=scale, seed=seed) for seed in seeds]
    runs = [mf.gradient_descent(problem, X0, step_size=step_size, n_steps=n_steps) for X0 in starts]
    return np.array([run.hitting_times() for run in runs])


def limit_of_figure_1(n_nodes):
    """Figure 1's problem and its rows at scale 1, after the first two, for d → ∞.

    Row 3, at λ₃ = 0.3, is of size d^(−1/2) → 0; the Gram matrix of the others is ∫ dλ/0.3 I.
    """
    x, weights = np.polynomial.legendre.leggauss(n_nodes)
    nodes = np.repeat(0.15 * (1 + x[::-1]), 2)
    tail = np.kron(np.sqrt(weights[::-1] / 2)[:, None], np.eye(2))
    eigenvalues = np.concatenate([[1.0, 0.5, 0.3], nodes])
    return mf.Problem(eigenvalues, rank=2), np.vstack([np.zeros(2), tail])


# One start after the other


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    cases(step_sizes=(0.01, 1.5), start_sizes=(1e-6, 3.0), n_steps=60),
    st.lists(st.floats(-4, 4), min_size=1, max_size=4),
)
def test_times_are_those_of_each_run(case: Case, factors: list[float]) -> None:
    if case.problem.min_eigengap == 0:
        return
    starts = np.array([factor * case.X0 for factor in factors])
    times = mf.sweeps.many_hitting_times(
        case.problem, starts, step_size=case.step_size, n_steps=case.n_steps
    )
    for start, found in zip(starts, times, strict=True):
        np.testing.assert_array_equal(found, case.run(start).hitting_times())


def test_runs_that_diverge_have_no_times_and_do_not_touch_the_others():
    problem = mf.figure_1_problem(30)
    start = mf.gaussian_init(problem, scale=0.5, seed=0)
    unit = start / np.linalg.norm(start, 2)
    sizes = [0.5, 6.0, 1e160, np.sqrt(22), 0.5]  # ησ₁² up to 3.1 may come back
    starts = [size * unit for size in sizes]
    runs = [mf.gradient_descent(problem, X0, step_size=0.1, n_steps=200) for X0 in starts]
    assert [run.diverged_at for run in runs] == [None, 0, 0, 2, None]
    times = mf.sweeps.many_hitting_times(problem, starts, step_size=0.1, n_steps=200)
    np.testing.assert_array_equal(times, [run.hitting_times() for run in runs])
    assert np.isfinite(times[[0, 4]]).all()
    # Also where the last step is the one that diverges.
    late = mf.sweeps.many_hitting_times(problem, starts[3:4], step_size=0.1, n_steps=2)
    assert np.isnan(late).all()
    before = mf.sweeps.many_hitting_times(problem, starts[3:4], step_size=0.1, n_steps=1)
    assert np.isfinite(before).any()


# Dimensions


def test_a_sweep_has_the_times_of_full_runs():
    dimensions, seeds = [4, 30, 700, 3000], [0, 5, 3, 8]
    sweep = mf.sweeps.dimension_sweep(dimensions, seeds=seeds, **FIGURE_1)
    for d, times in zip(dimensions, sweep.hitting_times, strict=True):
        np.testing.assert_array_equal(times, one_by_one(d, seeds, **FIGURE_1))
    assert sweep.n_rows == (4, 30, 35, 35)
    assert (sweep.dimensions, sweep.seeds) == (tuple(dimensions), tuple(seeds))
    assert "4 dimensions, 4 seeds, 400 steps of size 0.1 from scale 0.5" in repr(sweep)


def test_runs_that_cannot_be_compressed_are_run_in_full():
    settings = {"scale": 0.5, "step_size": 1.25, "n_steps": 20}
    sweep = mf.sweeps.dimension_sweep([50, 200], seeds=range(3), **settings)
    assert sweep.n_rows == (50, 200)
    for d, times in zip([50, 200], sweep.hitting_times, strict=True):
        np.testing.assert_array_equal(times, one_by_one(d, range(3), **settings))


@pytest.mark.parametrize("numbers_at_once", [1, 150])
def test_how_many_are_run_together_does_not_matter(numbers_at_once):
    together = mf.sweeps.dimension_sweep([20, 300], seeds=range(5), **FIGURE_1)
    with mock.patch.object(stacks, "NUMBERS_AT_ONCE", numbers_at_once):
        apart = mf.sweeps.dimension_sweep([20, 300], seeds=range(5), **FIGURE_1)
    np.testing.assert_array_equal(apart.hitting_times, together.hitting_times)


def test_the_unit_of_the_eigenvalues_does_not_matter():
    plain = mf.sweeps.dimension_sweep([200], seeds=[0, 1], **FIGURE_1)
    in_units = mf.sweeps.dimension_sweep(
        [200],
        seeds=[0, 1],
        scale=0.5 * 2**10,
        step_size=0.1 / 4**10,
        n_steps=400,
        problem_at=lambda d: mf.Problem(4.0**10 * mf.figure_1_problem(d).eigenvalues, 2),
    )
    np.testing.assert_array_equal(in_units.hitting_times, plain.hitting_times)


def test_another_problem_and_a_start_of_zero():
    def few_values(d):
        return mf.Problem(np.concatenate([[2.0], np.repeat([0.5, 0.1], (d - 1) // 2)]), rank=1)

    sweep = mf.sweeps.dimension_sweep(
        [41, 401], seeds=range(3), scale=0.5, step_size=0.1, n_steps=99, problem_at=few_values
    )
    assert sweep.n_rows == (4, 4)  # the first two, and one for each value after them
    assert sweep.hitting_times.shape == (2, 3, 1)
    assert np.isfinite(sweep.hitting_times).all()
    nothing = mf.sweeps.dimension_sweep([50], seeds=[0, 1], scale=0, step_size=0.1, n_steps=20)
    assert np.isnan(nothing.hitting_times).all()


def test_quantiles_count_what_never_arrives_as_late():
    times = np.array([[[3.0], [1.0], [np.nan], [2.0]]])
    sweep = mf.sweeps.DimensionSweep(0.5, 0.1, 9, (0, 1, 2, 3), (5,), (5,), times)
    levels = [0, 0.25, 0.3, 0.5, 0.75, 0.76, 1]
    shares = [sweep.quantiles(level).item() for level in levels]
    assert shares == [1, 1, 2, 2, 3, np.inf, np.inf]
    for level in (-0.1, 1.1, np.nan, "half"):
        assert_refused(lambda level=level: sweep.quantiles(level), "level", repr(level))


# As d grows


@pytest.mark.parametrize(("dimension", "apart"), [(1000, 4), (10_000, 2)])
def test_only_the_first_rows_stay_random(dimension, apart):
    """The same first two rows, once above their real tail and once above its limit."""
    seeds = range(20)
    real = mf.sweeps.dimension_sweep([dimension], seeds=seeds, **FIGURE_1).hitting_times[0]
    problem = mf.figure_1_problem(dimension)
    limit, tail = limit_of_figure_1(18)
    heads = [mf.gaussian_init(problem, scale=0.5, seed=seed)[:2] for seed in seeds]
    starts = [np.vstack([head, 0.5 * tail]) for head in heads]
    times = mf.sweeps.many_hitting_times(limit, starts, step_size=0.1, n_steps=400)
    assert np.abs(times - real).max() <= apart


def test_the_slope_is_that_of_a_row_beside_standing_noise():
    # The noise stands where it neither grows nor shrinks, at ‖J‖² = λ₃; beside it row k grows
    # by 1 + η(λ_k − λ₃) a step, from a square of size 1/d.
    limit, tail = limit_of_figure_1(60)
    heads = np.random.default_rng(0).standard_normal((30, 2, 2))
    medians = []
    for exponent in (60, 120):
        starts = [0.5 * np.vstack([head / 10 ** (exponent / 2), tail]) for head in heads]
        times = mf.sweeps.many_hitting_times(limit, starts, step_size=0.1, n_steps=7500)
        medians.append(np.median(times, axis=0))
    slopes = np.diff(medians, axis=0)[0] / (60 * np.log(10))
    assert slopes == pytest.approx(1 / (2 * np.log([1.07, 1.02])), rel=0.01)


# Bad input


@pytest.mark.parametrize(
    ("change", "name", "piece"),
    [
        ({"dimensions": []}, "dimensions", "at least one"),
        ({"dimensions": 100}, "dimensions", "100"),
        ({"dimensions": [0]}, "dimensions", "0"),
        ({"dimensions": [2.5]}, "dimensions", "2.5"),
        ({"dimensions": [2]}, "dimension", "2"),
        ({"seeds": []}, "seeds", "at least one"),
        ({"seeds": [-1]}, "seeds", "-1"),
        ({"scale": -1}, "scale", "-1"),
        ({"step_size": 0}, "step_size", "0"),
        ({"n_steps": -1}, "n_steps", "-1"),
        ({"problem_at": lambda d: mf.Problem(np.ones(d), 1)}, "problem", "0"),
    ],
)
def test_refused_sweeps(change, name, piece):
    given = {"dimensions": [10], "seeds": [0], **FIGURE_1, **change}
    dimensions = given.pop("dimensions")
    assert_refused(lambda: mf.sweeps.dimension_sweep(dimensions, **given), name, piece)


def test_refused_starts():
    problem = mf.figure_1_problem(5)

    def refused(starts, *pieces, step_size=0.1, n_steps=3):
        assert_refused(
            lambda: mf.sweeps.many_hitting_times(
                problem, starts, step_size=step_size, n_steps=n_steps
            ),
            *pieces,
        )

    refused(np.zeros((5, 2)), "starts", "(n, 5, 2)", "(5, 2)")
    refused(np.full((1, 5, 2), np.nan), "starts", "finite")
    refused(np.zeros((1, 5, 2)), "step_size", step_size=-1)
    refused(np.zeros((1, 5, 2)), "n_steps", n_steps=1.5)
    none = mf.sweeps.many_hitting_times(problem, np.zeros((0, 5, 2)), step_size=1, n_steps=3)
    assert none.shape == (0, 2)
