"""Small against large initialization: the table of runs, and the measured laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused

import mftutor as mf
from mftutor.comparison import plateau_error

PROBLEM = mf.figure_1_problem(200)


def compare(problem: mf.Problem = PROBLEM, **changed: object) -> mf.InitializationComparison:
    """Compare a few runs."""
    given = {"scales": [0.5, 0.01], "seeds": [0, 3], "step_size": 0.1, "n_steps": 500}
    return mf.compare_initializations(problem, **{**given, **changed})


@pytest.fixture(scope="module")
def figure_1():
    """The full problem of Figure 1, eight scales."""
    scales = [2.0, 0.5, 0.1, 0.05, 0.02, 0.01, 1e-4, 1e-6]
    return compare(mf.figure_1_problem(), scales=scales, seeds=range(4), n_steps=700)


@given(SEEDS, st.sampled_from([1, 2, 3]), st.sampled_from([0.5, 1e-3]))
def test_every_entry_is_that_of_its_own_run(seed, rank, scale):
    problem = mf.Problem([1.0, 0.75, 0.5, 0.25, 0.125, 0.0], rank)
    found = compare(problem, scales=[1.0, scale], seeds=[1, seed], n_steps=200)
    X0 = mf.gaussian_init(problem, scale=scale, seed=seed)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=200)
    tau = run.hitting_times()
    np.testing.assert_array_equal(found.hitting_times[1, 1], tau)
    assert found.final_error[1, 1] == run.error[-1]
    assert np.isnan(found.diverged_at[1, 1])
    for k, at in enumerate(tau):
        noise = np.linalg.norm(run.noise_gram[int(at)]) if np.isfinite(at) else np.nan
        # A norm of one matrix or of many: the same sum of nine squares in another order.
        np.testing.assert_allclose(found.noise_at_arrival[1, 1, k], noise, rtol=1e-14)
    arrivals = np.sort(tau)
    for j in range(rank - 1):
        expected = plateau_error(run.error, arrivals[j], arrivals[j + 1])
        np.testing.assert_array_equal(found.plateau_error[1, 1, j], expected)
    shapes = [found.hitting_times.shape, found.plateau_error.shape, found.final_error.shape]
    assert shapes == [(2, 2, rank), (2, 2, rank - 1), (2, 2)]


def test_a_draw_does_not_depend_on_the_others():
    together = compare(scales=[4.5, 0.5, 0.01], seeds=range(4), n_steps=200)
    alone = compare(scales=[0.5], seeds=[2], n_steps=200)
    for name in ("hitting_times", "plateau_error", "noise_at_arrival", "final_error"):
        np.testing.assert_array_equal(getattr(together, name)[1, 2], getattr(alone, name)[0, 0])


def test_divergence_is_recorded():
    found = compare(scales=[0.5, 50.0])
    assert np.isnan(found.diverged_at[0]).all()
    assert (found.diverged_at[1] == 0).all()
    assert np.isnan(found.hitting_times[1]).all()
    assert (found.learning_order[1] == 0).all()
    assert "2 scales, 2 seeds, 500 steps of size 0.1" in repr(found)


def test_learning_order_names_the_eigenvectors_as_they_arrive():
    found = compare(mf.figure_1_problem(10), scales=[0.5], seeds=range(30), n_steps=300)
    for tau, order in zip(found.hitting_times[0], found.learning_order[0], strict=True):
        assert list(order) == ([2, 1] if tau[1] < tau[0] else [1, 2])
    assert 1 <= np.sum(found.learning_order[0, :, 0] == 2) <= 15  # 24 % at d = 10
    early = compare(scales=[0.5], n_steps=60)
    np.testing.assert_array_equal(early.learning_order[0], [[1, 0], [1, 0]])
    assert np.isnan(early.plateau_error).all()


@given(st.lists(st.floats(0, 10), min_size=3, max_size=30), st.data())
def test_plateau_is_the_flattest_point_between(values, data):
    error = np.array(values)
    start = data.draw(st.integers(0, len(values) - 2))
    end = data.draw(st.integers(start + 1, len(values) - 1))
    steps = [abs(values[t + 1] - values[t]) for t in range(start, end)]
    level = plateau_error(error, start, end)
    assert level == values[start + steps.index(min(steps))]
    assert np.isnan(plateau_error(error, end, end))
    assert np.isnan(plateau_error(error, np.nan, end))


# What is measured on Figure 1


def test_plateaus_are_noise_free_below_a_scale(figure_1):
    plateaus = dict(zip(figure_1.scales, figure_1.plateau_error[:, :, 0], strict=True))
    assert np.median(plateaus[0.5]) == pytest.approx(0.548, abs=0.01)
    assert plateaus[0.01][1] == pytest.approx(0.499, abs=5e-4)
    assert np.abs(plateaus[1e-4] - 0.5).max() < 1e-3
    assert (figure_1.learning_order[:, :, 0] == 1).all()


def test_a_power_of_ten_of_the_scale_costs_a_computed_number_of_steps(figure_1):
    """ln 10 / ln(1 + ηλ_k) a decade; τ is rounded to steps, and noise shifts it a little."""
    times = np.median(figure_1.hitting_times, axis=1)
    expected = 2 * np.log(10) / np.log1p(0.1 * np.array([1.0, 0.5]))
    np.testing.assert_allclose(times[-1] - times[-2], expected, atol=2)


def test_large_scales_take_the_same_time(figure_1):
    assert np.abs(figure_1.hitting_times[0] - figure_1.hitting_times[1]).max() <= 3


def test_noise_at_the_last_arrival_falls_with_the_estimated_power(figure_1):
    """ϖ^{2(1 − λ₃/λ₂)} = ϖ^0.8, a little more as most of the tail grows more slowly than λ₃."""
    noise = np.median(figure_1.noise_at_arrival[:, :, 1], axis=1)
    assert 0.75 <= np.log(noise[-2] / noise[-1]) / np.log(100) <= 0.95


# Arguments


@pytest.mark.parametrize(
    ("changed", "name", "piece"),
    [
        ({"scales": []}, "scales", "at least one"),
        ({"scales": [0.5, -1.0]}, "scales", "-1"),
        ({"scales": [np.nan]}, "scales", "finite"),
        ({"scales": 0.5}, "scales", "shape"),
        ({"seeds": []}, "seeds", "at least one"),
        ({"seeds": [0, -1]}, "seeds", "-1"),
        ({"seeds": [0.5]}, "seeds", "0.5"),
        ({"step_size": 0}, "step_size", "> 0"),
        ({"n_steps": -1}, "n_steps", ">= 0"),
    ],
)
def test_bad_arguments_are_refused(changed, name, piece):
    assert_refused(lambda: compare(**changed), name, piece)


def test_a_zero_gap_is_refused():
    assert_refused(lambda: compare(mf.Problem([1.0, 1.0], 1)), "problem", "min_eigengap", "0")
