"""Forgetting row 1: exact when it is orthogonal to the rest, quadratic when it nearly is."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import (
    EPS,
    SEEDS,
    Case,
    assert_refused,
    assert_within,
    cases,
    diagnostic_tolerance,
    n_roundings,
    random_orthogonal,
)

import mftutor as mf

FIGURE_1 = mf.figure_1_problem()


@st.composite
def peelable(draw, n_steps=20):
    """Runs of rank at least 2 from starts whose first row is not zero."""
    case = draw(cases(n_steps=n_steps))
    assume(case.problem.rank >= 2)
    assume(np.abs(case.X0[0]).max() > 1e-8 * np.abs(case.X0).max())
    return case


@st.composite
def decoupled(draw):
    """A case in block form, row 1 = (ρ, 0) above (0, K), and a rotation of its columns."""
    case = draw(peelable())
    case.X0[0, 1:] = 0.0
    case.X0[1:, 0] = 0.0
    assume(case.X0[0, 0] != 0)
    return case, random_orthogonal(case.problem.rank, draw(SEEDS))


def peeling_error(case: Case, X: np.ndarray, **options) -> np.ndarray:
    """The library's error along a case, from a start X."""
    return mf.theory.decoupling_error(
        case.problem, X, step_size=case.step_size, n_steps=case.n_steps, **options
    )


def rounding(X: np.ndarray) -> float:
    """How far a quadratic form in X, computed with its factors, may be off."""
    return 8 * n_roundings(X[None]) * EPS * np.square(X).sum()


# Exact


@given(decoupled())
def test_decoupling_is_exact_for_ever_when_row_1_is_orthogonal(case_and_rotation):
    """Both runs against the blocks of the literal one, in which zeros stay zeros."""
    case, R = case_and_rotation
    blocks, X0 = case.literal(), case.X0 @ R
    assert not blocks[:, 0, 1:].any()
    assert not blocks[:, 1:, 0].any()
    small_problem, _ = mf.theory.peel_off(case.problem, X0)
    start = case.problem.dimension * EPS * np.linalg.norm(X0)
    whole = diagnostic_tolerance(case.problem, blocks, case.step_size, start)
    part = diagnostic_tolerance(small_problem, blocks[:, 1:, 1:], case.step_size, 4 * start)
    assert_within(peeling_error(case, X0), np.zeros(case.n_steps + 1), whole + part)
    assert_within(case.run(X0).signal[:, 0], blocks[:, 0, 0] ** 2, whole)


@given(decoupled())
def test_the_first_row_is_then_a_descent_of_its_own(case_and_rotation):
    case, _ = case_and_rotation
    eta, first = case.step_size, case.problem.eigenvalues[0]
    y = mf.theory.scalar_descent(
        [eta * first], [np.sqrt(eta) * case.X0[0, 0]], n_steps=case.n_steps
    )
    tolerance = diagnostic_tolerance(case.problem, case.literal(), eta)
    assert_within(case.run().signal[:, 0], y[:, 0] ** 2 / eta, 2 * tolerance)


def test_peeling_again_and_again_ends_with_one_column():
    problem = mf.Problem([1.0, 0.7, 0.5, 0.2, 0.1], rank=4)
    X = np.zeros((5, 4))
    X[:4] = np.diag([0.3, 0.2, 0.4, 0.1])
    X[4, 3] = 0.2
    X = X @ random_orthogonal(4, seed=2)
    run = mf.gradient_descent(problem, X, step_size=0.1, n_steps=50)
    for k in range(1, 4):
        problem, X = mf.theory.peel_off(problem, X)
        assert X.shape == (5 - k, 4 - k)
        small_run = mf.gradient_descent(problem, X, step_size=0.1, n_steps=50)
        np.testing.assert_allclose(small_run.signal, run.signal[:, k:], rtol=0, atol=1e-14)


# The point that is left


@given(peelable())
def test_what_is_left_is_the_projection(case):
    first, rest = case.X0[0], case.X0[1:]
    small_problem, small_X = mf.theory.peel_off(case.problem, case.X0)
    np.testing.assert_array_equal(small_problem.eigenvalues, case.problem.eigenvalues[1:])
    assert small_problem.rank == case.problem.rank - 1
    unit = first / np.linalg.norm(first)
    projected = rest @ (np.eye(unit.size) - np.outer(unit, unit))
    assert_within(small_X @ small_X.T, projected @ rest.T, rounding(case.X0))
    kept_problem, kept = mf.theory.peel_off(
        mf.Problem([1, 1, 1], 2), np.eye(3)[:, :2], keep_columns=True
    )
    assert (kept_problem.rank, kept.tolist()) == (2, [[0, 1], [0, 0]])


@given(peelable(), SEEDS)
def test_no_product_depends_on_the_basis(case, seed):
    """Another orthonormal basis, of the small start or of the columns of X."""
    small_problem, small_X = mf.theory.peel_off(case.problem, case.X0)
    steps = {"step_size": case.step_size, "n_steps": case.n_steps}
    run = mf.gradient_descent(small_problem, small_X, **steps)
    other = Case(small_problem, small_X @ random_orthogonal(small_problem.rank, seed), **steps)
    _, turned_X = mf.theory.peel_off(
        case.problem, case.X0 @ random_orthogonal(case.problem.rank, seed)
    )
    start = rounding(case.X0) / np.linalg.norm(case.X0)
    tolerance = diagnostic_tolerance(small_problem, other.literal(), case.step_size, start)
    assert_within(other.run().error, run.error, 2 * tolerance)
    assert_within(other.run().signal, run.signal, 2 * tolerance)
    assert_within(other.run(turned_X).error, run.error, 2 * tolerance)


def test_the_choice_of_basis_is_fixed():
    """Columns 2 to r of the reflection: the identity's, if the first row is along e_1."""
    problem = mf.Problem([1.0, 0.5, 0.2], rank=3)
    X = np.array([[0.7, 0.0, 0.0], [0.1, 0.2, 0.3], [0.4, 0.5, 0.6]])
    _, small_X = mf.theory.peel_off(problem, X)
    np.testing.assert_allclose(small_X, X[1:, 1:], rtol=1e-15)
    _, small_X = mf.theory.peel_off(problem, X[:, [1, 0, 2]])
    np.testing.assert_allclose(np.abs(small_X), X[1:, 1:], rtol=1e-15)


# The price


@given(peelable(n_steps=0))
def test_the_price_of_forgetting_is_noise_squared_over_signal(case):
    run = case.run()
    price = run.noise[0, 0] ** 2 / run.signal[0, 0]
    assert abs(peeling_error(case, case.X0)[0] - price) <= rounding(case.X0)
    if case.problem.rank < case.problem.dimension:
        assert peeling_error(case, case.X0, keep_columns=True)[0] <= rounding(case.X0)


@given(peelable(n_steps=1))
def test_one_step_forgets_a_term_quadratic_in_the_noise(case):
    """K₊K₊ᵀ = A KKᵀ A − η(A nnᵀ + nnᵀ A) + η²‖u‖² nnᵀ with A = I + η(Γ − KKᵀ), n = K u."""
    assume(case.problem.rank < case.problem.dimension)
    eta, u, K = case.step_size, case.X0[0], case.X0[1:]
    A = np.eye(len(K)) + eta * (np.diag(case.problem.eigenvalues[1:]) - K @ K.T)
    nn = np.outer(K @ u, K @ u)
    term = eta * (A @ nn + nn @ A) - eta**2 * (u @ u) * nn
    found = peeling_error(case, case.X0, keep_columns=True)[1]
    # A step multiplies X, and a rounding in it, by at most 1 + ηλ₁ + ησ₁² ≤ 2.
    assert abs(found - np.linalg.norm(term)) <= 16 * rounding(case.X0)


def iterate(seed: int, t: int) -> np.ndarray:
    """X_t of Figure 1."""
    X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=seed)
    return mf.gradient_descent(FIGURE_1, X0, step_size=0.1, n_steps=t).X_final


@pytest.mark.parametrize(
    ("seed", "t", "largest"), [(1, 80, 0.018), (1, 100, 0.0009), (0, 80, 0.159), (0, 100, 0.023)]
)
def test_on_figure_1_the_error_is_largest_at_the_start_and_vanishes(seed, t, largest):
    errors = mf.theory.decoupling_error(FIGURE_1, iterate(seed, t), step_size=0.1, n_steps=250)
    assert errors.argmax() == 0
    assert float(f"{errors[0]:.2g}") == pytest.approx(largest, rel=0.03)
    assert errors[60] < errors[0] / 100
    assert errors[250] < errors[0] / 1000


@pytest.mark.parametrize("seed", [0, 1])
def test_with_r_columns_figure_1_learns_the_third_eigenvalue_too(seed):
    errors = mf.theory.decoupling_error(
        FIGURE_1, iterate(seed, 100), step_size=0.1, n_steps=400, keep_columns=True
    )
    assert errors[0] < 1e-14
    assert f"{errors[-1]:.2f}" == "0.29"


@pytest.mark.parametrize("rank", [2, 3])
def test_with_r_columns_the_limit_is_off_by_the_eigenvalue_after_the_last(rank):
    problem = mf.Problem([1.0, 0.7, 0.4, 0.2, 0.1], rank)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=3)
    X = mf.gradient_descent(problem, X0, step_size=0.5, n_steps=30).X_final
    steps = {"step_size": 0.5, "n_steps": 600}
    right = mf.theory.decoupling_error(problem, X, **steps)
    wrong = mf.theory.decoupling_error(problem, X, keep_columns=True, **steps)
    # The slowest rate left is at least 0.1: e^{−0.1·300} is 1e-13.
    assert right[-1] < 1e-11
    assert wrong[-1] == pytest.approx(problem.eigenvalues[rank], abs=1e-11)


# Extreme inputs


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e60])
def test_a_first_row_of_any_size_is_projected_out(size):
    problem = mf.Problem([1.0, 0.5, 0.2], rank=2)
    _, small_X = mf.theory.peel_off(problem, [[size, 0.0], [0.3, 0.4], [0.1, 0.2]])
    np.testing.assert_allclose(np.abs(small_X[:, 0]), [0.4, 0.2], rtol=1e-15)


def test_rank_d_can_be_peeled_to_the_end():
    problem, X = mf.Problem([1.0, 0.5, 0.2], rank=3), np.eye(3) * [[0.5], [0.4], [0.3]]
    problem, X = mf.theory.peel_off(*mf.theory.peel_off(problem, X))
    assert (problem.dimension, problem.rank) == (1, 1)
    np.testing.assert_allclose(np.abs(X), [[0.3]], rtol=1e-15)


def test_a_diverging_run_ends_the_curve():
    problem = mf.Problem([1.0, 0.5, 0.2], rank=2)
    X = np.full((3, 2), 3.0) + np.eye(3)[:, :2]
    errors = mf.theory.decoupling_error(problem, X, step_size=0.1, n_steps=50)
    assert len(errors) == 1


# Refusals


def test_what_cannot_be_peeled_is_refused():
    one, two = mf.Problem([1.0, 0.5], rank=1), mf.Problem([1.0, 0.5], rank=2)
    assert_refused(
        lambda: mf.theory.peel_off(one, [[1.0], [0.5]]), "problem", "at least 2", "rank = 1"
    )
    zero_row = [[0.0, 0.0], [0.1, 0.2]]
    assert_refused(lambda: mf.theory.peel_off(two, zero_row), "X", "not zero")
    assert_refused(lambda: mf.theory.peel_off(two, np.eye(3)), "X", "(2, 2)", "(3, 3)")
    assert_refused(lambda: mf.theory.peel_off(two, [[1.0, np.nan], [0, 0]]), "X", "finite", "nan")
    call = lambda: mf.theory.peel_off(two, np.eye(2), keep_columns=True)  # noqa: E731
    assert_refused(call, "problem", "rank < dimension", "both = 2")


@pytest.mark.parametrize(("name", "value"), [("step_size", 0.0), ("step_size", np.inf)])
def test_bad_steps_are_refused(name, value):
    steps = {"step_size": 0.1, "n_steps": 3, name: value}
    call = lambda: mf.theory.decoupling_error(mf.Problem([1.0, 0.5], 2), np.eye(2), **steps)  # noqa: E731
    assert_refused(call, name, repr(value))


@pytest.mark.parametrize("n_steps", [-1, 1.5, None, True])
def test_bad_number_of_steps_is_refused(n_steps):
    problem = mf.Problem([1.0, 0.5], 2)
    call = lambda: mf.theory.decoupling_error(problem, np.eye(2), step_size=0.1, n_steps=n_steps)  # noqa: E731
    assert_refused(call, "n_steps", "integer >= 0", repr(n_steps))
