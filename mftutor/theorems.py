"""Step sizes and numbers of steps that the theorems guarantee."""

from __future__ import annotations

import math

import numpy as np

from mftutor._validation import real_number
from mftutor.problem import Problem


def max_step_size(problem: Problem, theorem: int) -> float:
    """Return the largest step size that a theorem of the paper allows.

    Theorem 2 asks for ``η ≤ Δ²/(36 λ₁³)`` with the gap of Section 3, ``Δ = λ_r − λ_{r+1}``;
    Theorem 6 for ``η ≤ Δ/(100 λ₁²)`` with that of Section 4.2, the smallest of the first r.

    Parameters
    ----------
    problem : Problem
    theorem : int
        2 or 6.

    Returns
    -------
    float
        In the units of 1/λ₁.

    Raises
    ------
    ValueError
        If `theorem` is neither 2 nor 6, or the gap is zero, so that no step size is allowed.

    Examples
    --------
    >>> problem = Problem([1.0, 0.9, 0.5], rank=2)
    >>> round(max_step_size(problem, theorem=2), 6), round(max_step_size(problem, theorem=6), 6)
    (0.004444, 0.001)
    """
    if not isinstance(theorem, (int, np.integer)) or theorem not in (2, 6):
        raise ValueError(f"theorem must be the int 2 or 6, got {theorem!r}")
    largest = float(problem.eigenvalues[0])
    if theorem == 2:
        gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
        return (gap / largest) ** 2 / (36 * largest)
    gap = real_number("problem.min_eigengap", problem.min_eigengap)
    return gap / largest / (100 * largest)


def theorem_2_bound(problem: Problem, *, step_size: float, accuracy: float) -> float:
    """Return Theorem 2's number of steps from R to ``‖Σ_r − XXᵀ‖ ≤ ε``.

    It is ``6/(ηΔ) · ln(200 r λ₁³/(ηΔ²ε))``, with ``Δ = λ_r − λ_{r+1}``, and zero where the
    logarithm is negative. The theorem states it up to a constant factor, which is taken to
    be 1 here, and for small ε; it is a guarantee only for ``η ≤ max_step_size(problem, 2)``.

    Parameters
    ----------
    problem : Problem
    step_size : float
        The step size η > 0.
    accuracy : float
        The error ε > 0 to be reached, in the spectral norm.

    Returns
    -------
    float
        A number of steps, not rounded.

    Raises
    ------
    ValueError
        If the gap is zero, or a number is not positive.

    Notes
    -----
    In other units the number changes, though no run does: with eigenvalues c times as large,
    η c times as small and ε c times as large, the argument of the logarithm is multiplied
    by c. It is meant for ``λ₁`` of size one.

    Examples
    --------
    >>> problem = Problem([1.0, 0.5, 0.3], rank=2)
    >>> step_size = max_step_size(problem, theorem=2)
    >>> round(theorem_2_bound(problem, step_size=step_size, accuracy=0.01))
    556683
    """
    gap = real_number("problem.eigengap_at_rank", problem.eigengap_at_rank)
    eta = real_number("step_size", step_size)
    epsilon = real_number("accuracy", accuracy)
    # A sum of logarithms: the quotient itself may exceed the floats.
    logarithm = (
        math.log(200 * problem.rank)
        + 3 * math.log(problem.eigenvalues[0])
        - math.log(eta)
        - 2 * math.log(gap)
        - math.log(epsilon)
    )
    return 6 / (eta * gap) * max(logarithm, 0.0)
