"""Pictures of one run of gradient descent, and of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mftutor._validation import integer, integers, real_array
from mftutor.figures.style import MARK_COLOR, colors, error_axes, heat_map, styled
from mftutor.trajectory import Trajectory

FIGURE_1_TIMES = (0, 37, 80, 140, 300)


@styled
def figure_1(run: Trajectory, times: Sequence[int] = FIGURE_1_TIMES) -> Figure:
    """The paper's Figure 1: the error, and heat maps of the top block of ``X_t X_tᵀ``.

    Parameters
    ----------
    run : Trajectory
    times : sequence of int
        The steps marked on the error curve, one heat map each; at least one.

    Raises
    ------
    ValueError
        If one of `times` is not a step of the run, or there is none.
    """
    times = integers("times", times, 0, run.n_steps)
    figure = Figure(figsize=(7.0, 4.6))
    grid = figure.add_gridspec(2, len(times), height_ratios=[1.55, 1])
    axes = figure.add_subplot(grid[0, :])
    error_axes(axes, run)
    axes.plot(times, run.error[list(times)], "o", color=MARK_COLOR, ms=5)
    for t in times:
        axes.annotate(f"t = {t}", (t, run.error[t]), (5, 5), textcoords="offset points", size=9)
    for column, t in enumerate(times):
        map_axes = figure.add_subplot(grid[1, column])
        heat_map(map_axes, run.top_block(t))
        map_axes.set_title(f"t = {t}", loc="center")
    return figure


@styled
def signals_and_noises(run: Trajectory) -> Figure:
    """Signals ``σ₁²(u_k)`` on a linear axis beside noises ``σ₁(u_k K_kᵀ)`` on a log axis.

    The dotted lines are the limits λ_k of the signals, the marks the times τ_k.

    Parameters
    ----------
    run : Trajectory
    """
    figure = Figure()
    left, right = figure.subplots(1, 2)
    for k, tau in enumerate(run.hitting_times()):
        label = f"k = {k + 1}"
        (line,) = left.plot(run.signal[:, k], label=label)
        left.axhline(run.problem.eigenvalues[k], color=line.get_color(), ls=":", lw=1)
        if np.isfinite(tau):
            left.plot(tau, run.signal[int(tau), k], "o", color=line.get_color(), ms=5)
            left.annotate(
                rf"$\tau_{k + 1} = {tau:.0f}$",
                (tau, run.signal[int(tau), k]),
                (6, -4),
                textcoords="offset points",
                size=9,
            )
        right.semilogy(run.noise[:, k], label=label)
    left.set(title=r"signal $\sigma_1^2(u_k)$", xlabel="step t", ylim=(0, None))
    right.set(title=r"noise $\sigma_1(u_k K_k^\top)$", xlabel="step t")
    right.legend()
    return figure


@styled
def trajectory_panels(run: Trajectory, t: int) -> Figure:
    """Error, signals and noises, and the top block at step t: an explorer standing still.

    Parameters
    ----------
    run : Trajectory
    t : int
        The step marked, and shown as a heat map.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If `t` is not a step of the run.
    """
    t = integer("t", t, 0, run.n_steps)
    figure = Figure(figsize=(9.0, 2.8))
    left, middle, right = figure.subplots(1, 3, width_ratios=[1.2, 1.2, 1])
    error_axes(left, run)
    for k in range(run.problem.rank):
        (line,) = middle.semilogy(run.signal[:, k], label=f"signal {k + 1}")
        look = {"color": line.get_color(), "ls": [":", "-."][k % 2]}
        middle.semilogy(run.noise[:, k], label=f"noise {k + 1}", **look)
    middle.set(title="signals and noises", xlabel="step t")
    middle.set_ylim(max(middle.get_ylim()[0], 1e-12), None)
    middle.legend()
    for axes in (left, middle):
        axes.axvline(t, color=MARK_COLOR, ls="--", lw=1)
    heat_map(right, run.top_block(t))
    right.set_title(f"t = {t}", loc="center")
    return figure


@styled
def error_band(errors: ArrayLike, highlighted: Mapping[str, int]) -> Figure:
    """Many error curves as a median and a 5–95 % band, with a few drawn on top.

    Parameters
    ----------
    errors : array_like, shape (n_runs, T + 1)
        One error curve a row.
    highlighted : mapping of str to int
        Label and row of each curve to draw by itself.

    Raises
    ------
    ValueError
        If `errors` is not a finite array of that shape.
    """
    curves = real_array("errors", errors, ("n_runs", "T + 1"))
    low, median, high = np.quantile(curves, [0.05, 0.5, 0.95], axis=0)
    figure = Figure()
    axes = figure.subplots()
    steps = np.arange(curves.shape[1])
    axes.fill_between(steps, low, high, color="#d9d9d9", label=f"5–95 % of {len(curves)} seeds")
    axes.plot(steps, median, color="#777777", ls="-", lw=1, label="median")
    for label, row in highlighted.items():
        axes.plot(steps, curves[row], label=label)
    axes.set(xlabel="step t", ylabel=r"error $\|\Sigma_r - X_t X_t^\top\|_F$", ylim=(0, None))
    axes.legend()
    return figure


@styled
def time_histograms(times: ArrayLike, marked: ArrayLike) -> Figure:
    """Histograms of the hitting times τ_1, …, τ_r over many runs, on one time axis.

    Parameters
    ----------
    times : array_like, shape (n_runs, r)
        The hitting times of each run.
    marked : array_like, shape (r,)
        One run's times, drawn as vertical lines.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    values = real_array("times", times, ("n_runs", "r"))
    lines = real_array("marked", marked, (values.shape[1],))
    bins = np.linspace(0, values.max(), 50).tolist()
    figure = Figure(figsize=(7.0, 2.8))
    axes = figure.subplots()
    cycled = colors()
    for k, (column, mark) in enumerate(zip(values.T, lines, strict=True)):
        color, median = cycled[k % len(cycled)], np.median(column)
        heights, *_ = axes.hist(column, bins, color=color, alpha=0.5, hatch=["", "//", ".."][k % 3])
        axes.axvline(mark, color=color, ls="--", lw=1.4)
        axes.annotate(
            rf"$\tau_{k + 1}$, median {median:.0f}",
            (column.max(), np.max(heights) / 2),
            (0, 8),
            textcoords="offset points",
            ha="left" if k == 0 else "right",
            color=color,
        )
    axes.set(xlabel=r"hitting time $\tau_k$ (steps)", ylabel="runs")
    return figure


@styled
def times_against_sizes(
    times: ArrayLike, sizes: Mapping[str, ArrayLike], formula: ArrayLike
) -> Figure:
    """A time of each run against sizes in its start, one log axis each, and a formula.

    Parameters
    ----------
    times : array_like, shape (n_runs,)
        Numbers of steps.
    sizes : mapping of str to array_like, shape (n_runs,)
        What each size is, and its values; one panel each.
    formula : array_like, shape (2, n)
        The sizes and the times of a curve drawn over the last panel.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    steps = real_array("times", times, ("n_runs",))
    curve = real_array("formula", formula, (2, "n"))
    figure = Figure(figsize=(7.0, 3.2))
    panels = figure.subplots(1, len(sizes), sharey=True, squeeze=False)[0]
    for axes, (label, values) in zip(panels, sizes.items(), strict=True):
        axes.semilogx(real_array(label, values, (steps.size,)), steps, "o", ms=2.5)
        axes.set(xlabel=label)
    panels[0].set(ylabel=r"hitting time $\tau_2$ (steps)")
    panels[-1].plot(*curve, "-", color=MARK_COLOR, lw=1.2, label="the formula")
    panels[-1].legend()
    return figure
