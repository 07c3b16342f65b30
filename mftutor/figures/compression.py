"""Pictures of the compression: the curve all rows share, its nodes, its accuracy, its cost."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mftutor._validation import real_array
from mftutor.data.timings import Timings
from mftutor.figures.style import GREY, MARK_COLOR, marker, styled

# How the benchmark's forms are named in the picture.
_FORMS = {
    "formed": r"$X + \eta(\Sigma - XX^\top)X$, dense",
    "kept": r"$X + \eta(\Sigma X - X(X^\top X))$, dense $\Sigma$",
    "rows": "the library, all rows",
    "compressed": "the library, compressed",
}


@styled
def growth_factors(eigenvalues: ArrayLike, factors: Mapping[str, ArrayLike]) -> Figure:
    """By which factor each row has grown, a dot for each row, against its eigenvalue.

    Parameters
    ----------
    eigenvalues : array_like, shape (d,)
        The eigenvalue of each row.
    factors : mapping of str to array_like
        Label and the factors ``x_{i,t}/x_{i,0} > 0``, shape (d,), on a log axis.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    values = real_array("eigenvalues", eigenvalues, ("d",))
    figure = Figure(figsize=(7.0, 3.0))
    axes = figure.subplots()
    for place, (label, each) in enumerate(factors.items()):
        axes.semilogy(
            values, real_array("factors", each, values.shape), marker(place), ms=2.5, label=label
        )
    axes.set(xlabel=r"eigenvalue $\lambda_i$ of the row", ylabel=r"factor $x_{i,t}\,/\,x_{i,0}$")
    axes.legend(markerscale=2)
    return figure


@styled
def quadrature_nodes(
    eigenvalues: ArrayLike, weights: ArrayLike, nodes: ArrayLike, node_weights: ArrayLike
) -> Figure:
    """A few nodes in the place of many eigenvalues: their weights, and the weights added up.

    Parameters
    ----------
    eigenvalues, weights : array_like, shape (m,)
        Where the sum is taken, and with which weights, squares of a start's entries > 0.
    nodes, node_weights : array_like, shape (q,)
        The Gauss quadrature.

    Raises
    ------
    ValueError
        If an array is not finite or the shapes do not fit.
    """
    values = real_array("eigenvalues", eigenvalues, ("m",))
    each = real_array("weights", weights, values.shape)
    at = real_array("nodes", nodes, ("q",))
    node_each = real_array("node_weights", node_weights, at.shape)
    figure = Figure(figsize=(9.0, 3.0))
    left, right = figure.subplots(1, 2)
    left.semilogy(values, each, ".", color=GREY, ms=1.5, rasterized=True, label="rows")
    left.semilogy(at, node_each, "o", color="#D55E00", label="nodes")
    left.vlines(at, each.mean(), node_each, color="#D55E00", lw=1)
    # From ten times below the mean: squares of Gaussian numbers have no smallest size.
    left.set(xlabel=r"eigenvalue $\lambda$", title="weights")
    left.set_ylim(each.mean() / 10, 20 * node_each.max())
    left.legend(loc="upper right", ncols=2, markerscale=1.5)
    order, node_order = np.argsort(values), np.argsort(at)
    ends = np.concatenate([[values.min()], at[node_order], [values.max()]])
    levels = np.concatenate([[0.0], np.cumsum(node_each[node_order])])
    right.plot(values[order], np.cumsum(each[order]), color="#5a5a5a", label="rows")
    right.stairs(levels, ends, color="#D55E00", lw=1.9, ls="--", label="nodes", baseline=None)
    right.set(xlabel=r"eigenvalue $\lambda$", title=r"weights up to $\lambda$, added up")
    right.legend(loc="upper left")
    return figure


@styled
def error_against_blocks(
    n_blocks: ArrayLike, errors: Mapping[str, ArrayLike], guesses: Mapping[str, ArrayLike]
) -> Figure:
    """How wrong a compressed run is, against the number of blocks, with a guess for each.

    Parameters
    ----------
    n_blocks : array_like, shape (n,)
        Numbers of blocks q.
    errors, guesses : mapping of str to array_like
        Label and relative errors, shape (n,), with the same labels: measured (solid, with
        marks) and guessed (dotted).

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape, or the labels differ.
    """
    blocks = real_array("n_blocks", n_blocks, ("n",))
    if list(errors) != list(guesses):
        raise ValueError(f"guesses must have the labels {list(errors)}, got {list(guesses)}")
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for place, label in enumerate(errors):
        measured = real_array("errors", errors[label], blocks.shape)
        guess = real_array("guesses", guesses[label], blocks.shape)
        (line,) = axes.semilogy(blocks, measured, marker(place) + "-", ms=4, label=label)
        axes.semilogy(blocks, guess, ":", color=line.get_color(), lw=1.4)
    axes.axhline(np.finfo(float).eps, color=MARK_COLOR, lw=0.8)
    axes.annotate("one rounding", (blocks[0], 1.5 * np.finfo(float).eps))
    axes.set(xlabel="number of blocks q", ylabel="largest relative error", ylim=(2e-17, 10))
    axes.legend()
    return figure


@styled
def times_against_dimension(
    dimensions: ArrayLike, hitting_times: ArrayLike, fits: ArrayLike
) -> Figure:
    """Hitting times against the dimension on a log axis: medians, 5–95 % of the draws, fits.

    Parameters
    ----------
    dimensions : array_like, shape (n,)
        The dimensions d.
    hitting_times : array_like, shape (n, n_seeds, r)
        τ_k in steps; nan where not reached, which counts as late.
    fits : array_like, shape (r, 2)
        For each k the slope and the intercept of a line ``slope · ln d + intercept``.

    Raises
    ------
    ValueError
        If an argument has a shape that does not fit, or `dimensions` or `fits` is not finite.
    """
    shape = ("n", "n_seeds", "r")
    times = real_array("hitting_times", hitting_times, shape, nan_allowed=True)
    times = np.nan_to_num(times, nan=np.inf)
    d = real_array("dimensions", dimensions, (len(times),))
    lines = real_array("fits", fits, (times.shape[-1], 2))
    low, median, high = np.quantile(times, [0.05, 0.5, 0.95], axis=1, method="inverted_cdf")
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for k, (slope, intercept) in enumerate(lines):
        (marks,) = axes.semilogx(
            d, median[:, k], marker(k), ls="none", label=rf"$\tau_{k + 1}$, median"
        )
        axes.fill_between(d, low[:, k], high[:, k], color=marks.get_color(), alpha=0.18, lw=0)
        fit = slope * np.log(d) + intercept
        label = rf"${slope:.1f}\,\ln d {intercept:+.1f}$"
        axes.semilogx(
            d, fit, ls=["--", "-.", ":"][k % 3], color=marks.get_color(), lw=1.2, label=label
        )
    axes.set(xlabel="dimension d", ylabel=r"hitting time $\tau_k$ (steps)", ylim=(0, None))
    axes.legend(loc="upper left")
    return figure


@styled
def step_costs(timings: Timings) -> Figure:
    """What a step costs against the dimension, in four forms; dotted where extrapolated.

    Parameters
    ----------
    timings : Timings
        As `mftutor.data.recorded_timings` returns them.
    """
    figure = Figure(figsize=(7.0, 3.6))
    axes = figure.subplots()
    d = np.array(timings.dimensions, dtype=float)
    for place, (what, label) in enumerate(_FORMS.items()):
        lines = [timings.of(what, dimension) for dimension in timings.dimensions]
        milliseconds = np.array([1e3 * line.median for line in lines])
        measured = np.array([not line.extrapolated for line in lines])
        (drawn,) = axes.loglog(
            d[measured], milliseconds[measured], marker(place) + "-", label=label
        )
        axes.loglog(d, milliseconds, ":", color=drawn.get_color(), lw=1.2)
    axes.set(xlabel="dimension d", ylabel="one step (ms)")
    axes.legend(loc="upper left")
    return figure
