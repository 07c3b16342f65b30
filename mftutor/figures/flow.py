"""Pictures of the exact flow: beside descent, from large starts, its times and their law."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

import mftutor as mf
from mftutor._validation import integer, real_array
from mftutor.figures.style import MARK_COLOR, marker, styled
from mftutor.trajectory import Trajectory

_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"


@styled
def logistic_curves(time: ArrayLike, curves: ArrayLike, eigenvalue: float) -> Figure:
    """Signals of one row from starts of many sizes, all drawn to the same eigenvalue.

    Parameters
    ----------
    time : array_like, shape (n,)
        Flow times > 0.
    curves : array_like, shape (n_starts, n)
        One signal a row; the first, drawn heavier, is that of the infinite start.
    eigenvalue : float
        The limit λ, a dotted line.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    times = real_array("time", time, ("n",))
    signals = real_array("curves", curves, ("n_starts", times.size))
    figure = Figure(figsize=(7.0, 3.2))
    axes = figure.subplots()
    axes.axhline(eigenvalue, color=MARK_COLOR, ls=":", lw=1, label=r"$\lambda$")
    for signal in signals[1:]:
        axes.plot(times, signal, "-", color="#0072B2", lw=1.2)
    axes.plot(times, signals[0], "-", color="#D55E00", lw=2.4, label="from infinity")
    axes.set(xlabel=r"flow time $s$", ylabel=r"signal $p(s)$", ylim=(0, 3 * eigenvalue))
    axes.legend()
    return figure


@styled
def flow_panels(run: Trajectory, flow: mf.flow.Path, t: int) -> Figure:
    """Errors and signals of descent and of the flow, and their distance, at step t.

    Parameters
    ----------
    run : Trajectory
    flow : mf.flow.Path
        At the times ηt of the run's steps, and perhaps later ones.
    t : int
        The step marked.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If `t` is not a step at which the flow is given, or `flow` has fewer points than the
        run.
    """
    t, distance = integer("t", t, 0, len(flow.time) - 1), mf.flow.distance(run, flow)
    figure = Figure(figsize=(9.0, 2.8))
    left, middle, right = figure.subplots(1, 3)
    left.plot(run.error, label="descent")
    left.plot(flow.error, ":", color="#D55E00", label="flow")
    if flow.error[0] > 10:  # a huge start falls too far for a linear axis
        left.set(title="error", xlabel="step t", yscale="log")
    else:
        left.set(title="error", xlabel="step t", ylim=(0, None))
    left.legend()
    for k in range(run.problem.rank):
        (line,) = middle.semilogy(run.signal[:, k], label=f"row {k + 1}")
        middle.semilogy(flow.signal[:, k], ":", color=line.get_color(), lw=2.4)
    middle.set(title="signals", xlabel="step t")
    middle.set_ylim(max(middle.get_ylim()[0], 1e-18), None)
    middle.legend()
    right.semilogy(distance, color=MARK_COLOR)
    right.set(title="distance", xlabel="step t")
    right.set_ylim(max(right.get_ylim()[0], 1e-12), None)
    for axes in (left, middle, right):
        axes.axvline(t, color=MARK_COLOR, ls="--", lw=1)
    return figure


@styled
def times_by_scale(scales: ArrayLike, times: ArrayLike, limits: ArrayLike) -> Figure:
    """Hitting times of the flow against the scale of the start, and where they end.

    Parameters
    ----------
    scales : array_like, shape (n,)
        The initialization scales ϖ > 0.
    times : array_like, shape (n, r)
        τ_k at each scale.
    limits : array_like, shape (r,)
        τ_k for the infinite start, as dotted lines.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    sizes = real_array("scales", scales, ("n",))
    found = real_array("times", times, (sizes.size, "r"))
    ends = real_array("limits", limits, (found.shape[1],))
    figure = Figure(figsize=(7.0, 3.2))
    axes = figure.subplots()
    for k, end in enumerate(ends):
        (line,) = axes.semilogx(
            sizes, found[:, k], marker(k) + "-", ms=3.5, label=rf"$\tau_{k + 1}$"
        )
        axes.axhline(end, color=line.get_color(), ls=":", lw=1)
    axes.set(xlabel=r"scale $\varpi$ of the start", ylabel="flow time", ylim=(0, None))
    axes.legend()
    return figure


@styled
def guaranteed_times(dimensions: ArrayLike, times: ArrayLike, bounds: ArrayLike) -> Figure:
    """Measured hitting times and bounds on them against the dimension, on a log axis.

    Parameters
    ----------
    dimensions : array_like, shape (n,)
        The dimensions d.
    times, bounds : array_like, shape (n, r)
        What was measured, and what is guaranteed, for each k.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    sizes = real_array("dimensions", dimensions, ("n",))
    found = real_array("times", times, (sizes.size, "r"))
    limits = real_array("bounds", bounds, found.shape)
    figure = Figure(figsize=(7.0, 3.2))
    axes = figure.subplots()
    for k in range(found.shape[1]):
        (line,) = axes.semilogx(
            sizes, found[:, k], marker(k) + "-", ms=4, label=rf"$\tau_{k + 1}$ measured"
        )
        label = f"T{_SUBSCRIPTS[k + 1]} guaranteed"
        axes.semilogx(
            sizes, limits[:, k], marker(k) + "--", ms=4, color=line.get_color(), label=label
        )
    axes.set(xlabel="dimension d", ylabel="flow time", ylim=(0, 1.35 * limits.max()))
    axes.legend(ncols=found.shape[1], loc="upper left")
    return figure


@styled
def time_laws(times: ArrayLike, grid: ArrayLike, laws: ArrayLike) -> Figure:
    """The hitting times of many draws as a distribution, and the law without a fit.

    On the left ``P(τ_k ≤ s)``, measured in steps and predicted as a line; on the right
    ``P(τ_k > s)`` on a log axis, where an exponential tail is straight.

    Parameters
    ----------
    times : array_like, shape (n_draws, r)
        Measured flow times.
    grid : array_like, shape (n,)
        The times at which the law is given.
    laws : array_like, shape (r, n)
        The predicted probabilities, one k a row.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    found = np.sort(real_array("times", times, ("n_draws", "r")), axis=0)
    at = real_array("grid", grid, ("n",))
    predicted = real_array("laws", laws, (found.shape[1], at.size))
    figure = Figure(figsize=(8.0, 3.2))
    left, right = figure.subplots(1, 2)
    arrived = np.arange(1, len(found) + 1) / len(found)
    for k, law in enumerate(predicted):
        (line,) = left.plot(at, law, label=rf"$\tau_{k + 1}$")
        left.step(found[:, k], arrived, where="post", color=line.get_color(), ls=":", lw=2.4)
        right.semilogy(at, 1 - law, color=line.get_color())
        late = arrived < 1
        right.semilogy(found[late, k], 1 - arrived[late], ".", ms=3, color=line.get_color())
    left.set(xlabel=r"flow time $s$", ylabel=r"share with $\tau_k \leq s$")
    left.legend()
    right.set(xlabel=r"flow time $s$", ylabel=r"share with $\tau_k > s$")
    right.set_ylim(0.5 / len(found), 1.2)
    return figure
