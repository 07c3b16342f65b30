"""The same trajectory from about forty rows.

A step multiplies each row by a polynomial of its own eigenvalue: ``x_{i,t} = x_{i,0} M_t(λ_i)``
with ``M_{t+1}(λ) = M_t(λ)((1 + ηλ)I − ηX_tᵀX_t)``. The rows meet only in ``X_tᵀX_t``, that is
in sums ``Σ_i M_t(λ_i)ᵀ x_iᵀx_i M_t(λ_i)``, and a few well chosen eigenvalues and rows give the
same sums: a block Gauss quadrature (G. H. Golub and G. Meurant, *Matrices, Moments and
Quadrature with Applications*, Princeton, 2010). How many are needed depends on the degree,
that is on the number of steps, and hardly on how many rows there were.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from mftutor._rounding import EPS
from mftutor._validation import FloatArray, integer, real_array, real_number, typed
from mftutor.compression.agreement import agree
from mftutor.compression.quadrature import few_for_many
from mftutor.descent import gradient_descent
from mftutor.problem import Problem

# Beyond this ηλ₁ no small problem is tried: descent is chaotic soon after, any two roundings
# of one run part company, and runs that agree may still have left the full one.
STABLE_LIMIT = 1.2
# The two runs compared must agree this much more closely than asked for: their difference
# understates the true one by 1/(1 − ρ) if four more blocks reduce it by a factor ρ only
# (ρ < 1/2 for ηT(λ_{r+2} − λ_d) < 7000), and rounding differs from run to run by a few times.
_MARGIN = 10.0
# With how many runs the small one is compared: two may agree by chance, three hardly.
_CHECKS = 2


@typed
def compress(
    problem: Problem,
    X0: ArrayLike,
    *,
    step_size: float,
    n_steps: int,
    tolerance: float = 1e-12,
) -> tuple[Problem, FloatArray]:
    """Return a smaller problem and start on which descent shows the same trajectory.

    The first r + 1 rows stay, the others are replaced by `block_quadrature`. The number of
    blocks is a guess, `estimated_blocks`; it is used only if the run with it agrees with runs
    with four blocks more, from starts one rounding away from X0, and is raised otherwise.

    *The same* means: for t ≤ T, the error, each signal, each noise, each of the first r + 1
    rows (as a vector) and ``JᵀJ`` (as a matrix) differ by at most `tolerance` times the
    largest size that this quantity has had up to t, and `Trajectory.diverged_at` is equal. So
    signals of 1e-20 are held to the same number of digits as signals of 1, while an error
    that has become tiny is held only relative to where it started. On top comes what T steps
    of the full run round, at worst a few times ``T·2.2e-16``.

    Where no smaller problem passes, the given one comes back: the same object, with a copy
    of X0. It is so if compressing cannot pay (too few rows after the first r + 1 for the
    blocks needed) or cannot be trusted (``ηλ₁ > 1.2``; a start that has diverged; a run that
    magnifies rounding beyond `tolerance`). The result is thus always safe to run.

    Parameters
    ----------
    problem : Problem
    X0 : array_like, shape (d, r)
        The starting point.
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0. The result is meant for this η and at most T steps.
    tolerance : float, default 1e-12
        Between 0 and 1, both excluded. At 1e-15 rounding alone exceeds it.

    Returns
    -------
    small_problem : Problem
        The first r + 1 eigenvalues, and at most ``q r`` between λ_{r+2} and λ_d.
    small_X0 : ndarray, shape (small_problem.dimension, r)

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, `step_size` is not positive, `n_steps` is
        not an integer ≥ 0, or `tolerance` is not between 0 and 1.

    Notes
    -----
    The cost is O(d q² r²) and a few runs on about ``q r`` rows, as much as some full runs of
    O(d r²) a step: it pays where the small problem is run many times or sent elsewhere. The
    memory is O(d q r). `block_quadrature` alone, without verification, costs a fraction.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=4000)
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    >>> small_problem, small_X0 = compress(problem, X0, step_size=0.1, n_steps=300)
    >>> small_X0.shape
    (35, 2)
    >>> full = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
    >>> small = mf.gradient_descent(small_problem, small_X0, step_size=0.1, n_steps=300)
    >>> bool(abs(full.error - small.error).max() < 1e-12)
    True
    """
    start = real_array("X0", X0, (problem.dimension, problem.rank))
    found = first_verified(
        problem, start, step_size=step_size, n_steps=n_steps, tolerance=tolerance
    )
    return (problem, start) if found is None else found[1:]


def verified_blocks(
    problem: Problem, X0: FloatArray, *, step_size: float, n_steps: int, tolerance: float = 1e-12
) -> int | None:
    """How many blocks `compress` comes to for this start; None where it is refused.

    For many draws of one start: the others may be given as many, unverified, by `replace_tail`.
    """
    found = first_verified(problem, X0, step_size=step_size, n_steps=n_steps, tolerance=tolerance)
    return None if found is None else found[0]


def first_verified(
    problem: Problem,
    X0: FloatArray,
    *,
    step_size: float,
    n_steps: int,
    tolerance: float,
    candidates: Iterable[int] | None = None,
) -> tuple[int, Problem, FloatArray] | None:
    """The first number of blocks with which the run is verified, and what it makes of the start.

    The candidates are tried in turn, the `attempts` from `estimated_blocks` on unless given. They
    may be any numbers: only what is verified is returned, or None if nothing is.
    """
    guess = estimated_blocks(problem, step_size=step_size, n_steps=n_steps, tolerance=tolerance)
    at_start = gradient_descent(problem, X0, step_size=step_size, n_steps=0)
    if step_size * float(problem.eigenvalues[0]) > STABLE_LIMIT or at_start.diverged_at == 0:
        return None
    descend = partial(gradient_descent, step_size=step_size, n_steps=n_steps)
    for n_blocks in attempts(guess) if candidates is None else candidates:
        small_problem, small_X0 = replace_tail(problem, X0, n_blocks)
        if small_problem is problem:
            return None
        run = descend(small_problem, small_X0)
        # From one rounding away, so that what the projection itself rounds differs as well.
        checks = (
            descend(*replace_tail(problem, _nudged(X0, seed), n_blocks + 4))
            for seed in range(_CHECKS)
        )
        if all(agree(run, check, tolerance / _MARGIN) for check in checks):
            return n_blocks, small_problem, small_X0
    return None


def attempts(n_blocks: int) -> Iterator[int]:
    """Four numbers of blocks to be tried, each half as many again as the one before.

    Examples
    --------
    >>> list(attempts(4))
    [4, 6, 9, 14]
    """
    for _ in range(4):
        yield n_blocks
        n_blocks = math.ceil(1.5 * n_blocks)


@typed
def estimated_blocks(
    problem: Problem, *, step_size: float, n_steps: int, tolerance: float = 1e-12
) -> int:
    """Guess how many blocks `block_quadrature` needs for T steps of size η.

    ``q ≈ √(½ηT(λ_{r+2} − λ_d) ln(1/tolerance)) + 4``, rounded up: the degree at which a
    polynomial follows ``e^{ηTλ}`` on the interval, halved by Gauss quadrature. Never more than
    T + 1, with which nothing but rounding is lost.

    Parameters
    ----------
    problem : Problem
    step_size : float
        The step size η > 0.
    n_steps : int
        The number of steps T ≥ 0.
    tolerance : float, default 1e-12
        The accuracy wanted, between 0 and 1, both excluded.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If `step_size` is not positive, `n_steps` is not an integer ≥ 0, or `tolerance` is not
        between 0 and 1.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> estimated_blocks(figure_1_problem(4000), step_size=0.1, n_steps=300)
    16
    """
    eta, steps = real_number("step_size", step_size), integer("n_steps", n_steps, 0)
    accuracy = real_number("tolerance", tolerance)
    if accuracy >= 1:
        raise ValueError(f"tolerance must be a number > 0 and < 1, got {tolerance!r}")
    tail = problem.eigenvalues[problem.rank + 1 :]
    width = float(tail[0] - tail[-1]) if tail.size else 0.0
    return blocks_for(eta, steps, width, accuracy)


def blocks_for(step_size: float, n_steps: int, width: float, tolerance: float) -> int:
    """`estimated_blocks`, given the width ``λ_{r+2} − λ_d`` of the tail."""
    estimate = math.sqrt(step_size * width * n_steps / 2 * -math.log(tolerance)) + 4
    return math.ceil(min(n_steps + 1, estimate))


@typed
def replace_tail(problem: Problem, X0: ArrayLike, n_blocks: int) -> tuple[Problem, FloatArray]:
    """Keep the first r + 1 rows and replace the others by `block_quadrature`, unverified.

    With q blocks, what descent records for t < q is unchanged but for rounding, at any step
    size; what happens later is for the caller to check, as `compress` does.

    Parameters
    ----------
    problem : Problem
    X0 : array_like, shape (d, r)
        The starting point.
    n_blocks : int
        The number q ≥ 1 of blocks.

    Returns
    -------
    small_problem : Problem
        The first r + 1 eigenvalues, and at most ``q r`` between λ_{r+2} and λ_d. The given
        one, the same object, if that would not be smaller.
    small_X0 : ndarray, shape (small_problem.dimension, r)

    Raises
    ------
    ValueError
        If X0 has the wrong shape or is not finite, or `n_blocks` is not an integer ≥ 1.

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.figure_1_problem(dimension=4000)
    >>> X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    >>> small_problem, small_X0 = replace_tail(problem, X0, 5)
    >>> small_X0.shape
    (13, 2)
    >>> full = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=4)
    >>> small = mf.gradient_descent(small_problem, small_X0, step_size=0.1, n_steps=4)
    >>> bool(abs(full.error - small.error).max() < 1e-14)
    True
    """
    start, head = real_array("X0", X0, (problem.dimension, problem.rank)), problem.rank + 1
    q = integer("n_blocks", n_blocks, 1)
    nodes, rows = few_for_many(problem.eigenvalues[head:], start[head:], q)
    if head + len(nodes) >= problem.dimension:
        return problem, start
    eigenvalues = np.concatenate([problem.eigenvalues[:head], nodes])
    return Problem(eigenvalues, problem.rank), np.concatenate([start[:head], rows])


def _nudged(X: FloatArray, seed: int) -> FloatArray:
    """X with each entry moved by one rounding, up or down at random."""
    signs = np.random.default_rng(seed).choice([-1.0, 1.0], X.shape)
    return X * (1 + EPS * signs)
