"""The figures of small and large initialization show the numbers they are given."""

import numpy as np
import pytest

import mftutor as mf
from mftutor import figures

PROBLEM = mf.figure_1_problem(60)


@pytest.fixture(scope="module")
def runs():
    starts = [mf.gaussian_init(PROBLEM, scale=scale, seed=3) for scale in (0.5, 0.01)]
    return [mf.gradient_descent(PROBLEM, X0, step_size=0.1, n_steps=200) for X0 in starts]


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_spectral_errors_draw_points_a_slope_and_curves():
    scales, errors = np.array([1e-4, 1e-2, 0.5]), np.array([1e-7, 1e-3, 0.6])
    left, right = figures.spectral_errors(scales, errors, {"one": [0.0, 1e-3, 1e-2]}).axes
    measured, parabola = left.get_lines()
    np.testing.assert_array_equal(measured.get_xydata(), np.column_stack([scales, errors]))
    np.testing.assert_allclose(parabola.get_ydata(), [1e-7, 1e-3, 2.5])
    np.testing.assert_array_equal(right.get_lines()[0].get_xydata(), [(1, 1e-3), (2, 1e-2)])
    assert legend(right) == ["one"]


def test_spectral_errors_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"errors must have shape \(2,\)"):
        figures.spectral_errors([0.1, 0.2], [1.0], {})


def test_scale_sweep_draws_medians():
    comparison = mf.compare_initializations(
        PROBLEM, scales=[0.5, 0.01], seeds=range(3), step_size=0.1, n_steps=400
    )
    panels = figures.scale_sweep(comparison, crossover=0.1).axes
    shown = [comparison.hitting_times, comparison.plateau_error, comparison.noise_at_arrival]
    for axes, values in zip(panels, shown, strict=True):
        *curves, mark = axes.get_lines()
        medians = np.median(values, axis=1).T
        np.testing.assert_allclose([line.get_ydata() for line in curves], medians)
        assert list(mark.get_xdata()) == [0.1, 0.1]
    without = figures.scale_sweep(comparison).axes
    assert [len(axes.get_lines()) for axes in without] == [2, 1, 2]


def test_two_scales_draw_errors_and_signals(runs):
    left, right = figures.two_scales(runs, ["A", "B"], t=1000).axes
    first, second, mark = left.get_lines()
    np.testing.assert_array_equal([first.get_ydata(), second.get_ydata()], [r.error for r in runs])
    assert list(mark.get_xdata()) == [200, 200]
    signals = np.concatenate([run.signal.T for run in runs])
    np.testing.assert_array_equal([line.get_ydata() for line in right.get_lines()[:4]], signals)
    assert legend(right) == ["A, row 1", "A, row 2", "B, row 1", "B, row 2"]
    assert len(figures.two_scales(runs, ["A", "B"]).axes[0].get_lines()) == 2


def test_failing_starts_draw_every_run(runs):
    (axes,) = figures.failing_starts({"one": runs[0], "two": runs[1]}).axes
    for line, run in zip(axes.get_lines(), runs, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), run.error[1:])
    assert legend(axes) == ["one", "two"]
    assert axes.get_xscale() == "log"
