"""When the flow learns: last crossings, and bounds that hold."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused, many, spectra

import mftutor as mf
from mftutor.flow import closed_form

FIGURE_1 = mf.figure_1_problem()
SMALL = settings(max_examples=many(0.5))


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


def by_inverses(problem, X0, time):
    """All signals, shape (n, r), from ``P⁻¹``, in which no exponential grows."""
    lam, r = problem.eigenvalues, problem.rank
    inverse = np.linalg.inv(X0[:r])
    tail = X0[r:] @ inverse
    rates, pair = lam[r:, None, None], np.add.outer(lam[:r], lam[:r])
    found = []
    for s in time:
        growth = np.exp((2 * rates - pair) * s) * -np.expm1(-2 * rates * s) / rates
        noise = np.einsum("ia,ib,iab->ab", tail, tail, growth)
        own = np.exp(-pair * s) * (inverse.T @ inverse)
        exact = np.diag(-np.expm1(-2 * lam[:r] * s) / lam[:r])
        found.append(np.linalg.inv(exact + own + noise).diagonal())
    return np.array(found)


@pytest.mark.parametrize("size", [1.0, 1e-4])
@pytest.mark.parametrize("log_gap", [-1, -2, -4, -6, -8])
def test_no_gap_is_too_small(log_gap, size):
    """Against a scan with another form of the signal; a plateau lasts 10⁸ where the gap is 1e-8."""
    gap = 10.0**log_gap
    for seed in range(6):
        rng = np.random.default_rng([seed, -log_gap])
        equal = seed % 3 == 0
        middle = 0.5 if equal else rng.uniform(0.5, 0.9)
        problem = mf.Problem([1.0, middle, 0.5, 0.5 - gap, 0.5 - gap, 0.2, 0.1], rank=3)
        X0 = rng.uniform(0.1, 2.0) * rng.standard_normal((7, 3))
        X0[rng.integers(7)] *= size
        level = rng.uniform(0.02, 0.48)
        times = mf.flow.hitting_times(problem, X0, level)
        for k, (time, bound) in enumerate(
            zip(times, mf.flow.time_bound(problem, X0, level), strict=True)
        ):
            assert time <= bound
            later = time + np.append(0.0, np.geomspace(1e-6, 1 + 2 * (bound - time), 1000))
            signal = by_inverses(problem, X0, later)[:, k]
            assert signal.min() >= level * (1 - 1e-6)
            assert time == 0 or signal[0] == pytest.approx(level, rel=1e-6)


def test_a_signal_may_stay_near_its_threshold_for_long():
    """On a plateau, which the noise of λ_3 ends when 1/(λ_2 − λ_3) has passed."""
    problem = mf.Problem([1.0, 0.5, 0.4999, 0.2, 0.0], rank=2)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    time = mf.flow.hitting_times(problem, X0, 0.25)[1]
    assert time == pytest.approx(3.70391685, abs=1e-7)
    signal = mf.flow.solve(problem, X0, np.linspace(time, 40_000, 4001)).signal[:, 1]
    assert signal[0] == pytest.approx(0.25, rel=1e-12)
    assert signal[1:].min() > 0.25


def test_a_signal_that_touches_its_threshold_is_refused():
    """``1/signal = 1 + 2a(e^{−s} − e^{−2s})``, which is 1 + a/2 at ln 2."""
    problem, time = mf.Problem([1.0, 0.5], rank=1), mf.flow.hitting_times
    assert time(problem, [[1.0], [1.9999**0.5]], 0.5) == [0.0]
    expected = -math.log((1 - math.sqrt(1 - 2 / 2.0001)) / 2)
    assert time(problem, [[1.0], [2.0001**0.5]], 0.5) == pytest.approx([expected], rel=1e-9)
    assert_refused(lambda: time(problem, [[1.0], [2.0**0.5]], 0.5), "threshold", "s = 0.693")


@SMALL
@given(problems(), SEEDS, st.floats(-2, 2), st.floats(0, 3), st.floats(0, 1))
def test_the_least_signal_of_an_interval_is_a_bound(problem, seed, log_scale, log_end, share):
    form = closed_form.ClosedForm.of(problem, gaussian(problem, seed, 10**log_scale))
    end = 10**log_end
    inside = np.linspace(share * end, end, 50)
    for k in range(problem.rank):
        (least,) = form.least_signal(k, inside[:1], inside[-1:])
        signal = np.square(form.columns_at(inside)[:, k]).sum(axis=1)
        np.testing.assert_allclose(form.least_signal(k, inside, inside), signal, rtol=1e-11)
        assert least <= signal.min() * (1 + 1e-11)


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
    N0 = mf.gaussian_init(FIGURE_1, scale=1.0, seed=1)
    at_arrival = mf.flow.from_infinity(FIGURE_1, N0, found[1e50]).signal.diagonal()
    np.testing.assert_allclose(at_arrival, FIGURE_1.min_eigengap / 2, rtol=1e-9)


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
