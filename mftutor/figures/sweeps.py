"""Pictures of many runs: hitting times against dimension and rank, and the tail of the last one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mftutor._validation import FloatArray
from mftutor.data import RecordedHittingTimes
from mftutor.figures.style import MARK_COLOR, marker, styled


@styled
def times_by_rank(table: RecordedHittingTimes) -> Figure:
    """Hitting times against log₁₀ d, a panel for each rank.

    Marks are medians, filled where all rows were drawn and open in the limit of large d; bands
    hold 5 to 95 % of the draws; dashed lines are the medians of the flow's law, without a fit.

    Parameters
    ----------
    table : RecordedHittingTimes
    """
    figure = Figure(figsize=(9.0, 6.4))
    panels = figure.subplots(2, -(-len(table.ranks) // 2), sharex=True, sharey=True)
    for axes, rank in zip(np.ravel(panels), table.ranks, strict=False):
        for k in range(1, rank + 1):
            _one_time(axes, table, rank, k)
        axes.set(title=f"r = {rank}", ylim=(0, None))
        axes.legend(loc="upper left")
    figure.supxlabel(r"$\log_{10} d$", size=11)
    figure.supylabel(r"hitting time $\tau_k$ (steps)", size=11)
    return figure


def _one_time(axes: Axes, table: RecordedHittingTimes, rank: int, k: int) -> None:
    """Medians, bands and the law of one time."""
    drawn, limit = (table.of(rank, k, drawn=each) for each in (True, False))
    limit = limit[limit["dimension"] > drawn["dimension"].max()]
    both = np.concatenate([drawn, limit])
    x = np.log10(both["dimension"])
    mark, n_drawn = marker(k - 1), drawn.size
    medians = both["quantiles"][:, 2]
    (marks,) = axes.plot(x[:n_drawn], medians[:n_drawn], mark, ms=4, label=rf"$\tau_{k}$")
    color = marks.get_color()
    axes.plot(x[n_drawn:], medians[n_drawn:], mark, ms=5, mfc="none", color=color)
    axes.fill_between(
        x, both["quantiles"][:, 0], both["quantiles"][:, -1], color=color, alpha=0.18, lw=0
    )
    axes.plot(x, both["law"][:, 2], "--", color=color, lw=1.2)


@styled
def last_delays(table: RecordedHittingTimes) -> Figure:
    """How much later than its median the last time comes: the share of draws, on a log axis.

    Marks are measured, one kind for each rank; the line is the flow's law, with χ² of one degree
    of freedom, whose tail ``e^{−η(λ_r − λ_{r+1})s}`` is straight here.

    Parameters
    ----------
    table : RecordedHittingTimes
    """
    figure = Figure(figsize=(7.0, 3.6))
    axes = figure.subplots()
    times = table.delay_times
    for place, rank in enumerate(table.ranks):
        later, law = table.later[rank], table.later_law[rank]
        shown = (later > 0) & (later < 1)
        delay = times - _median(times, later)
        axes.semilogy(
            delay[shown], later[shown], marker(place), ms=4, mfc="none", label=f"r = {rank}"
        )
        if rank == table.ranks[-1]:  # the same law for all: the last eigenvalue is the same
            # From 1e-12 on it is the rounding of 1 − P that would be drawn.
            seen = (law > 0.2 / table.delay_draws) & (law < 0.9999)
            axes.semilogy(
                (times - _median(times, law))[seen], law[seen], "-", color=MARK_COLOR, label="law"
            )
    axes.set(
        xlabel=r"steps after the median of $\tau_r$",
        ylabel="share of draws still later",
        ylim=(0.5 / table.delay_draws, 1.5),
    )
    axes.legend()
    return figure


def _median(times: FloatArray, later: FloatArray) -> float:
    """Where a falling share passes one half."""
    return float(np.interp(-0.5, -later, times))
