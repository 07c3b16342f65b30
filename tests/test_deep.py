"""Deep factorization: descent is its definition, and what is known of it holds."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    EPS,
    SEEDS,
    Case,
    assert_refused,
    assert_within,
    cases,
    iterate_tolerance,
    random_orthogonal,
)

import mftutor as mf


def product(factors):
    """``W_L ⋯ W_1``."""
    result = np.eye(factors[0].shape[1])
    for W in factors:
        result = W @ result
    return result


def literal_loss(problem, factors):
    return np.square(product(factors) - np.diag(problem.eigenvalues)).sum() / 2


def literal_step(problem, factors, step_size):
    """Every gradient from full d×d products, all of them anew for each factor."""
    residual = product(factors) - np.diag(problem.eigenvalues)
    stepped = []
    for i, W in enumerate(factors):
        before = product(factors[:i]) if i else np.eye(problem.dimension)
        after = product(factors[i + 1 :]) if i + 1 < len(factors) else np.eye(problem.dimension)
        stepped.append(W - step_size * after.T @ residual @ before.T)
    return stepped


@st.composite
def deep_cases(draw, max_depth=4, max_dimension=7):
    """A problem and random factors of norm at most 1.2, with any fitting hidden widths."""
    d = draw(st.integers(1, max_dimension))
    depth = draw(st.integers(1, max_depth))
    hidden = [draw(st.integers(1, max_dimension)) for _ in range(depth - 1)]
    widths = [d, *hidden, d]
    rng = np.random.default_rng(draw(SEEDS))
    problem = mf.Problem(np.sort(rng.random(d))[::-1], min(widths))
    shapes = zip(widths[1:], widths[:-1], strict=True)
    factors = [rng.standard_normal(shape) for shape in shapes]
    size = draw(st.floats(1e-3, 1.2))
    return problem, [size * W / np.linalg.norm(W, 2) for W in factors]


# The definition


@given(deep_cases())
def test_loss_error_and_signals_are_their_definitions(case):
    problem, factors = case
    run = mf.deep.descend(problem, factors, step_size=0.1, n_steps=0)
    d, r, P = problem.dimension, problem.rank, product(factors)
    truncated = np.diag(np.where(np.arange(d) < r, problem.eigenvalues, 0))
    # Squares of entries up to 3, each from products of at most four factors.
    tolerance = 100 * len(factors) * d**2 * EPS * (np.linalg.norm(P) + math.sqrt(d)) ** 2
    assert abs(run.loss[0] - literal_loss(problem, factors)) <= tolerance
    assert abs(run.error[0] ** 2 - np.square(P - truncated).sum()) <= tolerance
    np.testing.assert_allclose(run.signal[0], np.diag(P)[:r], rtol=0, atol=tolerance)
    for W, last in zip(factors, run.factors, strict=True):
        np.testing.assert_array_equal(W, last)


@given(deep_cases())
def test_descent_is_its_definition(case):
    """Each of five steps of 0.05 enlarges a difference at most about fourfold, all 1e3 times.

    For with ``‖W_l‖ ≤ 1.2`` and ``‖P − Σ‖ ≤ 3.1`` the Hessian is at most
    ``L·1.2^{2(L−1)} + L(L − 1)·1.2^{L−2}·3.1 ≤ 66`` in norm, for L ≤ 4.
    """
    problem, factors = case
    literal = factors
    for _ in range(5):
        literal = literal_step(problem, literal, 0.05)
    run = mf.deep.descend(problem, factors, step_size=0.05, n_steps=5)
    assert run.depth == len(factors)
    for W, expected in zip(run.factors, literal, strict=True):
        np.testing.assert_allclose(W, expected, rtol=0, atol=1e3 * problem.dimension**2 * EPS)


@given(deep_cases(max_depth=3), SEEDS)
def test_a_step_is_along_the_gradient(case, seed):
    """Along a line the loss is a polynomial of degree 2L ≤ 6: a seven-point stencil is exact."""
    problem, factors = case
    rng = np.random.default_rng(seed)
    direction = [rng.standard_normal(W.shape) / W.size for W in factors]

    def loss(t):
        return literal_loss(problem, [W + t * V for W, V in zip(factors, direction, strict=True)])

    weights = {1: 45, 2: -9, 3: 1}
    derivative = sum(w * (loss(t) - loss(-t)) for t, w in weights.items()) / 60
    run = mf.deep.descend(problem, factors, step_size=1.0, n_steps=1)
    slope = sum(
        np.sum(V * (before - after))
        for V, before, after in zip(direction, factors, run.factors, strict=True)
    )
    largest = max(loss(t) for t in (-3, 3, 0))
    assert slope == pytest.approx(derivative, abs=1e3 * EPS * (largest + 10 * problem.dimension))


# Identities


@given(st.integers(1, 7), SEEDS, st.floats(0.01, 0.9))
def test_one_factor_converges_geometrically(d, seed, step_size):
    """``W_t − Σ = (1 − η)^t (W_0 − Σ)``."""
    rng = np.random.default_rng(seed)
    problem = mf.Problem(np.sort(rng.random(d))[::-1], d)
    (W,) = mf.deep.init(problem, depth=1, scale=1.0, seed=rng)
    run = mf.deep.descend(problem, [W], step_size=step_size, n_steps=20)
    error = np.linalg.norm(W - np.diag(problem.eigenvalues))
    expected = (1 - step_size) ** np.arange(21) * error
    np.testing.assert_allclose(run.error, expected, rtol=0, atol=100 * d * EPS * (error + 1))
    np.testing.assert_allclose(run.loss, np.square(run.error) / 2, rtol=1e-9, atol=1e-13)


@given(cases())
def test_two_symmetric_factors_are_matrix_factorization(case: Case):
    """``W_2 = W_1ᵀ = X`` stays so, and a step is equation (9) with the same η."""
    X0 = case.X0
    run = mf.deep.descend(case.problem, [X0.T, X0], step_size=case.step_size, n_steps=case.n_steps)
    reference, iterates = case.run(), case.literal()
    # Two factors are two roundings of the same iterate.
    tolerance = 4 * iterate_tolerance(case.problem.eigenvalues, iterates, case.step_size)
    for W in (run.factors[0].T, run.factors[1]):
        assert np.linalg.norm(W - reference.X_final) <= tolerance[-1]
    size = np.linalg.norm(iterates, axis=(1, 2))
    of_squares = (2 * size + tolerance) * tolerance
    of_squares += 200 * EPS * (size**2 + np.linalg.norm(case.problem.eigenvalues))
    assert_within(run.signal, reference.signal, of_squares)
    assert_within(run.error, reference.error, of_squares)


@given(deep_cases(), SEEDS)
def test_hidden_rotations_change_nothing(case, seed):
    problem, factors = case
    turned, Q = [], np.eye(problem.dimension)
    for i, W in enumerate(factors):
        last = i + 1 == len(factors)
        P = np.eye(len(W)) if last else random_orthogonal(len(W), seed + i)
        turned.append(P @ W @ Q.T)
        Q = P
    run, other = (
        mf.deep.descend(problem, each, step_size=0.05, n_steps=5) for each in (factors, turned)
    )
    atol = 1e4 * problem.dimension**2 * EPS
    np.testing.assert_allclose(other.signal, run.signal, rtol=0, atol=atol)
    np.testing.assert_allclose(other.loss, run.loss, rtol=0, atol=atol)


@given(deep_cases())
def test_the_transposed_product_is_learned_alike(case):
    """``Pᵀ = W_1ᵀ ⋯ W_Lᵀ``, and Σ is symmetric."""
    problem, factors = case
    mirrored = [W.T for W in factors[::-1]]
    run, other = (
        mf.deep.descend(problem, each, step_size=0.05, n_steps=5) for each in (factors, mirrored)
    )
    atol = 1e3 * problem.dimension**2 * EPS
    np.testing.assert_allclose(other.signal, run.signal, rtol=0, atol=atol)
    np.testing.assert_allclose(other.error, run.error, rtol=0, atol=1e2 * atol**0.5)
    np.testing.assert_allclose(other.loss, run.loss, rtol=0, atol=atol)


# Balance


@given(deep_cases(), st.floats(1e-3, 0.1))
def test_a_step_changes_the_imbalance_by_the_square_of_its_size(case, step_size):
    """By ``η²(G_{l+1}ᵀG_{l+1} − G_lG_lᵀ)``: the terms of first order cancel."""
    problem, factors = case
    run = mf.deep.descend(problem, factors, step_size=step_size, n_steps=1)
    moved = [(a - b) / step_size for a, b in zip(factors, run.factors, strict=True)]
    changes = zip(
        mf.deep.imbalance(factors),
        mf.deep.imbalance(run.factors),
        mf.deep.imbalance(moved),
        strict=True,
    )
    for before, after, second in changes:
        change = after - before - step_size**2 * second
        assert np.abs(change).max() <= 1e3 * problem.dimension * EPS


@pytest.mark.parametrize(("depth", "rank"), [(2, 8), (3, 8), (4, 3)])
def test_descent_keeps_the_balance_to_first_order(depth, rank):
    problem = mf.Problem([1.0, 0.6, 0.3] + [0.0] * 5, rank)
    factors = mf.deep.init(problem, depth=depth, scale=0.3, seed=depth)
    start, drift = mf.deep.imbalance(factors), []
    for step_size in (0.08, 0.04, 0.02):
        n_steps = round(40 / step_size)
        run = mf.deep.descend(problem, factors, step_size=step_size, n_steps=n_steps)
        pairs = zip(mf.deep.imbalance(run.factors), start, strict=True)
        drift.append(max(np.abs(after - before).max() for after, before in pairs))
    assert 1.7 < drift[0] / drift[1] < 2.4
    assert 1.8 < drift[1] / drift[2] < 2.2


@pytest.mark.parametrize("start", [1e-6, 1e-3, 0.1])
@pytest.mark.parametrize("eigenvalue", [0.3, 1.0, 5.0])
def test_half_times_of_balanced_modes_are_the_known_integrals(start, eigenvalue):
    """``∫ ds/(λ − s)``, ``∫ ds/2s(λ − s)`` and ``∫ ds/4s^{3/2}(λ − s)`` from s₀ to λ/2."""
    half = eigenvalue / 2

    def linear(s):
        return -math.log(eigenvalue - s)

    def two(s):
        return math.log(s / (eigenvalue - s)) / (2 * eigenvalue)

    def four(s):
        root, top = math.sqrt(s), math.sqrt(eigenvalue)
        return (math.atanh(root / top) / top - 1 / root) / (2 * eigenvalue)

    for depth, antiderivative in ((1, linear), (2, two), (4, four)):
        expected = (antiderivative(half) - antiderivative(start)) / 0.05
        found = mf.deep.balanced_half_time(eigenvalue, start, depth=depth, step_size=0.05)
        assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("depth", [2, 3, 5])
def test_balanced_descent_follows_the_law(depth):
    """One mode, all factors equal: the half-time of descent is that of its flow up to O(η)."""
    problem, start = mf.Problem([0.8], 1), 1e-3
    factors = [[[start ** (1 / depth)]]] * depth
    for step_size in (0.02, 0.005):
        predicted = mf.deep.balanced_half_time(0.8, start, depth=depth, step_size=step_size)
        run = mf.deep.descend(
            problem, factors, step_size=step_size, n_steps=int(1.1 * predicted) + 10
        )
        (time,) = run.hitting_times()
        # A step of the logarithm falls short by a share η·rate, at most ηL λ.
        assert predicted - 1 <= time <= predicted * (1 + depth * step_size) + 1


def test_a_mode_that_starts_beyond_half_takes_no_time():
    assert mf.deep.balanced_half_time(1.0, 0.5, depth=3, step_size=0.1) == 0.0


# Measured


@pytest.mark.parametrize(
    ("depth", "scale", "n_steps", "times"),
    [
        (2, 1e-4, 500, [103, 158, 299]),
        (3, 1e-4, 2000, [491, 829, 1660]),
        (4, 1e-4, 4200, [1116, 1707, 3763]),
    ],
)
def test_the_reference_half_times(depth, scale, n_steps, times):
    """d = 50, η = .05, one draw: within a step, for rounding."""
    problem = mf.Problem([1.0, 0.6, 0.3] + [0.0] * 47, 50)
    factors = mf.deep.init(problem, depth=depth, scale=scale, seed=0)
    run = mf.deep.descend(problem, factors, step_size=0.05, n_steps=n_steps)
    np.testing.assert_allclose(run.hitting_times()[:3], times, atol=1)
    assert np.isnan(run.hitting_times()[3:]).all()


@pytest.mark.parametrize(("depth", "expected"), [(3, 10 ** (2 / 3)), (4, 10.0)])
def test_deeper_waits_grow_as_a_power_of_the_scale(depth, expected):
    """α^{−(1−2/L)} per hundredth of α, at another dimension and spectrum."""
    problem = mf.Problem([1.0, 0.4] + [0.0] * 10, 12)
    first = []
    for scale in (1e-2, 1e-4):
        factors = mf.deep.init(problem, depth=depth, scale=scale, seed=5)
        run = mf.deep.descend(problem, factors, step_size=0.1, n_steps=3000)
        first.append(run.hitting_times()[0])
    assert first[1] / first[0] == pytest.approx(expected, rel=0.25)


def test_with_two_factors_the_wait_grows_as_a_logarithm():
    """By ``ln(100)/(2ηλ)`` per hundredth of α, in flow time; descent takes ηλ/2 longer."""
    problem = mf.Problem([1.0, 0.4] + [0.0] * 10, 12)
    times = []
    for scale in (1e-3, 1e-5, 1e-7):
        factors = mf.deep.init(problem, depth=2, scale=scale, seed=5)
        run = mf.deep.descend(problem, factors, step_size=0.05, n_steps=900)
        times.append(run.hitting_times()[:2])
    growth = np.diff(times, axis=0)
    expected = math.log(100) / (2 * np.log1p(0.05 * np.array([1.0, 0.4])))
    np.testing.assert_allclose(growth, [expected, expected], rtol=0.03)


@pytest.mark.parametrize("scale", [0.25, 1.0, 3.0])
def test_a_bottleneck_keeps_the_staircase_of_large_starts(scale):
    """Rank 2, Figure 1's spectrum: medians of t₂ over seeds near 230, whatever the scale."""
    problem = mf.figure_1_problem(100)
    runs = [
        mf.deep.descend(
            problem,
            mf.deep.init(problem, depth=2, scale=scale, seed=seed),
            step_size=0.05,
            n_steps=900,
        )
        for seed in range(9)
    ]
    times = np.array([run.hitting_times() for run in runs])
    first, second = np.median(times, axis=0)
    assert 40 < first < 130
    assert 140 < second < 320
    assert np.median([run.error[-1] for run in runs]) < 1e-2


@pytest.mark.parametrize("depth", [2, 3])
def test_thin_factors_make_thin_steps(depth):
    """d = 2000 and r = 2: nothing of the 32 MB of a d×d matrix is ever held."""
    problem = mf.figure_1_problem(2000)
    factors = mf.deep.init(problem, depth=depth, scale=1.0, seed=0)
    tracemalloc.start()
    run = mf.deep.descend(problem, factors, step_size=0.05, n_steps=20)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2e6
    assert run.loss[-1] < run.loss[0]
    # P of rank 2 cannot reach the rest of the spectrum.
    assert run.loss[-1] >= np.square(problem.eigenvalues[2:]).sum() / 2


# Divergence and bad input


@pytest.mark.parametrize("size", [3.0, 1e60])
@pytest.mark.parametrize("rank", [1, 4])
def test_divergence_is_recorded(size, rank):
    problem = mf.Problem([1.0, 0.5, 0.2, 0.1], rank)
    factors = [np.full((rank, 4), size), np.full((rank, rank), size), np.full((4, rank), size)]
    run = mf.deep.descend(problem, factors, step_size=0.5, n_steps=300)
    t = run.diverged_at
    assert t is not None
    assert len(run.loss) == len(run.error) == len(run.signal) == t + 1
    assert np.isfinite(run.loss[:t]).all()
    assert np.isfinite(run.error[:t]).all()
    assert run.loss[t] == run.error[t] == math.inf
    assert np.isnan(run.hitting_times()).all()
    assert f"3 factors, on Problem(eigenvalues=[1, 0.5, 0.2, 0.1], rank={rank}" in repr(run)
    assert repr(run).endswith(f"diverged at t = {t})")


@settings(max_examples=30)
@given(st.integers(1, 6), st.integers(2, 4), SEEDS, st.just(0.0) | st.floats(1e-60, 5), st.data())
def test_starts_have_the_size_told(d, depth, seed, scale, data):
    rank = data.draw(st.integers(1, d))
    problem = mf.Problem(np.ones(d), rank)
    factors = mf.deep.init(problem, depth=depth, scale=scale, seed=seed)
    rng = np.random.default_rng(seed)
    widths = [d, *[rank] * (depth - 1), d]
    for W, into, out in zip(factors, widths[:-1], widths[1:], strict=True):
        expected = scale ** (1 / depth) * rng.standard_normal((out, into)) / np.sqrt(d)
        np.testing.assert_allclose(W, expected, rtol=4 * EPS)


def test_bad_factors_are_refused():
    problem = mf.Problem([1.0, 0.5, 0.2], 2)

    def run(factors):
        return lambda: mf.deep.descend(problem, factors, step_size=0.1, n_steps=1)

    down, up, square = np.ones((2, 3)), np.ones((3, 2)), np.ones((3, 3))
    assert_refused(run([]), "factors", "[]")
    assert_refused(run(None), "factors", "None")
    assert_refused(run([up, down]), "factors", "[(3, 2), (2, 3)]")
    assert_refused(run([square, square]), "factors", "smallest width 2")
    assert_refused(run([down[:1], up[:, :1]]), "factors", "smallest width 2")
    assert_refused(run([down, square, up]), "factors", "(3, 3)")
    assert_refused(run([np.ones(3)]), "factors", "(rows, columns)")
    assert_refused(run([down, np.full((3, 2), math.inf)]), "factors", "finite")


def test_other_bad_input_is_refused():
    problem = mf.Problem([1.0, 0.5, 0.2], 2)
    factors = mf.deep.init(problem, depth=2, scale=1.0, seed=0)

    def run(**changed):
        arguments = {"step_size": 0.1, "n_steps": 1, **changed}
        return lambda: mf.deep.descend(problem, factors, **arguments)

    assert_refused(run(step_size=0.0), "step_size", "> 0")
    assert_refused(run(n_steps=1.5), "n_steps", "1.5")
    good = {"depth": 2, "scale": 1.0, "seed": 0}
    for name, value in (("depth", 1), ("scale", -1.0), ("seed", "0")):
        call = lambda name=name, value=value: mf.deep.init(  # noqa: E731
            problem, **{**good, name: value}
        )
        assert_refused(call, name)

    def half_time(*args, **changed):
        arguments = {"depth": 3, "step_size": 0.1, **changed}
        return lambda: mf.deep.balanced_half_time(*args, **arguments)

    assert_refused(half_time(0.0, 0.1), "eigenvalue", "> 0")
    assert_refused(half_time(1.0, 0.0), "start", "> 0")
    assert half_time(1.0, 1e-300, depth=2)() == pytest.approx(np.log(1e300) / 0.2, rel=1e-3)
    assert_refused(half_time(1.0, 0.1, depth=0), "depth", ">= 1")
    assert_refused(half_time(1.0, 0.1, step_size=-1.0), "step_size", "> 0")


def test_an_imbalance_of_what_are_no_factors_is_refused():
    for bad, piece in [
        (None, "None"),
        ([], "[]"),
        ([np.ones(3)], "(rows, columns)"),
        ([np.ones((2, 3)), np.ones((3, 3))], "[(2, 3), (3, 3)]"),
        ([np.ones((2, 3)), np.full((3, 2), np.nan)], "finite"),
    ]:
        assert_refused(lambda bad=bad: mf.deep.imbalance(bad), "factors", piece)
    assert mf.deep.imbalance([np.ones((2, 3))]) == []  # a single factor has no neighbour
