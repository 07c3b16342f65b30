"""The numbers that the theorems guarantee, and that runs keep to them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused

import mftutor as mf
from mftutor.checks import check


def test_step_sizes_of_figure_1():
    problem = mf.figure_1_problem(50)
    assert mf.max_step_size(problem, theorem=2) == pytest.approx(0.04 / 36)
    assert mf.max_step_size(problem, theorem=6) == pytest.approx(0.002)


def test_each_theorem_has_its_own_gap():
    problem = mf.Problem([1.0, 0.9, 0.5], rank=2)  # gaps .1 and .4
    assert mf.max_step_size(problem, theorem=2) == pytest.approx(0.16 / 36)
    assert mf.max_step_size(problem, theorem=6) == pytest.approx(0.001)


@given(st.floats(1e-3, 1e3), st.floats(0.1, 1.0), st.floats(0.0, 0.99))
def test_a_step_size_has_the_unit_of_one_over_an_eigenvalue(unit, second, third):
    values = np.array([1.0, second, third * second])
    for theorem in (2, 6):
        at_one = mf.max_step_size(mf.Problem(values, 1), theorem) if second < 1 else None
        if at_one:
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
    assert math.isfinite(mf.theorem_2_bound(problem, step_size=1e-200, accuracy=1e-200))


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


@pytest.mark.parametrize("theorem", [0, 1, 3, 5, 7, 2.0, "2", None, True])
def test_other_theorems_are_refused(theorem):
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    assert_refused(lambda: mf.max_step_size(problem, theorem), "theorem", repr(theorem))


def test_a_zero_gap_allows_no_step():
    tie = mf.Problem([1.0, 0.5, 0.5], rank=2)
    assert_refused(lambda: mf.max_step_size(tie, 2), "problem.eigengap_at_rank", "> 0")
    assert_refused(lambda: mf.max_step_size(tie, 6), "problem.min_eigengap", "> 0")
    call = lambda: mf.theorem_2_bound(tie, step_size=0.1, accuracy=0.1)  # noqa: E731
    assert_refused(call, "problem.eigengap_at_rank", "> 0")


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
