"""How many measurements it takes: restricted isometry, uniqueness, and what descent does."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, integers, random_generator, real_array, typed
from mftutor.sensing.completion import entry_measurements, random_entries
from mftutor.sensing.descent import descend
from mftutor.sensing.measurements import Measurements, gaussian_measurements
from mftutor.sensing.problem import Problem, init
from mftutor.sensing.symmetric import pack, unpack


@typed
def restricted_isometry(
    measurements: Measurements,
    rank: int,
    *,
    seed: int | np.random.Generator,
    n_directions: int = 20,
    n_refinements: int = 20,
) -> float:
    """Bound the restricted isometry constant δ_rank from below.

    δ is the smallest number for which ``|⟨Z, N Z⟩ − ‖Z‖²_F| ≤ δ‖Z‖²_F`` for all symmetric Z of at
    most that rank. Random directions are tried, and each is driven towards the largest and the
    smallest ⟨Z, N Z⟩ by steps of a truncated power iteration. The true constant may be larger:
    it cannot be certified this way.

    Parameters
    ----------
    measurements : Measurements
    rank : int
        From 1 to d.
    seed : int or numpy.random.Generator
        For the directions.
    n_directions : int
        At least 1.
    n_refinements : int
        Steps from each direction, both ways; 0 for random directions alone, which show typical
        values and hardly ever extreme ones.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> import mftutor as mf
    >>> everything = mf.sensing.entry_measurements(4, mf.sensing.random_entries(4, 10, seed=0))
    >>> restricted_isometry(everything, 2, seed=0) < 1e-14
    True
    """
    r = integer("rank", rank, 1, measurements.dimension)
    rng, n_tries = random_generator(seed), integer("n_directions", n_directions, 1)
    steps = integer("n_refinements", n_refinements, 0)
    # Above the norm of N, or nearly so: it makes the second iteration climb as the first does.
    ceiling = 1.1 * _norm_estimate(measurements, rng)
    worst = 0.0
    for _ in range(n_tries):
        start = _low_rank(pack(_symmetric(rng, measurements.dimension)), r)
        for sign, shift in ((1.0, 0.0), (-1.0, ceiling)):
            z = start
            for _ in range(steps + 1):
                image, energy = measurements.normal_and_energy(z)
                worst = max(worst, abs(energy - 1.0))
                z = _low_rank(sign * image + shift * z, r)
    return worst


def uniqueness_threshold(dimension: int, rank: int) -> float:
    """The number of Gaussian measurements at which Z* becomes the only PSD interpolant.

    It is the statistical dimension of the cone of directions H in which Z* can be left without
    leaving the positive semi-definite matrices. In the basis of Z* the r×r block of H and its
    coupling to the rest are free and the other block is positive semi-definite, a self-dual
    cone, so that this is ``r(r + 1)/2 + r(d − r) + (d − r)(d − r + 1)/4``. With that many
    measurements the null space of a Gaussian draw misses the cone with a probability near one
    half; from nearly never to nearly always it takes O(d) measurements about it (Amelunxen,
    Lotz, McCoy & Tropp 2014). It says nothing about completion, and nothing about descent.

    Parameters
    ----------
    dimension : int
        d ≥ 1.
    rank : int
        The rank r of Z*, from 0 to d.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> uniqueness_threshold(30, 3)
    276.0
    """
    d = integer("dimension", dimension, 1)
    r = integer("rank", rank, 0, d)
    return r * (r + 1) / 2 + r * (d - r) + (d - r) * (d - r + 1) / 4


def recovery_errors(
    eigenvalues: ArrayLike,
    *,
    dimension: int,
    n_measurements: Iterable[int],
    rank: int,
    scale: float,
    seeds: Iterable[int],
    step_size: float,
    n_steps: int,
) -> FloatArray:
    """Final relative errors of descent with Gaussian measurements, for many numbers of them.

    Parameters
    ----------
    eigenvalues : array_like, shape (r*,)
        Of the ground truth.
    dimension : int
        d.
    n_measurements : iterable of int
        The numbers m, at least one.
    rank : int
        The number r̂ of columns.
    scale : float
        The initialization scale α.
    seeds : iterable of int
        Each for a draw of measurements and an independent one of the start; at least one.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    ndarray, shape (n_m, n_seeds)
        ``‖U_TU_Tᵀ − Z*‖_F / ‖Z*‖_F``; inf where the run diverged.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> errors = recovery_errors(
    ...     [1.0, 0.5], dimension=6, n_measurements=[4, 30], rank=2, scale=1e-2, seeds=[0],
    ...     step_size=0.1, n_steps=1000)
    >>> errors[:, 0] < 1e-3
    array([False,  True])
    """

    def error(m: int, seed: int) -> float:
        rng = np.random.default_rng(seed)
        problem = Problem(gaussian_measurements(dimension, m, seed=rng), eigenvalues)
        return _final_error(problem, rank, scale, rng, step_size, n_steps)

    draws, counts = integers("seeds", seeds, 0, None), integers("n_measurements", n_measurements, 1)
    return np.array([[error(m, seed) for seed in draws] for m in counts])


def completion_errors(
    eigenvalues: ArrayLike,
    eigenvectors: ArrayLike,
    *,
    n_entries: Iterable[int],
    rank: int,
    scale: float,
    seeds: Iterable[int],
    step_size: float,
    n_steps: int,
) -> FloatArray:
    """Final relative errors of descent that sees random entries, for many numbers of them.

    Parameters
    ----------
    eigenvalues : array_like, shape (r*,)
        Of the ground truth.
    eigenvectors : array_like, shape (d, r*)
        Orthonormal columns.
    n_entries : iterable of int
        The numbers of entries on or above the diagonal, each from 1 to D = d(d + 1)/2.
    rank : int
        The number r̂ of columns.
    scale : float
        The initialization scale α.
    seeds : iterable of int
        Each for a draw of entries and an independent one of the start; at least one.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.

    Returns
    -------
    ndarray, shape (n_n, n_seeds)
        ``‖U_TU_Tᵀ − Z*‖_F / ‖Z*‖_F``; inf where the run diverged.

    Raises
    ------
    ValueError
        If an argument is outside its range.

    Examples
    --------
    >>> import mftutor as mf
    >>> errors = completion_errors(
    ...     [1.0, 0.5], mf.sensing.random_eigenvectors(6, 2, seed=0), n_entries=[3, 21], rank=2,
    ...     scale=1e-2, seeds=[0], step_size=0.1, n_steps=1000)
    >>> errors[:, 0] < 1e-3
    array([False,  True])
    """
    vectors = real_array("eigenvectors", eigenvectors, ("d", "r"))
    d = len(vectors)

    def error(n: int, seed: int) -> float:
        rng = np.random.default_rng(seed)
        seen = entry_measurements(d, random_entries(d, n, seed=rng))
        return _final_error(
            Problem(seen, eigenvalues, vectors), rank, scale, rng, step_size, n_steps
        )

    draws, counts = integers("seeds", seeds, 0, None), integers("n_entries", n_entries, 1)
    return np.array([[error(n, seed) for seed in draws] for n in counts])


def _final_error(
    problem: Problem,
    rank: int,
    scale: float,
    rng: np.random.Generator,
    step_size: float,
    n_steps: int,
) -> float:
    """The relative error at the end of one run from a Gaussian start."""
    U0 = init(problem, rank, scale=scale, seed=rng)
    run = descend(problem, U0, step_size=step_size, n_steps=n_steps)
    return float(run.relative_error[-1])


def _symmetric(rng: np.random.Generator, dimension: int) -> FloatArray:
    """A random symmetric matrix, shape (d, d)."""
    G = rng.standard_normal((dimension, dimension))
    return G + G.T


def _low_rank(packed: FloatArray, rank: int) -> FloatArray:
    """The matrix of that rank nearest to a packed one, of norm one, packed; zero of zero."""
    values, vectors = np.linalg.eigh(unpack(packed))
    kept = np.argsort(np.abs(values))[-rank:]
    part = pack((vectors[:, kept] * values[kept]) @ vectors[:, kept].T)
    return part / (np.linalg.norm(part) or 1.0)


def _norm_estimate(measurements: Measurements, rng: np.random.Generator) -> float:
    """The largest eigenvalue of N by power iteration, from below."""
    z = pack(_symmetric(rng, measurements.dimension))
    size = 1.0
    for _ in range(50):
        z = measurements.normal(z / np.linalg.norm(z))
        size = float(np.linalg.norm(z))
        if size == 0:
            break
    return size
