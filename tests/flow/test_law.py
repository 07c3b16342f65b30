"""The law of the times from Gaussian starts: a bound for every d, and the limit of large d."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import assert_refused, many, spectra

import mftutor as mf
from mftutor.flow.law import chi_square_survival, needed_falls_from, needed_square

FIGURE_1 = mf.figure_1_problem()
SMALL = settings(max_examples=many(0.5))


# A bound for every dimension


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


# The limit of large dimensions


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 8])
def test_chi_square_survival_is_the_integral_of_its_density(degrees):
    x = np.array([0.0, 0.1, 1.0, 5.0, 20.0])
    found = chi_square_survival(x, degrees)
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
    later = np.linspace(0, 20 / eigenvalues[0], 200) + needed_falls_from(problem, 1, level)
    needed = needed_square(problem, 1, level, scale=10**log_scale, time=later)
    assert (np.diff(needed) <= 1e-12 * needed[:-1]).all()


def test_the_law_without_a_tail():
    """r = d = 1: ϖ²χ² is the start's square, and the logistic curve does the rest."""
    problem = mf.Problem([2.0], rank=1)
    time = 1.3
    odds = 0.5 / 1.5 / math.exp(4 * time)  # p/(λ − p): at the threshold 0.5, and before
    before = 2 * odds / (1 + odds)
    expected = math.erfc(math.sqrt(before / 0.7**2 / 2))
    found = mf.flow.time_law(problem, 1, scale=0.7, time=[time], threshold=0.5)
    np.testing.assert_allclose(found, [expected], rtol=1e-12)


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


# Refusals


def test_bad_arguments_are_refused():
    flat = mf.Problem([1.0, 0.5, 0.5], rank=2)
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
