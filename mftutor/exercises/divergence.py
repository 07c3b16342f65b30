"""Answers to the exercises of "Know when it blows up"."""

import math

import numpy as np

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _thresholds() -> tuple[float, float]:
    """The overshoot beyond which one row diverges, for ηλ = 0 and 0.5."""
    without, with_target = (
        mf.theory.scale_bounds(mf.Problem([eta_lambda], 1), [[1.0]], step_size=1.0)[1] ** 2
        for eta_lambda in (0.0, 0.5)
    )
    return without, with_target


def _largest_scales() -> tuple[float, float]:
    """The scale ϖ at which η = 0.1 gives an overshoot of 2, and of Theorem 6's 1/3."""
    bounded, _ = mf.theory.scale_bounds(mf.Problem([1.0], 1), [[1.0]], step_size=0.1)
    return bounded, bounded / math.sqrt(6)


def _two_cycle() -> tuple[float, float]:
    """The two overshoots ηx² between which one row alternates at ηλ = 1.05."""
    small, large = np.sort(mf.theory.scalar_descent([1.05], [0.9], n_steps=2000)[-2:, 0])
    return float(small**2), float(large**2)


QUESTIONS = {
    "divergence threshold": Question(
        expected=_thresholds,
        look_at="the factor by which one step multiplies x",
        hint="The run stays bounded as long as that factor is at least −1. When is it exactly −1?",
        labels=("the threshold for Σ = 0", "the threshold for ηλ = 0.5"),
        exact=("2", "2.5"),
        mistakes=(
            Remark(
                3.0, "From 3 on each step at least doubles x, but smaller starts diverge as well."
            ),
            Remark(
                1.0, "At 1 the first step lands on zero; beyond, x changes its sign but shrinks."
            ),
            Remark(
                2.0,
                "With a target the linear term pulls the other way, and allows a little more.",
                place=1,
            ),
            Remark(
                3.5,
                "From 3.5 on each step at least doubles x, but smaller starts diverge as well.",
                place=1,
            ),
            Remark(
                1.5,
                "At 1.5 the first step lands on zero; beyond, x changes its sign but shrinks.",
                place=1,
            ),
        ),
    ),
    "largest scale": Question(
        expected=_largest_scales,
        look_at="the two conditions on ησ₁²(X₀), with σ₁(N₀) = 1",
        hint="ησ₁²(X₀) = ηϖ². Set it to the largest value each theorem allows and solve for ϖ.",
        relative_tolerance=0.003,
        labels=("the scale up to which runs stay bounded", "the scale Theorem 6 allows"),
        exact=("√20", "√(10/3)"),
        mistakes=(
            Remark(20.0, "That is ϖ²; take the root."),
            Remark(10 / 3, "That is ϖ²; take the root.", place=1),
            Remark(
                30**0.5, "That is the paper's example, ησ₁² = 3, where descent has long diverged."
            ),
            Remark(
                1 / (0.3 * 3**0.5),
                "Theorem 6 asks for 1/√(3η); the root covers η as well.",
                place=1,
            ),
        ),
    ),
    "two-cycle": Question(
        expected=_two_cycle,
        look_at="sum and difference of z = (1 + a)y − y³ and y = (1 + a)z − z³",
        hint="The two equations give y² − yz + z² = a and y² + yz + z² = 2 + a. So what is yz?",
        labels=("the smaller overshoot", "the larger overshoot"),
        exact=("0.8", "1.25"),
        mistakes=(
            Remark(1.05, "That is the solution ηx² = ηλ, from which the run moves away."),
            Remark(1.25**0.5, "That is y = √η x itself; the overshoot is its square.", place=1),
            Remark(0.8**0.5, "That is y = √η x itself; the overshoot is its square."),
            Remark(1.05, "That is the solution ηx² = ηλ, from which the run moves away.", place=1),
        ),
    ),
}
