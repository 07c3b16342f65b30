"""Matrix sensing: descent is its definition, and what is known of it holds."""

import math
from dataclasses import dataclass

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
    literal_error,
    random_orthogonal,
)

import mftutor as mf
from mftutor.sensing.symmetric import unpack

REFERENCE = [1.0, 0.6, 0.3]


def dense(measurements):
    """Dense matrices with the same normal operator, shape (n, d, d), any n."""
    array, m = measurements.array, measurements.n_measurements
    if measurements.form == "rows":
        return unpack(array)
    if measurements.form == "gram":
        values, vectors = np.linalg.eigh(array)
        rows = np.sqrt(np.maximum(values, 0))[:, None] * vectors.T
        return unpack(rows * np.sqrt(len(rows)))
    seen = np.flatnonzero(array)
    return unpack(np.sqrt(array[seen] * m)[:, None] * np.eye(array.size)[seen])


def literal_slope(matrices, E):
    """``(1/m) Σ ⟨A_i, E⟩ A_i``."""
    return sum(np.sum(A * E) * A for A in matrices) / len(matrices)


def literal_loss(matrices, E):
    """``(1/4m) Σ ⟨A_i, E⟩²``."""
    return sum(np.sum(A * E) ** 2 for A in matrices) / (4 * len(matrices))


@dataclass(frozen=True, eq=False)
class Sensing:
    """A problem with dense matrices beside its measurements, and a start."""

    problem: mf.sensing.Problem
    matrices: np.ndarray
    U0: np.ndarray
    step_size: float

    def iterates(self, n_steps):
        """Literal descent, shape (T + 1, d, r̂)."""
        truth = self.problem.ground_truth
        points = [self.U0]
        for _ in range(n_steps):
            U = points[-1]
            slope = literal_slope(self.matrices, U @ U.T - truth)
            points.append(U - self.step_size * slope @ U)
        return np.array(points)

    def tolerance(self, iterates):
        """Bound the Frobenius distance of two computed runs, shape (T + 1,).

        A step has derivative ``V − η(N(E)V + N(UVᵀ + VUᵀ)U)``, at most
        ``1 + η‖N‖(‖E‖_F + 2σ²)`` in norm; it rounds sums of fewer than m + d² + r̂ terms each.
        """
        vectors = self.matrices.reshape(len(self.matrices), -1)
        norm = np.linalg.norm(vectors, 2) ** 2 / len(vectors)
        size = np.linalg.norm(iterates, axis=(1, 2))
        residual = size**2 + np.linalg.norm(self.problem.eigenvalues)
        growth = 1 + self.step_size * norm * (residual + 2 * size**2)
        energy = np.square(vectors).sum() / len(vectors)
        n_terms = len(vectors) + vectors.shape[1] + 20
        own = n_terms * EPS * size * (1 + self.step_size * energy * residual)
        bound = [0.0]
        for t in range(len(iterates) - 1):
            bound.append(growth[t] * bound[t] + own[t])
        return 2 * np.array(bound)


@st.composite
def sensings(draw, max_dimension=6):
    """Problems with all three forms of measurements, any r̂, and steps that are not too long."""
    d = draw(st.integers(1, max_dimension))
    size, seed = d * (d + 1) // 2, draw(SEEDS)
    rng = np.random.default_rng(seed)
    form = draw(st.sampled_from(["rows", "gram", "entries"]))
    if form == "entries":
        n_entries = draw(st.integers(1, size))
        measured = mf.sensing.entry_measurements(
            d, mf.sensing.random_entries(d, n_entries, seed=rng)
        )
    else:
        m = draw(st.integers(1, size)) + (size if form == "gram" else 0)
        measured = mf.sensing.gaussian_measurements(d, m, seed=rng)
    rank = draw(st.integers(1, d))
    values = np.sort(rng.random(rank))[::-1]
    V = mf.sensing.random_eigenvectors(d, rank, seed=rng)
    problem = mf.sensing.Problem(measured, values, V)
    columns = draw(st.integers(1, d))
    U0 = mf.sensing.init(problem, columns, scale=draw(st.floats(1e-6, 1.0)), seed=rng)
    return Sensing(problem, dense(measured), U0, draw(st.floats(0.001, 0.02)))


# The loss, its gradient, a step


@given(sensings())
def test_loss_and_slope_are_their_definitions(case):
    U, truth = case.U0, case.problem.ground_truth
    residual, slope, loss = case.problem.residual(U)
    E = U @ U.T - truth
    energy = np.square(case.matrices).sum() / len(case.matrices)
    size = np.linalg.norm(E)
    n_terms = len(case.matrices) + E.size + 20
    assert np.linalg.norm(unpack(residual) - E) <= n_terms * EPS * (size + 1)
    expected = literal_slope(case.matrices, E)
    assert np.linalg.norm(slope - expected) <= 4 * n_terms * EPS * energy * (size + 1)
    assert (
        abs(loss - literal_loss(case.matrices, E)) <= 4 * n_terms * EPS * energy * (size + 1) ** 2
    )


@given(sensings(), SEEDS)
def test_the_gradient_is_that_of_the_loss(case, seed):
    """Along a line f is a quartic, for which the five-point stencil is exact at any width."""
    V = np.random.default_rng(seed).standard_normal(case.U0.shape) / np.sqrt(case.U0.size)
    losses = [case.problem.residual(case.U0 + t * V)[2] for t in (-2, -1, 1, 2)]
    derivative = (losses[0] - 8 * losses[1] + 8 * losses[2] - losses[3]) / 12
    gradient = case.problem.residual(case.U0)[1] @ case.U0
    n_terms = len(case.matrices) + case.U0.shape[0] ** 2 + 20
    energy = np.square(case.matrices).sum() / len(case.matrices)
    assert abs(derivative - np.sum(gradient * V)) <= n_terms * EPS * (1 + max(losses) + 9 * energy)


@given(sensings())
def test_descent_is_its_definition(case):
    iterates = case.iterates(8)
    tolerance = case.tolerance(iterates)
    run = mf.sensing.descend(case.problem, case.U0, step_size=case.step_size, n_steps=8, stride=3)
    assert np.linalg.norm(run.U_final - iterates[-1]) <= tolerance[-1]
    products = iterates @ iterates.transpose(0, 2, 1)
    size = np.linalg.norm(iterates, axis=(1, 2))
    own = 50 * len(products[0]) * EPS * (size**2 + 1)
    tolerance = (2 * size + tolerance) * tolerance + own
    errors = products - case.problem.ground_truth
    assert_within(run.error, np.linalg.norm(errors, axis=(1, 2)), tolerance)
    V = case.problem.eigenvectors
    signal = np.einsum("dk,tde,ek->tk", V, products, V)
    assert_within(run.signal, signal, tolerance)
    norm = np.square(case.matrices).sum() / len(case.matrices)
    losses = [literal_loss(case.matrices, E) for E in errors]
    terms = (len(case.matrices) + 50) * norm * (size**2 + 1)
    assert_within(run.loss, losses, terms * (tolerance + 10 * EPS * (size**2 + 1)))
    assert list(run.snapshot_times) == [0, 3, 6]
    assert_within(unpack(run.snapshots), products[::3], tolerance[::3])


@given(sensings(), st.floats(0.05, 1.0))
def test_descent_descends_for_short_steps(case, share):
    """With ``η ≤ 1/L``, L bounding the Hessian, ``‖N‖(‖E‖ + 2σ²)``, wherever such a step leads.

    It is no longer than ``‖U₀‖``: the gradient is at most ``‖N‖‖E‖‖U₀‖``.
    """
    vectors = case.matrices.reshape(len(case.matrices), -1)
    norm = np.linalg.norm(vectors, 2) ** 2 / len(vectors)
    size = np.linalg.norm(case.U0)
    reach = 2 * size + 1
    smooth = norm * (3 * reach**2 + np.linalg.norm(case.problem.eigenvalues))
    run = mf.sensing.descend(case.problem, case.U0, step_size=share / smooth, n_steps=1)
    assert run.loss[1] <= run.loss[0] * (1 + 100 * EPS) + 100 * EPS * norm


# Invariances


@given(sensings(), SEEDS)
def test_rotations_carry_a_run_to_a_run(case, seed):
    """``A_i → QA_iQᵀ``, ``V → QV``, ``U₀ → QU₀R``: same loss, error and signals."""
    d, columns = case.U0.shape
    Q, R = random_orthogonal(d, seed), random_orthogonal(columns, seed + 1)
    turned = mf.sensing.Problem(
        mf.sensing.matrix_measurements(Q @ case.matrices @ Q.T),
        case.problem.eigenvalues,
        Q @ case.problem.eigenvectors,
    )
    steps = {"step_size": case.step_size, "n_steps": 8}
    run = mf.sensing.descend(case.problem, case.U0, **steps)
    other = mf.sensing.descend(turned, Q @ case.U0 @ R, **steps)
    iterates = case.iterates(8)
    # The turned data are rounded, too, which is like a few more steps.
    tolerance = 20 * d * case.tolerance(iterates)[-1] + 100 * d * EPS
    size = np.linalg.norm(iterates, axis=(1, 2)).max() ** 2 + 1
    assert np.linalg.norm(other.U_final - Q @ run.U_final @ R) <= tolerance * size
    np.testing.assert_allclose(other.error, run.error, rtol=0, atol=tolerance * size)
    np.testing.assert_allclose(other.signal, run.signal, rtol=0, atol=tolerance * size)


@given(cases())
def test_all_entries_are_matrix_factorization(case: Case):
    check_factorization(case, mf.sensing.entry_measurements(*all_entries(case.problem.dimension)))


@given(cases(max_dimension=5))
def test_an_orthonormal_basis_is_matrix_factorization(case: Case):
    """In a random basis of the symmetric matrices, kept as rows."""
    size = case.problem.dimension * (case.problem.dimension + 1) // 2
    basis = unpack(np.sqrt(size) * random_orthogonal(size, 0))
    check_factorization(case, mf.sensing.matrix_measurements(basis), slack=2 * size)


def all_entries(d):
    """The arguments of `entry_measurements` for every entry."""
    return d, np.column_stack(np.triu_indices(d))


def check_factorization(case, measurements, slack=1):
    """That sensing with N = I and `gradient_descent` agree."""
    sensing = mf.sensing.Problem(measurements, case.problem.eigenvalues)
    run = mf.sensing.descend(sensing, case.X0, step_size=case.step_size, n_steps=case.n_steps)
    reference, iterates = case.run(), case.literal()
    # N is the identity up to a rounding, which is as if E were rounded `slack` times more.
    tolerance = slack * iterate_tolerance(case.problem.eigenvalues, iterates, case.step_size)
    assert reference.diverged_at is run.diverged_at is None
    assert np.linalg.norm(run.U_final - reference.X_final) <= tolerance[-1]
    size = np.linalg.norm(iterates, axis=(1, 2))
    of_squares = (2 * size + tolerance) * tolerance
    of_squares += 100 * slack * EPS * (size**2 + np.linalg.norm(case.problem.eigenvalues))
    assert_within(run.signal[:, : case.problem.rank], reference.signal, of_squares)
    full = mf.Problem(case.problem.eigenvalues, case.problem.dimension)
    error = literal_error(full, iterates)
    assert_within(run.error, error, of_squares)
    assert_within(run.loss, error**2 / 4, of_squares * (error + of_squares))


# What a run shows


@given(sensings())
def test_a_run_is_a_beginning_of_a_longer_one(case):
    short, long = (
        mf.sensing.descend(case.problem, case.U0, step_size=case.step_size, n_steps=n, stride=2)
        for n in (4, 9)
    )
    np.testing.assert_array_equal(short.error, long.error[:5])
    np.testing.assert_array_equal(short.snapshots, long.snapshots[:3])
    assert short.n_steps == 4


@given(sensings(), SEEDS)
def test_distances_and_singular_values_are_their_definitions(case, seed):
    d = len(case.U0)
    run = mf.sensing.descend(case.problem, case.U0, step_size=0.01, n_steps=6, stride=3)
    points = unpack(run.snapshots)
    other = case.matrices[0]
    distances = run.distances([other, case.problem.ground_truth])
    expected = [[np.linalg.norm(Z - other), run.error[3 * i]] for i, Z in enumerate(points)]
    size = np.linalg.norm(other) + np.linalg.norm(points, axis=(1, 2)).max() + 1
    np.testing.assert_allclose(distances, expected, rtol=0, atol=20 * d * EPS * size)
    values = run.singular_values(d)
    literal = np.linalg.svd(points, compute_uv=False)
    np.testing.assert_allclose(np.abs(values), literal, rtol=0, atol=20 * d * EPS * size)
    assert run.singular_values(1).shape == (3, 1)
    assert run.distances([]).shape == (3, 0)


def test_half_times_are_read_off_the_signals():
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(8, 30, seed=1), [1.0, 0.5, 0.0])
    U0 = mf.sensing.init(problem, 8, scale=1e-3, seed=0)
    run = mf.sensing.descend(problem, U0, step_size=0.1, n_steps=600)
    for k, time in enumerate(run.hitting_times()[:2]):
        assert run.signal[int(time) - 1, k] < problem.eigenvalues[k] / 2
        assert (run.signal[int(time) :, k] >= problem.eigenvalues[k] / 2).all()
    assert np.isnan(run.hitting_times()[2])  # there is nothing to learn
    short = mf.sensing.descend(problem, U0, step_size=0.1, n_steps=20)
    assert np.isnan(short.hitting_times()).all()


def test_relative_error_is_in_units_of_the_truth():
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(4, 3, seed=0), [3.0, 4.0][::-1])
    run = mf.sensing.descend(problem, np.zeros((4, 1)), step_size=0.1, n_steps=1)
    np.testing.assert_allclose(run.relative_error, [1.0, 1.0])
    assert repr(run) == (
        "Run(1 steps of size 0.1 on Problem(eigenvalues=[4, 3], 3 measurements, dimension=4))"
    )
    zero = mf.sensing.Problem(run.problem.measurements, [0.0])
    run = mf.sensing.descend(zero, np.zeros((4, 1)), step_size=0.1, n_steps=1)
    assert_refused(lambda: run.relative_error, "eigenvalues", "0")


def test_a_solution_stays():
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(5, 9, seed=0), [2.0, 1.0])
    U = problem.eigenvectors * np.sqrt(problem.eigenvalues)
    run = mf.sensing.descend(problem, U, step_size=0.1, n_steps=50)
    assert run.error.max() <= 100 * EPS
    np.testing.assert_allclose(problem.truncation(2), problem.ground_truth)
    assert not problem.truncation(0).any()


# Divergence


@pytest.mark.parametrize("size", [3.0, 1e5, 1e50])
@pytest.mark.parametrize("m", [5, 100])
def test_divergence_is_recorded(size, m):
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(4, m, seed=0), [1.0, 0.5])
    U0 = np.full((4, 3), size)
    run = mf.sensing.descend(problem, U0, step_size=1.0, n_steps=500, stride=1)
    t = run.diverged_at
    assert t is not None
    assert len(run.loss) == len(run.error) == len(run.signal) == t + 1
    assert np.isfinite(run.loss[:t]).all()
    assert run.loss[t] == run.error[t] == np.inf
    assert len(run.snapshots) == t
    assert np.isfinite(run.singular_values(2)).all()
    assert np.isnan(run.hitting_times()).all()
    assert f"diverged at t = {t}" in repr(run)


def test_snapshots_end_where_the_run_does():
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(4, 100, seed=0), [1.0, 0.5])
    run = mf.sensing.descend(problem, np.full((4, 3), 3.0), step_size=1.0, n_steps=50, stride=2)
    assert len(run.snapshots) == -(-run.diverged_at // 2)


# Incremental learning, measured


@pytest.fixture(scope="module")
def reference():
    """d = 30 and m = 300: one draw."""
    return mf.sensing.Problem(mf.sensing.gaussian_measurements(30, 300, seed=0), REFERENCE)


@pytest.fixture(scope="module")
def reference_fits(reference):
    return [mf.sensing.best_fit(reference, s, seed=0) for s in (1, 2, 3)]


@pytest.mark.parametrize(
    ("rank", "scale", "times", "distances", "error"),
    [
        (30, 1e-6, [130, 214, 454], [0.034, 0.009, 0.0001], 0.0001),
        (30, 1e-2, [45, 72, 151], [0.239, 0.136, 0.0097], 0.0081),
        (30, 1.0, [0, 0, 0], [0.874, 0.571, 0.478], 0.397),
        (3, 1e-4, [104, 177, 379], [0.042, 0.018, 0.0], 0.0),
        (2, 1e-4, [114, 182, math.nan], [0.046, 0.0, 0.338], 0.281),
    ],
)
def test_the_reference_table(reference, reference_fits, rank, scale, times, distances, error):
    """Half-times within a step of rounding, distances and errors as printed."""
    U0 = mf.sensing.init(reference, rank, scale=scale, seed=0)
    run = mf.sensing.descend(reference, U0, step_size=0.1, n_steps=3000, stride=5)
    np.testing.assert_allclose(run.hitting_times(), times, atol=1)
    found = run.distances([fit.matrix for fit in reference_fits]).min(axis=0)
    np.testing.assert_allclose(found, distances, rtol=0.02, atol=6e-5)
    assert run.relative_error[-1] == pytest.approx(error, rel=0.01, abs=6e-5)


@pytest.mark.parametrize(("d", "m", "seed"), [(12, 100, 4), (20, 150, 11), (20, 400, 12)])
def test_smaller_starts_pass_closer_to_every_fit(d, m, seed):
    """Other sizes and seeds, and under-parameterized as well: s = 1, …, min(r̂, r*)."""
    problem = mf.sensing.Problem(
        mf.sensing.gaussian_measurements(d, m, seed=seed), [1.0, 0.5, 0.25]
    )
    for rank in (1, 2, d):
        fits = [mf.sensing.best_fit(problem, s, seed=0).matrix for s in range(1, min(rank, 3) + 1)]
        nearest = []
        for scale in (1e-2, 1e-4, 1e-6):
            U0 = mf.sensing.init(problem, rank, scale=scale, seed=seed)
            run = mf.sensing.descend(problem, U0, step_size=0.1, n_steps=1500, stride=3)
            assert (np.diff(run.hitting_times()[: min(rank, 3)]) > 0).all()
            nearest.append(run.distances(fits).min(axis=0))
        assert (np.array(nearest[2]) <= 0.2).all()
        # The last fit is approached to rounding, the others pass.
        assert (nearest[0][:-1] > nearest[1][:-1]).all()
        assert (nearest[1][:-1] > nearest[2][:-1]).all()


def test_a_station_that_is_left_faster_than_approached_is_missed():
    """With few measurements α = 1e-6 need not be small: the eigenvalues of ``N Z*`` are close
    (1.18 and 0.97), and the way out of Z₁* is steeper (0.50) than the way in (0.33).

    Greedy learning, whose starts are infinitesimal and exact, rests there all the same.
    """
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(12, 60, seed=4), [1.0, 0.5, 0.25])
    fits = [mf.sensing.best_fit(problem, s, seed=0) for s in (1, 2, 3)]
    U0 = mf.sensing.init(problem, 12, scale=1e-6, seed=4)
    run = mf.sensing.descend(problem, U0, step_size=0.1, n_steps=1500, stride=3)
    first, second, third = run.distances([fit.matrix for fit in fits]).min(axis=0)
    assert first > 0.5 > 0.02 > second > third
    assert run.hitting_times()[1] < run.hitting_times()[0]
    assert fits[0].escape_rate == pytest.approx(0.500, abs=1e-3)
    assert fits[0].curvature() == pytest.approx(0.332, abs=1e-3)
    (station,) = mf.sensing.greedy_low_rank(problem, step_size=0.1, max_rank=1)
    assert np.linalg.norm(station.matrix - fits[0].matrix) < 1e-6


def test_large_starts_generalize_only_if_not_over_parameterized():
    """m = 150 of 465: below 276, the number at which the interpolant is unique."""
    settings = {"dimension": 30, "n_measurements": [150], "seeds": [0, 1, 2], "step_size": 0.1}
    errors = [
        np.median(
            mf.sensing.recovery_errors(REFERENCE, rank=rank, scale=scale, n_steps=1200, **settings)
        )
        for rank, scale in ((3, 1.0), (30, 1e-3), (30, 1.0))
    ]
    # Over 15 seeds the medians are .008, .044, 3.6.
    assert errors[0] < 0.03 < errors[1] < 0.12 < 3.0 < errors[2] < 4.5


def test_completion_learns_in_steps_too():
    """A random ground truth, and two thirds of the entries."""
    V = mf.sensing.random_eigenvectors(20, 2, seed=0)
    seen = mf.sensing.entry_measurements(20, mf.sensing.random_entries(20, 140, seed=0))
    problem = mf.sensing.Problem(seen, [1.0, 0.4], V)
    U0 = mf.sensing.init(problem, 20, scale=1e-5, seed=0)
    run = mf.sensing.descend(problem, U0, step_size=0.1, n_steps=2500)
    first, second = run.hitting_times()
    assert second > first + 50
    assert run.relative_error[-1] < 0.02
    # Along the axes instead, an entry that is not seen is never learned.
    spiked = mf.sensing.Problem(mf.sensing.entry_measurements(20, [(1, 1), (0, 2)]), [1.0, 0.4])
    blind = mf.sensing.descend(spiked, U0, step_size=0.001, n_steps=200)
    assert blind.relative_error[-1] > 0.9


# Bad input


def problem_of_four():
    return mf.sensing.Problem(mf.sensing.gaussian_measurements(4, 5, seed=0), [1.0, 0.5])


def test_bad_problems_are_refused():
    measured = mf.sensing.gaussian_measurements(3, 5, seed=0)
    make = lambda *args: lambda: mf.sensing.Problem(measured, *args)  # noqa: E731
    assert_refused(make([0.5, 1.0]), "eigenvalues", "decreasing")
    assert_refused(make([1.0, -0.5]), "eigenvalues", ">= 0")
    assert_refused(make([]), "eigenvalues", "at least one")
    assert_refused(make([1.0] * 4), "eigenvalues", "at most 3", "4")
    assert_refused(make([1.0, 0.5], np.eye(3)), "eigenvectors", "(3, 2)", "(3, 3)")
    assert_refused(make([1.0], [[1.0], [1.0], [0.0]]), "eigenvectors", "orthonormal", "1")
    assert_refused(lambda: problem_of_four().truncation(5), "rank", "from 0 to 4")


def test_bad_starts_are_refused():
    problem = problem_of_four()
    draw = lambda *args, **kwargs: lambda: mf.sensing.init(problem, *args, **kwargs)  # noqa: E731
    assert_refused(draw(0, scale=1.0, seed=0), "rank", "from 1 to 4")
    assert_refused(draw(2, scale=-1.0, seed=0), "scale", ">= 0", "-1.0")
    assert_refused(draw(2, scale=1.0, seed="x"), "seed", "'x'")


def test_bad_runs_are_refused():
    problem, U0 = problem_of_four(), np.ones((4, 2))
    good = {"step_size": 0.1, "n_steps": 3}

    def refused(name, *pieces, U0=U0, **changed):
        call = lambda: mf.sensing.descend(problem, U0, **{**good, **changed})  # noqa: E731
        assert_refused(call, name, *pieces)

    refused("U0", "(4, r)", "(3, 2)", U0=np.ones((3, 2)))
    refused("U0", "at least one column", U0=np.ones((4, 0)))
    refused("U0", "finite", U0=np.full((4, 2), np.nan))
    refused("step_size", "> 0", "0", step_size=0)
    refused("n_steps", ">= 0", "-1", n_steps=-1)
    refused("stride", ">= 1", "0", stride=0)
    refused("stride", "4 GB", n_steps=10**8, stride=1)
    run = mf.sensing.descend(problem, U0, **good)
    assert_refused(lambda: run.distances([np.eye(4)]), "stride", "None")
    assert_refused(lambda: run.singular_values(1), "stride", "None")
    kept = mf.sensing.descend(problem, U0, stride=1, **good)
    assert_refused(lambda: kept.singular_values(5), "count", "from 1 to 4")
    assert_refused(lambda: kept.distances([np.eye(3)]), "matrices", "(4, 4)")
    assert_refused(lambda: kept.distances(None), "matrices", "sequence", "None")


def test_ground_truths_are_not_to_be_changed():
    problem = problem_of_four()
    with pytest.raises(ValueError, match="read-only"):
        problem.eigenvalues[0] = 2.0
    with pytest.raises(ValueError, match="read-only"):
        problem.eigenvectors[0] = 2.0


@settings(max_examples=20)
@given(st.integers(1, 6), SEEDS, st.just(0.0) | st.floats(1e-60, 10))
def test_starts_are_gaussian_with_the_scale_told(d, seed, scale):
    problem = mf.sensing.Problem(mf.sensing.entry_measurements(d, [(0, 0)]), [1.0])
    U0 = mf.sensing.init(problem, d, scale=scale, seed=seed)
    draw = np.random.default_rng(seed).standard_normal((d, d))
    np.testing.assert_allclose(U0, scale * draw / np.sqrt(d), rtol=4 * EPS)
