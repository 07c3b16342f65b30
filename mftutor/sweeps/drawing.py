"""The start of a run, drawn block by block, each block replaced by a few rows at once.

Within a block the eigenvalues hardly differ, so few nodes do: what descent makes of a row,
``M_t(λ)``, varies with λ about as ``e^{ηtλ}`` does, and over a block of width w a quadrature
with q nodes follows ``e^{2ηTλ}`` up to ``a^{2q}/(2^{2q−1}(2q)!)`` of itself, ``a = ηTw``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import numpy as np

from mftutor._validation import FloatArray
from mftutor.compression.quadrature import block_quadrature
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem
from mftutor.sweeps.linear_tail import LinearTailProblem

AnyProblem = Problem | LinearTailProblem

# A block; problems up to this size are drawn whole.
ROWS_AT_ONCE = 2048
# How much a block may lose, relative to what it holds: as much as rounding does.
_LOSS = 1e-15
_leggauss = cache(np.polynomial.legendre.leggauss)  # the same for all draws


def draw(problem: AnyProblem, seed: int, exponent: float | None) -> tuple[Problem, FloatArray]:
    """Return ``gaussian_init(problem, scale=1, seed=seed)`` with few rows, ready to be run.

    Parameters
    ----------
    problem : Problem or LinearTailProblem
    seed : int
    exponent : float or None
        The largest ηT of the runs that it is for; None if these may be unstable, so that all
        rows are needed.

    Returns
    -------
    Problem
        The first r + 1 eigenvalues as given, and at most some thousands, or all.
    N0 : ndarray, shape (its dimension, r)
    """
    if isinstance(problem, LinearTailProblem) and not problem.drawn:
        assert exponent is not None, "refused by `largest_exponent`"
        return _limit(problem, np.random.default_rng(seed), exponent)
    if exponent is None or problem.dimension <= ROWS_AT_ONCE:
        held = problem if isinstance(problem, Problem) else problem.problem()
        return held, gaussian_init(held, scale=1.0, seed=seed)
    parts = [*_blocks(problem, np.random.default_rng(seed), exponent)]
    eigenvalues, rows = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Problem(eigenvalues, problem.rank), rows / math.sqrt(problem.dimension)


def _blocks(
    problem: AnyProblem, generator: np.random.Generator, exponent: float
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Eigenvalues and rows: the first r + 1 as they are, then the nodes of each block."""
    r, d = problem.rank, int(problem.dimension)
    bounds = [0, *range(r + 1, d, ROWS_AT_ONCE), d]
    for start, stop in pairwise(bounds):
        if isinstance(problem, Problem):
            values = problem.eigenvalues[start:stop]
        else:
            values = problem.eigenvalues_between(start, stop)
        rows = generator.standard_normal((stop - start, r))
        if start == 0:
            yield values, rows
        else:
            yield block_quadrature(values, rows, _n_nodes(exponent * (values[0] - values[-1])))


def _n_nodes(a: float) -> int:
    """The least number q of nodes that loses at most `_LOSS`, ``a = ηTw``."""
    q, log_a = 2, math.log(max(a, 1e-9))
    while 2 * q * (log_a - math.log(2)) + math.log(2) - math.lgamma(2 * q + 1) > math.log(_LOSS):
        q += 1
    return q


def _limit(
    problem: LinearTailProblem, generator: np.random.Generator, exponent: float
) -> tuple[Problem, FloatArray]:
    """The first r + 1 rows drawn, and the average over the tail as Gauss wrote it."""
    r, (top, bottom) = problem.rank, problem.tail
    head = generator.standard_normal((r + 1, r)) / math.sqrt(problem.dimension)
    # More nodes than will be kept: see `mftutor.compression.estimated_blocks`.
    n_nodes = 2 * math.ceil(math.sqrt(exponent * (top - bottom) / 2 * -math.log(_LOSS))) + 16
    x, weights = _leggauss(n_nodes)
    nodes = bottom + (top - bottom) * (1 + x[::-1]) / 2
    tail = np.kron(np.sqrt(weights[::-1] / 2)[:, None], np.eye(r))
    eigenvalues = np.concatenate([problem.head.eigenvalues, np.repeat(nodes, r)])
    return Problem(eigenvalues, r), np.concatenate([head, tail])


def head_of(problem: AnyProblem) -> Problem:
    """A problem with the same first r + 1 eigenvalues, and perhaps more."""
    return problem if isinstance(problem, Problem) else problem.head


def n_rows_drawn(problem: AnyProblem) -> int:
    """How many rows of a start are random."""
    drawn = isinstance(problem, Problem) or problem.drawn
    return int(problem.dimension) if drawn else problem.rank + 1
