"""Answers to the exercises of "See why d hardly matters"."""

import math

import numpy as np

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _two_nodes() -> tuple[float, float]:
    """The larger of two Gauss nodes for the eigenvalues 0.2, 0.1, 0, and its weight."""
    nodes, rows = mf.compression.block_quadrature([0.2, 0.1, 0.0], np.ones((3, 1)), 2)
    return float(nodes[0]), float(rows[0, 0] ** 2)


def _number_of_blocks() -> tuple[float, float]:
    """Blocks for 1200 steps of size 0.1 on Figure 1's problem, and the rows that makes."""
    blocks = mf.compression.estimated_blocks(mf.figure_1_problem(), step_size=0.1, n_steps=1200)
    return blocks, 3 + 2 * blocks


def slopes_in_log_d() -> tuple[float, float]:
    """1/(2 ln γ) for rows 1 and 2 beside noise that stands at λ_3, η = 0.1."""
    first, second, third = mf.figure_1_problem().eigenvalues[:3]
    slope_1, slope_2 = (1 / (2 * math.log1p(0.1 * (value - third))) for value in (first, second))
    return slope_1, slope_2


QUESTIONS = {
    "two nodes": Question(
        expected=_two_nodes,
        look_at="the four moments that two nodes can match",
        hint="The weights add up to 3; about 0.1 the odd moments vanish and the second is 0.02.",
        relative_tolerance=(0.005, 0.001),
        labels=("the larger node", "its weight"),
        exact=("0.1 + 0.1√(2/3)", "1.5"),
        mistakes=(
            Remark(0.2, "That is the end of the tail; Gauss nodes lie inside."),
            Remark(
                0.1 + 0.1 / math.sqrt(3), "That is the rule for an integral, not for three points."
            ),
            Remark(0.1 * math.sqrt(2 / 3), "That is the distance from the middle."),
            Remark(1.0, "The weights add up to those of all three eigenvalues.", place=1),
        ),
    ),
    "number of blocks": Question(
        expected=_number_of_blocks,
        look_at="the square root in the estimate, and which rows are kept",
        hint="√(½ · 120 · 0.3 · 27.63) + 4, rounded up; then two rows for each block, and three.",
        labels=("the number of blocks", "the number of rows"),
        exact=("27", "57"),
        mistakes=(
            Remark(64, "Four times as many steps do not take four times as many blocks."),
            Remark(32, "The square root doubles; the 4 added to it does not."),
            Remark(54, "The first r + 1 rows are kept as well.", place=1),
        ),
    ),
    "slopes in ln d": Question(
        expected=slopes_in_log_d,
        look_at="how fast a row grows beside noise at λ_3",
        hint="Insert g = λ_3 = 0.3 in γ_k = 1 + η(λ_k − g); the signal is the square of the row.",
        relative_tolerance=0.005,
        labels=("the slope of τ_1", "the slope of τ_2"),
        exact=("1/(2 ln 1.07)", "1/(2 ln 1.02)"),
        mistakes=(
            Remark(
                1 / (2 * math.log(1.05 / 1.03)),
                "That leaves the noise out: it divides by 1.03.",
                place=1,
            ),
            Remark(
                1 / (2 * math.log(1.1 / 1.03)), "That leaves the noise out: it divides by 1.03."
            ),
            Remark(
                1 / (2 * math.log(1.05)),
                "That is growth without any noise, from a tiny start.",
                place=1,
            ),
            Remark(1 / (2 * math.log(1.1)), "That is growth without any noise, from a tiny start."),
            Remark(
                1 / math.log(1.02),
                "The signal is a square: it starts at 1/d and grows by γ².",
                place=1,
            ),
            Remark(1 / math.log(1.07), "The signal is a square: it starts at 1/d and grows by γ²."),
            Remark(7.25, "That is the slope between 10²⁰ and 10³⁰; its limit is larger."),
            Remark(24.78, "That is the slope between 10²⁰ and 10³⁰; its limit is larger.", place=1),
        ),
    ),
}
