"""Figure 1's random starts as explorers use them: 35 rows that stand for 4000."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from mftutor._validation import FloatArray
from mftutor.compression.quadrature import block_quadrature
from mftutor.data import tables
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, figure_1_problem

DIMENSION, RANK, HEAD, N_SEEDS = 4000, 2, 3, 20
LARGEST = float(figure_1_problem(HEAD).eigenvalues[0])
# Enough for 1e-12 while λ₂ ≥ 0.4 and ηT ≤ 60; the tests hold it to the full run.
N_BLOCKS = 16


def problem_with(second_eigenvalue: float) -> Problem:
    """Figure 1's problem with another λ₂, all 4000 eigenvalues of it."""
    eigenvalues = figure_1_problem(DIMENSION).eigenvalues.copy()
    eigenvalues[1] = second_eigenvalue
    return Problem(eigenvalues, RANK)


def compressed(second_eigenvalue: float, scale: float, seed: int) -> tuple[Problem, FloatArray]:
    """The small problem and start that the page computes with."""
    head, nodes, tail = _compressed_draw(seed)
    eigenvalues = np.concatenate([problem_with(second_eigenvalue).eigenvalues[:HEAD], nodes])
    return Problem(eigenvalues, RANK), scale * np.concatenate([head, tail])


def packed() -> dict[str, Any]:
    """The eigenvalues that stay, and all seeds' starts at scale 1: head rows, nodes, tail rows."""
    numbers = np.concatenate(
        [part.ravel() for seed in range(N_SEEDS) for part in _compressed_draw(seed)]
    )
    return {
        "largest_eigenvalue": LARGEST,
        "third_eigenvalue": float(figure_1_problem(DIMENSION).eigenvalues[RANK]),
        "seeds": N_SEEDS,
        "tail_rows": N_BLOCKS * RANK,
        "rows": tables.pack(numbers),
    }


@cache
def _compressed_draw(seed: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Head rows, nodes and tail rows at scale 1; they depend on neither λ₂ nor η."""
    problem = figure_1_problem(DIMENSION)
    X0 = gaussian_init(problem, scale=1.0, seed=seed)
    nodes, tail = block_quadrature(problem.eigenvalues[HEAD:], X0[HEAD:], N_BLOCKS)
    return X0[:HEAD], nodes, tail
