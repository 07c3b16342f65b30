"""The Gaussian start: exactly the documented draw, from exactly the given generator."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused

import mftutor as mf

PROBLEM = mf.Problem([1.0, 0.5, 0.25, 0.125, 0.0], rank=2)


@given(SEEDS, st.just(0.0) | st.floats(1e-59, 1e59), st.integers(1, 6))
def test_start_is_the_documented_draw(seed, scale, dimension):
    problem = mf.Problem(np.ones(dimension), rank=(dimension + 1) // 2)
    X0 = mf.gaussian_init(problem, scale=scale, seed=seed)
    draw = np.random.default_rng(seed).standard_normal((dimension, problem.rank))
    np.testing.assert_allclose(X0, scale * draw / np.sqrt(dimension), rtol=1e-15, atol=1e-300)
    assert X0.dtype == np.float64
    assert X0.shape == (dimension, problem.rank)


def test_scale_zero_is_the_zero_matrix():
    np.testing.assert_array_equal(mf.gaussian_init(PROBLEM, scale=0, seed=0), np.zeros((5, 2)))


@pytest.mark.parametrize("dimension", [1000, 20_000])
def test_the_size_of_the_start_is_its_scale_at_any_dimension(dimension):
    """All singular values are ``ϖ (1 ± (√r + 4) / √d)``, but with probability 2e⁻⁸."""
    X0 = mf.gaussian_init(mf.figure_1_problem(dimension), scale=0.5, seed=3)
    singular_values = np.linalg.svd(X0, compute_uv=False)
    assert np.abs(singular_values / 0.5 - 1).max() <= (np.sqrt(2) + 4) / np.sqrt(dimension)


def test_one_seed_gives_one_start():
    first = mf.gaussian_init(PROBLEM, scale=0.5, seed=7)
    for seed in [7, np.int64(7), np.uint8(7), np.random.default_rng(7)]:
        np.testing.assert_array_equal(first, mf.gaussian_init(PROBLEM, scale=0.5, seed=seed))
    assert (first != mf.gaussian_init(PROBLEM, scale=0.5, seed=8)).all()


def test_a_generator_is_advanced_by_its_draw_and_no_more():
    generator, twin = np.random.default_rng(1), np.random.default_rng(1)
    starts = [mf.gaussian_init(PROBLEM, scale=2.0, seed=generator) for _ in range(2)]
    draws = twin.standard_normal((2, 5, 2))
    np.testing.assert_allclose(starts, 2.0 * draws / np.sqrt(5), rtol=1e-15)
    assert generator.random() == twin.random()


def test_the_global_random_state_plays_no_part():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    mf.gaussian_init(PROBLEM, scale=0.5, seed=0)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


def test_scale_and_seed_are_keyword_only_and_required():
    with pytest.raises(TypeError):
        mf.gaussian_init(PROBLEM, 0.5, 0)
    with pytest.raises(TypeError):
        mf.gaussian_init(PROBLEM, scale=0.5)


@pytest.mark.parametrize(
    "scale",
    [-1.0, -1e-300, np.nan, np.inf, -np.inf, "1", None, True, 1j, [0.5], np.array([0.5]), {}],
)
def test_bad_scale_is_refused(scale):
    call = lambda: mf.gaussian_init(PROBLEM, scale=scale, seed=0)  # noqa: E731
    assert_refused(call, "scale", "finite number >= 0", repr(scale))


def test_ragged_scale_is_refused():
    call = lambda: mf.gaussian_init(PROBLEM, scale=[[1.0], [1.0, 2.0]], seed=0)  # noqa: E731
    assert_refused(call, "scale", "finite number >= 0", "[[1.0], [1.0, 2.0]]")


@pytest.mark.parametrize(
    "seed", [-1, None, 1.0, "0", True, np.True_, [1, 2], np.array(3), np.nan, np.random.PCG64(1)]
)
def test_bad_seed_is_refused(seed):
    call = lambda: mf.gaussian_init(PROBLEM, scale=0.5, seed=seed)  # noqa: E731
    assert_refused(call, "seed", "int >= 0 or a numpy Generator", repr(seed))


@pytest.mark.parametrize("scale", [1.9e-60, 1.1e59])
def test_a_scale_whose_draws_descent_would_refuse_is_refused(scale):
    problem = mf.Problem([1.0, 0.5, 0.25, 0.0], rank=2)
    calls = [
        lambda: mf.gaussian_init(problem, scale=scale, seed=0),
        lambda: mf.sweeps.Grid(problem, scale=[1, scale], step_size=0.1, n_steps=1, seeds=[0]),
        lambda: mf.compare_initializations(
            problem, scales=[1, scale], seeds=[0], step_size=0.1, n_steps=1
        ),
    ]
    for call in calls:
        assert_refused(call, "scale", "to 1e+59", str(scale))
