"""Pictures of the phases: rows that take turns, and granted times beside observed ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, real_array
from mftutor.figures.style import GREY, MARK_COLOR, styled
from mftutor.trajectory import Trajectory

FLOOR = 1e-12  # of λ₁; what is smaller is not drawn


@styled
def relay(run: Trajectory) -> Figure:
    """One panel a row: its signal and its noise on a log axis, and its τ_k in all panels.

    Parameters
    ----------
    run : Trajectory
        With ``min_eigengap > 0``.
    """
    r, tau = run.problem.rank, run.hitting_times()
    figure = Figure(figsize=(7.0, 1.0 + 1.25 * r))
    panels = figure.subplots(r, 1, sharex=True, squeeze=False)[:, 0]
    for k, axes in enumerate(panels):
        axes.semilogy(_drawn(run, run.signal[:, k]), label=r"signal $\sigma_1^2(u_k)$")
        axes.semilogy(_drawn(run, run.noise[:, k]), label=r"noise $\sigma_1(u_k K_k^\top)$")
        axes.axhline(run.problem.min_eigengap / 2, color=MARK_COLOR, ls=":", lw=1)
        for j, arrival in enumerate(tau):
            if np.isfinite(arrival):
                own = j == k
                axes.axvline(arrival, color=MARK_COLOR, ls="--", lw=1.4 if own else 0.5)
                if own:
                    axes.annotate(
                        rf"$\tau_{k + 1} = {arrival:.0f}$",
                        (arrival, FLOOR),
                        (4, 5),
                        textcoords="offset points",
                        size=9,
                    )
        axes.set(ylabel=f"row {k + 1}", ylim=(FLOOR, 10 * run.problem.eigenvalues[0]))
    panels[0].legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    panels[-1].set(xlabel="step t")
    return figure


@styled
def phase_panels(
    pairs: Mapping[str, tuple[float, float]], steps: ArrayLike, curves: Mapping[str, ArrayLike]
) -> Figure:
    """What is granted against what is observed, and the curves meanwhile, on one log axis.

    Parameters
    ----------
    pairs : mapping of str to (float, float)
        For each name the step at which the theory grants something, and the first step of the
        run that has it; nan for what is not known. Step 0 is drawn at 1.
    steps : array_like, shape (n,)
        The steps of the curves.
    curves : mapping of str to array_like, shape (n,)
        Non-negative numbers against the step; what is below 1e-12 is not drawn.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    at = real_array("steps", steps, ("n",))
    figure = Figure(figsize=(7.0, 2.2 + 0.28 * len(pairs)))
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[0.28 * len(pairs), 1.4])
    _timeline(top, pairs)
    for label, values in curves.items():
        drawn = real_array("curves", values, at.shape)
        bottom.loglog(np.maximum(at, 1), np.where(drawn >= FLOOR, drawn, np.nan), label=label)
    for granted, _ in pairs.values():
        if np.isfinite(granted):
            bottom.axvline(max(granted, 1), color=MARK_COLOR, ls=":", lw=1)
    bottom.set(xlabel="step t (logarithmic)", ylim=(FLOOR, 10), xlim=(0.9, None))
    bottom.legend(loc="lower left")
    return figure


def _timeline(axes: Axes, pairs: Mapping[str, tuple[float, float]]) -> None:
    """A line from the observed to the granted step for each name, the first on top."""
    for place, (granted, observed) in enumerate(pairs.values()):
        line = np.maximum([observed, granted], 1)
        axes.plot(line, [place, place], "-", color=GREY, lw=1.2)
        observed_mark, granted_mark = ("_", "_") if place else ("observed", "granted")
        axes.plot(line[0], place, "o", color="#0072B2", ms=6, label=observed_mark)
        axes.plot(line[1], place, "s", color="#C45400", ms=6, label=granted_mark)
    axes.set(xscale="log", yticks=range(len(pairs)), yticklabels=list(pairs))
    axes.set_ylim(len(pairs) - 0.5, -0.5)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)


def _drawn(run: Trajectory, values: FloatArray) -> FloatArray:
    """The values, without those that are too small to be drawn."""
    return np.where(values >= FLOOR * run.problem.eigenvalues[0], values, np.nan)
