"""When descent blows up: what is proved holds in every draw, what is measured repeats."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    EPS,
    SEEDS,
    assert_refused,
    assert_within,
    cases,
    iterate_tolerance,
    many,
    random_orthogonal,
    spectra,
    squared_norms,
    up_to,
)

import mftutor as mf
from mftutor.theory.divergence import LARGEST_PROVED, iterates

BAD_STEP_SIZES = [0.0, -1.0, np.nan, np.inf, "1", None, True]
N0 = np.array([[1.0, 0.5], [-0.5, 0.25], [0.25, 1.0]])
PROBLEM = mf.Problem([1.0, 0.5, 0.0], rank=2)


@st.composite
def problems(draw, largest=1.0):
    """A problem with ηλ₁ up to `largest` at η = 1, where the overshoot is σ₁² itself."""
    dimension = draw(st.integers(1, 6))
    factor = draw(st.just(largest) | up_to(largest))
    rank = draw(st.integers(1, dimension))
    return mf.Problem(factor * draw(spectra(dimension)), rank)


def with_singular_values(problem, squares, seed):
    """A matrix with these singular values and random singular vectors."""
    d, r = problem.dimension, problem.rank
    left, right = random_orthogonal(d, seed)[:, :r], random_orthogonal(r, seed + 1)
    return left * np.sqrt(squares) @ right


def step(problem, X):
    """One step with η = 1, in d×d matrices."""
    return X + (np.diag(problem.eigenvalues) - X @ X.T) @ X


# What the theorem says


@settings(max_examples=many(5))
@given(problems(LARGEST_PROVED), st.data(), SEEDS)
def test_an_overshoot_of_two_is_never_exceeded(problem, data, seed):
    """For ηλ₁ ≤ √5 − 1; and one step at a time is enough, by induction."""
    square = st.one_of(st.just(2.0), st.floats(0.0, 2.0))
    squares = data.draw(st.lists(square, min_size=problem.rank, max_size=problem.rank))
    X = with_singular_values(problem, squares, seed)
    # X is orthogonal up to about 10 d ε, and the derivative of a step is at most 3σ₁² − 1 = 5.
    assert squared_norms(step(problem, X)[None])[0] <= 2 + 1000 * problem.dimension * EPS


def test_the_constant_in_the_proof_is_the_root_of_its_discriminant():
    """2c² − (8 + 2a)c + 10 + 3a has no root c as long as a² + 2a − 4 < 0."""
    a = LARGEST_PROVED
    assert a**2 + 2 * a - 4 == pytest.approx(0, abs=1e-14)
    for smaller in np.linspace(0, a - 1e-6, 50):
        assert np.abs(np.roots([2, -(8 + 2 * smaller), 10 + 3 * smaller]).imag).min() > 0


@given(problems(LARGEST_PROVED), st.data(), SEEDS)
def test_the_steps_of_the_proof(problem, data, seed):
    """With A = ηΣ, C = A + 2I − ηXXᵀ: the next ηXXᵀ is (C − I)(2I − C + A)(C − I), and so on."""
    squares = data.draw(st.lists(st.floats(0.0, 2.0), min_size=problem.rank, max_size=problem.rank))
    X = with_singular_values(problem, squares, seed)
    identity, A = np.eye(problem.dimension), np.diag(problem.eigenvalues)
    C = A + 2 * identity - X @ X.T
    next_X = step(problem, X)
    B, a = C - identity, problem.eigenvalues[0]
    # Entries are at most 2 + a < 4 in size, their cubes 64; a few dozen roundings of those.
    atol = 1e4 * EPS
    np.testing.assert_allclose(next_X @ next_X.T, B @ (2 * identity - C + A) @ B, atol=atol)
    rest = C @ C @ C - 4 * C @ C + 5 * C - B @ A @ B
    np.testing.assert_allclose(2 * identity - next_X @ next_X.T, rest, atol=atol)
    c, basis = np.linalg.eigh(C)
    cap = np.where(a + 4 * c > 0, 5 * a * c / np.where(a + 4 * c > 0, a + 4 * c, 1), 0)
    assert np.linalg.eigvalsh(basis * cap @ basis.T - A)[0] >= -atol


@given(problems(largest=3.0), st.floats(0.001, 3.0), SEEDS)
def test_beyond_two_plus_the_growth_the_norm_rises_for_ever(problem, excess, seed):
    X = with_singular_values(problem, np.full(problem.rank, 2.0), seed)
    _, scale = mf.theory.scale_bounds(problem, X, step_size=1.0)
    run = mf.gradient_descent(
        problem, scale * np.sqrt(1 + excess) * X, step_size=1.0, n_steps=10_000
    )
    along = mf.theory.overshoots(run)
    assert run.diverged_at is not None
    assert (np.diff(along) > 0).all()
    lower = (along[:-1] - 1 - problem.eigenvalues[0]) ** 2 * along[:-1]
    assert (along[1:] >= lower * (1 - 100 * EPS)).all()


@given(problems(largest=2.0), SEEDS, st.floats(1.0001, 1e6))
def test_after_diverged_at_the_norm_at_least_doubles(problem, seed, factor):
    limit = 3 + problem.eigenvalues[0]
    X = with_singular_values(problem, np.full(problem.rank, limit * factor), seed)
    for _ in range(3):
        before, X = np.linalg.norm(X, 2), step(problem, X)
        assert np.linalg.norm(X, 2) > 2 * before * (1 - 100 * EPS)


def test_without_a_target_two_over_eta_is_a_period_of_two():
    problem = mf.Problem([0.0, 0.0], rank=2)
    # 2² = 2/η exactly, and every product is a float: the run repeats to the last digit.
    X = np.array([[2.0, 0.0], [0.0, -2.0]])
    for n_steps in range(6):
        run = mf.gradient_descent(problem, X, step_size=0.5, n_steps=n_steps)
        np.testing.assert_array_equal(run.X_final, (-1) ** n_steps * X)
    np.testing.assert_array_equal(mf.theory.overshoots(run), np.full(6, 2.0))


@given(st.floats(0.01, 3.9), SEEDS)
def test_without_a_target_each_singular_value_goes_its_own_way(square, seed):
    problem = mf.Problem(np.zeros(4), rank=2)
    X = with_singular_values(problem, [square, square / 2], seed)
    values = np.sqrt([square, square / 2])
    expected = np.sort(np.abs(values * (1 - values**2)))[::-1]
    np.testing.assert_allclose(
        np.linalg.svd(step(problem, X), compute_uv=False)[:2], expected, atol=1e3 * EPS
    )


def test_the_paper_s_strict_inequality_fails_at_three_in_the_first_step_only():
    problem = mf.Problem([0.0], rank=1)
    run = mf.gradient_descent(problem, [[2.0]], step_size=0.75, n_steps=3)
    sizes = np.abs(run.top_rows[:, 0, 0])
    assert list(sizes / sizes[0]) == [1, 2]
    assert list(mf.theory.overshoots(run)) == [3, 12]
    assert run.diverged_at == 1


# The overshoot


@given(SEEDS, st.integers(1, 6), st.integers(1, 4), st.floats(1e-3, 10), st.floats(1e-3, 10))
def test_overshoot_is_the_squared_norm_times_the_step_size(seed, d, r, size, eta):
    X = size * np.random.default_rng(seed).standard_normal((d, r))
    assert mf.theory.overshoot(X, step_size=eta) == pytest.approx(eta * np.linalg.norm(X, 2) ** 2)


def test_overshoot_of_nothing_and_of_much():
    assert mf.theory.overshoot(np.zeros((3, 2)), step_size=1.0) == 0
    assert mf.theory.overshoot(np.zeros((0, 2)), step_size=1.0) == 0
    assert mf.theory.overshoot([[1e60]], step_size=1e60) == pytest.approx(1e180)


def test_overshoots_along_a_run_are_those_of_its_iterates():
    X0 = mf.gaussian_init(PROBLEM, scale=2.0, seed=0)
    run = mf.gradient_descent(PROBLEM, X0, step_size=0.3, n_steps=12)
    for t, value in enumerate(mf.theory.overshoots(run)):
        X = mf.gradient_descent(PROBLEM, X0, step_size=0.3, n_steps=t).X_final
        assert value == pytest.approx(mf.theory.overshoot(X, step_size=0.3))


@given(cases(step_sizes=(0.1, 1.0), start_sizes=(0.5, 2.5), n_steps=8, max_dimension=5))
def test_iterates_are_the_points_of_a_run_and_end_where_it_does(case):
    points = np.array(list(iterates(case.problem, case.X0, step_size=case.step_size, n_steps=8)))
    run, rank = case.run(), case.problem.rank
    assert len(points) == run.n_steps + 1
    tolerance = iterate_tolerance(case.problem.eigenvalues, points, case.step_size)
    assert_within(run.top_rows[:, :rank], points[:, :rank], tolerance)
    assert_within(run.X_final, points[-1], tolerance[-1])


# The threshold


@given(problems(LARGEST_PROVED), SEEDS, st.floats(0.01, 100))
def test_the_threshold_lies_between_the_bounds(problem, seed, unit):
    X = np.random.default_rng(seed).standard_normal((problem.dimension, problem.rank))
    low, high = mf.theory.scale_bounds(problem, X, step_size=1.0)
    found = mf.theory.critical_scale(problem, X, step_size=1.0, n_steps=60)
    assert low * (1 - 4 * EPS) <= found <= high * (1 + 4 * EPS)
    assert low <= mf.theory.predicted_critical_scale(problem, X, step_size=1.0) * (1 + 10 * EPS)
    # In other units: Σ/unit with step size η·unit, and a start N₀/√unit.
    other = mf.Problem(problem.eigenvalues / unit, problem.rank)
    np.testing.assert_allclose(
        mf.theory.scale_bounds(other, X / np.sqrt(unit), step_size=unit), (low, high), rtol=1e-12
    )


@given(up_to(LARGEST_PROVED), st.floats(0.1, 10.0), st.sampled_from([1, 3]))
def test_for_one_row_bounds_prediction_and_threshold_are_known(eta_lambda, x, dimension):
    """Exactly 2 + ηλ, for every multiple of the identity as well."""
    problem = mf.Problem(np.full(dimension, eta_lambda), rank=1)
    start = np.full((dimension, 1), x / np.sqrt(dimension))
    exact = np.sqrt(2 + eta_lambda) / x
    predicted = mf.theory.predicted_critical_scale(problem, start, step_size=1.0)
    assert predicted == pytest.approx(exact, rel=1e-13)
    _, deadly = mf.theory.scale_bounds(problem, start, step_size=1.0)
    assert deadly == pytest.approx(exact, rel=1e-13)
    found = mf.theory.critical_scale(problem, start, step_size=1.0, n_steps=100)
    # 2⁻³⁰ of the distance of the bounds, which is less than √3.24 / x.
    assert found == pytest.approx(exact, abs=2 / x * 2**-30)


def test_runs_on_either_side_of_the_threshold_part_ways():
    problem = mf.figure_1_problem(200)
    start = mf.gaussian_init(problem, scale=1.0, seed=0)
    found = mf.theory.critical_scale(problem, start, step_size=0.1, n_steps=100)
    for factor, diverges in [(1 - 1e-6, False), (1 + 1e-6, True)]:
        run = mf.gradient_descent(problem, factor * found * start, step_size=0.1, n_steps=400)
        assert (run.diverged_at is not None) == diverges


@pytest.mark.parametrize(("eta", "low", "high"), [(0.1, 2.0144, 2.0177), (0.02, 2.0028, 2.0036)])
def test_measured_thresholds_at_dimension_200(eta, low, high):
    problem = mf.figure_1_problem(200)
    for seed in range(6):
        start = mf.gaussian_init(problem, scale=1.0, seed=seed)
        found, predicted = (
            mf.theory.overshoot(scale * start, step_size=eta)
            for scale in (
                mf.theory.critical_scale(problem, start, step_size=eta, n_steps=100),
                mf.theory.predicted_critical_scale(problem, start, step_size=eta),
            )
        )
        assert low <= found <= high
        # The prediction is of first order in η; what is left is of the order η².
        assert 0 <= predicted - found <= 0.05 * eta**2


def test_gaussian_starts_exceed_every_bound_now_and_then():
    """d = 10, ϖ = 3, η = 0.1: ησ₁² > 2 + ηλ₁, and so divergence, in about 4 % of draws."""
    problem = mf.figure_1_problem(10)
    starts = [mf.gaussian_init(problem, scale=3.0, seed=seed) for seed in range(4000)]
    share = np.mean([mf.theory.overshoot(X, step_size=0.1) > 2.1 for X in starts])
    # 200,000 draws gave 0.0403; four standard errors of 4000 draws are 0.0125.
    assert share == pytest.approx(0.0403, abs=0.0125)


# One row


@given(up_to(2.0), st.floats(0.01, 10.0), st.integers(0, 30))
def test_scalar_descent_is_descent(eta_lambda, x, n_steps):
    run = mf.gradient_descent(mf.Problem([eta_lambda], 1), [[x]], step_size=1.0, n_steps=n_steps)
    y = mf.theory.scalar_descent([eta_lambda], [x], n_steps=run.n_steps)
    # Chaotic for large ηλ: held together over a few steps only, and over all where it is not.
    kept = slice(0, 8 if eta_lambda > 0.9 else None)
    np.testing.assert_allclose(y[kept, 0], run.top_rows[kept, 0, 0], rtol=1e-9, atol=1e-12)


@given(up_to(2.0), up_to(1.0), st.sampled_from([-1, 1]))
def test_a_scalar_run_stays_within_its_threshold(eta_lambda, part, sign):
    """4(1 + a)³/27 ≤ 2 + a for a ≤ 2: the hump of the cubic stays inside."""
    edge = np.sqrt(2 + eta_lambda)
    y = mf.theory.scalar_descent([eta_lambda], [sign * part * edge * (1 - 1e-12)], n_steps=200)
    assert np.abs(y).max() <= edge * (1 + 4 * EPS)


@given(st.floats(1.01, 1.22))
def test_the_two_cycle_has_product_one(eta_lambda):
    y = mf.theory.scalar_descent([eta_lambda], [0.9], n_steps=4000)[-2:, 0]
    assert y[0] * y[1] == pytest.approx(1, abs=1e-8)
    assert y[0] ** 2 + y[1] ** 2 == pytest.approx(1 + eta_lambda, abs=1e-8)


@given(st.floats(0.0, np.pi))
def test_at_two_the_scalar_run_triples_an_angle(angle):
    y = mf.theory.scalar_descent([2.0], [2 * np.cos(angle)], n_steps=5)[:, 0]
    exact = 2 * (-1.0) ** np.arange(6) * np.cos(3.0 ** np.arange(6) * angle)
    # Each step enlarges an error at most |3 − 3y²| ≤ 9 times; 9⁵ roundings of numbers ≤ 12.
    np.testing.assert_allclose(y, exact, atol=12 * 9**5 * 4 * EPS)


def test_scalar_descent_leaves_the_floats_without_a_warning():
    y = mf.theory.scalar_descent([1.0, 0.0], [100.0, -1e60], n_steps=50)
    assert np.isinf(y[-1]).all()
    assert not np.isnan(y).any()


# Refusals


@pytest.mark.parametrize("step_size", BAD_STEP_SIZES)
def test_bad_step_size_is_refused(step_size):
    calls = [
        lambda: mf.theory.overshoot(N0, step_size=step_size),
        lambda: mf.theory.scale_bounds(PROBLEM, N0, step_size=step_size),
        lambda: mf.theory.predicted_critical_scale(PROBLEM, N0, step_size=step_size),
        lambda: mf.theory.critical_scale(PROBLEM, N0, step_size=step_size, n_steps=10),
    ]
    for call in calls:
        assert_refused(call, "step_size", "finite number > 0", repr(step_size))


def test_a_step_size_beyond_the_proof_is_refused():
    call = lambda: mf.theory.critical_scale(PROBLEM, N0, step_size=1.3, n_steps=10)  # noqa: E731
    assert_refused(call, "step_size", "1.236", "got 1.3")


@pytest.mark.parametrize(
    ("start", "piece"),
    [(np.zeros((3, 2)), "zero"), (np.ones((2, 2)), "(2, 2)"), (np.full((3, 2), np.nan), "nan")],
)
def test_bad_start_is_refused(start, piece):
    calls = [
        lambda: mf.theory.scale_bounds(PROBLEM, start, step_size=0.1),
        lambda: mf.theory.predicted_critical_scale(PROBLEM, start, step_size=0.1),
        lambda: mf.theory.critical_scale(PROBLEM, start, step_size=0.1, n_steps=10),
    ]
    for call in calls:
        assert_refused(call, "N0", piece)


@pytest.mark.parametrize("n_steps", [-1, 1.5, "3", None, True])
def test_bad_number_of_steps_is_refused(n_steps):
    calls = [
        lambda: mf.theory.critical_scale(PROBLEM, N0, step_size=0.1, n_steps=n_steps),
        lambda: mf.theory.scalar_descent([0.5], [1.0], n_steps=n_steps),
    ]
    for call in calls:
        assert_refused(call, "n_steps", "integer >= 0", repr(n_steps))


def test_bad_matrices_and_vectors_are_refused():
    assert_refused(lambda: mf.theory.overshoot([1.0], step_size=1.0), "X", "(d, r)", "(1,)")
    assert_refused(lambda: mf.theory.overshoot([[np.inf]], step_size=1.0), "X", "finite", "inf")
    assert_refused(lambda: mf.theory.scalar_descent([-0.5], [1.0], n_steps=1), "eta_lambda", "-0.5")
    assert_refused(lambda: mf.theory.scalar_descent([0.5], [1.0, 2.0], n_steps=1), "start", "(1,)")
    assert_refused(lambda: mf.theory.scalar_descent(0.5, [1.0], n_steps=1), "eta_lambda", "(n,)")
