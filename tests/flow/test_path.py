"""The exact flow against its equation, its two closed forms, its symmetries and its limits."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import (
    EPS,
    SEEDS,
    UNITS,
    Case,
    assert_refused,
    assert_within,
    cases,
    literal_error,
    literal_noise,
    literal_signal,
    many,
    random_orthogonal,
    spectra,
    up_to,
)

import mftutor as mf

FIGURE_1 = mf.figure_1_problem()
TIMES = up_to(4.0)
SMALL = settings(max_examples=many(0.5))
# The step size, 1 in units of the eigenvalues, stands for the unit of time.
CASES = cases(step_sizes=(1.0, 1.0))


def product(problem, X0, time, flow=mf.flow.solve):
    """The whole ``XXᵀ`` at one time, shape (d, d)."""
    X = flow(problem, X0, time).X_final
    return X @ X.T


def tolerance(case: Case, time: float) -> float:
    """Bound what rounding may do to ``XXᵀ`` up to a time.

    The derivative of the vector field is symmetric and at most λ₁, so the flow enlarges a small
    difference of starts, here some ε in each row, at most e^{λ₁s} times.
    """
    d, r = case.X0.shape
    size = np.linalg.norm(case.X0, 2) + np.sqrt(case.problem.eigenvalues[0])
    growth = np.exp(case.problem.eigenvalues[0] * time)
    return 64 * r * (d + r) * EPS * growth * size * min(growth, 2.0) * size


def literal_product(case: Case, time: float, n_steps: int) -> np.ndarray:
    """Integrate ``Ṗ = ΣP + PΣ − 2P²`` with d×d matrices by the method of order four."""
    sigma, P, h = np.diag(case.problem.eigenvalues), case.X0 @ case.X0.T, time / n_steps

    def slope(P):
        return sigma @ P + P @ sigma - 2 * P @ P

    for _ in range(n_steps):
        a = slope(P)
        b = slope(P + h / 2 * a)
        c = slope(P + h / 2 * b)
        d = slope(P + h * c)
        P = P + h / 6 * (a + 2 * b + 2 * c + d)
    return P


# The equation, and the two closed forms


@SMALL
@given(cases(step_sizes=(1.0, 1.0), max_dimension=6), TIMES)
def test_solves_the_differential_equation(case, time):
    """The error of order h⁴ is 1/15 of what halving h changes."""
    time = time * case.step_size
    coarse, fine = (literal_product(case, time, n) for n in (60, 120))
    allowed = np.abs(coarse - fine).max() + tolerance(case, time)
    assert_within(product(case.problem, case.X0, time), fine, allowed)


@SMALL
@given(spectra(5), SEEDS, st.integers(1, 5), st.floats(0.1, 30.0), st.floats(1e-3, 1e3))
def test_agrees_with_the_first_closed_form(eigenvalues, seed, rank, time, scale):
    problem = mf.Problem(eigenvalues, rank)
    X0 = scale * np.random.default_rng(seed).standard_normal((5, rank))
    E = np.exp(eigenvalues * time)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        F = np.where(eigenvalues * time > 1e-18, np.expm1(2 * time * eigenvalues) / eigenvalues, 0)
    F = np.where(F > 0, F, 2 * time)[:, None]
    bracket = np.eye(rank) + X0.T @ (F * X0)
    # The bracket is known up to ε of its size; so are the exponentials, ε times the exponent.
    condition = np.linalg.cond(bracket) * (1 + time)
    assume(condition < 1e10)
    expected = (E * X0) @ np.linalg.solve(bracket, (E * X0).T)
    allowed = 50 * EPS * condition * np.linalg.norm(E * X0) ** 2 / np.linalg.norm(bracket, -2)
    assert_within(product(problem, X0, time), expected, allowed)


@SMALL
@given(spectra(6), SEEDS, st.integers(1, 5), st.floats(0.1, 60.0), st.floats(1e-2, 1e6))
def test_agrees_with_the_second_closed_form(eigenvalues, seed, rank, time, scale):
    """[e^{−Λs} U₀⁻ᵀ (I + J₀ᵀF_JJ₀) U₀⁻¹ e^{−Λs} + (I − e^{−2Λs})Λ⁻¹]⁻¹, when well conditioned."""
    problem = mf.Problem(eigenvalues, rank)
    X0 = scale * np.random.default_rng(seed).standard_normal((6, rank))
    leading, tail = eigenvalues[:rank], eigenvalues[rank:]
    assume(leading[-1] > 1e-3)
    F = np.where(tail * time < 1e-18, 2 * time, np.expm1(2 * time * tail) / np.maximum(tail, 1e-18))
    inner = np.vstack([np.eye(rank), np.sqrt(F)[:, None] * X0[rank:]])
    inner = inner @ np.linalg.solve(X0[:rank], np.diag(np.exp(-leading * time)))
    bracket = inner.T @ inner + np.diag(-np.expm1(-2 * time * leading) / leading)
    condition = np.linalg.cond(bracket) * np.linalg.cond(X0[:rank]) ** 2 * (1 + time)
    assume(condition < 1e8)
    expected = np.linalg.inv(bracket)
    allowed = 100 * EPS * condition * np.linalg.norm(expected, 2)
    assert_within(mf.flow.solve(problem, X0, time).UUt[0], expected, allowed)


@SMALL
@given(cases(step_sizes=(1.0, 1.0), max_dimension=5), st.floats(1e-3, 4.0))
def test_has_the_slope_of_the_equation(case, time):
    """A central difference of the closed form, with its error of third order."""
    time, h = time * case.step_size, 1e-4 * case.step_size
    sigma, P = np.diag(case.problem.eigenvalues), product(case.problem, case.X0, time)
    later, earlier = (product(case.problem, case.X0, time + s * h) for s in (1, -1))
    slope = sigma @ P + P @ sigma - 2 * P @ P
    size = np.linalg.norm(case.X0, 2) ** 2 + case.problem.eigenvalues[0]
    allowed = 100 * size * (size * h) ** 2 * size + tolerance(case, time) / h
    assert_within((later - earlier) / (2 * h), slope, allowed)


# What is recorded


@SMALL
@given(CASES, st.lists(TIMES, min_size=1, max_size=4))
def test_records_are_what_their_names_say(case, times):
    problem, times = case.problem, np.sort(times) * case.step_size
    flow = mf.flow.solve(problem, case.X0, times)
    points = np.array([mf.flow.solve(problem, case.X0, time).X_final for time in times])
    np.testing.assert_array_equal(flow.time, times)
    np.testing.assert_array_equal(flow.X_final, points[-1])
    d, r = problem.dimension, problem.rank
    np.testing.assert_array_equal(flow.top_rows[:, : min(d, r + 1)], points[:, : r + 1])
    size = np.square(points).sum(axis=(1, 2))
    own = 4 * (d + r) * r * EPS
    J = points[:, r:]
    assert_within(flow.noise_gram, J.transpose(0, 2, 1) @ J, own * size)
    quadratic = own * size
    error_tolerance = quadratic + own * np.linalg.norm(problem.eigenvalues)
    assert_within(flow.error, literal_error(problem, points), error_tolerance)
    assert_within(flow.signal, literal_signal(points), quadratic)
    assert_within(flow.noise, literal_noise(points), quadratic)
    U = points[:, :r]
    assert_within(flow.UUt, U @ U.transpose(0, 2, 1), quadratic)
    blocks = np.array([flow.top_block(i, r) for i in range(len(times))])
    assert_within(blocks, flow.UUt, quadratic)


@given(CASES)
def test_starts_at_the_start(case):
    flow = mf.flow.solve(case.problem, case.X0, 0)
    size = np.linalg.norm(case.X0, axis=1, keepdims=True)
    allowed = 8 * (case.problem.rank + 2) ** 2 * EPS * size
    assert (np.abs(flow.X_final - case.X0) <= allowed).all()


def test_repr():
    flow = mf.flow.solve(mf.Problem([1.0, 0.5], 1), [[1.0], [0.5]], [0.0, 2.5])
    assert repr(flow).startswith("Path(2 times from 0 to 2.5, Problem(")


# Symmetries and invariants


@SMALL
@given(CASES, TIMES, TIMES)
def test_semigroup(case, first, second):
    """To flow for σ + s is to flow for σ and then for s."""
    first, second = first * case.step_size, second * case.step_size
    middle = mf.flow.solve(case.problem, case.X0, first).X_final
    allowed = 2 * tolerance(case, first + second)
    assert_within(
        product(case.problem, middle, second),
        product(case.problem, case.X0, first + second),
        allowed,
    )


@SMALL
@given(CASES, TIMES, SEEDS)
def test_rotated_columns_change_nothing(case, time, seed):
    time = time * case.step_size
    turned = case.X0 @ random_orthogonal(case.problem.rank, seed)
    allowed = 2 * tolerance(case, time)
    assert_within(
        product(case.problem, turned, time), product(case.problem, case.X0, time), allowed
    )


@SMALL
@given(CASES, TIMES, st.data())
def test_signs_of_rows_are_kept(case, time, data):
    time = time * case.step_size
    d = case.problem.dimension
    signs = np.array(data.draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=d, max_size=d)))
    expected = np.outer(signs, signs) * product(case.problem, case.X0, time)
    flipped = product(case.problem, signs[:, None] * case.X0, time)
    assert_within(flipped, expected, 2 * tolerance(case, time))


@SMALL
@given(CASES, TIMES, UNITS)
def test_units_do_not_matter(case, time, unit):
    """Σ → cΣ, X → √c X, s → s/c."""
    time = time * case.step_size
    # The case has a unit already; both together may be of a size that is refused.
    assume(unit * case.problem.eigenvalues[0] <= 1e60)
    assume(time == 0 or time / unit >= 1e-60)
    other = mf.Problem(unit * case.problem.eigenvalues, case.problem.rank)
    scaled = product(other, np.sqrt(unit) * case.X0, time / unit) / unit
    assert_within(scaled, product(case.problem, case.X0, time), 2 * tolerance(case, time))


@SMALL
@given(CASES, TIMES, st.data())
def test_zero_rows_stay_zero(case, time, data):
    row = data.draw(st.integers(0, case.problem.dimension - 1))
    X0 = case.X0.copy()
    X0[row] = 0.0
    flow = mf.flow.solve(case.problem, X0, time * case.step_size)
    np.testing.assert_array_equal(flow.X_final[row], 0.0)


@SMALL
@given(CASES, st.floats(1e-2, 4.0), st.sampled_from([1.0, 1e3, 1e30]))
def test_is_below_a_bound_that_no_start_enters(case, time, scale):
    """XXᵀ ⪯ Σ(I − e^{−2Σs})⁻¹ for s > 0, which is 1/(2s) where λ = 0."""
    time = time * case.step_size
    lam = case.problem.eigenvalues
    exponent = 2 * lam * time
    small = exponent < 1e-20
    bound = np.where(small, 0.5 / time, lam / -np.expm1(-np.where(small, 1, exponent)))
    X = mf.flow.solve(case.problem, scale * case.X0, time).X_final / np.sqrt(bound)[:, None]
    assert np.linalg.norm(X, 2) <= 1 + 1e-12


@SMALL
@given(SEEDS, st.integers(1, 3), up_to(20.0), st.floats(0.01, 10.0))
def test_j_over_u_is_an_exponential(seed, rank, time, scale):
    """J(s)U(s)⁻¹ = e^{sΛ_J} J₀U₀⁻¹ e^{−sΛ}."""
    eigenvalues = np.array([1.0, 0.8, 0.5, 0.3, 0.1, 0.0])
    X0 = scale * np.random.default_rng(seed).standard_normal((6, rank))
    condition = np.linalg.cond(X0[:rank])
    assume(condition < 1e4)
    X = mf.flow.solve(mf.Problem(eigenvalues, rank), X0, time).X_final
    quotient = X[rank:] @ np.linalg.inv(X[:rank])
    expected = X0[rank:] @ np.linalg.inv(X0[:rank])
    expected *= np.exp((eigenvalues[rank:, None] - eigenvalues[:rank]) * time)
    allowed = 1e3 * EPS * condition * np.linalg.cond(X[:rank]) * np.linalg.norm(quotient)
    assert_within(quotient, expected, max(allowed, 1e-300))


# Starts that fail, at all times


def test_parallel_rows_stay_parallel_for_ever():
    X0 = mf.theory.parallel_rows_init(FIGURE_1, scale=0.5, seed=0)
    flow = mf.flow.solve(FIGURE_1, X0, [0.0, 10.0, 50.0, 300.0, 3000.0, 1e6])
    smallest = np.linalg.svdvals(flow.UUt)[:, 1]
    assert (smallest <= 8 * EPS).all()
    assert flow.error[-1] == pytest.approx(np.hypot(0.5, 0.3), abs=1e-12)


def test_a_zero_row_is_a_saddle_for_ever():
    X0 = mf.theory.zero_row_init(FIGURE_1, row=1, scale=0.5, seed=0)
    flow = mf.flow.solve(FIGURE_1, X0, [1e6, 1e9])
    np.testing.assert_array_equal(flow.top_rows[:, 0], 0.0)
    np.testing.assert_allclose(flow.error, np.hypot(1.0, 0.3), atol=1e-12)


def test_the_rank_is_kept():
    X0 = mf.theory.rank_one_init(FIGURE_1, scale=0.5, seed=0)
    flow = mf.flow.solve(FIGURE_1, X0, [0.0, 50.0, 1000.0])
    np.testing.assert_allclose(flow.error[1:], 0.5, atol=1e-10)
    assert np.linalg.matrix_rank(flow.X_final) == 1


def test_nothing_stays_nothing():
    flow = mf.flow.solve(FIGURE_1, np.zeros((4000, 2)), [0.0, 1.0, 1e9])
    np.testing.assert_array_equal(flow.X_final, 0.0)
    np.testing.assert_allclose(flow.error, np.hypot(1.0, 0.5))


def test_a_row_however_small_is_learned_in_its_time():
    """u₂ smaller by 10^−m delays its arrival by m ln 10/(λ₂ − λ₃), nothing else."""
    problem = mf.Problem([1.0, 0.6, 0.2], rank=2)
    X0 = np.array([[0.3, 0.0], [0.2, 1.0], [0.1, 0.4]])
    signals = []
    for power in (60, 120):
        small = X0.copy()
        small[1] *= 10.0**-power
        time = power * np.log(10) / 0.4 + 1
        signals.append(mf.flow.solve(problem, small, time).signal[0, 1])
    assert 0.05 < signals[0] < 0.55
    assert signals[0] == pytest.approx(signals[1], rel=1e-10)


# Extremes


@pytest.mark.parametrize(
    ("scale", "unit"),
    [(1e-59, 1.0), (1e60, 1.0), (1e50, 1e-50), (1e50, 1e50), (1e-59, 1e-50), (1.0, 1e60)],
)
def test_any_size_of_the_start(scale, unit):
    problem = mf.Problem(unit * np.array([1.0, 0.5, 0.2, 0.0]), rank=2)
    X0 = scale * np.array([[0.5, -0.2], [0.3, 0.9], [0.4, 0.1], [-0.6, 0.3]])
    flow = mf.flow.solve(problem, X0, np.array([0.0, 1.0, 3000.0]) / unit)
    assert np.isfinite(flow.top_rows).all()
    np.testing.assert_allclose(flow.signal[-1], unit * np.array([1.0, 0.5]), rtol=1e-12)
    assert flow.error[-1] <= 1e-12 * unit


def test_the_limit_of_large_starts():
    N0 = mf.gaussian_init(FIGURE_1, scale=1, seed=1)
    times = np.array([1e-3, 0.1, 1.0, 10.0, 100.0])
    limit = mf.flow.from_infinity(FIGURE_1, N0, times)
    for scale in [1e3, 1e6, 1e50]:
        flow = mf.flow.solve(FIGURE_1, scale * N0, times)
        # The identity is dropped beside ϖ²N₀ᵀFN₀, which is at least 2sϖ²σ_r²(N₀) > 1.8sϖ².
        allowed = (limit.error + np.hypot(1, 0.5)) * (1 / (1.8 * times * scale**2) + 1e-13)
        assert_within(flow.UUt, limit.UUt, allowed)
        assert_within(flow.error, limit.error, allowed)
    small = mf.flow.from_infinity(FIGURE_1, 1e-50 * N0, times)
    assert_within(small.UUt, limit.UUt, 1e-13 * limit.error + 1e-13)


@SMALL
@given(SEEDS, st.integers(1, 3), st.floats(0.05, 8.0))
def test_the_limit_depends_on_the_space_of_columns_alone(seed, rank, time):
    rng = np.random.default_rng(seed)
    problem = mf.Problem([1.0, 0.7, 0.5, 0.2, 0.0], rank)
    N0, mixing = rng.standard_normal((5, rank)), rng.standard_normal((rank, rank))
    condition = np.linalg.cond(mixing) * np.linalg.cond(N0)
    assume(condition < 1e4)
    mixed, expected = (
        product(problem, start, time, mf.flow.from_infinity) for start in (N0 @ mixing, N0)
    )
    assert_within(mixed, expected, 1e4 * EPS * condition * np.linalg.norm(expected))


def test_the_limit_of_a_square_start_is_known():
    """With r = d, XXᵀ = diag(λ/(1 − e^{−2λs})), whatever N₀: even of very unequal rows."""
    problem = mf.Problem([1.0, 0.5, 0.0], rank=3)
    N0 = np.array([[1e-9, 2e-10, 0.0], [1.0, -3.0, 1.0], [2.0, 1.0, 5.0]])
    for time in [1e-6, 0.5, 20.0]:
        expected = np.diag([1 / -np.expm1(-2 * time), 0.5 / -np.expm1(-time), 1 / (2 * time)])
        found = product(problem, N0, time, mf.flow.from_infinity)
        assert_within(found, expected, 1e-12 * expected.max())


@SMALL
@given(SEEDS, st.floats(0.05, 8.0))
def test_the_limit_is_orthonormal_in_its_inner_product(seed, time):
    """Xᵀ(I − e^{−2Σs})Σ⁻¹X = I to the last digits, however unequal rows and columns are."""
    rng = np.random.default_rng(seed)
    problem = mf.Problem([1.0, 0.9, 0.7, 0.4, 0.2, 0.1], rank=3)
    sizes = 10.0 ** rng.uniform(-12, 0, (6, 1)) * 10.0 ** rng.uniform(-6, 0, 3)
    X = mf.flow.from_infinity(problem, sizes * rng.standard_normal((6, 3)), time).X_final
    weights = -np.expm1(-2 * problem.eigenvalues * time) / problem.eigenvalues
    assert_within(X.T @ (weights[:, None] * X), np.eye(3), 100 * EPS)


def test_the_limit_of_dependent_columns():
    problem = mf.Problem([1.0, 0.5, 0.2], rank=2)
    column = np.array([[0.3], [1.0], [-0.4]])
    alone = product(mf.Problem([1.0, 0.5, 0.2], rank=1), column, 2.0, mf.flow.from_infinity)
    both = product(problem, np.hstack([column, -3 * column]), 2.0, mf.flow.from_infinity)
    assert_within(both, alone, 1e-13)
    np.testing.assert_array_equal(mf.flow.from_infinity(problem, 0 * np.ones((3, 2)), 1.0).UUt, 0)


def test_without_a_target():
    """Σ = 0: each singular value obeys ṡ = −s³, so s² = s₀²/(1 + 2ss₀²)."""
    X0 = np.random.default_rng(3).standard_normal((4, 2))
    left, sizes, _ = np.linalg.svd(X0, full_matrices=False)
    for time in [0.0, 0.3, 1e5, 1e60]:
        expected = left * (sizes**2 / (1 + 2 * time * sizes**2)) @ left.T
        assert_within(product(mf.Problem(np.zeros(4), 2), X0, time), expected, 1e-14)


def test_no_time_is_too_long():
    X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=0)
    flow = mf.flow.solve(FIGURE_1, X0, [1e3, 1e6, 1e60])
    assert (flow.error <= 1e-14).all()
    assert (flow.noise[0] > 0).all()


# Descent, and few rows for many


def test_descent_is_near_the_flow_to_first_order():
    """The largest ‖U_tU_tᵀ − P_UU(ηt)‖_F of all steps on Figure 1."""
    found = {}
    for seed, etas in [(0, (0.1, 0.02)), (1, (0.1, 0.05, 0.02, 0.01))]:
        X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=seed)
        problem, start = mf.compress(FIGURE_1, X0, step_size=0.01, n_steps=2000)
        for eta in etas:
            steps = round(20 / eta)
            run = mf.gradient_descent(problem, start, step_size=eta, n_steps=steps)
            flow = mf.flow.solve(problem, start, eta * np.arange(steps + 1))
            U = run.top_rows[:, :2]
            off = np.linalg.norm(U @ U.transpose(0, 2, 1) - flow.UUt, axis=(1, 2)).max()
            found[seed, eta] = round(off, 4)
    assert found == {
        (0, 0.1): 0.1088,
        (0, 0.02): 0.0219,
        (1, 0.1): 0.0786,
        (1, 0.05): 0.0394,
        (1, 0.02): 0.0158,
        (1, 0.01): 0.0079,
    }


@pytest.mark.parametrize("n_blocks", [4, 8, 12, 16])
def test_a_block_quadrature_of_the_tail_gives_the_same_flow(n_blocks):
    """Row i enters through F(λ_i) and e^{2sλ_i} alone, so their best polynomials bound the error.

    With q blocks all moments up to 2q − 1 agree. The bracket and JᵀJ change by at most twice
    the distance of these functions from polynomials of that degree, times ‖J₀‖².
    """
    times = np.linspace(0, 30, 31)
    X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=0)
    nodes, rows = mf.compression.block_quadrature(FIGURE_1.eigenvalues[3:], X0[3:], n_blocks)
    small = mf.Problem(np.concatenate([FIGURE_1.eigenvalues[:3], nodes]), 2)
    flow = mf.flow.solve(FIGURE_1, X0, times)
    other = mf.flow.solve(small, np.concatenate([X0[:3], rows]), times)
    # e^{2sλ} on [0, 0.3] is e^{0.3s(1 + s)}: what its Chebyshev series leaves after degree 2q − 1.
    width = 0.3 * times
    terms = np.ones_like(width)
    for k in range(1, 2 * n_blocks + 1):
        terms = terms * width / 2 / k
    left_out = 2 * terms * np.exp(width) * np.exp(np.square(width / 2) / (2 * n_blocks + 1))
    # ‖J₀‖² < .25; F is the integral of 2e^{2sλ}, whose error grows with s; the bracket is ≥ I
    # and the growth e^{2λ₁s} of its inverse's factors is that of the bracket itself.
    allowed = 4 * 0.25 * (1 + 2 * times) * left_out + 1e-12
    off = np.abs(flow.noise_gram - other.noise_gram).max(axis=(1, 2))
    assert (off <= allowed).all()
    if n_blocks == 16:
        for name in ["error", "signal", "noise"]:
            np.testing.assert_allclose(getattr(flow, name), getattr(other, name), atol=1e-12)


# Refusals


@pytest.mark.parametrize("function", [mf.flow.solve, mf.flow.from_infinity])
def test_bad_arguments_are_refused(function):
    problem, X0 = mf.Problem([1.0, 0.5], rank=1), [[0.5], [0.5]]
    for time in [-1.0, np.nan, np.inf, True, None]:
        assert_refused(lambda time=time: function(problem, X0, time), "time", repr(time))
    for time in ["1", [[1.0], [1.0, 2.0]], [1j]]:
        assert_refused(lambda time=time: function(problem, X0, time), "time")
    assert_refused(lambda: function(problem, X0, []), "time", "at least one")
    assert_refused(lambda: function(problem, X0, [1.0, 3.0, 2.0]), "time", "decrease", "3", "2")
    assert_refused(lambda: function(problem, X0, [-1.0, 3.0]), "time")
    assert_refused(lambda: function(problem, X0, [1.0, np.inf]), "time", "finite")
    assert_refused(lambda: function(problem, X0, [[1.0]]), "time", "shape")
    name = "X0" if function is mf.flow.solve else "N0"
    assert_refused(lambda: function(problem, X0[:1], 1.0), name, "(2, 1)")
    assert_refused(lambda: function(problem, [[0.5], [np.nan]], 1.0), name, "finite")
    assert_refused(lambda: function(problem, [[0.5], [1e61]], 1.0), name, "1e+61")
    assert_refused(lambda: function(problem, X0, 1e61), "time", "1e+61")


def test_infinity_is_left_at_once():
    problem, N0 = mf.Problem([1.0, 0.5], rank=1), [[0.5], [0.5]]
    for time in [0, 0.0, [0.0, 1.0]]:
        assert_refused(lambda time=time: mf.flow.from_infinity(problem, N0, time), "time", "> 0")


def test_the_distance_is_that_of_the_upper_left_blocks():
    X0 = mf.gaussian_init(mf.figure_1_problem(30), scale=0.5, seed=0)
    problem = mf.figure_1_problem(30)
    run = mf.gradient_descent(problem, X0, step_size=0.3, n_steps=9)
    flow = mf.flow.solve(problem, X0, 0.3 * np.arange(12))
    expected = [np.linalg.norm(run.top_block(t, 2) - flow.top_block(t, 2)) for t in range(10)]
    np.testing.assert_allclose(mf.flow.distance(run, flow), expected, atol=1e-15)


def test_a_distance_of_what_does_not_fit_is_refused():
    problem = mf.Problem([1.0, 0.5], rank=1)
    run = mf.gradient_descent(problem, [[0.5], [0.5]], step_size=0.1, n_steps=2)
    short = mf.flow.solve(problem, [[0.5], [0.5]], [0.0, 0.1])
    wide = mf.flow.solve(mf.Problem([1.0, 0.5], rank=2), np.eye(2), [0.0, 0.1, 0.2])
    for flow in (short, wide):
        assert_refused(lambda flow=flow: mf.flow.distance(run, flow), "flow", "3 points of rank 1")
