"""The figures of the phases show the numbers they are given."""

import numpy as np
import pytest

import mftutor as mf
from mftutor import figures


@pytest.fixture(scope="module")
def run():
    problem = mf.Problem([1.0, 0.7, 0.4, 0.1, 0.0], rank=3)
    X0 = mf.gaussian_init(problem, scale=0.3, seed=1)
    return mf.gradient_descent(problem, X0, step_size=0.1, n_steps=600)


def test_relay_has_a_panel_for_each_row_and_marks_every_arrival(run):
    panels = figures.relay(run).axes
    tau = run.hitting_times()
    assert len(panels) == 3
    for k, axes in enumerate(panels):
        signal, noise, threshold, *arrivals = axes.get_lines()
        np.testing.assert_array_equal(signal.get_ydata(), run.signal[:, k])
        shown, drawn = noise.get_ydata(), run.noise[:, k] >= 1e-12
        np.testing.assert_array_equal(shown[drawn], run.noise[drawn, k])
        assert np.isnan(shown[~drawn]).all()
        assert threshold.get_ydata()[0] == run.problem.min_eigengap / 2
        assert [line.get_xdata()[0] for line in arrivals] == tau.tolist()
        assert [text.get_text() for text in axes.texts] == [rf"$\tau_{k + 1} = {tau[k]:.0f}$"]
        assert axes.get_yscale() == "log"


def test_a_row_that_never_arrives_has_no_mark(run):
    short = mf.gradient_descent(run.problem, 0 * run.X_final, step_size=0.1, n_steps=3)
    for axes in figures.relay(short).axes:
        assert len(axes.get_lines()) == 3
        assert not axes.texts


def test_relay_takes_one_column():
    problem = mf.Problem([1.0, 0.5], rank=1)
    run = mf.gradient_descent(problem, [[0.1], [0.1]], step_size=0.1, n_steps=50)
    assert len(figures.relay(run).axes) == 1


def test_phase_panels_draw_pairs_and_curves(run):
    steps = np.arange(run.n_steps + 1)
    pairs = {"in S": (50.0, 0.0), "learned": (900.0, 31.0), "unknown": (np.nan, np.nan)}
    top, bottom = figures.phase_panels(pairs, steps, {"error": run.error}).axes
    lines, observed, granted = (top.get_lines()[i::3] for i in range(3))
    assert [line.get_xdata().tolist() for line in lines[:2]] == [[1, 50], [31, 900]]
    assert [line.get_ydata().tolist() for line in lines[:2]] == [[0, 0], [1, 1]]
    assert [mark.get_xdata()[0] for mark in observed[:2]] == [1, 31]
    assert [mark.get_xdata()[0] for mark in granted[:2]] == [50, 900]
    assert np.isnan(lines[2].get_xdata()).all()
    assert [label.get_text() for label in top.get_yticklabels()] == list(pairs)
    assert top.get_ylim()[0] > top.get_ylim()[1]  # the first on top
    assert [text.get_text() for text in top.get_legend().get_texts()] == ["observed", "granted"]
    curve, *marks = bottom.get_lines()
    np.testing.assert_array_equal(curve.get_xdata(), np.maximum(steps, 1))
    drawn = run.error >= 1e-12
    np.testing.assert_array_equal(curve.get_ydata()[drawn], run.error[drawn])
    assert [mark.get_xdata()[0] for mark in marks] == [50, 900]
    assert (bottom.get_xscale(), bottom.get_yscale()) == ("log", "log")


def test_curves_of_another_length_are_refused(run):
    with pytest.raises(ValueError, match=r"curves must have shape \(3,\), got \(601,\)"):
        figures.phase_panels({"in S": (5.0, 1.0)}, [0, 1, 2], {"error": run.error})
