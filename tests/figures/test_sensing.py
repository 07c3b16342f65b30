"""The figures of sensing and of deep factorization show the numbers they are given."""

import math

import numpy as np
import pytest

import mftutor as mf
from mftutor import figures

PROBLEM = mf.sensing.Problem(mf.sensing.gaussian_measurements(6, 20, seed=0), [1.0, 0.5])


@pytest.fixture(scope="module")
def run():
    U0 = mf.sensing.init(PROBLEM, 6, scale=1e-3, seed=0)
    return mf.sensing.descend(PROBLEM, U0, step_size=0.1, n_steps=400, stride=10)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def curves(axes, length):
    return [line for line in axes.get_lines() if len(line.get_xdata()) == length]


def test_sensing_panels_draw_signals_and_singular_values(run):
    left, right = figures.sensing_panels(run).axes
    np.testing.assert_array_equal([c.get_ydata() for c in curves(left, 401)], run.signal.T)
    first, second = run.hitting_times()
    assert texts(left) == [f"k = 1, half at {first:.0f}", f"k = 2, half at {second:.0f}"]
    for line in curves(right, 41):
        np.testing.assert_array_equal(line.get_xdata(), run.snapshot_times)
    shown = [c.get_ydata() for c in curves(right, 41)]
    np.testing.assert_allclose(shown, np.maximum(run.singular_values(3).T, 1e-300))
    assert right.get_yscale() == "log"
    assert legend(right) == ["k = 1", "k = 2", "k = 3"]
    assert len(curves(figures.sensing_panels(run, count=5).axes[1], 41)) == 5


def test_a_signal_that_is_never_learned_has_a_name_and_no_time():
    stuck = mf.sensing.descend(PROBLEM, np.zeros((6, 1)), step_size=0.1, n_steps=5, stride=1)
    left, _ = figures.sensing_panels(stuck).axes
    assert texts(left) == ["k = 1", "k = 2"]


def test_fit_distances_mark_their_minima(run):
    fits = [mf.sensing.best_fit(PROBLEM, s, seed=0) for s in (1, 2)]
    distances = run.distances([fit.matrix for fit in fits])
    (axes,) = figures.fit_distances(run, fits).axes
    np.testing.assert_array_equal([c.get_ydata() for c in curves(axes, 41)], distances.T)
    marks = np.array([line.get_xydata()[0] for line in curves(axes, 1)])
    np.testing.assert_array_equal(marks[:, 1], distances.min(axis=0))
    np.testing.assert_array_equal(marks[:, 0], 10 * distances.argmin(axis=0))
    assert texts(axes) == [f"{least:.2g}" for least in distances.min(axis=0)]
    assert legend(axes) == ["s = 1", "s = 2"]


def test_pictures_that_need_snapshots_say_so():
    bare = mf.sensing.descend(PROBLEM, np.ones((6, 1)), step_size=0.1, n_steps=5)
    for draw in (lambda: figures.sensing_panels(bare), lambda: figures.fit_distances(bare, [])):
        with pytest.raises(ValueError, match="stride must be given"):
            draw()


def test_signals_and_distances_are_drawn_at_the_steps_given():
    t, signals = [0, 20, 40], np.array([[0.1, 0.0], [0.9, 0.2], [1.0, 0.5]])
    distances = np.array([[1.0, 1.2], [0.1, 0.5], [0.6, 1e-6]])
    drawn = figures.signals_and_distances(t, signals, distances, limits=[1.0, 0.5], at=20)
    left, right = drawn.axes
    for axes, values in ((left, signals), (right, distances)):
        shown = curves(axes, 3)
        np.testing.assert_array_equal([line.get_ydata() for line in shown], values.T)
        np.testing.assert_array_equal(shown[0].get_xdata(), t)
        assert [20, 20] in [list(line.get_xdata()) for line in axes.get_lines()]
    levels = [line.get_ydata()[0] for line in curves(left, 2) if line.get_xdata()[0] == 0]
    assert levels == [1.0, 0.5]
    assert right.get_yscale() == "log"
    assert legend(left) == ["k = 1", "k = 2"]
    assert legend(right) == ["s = 1", "s = 2"]
    with pytest.raises(ValueError, match=r"signals must have shape \(3, 1\)"):
        figures.signals_and_distances(t, signals, distances, limits=[1.0], at=20)


def test_recovery_curves_draw_medians_and_runs():
    m = [10, 20]
    errors = {"one": np.array([[1.0, 3.0, 2.0], [0.1, 0.0, 0.2]]), "two": np.ones((2, 3))}
    (axes,) = figures.recovery_curves(m, errors, threshold=15).axes
    medians = [line.get_ydata() for line in curves(axes, 2)[:2]]
    np.testing.assert_array_equal(medians, [[2.0, 0.1], [1.0, 1.0]])
    points = curves(axes, 6)
    np.testing.assert_array_equal(points[0].get_xdata(), [10, 10, 10, 20, 20, 20])
    np.testing.assert_array_equal(points[0].get_ydata(), [1, 3, 2, 0.1, 1e-16, 0.2])
    assert list(axes.get_lines()[-1].get_xdata()) == [15, 15]
    assert legend(axes) == ["one", "two"]
    without = figures.recovery_curves(m, errors).axes[0]
    assert len(without.get_lines()) == len(axes.get_lines()) - 1
    with pytest.raises(ValueError, match=r"errors must have shape \(2, n_seeds\)"):
        figures.recovery_curves(m, {"one": np.ones((3, 2))})


def test_deep_signals_draw_a_panel_for_each_run():
    problem = mf.Problem([1.0, 0.5, 0.0], 3)
    runs = {
        f"L = {depth}": mf.deep.descend(
            problem,
            mf.deep.init(problem, depth=depth, scale=0.01, seed=0),
            step_size=0.1,
            n_steps=150,
        )
        for depth in (2, 3)
    }
    panels = figures.deep_signals(runs).axes
    for axes, (title, run) in zip(panels, runs.items(), strict=True):
        assert axes.get_title(loc="left") == title
        np.testing.assert_array_equal(
            [c.get_ydata() for c in curves(axes, 151)], run.signal[:, :2].T
        )
        for k, time in enumerate(run.hitting_times()[:2]):
            expected = f"k = {k + 1}" + ("" if math.isnan(time) else f", half at {time:.0f}")
            assert texts(axes)[k] == expected
    assert len(curves(figures.deep_signals(runs, count=3).axes[0], 151)) == 3


def test_half_times_are_drawn_against_the_scale():
    scales, times = [1e-4, 1e-2], {2: [90.0, 50.0], 3: [400.0, math.nan]}
    (axes,) = figures.half_times_against_scale(scales, times, {3: [390.0, 80.0]}).axes
    two, three, predicted = axes.get_lines()
    np.testing.assert_array_equal(two.get_xydata(), [(1e-4, 90.0), (1e-2, 50.0)])
    np.testing.assert_array_equal(three.get_ydata(), [400.0, math.nan])
    np.testing.assert_array_equal(predicted.get_ydata(), [390.0, 80.0])
    assert predicted.get_color() == three.get_color()
    assert legend(axes) == ["L = 2", "L = 3", "predicted"]
    assert legend(figures.half_times_against_scale(scales, times).axes[0]) == ["L = 2", "L = 3"]
    with pytest.raises(ValueError, match=r"times must have shape \(2,\), got \(3,\)"):
        figures.half_times_against_scale(scales, {2: [1.0, 2.0, 3.0]})


def test_station_spectra_show_all_rates_and_mark_the_largest():
    station = mf.sensing.best_fit(PROBLEM, 1, seed=0)
    (axes,) = figures.station_spectra(PROBLEM, [station]).axes
    for place, U in enumerate([np.zeros((6, 1)), station.U]):
        rates = np.linalg.eigvalsh(-PROBLEM.residual(U)[1])
        ticks = curves(axes, 6)[place]
        np.testing.assert_array_equal(ticks.get_xdata(), np.full(6, place))
        np.testing.assert_allclose(ticks.get_ydata(), rates, rtol=1e-12)
        assert texts(axes)[place] == f"{rates[-1]:.2f}"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["zero", "$Z_1^*$"]
