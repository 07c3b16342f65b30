"""What a trajectory says of its record, on records made by hand."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    EPS,
    SEEDS,
    assert_refused,
    assert_within,
    literal_error,
    literal_noise,
    literal_signal,
    n_roundings,
    spectra,
)

import mftutor as mf


def record(
    problem: mf.Problem, iterates: np.ndarray, diverged_at: int | None = None
) -> mf.Trajectory:
    """Record any sequence of iterates, shape (T + 1, d, r)."""
    r = problem.rank
    U, J = iterates[:, :r], iterates[:, r:]
    padded = np.concatenate([iterates, np.zeros((len(iterates), 1, r))], axis=1)
    return mf.Trajectory(
        problem=problem,
        step_size=0.1,
        top_rows=padded[:, : r + 1],
        noise_gram=J.transpose(0, 2, 1) @ J,
        tail_coupling=np.linalg.norm(J @ U.transpose(0, 2, 1), axis=1),
        X_final=iterates[-1],
        diverged_at=diverged_at,
    )


def record_of_signals(
    signals: list[list[float]], eigenvalues: tuple[float, ...] = (1.0, 0.5), **options: int
) -> mf.Trajectory:
    """Record diagonal iterates with the given signals, one row per time, shape (T + 1, r)."""
    roots = np.sqrt(np.array(signals, dtype=float))
    problem = mf.Problem(eigenvalues, roots.shape[1])
    iterates = np.zeros((len(roots), problem.dimension, problem.rank))
    diagonal = np.arange(problem.rank)
    iterates[:, diagonal, diagonal] = roots
    return record(problem, iterates, **options)


# Error, signal, noise


@settings(max_examples=200)
@given(st.data(), SEEDS, st.sampled_from([1e-40, 1e-3, 1.0, 1e3, 1e70]))
def test_diagnostics_are_their_definitions(data, seed, size):
    """Whatever the iterates: they need not be a run."""
    d = data.draw(st.integers(1, 8))
    problem = mf.Problem(data.draw(spectra(d)), data.draw(st.integers(1, d)))
    iterates = size * np.random.default_rng(seed).standard_normal((4, d, problem.rank))
    run = record(problem, iterates)
    squared_size = np.square(iterates).sum(axis=(1, 2))
    own = n_roundings(iterates) * np.sqrt(problem.rank) * EPS
    quadratic = own * squared_size
    error_tolerance = quadratic + own * np.linalg.norm(problem.eigenvalues)
    assert_within(run.error, literal_error(problem, iterates), error_tolerance)
    assert_within(run.signal, literal_signal(iterates), quadratic)
    assert_within(run.noise, literal_noise(iterates), quadratic)
    expected = np.array([X[: problem.rank + 1] @ X[: problem.rank + 1].T for X in iterates])
    block = min(d, problem.rank + 1)
    blocks = np.array([run.top_block(t, block) for t in range(4)])
    assert_within(blocks, expected, quadratic)


@pytest.mark.parametrize("angle", [0.1, 1.0, 2.0])
@pytest.mark.parametrize("size", [1e-6, 1e-10, 1e-13])
def test_noise_is_right_far_below_the_root_of_rounding(size, angle):
    """Two rows of length one that are almost orthogonal, and a third one that is small."""
    u = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-u[1], u[0]])
    X = np.array([u, size * across, across + size * u])
    run = record(mf.Problem([1.0, 0.5, 0.25], rank=1), X[None, :, :1])
    assert run.noise[0, 0] == pytest.approx(literal_noise(X[None, :, :1])[0, 0], rel=8 * EPS)
    run = record(mf.Problem([1.0, 0.5, 0.25], rank=2), X[None])
    assert abs(run.noise[0, 0] - size) < 8 * EPS


def test_noise_counts_only_the_rows_below():
    X = np.array([[1.0, 2.0, 0.0], [0.5, 0.0, 1.0], [0.0, 1.0, 4.0], [2.0, 0.0, 0.25]])
    run = record(mf.Problem([4.0, 3.0, 2.0, 1.0], rank=3), X[None])
    products = X @ X.T
    expected = [
        np.hypot(np.hypot(products[0, 1], products[0, 2]), products[0, 3]),
        np.hypot(products[1, 2], products[1, 3]),
        abs(products[2, 3]),
    ]
    np.testing.assert_allclose(run.noise[0], expected, rtol=4 * EPS)


def test_the_last_row_has_no_noise_if_the_rank_is_full():
    X = np.random.default_rng(0).standard_normal((3, 4, 4))
    run = record(mf.Problem([4.0, 3.0, 2.0, 1.0], rank=4), X)
    np.testing.assert_array_equal(run.noise[:, 3], 0.0)
    np.testing.assert_array_equal(run.snr[:, 3], np.inf)
    assert (run.noise[:, :3] > 0).all()


def test_snr_divides_signal_by_noise():
    X = np.array([[[1.0], [0.25]], [[1.0], [0.0]], [[0.0], [1.0]], [[0.0], [0.0]]])
    run = record(mf.Problem([1.0, 0.5], rank=1), X)
    # Noise is |u x|: 1/4, then 0 with a signal, then 0 without one, twice.
    np.testing.assert_array_equal(run.snr[:, 0], [4.0, np.inf, np.nan, np.nan])


def test_diagnostics_are_computed_once():
    run = record_of_signals([[0.5], [0.25]])
    for name in ["error", "signal", "noise", "snr"]:
        assert getattr(run, name) is getattr(run, name)


def test_a_trajectory_is_frozen():
    run = record_of_signals([[0.5], [0.25]])
    with pytest.raises(dataclasses.FrozenInstanceError):
        run.step_size = 1.0


def test_repr_says_how_the_run_ended():
    assert repr(record_of_signals([[0.5], [0.25]])).startswith("Trajectory(1 steps of size 0.1 on")
    assert "diverged at t = 1" in repr(record_of_signals([[0.5], [9.0]], diverged_at=1))
    assert "diverged" not in repr(record_of_signals([[0.5], [9.0]]))


# Hitting times


@pytest.mark.parametrize(
    ("signal", "expected"),
    [
        ([0.0, 0.5, 0.125, 0.5, 0.75], 3),  # the first crossing, at 1, is not for good
        ([0.0, 0.125, 0.5, 0.5, 0.5], 2),
        ([0.5, 0.5, 0.5, 0.5, 0.5], 0),
        ([0.0, 0.0, 0.0, 0.0, 0.5], 4),
        ([0.5, 0.5, 0.5, 0.5, 0.0], math.nan),
        ([0.0, 0.0, 0.0, 0.0, 0.0], math.nan),
        ([0.0, 0.25, 0.25, 0.25, 0.25], 1),  # at the threshold is reached
        ([0.5, 0.0, 0.5, 0.0, 0.25], 4),
        ([0.25], 0),
        ([0.125], math.nan),
    ],
)
def test_hitting_time_is_the_first_time_for_good(signal, expected):
    run = record_of_signals([[value] for value in signal])
    for times in [run.hitting_times(), run.hitting_times(0.25)]:  # Δ/2 = (1 − 1/2)/2
        assert times.dtype == np.float64
        np.testing.assert_array_equal(times, [expected])


def literal_hitting_time(signal: list[float], threshold: float) -> float:
    """The first t with every later signal at or above the threshold."""
    times = (t for t in range(len(signal)) if all(value >= threshold for value in signal[t:]))
    return next(times, math.nan)


@given(st.data(), st.integers(1, 3), st.sampled_from([0.25, 1.0, 2.25]))
def test_hitting_times_are_their_definition(data, rank, threshold):
    # Squares of dyadic numbers: signals are exact, also those at the threshold.
    root = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0])
    row = st.lists(root, min_size=rank, max_size=rank)
    signals = np.square(data.draw(st.lists(row, min_size=1, max_size=12)))
    run = record_of_signals(signals, eigenvalues=(4.0, 3.0, 2.0, 1.0))
    expected = [literal_hitting_time(list(column), threshold) for column in signals.T]
    np.testing.assert_array_equal(run.hitting_times(threshold), expected)


def test_the_default_threshold_is_half_the_smallest_leading_gap():
    signals = [[0.0, 0.0], [0.1, 0.2], [0.3, 0.4]]
    # Gaps .25 and .5, then .75 and .25, then .5 and (not among the leading ones) .125.
    for eigenvalues, expected in [
        ((1.0, 0.75, 0.25), [2, 1]),  # threshold .125
        ((1.25, 0.5, 0.25), [2, 1]),
        ((1.5, 0.75, 0.125), [math.nan, 2]),  # threshold .3125
        ((1.0, 0.5), [2, 2]),  # threshold .25, with λ₃ = 0
    ]:
        times = record_of_signals(signals, eigenvalues).hitting_times()
        np.testing.assert_array_equal(times, expected)


def test_a_diverged_run_reaches_nothing_for_good():
    run = record_of_signals([[0.5], [0.5], [9.0]], diverged_at=2)
    np.testing.assert_array_equal(run.hitting_times(), [math.nan])
    np.testing.assert_array_equal(run.hitting_times(0.25), [math.nan])


def test_a_zero_gap_asks_for_a_threshold():
    run = record_of_signals([[0.0], [0.5]], eigenvalues=(1.0, 1.0))
    assert_refused(run.hitting_times, "threshold", "number > 0", "min_eigengap", "0")
    np.testing.assert_array_equal(run.hitting_times(0.25), [1])


@pytest.mark.parametrize(
    "threshold", [0, 0.0, -0.25, math.nan, math.inf, "0.25", True, 0.25j, [0.25]]
)
def test_bad_threshold_is_refused(threshold):
    run = record_of_signals([[0.5]])
    call = lambda: run.hitting_times(threshold)  # noqa: E731
    assert_refused(call, "threshold", "finite number > 0", repr(threshold))
    assert_refused(lambda: run.hitting_times(threshold=threshold), "threshold")


# Learning times


@given(st.data(), st.integers(1, 3), st.sampled_from([0.25, 0.5, 1.0]))
def test_learning_times_are_their_definition(data, rank, fraction):
    root = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0])
    row = st.lists(root, min_size=rank, max_size=rank)
    signals = np.square(data.draw(st.lists(row, min_size=1, max_size=12)))
    run = record_of_signals(signals, eigenvalues=(4.0, 2.0, 1.0, 0.5))
    shares = fraction * run.problem.eigenvalues[:rank]
    expected = [
        literal_hitting_time(list(s), share) for s, share in zip(signals.T, shares, strict=True)
    ]
    np.testing.assert_array_equal(run.learning_times(fraction), expected)


def test_learned_means_nine_tenths_of_the_eigenvalue_though_the_gap_is_small():
    # The rows come into sight at 1 and 2 (Δ/2 = 1/16) and are learned at 3 and 2.
    run = record_of_signals([[0, 0], [0.1, 0], [0.5, 0.8], [0.95, 0.8]], (1.0, 0.875, 0.75))
    np.testing.assert_array_equal(run.hitting_times(), [1, 2])
    np.testing.assert_array_equal(run.learning_times(), [3, 2])


def test_figure_1_passes_its_thresholds_long_before_it_has_learned():
    problem = mf.figure_1_problem(dimension=4000)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
    tau, half, learned = run.hitting_times(), run.learning_times(0.5), run.learning_times()
    np.testing.assert_array_equal([tau, half, learned], [[51, 148], [65, 178], [78, 225]])
    shares = run.signal[tau.astype(int), [0, 1]] / [1.0, 0.5]
    assert (shares < 0.25).all()


def test_a_diverged_run_learns_nothing():
    run = record_of_signals([[0.95], [0.95], [9.0]], diverged_at=2)
    np.testing.assert_array_equal(run.learning_times(), [math.nan])


@pytest.mark.parametrize("fraction", [0, -0.5, 1.01, math.nan, "0.9", True, [0.9]])
def test_bad_fraction_is_refused(fraction):
    assert_refused(lambda: record_of_signals([[0.5]]).learning_times(fraction), "fraction")


# The heat maps


@pytest.mark.parametrize(("d", "r"), [(5, 2), (4, 3), (3, 3), (1, 1)])
def test_top_block_is_a_block_of_the_product(d, r):
    iterates = np.random.default_rng(1).standard_normal((3, d, r))
    run = record(mf.Problem(np.ones(d), r), iterates)
    for t in range(3):
        whole = np.zeros((r + 1, r + 1))
        m = min(d, r + 1)
        whole[:m, :m] = (iterates[t] @ iterates[t].T)[:m, :m]
        for size in range(1, r + 2):
            # A dot product of r terms, rounded r times, here and there.
            tolerance = 2 * r * EPS * np.square(iterates[t]).sum()
            assert_within(run.top_block(t, size), whole[:size, :size], tolerance)
        np.testing.assert_array_equal(run.top_block(t), run.top_block(t, r + 1))
        np.testing.assert_array_equal(run.top_block(np.int64(t)), run.top_block(t))


@pytest.mark.parametrize("t", [-1, 3, 1.0, "1", None, True, [1], math.nan])
def test_bad_time_is_refused(t):
    run = record_of_signals([[0.5], [0.25], [0.5]])
    assert_refused(lambda: run.top_block(t), "t", "integer from 0 to 2", repr(t))


@pytest.mark.parametrize("size", [0, -1, 3, 1.0, "1", True, [1], math.nan])
def test_bad_block_size_is_refused(size):
    run = record_of_signals([[0.5], [0.25], [0.5]])
    assert_refused(lambda: run.top_block(0, size), "size", "integer from 1 to 2", repr(size))


def test_times_end_where_the_run_diverged():
    problem = mf.Problem([1.0, 0.5], rank=1)
    run = mf.gradient_descent(problem, [[1.9], [0.5]], step_size=1.0, n_steps=50)
    last = run.diverged_at
    assert 0 < last < 50
    np.testing.assert_allclose(run.top_block(last), run.X_final @ run.X_final.T, rtol=4 * EPS)
    assert_refused(lambda: run.top_block(last + 1), "t", f"from 0 to {last}", str(last + 1))
