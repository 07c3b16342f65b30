"""Pictures of matrix sensing: what is learned when, from which measurements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

import mftutor as mf
from mftutor._validation import real_array
from mftutor.figures.style import MARK_COLOR, mark_times, marker, styled


@styled
def sensing_panels(run: mf.sensing.Run, count: int | None = None) -> Figure:
    """Signals along the eigenvectors of Z*, and the largest singular values of ``UUᵀ``.

    The dotted lines are the eigenvalues λ_k of Z*, the marks the half-times.

    Parameters
    ----------
    run : mf.sensing.Run
        With snapshots.
    count : int, optional
        How many singular values; one more than eigenvalues unless given, up to d.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no snapshots, or `count` is outside its range.
    """
    eigenvalues = run.problem.eigenvalues
    shown = min(eigenvalues.size + 1, run.problem.dimension) if count is None else count
    values = run.singular_values(shown)
    figure = Figure(figsize=(9.0, 3.0))
    left, right = figure.subplots(1, 2)
    mark_times(left, run.signal, eigenvalues, run.hitting_times())
    left.set(title=r"signal $v_k^\top U_t U_t^\top v_k$", xlabel="step t")
    left.margins(y=0.1)
    for k in range(shown):
        # Below rounding of the largest one a singular value is noise.
        drawn = np.maximum(values[:, k], 1e-300)
        thin = {"lw": 1.0} if k >= 4 else {}  # the colours of the style sheet begin again
        right.semilogy(run.snapshot_times, drawn, label=f"k = {k + 1}", **thin)
    floor = max(float(values[:, 0].min()), 1e-16) / 10
    right.set(title=r"singular values of $U_t U_t^\top$", xlabel="step t", ylim=(floor, None))
    right.legend()
    return figure


@styled
def fit_distances(run: mf.sensing.Run, fits: Sequence[mf.sensing.Fit]) -> Figure:
    """The distance ``‖U_tU_tᵀ − Z_s*‖_F`` to each fit on a log axis, with its minimum marked.

    Parameters
    ----------
    run : mf.sensing.Run
        With snapshots.
    fits : sequence of mf.sensing.Fit
        Best fits of different ranks.

    Raises
    ------
    ValueError
        If there are no snapshots.
    """
    distances = run.distances([fit.matrix for fit in fits])
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for fit, curve in zip(fits, distances.T, strict=True):
        (line,) = axes.semilogy(run.snapshot_times, curve, label=f"s = {fit.rank}")
        best = int(curve.argmin())
        at = run.snapshot_times[best], curve[best]
        axes.plot(*at, "o", color=line.get_color(), ms=5)
        axes.annotate(f"{curve[best]:.2g}", at, (0, -12), textcoords="offset points", ha="center")
    axes.set(xlabel="step t", ylabel=r"$\|U_t U_t^\top - Z_s^*\|_F$")
    axes.margins(y=0.12)
    axes.legend()
    return figure


@styled
def station_spectra(problem: mf.sensing.Problem, stations: Sequence[mf.sensing.Fit]) -> Figure:
    """All eigenvalues of ``−N E`` at zero and at some stations, the largest one marked.

    The dotted lines are the eigenvalues λ_k of Z*, the first of which would be left at each
    station if N were the identity.

    Parameters
    ----------
    problem : mf.sensing.Problem
    stations : sequence of mf.sensing.Fit
        Best fits of different ranks, or what `mftutor.sensing.greedy_low_rank` returns.
    """
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    points = [np.zeros((problem.dimension, 1)), *[station.U for station in stations]]
    for place, U in enumerate(points):
        rates = np.linalg.eigvalsh(-problem.residual(U)[1])
        axes.plot(np.full(rates.size, place), rates, "_", color=MARK_COLOR, ms=14)
        axes.plot(place, rates[-1], "o", ms=6)
        axes.annotate(f"{rates[-1]:.2f}", (place, rates[-1]), (9, -3), textcoords="offset points")
    for value in problem.eigenvalues:
        axes.axhline(value, color=MARK_COLOR, ls=":", lw=1)
    names = ["zero", *[f"$Z_{station.rank}^*$" for station in stations]]
    axes.set_xticks(range(len(points)), names)
    axes.set(xlim=(-0.5, len(points) - 0.5), ylabel=r"eigenvalues of $-\mathcal{N}E$")
    return figure


@styled
def signals_and_distances(
    steps: ArrayLike,
    signals: ArrayLike,
    distances: ArrayLike,
    *,
    limits: ArrayLike,
    at: float,
) -> Figure:
    """Signals of one run, and its distances to the best fits, at some of its steps.

    Parameters
    ----------
    steps : array_like, shape (n,)
        The steps recorded.
    signals : array_like, shape (n, k)
    distances : array_like, shape (n, s)
        To Z_1*, …, Z_s*, positive.
    limits : array_like, shape (k,)
        The eigenvalues of Z*, drawn as dotted lines.
    at : float
        A step to mark.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    t = real_array("steps", steps, ("n",))
    targets = real_array("limits", limits, ("k",))
    values = real_array("signals", signals, (t.size, targets.size))
    apart = real_array("distances", distances, (t.size, "s"))
    figure = Figure(figsize=(9.0, 3.0))
    left, right = figure.subplots(1, 2)
    for k, limit in enumerate(targets):
        (line,) = left.plot(t, values[:, k], label=f"k = {k + 1}")
        left.axhline(limit, color=line.get_color(), ls=":", lw=1)
    for s, curve in enumerate(apart.T):
        right.semilogy(t, curve, label=f"s = {s + 1}")
    left.set(title=r"signals $v_k^\top U_t U_t^\top v_k$", xlabel="step t")
    right.set(title=r"distances $\|U_t U_t^\top - Z_s^*\|_F$", xlabel="step t")
    for axes in (left, right):
        axes.axvline(at, color=MARK_COLOR, ls="--", lw=1)
    left.legend(loc="center right")
    right.legend()
    return figure


@styled
def recovery_curves(
    n_measurements: ArrayLike, errors: Mapping[str, ArrayLike], threshold: float | None = None
) -> Figure:
    """Final relative errors against the number of measurements: medians, and all runs.

    Parameters
    ----------
    n_measurements : array_like, shape (n_m,)
        The numbers m.
    errors : mapping of str to array_like, each of shape (n_m, n_seeds)
        A label, and errors as `mftutor.sensing.recovery_errors` returns them.
    threshold : float, optional
        A number of measurements to mark.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    m = real_array("n_measurements", n_measurements, ("n_m",))
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for place, (label, array) in enumerate(errors.items()):
        # An error of zero to the last digit has no logarithm.
        values = np.maximum(real_array("errors", array, (m.size, "n_seeds")), 1e-16)
        (line,) = axes.semilogy(
            m, np.median(values, axis=1), marker=marker(place), ms=4, label=label
        )
        each = np.repeat(m, values.shape[1])
        axes.plot(each, values.ravel(), ls="", marker=marker(place), ms=2.5, color=line.get_color())
    if threshold is not None:
        axes.axvline(threshold, color=MARK_COLOR, ls=":", lw=1)
    axes.set(xlabel="measurements m", ylabel="relative error at the end")
    axes.legend()
    return figure
