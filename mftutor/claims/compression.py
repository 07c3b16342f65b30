"""The compression: forty rows for four thousand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.compare import equal
from mftutor.claims.instances import Instance, random_problem
from mftutor.claims.registry import claim
from mftutor.theory.margin import Margin, worst_margin

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
    compares=r"the difference of the errors with what a tolerance of $10^{-8}$ allows; little of "
    "it is used, but five blocks fewer would exceed it",
    shown="large_dimension#eq-blocks",
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


def few_steps(seed: int) -> tuple[Instance, int]:
    """Draw a run with a long tail, and a number of blocks that is larger than its steps."""
    case = long_tail(seed)
    n_blocks = int(np.random.default_rng(seed).integers(2, 9))
    return replace(case, n_steps=n_blocks - 1), n_blocks


@claim(
    statement=r"With $q$ blocks the first $q - 1$ steps are exact.",
    source="beyond the paper",
    standing="proved here",
    compares="the errors of both runs, at every step",
    shown="large_dimension#prop-exact",
    instances=few_steps,
)
def few_steps_are_exact(drawn: tuple[Instance, int]) -> Margin:
    """Sums of degree less than 2q, and the quadrature is exact up to there."""
    case, n_blocks = drawn
    problem, X0 = mf.compression.replace_tail(case.problem, case.X0, n_blocks)
    return equal(replace(case, problem=problem, X0=X0).run.error, case.run.error)


def tail_and_directions(seed: int) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Draw eigenvalues and rows of a tail, directions to look at it from, and q."""
    rng = np.random.default_rng(seed)
    r, q = int(rng.integers(1, 5)), int(rng.integers(1, 7))
    eigenvalues = np.sort(rng.uniform(0, 1, 100))[::-1]
    return eigenvalues, rng.standard_normal((100, r)), rng.standard_normal((r, 5)), q


@claim(
    statement=r"With $q$ blocks the moments $J^\top\Lambda_J^k J$ are exact for all $k < 2q$.",
    source="beyond the paper",
    standing="proved here",
    compares=r"$v^\top J^\top\Lambda_J^k J v$ of both, for random $v$",
    shown="large_dimension#prop-projection",
    instances=tail_and_directions,
)
def moments_are_exact(drawn: tuple[FloatArray, FloatArray, FloatArray, int]) -> Margin:
    """A block Gauss quadrature."""
    eigenvalues, rows, directions, q = drawn
    sums = [
        [values**k @ np.square(J @ directions) for k in range(2 * q)]
        for values, J in (
            (eigenvalues, rows),
            mf.compression.block_quadrature(eigenvalues, rows, q),
        )
    ]
    return equal(*sums)
