"""Gradient descent against its literal form, its symmetries, its fixed points, its limits."""

import tracemalloc
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import (
    EPS,
    SEEDS,
    Case,
    assert_refused,
    assert_within,
    cases,
    diagnostic_tolerance,
    iterate_tolerance,
    literal_descent,
    literal_error,
    literal_noise,
    literal_signal,
    many,
    random_orthogonal,
    squared_norms,
)

import mftutor as mf

PROBLEM = mf.Problem([1.0, 0.5, 0.25, 0.0], rank=2)
X0 = np.array([[0.5, -0.25], [0.125, 0.5], [0.25, 0.25], [-0.5, 0.125]])
RECORDS = ["top_rows", "noise_gram", "tail_coupling", "error", "signal", "noise"]


def descend(X0: np.ndarray = X0, step_size: float = 0.1, n_steps: int = 5) -> mf.Trajectory:
    """Run on the fixed small problem."""
    return mf.gradient_descent(PROBLEM, X0, step_size=step_size, n_steps=n_steps)


# The literal form


@settings(max_examples=many(3))
@given(cases())
def test_run_agrees_with_the_literal_descent_and_the_definitions(case):
    run, iterates = case.run(), case.literal()
    tolerance = diagnostic_tolerance(case.problem, iterates, case.step_size)
    distance = iterate_tolerance(case.problem.eigenvalues, iterates, case.step_size)
    assert run.diverged_at is None
    assert_within(run.X_final, iterates[-1], distance[-1])
    assert_within(run.error, literal_error(case.problem, iterates), tolerance)
    assert_within(run.signal, literal_signal(iterates), tolerance)
    assert_within(run.noise, literal_noise(iterates), tolerance)
    size = min(case.problem.rank + 1, case.problem.dimension)
    blocks = np.array([run.top_block(t, size) for t in range(len(iterates))])
    top = iterates[:, :size]
    assert_within(blocks, top @ top.transpose(0, 2, 1), tolerance)


@given(cases(n_steps=4))
def test_records_are_what_their_names_say(case):
    run, iterates = case.run(), case.literal()
    d, r = case.problem.dimension, case.problem.rank
    tolerance = diagnostic_tolerance(case.problem, iterates, case.step_size)
    U, J = iterates[:, :r], iterates[:, r:]
    assert_within(
        run.top_rows[:, : min(d, r + 1)],
        iterates[:, : r + 1],
        iterate_tolerance(case.problem.eigenvalues, iterates, case.step_size),
    )
    assert_within(run.noise_gram, J.transpose(0, 2, 1) @ J, tolerance)
    coupling = np.linalg.norm(J @ U.transpose(0, 2, 1), axis=1)
    assert_within(run.tail_coupling, coupling, tolerance)
    if d == r:
        np.testing.assert_array_equal(run.top_rows[:, r], np.zeros((5, r)))
        np.testing.assert_array_equal(run.noise_gram, np.zeros((5, r, r)))


@given(cases(n_steps=9), st.integers(0, 9))
def test_a_run_resumed_from_where_it_stopped_is_the_same_run(case, n_first):
    """To the last digit: what a step does depends on nothing but the iterate."""
    whole = case.run()
    first = Case(case.problem, case.X0, case.step_size, n_first).run()
    rest = Case(case.problem, first.X_final, case.step_size, 9 - n_first).run()
    for name in RECORDS:
        parts = np.concatenate([getattr(first, name)[:-1], getattr(rest, name)])
        np.testing.assert_array_equal(getattr(whole, name), parts)
    np.testing.assert_array_equal(whole.X_final, rest.X_final)


# Symmetries


@given(cases(), SEEDS)
def test_rotated_columns_change_nothing(case, seed):
    O = random_orthogonal(case.problem.rank, seed)  # noqa: E741
    run, turned = case.run(), case.run(case.X0 @ O)
    # O is orthogonal, and the product rounded, to about r·ε; 10 rε is QR's usual constant.
    start = 10 * case.problem.rank * EPS * np.linalg.norm(case.X0)
    tolerance = diagnostic_tolerance(case.problem, case.literal(), case.step_size, start)
    for name in ["error", "signal", "noise", "tail_coupling"]:
        assert_within(getattr(turned, name), getattr(run, name), tolerance)
    assert_within(turned.noise_gram, O.T @ run.noise_gram @ O, tolerance)
    blocks = [[which.top_block(t) for t in range(21)] for which in (turned, run)]
    assert_within(*blocks, tolerance)


@given(cases(), st.data())
def test_signs_of_rows_and_columns_change_no_digit(case, data):
    signs = [
        data.draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=n, max_size=n))
        for n in case.X0.shape
    ]
    run, flipped = case.run(), case.run(np.outer(*signs) * case.X0)
    for name in ["error", "signal", "noise", "tail_coupling"]:
        np.testing.assert_array_equal(getattr(run, name), getattr(flipped, name))


@given(cases(), SEEDS, st.booleans())
def test_rows_of_one_eigenvalue_may_be_mixed_in_the_tail(case, seed, permute):
    r = case.problem.rank
    n_tail = case.problem.dimension - r
    eigenvalues = case.problem.eigenvalues.copy()
    eigenvalues[r:] = eigenvalues[-1]
    case = Case(mf.Problem(eigenvalues, r), case.X0, case.step_size, case.n_steps)
    mixing = random_orthogonal(n_tail, seed)
    if permute:
        mixing = np.random.default_rng(seed).permutation(np.eye(n_tail))
    mixed = case.run(np.vstack([case.X0[:r], mixing @ case.X0[r:]]))
    start = 10 * (n_tail + 1) * EPS * np.linalg.norm(case.X0)
    tolerance = diagnostic_tolerance(case.problem, case.literal(), case.step_size, start)
    run = case.run()
    for name in ["error", "signal", "noise", "tail_coupling", "noise_gram"]:
        assert_within(getattr(mixed, name), getattr(run, name), tolerance)


@given(cases(), st.integers(-15, 15))
def test_the_unit_of_the_eigenvalues_does_not_matter(case, exponent):
    """Σ → cΣ, X → √c X, η → η/c with c a power of four changes exponents, never digits."""
    unit = 4.0**exponent
    problem = mf.Problem(unit * case.problem.eigenvalues, case.problem.rank)
    other = Case(problem, np.sqrt(unit) * case.X0, case.step_size / unit, case.n_steps)
    run, scaled = case.run(), other.run()
    for name in ["error", "signal", "noise", "tail_coupling", "noise_gram"]:
        np.testing.assert_array_equal(unit * getattr(run, name), getattr(scaled, name))
    np.testing.assert_array_equal(np.sqrt(unit) * run.X_final, scaled.X_final)


# Fixed points


def start_at(problem: mf.Problem, chosen: list[int], seed: int) -> np.ndarray:
    """Return ``diag(√λ_S) O``: the rows of S orthogonal, row k of size √λ_k, others zero."""
    O = random_orthogonal(problem.rank, seed)  # noqa: E741
    X = np.zeros((problem.dimension, problem.rank))
    X[chosen] = np.sqrt(problem.eigenvalues[chosen])[:, None] * O[: len(chosen)]
    return X


@settings(max_examples=many(2))
@given(cases(n_steps=30), st.data(), SEEDS)
def test_minimum_and_saddles_stay_where_they_are(case, data, seed):
    problem = case.problem
    d, r = problem.dimension, problem.rank
    chosen = data.draw(st.lists(st.integers(0, d - 1), max_size=r, unique=True))
    X = start_at(problem, chosen, seed)
    case = Case(problem, X, case.step_size, 30)
    run = case.run()
    # X is off a fixed point by the rounding of √λ, of O and of their product.
    start = 10 * r * EPS * np.linalg.norm(X)
    still = np.repeat(X[None], 31, axis=0)
    distance = iterate_tolerance(problem.eigenvalues, still, case.step_size, start)
    tolerance = diagnostic_tolerance(problem, still, case.step_size, start)
    assert_within(run.X_final, X, distance[-1])
    np.testing.assert_array_equal(np.delete(run.X_final, chosen, axis=0), 0.0)
    missed = [k for k in range(d) if (k < r) != (k in chosen)]
    error = np.linalg.norm(problem.eigenvalues[missed])
    assert_within(run.error, np.full(31, error), tolerance)


@pytest.mark.parametrize("rank", [1, 3, 4])
def test_zero_stays_zero(rank):
    problem = mf.Problem([1.0, 0.5, 0.25, 0.125], rank)
    run = mf.gradient_descent(problem, np.zeros((4, rank)), step_size=0.3, n_steps=50)
    np.testing.assert_array_equal(run.X_final, 0.0)
    np.testing.assert_array_equal(run.signal, 0.0)
    np.testing.assert_array_equal(run.noise, 0.0)
    assert np.isnan(run.snr).all()
    assert np.isnan(run.hitting_times()).all()
    assert_within(run.error, np.full(51, np.linalg.norm(problem.eigenvalues[:rank])), 4 * EPS)


@given(cases(n_steps=0), SEEDS)
def test_the_minimum_has_no_error(case, seed):
    problem = case.problem
    X = start_at(problem, list(range(problem.rank)), seed)
    run = case.run(X)
    tolerance = diagnostic_tolerance(problem, X[None], case.step_size)
    assert_within(run.error, np.zeros(1), 10 * problem.rank * tolerance)


@pytest.mark.parametrize("rank", [1, 2, 4])
@pytest.mark.parametrize("seed", range(3))
def test_a_stable_run_with_gaps_converges_to_the_minimum(rank, seed):
    problem = mf.Problem([1.0, 0.75, 0.5, 0.25], rank)
    X0 = mf.gaussian_init(problem, scale=1.0, seed=seed)
    run = mf.gradient_descent(problem, X0, step_size=0.2, n_steps=2000)
    # The slowest rate is 1 − ηΔ = .95: .95²⁰⁰⁰ = 1e-45, and what is left is rounding.
    assert run.error[-1] < 100 * EPS
    np.testing.assert_allclose(run.signal[-1], problem.eigenvalues[:rank], rtol=100 * EPS)
    assert (run.hitting_times() < 1000).all()


# Divergence


def divergence_margin(case: Case, iterates: np.ndarray) -> np.ndarray:
    """``ησ₁²(X_t) − (3 + ηλ₁)``, shape (T + 1,)."""
    limit = 3 + case.step_size * case.problem.eigenvalues[0]
    return case.step_size * squared_norms(iterates) - limit


def literal_until_divergence(case: Case) -> tuple[np.ndarray, int | None]:
    """Return the literal iterates up to the first t with a positive margin, and that t."""
    sigma = np.diag(case.problem.eigenvalues)
    iterates = case.X0[None]
    for t in range(case.n_steps + 1):
        if divergence_margin(case, iterates[-1:])[0] > 0:
            return iterates, t
        if t < case.n_steps:
            step = literal_descent(sigma, iterates[-1], case.step_size, 1)
            iterates = np.concatenate([iterates, step[1:]])
    return iterates, None


@settings(max_examples=many(3))
@given(cases(step_sizes=(0.3, 1.5), start_sizes=(0.5, 4.0), n_steps=6))
def test_divergence_is_flagged_at_the_first_time_it_is_certain(case):
    iterates, diverged_at = literal_until_divergence(case)
    tolerance = diagnostic_tolerance(case.problem, iterates, case.step_size)
    margin = divergence_margin(case, iterates)
    # Elsewhere rounding decides, and either verdict is right.
    assume((np.abs(margin) > case.step_size * tolerance + 8 * EPS).all())
    run = case.run()
    assert run.diverged_at == diverged_at
    assert run.n_steps == (case.n_steps if diverged_at is None else diverged_at)
    assert_within(run.error, literal_error(case.problem, iterates), tolerance)
    assert_within(run.signal, literal_signal(iterates), tolerance)
    distance = iterate_tolerance(case.problem.eigenvalues, iterates, case.step_size)
    assert_within(run.X_final, iterates[-1], distance[-1])
    if diverged_at is not None:
        assert np.isnan(run.hitting_times(1.0)).all()


@settings(max_examples=many(2))
@given(cases(step_sizes=(0.5, 1.5), start_sizes=(2.0, 6.0), n_steps=6))
def test_past_that_time_the_norm_at_least_doubles_every_step(case):
    run = case.run()
    assume(run.diverged_at is not None)
    sigma = np.diag(case.problem.eigenvalues)
    X, size = run.X_final, np.linalg.norm(run.X_final, 2)
    for _ in range(4):  # σ grows to the third power each step: 10 → 1e3 → 1e9 → 1e27 → 1e81
        X = literal_descent(sigma, X, case.step_size, 1)[1]
        assert np.linalg.norm(X, 2) >= 2 * size * (1 - 1e-13)
        size = np.linalg.norm(X, 2)


@pytest.mark.parametrize("n_steps", [0, 3])
@pytest.mark.parametrize(
    ("on_the_limit", "beyond"),
    [
        ([[2.0]], [[np.nextafter(2.0, 3.0)]]),
        ([[-2.0]], [[np.nextafter(-2.0, -3.0)]]),
        # The trace is past the limit in the next ones, the largest eigenvalue is not.
        ([[2.0, 0.0], [0.0, 1.0]], [[np.nextafter(2.0, 3.0), 0.0], [0.0, 1.0]]),
        ([[0.0, 1.0], [2.0, 0.0]], [[0.0, 1.0], [np.nextafter(2.0, 3.0), 0.0]]),
    ],
)
def test_the_limit_itself_is_not_past_the_limit(on_the_limit, beyond, n_steps):
    """At η = λ₁ = 1 the limit ησ₁² = 4 is exact; one unit in the last place decides."""
    rank = len(on_the_limit)
    problem = mf.Problem(np.ones(rank), rank)
    run = mf.gradient_descent(problem, on_the_limit, step_size=1.0, n_steps=n_steps)
    # From σ₁ = 2 exactly, the next iterate has σ₁ = 4: it doubles just as well.
    assert run.diverged_at == (1 if n_steps else None)
    run = mf.gradient_descent(problem, beyond, step_size=1.0, n_steps=n_steps)
    assert run.diverged_at == 0


@pytest.mark.parametrize(("n_ulps", "expected"), [(-64, None), (64, 0)])
@pytest.mark.parametrize("seed", range(10))
def test_the_limit_is_found_to_rounding_in_any_position(seed, n_ulps, expected):
    """The largest eigenvalue of a computed 3×3 Gram matrix is right to about 30 ε."""
    problem = mf.Problem([1.0, 0.5, 0.5, 0.25, 0.0], rank=3)
    X0 = np.random.default_rng(seed).standard_normal((5, 3))
    largest = (3 + 0.25) / 0.25  # ησ₁² = 3 + ηλ₁ with η = 1/4
    X0 *= np.sqrt(largest * (1 + n_ulps * EPS)) / np.linalg.norm(X0, 2)
    run = mf.gradient_descent(problem, X0, step_size=0.25, n_steps=0)
    assert run.diverged_at == expected


@pytest.mark.parametrize(("size", "expected"), [(1.7320, None), (1.7321, 0)])
def test_the_limit_is_three_for_the_zero_matrix(size, expected):
    problem = mf.Problem([0.0, 0.0], rank=1)
    run = mf.gradient_descent(problem, [[size], [0.0]], step_size=1.0, n_steps=0)
    assert run.diverged_at == expected  # √3 = 1.73205


def test_a_period_two_orbit_is_no_divergence():
    """Σ = 0 and ησ₁² = 2: X → −X for ever, exactly; the paper's 3 is not reached."""
    problem = mf.Problem([0.0, 0.0, 0.0], rank=2)
    start = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    run = mf.gradient_descent(problem, start, step_size=2.0, n_steps=7)
    assert run.diverged_at is None
    np.testing.assert_array_equal(run.X_final, -start)


def test_divergence_at_the_last_step_is_flagged():
    start = [[1.9], [0.0], [0.0], [0.0]] * np.array([[1.0, 0.0]])
    whole = descend(start, step_size=1.0, n_steps=10)
    assert 0 < whole.diverged_at < 10
    last = descend(start, step_size=1.0, n_steps=whole.diverged_at)
    assert last.diverged_at == whole.diverged_at
    assert descend(start, step_size=1.0, n_steps=whole.diverged_at - 1).diverged_at is None


# Extreme sizes: no warning (they are errors here), no nonsense

STARTS = [X0, np.abs(X0), np.outer(X0[:, 0], [1.0, 0.0])]


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("size", [1e20, 1e60])
def test_huge_starts_diverge_at_once_with_the_right_record(start, size):
    start = start / np.abs(start).max()
    run = descend(size * start, n_steps=5)
    assert run.diverged_at == run.n_steps == 0
    np.testing.assert_allclose(run.error[0] / size**2, np.linalg.norm(start @ start.T), rtol=1e-14)
    np.testing.assert_allclose(run.signal / size**2, literal_signal(start[None]), rtol=1e-14)
    np.testing.assert_allclose(run.noise / size**2, literal_noise(start[None]), rtol=1e-14)
    np.testing.assert_allclose(run.top_block(0) / size**2, (start @ start.T)[:3, :3], atol=1e-14)
    np.testing.assert_array_equal(run.X_final, size * start)
    assert np.isnan(run.hitting_times()).all()


@pytest.mark.parametrize("size", [1e-200, 1e-61, 1e61, 1e300])
def test_sizes_outside_the_usual_are_refused(size):
    start = X0 / np.abs(X0).max()
    problem = mf.Problem([1.0], 1)
    limits = ("1e-60 to 1e+60", f"{size:g}")
    assert_refused(lambda: descend(size * start), "X0", *limits)
    assert_refused(lambda: mf.Problem([size, 0.0], 1), "eigenvalues", *limits)
    assert_refused(lambda: mf.diagonalize(size * np.eye(2), 1), "matrix", *limits)
    assert_refused(lambda: descend(step_size=size), "step_size", *limits)
    assert_refused(lambda: mf.gaussian_init(problem, scale=size, seed=0), "scale", *limits)
    assert_refused(lambda: descend().hitting_times(size), "threshold", *limits)
    assert_refused(lambda: mf.absorbing_region(PROBLEM, size * start), "X_or_run", *limits)


def test_small_entries_beside_large_ones_are_taken():
    run = descend(np.where(np.arange(4)[:, None] == 2, 1e-200, X0), n_steps=3)
    assert 0 < run.X_final[2, 0] < 1e-199


@pytest.mark.parametrize("eigenvalue", [1e-20, 1.0, 1e60])
def test_a_step_that_leaves_the_floats_is_refused(eigenvalue):
    problem = mf.Problem([eigenvalue], 1)
    start, too_long = [[1.0]], 1.01e30 / eigenvalue
    for call in (mf.gradient_step, partial(mf.gradient_descent, n_steps=1)):
        refused = partial(call, problem, start, step_size=too_long)
        assert_refused(refused, "step_size", "1e30/lambda_1", str(too_long))


@pytest.mark.parametrize("eigenvalue", [1.0, 1e30, 1e60])
def test_the_longest_step_allowed_ends_the_run_within_the_floats(eigenvalue):
    problem, step_size = mf.Problem([eigenvalue, 0.0], rank=1), 1e30 / eigenvalue
    start = np.full((2, 1), np.sqrt(eigenvalue) / 2)
    run = mf.gradient_descent(problem, start, step_size=step_size, n_steps=5)
    assert run.diverged_at == run.n_steps == 1
    assert np.isfinite(run.error).all()
    assert np.isnan(run.hitting_times()).all()


@pytest.mark.parametrize("size", [1e-60, 1e-20, 1e20, 1e60])
def test_noise_and_snr_are_right_over_120_orders_of_magnitude(size):
    start = X0 / np.abs(X0).max()
    run = descend(size * start, n_steps=0)
    np.testing.assert_allclose(run.noise / size**2, literal_noise(start[None]), rtol=1e-14)
    expected = literal_signal(start[None]) / literal_noise(start[None])
    np.testing.assert_allclose(run.snr, expected, rtol=1e-13)


def test_a_tiny_start_still_arrives():
    problem = mf.Problem([1.0, 0.25], rank=1)
    run = mf.gradient_descent(problem, [[1e-60], [1e-60]], step_size=0.25, n_steps=700)
    assert run.error[-1] < 10 * EPS
    # 1.25^t · 1e-60 = √(3/8) after 616.9 steps, if nothing slowed it down at the end.
    assert 616 < run.hitting_times()[0] < 626


# A single step


@given(cases(n_steps=1))
def test_a_step_is_equation_9_and_a_run_of_one(case):
    problem, step_size = case.problem, case.step_size
    found = mf.gradient_step(problem, case.X0, step_size=step_size)
    literal = literal_descent(np.diag(problem.eigenvalues), case.X0, step_size, 1)
    tolerance = iterate_tolerance(problem.eigenvalues, literal, step_size)[-1]
    assert_within(found, literal[-1], tolerance)
    run = mf.gradient_descent(problem, case.X0, step_size=step_size, n_steps=1)
    assert run.diverged_at is None
    assert_within(found, run.X_final, 2 * tolerance)


# Shapes, copies, memory


@pytest.mark.parametrize("n_steps", [0, 1, 7])
@pytest.mark.parametrize(("d", "r"), [(1, 1), (4, 1), (4, 3), (4, 4)])
def test_everything_has_one_entry_per_point(d, r, n_steps):
    problem = mf.Problem(np.linspace(1.0, 0.1, d), r)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=np.int64(n_steps))
    n_points = n_steps + 1
    assert run.n_steps == n_steps
    assert run.top_rows.shape == (n_points, r + 1, r)
    assert run.noise_gram.shape == (n_points, r, r)
    assert run.error.shape == (n_points,)
    for name in ["tail_coupling", "signal", "noise", "snr"]:
        assert getattr(run, name).shape == (n_points, r)
    assert run.hitting_times().shape == (r,)
    assert run.top_block(n_steps).shape == (r + 1, r + 1)
    assert run.X_final.shape == (d, r)
    assert run.problem is problem
    assert run.step_size == 0.1


def test_no_steps_leave_the_start():
    run = descend(n_steps=0)
    np.testing.assert_array_equal(run.X_final, X0)
    assert not np.shares_memory(run.X_final, X0)


def test_the_start_is_not_modified():
    for start in [X0.copy(), np.asfortranarray(X0), X0[:, :1].copy()]:
        before = start.copy()
        problem = mf.Problem(PROBLEM.eigenvalues, start.shape[1])
        run = mf.gradient_descent(problem, start, step_size=0.1, n_steps=20)
        np.testing.assert_array_equal(start, before)
        assert not np.shares_memory(run.X_final, start)
        assert not np.shares_memory(run.top_rows, start)


def test_the_layout_and_type_of_the_start_do_not_matter():
    every_other = np.repeat(X0, 2, axis=0)[::2]
    for start in [X0.tolist(), np.asfortranarray(X0), every_other, X0.astype("f4")]:
        run = descend(start)
        for name in RECORDS:
            np.testing.assert_array_equal(getattr(run, name), getattr(descend(), name))


def test_the_same_start_gives_the_same_run():
    problem = mf.figure_1_problem(50)
    runs = [
        mf.gradient_descent(
            problem, mf.gaussian_init(problem, scale=0.5, seed=4), step_size=0.1, n_steps=100
        )
        for _ in range(2)
    ]
    for name in [*RECORDS, "X_final"]:
        np.testing.assert_array_equal(*(getattr(run, name) for run in runs))


def test_memory_is_a_few_copies_of_the_start_whatever_the_number_of_steps():
    """Of size d×r: the start twice, X, its transpose times U and five terms of a step.

    A kept iterate at each of the 60 steps would be 60 more; a d×d array 10,000.
    """
    problem = mf.figure_1_problem(20_000)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    tracemalloc.start()
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=60)
    _ = run.error, run.noise, run.snr, run.hitting_times()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * X0.nbytes


def test_the_record_does_not_grow_with_the_dimension():
    def record_size(dimension: int) -> int:
        problem = mf.figure_1_problem(dimension)
        X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
        run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=10)
        assert run.X_final.base is None or run.X_final.base.nbytes == X0.nbytes
        return sum(getattr(run, name).nbytes for name in RECORDS)

    assert record_size(3) == record_size(3000)


# Refusals


@pytest.mark.parametrize(
    ("start", "pieces"),
    [
        (X0[:3], ["shape (4, 2)", "(3, 2)"]),
        (X0.T, ["shape (4, 2)", "(2, 4)"]),
        (X0[:, :1], ["shape (4, 2)", "(4, 1)"]),
        (X0[:, 0], ["shape (4, 2)", "(4,)"]),
        (X0[None], ["shape (4, 2)", "(1, 4, 2)"]),
        (0.5, ["shape (4, 2)", "()"]),
        ([[1.0, 2.0], [3.0]], ["rectangular"]),
        (np.where(np.isin(X0, 0.25), np.nan, X0), ["finite", "X0[2, 0] = nan"]),
        (np.where(np.isin(X0, 0.125), np.inf, X0), ["finite", "X0[1, 0] = inf"]),
        (X0 + 0j, ["real numbers", "complex128"]),
        (X0 > 0, ["real numbers", "bool"]),
        (X0.astype(str), ["real numbers", "<U"]),
        (None, ["real numbers", "object"]),
    ],
)
def test_bad_start_is_refused(start, pieces):
    assert_refused(lambda: descend(start), "X0", *pieces)


@pytest.mark.parametrize(
    "step_size",
    [0, 0.0, -0.1, np.nan, np.inf, -np.inf, "0.1", None, True, 0.1j, [0.1], np.array([0.1])],
)
def test_bad_step_size_is_refused(step_size):
    call = lambda: descend(step_size=step_size)  # noqa: E731
    assert_refused(call, "step_size", "finite number > 0", repr(step_size))


@pytest.mark.parametrize("n_steps", [-1, 1.0, 1.5, np.nan, "3", None, True, [3], np.array([3])])
def test_bad_n_steps_is_refused(n_steps):
    call = lambda: descend(n_steps=n_steps)  # noqa: E731
    assert_refused(call, "n_steps", "integer >= 0", repr(n_steps))


def test_step_size_and_n_steps_are_keyword_only():
    with pytest.raises(TypeError):
        mf.gradient_descent(PROBLEM, X0, 0.1, 5)
