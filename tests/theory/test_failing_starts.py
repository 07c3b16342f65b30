"""The starts that fail: what holds them, where they end, and what lets them go."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EPS, SEEDS, assert_refused

import mftutor as mf

# Figure 1's spectrum with few rows: λ₃ and λ₄ are apart, and saddles are reached in few steps.
PROBLEM = mf.figure_1_problem(12)
each_seed = pytest.mark.parametrize("seed", range(3))


def descend(
    X0: np.ndarray,
    problem: mf.Problem = PROBLEM,
    step_size: float = 0.1,
    n_steps: int = 5000,
) -> mf.Trajectory:
    """Run from a start."""
    return mf.gradient_descent(problem, X0, step_size=step_size, n_steps=n_steps)


# Zero rows


@given(SEEDS, st.integers(2, 4), st.data())
def test_zero_row_spoils_one_row_of_the_gaussian_start(seed, rank, data):
    problem = mf.Problem(PROBLEM.eigenvalues, rank)
    row = data.draw(st.integers(1, rank))
    X0 = mf.theory.zero_row_init(problem, row=row, scale=0.5, seed=seed)
    expected = mf.gaussian_init(problem, scale=0.5, seed=seed)
    expected[row - 1] = 0
    np.testing.assert_array_equal(X0, expected)
    run = descend(X0, problem, n_steps=50)
    np.testing.assert_array_equal(run.signal[:, row - 1], np.zeros(51))


@each_seed
@pytest.mark.parametrize(("row", "error"), [(2, np.sqrt(0.34)), (1, np.sqrt(1.09))])
def test_a_zero_row_ends_at_a_saddle_that_has_learned_the_third_eigenvalue(row, error, seed):
    run = descend(mf.theory.zero_row_init(PROBLEM, row=row, scale=0.5, seed=seed))
    # The slowest rate left is λ₃ − λ₄ = 1/30: e^{−2·500/30} is below 1e-14.
    assert run.error[-1] == pytest.approx(error, abs=1e-8)
    assert np.isnan(run.hitting_times()).sum() == 1


# Parallel rows


@given(SEEDS)
def test_parallel_rows_turn_one_row_and_keep_its_length(seed):
    X0 = mf.theory.parallel_rows_init(PROBLEM, scale=0.5, seed=seed)
    draw = mf.gaussian_init(PROBLEM, scale=0.5, seed=seed)
    np.testing.assert_array_equal(X0[[0, *range(2, 12)]], draw[[0, *range(2, 12)]])
    lengths = np.linalg.norm(X0[:2], axis=1)
    # Norms, a quotient and products: some roundings, each of ε/2.
    np.testing.assert_allclose(lengths, np.linalg.norm(draw[:2], axis=1), rtol=8 * EPS)
    assert abs(np.linalg.det(X0[:2])) <= 8 * EPS * lengths.prod()


def determinant_after_one_step(X0: np.ndarray, step_size: float) -> float:
    """|det U_1|."""
    return abs(np.linalg.det(mf.gradient_step(PROBLEM, X0, step_size=step_size)[:2]))


@given(SEEDS, st.floats(0.01, 0.3))
def test_one_step_leaks_the_determinant_of_the_docstring(seed, step_size):
    X0 = mf.theory.parallel_rows_init(PROBLEM, scale=0.5, seed=seed)
    moved = np.vstack([X0[0], X0[1] @ (X0.T @ X0)])
    leak = step_size**2 * 0.5 * abs(np.linalg.det(moved))
    lengths = np.linalg.norm(X0[:2], axis=1).prod()
    # The determinant of two rows near X0's is exact to some roundings of their lengths.
    assert abs(determinant_after_one_step(X0, step_size) - leak) <= 50 * EPS * lengths


@each_seed
def test_descent_leaks_out_and_the_later_the_smaller_the_step(seed):
    """By 3.6–4.8 in flow time per e-fold of 1/η: the limit is 1/(λ₂ − λ₃) = 5."""
    problem = mf.figure_1_problem(200)
    X0 = mf.theory.parallel_rows_init(problem, scale=0.5, seed=seed)
    steps = [0.05, 0.02, 0.01]
    runs = [descend(X0, problem, eta, round(100 / eta)) for eta in steps]
    assert max(run.error[-1] for run in runs) < 1e-3
    times = [eta * run.hitting_times()[1] for eta, run in zip(steps, runs, strict=True)]
    delays = np.diff(times) / -np.diff(np.log(steps))
    assert ((delays >= 3.6) & (delays <= 5)).all()


def test_parallel_rows_hold_the_flow():
    """The Runge–Kutta method of order four, whose leak per unit of time is of order η⁴."""

    def velocity(X: np.ndarray) -> np.ndarray:
        return PROBLEM.eigenvalues[:, None] * X - X @ (X.T @ X)

    X = mf.theory.parallel_rows_init(PROBLEM, scale=0.5, seed=1)
    step = 0.02
    for _ in range(2000):
        k1 = velocity(X)
        k2 = velocity(X + step / 2 * k1)
        k3 = velocity(X + step / 2 * k2)
        X = X + step / 6 * (k1 + 2 * k2 + 2 * k3 + velocity(X + step * k3))
    error = np.linalg.norm(np.diag([1, 0.5, *np.zeros(10)]) - X @ X.T)
    assert error == pytest.approx(np.sqrt(0.34), abs=0.02)
    descent = descend(mf.theory.parallel_rows_init(PROBLEM, scale=0.5, seed=1), n_steps=400)
    assert descent.error[-1] < 0.1  # at the same flow time, 40


def test_parallel_rows_cost_the_flow_eigenvector_2_whatever_the_rank():
    problem = mf.Problem([1.0, 0.8, 0.6, 0.3, 0.1, 0.0], rank=3)
    X0 = mf.theory.parallel_rows_init(problem, scale=0.5, seed=0)
    flow = mf.flow.solve(problem, X0, 1000.0)
    np.testing.assert_allclose(flow.signal[0], [1.0, 0.0, 0.6], atol=1e-12)
    assert flow.error == pytest.approx(np.hypot(0.8, 0.3), rel=1e-12)


def test_parallel_rows_need_two_rows():
    problem = mf.Problem([1.0, 0.5], rank=1)
    call = lambda: mf.theory.parallel_rows_init(problem, scale=0.5, seed=0)  # noqa: E731
    assert_refused(call, "problem", "rank of at least 2", "rank = 1")


def test_parallel_rows_of_scale_zero_are_zero():
    np.testing.assert_array_equal(
        mf.theory.parallel_rows_init(PROBLEM, scale=0, seed=0), np.zeros((12, 2))
    )


# Rank one


@given(SEEDS, st.integers(1, 4))
def test_rank_one_has_proportional_columns_none_of_them_zero(seed, rank):
    problem = mf.Problem(PROBLEM.eigenvalues, rank)
    X0 = mf.theory.rank_one_init(problem, scale=0.5, seed=seed)
    values = np.linalg.svd(X0, compute_uv=False)
    assert (values[1:] <= 8 * EPS * values[0]).all()
    assert np.abs(X0).max(axis=0).min() > 0


@each_seed
def test_rank_one_rests_at_the_rank_one_solution_until_rounding_rescues_it(seed):
    run = descend(mf.theory.rank_one_init(PROBLEM, scale=0.5, seed=seed), n_steps=3000)
    assert run.error[400] == pytest.approx(0.5, abs=1e-4)
    assert run.error[-1] < 1e-8


@each_seed
def test_rank_one_is_not_rescued_in_exact_arithmetic(seed):
    """Descent of the one column x|y| is descent of xyᵀ without the rounding of columns."""
    X0 = mf.theory.rank_one_init(PROBLEM, scale=0.5, seed=seed)
    left, size, _ = np.linalg.svd(X0)
    column = mf.Problem(PROBLEM.eigenvalues, rank=1)
    run = descend(size[0] * left[:, :1], column)
    error = np.hypot(run.error, 0.5)  # the second eigenvalue stays unlearned
    assert error[-1] == pytest.approx(0.5, abs=1e-12)


# Arguments


@pytest.mark.parametrize("row", [0, 3, -1, 1.0, None, True, "1"])
def test_bad_row_is_refused(row):
    call = lambda: mf.theory.zero_row_init(PROBLEM, row=row, scale=0.5, seed=0)  # noqa: E731
    assert_refused(call, "row", "integer from 1 to 2", repr(row))


@pytest.mark.parametrize("make", [mf.theory.parallel_rows_init, mf.theory.rank_one_init])
def test_bad_scale_and_seed_are_refused(make):
    assert_refused(lambda: make(PROBLEM, scale=-1, seed=0), "scale", "-1")
    assert_refused(lambda: make(PROBLEM, scale=1, seed="a"), "seed", "'a'")


@pytest.mark.parametrize("make", [mf.theory.parallel_rows_init, mf.theory.rank_one_init])
def test_one_seed_gives_one_start_and_a_generator_is_advanced(make):
    first = make(PROBLEM, scale=0.5, seed=7)
    np.testing.assert_array_equal(first, make(PROBLEM, scale=0.5, seed=7))
    generator = np.random.default_rng(7)
    np.testing.assert_array_equal(first, make(PROBLEM, scale=0.5, seed=generator))
    assert (first != make(PROBLEM, scale=0.5, seed=generator)).any()
