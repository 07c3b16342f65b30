"""When the flow learns: last crossings, bounds that hold, and the law of Gaussian starts."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused, spectra

import mftutor as mf
from mftutor.flow.law import _chi_square_survival, _falls_from, _needed

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
        for scale in (1e-8, 0.5, 1.0, 1e6, 1e100)
    }
    np.testing.assert_allclose(found[0.5], [4.849, 14.571], atol=6e-4)
    np.testing.assert_allclose(found[1e6], [4.753, 14.568], atol=6e-4)
    np.testing.assert_allclose(found[1e100], found[1e6], atol=1e-9)
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


@pytest.mark.parametrize(("scale", "unit"), [(1e-300, 1.0), (1e300, 1.0), (1.0, 1e100)])
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


@pytest.mark.parametrize("leading", [(1.0, 0.5), (0.6, 0.6)])
def test_the_bound_for_gaussian_starts_fails_as_rarely_as_it_says(leading):
    """At most 20 %, also with equal leading eigenvalues; here over 300 draws, within 3 σ."""
    problem = mf.Problem([*leading, *np.linspace(0.3, 0.0, 398)], rank=2)
    bound = mf.flow.log_d_bound(problem, scale=0.5, failure=0.2, threshold=0.1)
    late = [
        mf.flow.time_bound(problem, mf.gaussian_init(problem, scale=0.5, seed=seed), 0.1) > bound
        for seed in range(300)
    ]
    # Half of the 20 % is for ‖v_k‖ and nearly used up, the other half for ‖J₀v_k‖ and is not.
    assert (np.abs(np.mean(late, axis=0) - 0.1) <= 3 * math.sqrt(0.1 * 0.9 / 300)).all()


def test_the_bound_for_gaussian_starts_grows_with_the_logarithm_of_d():
    dimensions = [10**4, 10**5, 10**6]
    bounds = np.array(
        [mf.flow.log_d_bound(mf.figure_1_problem(d), scale=0.5, failure=0.1) for d in dimensions]
    )
    # ln d / (2λ₁) alone for the first, ln d / (2(λ₂ − λ₃)) for the second, where √d adds a bit.
    slopes = np.diff(bounds, axis=0) / math.log(10)
    assert (np.abs(slopes[-1] - [1 / 1.4, 1 / 0.4]) < 0.02).all()


# The law


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 8])
def test_chi_square_survival_is_the_integral_of_its_density(degrees):
    x = np.array([0.0, 0.1, 1.0, 5.0, 20.0])
    found = _chi_square_survival(x, degrees)
    # The density in the variable s = √x is smooth, so the midpoint rule is exact to O(h²).
    edges = np.linspace(0, 12, 240_001)
    s, h = (edges[1:] + edges[:-1]) / 2, edges[1]
    density = 2 * s ** (degrees - 1) * np.exp(-(s**2) / 2)
    density /= 2 ** (degrees / 2) * math.gamma(degrees / 2)
    expected = [h * density[s > math.sqrt(value)].sum() for value in x]
    np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(found[0], 1.0)


@pytest.mark.parametrize("scale", [0.05, 0.5, 1e3])
def test_the_law_fits_the_times_of_many_draws(scale):
    """Dvoretzky, Kiefer, Wolfowitz: n draws of the law itself are off by more once in 1000.

    The law is a limit; at d = 300 the tail's Gram matrix still fluctuates by about 300^(−1/2).
    """
    problem, n = mf.figure_1_problem(300), 200
    times = np.sort(
        [
            mf.flow.hitting_times(problem, mf.gaussian_init(problem, scale=scale, seed=seed))
            for seed in range(n)
        ],
        axis=0,
    )
    allowed = math.sqrt(math.log(2 / 1e-3) / (2 * n))
    for k in (1, 2):
        law = mf.flow.time_law(problem, k, scale=scale, time=times[:, k - 1])
        below, above = np.arange(n) / n, np.arange(1, n + 1) / n
        assert max(np.abs(law - below).max(), np.abs(law - above).max()) < allowed


def test_the_law_has_an_exponential_tail():
    """P(τ_k > s) ~ e^{−(r − k + 1)(λ_k − λ_{r+1})s}, here with one tail eigenvalue."""
    problem = mf.Problem([1.0, 0.5, *[0.3] * 98], rank=2)
    for k, rate in [(1, 2 * 0.7), (2, 0.2)]:
        at = np.array([0.0, 2.0]) + {1: 9.0, 2: 60.0}[k]
        late = 1 - mf.flow.time_law(problem, k, scale=0.5, time=at)
        assert np.log(late[0] / late[1]) / 2 == pytest.approx(rate, rel=0.01)


@SMALL
@given(st.floats(-3, 6), st.integers(1, 3))
def test_the_law_is_a_distribution(log_scale, k):
    problem = mf.Problem([1.0, 0.8, 0.6, *np.linspace(0.4, 0, 40)], rank=3)
    time = np.linspace(0, 200, 300)
    law = mf.flow.time_law(problem, k, scale=10**log_scale, time=time)
    assert (np.diff(law) >= -1e-15).all()
    assert law.max() <= 1
    assert law[0] >= 0
    assert law[-1] > 0.99
    shuffled = np.random.default_rng(0).permutation(300)
    again = mf.flow.time_law(problem, k, scale=10**log_scale, time=time[shuffled])
    np.testing.assert_array_equal(again, law[shuffled])


@SMALL
@given(spectra(6), st.floats(0.05, 0.95), st.floats(-2, 4))
def test_what_is_needed_falls_from_where_it_is_said_to(eigenvalues, share, log_scale):
    assume(eigenvalues[0] - eigenvalues[1] > 0.01)
    problem, level = mf.Problem(eigenvalues, 1), share * eigenvalues[0]
    start = _falls_from(problem, eigenvalues[0], level)
    later = start + np.linspace(0, 20 / eigenvalues[0], 200)
    needed = _needed(problem, eigenvalues[0], 10**log_scale, level, later)
    assert (np.diff(needed) <= 1e-12 * needed[:-1]).all()


def test_the_law_without_a_tail():
    """r = d = 1: ϖ²χ² is the start's square, and the logistic curve does the rest."""
    problem = mf.Problem([2.0], rank=1)
    time = 1.3
    odds = math.exp(4 * time) * np.array([0.5]) / 1.5  # p/(λ − p) at the threshold 0.5, later
    before = 2 * (0.5 / 1.5 / math.exp(4 * time)) / (1 + 0.5 / 1.5 / math.exp(4 * time))
    expected = math.erfc(math.sqrt(before / 0.7**2 / 2))
    found = mf.flow.time_law(problem, 1, scale=0.7, time=[time], threshold=0.5)
    assert odds > 1
    np.testing.assert_allclose(found, [expected], rtol=1e-12)


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
    assert_refused(
        lambda: mf.flow.log_d_bound(flat, scale=1, failure=0.1, threshold=0.1),
        "problem.eigengap_at_rank",
    )
    for bad in [0.0, 1.0, 2.0, math.nan]:
        assert_refused(
            lambda bad=bad: mf.flow.log_d_bound(FIGURE_1, scale=1, failure=bad), "failure"
        )
    assert_refused(lambda: mf.flow.log_d_bound(FIGURE_1, scale=0, failure=0.1), "scale")
    law = mf.flow.time_law
    assert_refused(lambda: law(FIGURE_1, 3, scale=1, time=[1.0]), "k", "from 1 to 2")
    assert_refused(lambda: law(FIGURE_1, 1, scale=0, time=[1.0]), "scale")
    assert_refused(lambda: law(FIGURE_1, 1, scale=1, time=[-1.0]), "time", ">= 0")
    assert_refused(lambda: law(FIGURE_1, 1, scale=1, time=1.0), "time", "shape")
    assert_refused(lambda: law(FIGURE_1, 2, scale=1, time=[1.0], threshold=0.5), "threshold", "0.5")
    assert_refused(
        lambda: law(mf.Problem([1.0, 1.0, 0.5], 2), 1, scale=1, time=[1.0], threshold=0.1),
        "problem.min_eigengap",
    )


def test_the_law_of_another_dimension_is_that_of_a_problem_with_the_same_density():
    times = np.linspace(0.0, 60.0, 121)
    for k in (1, 2):
        own = mf.flow.time_law(mf.figure_1_problem(8000), k, scale=0.5, time=times)
        for d, tolerance in [(8000, 0.0), (4000, 2e-3)]:
            stand_in = mf.figure_1_problem(d)
            law = mf.flow.time_law(stand_in, k, scale=0.5, time=times, dimension=8000)
            # The average over 4000 points differs by a part in 4000; the law by less times τ.
            np.testing.assert_allclose(law, own, atol=tolerance)
    assert_refused(
        lambda: mf.flow.time_law(stand_in, 2, scale=0.5, time=[1.0], dimension=-1),
        "dimension",
        "-1",
    )
