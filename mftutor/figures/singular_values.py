"""What singular values are, as a picture: the unit circle and its image."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, real_array
from mftutor.figures.style import styled


@styled
def circle_and_image(matrix: ArrayLike) -> Figure:
    """The unit circle beside its image under a matrix, with the singular vectors of both.

    The right singular vectors, on the left, are mapped to the half axes of the ellipse on the
    right: the left singular vectors times the singular values. Of each pair of opposite
    vectors the one that points upwards is drawn on the left.

    Parameters
    ----------
    matrix : array_like, shape (2, 2)

    Raises
    ------
    ValueError
        If the matrix is not finite or not of that shape.
    """
    M = real_array("matrix", matrix, (2, 2))
    _, values, right = np.linalg.svd(M)
    right *= np.where(right[:, 1:] < 0, -1.0, 1.0)
    angles = np.linspace(0, 2 * np.pi, 361)
    circle = np.stack([np.cos(angles), np.sin(angles)])
    figure = Figure(figsize=(7.0, 3.2))
    before, after = figure.subplots(1, 2)
    _panel(before, circle, right, [f"$b_{k}$" for k in (1, 2)])
    lengths = [rf"$\sigma_{k} a_{k}$, length {v:.2f}" for k, v in zip((1, 2), values, strict=True)]
    _panel(after, M @ circle, right @ M.T, lengths)
    before.set(title=r"the unit circle, $\Vert v \Vert = 1$")
    after.set(title=r"its image under $M$, all the $Mv$")
    return figure


def _panel(axes: Axes, curve: FloatArray, arrows: FloatArray, names: list[str]) -> None:
    """A closed curve and two named arrows from the origin, in equal scales."""
    axes.plot(*curve, color="#777777", ls="-", lw=1)
    for (x, y), name in zip(arrows, names, strict=True):
        axes.plot([0, x], [0, y], label=name)
        axes.plot(x, y, "o", color=axes.get_lines()[-1].get_color(), ms=5)
    axes.set_aspect("equal", adjustable="datalim")
    axes.legend(loc="lower right")
