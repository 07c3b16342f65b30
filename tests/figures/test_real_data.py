"""The figures of the chapters on depth and on real data show the numbers they are given."""

import numpy as np
import pytest
from strategies import assert_refused

import mftutor as mf
from mftutor import figures

VECTORS = np.linalg.qr(np.random.default_rng(0).standard_normal((9, 9)))[0]


def curves(axes, length):
    return [line for line in axes.get_lines() if len(line.get_xdata()) == length]


def pixels(axes):
    return np.asarray(axes.images[0].get_array())


def test_patches_are_the_columns_with_the_signs_of_the_first_row():
    shown = figures.patches({"true": VECTORS[:, :2], "found": -VECTORS[:, :2]}).axes
    for axes, vector in zip(shown, [*VECTORS[:, :2].T] * 2, strict=True):
        np.testing.assert_array_equal(pixels(axes), vector.reshape(3, 3))
        # White is zero: the colours reach as far below as above.
        assert axes.images[0].norm.vmin == -axes.images[0].norm.vmax == -np.abs(vector).max()
    assert [axes.get_title(loc="left") for axes in shown] == ["k = 1", "k = 2", "", ""]
    assert [axes.get_ylabel() for axes in shown] == ["true", "", "found", ""]


def test_patches_stand_beside_their_image():
    image = np.arange(12.0).reshape(3, 4)
    first, *others = figures.patches({"": VECTORS[:, :3]}, image=image).axes
    np.testing.assert_array_equal(pixels(first), image)
    assert len(others) == 3


def test_patches_that_are_none_are_refused():
    assert_refused(lambda: figures.patches({"": VECTORS[:8]}), "rows", "side**2", "(8, 9)")
    assert_refused(lambda: figures.patches({"": VECTORS, "b": VECTORS[:, :2]}), "rows", "(9, 9)")
    assert_refused(lambda: figures.patches({"": VECTORS}, image=np.zeros(3)), "image")


def test_the_decay_shows_positive_eigenvalues_and_the_rank():
    (axes,) = figures.eigenvalue_decay([1.0, 0.5, 0.1, 0.0], rank=2).axes
    (line,) = curves(axes, 3)
    np.testing.assert_array_equal(line.get_xydata(), [[1, 1.0], [2, 0.5], [3, 0.1]])
    assert axes.get_yscale() == "log"
    assert list(axes.get_lines()[-1].get_xdata()) == [2.5, 2.5]
    assert_refused(lambda: figures.eigenvalue_decay([1.0, 0.5], rank=3), "rank", "3")


def test_staircases_draw_signals_limits_and_half_times():
    problem = mf.Problem([1.0, 0.8, 0.6, 0.5, 0.4, 0.1], rank=5)
    start = mf.gaussian_init(problem, scale=1e-2, seed=0)
    runs = {
        name: mf.gradient_descent(problem, start, step_size=0.1, n_steps=n)
        for name, n in (("short", 20), ("long", 600))
    }
    short, long = figures.staircases(runs).axes
    assert (short.get_title("left"), long.get_title("left")) == ("short", "long")
    np.testing.assert_array_equal(
        [line.get_ydata() for line in curves(long, 601)], runs["long"].signal.T
    )
    # In the short run nothing has arrived, so there are no marks.
    assert curves(short, 1) == []
    for line, signal, limit in zip(
        curves(long, 1), runs["long"].signal.T, problem.eigenvalues, strict=False
    ):
        ((t, height),) = line.get_xydata()
        assert (signal[int(t) :] >= limit / 2).all()
        assert signal[int(t) - 1] < limit / 2
        assert height == signal[int(t)]
    looks = {(line.get_color(), line.get_linestyle()) for line in curves(long, 601)}
    assert len(looks) == 5


@pytest.mark.parametrize("missing", [False, True])
def test_depth_panels_draw_the_recorded_points(missing):
    t, signals = np.array([0.0, 10, 20]), np.array([[0.0, 0], [0.5, 0.1], [1, 0.6]])
    times = np.array([9.0, np.nan if missing else 15.0])
    left, right = figures.depth_panels(
        t, [1.2, 1.0, 0.1], signals, limits=[1.0, 0.6], times=times, at=1
    ).axes
    (error,) = curves(left, 3)
    np.testing.assert_array_equal(error.get_xydata(), [[0, 1.2], [10, 1.0], [20, 0.1]])
    np.testing.assert_array_equal([line.get_ydata() for line in curves(right, 3)], signals.T)
    marks = [tuple(line.get_xydata()[0]) for line in curves(right, 1)]
    assert marks == [(9.0, 0.5)] + ([] if missing else [(15.0, 0.3)])
    for axes in (left, right):
        assert list(axes.get_lines()[-1].get_xdata()) == [10, 10]
