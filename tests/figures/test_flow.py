"""The figures of the flow show the numbers they were given."""

import numpy as np
import pytest

import mftutor as mf
from mftutor import figures

PROBLEM = mf.figure_1_problem(60)
X0 = mf.gaussian_init(PROBLEM, scale=0.5, seed=1)


def paths(n_times=101):
    run = mf.gradient_descent(PROBLEM, X0, step_size=0.2, n_steps=100)
    return run, mf.flow.solve(PROBLEM, X0, 0.2 * np.arange(n_times))


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_logistic_curves_draws_the_limit_and_the_infinite_start_apart():
    time = np.linspace(0.1, 5, 20)
    curves = np.stack([0.5 / -np.expm1(-time), 0.5 + 0 * time, 0.1 * time])
    (axes,) = figures.logistic_curves(time, curves, eigenvalue=0.5).axes
    level, *lines = axes.get_lines()
    np.testing.assert_array_equal(level.get_ydata(), [0.5, 0.5])
    assert sorted(line.get_ydata().tolist() for line in lines) == sorted(curves.tolist())
    (infinite,) = [line for line in lines if line.get_label() == "from infinity"]
    np.testing.assert_array_equal(infinite.get_ydata(), curves[0])
    with pytest.raises(ValueError, match=r"curves must have shape \(n_starts, 20\)"):
        figures.logistic_curves(time, curves[:, :3], eigenvalue=0.5)


@pytest.mark.parametrize("n_times", [101, 131])
def test_flow_panels_draws_both_and_their_distance(n_times):
    run, flow = paths(n_times)
    left, middle, right = figures.flow_panels(run, flow, 30).axes
    descent, exact, cursor = left.get_lines()
    np.testing.assert_array_equal(descent.get_ydata(), run.error)
    np.testing.assert_array_equal(exact.get_ydata(), flow.error)
    assert cursor.get_xdata()[0] == 30
    assert left.get_yscale() == "linear"
    drawn = [line.get_ydata() for line in middle.get_lines()[:4]]
    expected = [run.signal[:, 0], flow.signal[:, 0], run.signal[:, 1], flow.signal[:, 1]]
    for got, want in zip(drawn, expected, strict=True):
        np.testing.assert_array_equal(got, want)
    np.testing.assert_array_equal(right.get_lines()[0].get_ydata(), mf.flow.distance(run, flow))
    assert (middle.get_yscale(), right.get_yscale()) == ("log", "log")


def test_flow_panels_of_a_huge_start_has_a_log_axis():
    flow = mf.flow.solve(PROBLEM, 20 * X0, 0.2 * np.arange(11))
    run = mf.gradient_descent(PROBLEM, 20 * X0, step_size=0.2, n_steps=10)
    assert figures.flow_panels(run, flow, 0).axes[0].get_yscale() == "log"


def test_flow_panels_refuses_what_does_not_fit():
    run, flow = paths(50)
    with pytest.raises(ValueError, match="flow must have at least 101 points of rank 2"):
        figures.flow_panels(run, flow, 10)
    run, flow = paths()
    with pytest.raises(ValueError, match="t must be an integer from 0 to 100"):
        figures.flow_panels(run, flow, 101)


def test_times_by_scale_draws_each_time_in_the_colour_of_its_limit():
    scales, times = [0.1, 1.0, 10.0], np.array([[5.0, 16.0], [4.0, 15.0], [3.9, 14.0]])
    (axes,) = figures.times_by_scale(scales, times, [3.8, 13.0]).axes
    lines = axes.get_lines()
    for k, end in enumerate([3.8, 13.0]):
        measured, limit = lines[2 * k : 2 * k + 2]
        np.testing.assert_array_equal(measured.get_xydata().T, [scales, times[:, k]])
        assert set(limit.get_ydata()) == {end}
        assert measured.get_color() == limit.get_color()
    assert axes.get_xscale() == "log"
    with pytest.raises(ValueError, match=r"limits must have shape \(2,\)"):
        figures.times_by_scale(scales, times, [3.8])


def test_guaranteed_times_draws_the_bound_of_each_time_in_its_colour():
    dimensions, times = [10, 100], np.array([[5.0, 16.0], [6.0, 18.0]])
    (axes,) = figures.guaranteed_times(dimensions, times, 2 * times).axes
    lines = axes.get_lines()
    for k in range(2):
        measured, bound = lines[2 * k : 2 * k + 2]
        np.testing.assert_array_equal(measured.get_ydata(), times[:, k])
        np.testing.assert_array_equal(bound.get_ydata(), 2 * times[:, k])
        assert measured.get_color() == bound.get_color()
    assert legend(axes)[1] == "T₁ guaranteed"
    assert axes.get_ylim()[1] > 36
    with pytest.raises(ValueError, match=r"bounds must have shape \(2, 2\)"):
        figures.guaranteed_times(dimensions, times, times[:1])


def test_time_laws_draws_the_draws_and_the_law_in_both_ways():
    times = np.random.default_rng(0).exponential(size=(50, 2)) * [1, 3]
    grid = np.linspace(0, 10, 30)
    laws = 1 - np.exp(-np.stack([grid, grid / 3]))
    left, right = figures.time_laws(times, grid, laws).axes
    for k in range(2):
        law, stairs = left.get_lines()[2 * k : 2 * k + 2]
        np.testing.assert_array_equal(law.get_xydata().T, [grid, laws[k]])
        np.testing.assert_array_equal(stairs.get_xdata(), np.sort(times[:, k]))
        np.testing.assert_allclose(stairs.get_ydata(), np.arange(1, 51) / 50)
        late, dots = right.get_lines()[2 * k : 2 * k + 2]
        np.testing.assert_allclose(late.get_ydata(), 1 - laws[k])
        np.testing.assert_array_equal(dots.get_xdata(), np.sort(times[:, k])[:-1])
        assert law.get_color() == stairs.get_color() == late.get_color() == dots.get_color()
    assert right.get_yscale() == "log"
    with pytest.raises(ValueError, match=r"laws must have shape \(2, 30\)"):
        figures.time_laws(times, grid, laws[:1])


def test_each_of_many_columns_has_a_marker_of_its_own():
    times = np.arange(1.0, 13.0).reshape(2, 6)
    (axes,) = figures.times_by_scale([0.1, 1.0], times, times[1]).axes
    marks = [line.get_marker() for line in axes.get_lines()[::2]]  # a limit follows each
    assert len(set(marks)) == len(marks) == 6
