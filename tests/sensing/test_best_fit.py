"""Best fits of the measured loss, and greedy low-rank learning, which rests at them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused, random_orthogonal

import mftutor as mf
from mftutor.sensing.best_fit import hessian


def all_entries(d):
    """Measurements whose normal operator is the identity."""
    return mf.sensing.entry_measurements(d, np.column_stack(np.triu_indices(d)))


@st.composite
def factorizations(draw):
    """Problems with N = I and distinct eigenvalues, at least 0.1 apart, down to zero."""
    d = draw(st.integers(1, 6))
    steps = draw(st.lists(st.floats(0.1, 1.0), min_size=d, max_size=d))
    V = mf.sensing.random_eigenvectors(d, d, seed=draw(SEEDS))
    return mf.sensing.Problem(all_entries(d), np.cumsum(steps)[::-1], V)


def sensing_problem(d, m, seed, eigenvalues=(1.0, 0.6, 0.3)):
    return mf.sensing.Problem(mf.sensing.gaussian_measurements(d, m, seed=seed), eigenvalues)


# Matrix factorization, where everything is known


@settings(max_examples=30)
@given(factorizations(), SEEDS, st.data())
def test_with_all_entries_the_best_fit_is_the_truncation(problem, seed, data):
    """Eckart and Young; and the second derivative across is a gap, the escape rate λ_{s+1}."""
    d, lam = problem.dimension, problem.eigenvalues
    s = data.draw(st.integers(1, d))
    after = np.append(lam, 0.0)[s]
    fit = mf.sensing.best_fit(problem, s, seed=seed)
    assert fit.gradient_norm <= 1e-10
    # ‖∇f‖ ≤ 1e-10 λ₁^{3/2}, and f'' is at least 0.1 in each direction that is not a rotation.
    off = 10 * 1e-10 * lam[0] ** 1.5 / 0.1 * 2 * math.sqrt(lam[0])
    assert np.linalg.norm(fit.matrix - problem.truncation(s)) <= off
    assert fit.loss == pytest.approx(np.square(lam[s:]).sum() / 4, abs=lam[0] * off)
    assert fit.escape_rate == pytest.approx(after, abs=off + 1e-13 * lam[0])
    smallest = lam[s - 1] - after if s < d else 2 * lam[s - 1]
    assert fit.curvature() == pytest.approx(smallest, abs=10 * off + 1e-12 * lam[0])
    assert fit.rank == s


@settings(max_examples=20)
@given(factorizations())
def test_with_all_entries_greedy_learning_takes_eigenvectors_in_order(problem):
    lam = problem.eigenvalues
    stations = mf.sensing.greedy_low_rank(problem, step_size=0.2 / lam[0], tolerance=0.005)
    # It ends at the first λ_{s+1} ≤ 0.005 λ₁, and the smallest is at least 0.1 of at most 6.
    assert [station.rank for station in stations] == list(range(1, len(lam) + 1))
    for station in stations:
        s = station.rank
        assert station.gradient_norm <= 1e-8
        off = 10 * 1e-8 * lam[0] ** 1.5 / 0.1 * 2 * math.sqrt(lam[0])
        assert np.linalg.norm(station.matrix - problem.truncation(s)) <= off
        assert station.escape_rate == pytest.approx(np.append(lam, 0)[s], abs=off)


def test_a_saddle_has_negative_curvature():
    """Second and first eigenvector learned in the wrong order: ``λ₂ − λ₁``."""
    problem = mf.sensing.Problem(all_entries(4), [1.0, 0.6, 0.3])
    U = np.zeros((4, 1))
    U[1] = math.sqrt(0.6)
    saddle = mf.sensing.Fit(problem, U, 0.0, 0.0, 0.0, np.zeros(1))
    assert saddle.curvature() == pytest.approx(-0.4)


@pytest.mark.parametrize("size", [1e-39, 1e39])
def test_best_fits_of_any_size_that_is_allowed_are_found(size):
    problem = mf.sensing.Problem(all_entries(4), size * np.array([1.0, 0.6, 0.3]))
    fit = mf.sensing.best_fit(problem, 2, seed=0)
    assert fit.gradient_norm <= 1e-10
    assert np.linalg.norm(fit.matrix - problem.truncation(2)) <= 1e-8 * size


# Certificates


@given(st.integers(2, 5), st.integers(1, 20), st.data(), SEEDS)
def test_second_derivatives_are_those_of_the_loss(d, m, data, seed):
    """Along a line f is a quartic, for which the five-point stencil is exact."""
    rng = np.random.default_rng(seed)
    problem = sensing_problem(d, m, seed, [1.0, 0.5])
    s = data.draw(st.integers(1, d))
    U, V = rng.standard_normal((2, d, s))
    f = [problem.residual(U + t * V)[2] for t in (-2, -1, 0, 1, 2)]
    second = (-f[0] + 16 * f[1] - 30 * f[2] + 16 * f[3] - f[4]) / 12
    literal = hessian(problem, U)
    np.testing.assert_allclose(literal, literal.T, atol=1e-12 * np.abs(literal).max())
    assert V.ravel() @ literal @ V.ravel() == pytest.approx(second, abs=1e-12 * (1 + max(f)))


@settings(max_examples=25)
@given(st.integers(3, 6), SEEDS, st.integers(1, 3))
def test_fits_are_stationary_and_no_worse_than_descent(d, seed, s):
    problem = sensing_problem(d, 3 * d, seed)
    fit = mf.sensing.best_fit(problem, s, seed=seed, n_starts=3)
    assert fit.loss == fit.losses.min()
    assert fit.losses.shape == (3,)
    _, slope, loss = problem.residual(fit.U)
    assert fit.loss == loss
    assert fit.escape_rate == -np.linalg.eigvalsh(slope)[0]
    U0 = mf.sensing.init(problem, s, scale=0.1, seed=seed)
    run = mf.sensing.descend(problem, U0, step_size=0.02, n_steps=500)
    assert fit.loss <= run.loss.min() + 1e-12
    if fit.gradient_norm <= 1e-10 and s > 1:
        # A rotation is another factor of the same fit.
        turned = mf.sensing.Fit(problem, fit.U @ random_orthogonal(s, seed), *[0.0] * 3, fit.losses)
        scale = np.linalg.norm(hessian(problem, fit.U))
        assert turned.curvature() == pytest.approx(fit.curvature(), abs=1e-9 * scale)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("m", [2, 3, 7])
def test_rank_one_fits_in_the_plane_are_the_best_of_all_directions(m, seed):
    """For a direction v the best multiple of vvᵀ is known, and a grid of angles covers all."""
    problem = sensing_problem(2, m, seed, [1.0, 0.7])
    fit = mf.sensing.best_fit(problem, 1, seed=seed)
    angles = np.linspace(0, np.pi, 4001)
    v = np.stack([np.cos(angles), np.sin(angles)])
    packed = np.stack([v[0] ** 2, np.sqrt(2) * v[0] * v[1], v[1] ** 2])
    images = problem.measurements.normal(packed)
    linear, square = problem.packed_truth @ images, (packed * images).sum(axis=0)
    truth = problem.packed_truth @ problem.measurements.normal(problem.packed_truth)
    losses = (truth - np.square(np.maximum(linear, 0)) / square) / 4
    assert fit.loss <= losses.min() + 1e-14
    # Half a grid step from the minimum, f is above it by at most the grid's own differences.
    assert fit.loss >= losses.min() - np.abs(np.diff(losses)).max()


@settings(max_examples=20)
@given(SEEDS)
def test_no_escape_means_that_no_matrix_fits_better(seed):
    """f is convex in ``UUᵀ``, so that without noise the rate is zero at a perfect fit alone."""
    problem = sensing_problem(5, 12, seed, [1.0])
    fit = mf.sensing.best_fit(problem, 1, seed=seed)
    assert fit.loss <= 1e-18
    assert abs(fit.escape_rate) <= 1e-8
    lacking = mf.sensing.best_fit(sensing_problem(5, 12, seed, [1.0, 0.8]), 1, seed=seed)
    assert lacking.escape_rate > 1e-3  # and so a second column would help


def test_reference_fits():
    """‖Z₁* − truncation‖ = 0.39, and the losses from all starts agree."""
    problem = sensing_problem(30, 300, 0)
    fits = [mf.sensing.best_fit(problem, s, seed=1, n_starts=6) for s in (1, 2, 3)]
    away = [np.linalg.norm(fit.matrix - problem.truncation(fit.rank)) for fit in fits]
    np.testing.assert_allclose(away, [0.391, 0.159, 0.0], atol=5e-4)
    for fit in fits:
        assert np.ptp(fit.losses) <= 1e-10
        assert fit.gradient_norm <= 1e-10
        assert fit.curvature() > 0.1
    assert fits[0].escape_rate > fits[1].escape_rate > 0.2
    assert abs(fits[2].escape_rate) < 1e-8
    assert repr(fits[1]).startswith("Fit(rank 2, loss 0.01657, gradient ")


# Greedy low-rank learning


@pytest.mark.parametrize(("d", "m", "seed"), [(10, 50, 0), (12, 200, 4), (16, 150, 2)])
def test_greedy_learning_rests_at_the_best_fits(d, m, seed):
    problem = sensing_problem(d, m, seed)
    stations = mf.sensing.greedy_low_rank(problem, step_size=0.1)
    assert [station.rank for station in stations] == [1, 2, 3]
    for station in stations:
        fit = mf.sensing.best_fit(problem, station.rank, seed=seed)
        # ‖∇f‖ ≤ 1e-8 μ₀^{3/2} there; divided by the smallest second derivative.
        off = 1e-8 * 10 / fit.curvature() * np.linalg.norm(fit.U, 2)
        assert np.linalg.norm(station.matrix - fit.matrix) <= off
    rates = [station.escape_rate for station in stations]
    assert rates[0] > rates[1] > 1e-2 > 1e-6 > abs(rates[2])


def test_with_few_measurements_greedy_learning_may_rest_at_a_local_minimum():
    """A strict one, of rank one, which some starts of `best_fit` find as well."""
    problem = sensing_problem(12, 60, 4)
    (station,) = mf.sensing.greedy_low_rank(problem, step_size=0.1, max_rank=1)
    fit = mf.sensing.best_fit(problem, 1, seed=0, n_starts=10)
    assert station.gradient_norm <= 1e-8
    assert station.curvature() > 0.02
    assert station.loss == pytest.approx(0.1547, abs=1e-4)
    assert fit.loss == pytest.approx(0.1065, abs=1e-4)
    assert fit.losses.max() == pytest.approx(station.loss, abs=1e-9)
    assert np.linalg.norm(station.matrix - fit.matrix) > 1.5


def test_greedy_learning_stops_where_it_is_told():
    problem = sensing_problem(10, 50, 0)
    assert len(mf.sensing.greedy_low_rank(problem, step_size=0.1, max_rank=2)) == 2
    (only,) = mf.sensing.greedy_low_rank(problem, step_size=0.1, tolerance=0.9)
    assert only.escape_rate > 0
    (short,) = mf.sensing.greedy_low_rank(problem, step_size=0.1, n_steps=10)
    assert short.gradient_norm > 1e-8
    (diverged,) = mf.sensing.greedy_low_rank(problem, step_size=20.0)
    assert diverged.gradient_norm == diverged.loss == math.inf
    assert math.isnan(diverged.escape_rate)


# Bad input


def test_bad_fits_are_refused():
    problem = sensing_problem(4, 8, 0)
    fit = lambda *args, **kwargs: lambda: mf.sensing.best_fit(problem, *args, **kwargs)  # noqa: E731
    assert_refused(fit(0, seed=0), "rank", "from 1 to 4")
    assert_refused(fit(1, seed=None), "seed", "None")
    assert_refused(fit(1, seed=0, n_starts=0), "n_starts", ">= 1")
    assert_refused(fit(1, seed=0, n_steps=-1), "n_steps", ">= 0")
    assert_refused(fit(1, seed=0, tolerance=0.0), "tolerance", "> 0")
    zero = sensing_problem(4, 8, 0, [0.0])
    assert_refused(lambda: mf.sensing.best_fit(zero, 1, seed=0), "problem", "positive eigenvalue")
    for size in (1e-50, 1e50):
        extreme = mf.sensing.Problem(zero.measurements, [size])
        assert_refused(
            lambda p=extreme: mf.sensing.best_fit(p, 1, seed=0), "problem", "1e-40 to 1e40"
        )
    assert mf.sensing.best_fit(problem, 2, seed=0, n_steps=0).gradient_norm > 1e-3
    assert mf.sensing.best_fit(problem, 2, seed=0, n_starts=1).losses.shape == (1,)
    large = sensing_problem(40, 1, 0)
    wide = mf.sensing.Fit(large, np.zeros((40, 38)), 0.0, 0.0, 0.0, np.zeros(1))
    assert_refused(wide.curvature, "U", "1500", "1520")


def test_the_exponent_of_a_visit_needs_a_strict_minimum_of_rank_one():
    problem = sensing_problem(8, 20, 0)
    first, second = mf.sensing.greedy_low_rank(problem, step_size=0.1, max_rank=2)
    rates = -np.linalg.eigvalsh(problem.residual(np.zeros((8, 1)))[1])
    c, mu = first.curvature(), first.escape_rate
    expected = 2 * (1 - rates[1] / rates[0]) * c / (c + 2 * mu)
    assert mf.sensing.visit_exponent(first) == pytest.approx(expected, rel=1e-12)
    assert_refused(lambda: mf.sensing.visit_exponent(second), "station", "rank 1", "2")
    full = mf.sensing.best_fit(sensing_problem(8, 60, 0, [1.0]), 1, seed=0)
    assert_refused(lambda: mf.sensing.visit_exponent(full), "station", "positive")


def test_bad_greedy_runs_are_refused():
    problem = sensing_problem(4, 8, 0)

    def refused(name, *pieces, **changed):
        arguments = {"step_size": 0.1, **changed}
        assert_refused(lambda: mf.sensing.greedy_low_rank(problem, **arguments), name, *pieces)

    refused("step_size", "> 0", step_size=-1.0)
    refused("n_steps", ">= 0", n_steps=-1)
    refused("max_rank", ">= 1", max_rank=0)
    refused("kick", "> 0", kick=0.0)
    refused("tolerance", "> 0", tolerance=0.0)
    refused("stationary", "1e-07", "1e-05", stationary=1e-5)
    zero = sensing_problem(4, 8, 0, [0.0])
    assert_refused(lambda: mf.sensing.greedy_low_rank(zero, step_size=0.1), "problem", "positive")
