"""A start drawn block by block runs as the whole one; in the limit only few rows are random."""

import numpy as np
import pytest
from small_grids import hitting_times, small_grid

import mftutor as mf
from mftutor.sweeps.drawing import ROWS_AT_ONCE, draw


def test_few_rows_are_drawn_as_all_are():
    described = mf.sweeps.LinearTailProblem(3 * ROWS_AT_ONCE, [1.0, 0.8, 0.6])
    uneven = mf.Problem(np.linspace(1, 0, 3 * ROWS_AT_ONCE) ** 3, 2)
    for given, problem in [(described, described.problem()), (uneven, uneven)]:
        X0 = mf.gaussian_init(problem, scale=1, seed=3)
        whole, all_rows = draw(given, 3, None)
        np.testing.assert_array_equal(whole.eigenvalues, problem.eigenvalues)
        np.testing.assert_array_equal(all_rows, X0)
        few, rows = draw(given, 3, 50.0)
        assert few.dimension < 1000
        runs = [
            mf.gradient_descent(each, 0.5 * start, step_size=0.1, n_steps=500)
            for each, start in [(problem, X0), (few, rows)]
        ]
        # A sum over 6144 rows rounds by as many times 1e-16, at worst.
        for name in ("error", "signal", "noise_gram"):
            full, reduced = (getattr(run, name) for run in runs)
            assert np.abs(full - reduced).max() < 3 * ROWS_AT_ONCE * np.finfo(float).eps


def test_in_the_limit_only_the_first_rows_are_random():
    problem = mf.sweeps.LinearTailProblem(1e12, [1.0, 0.75, 0.5], drawn=False)
    few, N0 = draw(problem, 4, 100.0)
    rows = np.random.default_rng(4).standard_normal((4, 3)) / 1e6
    np.testing.assert_array_equal(N0[:4], rows)
    tail, values = N0[4:], few.eigenvalues[4:]
    for power in range(6):
        average = 0.3**power / (power + 1)
        gram = tail.T @ (values[:, None] ** power * tail)
        np.testing.assert_allclose(gram, average * np.eye(3), atol=1e-14)


@pytest.mark.parametrize("dimension", [1000, 10_000])
def test_the_limit_is_near_on_the_same_draws(dimension):
    """Relative to the times, by a few times d^(−1/2), as a Gram matrix of d rows fluctuates."""
    problems = [
        mf.sweeps.LinearTailProblem(dimension),
        mf.sweeps.LinearTailProblem(dimension * 1.0, drawn=False),
    ]
    real, limit = hitting_times(small_grid(problems=problems, n_steps=600, seeds=range(30)))
    assert np.isfinite(real).all()
    assert (np.abs(real - limit) <= 1 + 3 * real / np.sqrt(dimension)).all()


def test_with_small_steps_the_limit_follows_the_law_of_the_flow():
    """Its mean is within five standard errors; the steps' own delay is O(η)."""
    problem, eta = mf.sweeps.LinearTailProblem(1e8, drawn=False), 0.02
    grid = mf.sweeps.Grid(problem, scale=0.5, step_size=eta, n_steps=5000, seeds=range(100))
    stand_in = mf.figure_1_problem(2000)
    for k, times in enumerate(eta * hitting_times(grid)[0, 0].T, start=1):
        at = np.linspace(0, 100, 4001)
        law = mf.flow.time_law(stand_in, k, scale=0.5, time=at, dimension=1e8)
        mean = np.sum(1 - law) * (at[1] - at[0])
        # A row grows by ln(1 + x) for each e^x of the flow: slower by ηλ/2, at most 1/100.
        assert abs(times.mean() - mean) < 5 * times.std() / 10 + eta * mean / 2
