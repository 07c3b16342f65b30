"""Stationary points: what they are, the Hessian there, and how descent leaves them."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import EPS, SEEDS, assert_refused, cases, random_orthogonal, spectra

import mftutor as mf


def all_points(problem: mf.Problem) -> list[mf.theory.StationaryPoint]:
    """Every one, if the eigenvalues are distinct."""
    positive = [i for i in range(1, problem.dimension + 1) if problem.eigenvalues[i - 1] > 0]
    sizes = range(problem.rank + 1)
    sets = itertools.chain(*(itertools.combinations(positive, size) for size in sizes))
    return [mf.theory.StationaryPoint(problem, indices) for indices in sets]


@st.composite
def points(draw, max_dimension=6):
    """Stationary points of problems with λ_1 ≤ 1, ties and zeros included."""
    dimension = draw(st.integers(1, max_dimension))
    problem = mf.Problem(draw(spectra(dimension)), draw(st.integers(1, dimension)))
    return draw(st.sampled_from(all_points(problem)))


@st.composite
def distinct_problems(draw, smallest_gap=0.02, max_dimension=6):
    """Gaps, also that to 0, of comparable size: from `smallest_gap` to 1, before λ_1 is made 1."""
    gaps = st.floats(smallest_gap, 1.0)
    steps = draw(st.lists(gaps, min_size=1, max_size=max_dimension))
    eigenvalues = np.cumsum(steps)[::-1]
    return mf.Problem(eigenvalues / eigenvalues[0], draw(st.integers(1, len(steps))))


def literal_map(problem: mf.Problem, X: np.ndarray) -> np.ndarray:
    """The matrix of H ↦ (Σ − XXᵀ)H − (HXᵀ + XHᵀ)X, shape (dr, dr)."""
    M = np.diag(problem.eigenvalues) - X @ X.T
    images = []
    for k in range(X.size):
        H = np.zeros(X.size)
        H[k] = 1.0
        H = H.reshape(X.shape)
        images.append((M @ H - (H @ X.T + X @ H.T) @ X).ravel())
    return np.array(images).T


# The points


@given(points(), SEEDS)
def test_a_step_does_not_move_a_stationary_point_however_it_is_turned(point, seed):
    X = point.X @ random_orthogonal(point.problem.rank, seed)
    after = mf.gradient_step(point.problem, X, step_size=0.5)
    np.testing.assert_allclose(after, X, rtol=0, atol=40 * EPS)
    product = np.zeros(point.problem.dimension)
    for i in point.indices:
        product[i - 1] = point.problem.eigenvalues[i - 1]
    np.testing.assert_allclose(X @ X.T, np.diag(product), rtol=0, atol=40 * EPS)


@given(points())
def test_the_error_is_that_of_the_run(point):
    run = mf.gradient_descent(point.problem, point.X, step_size=0.1, n_steps=0)
    # The run's own record subtracts squares of roots: some ε, under a square root of sums.
    assert point.error == pytest.approx(run.error[0], rel=1e-12, abs=1e-14)


@settings(max_examples=30)
@given(distinct_problems(smallest_gap=0.2), SEEDS, st.data())
def test_descent_ends_at_one_of_them(problem, seed, data):
    """From any start: the r largest of the rows that are not zero are learned."""
    X0 = mf.gaussian_init(problem, scale=0.5, seed=seed)
    zero = data.draw(st.sets(st.integers(0, problem.dimension - 1)))
    X0[sorted(zero)] = 0.0
    run = mf.gradient_descent(problem, X0, step_size=0.5, n_steps=1500)
    alive = [i + 1 for i in range(problem.dimension) if i not in zero][: problem.rank]
    target = mf.theory.StationaryPoint(problem, alive)
    product = run.X_final @ run.X_final.T
    # The slowest rate is a gap, at least 0.2/5.2: a factor of e^{−28}, and then the draw's luck.
    assert np.linalg.norm(product - target.X @ target.X.T) < 1e-5


def test_with_a_tie_there_are_more():
    problem = mf.Problem([1.0, 0.5, 0.5, 0.1], rank=2)
    turned = np.zeros((4, 2))
    turned[0, 0] = 1.0
    turned[1:3, 1] = np.sqrt(0.5) * np.array([0.6, 0.8])
    after = mf.gradient_step(problem, turned, step_size=0.1)
    np.testing.assert_allclose(after, turned, rtol=0, atol=4 * EPS)
    gaps = [np.linalg.norm(turned @ turned.T - p.X @ p.X.T) for p in all_points(problem)]
    assert min(gaps) > 0.1


# The Hessian


@given(points(max_dimension=5), SEEDS)
def test_growth_rates_are_the_spectrum_of_the_linearised_step(point, seed):
    X = point.X @ random_orthogonal(point.problem.rank, seed)
    literal = literal_map(point.problem, X)
    # Symmetric, a sum of d + 2r products of entries ≤ 1; eigvalsh adds dr ε of its norm ≤ 3.
    tolerance = 20 * X.size * EPS
    np.testing.assert_allclose(literal, literal.T, rtol=0, atol=tolerance)
    expected = np.sort(point.growth_rates.ravel())
    np.testing.assert_allclose(np.linalg.eigvalsh(literal), expected, rtol=0, atol=tolerance)


@given(points(max_dimension=5), SEEDS)
def test_the_linearised_step_is_the_derivative_of_a_step_and_of_the_loss(point, seed):
    """By central differences, whose error is known: both are polynomials."""
    problem, X, h, eta = point.problem, point.X, 1e-3, 0.3
    H = np.random.default_rng(seed).standard_normal(X.shape)
    image = (literal_map(problem, X) @ H.ravel()).reshape(X.shape)
    sides = [mf.gradient_step(problem, X + s * h * H, step_size=eta) for s in (1, -1)]
    slope = (sides[0] - sides[1]) / (2 * h)
    cubic = -eta * h**2 * H @ H.T @ H
    np.testing.assert_allclose(slope, H + eta * image + cubic, rtol=0, atol=1e-10)
    sigma = np.diag(problem.eigenvalues)
    loss = lambda Y: np.sum((sigma - Y @ Y.T) ** 2) / 4  # noqa: E731
    curvature = (loss(X + h * H) + loss(X - h * H) - 2 * loss(X)) / h**2
    quartic = h**2 * np.sum((H @ H.T) ** 2) / 2
    # Losses up to about 10, each off by a few ε, over h² = 1e-6.
    assert curvature - quartic == pytest.approx(-np.sum(H * image), abs=1e-8)


@given(points(max_dimension=5))
def test_each_listed_direction_grows_as_it_says(point):
    d, r = point.problem.dimension, point.problem.rank
    literal = literal_map(point.problem, point.X)
    for learns, forgets, rate in point.unstable_directions:
        column = len(point.indices) if forgets is None else point.indices.index(forgets)
        E = np.zeros((d, r))
        E[learns - 1, column] = 1.0
        # Entries of XXᵀ are squares of rounded roots.
        np.testing.assert_allclose(literal @ E.ravel(), rate * E.ravel(), rtol=0, atol=8 * EPS)
        lost = 0.0 if forgets is None else point.problem.eigenvalues[forgets - 1]
        assert rate == point.problem.eigenvalues[learns - 1] - lost > 0


@given(points())
def test_unstable_directions_are_all_of_them_the_fastest_first(point):
    rates = [direction.rate for direction in point.unstable_directions]
    assert rates == sorted(rates, reverse=True)
    assert point.escape_rate == max(rates, default=0.0)
    unused = point.problem.rank - len(point.indices)
    copies = [unused if d.forgets is None else 1 for d in point.unstable_directions]
    assert sum(copies) == (point.growth_rates > 0).sum()


# Which are saddles


@given(points())
def test_a_point_without_growth_is_a_solution_and_every_other_one_is_not(point):
    eigenvalues, r = point.problem.eigenvalues, point.problem.rank
    full = np.linalg.norm(np.delete(eigenvalues, [i - 1 for i in point.indices]))
    # Eigenvalues that differ by less than a square root of ε count as different.
    assert point.is_minimum == (sorted_values(point) == list(eigenvalues[:r][eigenvalues[:r] > 0]))
    assert full >= np.linalg.norm(eigenvalues[r:]) - 4 * EPS


def sorted_values(point: mf.theory.StationaryPoint) -> list[float]:
    """The eigenvalues learned, in decreasing order."""
    return sorted((float(point.problem.eigenvalues[i - 1]) for i in point.indices), reverse=True)


@given(distinct_problems())
def test_the_slowest_saddle_leaves_at_the_gap_at_rank_r(problem):
    points = all_points(problem)
    assert sum(point.is_minimum for point in points) == 1
    saddles = [point for point in points if not point.is_minimum]
    slowest = min(saddles, key=lambda point: point.escape_rate)
    gap = problem.eigengap_at_rank
    if problem.rank < problem.dimension:
        assert slowest.indices == (*range(1, problem.rank), problem.rank + 1)
    else:
        assert slowest.indices == tuple(range(1, problem.rank))
    assert slowest.escape_rate == pytest.approx(gap, abs=EPS)


@given(points(), st.data())
def test_a_point_without_a_leading_index_grows_if_the_index_beats_the_next(point, data):
    """Footnote 2: for λ_k > λ_{r+1}; and with λ_k = λ_{r+1} there is a solution with u_k = 0."""
    problem = point.problem
    k = data.draw(st.integers(1, problem.rank))
    after = [*problem.eigenvalues, 0.0][problem.rank]
    if problem.eigenvalues[k - 1] > after:
        assert k in point.indices or not point.is_minimum
    else:
        others = [i for i in range(1, min(problem.rank + 1, problem.dimension) + 1) if i != k]
        positive = [i for i in others if problem.eigenvalues[i - 1] > 0]
        assert mf.theory.StationaryPoint(problem, positive).is_minimum


def test_zero_is_a_maximum_if_every_eigenvalue_is_positive():
    point = mf.theory.StationaryPoint(mf.Problem([1.0, 0.5, 0.2], rank=2), [])
    assert (point.growth_rates > 0).all()
    assert point.escape_rate == 1


# Leaving


@pytest.mark.parametrize("indices", [(), (2,), (1, 3), (2, 4)])
def test_a_kick_grows_at_the_rate_and_takes_the_time(indices):
    problem = mf.Problem([1.0, 0.6, 0.3, 0.1], rank=2)
    point = mf.theory.StationaryPoint(problem, indices)
    learns, forgets, rate = point.unstable_directions[0]
    column = len(indices) if forgets is None else indices.index(forgets)
    X = point.X
    X[learns - 1, column] = 1e-9
    predicted = point.escape_steps(1e-9, target=1e-3, step_size=0.1)
    run = mf.gradient_descent(problem, X, step_size=0.1, n_steps=math.ceil(predicted) + 1)
    size = np.abs(run.top_rows[:, learns - 1, column])
    # At 1e-3 the neglected terms are of relative size 1e-6.
    np.testing.assert_allclose(size[1:50] / size[:49], 1 + 0.1 * rate, rtol=1e-9)
    assert size[math.floor(predicted)] < 1e-3 * (1 + 1e-4)
    assert size[math.ceil(predicted)] > 1e-3 * (1 - 1e-4)


def test_escape_steps_at_the_ends():
    problem = mf.Problem([1.0, 0.5, 0.2], rank=1)
    saddle, minimum = (mf.theory.StationaryPoint(problem, [i]) for i in (2, 1))
    steps = {"target": 0.1, "step_size": 0.1}
    assert saddle.escape_steps(0.2, **steps) == 0
    assert saddle.escape_steps(0.0, **steps) == math.inf
    assert minimum.escape_steps(1e-3, **steps) == math.inf
    expected = (math.log(0.1) - math.log(5e-324)) / math.log(1.05)
    assert saddle.escape_steps(5e-324, **steps) == pytest.approx(expected)


# Along a run


@given(cases(n_steps=5), st.data())
def test_the_distance_is_that_of_the_products(case, data):
    problem = case.problem
    usable = [i for i in range(1, problem.rank + 1) if problem.eigenvalues[i - 1] > 0]
    indices = data.draw(st.sets(st.sampled_from(usable))) if usable else set()
    point = mf.theory.StationaryPoint(problem, indices)
    target = point.X @ point.X.T
    expected = np.array([np.linalg.norm(X @ X.T - target) for X in case.literal()])
    found = mf.theory.stationary_distance(case.run(), indices)
    unit = problem.eigenvalues[0] + np.square(case.X0).sum()
    # A difference of squares of size unit²: at worst √(100 ε) unit.
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-7 * unit)


def test_a_small_start_visits_one_after_the_other():
    problem = mf.Problem(np.concatenate([[1, 0.5, 0.25, 0.125], np.linspace(0.05, 0, 96)]), rank=4)
    X0 = mf.gaussian_init(problem, scale=1e-6, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=3000)
    distances = np.array([mf.theory.stationary_distance(run, range(1, k + 1)) for k in range(5)])
    assert (distances.min(axis=1) < 1e-3).all()
    visits = distances.argmin(axis=1)
    assert (np.diff(visits) > 0).all()


def test_the_flow_visits_them_too():
    problem = mf.Problem([1.0, 0.5, 0.2, 0.1], rank=2)
    X0 = mf.gaussian_init(problem, scale=1e-6, seed=0)
    path = mf.flow.solve(problem, X0, [0.0, 22.0, 200.0])
    empty, first, both = (
        mf.theory.stationary_distance(path, learned) for learned in ([], [1], [1, 2])
    )
    assert empty[0] < 1e-7
    assert first[1] < 1e-2
    assert both[2] < 1e-7


@pytest.mark.parametrize("unit", [1e-59, 1e59])
def test_the_distance_has_the_unit_of_the_eigenvalues(unit):
    problem = mf.Problem(unit * np.array([1.0, 0.5, 0.2]), rank=2)
    point = mf.theory.StationaryPoint(problem, [1])
    run = mf.gradient_descent(problem, point.X, step_size=0.1 / unit, n_steps=1)
    assert mf.theory.stationary_distance(run, [1]) == pytest.approx(0, abs=1e-7 * unit)
    assert mf.theory.stationary_distance(run, []) == pytest.approx(unit)
    assert mf.theory.StationaryPoint(problem, [2]).error == pytest.approx(unit)


# Reading and refusing


def test_points_read_as_sentences():
    problem = mf.Problem([1.0, 0.5, 0.2], rank=2)
    assert (
        repr(mf.theory.StationaryPoint(problem, [2, 1]))
        == "StationaryPoint({1, 2}: error 0, a minimum)"
    )
    zero = mf.theory.StationaryPoint(problem, [])
    assert repr(zero) == "StationaryPoint({}: error 1.118, leaves at rate 1)"


@pytest.mark.parametrize(
    ("indices", "pieces"),
    [
        ([0], ["from 1 to 4", "0"]),
        ([5], ["from 1 to 4", "5"]),
        ([1.0], ["integer", "1.0"]),
        ([1, 1], ["different", "[1, 1]"]),
        ([1, 2, 3], ["at most 2", "got 3"]),
        ([4], ["> 0", "4"]),
        (1, ["sequence", "1"]),
    ],
)
def test_bad_indices_are_refused(indices, pieces):
    problem = mf.Problem([1.0, 0.5, 0.2, 0.0], rank=2)
    assert_refused(lambda: mf.theory.StationaryPoint(problem, indices), "indices", *pieces)
    run = mf.gradient_descent(problem, np.eye(4)[:, :2], step_size=0.1, n_steps=1)
    assert_refused(lambda: mf.theory.stationary_distance(run, indices), "indices", *pieces)


def test_a_row_that_a_run_does_not_keep_is_refused():
    problem = mf.Problem([1.0, 0.5, 0.2], rank=2)
    run = mf.gradient_descent(problem, np.eye(3)[:, :2], step_size=0.1, n_steps=1)
    assert_refused(
        lambda: mf.theory.stationary_distance(run, [1, 3]), "indices", "at most the rank 2", "3"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("size", -1.0), ("size", np.nan), ("target", 0.0), ("step_size", 0.0), ("step_size", "1")],
)
def test_bad_escapes_are_refused(name, value):
    point = mf.theory.StationaryPoint(mf.Problem([1.0, 0.5], rank=1), [2])
    arguments = {"size": 1e-3, "target": 0.1, "step_size": 0.1, name: value}
    size = arguments.pop("size")
    assert_refused(lambda: point.escape_steps(size, **arguments), name, repr(value))
