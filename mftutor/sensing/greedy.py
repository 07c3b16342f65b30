"""Greedy low-rank learning: descent from infinitesimal starts, one column at a time.

The idealised procedure of Li, Luo & Lyu (2020). From zero, add a tiny column along the top
eigenvector of ``−N(UUᵀ − Z*)``, run descent until it is stationary, and repeat while that
eigenvalue is positive. With small initialization gradient descent does nearly the same, which is
what the second paper proves for its setting. That its stations are the best fits Z_s* takes
near-isotropic measurements: with few of them a station may be a local minimum that is not global.
How near descent comes to the first station is a power of its scale, `visit_exponent`.
"""

from __future__ import annotations

import numpy as np

from mftutor._validation import FloatArray, integer, real_number, typed
from mftutor.sensing.best_fit import Fit, describe, gradient_unit
from mftutor.sensing.problem import Problem


@typed
def greedy_low_rank(
    problem: Problem,
    *,
    step_size: float,
    n_steps: int = 20_000,
    max_rank: int | None = None,
    kick: float = 1e-6,
    tolerance: float = 1e-4,
    stationary: float = 1e-8,
) -> list[Fit]:
    """Run greedy low-rank learning and return where it rests.

    Parameters
    ----------
    problem : Problem
    step_size : float
        The step size η > 0 of the descent between the stations.
    n_steps : int
        At most so many steps of descent to each station.
    max_rank : int, optional
        At most so many stations; d unless given.
    kick : float
        ε > 0: a new column has length √ε. In units of μ₀, the largest eigenvalue of ``N Z*``.
    tolerance : float
        The procedure has ended once `Fit.escape_rate` is at most that, in units of μ₀.
    stationary : float
        Descent has arrived once `Fit.gradient_norm` is at most that. It must be smaller than
        ``√kick · tolerance``, or descent might rest on a new column.

    Returns
    -------
    list of Fit
        The stations of rank 1, 2, …. The last one has no way out, or is number `max_rank`, or
        was not reached within `n_steps`, as its gradient then tells (inf if descent diverged).

    Raises
    ------
    ValueError
        If an argument is outside its range, or ``N Z*`` has no positive eigenvalue, or its
        largest one is outside ``1e±40``.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(12, 60, seed=0), [1.0, 0.5])
    >>> stations = greedy_low_rank(problem, step_size=0.1)
    >>> [station.rank for station in stations]
    [1, 2]
    """
    eta, steps = real_number("step_size", step_size), integer("n_steps", n_steps, 0)
    most = integer("max_rank", problem.dimension if max_rank is None else max_rank, 1)
    length, smallest = np.sqrt(real_number("kick", kick)), real_number("tolerance", tolerance)
    at_rest, unit = real_number("stationary", stationary), gradient_unit(problem)
    if at_rest >= length * smallest:
        limit = f"sqrt(kick) * tolerance = {length * smallest:.3g}"
        raise ValueError(f"stationary must be < {limit}, got {stationary!r}")
    station, moved = describe(problem, np.zeros((problem.dimension, 0))), True
    stations: list[Fit] = []
    while moved and len(stations) < most and station.escape_rate > smallest * unit ** (2 / 3):
        slope = problem.residual(station.U)[1]
        column = np.linalg.eigh(slope)[1][:, :1]
        U = np.hstack([station.U, length * unit ** (1 / 3) * column])
        station = describe(problem, _descend(problem, U, eta, steps, at_rest * unit))
        stations.append(station)
        moved = station.gradient_norm <= at_rest
    return stations


@typed
def visit_exponent(station: Fit) -> float:
    """The power of the scale α to which descent approaches the first station.

    The least distance is proportional to ``α^p``, ``p = 2(1 − m₂/m₁) c/(c + 2μ)``, with m₁ > m₂
    the largest eigenvalues of ``N Z*``, c the least curvature of the station and μ its escape
    rate. It is that of the flow, linearised at zero and at the station, with two columns or more
    and where the path from zero arrives along the direction of least curvature.

    Parameters
    ----------
    station : Fit
        The first station, of rank one: a strict local minimum among matrices of that rank.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the station is not of rank one, or its least curvature or escape rate is not positive.

    Examples
    --------
    >>> import mftutor as mf
    >>> measurements = mf.sensing.gaussian_measurements(30, 300, seed=0)
    >>> problem = mf.sensing.Problem(measurements, [1.0, 0.6, 0.3])
    >>> station = greedy_low_rank(problem, step_size=0.1, max_rank=1)[0]
    >>> round(visit_exponent(station), 3)
    0.161
    """
    if station.rank != 1:
        raise ValueError(f"station must be of rank 1, got {station.rank}")
    curvature, rate = station.curvature(), station.escape_rate
    if not min(curvature, rate) > 0:
        found = f"{curvature:.3g} and {rate:.3g}"
        raise ValueError(f"station must have positive curvature and escape rate, got {found}")
    second, first = -np.linalg.eigvalsh(station.problem.residual(np.zeros_like(station.U))[1])[
        1::-1
    ]
    return float(2 * (1 - second / first) * curvature / (curvature + 2 * rate))


def _descend(
    problem: Problem, U: FloatArray, step_size: float, n_steps: int, tolerance: float
) -> FloatArray:
    """Run descent from U until ``‖∇f‖_F ≤ tolerance``, or it is not a finite number."""
    with np.errstate(over="ignore", invalid="ignore"):  # beyond the floats it has diverged
        for _ in range(n_steps):
            gradient = problem.residual(U)[1] @ U
            if not tolerance < np.linalg.norm(gradient) < np.inf:
                break
            U = U - step_size * gradient
    return U
