"""Pictures of runs with one column: the plane of signal and noise, and their ratio."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Wedge

from mftutor._validation import integer
from mftutor.figures.style import MARK_COLOR, colors, styled
from mftutor.rank_one import RankOneSNR

RATIO_FLOOR = 1e-16  # below, a ratio is nothing but rounding


@styled
def signal_noise_plane(snrs: Mapping[str, RankOneSNR]) -> Figure:
    """Paths in the plane of signal α and noise β, from their starts (dots).

    The grey quarter disc is ``‖x‖² ≤ 2λ₁``, the black dot the limit (√λ₁, 0), the ring the
    saddle (0, √λ₂), all of the first run.

    Parameters
    ----------
    snrs : mapping of str to RankOneSNR
        At least one run, by label; a point at which a run diverged is left out.
    """
    figure = Figure(figsize=(5.4, 4.2))
    axes = figure.subplots()
    _plane(axes, snrs)
    if len(snrs) > 1:
        axes.legend(loc="upper right")
    return figure


@styled
def ratio_and_bounds(snr: RankOneSNR) -> Figure:
    """The ratio β/α on a log axis, below the sharp bound and the bound (P7).

    Parameters
    ----------
    snr : RankOneSNR
    """
    figure = Figure()
    _ratio(figure.subplots(), snr)
    return figure


@styled
def rank_one_panels(snr: RankOneSNR, t: int) -> Figure:
    """Path and ratio side by side, with step t marked: an explorer standing still.

    Parameters
    ----------
    snr : RankOneSNR
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
    t = integer("t", t, 0, snr.run.n_steps)
    figure = Figure(figsize=(9.0, 3.2))
    left, right = figure.subplots(1, 2)
    _plane(left, {"": snr})
    left.plot(snr.alpha[t], snr.beta[t], "s", color=MARK_COLOR, ms=6)
    _ratio(right, snr)
    right.axvline(t, color=MARK_COLOR, ls="--", lw=1)
    return figure


def _plane(axes: Axes, snrs: Mapping[str, RankOneSNR]) -> None:
    """Paths, region and limit, with axes of equal scale that hold them all."""
    problem = next(iter(snrs.values())).run.problem
    largest = float(problem.eigenvalues[0])
    radius = np.sqrt(2 * largest)
    axes.add_patch(Wedge((0, 0), radius, 0, 90, facecolor="#ececec", edgecolor="none"))
    axes.annotate(
        r"$\|x\|^2 \leq 2\lambda_1$", (0.62 * radius, 0.68 * radius), color="#555555", ha="center"
    )
    reach = radius
    cycled = colors()
    for i, (label, snr) in enumerate(snrs.items()):
        # A run may diverge at its very start, which is then shown all the same.
        shown = slice(0, max(len(snr.alpha) - (snr.run.diverged_at is not None), 1))
        path = np.array([snr.alpha, snr.beta])[:, shown]
        color = cycled[i % len(cycled)]
        axes.plot(*path, marker=".", ms=3, lw=1.4, color=color, label=label)
        axes.plot(*path[:, 0], "o", ms=6, color=color)
        reach = max(reach, float(path.max()))
    saddle = np.sqrt(largest - problem.eigengap_at_rank)
    marks = [
        (0, saddle, r"saddle $(0, \sqrt{\lambda_2})$", "white"),
        (np.sqrt(largest), 0, r"$(\sqrt{\lambda_1}, 0)$", MARK_COLOR),
    ]
    for x, y, name, fill in marks:
        axes.plot(x, y, "o", ms=7, color=MARK_COLOR, mfc=fill, clip_on=False, zorder=3)
        axes.annotate(name, (x, y), (5, 8), textcoords="offset points")
    axes.set(xlabel=r"signal $\alpha$", ylabel=r"noise $\beta$", aspect="equal")
    axes.set(xlim=(0, 1.08 * reach), ylim=(0, 1.08 * reach))


def _ratio(axes: Axes, snr: RankOneSNR) -> None:
    """The ratio and its two bounds; what is zero or not finite leaves a gap."""
    curves = {
        r"$\beta_t/\alpha_t$": snr.noise_to_signal,
        "sharpened bound": snr.sharp_bound,
        "bound (P7)": snr.bound,
    }
    values = np.concatenate(list(curves.values()))
    values = values[np.isfinite(values) & (values > RATIO_FLOOR)]
    low, high = (values.min() / 2, values.max() * 2) if values.size else (RATIO_FLOOR, 1.0)
    axes.set(yscale="log", ylim=(low, high))
    for label, curve in curves.items():
        axes.plot(curve, label=label)
    axes.set(xlabel="step t", title=r"noise / signal $\beta/\alpha$")
    axes.legend()
