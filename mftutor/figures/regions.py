"""Pictures of the benign region and of runs that start in it, or reach it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from mftutor._validation import FloatArray, integer, real_number
from mftutor.figures.style import MARK_COLOR, styled
from mftutor.problem import Problem
from mftutor.regions import benign_region
from mftutor.trajectory import Trajectory


@styled
def benign_plane(runs: Mapping[str, Trajectory]) -> Figure:
    """Runs in the plane of ``σ_r²(U)`` and ``σ₁²(J)``, with the region R shaded.

    Parameters
    ----------
    runs : mapping of str to Trajectory
        Label and run of each path; at least one, all of the same problem.
    """
    figure = Figure(figsize=(6.4, 3.8))
    axes = figure.subplots()
    for label, run in runs.items():
        values = benign_region(run.problem, run).values
        (line,) = axes.plot(values["signal"], values["noise"], label=label)
        axes.plot(values["signal"][0], values["noise"][0], "o", color=line.get_color(), ms=5)
    _shade_region(axes, next(iter(runs.values())).problem)
    axes.legend()
    return figure


@styled
def ratio_growth(runs: Sequence[Trajectory]) -> Figure:
    """Signal-to-noise ratios ``σ_r²(U)/σ₁²(J)``, divided by their start, on a log axis.

    The time axis is ηt, and the dashed line is ``e^{2Δηt}`` with Δ = λ_r − λ_{r+1}, below
    which no ratio of the gradient flow falls.

    Parameters
    ----------
    runs : sequence of Trajectory
        At least one, all of the same problem.
    """
    figure = Figure(figsize=(6.4, 3.4))
    axes = figure.subplots()
    longest = 0.0
    for run in runs:
        values = benign_region(run.problem, run).values
        ratio = values["signal"] / values["noise"]
        time = run.step_size * np.arange(run.n_steps + 1)
        axes.semilogy(time, ratio / ratio[0], color="#777777", ls="-", lw=1)
        longest = max(longest, float(time[-1]))
    ends = np.array([0.0, longest])
    gap = runs[0].problem.eigengap_at_rank
    axes.semilogy(ends, np.exp(2 * gap * ends), color=MARK_COLOR, ls="--", lw=1.8)
    axes.annotate(
        r"$e^{2\Delta\eta t}$",
        (longest, np.exp(2 * gap * longest)),
        (-8, -18),
        textcoords="offset points",
        ha="right",
    )
    axes.set(xlabel=r"$\eta t$", ylabel="ratio / its start")
    return figure


@styled
def region_panels(run: Trajectory, t: int) -> Figure:
    """The plane of `benign_plane` beside strengths and error: an explorer standing still.

    Parameters
    ----------
    run : Trajectory
    t : int
        The step marked.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If `t` is not a step of the run.
    """
    t = integer("t", t, 0, run.n_steps)
    found = benign_region(run.problem, run)
    signal, noise = found.values["signal"], found.values["noise"]
    figure = Figure(figsize=(9.0, 3.0))
    left, right = figure.subplots(1, 2)
    left.plot(signal, noise)
    left.plot(signal[t], noise[t], "o", color=MARK_COLOR, ms=5)
    left.annotate(f"t = {t}", (signal[t], noise[t]), (6, 4), textcoords="offset points")
    _shade_region(left, run.problem)
    curves = {r"signal $\sigma_r^2(U)$": signal, r"noise $\sigma_1^2(J)$": noise}
    for label, curve in {**curves, "error": run.error}.items():
        right.semilogy(np.maximum(curve, 1e-300), label=label)
    right.fill_between(
        np.arange(run.n_steps + 1),
        0,
        1,
        where=np.asarray(found.inside).tolist(),
        transform=right.get_xaxis_transform(),
        color="#d9d9d9",
        alpha=0.5,
        label="in R",
    )
    right.axvline(t, color=MARK_COLOR, ls="--", lw=1)
    right.set(xlabel="step t", ylim=(max(right.get_ylim()[0], 1e-12), None))
    right.legend()
    return figure


def _shade_region(axes: Axes, problem: Problem) -> None:
    """Shade R's shadow and label the axes of the plane."""
    corners = _shadow(problem)
    axes.add_patch(Polygon(corners, color="#d9d9d9", alpha=0.6, lw=0, zorder=0))
    axes.annotate("R", corners[0], (8, 8), textcoords="offset points", weight="bold")
    axes.set(
        xlabel=r"signal $\sigma_r^2(U)$",
        ylabel=r"noise $\sigma_1^2(J)$",
        xlim=(0, 1.1 * axes.dataLim.x1),
        ylim=(0, 1.1 * max(axes.dataLim.y1, float(corners[2, 1]))),
    )


def _shadow(problem: Problem) -> FloatArray:
    """Corners of the image of R in the plane, shape (4, 2).

    ``σ₁²(X) ≥ σ_r²(U) + σ₁²(J)``, with equality where U is a multiple of an orthogonal matrix,
    so the norm's inequality cuts the plane at a sum of ``2λ₁``.
    """
    gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    largest = 2 * problem.eigenvalues[0]
    signal, noise = gap / 4, problem.eigenvalues[problem.rank - 1] - gap / 2
    return np.array([[signal, 0.0], [largest, 0.0], [largest - noise, noise], [signal, noise]])
