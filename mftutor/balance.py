"""Balanced factors: what the flow of a deep factorization conserves, and its law for one mode."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mftutor._validation import FloatArray, integer, real_array, real_number


def matching_factors(factors: Sequence[ArrayLike]) -> list[FloatArray]:
    """Return W_1, …, W_L as arrays, refusing what is not finite or cannot be multiplied."""
    if not np.iterable(factors):
        raise ValueError(f"factors must be a sequence of matrices, got {factors!r}")
    W = [real_array("factors", factor, ("rows", "columns")) for factor in factors]
    shapes = [w.shape for w in W]
    if not W or any(a[0] != b[1] for a, b in zip(shapes[:-1], shapes[1:], strict=True)):
        raise ValueError(f"factors must be W_1, …, W_L with a product, got shapes {shapes}")
    return W


def imbalance(factors: Sequence[ArrayLike]) -> list[FloatArray]:
    """Return ``W_{l+1}ᵀW_{l+1} − W_lW_lᵀ`` for l = 1, …, L − 1.

    The gradient flow conserves them; a step of descent changes them by terms of order η² only,
    a run of given length ``η T`` by order η.

    Parameters
    ----------
    factors : sequence of array_like
        ``W_1, …, W_L``, at least one, with fitting shapes.

    Returns
    -------
    list of ndarray
        ``L − 1`` symmetric matrices, of the sizes of the hidden layers.

    Raises
    ------
    ValueError
        If the factors do not fit each other or are not finite.

    Examples
    --------
    >>> imbalance([np.array([[2.0]]), np.array([[3.0]])])
    [array([[5.]])]
    """
    W = matching_factors(factors)
    pairs = zip(W[:-1], W[1:], strict=True)
    return [after.T @ after - before @ before.T for before, after in pairs]


def balanced_half_time(eigenvalue: float, start: float, *, depth: int, step_size: float) -> float:
    """The half-time of one mode of the flow from a balanced start, in steps of descent.

    If all factors share a mode's size, it obeys ``ds/dτ = L s^{2−2/L}(λ − s)`` (Saxe, McClelland
    & Ganguli 2014 for L = 2; Arora, Cohen & Hazan 2018), so that from a small start it waits for
    ``ln(λ/s₀)/(2λ)`` with two factors, and for about ``s₀^{−(1−2/L)}/((L − 2)λ)`` with more.

    Parameters
    ----------
    eigenvalue : float
        λ > 0.
    start : float
        s₀ > 0.
    depth : int
        L ≥ 1.
    step_size : float
        η > 0; flow time is divided by it.

    Returns
    -------
    float
        ``(1/η) ∫ ds / (L s^{2−2/L}(λ − s))`` from s₀ to λ/2; 0 if ``s₀ ≥ λ/2``.

    Raises
    ------
    ValueError
        If a number is not positive, or `depth` not an integer ≥ 1.

    Examples
    --------
    >>> round(balanced_half_time(1.0, 1e-4, depth=2, step_size=0.05), 2)
    92.1
    >>> round(balanced_half_time(1.0, 1e-4, depth=3, step_size=0.05), 1)
    413.9
    """
    lam, low = real_number("eigenvalue", eigenvalue), real_number("start", start)
    layers, eta = integer("depth", depth, 1), real_number("step_size", step_size)
    if low >= lam / 2:
        return 0.0
    # In the variable ln s, where the integrand is smooth, by Gauss and Legendre.
    nodes, weights = np.polynomial.legendre.leggauss(200)
    ends = np.log(low), np.log(lam / 2)
    half_width = (ends[1] - ends[0]) / 2
    s = np.exp(ends[0] + half_width * (nodes + 1))
    speed = layers * s ** (1 - 2 / layers) * (lam - s)
    return float(half_width * (weights / speed).sum() / eta)
