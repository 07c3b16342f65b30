"""Restricted isometry, uniqueness of the interpolant, and how many measurements it takes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import EPS, SEEDS, assert_refused

import mftutor as mf
from mftutor.sensing.symmetric import pack, unpack


def norm_deviation(measurements):
    """``max |⟨Z, N Z⟩ − 1|`` over all symmetric Z of norm one: the constant δ_d."""
    gram = measurements.normal(np.eye(measurements.packed_size))
    return np.abs(np.linalg.eigvalsh(gram) - 1).max()


@settings(max_examples=30)
@given(st.integers(1, 5), st.integers(1, 40), SEEDS, st.data())
def test_the_estimate_is_a_lower_bound(d, m, seed, data):
    measurements = mf.sensing.gaussian_measurements(d, m, seed=seed)
    rank = data.draw(st.integers(1, d))
    found = mf.sensing.restricted_isometry(measurements, rank, seed=seed, n_directions=5)
    bound = norm_deviation(measurements)
    assert 0 <= found <= bound * (1 + 1e-12) + 100 * d**2 * EPS * (1 + bound)
    alone = mf.sensing.restricted_isometry(
        measurements, rank, seed=seed, n_directions=5, n_refinements=0
    )
    assert alone <= bound * (1 + 1e-12) + 100 * d**2 * EPS * (1 + bound)


@pytest.mark.parametrize("m", [4, 12, 60])
def test_at_full_rank_the_constant_is_found(m):
    """There the truncated power iteration is the power iteration."""
    measurements = mf.sensing.gaussian_measurements(3, m, seed=m)
    found = mf.sensing.restricted_isometry(
        measurements, 3, seed=0, n_directions=2, n_refinements=500
    )
    assert found == pytest.approx(norm_deviation(measurements), rel=1e-3)


@pytest.mark.parametrize("m", [2, 5, 30])
def test_of_rank_one_in_the_plane_the_constant_is_found(m):
    """Up to its sign Z is vvᵀ there, with one angle."""
    measurements = mf.sensing.gaussian_measurements(2, m, seed=m)
    angles = np.linspace(0, np.pi, 2001)
    v = np.stack([np.cos(angles), np.sin(angles)])
    packed = np.stack([v[0] ** 2, np.sqrt(2) * v[0] * v[1], v[1] ** 2])
    energies = (packed * measurements.normal(packed)).sum(axis=0)
    found = mf.sensing.restricted_isometry(
        measurements, 1, seed=0, n_directions=5, n_refinements=300
    )
    assert found == pytest.approx(np.abs(energies - 1).max(), rel=1e-4)


def test_refinement_finds_what_random_directions_miss():
    """d = 30, m = 300, rank 2: 0.2 at random, and more than 1 in fact."""
    measurements = mf.sensing.gaussian_measurements(30, 300, seed=0)
    at_random, refined = (
        mf.sensing.restricted_isometry(measurements, 2, seed=0, n_directions=5, n_refinements=n)
        for n in (0, 20)
    )
    assert at_random < 0.3 < 1.0 < refined


def test_all_entries_are_an_isometry():
    for d in (1, 4):
        everything = mf.sensing.entry_measurements(d, np.column_stack(np.triu_indices(d)))
        assert mf.sensing.restricted_isometry(everything, 1, seed=0) <= 50 * EPS


def test_measuring_nothing_is_seen():
    assert (
        mf.sensing.restricted_isometry(
            mf.sensing.matrix_measurements(np.zeros((3, 2, 2))), 1, seed=0
        )
        == 1.0
    )


# The threshold


@pytest.mark.parametrize(("d", "r"), [(6, 0), (6, 2), (8, 3), (5, 5)])
def test_the_threshold_is_the_mean_squared_projection_on_the_cone(d, r):
    """The statistical dimension: E‖Π(g)‖², g standard normal in the packed basis.

    The cone is that of symmetric H whose block after the first r is positive semi-definite.
    """
    n = 4000
    G = unpack(np.random.default_rng(d + r).standard_normal((n, d * (d + 1) // 2)))
    values, vectors = np.linalg.eigh(G[:, r:, r:])
    G[:, r:, r:] = (vectors * np.maximum(values, 0)[:, None]) @ vectors.transpose(0, 2, 1)
    squares = np.square(pack(G)).sum(axis=1)
    # Five standard errors.
    assert abs(
        squares.mean() - mf.sensing.uniqueness_threshold(d, r)
    ) <= 5 * squares.std() / math.sqrt(n)


def test_known_thresholds():
    assert mf.sensing.uniqueness_threshold(30, 3) == 276
    assert mf.sensing.uniqueness_threshold(12, 1) == 45
    for d in range(1, 9):
        assert mf.sensing.uniqueness_threshold(d, d) == d * (d + 1) / 2
        assert mf.sensing.uniqueness_threshold(d, 0) == d * (d + 1) / 4
        thresholds = [mf.sensing.uniqueness_threshold(d, r) for r in range(d + 1)]
        assert (np.diff(thresholds) > 0).all()


def test_above_the_threshold_even_large_starts_find_the_truth():
    """d = 8 and rank one: 22 of 36. Far below, the interpolant reached is another one."""
    assert mf.sensing.uniqueness_threshold(8, 1) == 22
    errors = mf.sensing.recovery_errors(
        [1.0],
        dimension=8,
        n_measurements=[12, 34],
        rank=8,
        scale=1.0,
        seeds=range(5),
        step_size=0.1,
        n_steps=3000,
    )
    assert errors.shape == (2, 5)
    assert (errors[0] > 0.5).all()
    assert (errors[1] < 0.1).all()


# Many runs


def test_recovery_errors_are_those_of_the_runs():
    settings = {"step_size": 0.1, "n_steps": 30}
    errors = mf.sensing.recovery_errors(
        [1.0, 0.5], dimension=5, n_measurements=(4, 20), rank=3, scale=0.1, seeds=(2, 0), **settings
    )
    for i, m in enumerate((4, 20)):
        for j, seed in enumerate((2, 0)):
            rng = np.random.default_rng(seed)
            measurements = mf.sensing.gaussian_measurements(5, m, seed=rng)
            problem = mf.sensing.Problem(measurements, [1.0, 0.5])
            U0 = mf.sensing.init(problem, 3, scale=0.1, seed=rng)
            run = mf.sensing.descend(problem, U0, **settings)
            assert errors[i, j] == run.relative_error[-1]


def test_completion_errors_are_those_of_the_runs():
    vectors, settings = (
        mf.sensing.random_eigenvectors(5, 2, seed=3),
        {"step_size": 0.1, "n_steps": 30},
    )
    errors = mf.sensing.completion_errors(
        [1.0, 0.5], vectors, n_entries=(6, 15), rank=3, scale=0.1, seeds=(2, 0), **settings
    )
    for i, n in enumerate((6, 15)):
        for j, seed in enumerate((2, 0)):
            rng = np.random.default_rng(seed)
            seen = mf.sensing.entry_measurements(5, mf.sensing.random_entries(5, n, seed=rng))
            problem = mf.sensing.Problem(seen, [1.0, 0.5], vectors)
            U0 = mf.sensing.init(problem, 3, scale=0.1, seed=rng)
            run = mf.sensing.descend(problem, U0, **settings)
            assert errors[i, j] == run.relative_error[-1]


def test_completion_with_bad_input_is_refused():
    good = {"n_entries": [3], "rank": 1, "scale": 0.1, "seeds": [0], "step_size": 0.1, "n_steps": 1}

    def errors(vectors, **changed):
        return lambda: mf.sensing.completion_errors([1.0], vectors, **{**good, **changed})

    axis = np.eye(3, 1)
    assert errors(axis)().shape == (1, 1)
    assert_refused(errors(np.ones(3)), "eigenvectors", "(d, r)")
    assert_refused(errors(np.ones((3, 1))), "eigenvectors", "orthonormal")
    assert_refused(errors(axis, n_entries=[7]), "n_entries", "7")
    assert_refused(errors(axis, seeds=[-1]), "seeds", "-1")
    assert_refused(errors(axis, seeds=[]), "seeds", "none")
    assert_refused(errors(axis, seeds=3), "seeds", "3")
    assert_refused(errors(axis, n_entries=6), "n_entries", "6")
    assert_refused(errors(axis, n_entries=[]), "n_entries", "none")


def test_a_run_that_diverged_has_an_infinite_error():
    errors = mf.sensing.recovery_errors(
        [1.0],
        dimension=3,
        n_measurements=[9],
        rank=3,
        scale=10.0,
        seeds=[0],
        step_size=1.0,
        n_steps=50,
    )
    assert errors[0, 0] == math.inf


def test_bad_input_is_refused():
    measurements = mf.sensing.gaussian_measurements(3, 5, seed=0)

    def estimate(*args, **kwargs):
        return lambda: mf.sensing.restricted_isometry(measurements, *args, **kwargs)

    assert_refused(estimate(4, seed=0), "rank", "from 1 to 3")
    assert_refused(estimate(1, seed=-1), "seed", "-1")
    assert_refused(estimate(1, seed=0, n_directions=0), "n_directions", ">= 1")
    assert_refused(estimate(1, seed=0, n_refinements=-1), "n_refinements", ">= 0")
    assert_refused(lambda: mf.sensing.uniqueness_threshold(0, 0), "dimension", ">= 1")
    assert_refused(lambda: mf.sensing.uniqueness_threshold(3, 4), "rank", "from 0 to 3")
    good = {
        "dimension": 3,
        "n_measurements": [4],
        "rank": 1,
        "scale": 1.0,
        "seeds": [0],
        "step_size": 0.1,
        "n_steps": 1,
    }
    for name, value in (
        ("n_measurements", [0]),
        ("rank", 4),
        ("scale", -1.0),
        ("n_measurements", []),
        ("n_measurements", 3),
        ("seeds", [0.5]),
        ("seeds", []),
        ("seeds", 0),
        ("step_size", 0.0),
        ("n_steps", -1),
    ):
        call = lambda name=name, value=value: mf.sensing.recovery_errors(  # noqa: E731
            [1.0], **{**good, name: value}
        )
        assert_refused(call, name)
