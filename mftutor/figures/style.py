"""The look that all figures share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import matplotlib
import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mftutor._validation import FloatArray, typed
from mftutor.trajectory import Trajectory

STYLE = Path(__file__).with_name("mftutor.mplstyle")
MARK_COLOR = "#222222"
GREY = "#8a8a8a"  # as light as a line on white may be
MARKERS = "os^DvPX*<>"  # for series that colour alone would tell apart

Parameters = ParamSpec("Parameters")


def marker(k: int) -> str:
    """The marker of series k, counted from 0; they begin again after the last."""
    return MARKERS[k % len(MARKERS)]


def colors() -> list[str]:
    """The colours of the style sheet, in order."""
    return list(matplotlib.rcParams["axes.prop_cycle"].by_key()["color"])


def styled(draw: Callable[Parameters, Figure]) -> Callable[Parameters, Figure]:
    """Apply the style sheet while `draw` runs, and only then; check what it is given."""
    drawn = typed(draw)

    @wraps(draw)
    def wrapper(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Figure:
        with matplotlib.style.context(["default", STYLE]):
            return drawn(*args, **kwargs)

    return wrapper


def error_axes(axes: Axes, run: Trajectory) -> None:
    """The error curve of a run, on a linear axis from zero."""
    axes.plot(run.error)
    axes.set(xlabel="step t", ylabel=r"error $\|\Sigma_r - X_t X_t^\top\|_F$", ylim=(0, None))


def mark_times(axes: Axes, signal: FloatArray, limits: FloatArray, times: FloatArray) -> None:
    """Signals, shape (T + 1, n), with their limits as dotted lines and half-times as marks.

    Each is named above the line of its limit, at the right end.
    """
    for k, (limit, time) in enumerate(zip(limits, times, strict=True)):
        (line,) = axes.plot(signal[:, k])
        axes.axhline(limit, color=line.get_color(), ls=":", lw=1)
        text = f"k = {k + 1}"
        if np.isfinite(time):
            axes.plot(time, signal[int(time), k], "o", color=line.get_color(), ms=5)
            text += f", half at {time:.0f}"
        at, color = (len(signal) - 1, limit), line.get_color()
        axes.annotate(text, at, (0, 3), textcoords="offset points", ha="right", size=9, color=color)


def heat_map(axes: Axes, block: FloatArray) -> None:
    """One small square map with the numbers written in, so that colour is not needed."""
    axes.imshow(block, cmap="PuOr_r", vmin=-1, vmax=1)
    for (i, j), value in np.ndenumerate(block):
        number = f"{value:.2f}" if abs(value) >= 0.005 else "0"
        axes.text(j, i, number, ha="center", va="center", size=7.5, color=_ink(value))
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    axes.spines[:].set_visible(False)


def _ink(value: float) -> str:
    """Black or white, whichever is read better on the map's colour for `value`."""
    return "white" if abs(value) > 0.7 else "black"
