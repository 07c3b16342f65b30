"""Pictures of runs from which rows are peeled off, and of the saddles they rest at."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

import mftutor as mf
from mftutor._validation import integer
from mftutor.figures.style import GREY, MARK_COLOR, colors, styled
from mftutor.trajectory import Trajectory

FLOOR = 1e-9  # below, a price or an error is of no interest
STYLES = ["-", "--", ":", "-.", (0, (5, 1))]


@styled
def decoupling_errors(
    run: Trajectory, projected: Mapping[int, ArrayLike], kept: Mapping[int, ArrayLike]
) -> Figure:
    """The price of forgetting row 1 along a run, and errors of runs without it.

    Parameters
    ----------
    run : Trajectory
        The whole run; its price, ``σ₁²(u_1K_1ᵀ)/σ₁²(u_1)``, is the grey line.
    projected, kept : mapping of int to array_like
        The step of peeling and the errors from there on, with r − 1 columns and with r.

    Raises
    ------
    ValueError
        If a key is not a step of the run.
    """
    figure = Figure(figsize=(7.0, 3.6))
    axes = figure.subplots()
    with np.errstate(divide="ignore", invalid="ignore"):
        price = np.square(run.noise[:, 0]) / run.signal[:, 0]
    axes.semilogy(price, color=GREY, ls="-", lw=4, label="price of forgetting row 1")
    color_of = dict(zip({**projected, **kept}, cycle(colors()), strict=False))
    for name, curves, style in (("r − 1 columns", projected, "-"), ("r columns", kept, "--")):
        for begin, errors in curves.items():
            values = np.array(errors, float)
            start = integer("the step of peeling", begin, 0, run.n_steps)
            end = start + len(values) - 1
            steps, color = np.arange(start, end + 1), color_of[begin]
            axes.semilogy(steps, values, ls=style, color=color, label=name)
            if style == "-":  # the other kind rises where it is peeled, and needs no name
                where = end, max(values[-1], FLOOR)
                text = f"peeled at {start}"
                axes.annotate(text, where, (5, -3), textcoords="offset points", color=color)
            name = "_"  # one entry in the legend for each kind
    axes.set(xlabel="step t", ylabel=r"distance of $K_1K_1^\top$", ylim=(FLOOR, 2))
    axes.set_xlim(0, 1.2 * run.n_steps)
    figure.legend(loc="outside upper center", ncols=3)
    return figure


@styled
def peeled_signals(run: Trajectory, stages: Mapping[int, Trajectory]) -> Figure:
    """The signals of a run in grey, and on top the first row of each stage, while it lasts.

    Parameters
    ----------
    run : Trajectory
        The whole run.
    stages : mapping of int to Trajectory
        The step at which each stage begins, and its run: the k-th is about row k.
    """
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    axes.plot(run.signal, color=GREY, ls="-", lw=4)
    cycled = colors()
    for k, (begin, stage) in enumerate(stages.items()):
        steps, color = begin + np.arange(stage.n_steps + 1), cycled[k % len(cycled)]
        axes.plot(steps, stage.signal[:, 0], ls="-", color=color)
        axes.plot(steps[-1], stage.signal[-1, 0], "o", ms=4, color=color)
        last = k == len(stages) - 1  # its name would leave the picture on the right
        axes.annotate(
            f"row {k + 1}",
            (steps[-1], stage.signal[-1, 0]),
            (-6 if last else 6, -14),
            textcoords="offset points",
            ha="right" if last else "left",
            color=color,
        )
        if k:
            axes.axvline(begin, color=MARK_COLOR, ls=":", lw=1)
    axes.set(xlabel="step t", ylabel=r"signal $\sigma_1^2(u_k)$", ylim=(0, None))
    return figure


@styled
def stationary_visits(runs: Mapping[str, Trajectory]) -> Figure:
    """How far runs are from zero, from the point that has learned 1, then 1 and 2, and so on.

    Parameters
    ----------
    runs : mapping of str to Trajectory
        Title and run of each panel; at least one, all of the same rank.
    """
    figure = Figure(figsize=(9.0, 3.4))
    panels = np.atleast_1d(figure.subplots(1, len(runs), sharey=True))
    for axes, (title, run) in zip(panels, runs.items(), strict=True):
        for k in range(run.problem.rank + 1):
            distance = mf.theory.stationary_distance(run, range(1, k + 1))
            learned = ", ".join(str(i) for i in range(1, k + 1))
            label = f"{{{learned}}}" if k else r"$\emptyset$"
            style, color = STYLES[k % len(STYLES)], [*colors(), MARK_COLOR][k % len(STYLES)]
            axes.semilogy(distance, ls=style, color=color, label=label)
        axes.set(title=title, xlabel="step t")
    panels[0].set(ylabel=r"distance $\|X_tX_t^\top - \Sigma_I\|_F$", ylim=(1e-5, 3))
    panels[-1].legend(title="I =", loc="lower left")
    return figure
