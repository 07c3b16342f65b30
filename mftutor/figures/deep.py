"""Pictures of deep linear factorization."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

import mftutor as mf
from mftutor._validation import integer, real_array
from mftutor.figures.style import MARK_COLOR, mark_times, marker, styled


@styled
def deep_signals(runs: Mapping[str, mf.deep.Run], count: int | None = None) -> Figure:
    """The signals ``P_kk`` of a few runs, a panel each, with the half-times marked.

    Parameters
    ----------
    runs : mapping of str to mf.deep.Run
        At least one, with the titles of the panels.
    count : int, optional
        How many signals; those with λ_k > 0 unless given.
    """
    figure = Figure(figsize=(3.2 * len(runs) + 0.6, 2.8))
    for axes, (title, run) in zip(
        figure.subplots(1, len(runs), squeeze=False)[0], runs.items(), strict=True
    ):
        leading = run.problem.eigenvalues[: run.problem.rank]
        shown = slice(int((leading > 0).sum()) if count is None else count)
        mark_times(axes, run.signal[:, shown], leading[shown], run.hitting_times()[shown])
        axes.set(title=title, xlabel="step t")
        axes.margins(y=0.1)
    figure.axes[0].set_ylabel(r"$(W_L \cdots W_1)_{kk}$")
    return figure


@styled
def depth_panels(
    steps: ArrayLike,
    error: ArrayLike,
    signals: ArrayLike,
    *,
    limits: ArrayLike,
    times: ArrayLike,
    at: int,
) -> Figure:
    """Error and signals of one run at some of its steps, with half-times and a cursor.

    Parameters
    ----------
    steps : array_like, shape (n,)
        The steps recorded.
    error : array_like, shape (n,)
    signals : array_like, shape (n, n_signals)
    limits, times : array_like, shape (n_signals,)
        Where the signals end, drawn as dotted lines, and their half-times, which may be nan.
    at : int
        The number of the recorded step at which the cursor stands.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If an argument has a shape that does not fit, or is not finite where it must be.
    """
    t = real_array("steps", steps, ("n",))
    values = real_array("signals", signals, (t.size, "n_signals"))
    ends = real_array("limits", limits, (values.shape[1],))
    halves = real_array("times", times, ends.shape, nan_allowed=True)
    at = integer("at", at, 0, t.size - 1)
    figure = Figure(figsize=(9.0, 3.0))
    left, right = figure.subplots(1, 2)
    left.plot(t, real_array("error", error, t.shape))
    left.set(title="error", xlabel="step t", ylim=(0, None))
    pairs = zip(values.T, ends, halves, strict=True)
    for k, (curve, limit, time) in enumerate(pairs, 1):
        (line,) = right.plot(t, curve, label=f"k = {k}")
        right.axhline(limit, color=line.get_color(), ls=":", lw=1)
        if np.isfinite(time):
            right.plot(time, limit / 2, "o", color=line.get_color(), ms=5)
    right.set(title=r"signals $(W_L \cdots W_1)_{kk}$", xlabel="step t")
    right.legend()
    for axes in (left, right):
        axes.axvline(t[at], color=MARK_COLOR, ls="--", lw=1)
    return figure


@styled
def half_times_against_scale(
    scales: ArrayLike,
    times: Mapping[int, ArrayLike],
    predicted: Mapping[int, ArrayLike] | None = None,
) -> Figure:
    """Half-times against the initialization scale α for some depths, both axes logarithmic.

    Parameters
    ----------
    scales : array_like, shape (n,)
        Initialization scales α > 0.
    times : mapping of int to array_like, each of shape (n,)
        Depth L and half-times; nan where there is none.
    predicted : mapping of int to array_like, optional
        The same from a theory, drawn as dotted lines.

    Raises
    ------
    ValueError
        If `scales` is not finite or a curve has another length.
    """
    alpha = real_array("scales", scales, ("n",))
    figure = Figure(figsize=(6.0, 3.6))
    axes = figure.subplots()
    colors = {}
    for place, (depth, curve) in enumerate(times.items()):
        values = real_array("times", curve, alpha.shape, nan_allowed=True)
        (line,) = axes.loglog(alpha, values, marker=marker(place), ms=4, label=f"L = {depth}")
        colors[depth] = line.get_color()
    for i, (depth, curve) in enumerate((predicted or {}).items()):
        values = real_array("predicted", curve, alpha.shape, nan_allowed=True)
        color, label = colors.get(depth, MARK_COLOR), None if i else "predicted"
        axes.loglog(alpha, values, ":", lw=1.2, color=color, label=label)
    axes.set(xlabel=r"initialization scale $\alpha$", ylabel="half-time (steps)")
    axes.legend()
    return figure
