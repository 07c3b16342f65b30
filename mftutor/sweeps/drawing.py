"""The start of a run, drawn block by block, each block replaced by a few rows at once.

Within a block the eigenvalues hardly differ, so few nodes do: what descent makes of a row,
``M_t(λ)``, varies with λ about as ``e^{ηtλ}`` does, and over a block of width w a quadrature
with q nodes follows ``e^{2ηTλ}`` up to ``a^{2q}/(2^{2q−1}(2q)!)`` of itself, ``a = ηTw``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from mftutor._validation import FloatArray
from mftutor.compression.quadrature import block_quadrature
from mftutor.problem import Problem
from mftutor.sweeps.linear_tail import LinearTailProblem

AnyProblem = Problem | LinearTailProblem

# A block; problems up to this size are drawn whole.
ROWS_AT_ONCE = 2048
# How much a block may lose, relative to what it holds: as much as rounding does.
_LOSS = 1e-15


def draw(
    problem: AnyProblem, generator: np.random.Generator, exponent: float | None
) -> tuple[Problem, FloatArray]:
    """Draw N₀, entries ``N(0, 1/d)``, and return it with few rows, ready to be run or compressed.

    The numbers are those of `mftutor.gaussian_init` at scale 1, in the same order.

    Parameters
    ----------
    problem : Problem or LinearTailProblem
    generator : numpy.random.Generator
        Advanced.
    exponent : float or None
        The largest ηT of the runs that it is for; None if these may be unstable, so that all
        rows are needed.

    Returns
    -------
    Problem
        The first r + 1 eigenvalues as given, and at most some thousands, or all.
    N0 : ndarray, shape (its dimension, r)
    """
    r, d = problem.rank, problem.dimension
    if not (isinstance(problem, Problem) or problem.drawn):
        if exponent is None:
            raise ValueError(f"problem must be drawn where runs may be unstable, got {problem}")
        return _limit(problem, generator, exponent)
    n_rows = int(d)
    if exponent is None or n_rows <= ROWS_AT_ONCE:
        held = problem if isinstance(problem, Problem) else problem.problem()
        return held, generator.standard_normal((n_rows, r)) / math.sqrt(d)
    parts = [*_blocks(problem, generator, exponent)]
    eigenvalues, rows = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Problem(eigenvalues, r), rows / math.sqrt(d)


def n_local(exponent: float, width: float) -> int:
    """How many blocks of nodes stand for rows whose eigenvalues are in a range of that width."""
    a, q = exponent * width, 2
    while 2 * q * math.log(max(a, 1e-9) / 2) + math.log(2) - math.lgamma(2 * q + 1) > math.log(
        _LOSS
    ):
        q += 1
    return q


def _blocks(
    problem: AnyProblem, generator: np.random.Generator, exponent: float
) -> Iterator[tuple[FloatArray, FloatArray]]:
    """Eigenvalues and rows: the first r + 1 as they are, then the nodes of each block."""
    r, d = problem.rank, int(problem.dimension)
    yield eigenvalues_between(problem, 0, r + 1), generator.standard_normal((r + 1, r))
    for start in range(r + 1, d, ROWS_AT_ONCE):
        stop = min(start + ROWS_AT_ONCE, d)
        values = eigenvalues_between(problem, start, stop)
        rows = generator.standard_normal((stop - start, r))
        q = n_local(exponent, float(values[0] - values[-1]))
        yield block_quadrature(values, rows, q)


def head_of(problem: AnyProblem) -> Problem:
    """A problem with the same first r + 1 eigenvalues, and perhaps more."""
    return problem if isinstance(problem, Problem) else problem.head


def tail_width(problem: AnyProblem) -> float:
    """``λ_{r+2} − λ_d``, or a little more."""
    if isinstance(problem, LinearTailProblem):
        return problem.tail[0] - problem.tail[1]
    tail = problem.eigenvalues[problem.rank + 1 :]
    return float(tail[0] - tail[-1]) if tail.size else 0.0


def eigenvalues_between(problem: AnyProblem, start: int, stop: int) -> FloatArray:
    """λ_{start+1}, …, λ_stop."""
    if isinstance(problem, Problem):
        return problem.eigenvalues[start:stop]
    return problem.eigenvalues_between(start, stop)


def n_limit(exponent: float, width: float) -> int:
    """How many nodes stand for the whole tail in the limit, more than will be kept."""
    return 2 * math.ceil(math.sqrt(exponent * width / 2 * -math.log(_LOSS))) + 16


def _limit(
    problem: LinearTailProblem, generator: np.random.Generator, exponent: float
) -> tuple[Problem, FloatArray]:
    """The first r + 1 rows drawn, and the average over the tail as Gauss wrote it."""
    r, (top, bottom) = problem.rank, problem.tail
    head = generator.standard_normal((r + 1, r)) / math.sqrt(problem.dimension)
    x, weights = np.polynomial.legendre.leggauss(n_limit(exponent, top - bottom))
    nodes = bottom + (top - bottom) * (1 + x[::-1]) / 2
    tail = np.kron(np.sqrt(weights[::-1] / 2)[:, None], np.eye(r))
    eigenvalues = np.concatenate([problem.head.eigenvalues, np.repeat(nodes, r)])
    return Problem(eigenvalues, r), np.concatenate([head, tail])
