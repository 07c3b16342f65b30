"""The look that all figures share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mftutor._validation import FloatArray
from mftutor.trajectory import Trajectory

STYLE = Path(__file__).with_name("mftutor.mplstyle")
MARK_COLOR = "#222222"

Parameters = ParamSpec("Parameters")


def styled(draw: Callable[Parameters, Figure]) -> Callable[Parameters, Figure]:
    """Apply the style sheet while `draw` runs, and only then."""

    @wraps(draw)
    def styled(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Figure:
        with matplotlib.style.context(["default", STYLE]):
            return draw(*args, **kwargs)

    return styled


def error_axes(axes: Axes, run: Trajectory) -> None:
    """The error curve of a run, on a linear axis from zero."""
    axes.plot(run.error)
    axes.set(xlabel="step t", ylabel=r"error $\|\Sigma_r - X_t X_t^\top\|_F$", ylim=(0, None))


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
