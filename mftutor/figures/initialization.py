"""Pictures of small and large initialization."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mftutor._validation import real_array
from mftutor.comparison import InitializationComparison
from mftutor.figures.style import MARK_COLOR, styled
from mftutor.trajectory import Trajectory

DASHES = ["-", "--", ":", "-.", (0, (5, 1)), (0, (1, 1))]
ERROR = r"error $\|\Sigma_r - X_t X_t^\top\|_F$"


@styled
def spectral_errors(
    scales: ArrayLike, errors: ArrayLike, against_step: Mapping[str, ArrayLike]
) -> Figure:
    """The distance to the power iteration (11): at one step against the scale, and over time.

    Parameters
    ----------
    scales : array_like, shape (n,)
        Initialization scales ϖ > 0.
    errors : array_like, shape (n,)
        The relative error of (11) at one step, for each scale.
    against_step : mapping of str to array_like
        Label and error curve of a few scales, one point a step.

    Raises
    ------
    ValueError
        If `scales` or `errors` is not finite or not of that shape.
    """
    sizes = real_array("scales", scales, ("n",))
    values = real_array("errors", errors, (sizes.size,))
    figure = Figure(figsize=(7.0, 3.0))
    left, right = figure.subplots(1, 2)
    left.loglog(sizes, values, "o-", ms=4, label="measured")
    smallest = sizes.argmin()
    parabola = values[smallest] * np.square(sizes / sizes[smallest])
    left.loglog(sizes, parabola, ":", color=MARK_COLOR, label=r"slope 2")
    left.set(xlabel=r"scale $\varpi$", ylabel="relative error of (11)")
    left.legend()
    for label, curve in against_step.items():
        right.semilogy(np.arange(1, len(np.asarray(curve))), np.asarray(curve)[1:], label=label)
    right.set(xlabel="step t", ylim=(1e-8, 2))
    right.legend()
    return figure


@styled
def scale_sweep(comparison: InitializationComparison, crossover: float | None = None) -> Figure:
    """Times, plateaus and noises against the scale: the median over seeds, and 5–95 %.

    Parameters
    ----------
    comparison : InitializationComparison
        With a rank of at least 2 and scales > 0.
    crossover : float, optional
        A scale to mark.
    """
    figure = Figure(figsize=(9.0, 3.0))
    panels = figure.subplots(1, 3)
    titles = (r"hitting times $\tau_k$", "error on the plateau", r"noise at $\tau_k$")
    shown = (comparison.hitting_times, comparison.plateau_error, comparison.noise_at_arrival)
    for axes, title, values in zip(panels, titles, shown, strict=True):
        for k in range(values.shape[2]):
            with warnings.catch_warnings():
                # A scale at which no run arrives is an ordinary result: a gap in the line.
                warnings.filterwarnings("ignore", "All-NaN slice", RuntimeWarning)
                low, median, high = np.nanquantile(values[:, :, k], [0.05, 0.5, 0.95], axis=1)
            style = ["o-", "s--", "^:"][k % 3]
            (line,) = axes.semilogx(comparison.scales, median, style, ms=3, label=f"k = {k + 1}")
            axes.fill_between(comparison.scales, low, high, color=line.get_color(), alpha=0.2)
        if crossover is not None:
            axes.axvline(crossover, color=MARK_COLOR, ls=":", lw=1)
        axes.set(title=title, xlabel=r"scale $\varpi$")
    panels[0].set_ylim(0, None)
    panels[0].legend()
    panels[2].set_yscale("log")
    return figure


@styled
def two_scales(runs: Sequence[Trajectory], names: Sequence[str], t: int | None = None) -> Figure:
    """Errors and signals of a few runs on the same axes.

    Parameters
    ----------
    runs : sequence of Trajectory
    names : sequence of str
        A label for each run.
    t : int, optional
        A step to mark; a picture with fewer steps marks its last one.
    """
    figure = Figure(figsize=(9.0, 3.0))
    left, right = figure.subplots(1, 2)
    dashes = cycle(DASHES)  # every signal has its own, since grey shows no colour
    for run, name in zip(runs, names, strict=True):
        (line,) = left.plot(run.error, label=name)
        for k in range(run.problem.rank):
            look = {"color": line.get_color(), "ls": next(dashes)}
            right.semilogy(run.signal[:, k], label=f"{name}, row {k + 1}", **look)
    left.set(xlabel="step t", ylabel=ERROR, ylim=(0, None))
    right.set(xlabel="step t", title=r"signals $\sigma_1^2(u_k)$")
    for axes in (left, right):
        axes.legend()
        if t is not None:
            axes.axvline(min(t, runs[0].n_steps), color=MARK_COLOR, ls="--", lw=1)
    return figure


@styled
def failing_starts(runs: Mapping[str, Trajectory]) -> Figure:
    """Error curves on a logarithmic time axis, for runs that get stuck or nearly so.

    Parameters
    ----------
    runs : mapping of str to Trajectory
        Label and run.
    """
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for (label, run), dash in zip(runs.items(), cycle(DASHES), strict=False):
        axes.semilogx(np.arange(1, run.n_steps + 1), run.error[1:], ls=dash, label=label)
    axes.set(xlabel="step t", ylabel=ERROR, ylim=(0, None))
    axes.legend()
    return figure
