"""The numbers that the theorems guarantee, and that runs keep to them."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused, cases

import mftutor as mf
from mftutor.exercises import check
from mftutor.theory.bounds import log_decay


def test_step_sizes_of_figure_1():
    problem = mf.figure_1_problem(50)
    assert mf.max_step_size(problem, theorem=2) == pytest.approx(0.04 / 36)
    assert mf.max_step_size(problem, theorem=6) == pytest.approx(0.002)


def test_lemma_8_needs_no_gap():
    assert mf.max_step_size(mf.Problem([4.0, 4.0, 1.0], rank=1), theorem=8) == 1 / 48
    refused = lambda: mf.max_step_size(mf.Problem([0.0], 1), 8)  # noqa: E731
    assert_refused(refused, r"problem.eigenvalues\[0\]", "> 0")


def test_each_theorem_has_its_own_gap():
    problem = mf.Problem([1.0, 0.9, 0.5], rank=2)  # gaps .1 and .4
    assert mf.max_step_size(problem, theorem=2) == pytest.approx(0.16 / 36)
    assert mf.max_step_size(problem, theorem=6) == pytest.approx(0.001)


@given(st.floats(1e-3, 1e3), st.floats(0.1, 0.99), st.floats(0.0, 0.99))
def test_a_step_size_has_the_unit_of_one_over_an_eigenvalue(unit, second, third):
    values = np.array([1.0, second, third * second])
    for theorem in (2, 6, 8):
        at_one = mf.max_step_size(mf.Problem(values, 1), theorem)
        scaled = mf.max_step_size(mf.Problem(unit * values, 1), theorem)
        assert scaled == pytest.approx(at_one / unit, rel=1e-9)


def test_bound_is_the_formula():
    problem = mf.Problem([1.0, 0.9, 0.5, 0.2], rank=2)
    expected = 6 / (0.004 * 0.4) * math.log(200 * 2 / (0.004 * 0.16 * 0.001))
    bound = mf.theorem_2_bound(problem, step_size=0.004, accuracy=0.001)
    assert bound == pytest.approx(expected, rel=1e-12)


def test_bound_changes_with_the_unit_as_said():
    """Eigenvalues c times as large multiply the logarithm's argument by c."""
    values, c = np.array([1.0, 0.5, 0.3]), 100.0
    here = mf.theorem_2_bound(mf.Problem(values, 2), step_size=0.001, accuracy=0.01)
    there = mf.theorem_2_bound(mf.Problem(c * values, 2), step_size=0.001 / c, accuracy=0.01 * c)
    assert there - here == pytest.approx(6 / (0.001 * 0.2) * math.log(c), rel=1e-9)


def test_a_coarse_accuracy_asks_for_no_step():
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    assert mf.theorem_2_bound(problem, step_size=0.001, accuracy=1e9) == 0
    assert math.isfinite(mf.theorem_2_bound(problem, step_size=1e-60, accuracy=1e-60))


@settings(max_examples=15)
@given(SEEDS, st.floats(0.45, 0.9), st.floats(0.1, 0.7))
def test_runs_from_the_boundary_keep_to_the_bound(seed, second, share):
    """Measured 13 to 40 times faster; ‖·‖_F ≥ ‖·‖, so that the theorem asks for less."""
    problem = mf.Problem([1.0, second, share * second * 0.7, 0.02, 0.0], rank=2)
    eta = mf.max_step_size(problem, theorem=2)
    bound = mf.theorem_2_bound(problem, step_size=eta, accuracy=0.01)
    X0 = mf.random_boundary_point(problem, seed=seed)
    n_steps = int(bound / 8)
    run = mf.gradient_descent(problem, X0, step_size=eta, n_steps=n_steps)
    assert run.error[-1] <= 0.01


# The formulas of Section 4.2

PROBLEM = mf.Problem([1.0, 0.9, 0.5, 0.2], rank=2)  # Δ = .1
FORMULAS = [
    mf.theory.lemma_8_bound,
    mf.theory.t_star,
    mf.theory.t_sharp,
    mf.theory.theorem_6_amplitude,
    log_decay,
]


def test_formulas_are_those_of_section_4_2():
    eta, gap, r = 0.004, 0.1, 2
    rate = math.log(1 - eta * gap / 6)
    expected = [
        math.log(1 / (6 * eta)) / eta + math.log(8 / gap) / (eta * gap),
        math.log(gap**2 / (8 + 144 * r**2)) / rate,
        math.log(gap / (4 * r)) / rate,
        2 + 24 * r / (eta * gap),
        rate,
    ]
    found = [formula(PROBLEM, step_size=eta) for formula in FORMULAS]
    assert found == pytest.approx(expected, rel=1e-9)
    grown = mf.theory.lemma_9_bound(PROBLEM, 0.001, step_size=eta)
    assert grown == pytest.approx(4 / (eta * gap) * math.log(gap / 0.002), rel=1e-12)
    assert mf.theory.max_start_norm(step_size=0.12) == pytest.approx(1 / 0.6, rel=1e-12)
    decay = log_decay(PROBLEM, step_size=eta, divisor=8)
    assert decay == pytest.approx(math.log(1 - eta * gap / 8), rel=1e-9)


def test_figure_1_at_theorem_6_s_step_size():
    problem = mf.figure_1_problem(50)
    found = [formula(problem, step_size=0.002) for formula in FORMULAS[:4]]
    assert list(map(round, found)) == [11_434, 143_827, 55_331, 120_002]


def test_logarithms_that_are_negative_as_printed_count_as_zero():
    """The first one of Lemma 8 beyond ``ηλ₁ = 1/6``, and Lemma 9's from Δ/2 on."""
    separating = math.log(80) / (0.5 * 0.1)
    assert mf.theory.lemma_8_bound(PROBLEM, step_size=0.5) == pytest.approx(separating)
    for signal in (0.05, 0.06, 2.0):
        assert mf.theory.lemma_9_bound(PROBLEM, signal, step_size=0.01) == 0
    assert mf.theory.lemma_9_bound(PROBLEM, 0.049, step_size=0.01) > 0
    assert mf.theory.lemma_9_bound(PROBLEM, 0.0, step_size=0.01) == math.inf


@given(st.floats(1e-3, 1e3), st.floats(1e-4, 0.1))
def test_which_formulas_know_the_unit(unit, eta):
    """The lemmas' bounds do not; (14) and (16) do, and are meant for λ₁ = 1."""
    scaled = mf.Problem(unit * PROBLEM.eigenvalues, rank=2)
    same = mf.theory.lemma_8_bound(scaled, step_size=eta / unit)
    assert same == pytest.approx(mf.theory.lemma_8_bound(PROBLEM, step_size=eta), rel=1e-9)
    same = mf.theory.lemma_9_bound(scaled, 1e-3 * unit, step_size=eta / unit)
    assert same == pytest.approx(mf.theory.lemma_9_bound(PROBLEM, 1e-3, step_size=eta), rel=1e-6)
    rate = math.log1p(-eta * PROBLEM.min_eigengap / 6)
    moved = mf.theory.t_sharp(scaled, step_size=eta / unit) - mf.theory.t_sharp(
        PROBLEM, step_size=eta
    )
    assert moved == pytest.approx(math.log(unit) / rate, rel=1e-6, abs=1e-6)
    target = math.exp(mf.theory.t_star(scaled, step_size=eta / unit) * rate)
    assert target == pytest.approx((0.1 * unit) ** 2 / (8 * unit**3 + 576 * unit), rel=1e-6)


@given(st.floats(1e-3, 0.25), st.integers(1, 4), st.floats(1e-3, 1e3))
def test_t_star_is_positive_in_every_unit(gap, rank, unit):
    """``Δ² ≤ λ₁² < 8λ₁³ + 144λ₁``: no problem needs no wait."""
    problem = mf.Problem(unit * (1 - gap * np.arange(rank + 1)), rank)
    assert mf.theory.t_star(problem, step_size=0.1 / unit) > 0


@pytest.mark.parametrize("unit", [1e-58, 1e58])
def test_formulas_are_finite_in_every_unit_that_is_allowed(unit):
    problem = mf.Problem(unit * PROBLEM.eigenvalues, rank=2)
    for step_size in (1e-60, 0.01 / unit):
        for formula in FORMULAS:
            assert math.isfinite(formula(problem, step_size=step_size))
        assert 0 < mf.theory.lemma_9_bound(problem, 1e-60, step_size=step_size) < math.inf
        assert mf.theory.lemma_9_bound(problem, 1e60, step_size=step_size) == 0


@pytest.mark.parametrize("value", [0, -0.1, math.nan, math.inf, "0.1", None, True])
@pytest.mark.parametrize("formula", [*FORMULAS, partial(mf.theory.lemma_9_bound, signal=0.1)])
def test_formulas_refuse_bad_step_sizes(formula, value):
    assert_refused(lambda: formula(PROBLEM, step_size=value), "step_size", repr(value))
    assert_refused(lambda: mf.theory.max_start_norm(step_size=value), "step_size", repr(value))


def test_formulas_refuse_what_they_are_not_made_for():
    tie = mf.Problem([1.0, 0.5, 0.5], rank=2)
    for formula in [*FORMULAS, partial(mf.theory.lemma_9_bound, signal=0.1)]:
        assert_refused(lambda f=formula: f(tie, step_size=0.1), "problem.min_eigengap", "> 0")
    for formula in (mf.theory.t_star, mf.theory.t_sharp, log_decay):  # 1 − ηΔ/6 ≤ 0
        assert math.isfinite(formula(PROBLEM, step_size=59.9))
        assert_refused(lambda f=formula: f(PROBLEM, step_size=60.1), "step_size", "6/Δ = 60")
    for signal in (-1e-9, math.nan, math.inf, None):
        call = lambda s=signal: mf.theory.lemma_9_bound(PROBLEM, s, step_size=0.1)  # noqa: E731
        assert_refused(call, "signal", repr(signal))


@pytest.mark.parametrize("theorem", [0, 1, 3, 5, 7, 9, 2.0, "2", None, True])
def test_other_theorems_are_refused(theorem):
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    assert_refused(lambda: mf.max_step_size(problem, theorem), "theorem", repr(theorem))


def test_a_zero_gap_allows_no_step():
    tie = mf.Problem([1.0, 0.5, 0.5], rank=2)
    assert_refused(lambda: mf.max_step_size(tie, 2), "problem.eigengap_at_rank", "> 0")
    assert_refused(lambda: mf.max_step_size(tie, 6), "problem.min_eigengap", "> 0")
    call = lambda: mf.theorem_2_bound(tie, step_size=0.1, accuracy=0.1)  # noqa: E731
    assert_refused(call, "problem.eigengap_at_rank", "> 0")


# The lower bound on hitting times


@given(cases((0.001, 1.2), (1e-6, 1.25)), st.floats(1e-8, 1.0))
def test_no_row_arrives_before_the_lower_bound(case, share):
    """With ηλ₁ ≤ 1.2 and ησ₁² ≤ 1.9, for all ranks and ties, and every threshold."""
    threshold = share / case.step_size
    signal = case.run().signal
    bound = mf.theory.hitting_time_lower_bound(
        case.problem, case.X0, step_size=case.step_size, threshold=threshold
    )
    there = signal >= threshold
    earliest = np.where(there.any(axis=0), there.argmax(axis=0), np.inf)
    assert (bound <= earliest * (1 + 1e-9)).all()


def test_the_lower_bound_is_reached_where_nothing_else_is_in_the_column():
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    X0 = [[1e-9, 0.0], [0.0, 1e-9], [0.0, 0.0]]
    bound = mf.theory.hitting_time_lower_bound(problem, X0, step_size=0.1, threshold=1e-8)
    assert bound == pytest.approx(np.log(1e5) / np.log1p([0.1, 0.05]))
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
    np.testing.assert_array_equal(run.hitting_times(threshold=1e-8), np.ceil(bound))


def test_the_lower_bound_at_the_ends():
    problem = mf.Problem([1.0, 0.5, 0.0], rank=3)
    X0 = np.diag([0.4, 0.0, 0.1])
    bound = partial(mf.theory.hitting_time_lower_bound, problem, step_size=0.1)
    np.testing.assert_array_equal(bound(X0, threshold=0.1), [0, math.inf, math.inf])
    assert_refused(lambda: bound(X0), "threshold", "min_eigengap")
    assert_refused(lambda: bound(X0[:2], threshold=0.1), "X0", "(2, 3)")


@pytest.mark.parametrize("value", [0, -0.1, math.nan, math.inf, "0.1", None, True])
@pytest.mark.parametrize("name", ["step_size", "accuracy"])
def test_bad_numbers_are_refused(name, value):
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    arguments = {"step_size": 0.1, "accuracy": 0.1, name: value}
    assert_refused(lambda: mf.theorem_2_bound(problem, **arguments), name, repr(value))


def test_exercises_about_the_regions_know_right_from_wrong():
    eta = 0.45**2 / 36
    steps = 6 / (eta * 0.45) * math.log(400 / (eta * 0.45**2 * 0.01))
    assert check("theorem 2 bound", [eta, steps])
    assert "smallest gap" in check("theorem 2 bound", [0.05**2 / 36, steps]).message
    assert check("smallest ratio", 0.3)
    assert "paper" in check("smallest ratio", 0.15).message
    assert check("drift on S", 0.5)
    assert "rate of σ" in check("drift on S", 0.25).message
