"""Pictures of starts that are too large and steps that are too long."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from mftutor._validation import real_array
from mftutor.figures.style import MARK_COLOR, styled
from mftutor.theory.divergence import overshoots
from mftutor.trajectory import Trajectory


@styled
def overshoot_curves(runs: Mapping[str, Trajectory]) -> Figure:
    """The overshoot ``ησ₁²(X_t)`` of some runs on a log axis, with a line at 2.

    Parameters
    ----------
    runs : mapping of str to Trajectory
        Each run with the label of its curve.
    """
    figure = Figure(figsize=(7.0, 3.0))
    axes = figure.subplots()
    for label, run in runs.items():
        axes.semilogy(overshoots(run), label=label)
    axes.axhline(2, color=MARK_COLOR, ls=":", lw=1)
    axes.set(xlabel="step t", ylabel=r"overshoot $\eta\sigma_1^2(X_t)$")
    axes.legend()
    return figure


@styled
def critical_overshoots(step_sizes: ArrayLike, measured: ArrayLike, predicted: ArrayLike) -> Figure:
    """Where descent starts to diverge, measured and predicted, between the proved bounds.

    Parameters
    ----------
    step_sizes : array_like, shape (n,)
        The step sizes η, in units of ``1/λ₁``.
    measured, predicted : array_like, shape (n, n_seeds)
        Critical overshoots ``ησ₁²`` of the start, for each step size and seed.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    eta = real_array("step_sizes", step_sizes, ("n",))
    found = real_array("measured", measured, (eta.size, "n_seeds"))
    expected = real_array("predicted", predicted, found.shape)
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    ends = np.array([0.0, 1.1 * eta.max()])
    height = 1.7 * (max(found.max(), expected.max()) - 2)
    axes.fill_between(ends, 2, 2 + ends, color="#e3e3e3")
    each = np.repeat(eta, found.shape[1])
    axes.plot(each, expected.ravel(), "x", color="#D55E00", ms=8, label="predicted")
    axes.plot(each, found.ravel(), "o", color="#0072B2", ms=3.5, label="measured")
    for text, place in [
        ("diverges (proved)", (0.02, 0.93)),
        ("depends on the start", (0.5, 0.72)),
        ("stays bounded (proved)", (0.5, 0.04)),
    ]:
        axes.annotate(text, place, xycoords="axes fraction")
    axes.set(xlabel=r"$\eta\lambda_1$", ylabel="overshoot of the start", xlim=ends)
    axes.set_ylim(2 - 0.12 * height, 2 + height)
    axes.legend(loc="upper right")
    return figure


@styled
def scalar_attractor(eta_lambda: ArrayLike, late: ArrayLike) -> Figure:
    """Where descent on a 1×1 problem stays in the end, for each ηλ.

    The upper line is ``y² = 2 + ηλ``, above which it diverges, the lower one the solution
    ``y² = ηλ``.

    Parameters
    ----------
    eta_lambda : array_like, shape (n,)
        The products ηλ.
    late : array_like, shape (n_points, n)
        Late values of ``y = √η x``, as `mftutor.theory.scalar_descent` returns them.

    Raises
    ------
    ValueError
        If an array is not finite or not of that shape.
    """
    a = real_array("eta_lambda", eta_lambda, ("n",))
    values = real_array("late", late, ("n_points", a.size))
    figure = Figure(figsize=(7.0, 3.6))
    axes = figure.subplots()
    overshoot = np.square(values).ravel()
    axes.plot(np.tile(a, len(values)), overshoot, ".", color="#0072B2", ms=0.6, rasterized=True)
    axes.plot(a, 2 + a, "-", color=MARK_COLOR, label=r"diverges above $2 + \eta\lambda$")
    axes.plot(a, a, ":", color="#D55E00", label=r"the solution, $\eta x^2 = \eta\lambda$")
    axes.set(xlabel=r"$\eta\lambda$", ylabel=r"overshoot $\eta x_t^2$, late steps", ylim=(0, None))
    axes.legend(loc="upper left")
    return figure
