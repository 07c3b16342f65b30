"""The figures show the numbers of the run, and leave matplotlib as it was."""

import io

import matplotlib
import numpy as np
import pytest

import mftutor as mf
from mftutor import figures


@pytest.fixture(scope="module")
def run():
    problem = mf.figure_1_problem(60)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=3)
    return mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def test_figure_1_draws_the_error_and_one_map_a_time(run):
    times = (0, 50, 200)
    curve, *maps = figures.figure_1(run, times).axes
    line, marks = curve.get_lines()
    np.testing.assert_array_equal(line.get_ydata(), run.error)
    np.testing.assert_array_equal(marks.get_xydata(), [(t, run.error[t]) for t in times])
    for t, heat_map in zip(times, maps, strict=True):
        np.testing.assert_array_equal(heat_map.images[0].get_array(), run.top_block(t))
        written = [float(text) for text in texts(heat_map)]
        np.testing.assert_allclose(written, run.top_block(t).ravel(), atol=0.005)


def test_signals_and_noises_mark_the_hitting_times(run):
    left, right = figures.signals_and_noises(run).axes
    curves = [line for line in left.get_lines() if len(line.get_xdata()) == 301]
    np.testing.assert_array_equal([c.get_ydata() for c in curves], run.signal.T)
    np.testing.assert_array_equal([c.get_ydata() for c in right.get_lines()], run.noise.T)
    assert texts(left) == [
        rf"$\tau_{k} = {tau:.0f}$" for k, tau in enumerate(run.hitting_times(), 1)
    ]


def test_a_signal_that_is_never_learned_has_no_mark(run):
    short = mf.gradient_descent(run.problem, run.X_final * 0, step_size=0.1, n_steps=5)
    left, _ = figures.signals_and_noises(short).axes
    assert texts(left) == []


def test_error_band_holds_the_quantiles_and_the_chosen_curves(run):
    errors = np.array([run.error, 2 * run.error, 4 * run.error])
    (axes,) = figures.error_band(errors, {"third": 2}).axes
    median, third = axes.get_lines()
    np.testing.assert_allclose(median.get_ydata(), 2 * run.error)
    np.testing.assert_array_equal(third.get_ydata(), errors[2])
    band = axes.collections[0].get_paths()[0].vertices[:, 1]
    assert band.max() == pytest.approx(np.quantile(errors, 0.95, axis=0).max())


def test_time_histograms_count_every_run():
    times = np.array([[3.0, 10.0], [4.0, 11.0], [5.0, 30.0]])
    (axes,) = figures.time_histograms(times, marked=[3.0, 10.0]).axes
    assert sum(bar.get_height() for bar in axes.patches) == times.size
    assert [line.get_xdata()[0] for line in axes.get_lines()] == [3.0, 10.0]
    assert "median 11" in texts(axes)[1]


def test_times_against_sizes_draw_every_run_and_the_formula_last():
    times, sizes = [3.0, 5.0, 4.0], {"one": [1.0, 2.0, 3.0], "other": [4.0, 0.5, 2.0]}
    figure = figures.times_against_sizes(times, sizes, [[0.5, 4.0], [5.0, 3.0]])
    for axes, (label, values) in zip(figure.axes, sizes.items(), strict=True):
        np.testing.assert_array_equal(axes.get_lines()[0].get_xdata(), values)
        np.testing.assert_array_equal(axes.get_lines()[0].get_ydata(), times)
        assert (axes.get_xlabel(), axes.get_xscale()) == (label, "log")
    assert [len(axes.get_lines()) for axes in figure.axes] == [1, 2]
    np.testing.assert_array_equal(figure.axes[1].get_lines()[1].get_xydata(), [[0.5, 5], [4, 3]])
    with pytest.raises(ValueError, match=r"one must have shape \(3,\)"):
        figures.times_against_sizes(times, {"one": [1.0]}, [[1.0], [1.0]])


def test_times_never_reached_are_refused():
    with pytest.raises(ValueError, match=r"times must be finite, got times\[0, 1\] = nan"):
        figures.time_histograms([[1.0, np.nan]], marked=[1.0, 2.0])


@pytest.mark.parametrize("t", [0, 90, 300])
def test_trajectory_panels_show_the_run_and_mark_the_step(run, t):
    left, middle, right = figures.trajectory_panels(run, t).axes
    error, mark = left.get_lines()
    np.testing.assert_array_equal(error.get_ydata(), run.error)
    *curves, middle_mark = middle.get_lines()
    strengths = np.stack([run.signal, run.noise], axis=2).reshape(301, 4)
    np.testing.assert_array_equal([curve.get_ydata() for curve in curves], strengths.T)
    assert [curve.get_label() for curve in curves] == ["signal 1", "noise 1", "signal 2", "noise 2"]
    assert middle.get_yscale() == "log"
    assert mark.get_xdata()[0] == middle_mark.get_xdata()[0] == t
    np.testing.assert_array_equal(right.images[0].get_array(), run.top_block(t))
    assert right.get_title(loc="center") == f"t = {t}"
    with pytest.raises(ValueError, match="t must be an integer from 0 to 300"):
        figures.trajectory_panels(run, 301)


def test_overshoot_curves_end_where_a_run_diverged(run):
    apart = mf.gradient_descent(run.problem, 50 * run.X_final, step_size=0.1, n_steps=300)
    (axes,) = figures.overshoot_curves({"near": run, "far": apart}).axes
    near, far, line = axes.get_lines()
    np.testing.assert_array_equal(near.get_ydata(), mf.theory.overshoots(run))
    assert len(far.get_ydata()) == apart.diverged_at + 1
    assert line.get_ydata()[0] == 2
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["near", "far"]


def test_critical_overshoots_lie_between_the_proved_bounds():
    measured = np.array([[2.01, 2.02], [2.1, 2.2]])
    (axes,) = figures.critical_overshoots([0.1, 0.5], measured, measured + 0.001).axes
    predicted, found = axes.get_lines()
    np.testing.assert_array_equal(found.get_xdata(), [0.1, 0.1, 0.5, 0.5])
    np.testing.assert_array_equal(found.get_ydata(), measured.ravel())
    np.testing.assert_allclose(predicted.get_ydata(), measured.ravel() + 0.001)
    wedge = axes.collections[0].get_paths()[0].vertices
    assert wedge[:, 1].min() == 2
    assert wedge[:, 1].max() == pytest.approx(2 + wedge[:, 0].max())
    with pytest.raises(ValueError, match=r"predicted must have shape \(2, 2\)"):
        figures.critical_overshoots([0.1, 0.5], measured, measured[:1])


def test_scalar_attractor_shows_every_late_overshoot():
    eta_lambda = np.array([0.5, 1.05, 2.0])
    late = mf.theory.scalar_descent(eta_lambda, np.full(3, 0.5), n_steps=400)[-2:]
    points, threshold, solution = figures.scalar_attractor(eta_lambda, late).axes[0].get_lines()
    np.testing.assert_array_equal(points.get_xdata(), [0.5, 1.05, 2.0, 0.5, 1.05, 2.0])
    np.testing.assert_allclose(points.get_ydata(), np.square(late).ravel())
    np.testing.assert_array_equal(threshold.get_ydata(), 2 + eta_lambda)
    np.testing.assert_array_equal(solution.get_ydata(), eta_lambda)
    with pytest.raises(ValueError, match="late must be finite"):
        figures.scalar_attractor([3.0], [[np.inf]])


def test_settings_are_left_alone_and_files_reproducible(run):
    before = dict(matplotlib.rcParams)
    pictures = []
    for _ in range(2):
        file = io.BytesIO()
        figures.figure_1(run, (0, 10)).savefig(file, format="png")
        pictures.append(file.getvalue())
    assert dict(matplotlib.rcParams) == before
    assert pictures[0] == pictures[1]


@pytest.fixture(scope="module")
def benign_runs():
    problem = mf.Problem([1.0, 0.8, 0.2, 0.1], rank=2)
    starts = [mf.random_boundary_point(problem, seed=seed) for seed in range(2)]
    return [mf.gradient_descent(problem, X0, step_size=0.05, n_steps=100) for X0 in starts]


def plane_of(run):
    values = mf.benign_region(run.problem, run).values
    return np.column_stack([values["signal"], values["noise"]])


def test_benign_plane_shades_the_shadow_of_the_region(benign_runs):
    (axes,) = figures.benign_plane({"a": benign_runs[0], "b": benign_runs[1]}).axes
    first, start, second, _ = axes.get_lines()
    np.testing.assert_array_equal(first.get_xydata(), plane_of(benign_runs[0]))
    np.testing.assert_array_equal(start.get_xydata(), plane_of(benign_runs[0])[:1])
    np.testing.assert_array_equal(second.get_xydata(), plane_of(benign_runs[1]))
    # Δ = .6: signal at least .15, noise at most .5, their sum at most 2.
    corners = axes.patches[0].get_xy()[:4]
    np.testing.assert_allclose(corners, [[0.15, 0], [2, 0], [1.5, 0.5], [0.15, 0.5]])


def test_ratio_growth_starts_at_one_and_draws_the_guarantee(benign_runs):
    (axes,) = figures.ratio_growth(benign_runs).axes
    *curves, guarantee = axes.get_lines()
    for curve, run in zip(curves, benign_runs, strict=True):
        signal, noise = plane_of(run).T
        np.testing.assert_allclose(curve.get_ydata(), signal / noise * noise[0] / signal[0])
        np.testing.assert_allclose(curve.get_xdata()[-1], 5.0)
        assert curve.get_ydata()[-1] >= guarantee.get_ydata()[-1]
    np.testing.assert_allclose(guarantee.get_ydata(), [1, np.exp(2 * 0.6 * 5.0)])


def test_region_panels_mark_the_step(benign_runs):
    run = benign_runs[0]
    left, right = figures.region_panels(run, 30).axes
    path, mark = left.get_lines()
    np.testing.assert_array_equal(path.get_xydata(), plane_of(run))
    np.testing.assert_array_equal(mark.get_xydata(), plane_of(run)[30:31])
    assert texts(left)[0] == "t = 30"
    signal, noise, error, cursor = right.get_lines()
    drawn = np.column_stack([signal.get_ydata(), noise.get_ydata()])
    np.testing.assert_array_equal(drawn, plane_of(run))
    np.testing.assert_array_equal(error.get_ydata(), run.error)
    assert cursor.get_xdata()[0] == 30


@pytest.mark.parametrize("draw", [figures.trajectory_panels, figures.region_panels])
@pytest.mark.parametrize("t", [-1, 301, 1.5])
def test_a_step_outside_the_run_is_refused(run, draw, t):
    with pytest.raises(ValueError, match=r"t must be an integer from 0 to 300, got"):
        draw(run, t)


@pytest.mark.parametrize("times", [(0, 301), (-1,)])
def test_figure_1_refuses_steps_outside_the_run(run, times):
    with pytest.raises(ValueError, match="times must be an integer from 0 to 300, got"):
        figures.figure_1(run, times)
