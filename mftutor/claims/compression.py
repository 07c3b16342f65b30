"""The compression: forty rows for four thousand."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.compare import equal
from mftutor.claims.instances import Instance, random_problem
from mftutor.claims.registry import claim
from mftutor.margin import Margin, worst_margin

TOLERANCE = 1e-8


def long_tail(seed: int) -> Instance:
    """Draw a run with a few hundred rows, of which most are tail."""
    rng = np.random.default_rng(seed)
    head = random_problem(rng, tail=0)
    smallest = head.eigenvalues[-1]
    n = int(rng.integers(150, 400))
    spread = [np.linspace(smallest, 0, n), np.sort(rng.uniform(0, smallest, n))[::-1]]
    problem = mf.Problem(np.append(head.eigenvalues, spread[rng.integers(2)]), head.rank)
    X0 = mf.gaussian_init(problem, scale=rng.uniform(0.1, 1.0), seed=rng)
    return Instance(problem, X0, rng.uniform(0.02, 0.3), n_steps=100)


@claim(
    statement=r"The compressed run shows the same errors: they differ by at most the tolerance, "
    "times the largest error so far.",
    source="beyond the paper",
    standing="checked",
    compares=r"the difference of the errors with what a tolerance of $10^{-8}$ allows",
    shown="learning_in_steps#def-problem",
    instances=long_tail,
)
def compression_agrees(case: Instance) -> Margin:
    """The acceptance test of `compress` is a comparison with more blocks, not a proof."""
    small = mf.gradient_descent(
        *mf.compress(
            case.problem,
            case.X0,
            step_size=case.step_size,
            n_steps=case.n_steps,
            tolerance=TOLERANCE,
        ),
        step_size=case.step_size,
        n_steps=case.n_steps,
    )
    allowed = TOLERANCE * np.maximum.accumulate(case.run.error)
    return worst_margin(np.abs(small.error - case.run.error), allowed)


def tail_and_directions(seed: int) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Draw eigenvalues and rows of a tail, directions to look at it from, and q."""
    rng = np.random.default_rng(seed)
    r, q = int(rng.integers(1, 5)), int(rng.integers(1, 7))
    eigenvalues = np.sort(rng.uniform(0, 1, 100))[::-1]
    return eigenvalues, rng.standard_normal((100, r)), rng.standard_normal((r, 5)), q


@claim(
    statement=r"With $q$ blocks the moments $J^\T\Lambda_J^k J$ are exact for all $k < 2q$.",
    source="beyond the paper",
    standing="proved here",
    compares=r"$v^\T J^\T\Lambda_J^k J v$ of both, for random $v$",
    shown="learning_in_steps#def-problem",
    instances=tail_and_directions,
)
def moments_are_exact(drawn: tuple[FloatArray, FloatArray, FloatArray, int]) -> Margin:
    """A block Gauss quadrature."""
    eigenvalues, rows, directions, q = drawn
    sums = [
        [values**k @ np.square(J @ directions) for k in range(2 * q)]
        for values, J in ((eigenvalues, rows), mf.block_quadrature(eigenvalues, rows, q))
    ]
    return equal(*sums)
