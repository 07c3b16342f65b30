"""Section 2: equations (3) to (8) along random runs, what they promise, and what breaks them."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import (
    EPS,
    UNITS,
    Case,
    assert_refused,
    assert_within,
    iterate_tolerance,
    many,
    spectra,
    starts,
)

import mftutor as mf

# With η = 1/24 the paper's condition on the step size holds with equality.
EXAMPLE = mf.Problem([2.0, 1.0, 0.5, 0.1], rank=1)
EXAMPLE_START = [0.01, 0.5, 0.5, 0.5]


@st.composite
def rank_one_cases(draw, step_sizes=(1e-3, 1 / 12), start_sizes=(1e-6, 2**0.5), n_steps=30):
    """Draw a run; λ₁ = 1, η and ‖x₀‖ as given, all in random units of the eigenvalues."""
    dimension, unit = draw(st.integers(1, 8)), draw(UNITS)
    eigenvalues = draw(spectra(dimension))
    eigenvalues[0] = 1.0
    x0 = draw(starts((dimension, 1), start_sizes))
    return Case(
        mf.Problem(unit * eigenvalues, 1),
        np.sqrt(unit) * x0,
        draw(st.floats(*step_sizes)) / unit,
        n_steps,
    )


def snr_of(case):
    return mf.rank_one_snr(case.problem, case.X0, step_size=case.step_size, n_steps=case.n_steps)


def factors(case, snr):
    """``1 + ηλ_i − η‖x_t‖²`` for all i and every step t < T, shape (T, d)."""
    reduction = case.step_size * snr.squared_norm[:-1, None]
    return 1 + case.step_size * case.problem.eigenvalues - reduction


def step_rounding(case):
    """How far, relatively, a step of α or β may be from its formula for factors ≥ 1/12.

    An entry takes 5 roundings of numbers at most 13 times the result, ‖x‖² and ‖b‖ take
    d + 2 each.
    """
    return 13 * (2 * case.problem.dimension + 9) * EPS


# What alpha and beta are


@given(rank_one_cases(step_sizes=(0.001, 0.3), start_sizes=(1e-6, 1.5)))
def test_signal_and_noise_are_those_of_the_literal_run(case):
    snr, iterates = snr_of(case), case.literal()
    tolerance = iterate_tolerance(case.problem.eigenvalues, iterates, case.step_size)
    assert_within(snr.alpha, np.abs(iterates[:, 0, 0]), tolerance)
    size = np.linalg.norm(iterates[:, :, 0], axis=1)
    own = (case.problem.dimension + 2) * EPS * size
    assert_within(snr.beta, np.linalg.norm(iterates[:, 1:, 0], axis=1), tolerance + own)


@given(rank_one_cases())
def test_the_ratio_is_the_snr_of_the_trajectory_upside_down(case):
    """In rank one σ₁²(u₁) = α² and σ₁(u₁K₁ᵀ) = αβ."""
    snr = snr_of(case)
    with np.errstate(divide="ignore"):
        expected = 1 / snr.run.snr[:, 0]
    usable = (snr.beta > 1e-150) & (snr.alpha > 1e-150)
    roundings = (case.problem.dimension + 12) * EPS
    np.testing.assert_allclose(snr.noise_to_signal[usable], expected[usable], rtol=roundings)


@pytest.mark.parametrize("size", [1e-3, 1e-10, 1e-100, 1e-150])
def test_noise_is_accurate_far_below_rounding(size):
    snr = mf.rank_one_snr(EXAMPLE, [1.0, size, -size, size], step_size=0.01, n_steps=0)
    assert snr.beta[0] == pytest.approx(math.sqrt(3) * size, rel=4 * EPS)


# (3) to (8)


@given(rank_one_cases())
def test_3_and_4_each_row_is_multiplied_by_its_own_factor(case):
    iterates = case.literal()[:, :, 0]
    expected = factors(case, snr_of(case)) * iterates[:-1]
    size = np.linalg.norm(iterates, axis=1)[:-1]
    tolerance = iterate_tolerance(case.problem.eigenvalues, case.literal(), case.step_size)
    # The factors come from another run, whose norm is as far off as the iterates are.
    assert_within(iterates[1:], expected, 4 * tolerance[1:] + 20 * EPS * size)


@given(rank_one_cases())
def test_5_the_signal_follows_its_recursion(case):
    snr = snr_of(case)
    expected = factors(case, snr)[:, 0] * snr.alpha[:-1]
    np.testing.assert_allclose(snr.alpha[1:], expected, rtol=step_rounding(case), atol=1e-300)


@given(rank_one_cases())
def test_6_the_noise_is_bounded_by_its_recursion(case):
    snr = snr_of(case)
    if case.problem.dimension > 1:
        bound = factors(case, snr)[:, 1] * snr.beta[:-1]
        assert (snr.beta[1:] <= bound * (1 + step_rounding(case))).all()
    else:
        assert (snr.beta == 0).all()


@given(rank_one_cases())
def test_7_the_ratio_falls_at_least_at_its_rates(case):
    snr = snr_of(case)
    assert snr.hypotheses_hold.all()
    assume(np.isfinite(snr.noise_to_signal[0]))
    allowed = 1 + 2 * step_rounding(case)
    ratio, rate = snr.noise_to_signal, snr.exact_rate
    gap = case.step_size * case.problem.eigengap_at_rank
    assert (ratio[1:] <= rate * ratio[:-1] * allowed).all()
    assert (rate <= (1 - gap / 3) + 4 * EPS).all()
    assert (ratio <= snr.bound * allowed ** np.arange(len(ratio))).all()


@given(rank_one_cases())
def test_7_holds_with_twelve_thirteenths_for_a_third(case):
    snr = snr_of(case)
    gap = case.step_size * case.problem.eigengap_at_rank
    sharp = 1 - gap / (1 + case.step_size * case.problem.eigenvalues[0])
    assert (snr.exact_rate <= sharp + 4 * EPS).all()
    assert sharp <= 1 - 12 / 13 * gap + 4 * EPS
    if np.isfinite(snr.noise_to_signal[0]):
        allowed = (1 + 2 * step_rounding(case)) ** np.arange(len(snr.alpha))
        assert (snr.noise_to_signal <= snr.sharp_bound * allowed).all()
        assert (snr.sharp_bound <= snr.bound * allowed).all()


@given(st.floats(0, 3), st.floats(-0.5, 0.5))
def test_8_the_fraction_rises_and_stays_below_its_bound(gap, s):
    def h(s):
        return (1 - gap / 2 + s) / (1 + gap / 2 + s)

    # For ηΔ > 1 the denominator is still at least 1/2.
    assert h(s) <= h(0.5) + 8 * EPS
    assert h(0.5) <= 1 - gap / 3 + 8 * EPS


@given(rank_one_cases())
def test_8_the_exact_rate_is_its_fraction_at_an_allowed_place(case):
    snr = snr_of(case)
    first, second = case.problem.eigenvalues[0], np.append(case.problem.eigenvalues, 0)[1]
    gap = case.step_size * (first - second)
    s = case.step_size * ((first + second) / 2 - snr.squared_norm[:-1])
    assert ((s >= -1 / 6 - 8 * EPS) & (s <= 1 / 12 + 8 * EPS)).all()
    expected = (1 - gap / 2 + s) / (1 + gap / 2 + s)
    np.testing.assert_allclose(snr.exact_rate, expected, rtol=20 * EPS)


@given(st.floats(0, 0.99), st.floats(0.01, 0.88), st.floats(1e-3, 0.7), st.floats(0.001, 1.5))
def test_in_two_dimensions_the_rate_is_exact(fraction, eta, a, b):
    """λ₁ = 1, and any start with η‖x₀‖² ≤ 1."""
    start = np.array([a, b]) * min(1, 1 / math.sqrt(eta) / math.hypot(a, b))
    snr = mf.rank_one_snr(mf.Problem([1.0, fraction], 1), start, step_size=eta, n_steps=30)
    ratio = snr.noise_to_signal
    # At worst 1 + ηλ₁ − η‖x‖² = ηλ₁ ≥ 0.01, which magnifies rounding a hundredfold; where β
    # has cancelled to nothing, only its absolute size is known.
    np.testing.assert_allclose(
        ratio[1:], snr.exact_rate * ratio[:-1], rtol=2000 * EPS, atol=2000 * EPS * ratio.max()
    )


# What is needed


@given(rank_one_cases(start_sizes=(1e-6, 3.4)))
def test_the_hypotheses_once_met_are_kept(case):
    snr = snr_of(case)
    holds = snr.hypotheses_hold
    assert (holds[1:] >= holds[:-1]).all()
    first = np.argmax(holds) if holds.any() else math.nan
    np.testing.assert_array_equal(snr.hypotheses_hold_from, first)


@settings(max_examples=many(2))
@given(rank_one_cases(step_sizes=(0.001, 0.88), start_sizes=(1e-3, 1000.0)))
def test_less_is_needed_than_the_paper_asks(case):
    """``ηλ₁ ≤ 0.88`` and ``η‖x₀‖² ≤ 1``: the norm stays, (6) and the sharp bound hold."""
    size = np.linalg.norm(case.X0)
    shrunk = case.X0 * min(1.0, 1 / (math.sqrt(case.step_size) * size) if size else 1.0)
    snr = mf.rank_one_snr(case.problem, shrunk, step_size=case.step_size, n_steps=30)
    assert (case.step_size * snr.squared_norm <= 1 + 40 * EPS).all()
    all_factors = factors(case, snr)
    assert (all_factors >= -60 * EPS).all()
    # With factors down to zero rounding is relative to the step's terms, not to its result.
    own = 20 * (case.problem.dimension + 4) * EPS
    if case.problem.dimension > 1:
        assert (snr.beta[1:] <= (all_factors[:, 1] + own) * snr.beta[:-1] + 1e-300).all()
    if np.isfinite(snr.noise_to_signal[0]):
        rate = 1 - case.step_size * case.problem.eigengap_at_rank / (
            1 + case.step_size * case.problem.eigenvalues[0]
        )
        assert (snr.exact_rate <= rate + 8 * EPS).all()


def test_6_needs_its_factors_to_be_positive():
    """Beyond η‖x‖² = 1 + η(λ₂ + λ_d)/2 the last row overshoots by more than (6) allows."""
    eta, eigenvalues = 0.5, [2.0, 1.0, 0.1]
    critical = math.sqrt((1 + eta * (1.0 + 0.1) / 2) / eta)
    for size, holds in [(critical * (1 - 1e-9), True), (critical * (1 + 1e-9), False)]:
        problem = mf.Problem(eigenvalues, 1)
        snr = mf.rank_one_snr(problem, [0.0, 0.0, size], step_size=eta, n_steps=1)
        allowed = abs(1 + eta * 1.0 - eta * size**2) * size
        assert (snr.beta[1] <= allowed) == holds


@pytest.mark.parametrize(("size", "diverges"), [(0.9999, False), (1.0001, True)])
@pytest.mark.parametrize("eta", [1e-3, 1 / 120, 0.1, 0.2])
def test_a_start_on_the_first_axis_diverges_above_its_threshold(eta, size, diverges):
    """ηx² > 2 + ηλ₁, which the exercises use."""
    start = [size * math.sqrt(2 / eta + 10.0), 0.0]
    run = mf.rank_one_snr(mf.Problem([10.0, 5.0], 1), start, step_size=eta, n_steps=200).run
    assert (run.diverged_at is not None) == diverges


@pytest.mark.parametrize("angle", [0.0, 0.3, 1.0, 1.5])
def test_the_printed_condition_does_not_keep_a_run_from_diverging(angle):
    """‖x₀‖ = 19.9 < 2λ₁ = 20 at ηλ₁ = 1/12: the condition should read ‖x₀‖² ≤ 2λ₁."""
    start = [19.9 * math.cos(angle), 19.9 * math.sin(angle)]
    snr = mf.rank_one_snr(mf.Problem([10.0, 5.0], 1), start, step_size=1 / 120, n_steps=100)
    assert snr.run.diverged_at is not None
    assert not snr.hypotheses_hold.any()
    assert math.isnan(snr.hypotheses_hold_from)
    right = np.array(start) * math.sqrt(20) / 19.9
    snr = mf.rank_one_snr(mf.Problem([10.0, 5.0], 1), right, step_size=1 / 120, n_steps=100)
    assert snr.hypotheses_hold_from == 0.0


# Measured


def first_below(values, limit=1e-6):
    return int(np.argmax(values < limit))


def test_numbers_of_the_example():
    snr = mf.rank_one_snr(EXAMPLE, EXAMPLE_START, step_size=1 / 24, n_steps=1400)
    assert first_below(snr.noise_to_signal) == 422
    assert first_below(snr.bound) == 1307
    assert first_below(snr.sharp_bound) == 466
    at_the_limit = snr.noise_to_signal[0] * (1 - 1 / 24) ** np.arange(1401)
    assert first_below(at_the_limit) == 430
    assert snr.hypotheses_hold_from == 0
    # The limit is √λ₁, not λ₁.
    assert snr.alpha[-1] == pytest.approx(math.sqrt(2), rel=1e-12)
    # Where ‖x‖² = λ₁ the rate is 1 − ηΔ; below it is slower.
    assert snr.exact_rate[-1] == pytest.approx(1 - 1 / 24, rel=1e-12)
    assert snr.exact_rate[0] > 1 - 1 / 24


# Ends of the range


def test_without_signal_the_ratio_is_infinite():
    snr = mf.rank_one_snr(EXAMPLE, [0.0, 0.5, 0.5, 0.5], step_size=1 / 24, n_steps=3000)
    for values in (snr.noise_to_signal, snr.bound, snr.sharp_bound):
        np.testing.assert_array_equal(values, np.inf)
    assert snr.beta[-1] == pytest.approx(1.0, rel=1e-9)  # descent learns λ₂ instead
    nothing = mf.rank_one_snr(EXAMPLE, np.zeros(4), step_size=1 / 24, n_steps=3)
    for values in (nothing.noise_to_signal, nothing.bound, nothing.sharp_bound):
        np.testing.assert_array_equal(values, np.nan)


def test_without_noise_the_ratio_is_zero():
    for problem, start in [(EXAMPLE, [0.5, 0, 0, 0]), (mf.Problem([2.0], 1), [0.5])]:
        snr = mf.rank_one_snr(problem, start, step_size=1 / 24, n_steps=5)
        for values in (snr.beta, snr.noise_to_signal, snr.bound, snr.sharp_bound):
            np.testing.assert_array_equal(values, 0.0)


def test_without_a_gap_the_ratio_stays():
    snr = mf.rank_one_snr(
        mf.Problem([1.0, 1.0, 0.0], 1), [0.1, 0.2, 0.1], step_size=0.05, n_steps=9
    )
    np.testing.assert_array_equal(snr.exact_rate, 1.0)
    np.testing.assert_array_equal(snr.bound, snr.noise_to_signal[0])
    assert snr.noise_to_signal[-1] > 2.0


def test_a_bound_that_would_change_sign_is_not_a_number():
    snr = mf.rank_one_snr(mf.Problem([4.0, 0.0], 1), [0.1, 0.1], step_size=1.0, n_steps=4)
    assert snr.bound[0] == 1.0
    assert np.isnan(snr.bound[1:]).all()
    assert np.isfinite(snr.sharp_bound).all()
    assert not snr.hypotheses_hold.any()


@pytest.mark.parametrize("size", [1e3, 1e60])
def test_divergence_ends_the_arrays(size):
    snr = mf.rank_one_snr(EXAMPLE, [size, size, 0, 0], step_size=0.1, n_steps=50)
    assert snr.run.diverged_at == 0
    for values in (snr.alpha, snr.beta, snr.noise_to_signal, snr.bound, snr.hypotheses_hold):
        assert values.shape == (1,)
    assert snr.exact_rate.shape == (0,)
    assert not snr.hypotheses_hold[0]


@pytest.mark.parametrize("eigenvalue", [2.0, 10.0, 0.3, 7.7])
def test_a_hypothesis_met_with_equality_survives_rounding(eigenvalue):
    problem = mf.Problem([eigenvalue, eigenvalue / 2], 1)
    start = math.sqrt(2 * eigenvalue) * np.array([0.6, 0.8])
    eta = 1 / (12 * eigenvalue)
    assert mf.rank_one_snr(problem, start, step_size=eta, n_steps=9).hypotheses_hold.all()
    late = mf.rank_one_snr(problem, start, step_size=eta * 1.001, n_steps=9)
    assert not late.hypotheses_hold.any()


def test_a_start_too_large_comes_in():
    snr = mf.rank_one_snr(mf.Problem([1.0, 0.5], 1), [1.0, 2.0], step_size=1 / 12, n_steps=50)
    first = int(snr.hypotheses_hold_from)
    assert 0 < first < 50
    assert snr.squared_norm[first - 1] > 2 >= snr.squared_norm[first]


def test_vector_and_column_are_the_same_start():
    as_vector = mf.rank_one_snr(EXAMPLE, EXAMPLE_START, step_size=0.04, n_steps=5)
    as_column = mf.rank_one_snr(EXAMPLE, np.c_[EXAMPLE_START], step_size=0.04, n_steps=5)
    np.testing.assert_array_equal(as_vector.alpha, as_column.alpha)
    assert repr(as_vector).startswith("RankOneSNR(Trajectory(5 steps")


# Refusals


def test_another_rank_is_refused():
    problem = mf.Problem([2.0, 1.0, 0.5], rank=2)
    call = lambda: mf.rank_one_snr(problem, [1, 1, 1], step_size=0.1, n_steps=1)  # noqa: E731
    assert_refused(call, "problem", "rank 1", "rank 2")


@pytest.mark.parametrize(
    ("x0", "piece"),
    [
        ([1.0, 1.0, 1.0], "(4,), got (3,)"),
        (np.ones((4, 2)), "(4, 1), got (4, 2)"),
        (np.ones((1, 4)), "(4, 1), got (1, 4)"),
        (np.ones((4, 1, 1)), "(4,), got (4, 1, 1)"),
        (1.0, "(4,), got ()"),
        ([1.0, math.nan, 0.0, 0.0], "finite, got x0[1] = nan"),
        ([1.0, math.inf, 0.0, 0.0], "finite, got x0[1] = inf"),
        ([1j, 0, 0, 0], "real numbers"),
        ("abcd", "real numbers"),
        ([[1.0], [1.0, 2.0], [1.0], [1.0]], "rectangular"),
    ],
)
def test_bad_start_is_refused(x0, piece):
    call = lambda: mf.rank_one_snr(EXAMPLE, x0, step_size=0.1, n_steps=1)  # noqa: E731
    assert_refused(call, "x0", piece)


@pytest.mark.parametrize(
    ("name", "value"),
    [("step_size", bad) for bad in (0, -0.1, math.nan, math.inf, "0.1", None)]
    + [("n_steps", bad) for bad in (-1, 2.0, "3", None, True)],
)
def test_bad_step_size_or_number_of_steps_is_refused(name, value):
    arguments = {"step_size": 0.1, "n_steps": 1, name: value}
    call = lambda: mf.rank_one_snr(EXAMPLE, EXAMPLE_START, **arguments)  # noqa: E731
    assert_refused(call, name, repr(value))
