"""When the flow learns: last crossings, and bounds that hold."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused, spectra

import mftutor as mf

FIGURE_1 = mf.figure_1_problem()
SMALL = settings(max_examples=40, deadline=None)


@st.composite
def problems(draw: st.DrawFn, dimension: int = 6) -> mf.Problem:
    """Draw a problem with ``λ_r`` above ``λ_{r+1}`` by at least 0.02."""
    problem = mf.Problem(draw(spectra(dimension)), draw(st.integers(1, dimension)))
    assume(problem.eigengap_at_rank >= 0.02)
    return problem


def gaussian(problem, seed, scale):
    """A start with entries of size `scale`, shape (d, r)."""
    shape = (problem.dimension, problem.rank)
    return scale * np.random.default_rng(seed).standard_normal(shape)


# Hitting times


@SMALL
@given(problems(), SEEDS, st.floats(-4, 4), st.floats(0.02, 0.95))
def test_a_hitting_time_is_the_last_crossing(problem, seed, log_scale, share):
    X0 = gaussian(problem, seed, 10**log_scale)
    threshold = share * problem.eigenvalues[problem.rank - 1]
    times = mf.flow.hitting_times(problem, X0, threshold)
    bounds = mf.flow.time_bound(problem, X0, threshold)
    assert (times <= bounds).all()
    for k, time in enumerate(times):
        later = np.linspace(time, max(1.5 * bounds[k], 1.0), 150)
        signal = mf.flow.solve(problem, X0, later).signal[:, k]
        # Off by rounding of the signal, and of the time itself: the signal grows at a rate of at
        # most 2λ₁ ≤ 2.
        allowed = 1e-12 * (1 + 2 * time) * threshold
        assert signal.min() >= threshold - allowed
        if time > 0:
            assert signal[0] <= threshold + allowed


@given(st.floats(0.1, 10.0), st.floats(1e-8, 0.9), st.floats(0.01, 0.99))
def test_one_row_follows_the_logistic_curve(eigenvalue, start, share):
    """p/(λ − p) grows at the rate 2λ."""
    p, threshold = start * eigenvalue, share * eigenvalue
    (time,) = mf.flow.hitting_times(mf.Problem([eigenvalue], 1), [[math.sqrt(p)]], threshold)
    odds = [math.log(q / (eigenvalue - q)) for q in (threshold, p)]
    expected = max(0.0, (odds[0] - odds[1]) / (2 * eigenvalue))
    assert time == pytest.approx(expected, rel=1e-11, abs=1e-11 / eigenvalue)


def test_a_start_above_its_eigenvalue_is_there_at_once():
    assert mf.flow.hitting_times(mf.Problem([1.0], 1), [[30.0]], 0.5) == [0.0]


def test_a_first_crossing_that_is_not_for_good_does_not_count():
    """A huge start is above the threshold, falls below it, and rises again."""
    X0 = mf.gaussian_init(FIGURE_1, scale=1e6, seed=1)
    time = mf.flow.hitting_times(FIGURE_1, X0)[1]
    signal = mf.flow.solve(FIGURE_1, X0, [0.0, 1e-6, 1.0, time - 1e-6, time + 1e-6]).signal[:, 1]
    np.testing.assert_array_equal(signal >= 0.1, [True, True, False, False, True])


def test_coming_down_from_infinity():
    """The times for large starts hardly depend on their size; small starts are slower."""
    found = {
        scale: mf.flow.hitting_times(FIGURE_1, mf.gaussian_init(FIGURE_1, scale=scale, seed=1))
        for scale in (1e-8, 0.5, 1.0, 1e6, 1e50)
    }
    np.testing.assert_allclose(found[0.5], [4.849, 14.571], atol=6e-4)
    np.testing.assert_allclose(found[1e6], [4.753, 14.568], atol=6e-4)
    np.testing.assert_allclose(found[1e50], found[1e6], atol=1e-9)
    np.testing.assert_allclose(found[1e-8], [21.584, 43.478], atol=6e-4)


def test_agrees_with_descent_of_small_steps():
    X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=1)
    small = mf.compress(FIGURE_1, X0, step_size=0.01, n_steps=2000)
    run = mf.gradient_descent(*small, step_size=0.01, n_steps=2000)
    # The flow is O(η) away, and a step is 0.01.
    flow = mf.flow.hitting_times(FIGURE_1, X0)
    np.testing.assert_allclose(0.01 * run.hitting_times(), flow, atol=0.05)


def test_rows_that_die_out_have_no_time():
    for X0, expected in [
        (mf.theory.zero_row_init(FIGURE_1, row=2, scale=0.5, seed=0), [False, True]),
        (mf.theory.zero_row_init(FIGURE_1, row=1, scale=0.5, seed=0), [True, False]),
        (mf.theory.parallel_rows_init(FIGURE_1, scale=0.5, seed=0), [False, True]),
        (mf.theory.rank_one_init(FIGURE_1, scale=0.5, seed=0), [False, True]),
        (np.zeros((4000, 2)), [True, True]),
    ]:
        times = mf.flow.hitting_times(FIGURE_1, X0)
        bounds = mf.flow.time_bound(FIGURE_1, X0)
        np.testing.assert_array_equal(np.isnan(times), expected)
        np.testing.assert_array_equal(np.isinf(bounds), expected)
        signal = mf.flow.solve(FIGURE_1, X0, 3000.0).signal[0]
        np.testing.assert_array_equal(signal < 0.1, expected)
        learned = ~np.array(expected)
        assert (times[learned] <= bounds[learned]).all()


def test_a_threshold_above_the_eigenvalue_is_never_reached():
    X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=0)
    for threshold in (0.5, 0.7):
        np.testing.assert_array_equal(
            np.isnan(mf.flow.hitting_times(FIGURE_1, X0, threshold)), [False, True]
        )


@pytest.mark.parametrize(("scale", "unit"), [(1e-59, 1.0), (1e60, 1.0), (1.0, 1e60)])
def test_times_of_extreme_starts(scale, unit):
    problem = mf.Problem(unit * np.array([1.0, 0.5, 0.2]), rank=2)
    X0 = scale * np.array([[0.5, -0.2], [0.3, 0.9], [0.4, 0.1]])
    times, bounds = mf.flow.hitting_times(problem, X0), mf.flow.time_bound(problem, X0)
    assert (times <= bounds).all()
    signal = mf.flow.solve(problem, X0, np.sort(times)).signal
    at = np.argsort(np.argsort(times))
    at_arrival, crossed = signal[at, [0, 1]], times > 0
    np.testing.assert_allclose(at_arrival[crossed], problem.min_eigengap / 2, rtol=1e-9)
    assert (at_arrival >= problem.min_eigengap / 2 * (1 - 1e-9)).all()


# Bounds


@SMALL
@given(problems(), SEEDS, st.floats(-3, 3), st.floats(0.1, 0.9))
def test_the_time_bound_is_the_formula(problem, seed, log_scale, share):
    X0 = gaussian(problem, seed, 10**log_scale)
    r, lam = problem.rank, problem.eigenvalues
    assume(np.linalg.cond(X0[:r]) < 1e6)
    threshold = share * lam[r - 1]
    inverse = np.linalg.inv(X0[:r])
    v, Jv = np.linalg.norm(inverse, axis=0), np.linalg.norm(X0[r:] @ inverse, axis=0)
    expected = []
    for k in range(r):
        room = 1 / threshold - 1 / lam[k]
        after = lam[r] if r < problem.dimension else 0.0
        alone = math.log(2 * v[k] ** 2 / room) / (2 * lam[k])
        noise = [
            math.log(2 * Jv[k] ** 2 / mu / room) / (2 * (lam[k] - mu)) if Jv[k] > 0 else -math.inf
            for mu in {after, max(after, lam[k] / 2)}
            if mu > 0
        ]
        expected.append(max(0.0, alone, min(noise)))
    np.testing.assert_allclose(
        mf.flow.time_bound(problem, X0, threshold), expected, rtol=1e-9, atol=1e-9
    )


def test_the_time_bound_is_not_far_off_on_figure_1():
    ratios = []
    for seed in range(40):
        X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=seed)
        ratios.append(mf.flow.time_bound(FIGURE_1, X0) / mf.flow.hitting_times(FIGURE_1, X0))
    assert 1 < np.min(ratios) < 1.3
    assert np.max(ratios, axis=0)[1] < 1.6


@SMALL
@given(problems(), SEEDS, st.floats(-3, 3), st.floats(-6, -0.5))
def test_the_error_is_small_after_its_bound(problem, seed, log_scale, log_accuracy):
    X0, accuracy = gaussian(problem, seed, 10**log_scale), 10**log_accuracy
    start = mf.flow.accuracy_bound(problem, X0, accuracy)
    error = mf.flow.solve(problem, X0, start * np.linspace(1, 2, 20)).error
    assert (error <= accuracy).all()


@SMALL
@given(problems(), SEEDS, st.floats(-3, 3), st.floats(-6, -0.5))
def test_the_bound_of_the_error_is_the_formula(problem, seed, log_scale, log_accuracy):
    """At the time returned the largest of the four terms is a quarter of the accuracy."""
    X0, accuracy = gaussian(problem, seed, 10**log_scale), 10**log_accuracy
    r, lam = problem.rank, problem.eigenvalues
    assume(np.linalg.cond(X0[:r]) < 1e6)
    time, inverse = mf.flow.accuracy_bound(problem, X0, accuracy), np.linalg.inv(X0[:r])
    tail = np.linalg.norm(X0[r:] @ inverse, 2) if r < problem.dimension else 0.0
    after = lam[r] if r < problem.dimension else 0.0
    a = math.exp(-(lam[r - 1] - after) * time) * tail
    alone = math.exp(-2 * lam[r - 1] * time) * (np.linalg.norm(inverse, 2) ** 2 + 1 / lam[r - 1])
    noise = [
        lam[0] / mu * math.exp(-2 * (lam[r - 1] - mu) * time) * tail**2
        for mu in {after, max(after, lam[r - 1] / 2)} - {0.0}
    ]
    terms = (
        2 * lam[0] * math.sqrt(r) * np.array([lam[0] * alone, math.sqrt(2) * a, a * a, min(noise)])
    )
    if time > math.log(2) / (2 * lam[0]) * (1 + 1e-12):
        assert terms.max() == pytest.approx(accuracy / 4, rel=1e-6)
    assert terms.max() <= accuracy / 4 * (1 + 1e-6)


def test_the_error_of_a_saddle_has_no_bound():
    for X0 in (
        mf.theory.zero_row_init(FIGURE_1, row=2, scale=0.5, seed=0),
        mf.theory.parallel_rows_init(FIGURE_1, scale=0.5, seed=0),
        np.zeros((4000, 2)),
    ):
        assert mf.flow.accuracy_bound(FIGURE_1, X0, 0.1) == math.inf


# Refusals


def test_bad_arguments_are_refused():
    X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=0)
    flat = mf.Problem([1.0, 0.5, 0.5], rank=2)
    for function in (mf.flow.hitting_times, mf.flow.time_bound):
        assert_refused(lambda f=function: f(flat, X0[:3], 0.1), "problem.eigengap_at_rank")
        assert_refused(lambda f=function: f(flat, X0[:3]), "threshold")
        for bad in [0, -1.0, math.nan, "0.1"]:
            assert_refused(lambda f=function, bad=bad: f(FIGURE_1, X0, bad), "threshold")
        assert_refused(lambda f=function: f(FIGURE_1, X0[:3]), "X0")
    assert_refused(lambda: mf.flow.accuracy_bound(flat, X0[:3], 0.1), "problem.eigengap_at_rank")
    assert_refused(lambda: mf.flow.accuracy_bound(FIGURE_1, X0, 0.0), "accuracy")
