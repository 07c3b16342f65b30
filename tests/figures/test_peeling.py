"""The figures of peeling and of saddles show the numbers they are given."""

import numpy as np
import pytest

import mftutor as mf
from mftutor import figures

PROBLEM = mf.figure_1_problem(60)


@pytest.fixture(scope="module")
def run():
    X0 = mf.gaussian_init(PROBLEM, scale=0.5, seed=3)
    return mf.gradient_descent(PROBLEM, X0, step_size=0.1, n_steps=200)


def legend(axes_or_figure):
    return [text.get_text() for text in axes_or_figure.get_legend().get_texts()]


def test_decoupling_errors_start_where_they_are_peeled_on_the_price(run):
    errors = np.array([1e-2, 1e-3, 1e-12])
    figure = figures.decoupling_errors(run, {80: errors, 120: errors / 2}, {120: 3 * errors})
    (axes,) = figure.axes
    price, first, second, kept = axes.get_lines()
    np.testing.assert_allclose(price.get_ydata(), run.noise[:, 0] ** 2 / run.signal[:, 0])
    np.testing.assert_array_equal(first.get_xydata(), np.column_stack([[80, 81, 82], errors]))
    np.testing.assert_array_equal(second.get_xdata(), [120, 121, 122])
    np.testing.assert_array_equal(kept.get_ydata(), 3 * errors)
    assert kept.get_color() == second.get_color() != first.get_color()
    assert kept.get_linestyle() != second.get_linestyle()
    assert [text.get_text() for text in axes.texts] == ["peeled at 80", "peeled at 120"]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["price of forgetting row 1", "r − 1 columns", "r columns"]


def test_a_row_of_zeros_has_no_price():
    still = mf.gradient_descent(PROBLEM, np.zeros((60, 2)), step_size=0.1, n_steps=3)
    price, *_ = figures.decoupling_errors(still, {}, {}).axes[0].get_lines()
    assert np.isnan(price.get_ydata()).all()


@pytest.mark.parametrize("step", [-1, 201, 1.5])
def test_a_step_outside_the_run_is_refused(run, step):
    with pytest.raises(ValueError, match="the step of peeling must be an integer from 0 to 200"):
        figures.decoupling_errors(run, {step: [1.0]}, {})


def test_peeled_signals_lie_where_their_stage_begins(run):
    small_problem, small_X = mf.theory.peel_off(PROBLEM, run.X_final)
    second = mf.gradient_descent(small_problem, small_X, step_size=0.1, n_steps=50)
    (axes,) = figures.peeled_signals(run, {0: run, 150: second}).axes
    *whole, one, _, two, end, mark = axes.get_lines()
    np.testing.assert_array_equal([line.get_ydata() for line in whole], run.signal.T)
    np.testing.assert_array_equal(one.get_ydata(), run.signal[:, 0])
    np.testing.assert_array_equal(two.get_ydata(), second.signal[:, 0])
    np.testing.assert_array_equal(two.get_xdata(), np.arange(150, 201))
    assert end.get_xdata()[0] == 200
    assert mark.get_xdata()[0] == 150
    assert [text.get_text() for text in axes.texts] == ["row 1", "row 2"]


def test_stationary_visits_draw_every_leading_set(run):
    left, right = figures.stationary_visits({"a": run, "b": run}).axes
    for axes in (left, right):
        for k, line in enumerate(axes.get_lines()):
            expected = mf.theory.stationary_distance(run, range(1, k + 1))
            np.testing.assert_array_equal(line.get_ydata(), expected)
        assert len(axes.get_lines()) == 3
    assert left.get_title(loc="left") == "a"
    assert legend(right) == [r"$\emptyset$", "{1}", "{1, 2}"]
    # The last set is the solution: its distance is the error, up to the root of a rounding.
    np.testing.assert_allclose(right.get_lines()[2].get_ydata(), run.error, rtol=0, atol=1e-7)


def test_lines_are_told_apart_by_more_than_colour():
    problem = mf.Problem([1.0, 0.6, 0.4, 0.2, 0.1], rank=4)
    run = mf.gradient_descent(problem, 0.1 * np.eye(5)[:, :4], step_size=0.1, n_steps=5)
    lines = figures.stationary_visits({"only": run}).axes[0].get_lines()
    assert len({str(line._dash_pattern) for line in lines}) == 5
    assert len({line.get_color() for line in lines}) == 5
