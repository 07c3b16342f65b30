"""Pictures of a real matrix: its spectrum, its eigenvectors as patches, and its staircase."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, real_array
from mftutor.figures.style import MARK_COLOR, styled
from mftutor.trajectory import Trajectory, first_for_good


@styled
def patches(rows: Mapping[str, ArrayLike], image: ArrayLike | None = None) -> Figure:
    """Vectors drawn as square patches of pixels, a row for each matrix of columns.

    The sign of a vector has no meaning: those of later rows are turned to agree with the first.

    Parameters
    ----------
    rows : mapping of str to array_like, each of shape (side², n)
        At least one, with a name for each row; the columns are drawn from left to right.
    image : array_like, shape (height, width), optional
        A picture to show at the left, in grey.

    Raises
    ------
    ValueError
        If an array is not finite, the shapes differ, or the columns do not form squares.
    """
    first = real_array("rows", next(iter(rows.values())), ("side²", "n"))
    side = round(len(first) ** 0.5)
    if side**2 != len(first) or not first.size:
        raise ValueError(f"rows must hold columns of length side**2, got shape {first.shape}")
    n, extra = first.shape[1], 0 if image is None else 1
    figure = Figure(figsize=(0.95 * n + 2.6 * extra + 0.4, max(1.15 * len(rows), 2.2 * extra)))
    grid = figure.add_gridspec(len(rows), n + extra, width_ratios=[2.6] * extra + [1] * n)
    if image is not None:
        pixels = real_array("image", image, ("height", "width"))
        _draw(figure.add_subplot(grid[:, 0]), pixels, "gray")
    for i, (name, columns) in enumerate(rows.items()):
        vectors = real_array("rows", columns, first.shape)
        for k, (vector, reference) in enumerate(zip(vectors.T, first.T, strict=True)):
            axes = figure.add_subplot(grid[i, k + extra])
            turned = vector if vector @ reference >= 0 else -vector
            _draw(axes, turned.reshape(side, side), "PuOr_r", limit=np.abs(vector).max())
            if i == 0:
                axes.set_title(f"k = {k + 1}", size=9)
            if k == 0:
                axes.set_ylabel(name, size=9)
    return figure


def _draw(axes: Axes, pixels: FloatArray, colors: str, limit: float | None = None) -> None:
    """Pixels without ticks, from −limit to limit if given."""
    low = None if limit is None else -limit
    axes.imshow(pixels, cmap=colors, vmin=low, vmax=limit, interpolation="nearest")
    axes.set(xticks=[], yticks=[])
    axes.grid(False)
    axes.spines[:].set_visible(False)


@styled
def eigenvalue_decay(eigenvalues: ArrayLike, rank: int) -> Figure:
    """Eigenvalues against their number on a logarithmic axis, with a rank marked.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        In decreasing order; zeros are left out.
    rank : int
        From 0 to d; the mark stands between λ_rank and λ_{rank+1}.

    Raises
    ------
    ValueError
        If the eigenvalues are not finite or the rank is outside its range.
    """
    values = real_array("eigenvalues", eigenvalues, ("d",))
    figure = Figure(figsize=(6.0, 3.0))
    axes = figure.subplots()
    shown = np.flatnonzero(values > 0)
    axes.semilogy(shown + 1, values[shown], "o-", ms=3.5)
    at = integer("rank", rank, 0, values.size) + 0.5
    axes.axvline(at, color=MARK_COLOR, ls=":", lw=1)
    axes.annotate(f"rank {rank}", (at, values.max()), (4, -4), textcoords="offset points", size=9)
    axes.set(xlabel="k", ylabel=r"$\lambda_k$")
    return figure


@styled
def staircases(runs: Mapping[str, Trajectory]) -> Figure:
    """The signals of a few runs, a panel each, with half-times marked and limits dotted.

    Parameters
    ----------
    runs : mapping of str to Trajectory
        At least one, with the titles of the panels.
    """
    figure = Figure(figsize=(4.0 * len(runs) + 0.6, 3.0))
    panels = figure.subplots(1, len(runs), squeeze=False, sharey=True)[0]
    for axes, (title, run) in zip(panels, runs.items(), strict=True):
        limits = run.problem.eigenvalues[: run.problem.rank]
        times = first_for_good(run.signal >= limits / 2)
        for k, (limit, time) in enumerate(zip(limits, times, strict=True)):
            # The cycle has four styles.
            fifth = {"color": MARK_COLOR, "ls": (0, (1, 1))} if k == 4 else {}
            (line,) = axes.plot(run.signal[:, k], label=f"k = {k + 1}", **fifth)
            axes.axhline(limit, color=line.get_color(), ls=":", lw=1)
            if np.isfinite(time):
                axes.plot(time, run.signal[int(time), k], "o", color=line.get_color(), ms=5)
        axes.set(title=title, xlabel="step t")
    panels[0].set_ylabel(r"signal $\sigma_1^2(u_k)$")
    panels[-1].legend(loc="center right")
    return figure
