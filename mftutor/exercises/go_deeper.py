"""Answers to the exercises of "Go deeper: more than two factors"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _unequal_numbers() -> tuple[float, float]:
    """Where the flow to w₂w₁ = 1 ends from (2, 0): the product and w₂² − w₁² = −4 say so."""
    first = math.sqrt(2 + math.sqrt(5))
    return first, 1 / first


def _depth_against_scale() -> tuple[float, float, float]:
    """What two powers of ten of the scale cost: factors for L = 3 and 4, steps for L = 2."""
    cubic, quartic = (100 ** (1 - 2 / depth) for depth in (3, 4))
    first, second = (
        mf.deep.balanced_half_time(1.0, start, depth=2, step_size=0.05) for start in (1e-6, 1e-4)
    )
    return cubic, quartic, first - second


QUESTIONS = {
    "two unequal numbers": Question(
        expected=_unequal_numbers,
        look_at="what the flow conserves",
        hint="At the end w₂w₁ = 1, and w₂² − w₁² is what it was at the start.",
        relative_tolerance=0.002,
        labels=("the first number", "the second number"),
        exact=("√(2 + √5)", "√(√5 − 2)"),
        mistakes=(
            Remark(1.0, "That is the balanced solution; this start is not balanced."),
            Remark(2 + 5**0.5, "That is its square; take the root."),
            Remark(1.0, "That is the balanced solution; this start is not balanced.", place=1),
            Remark(5**0.5 - 2, "That is its square; take the root.", place=1),
        ),
    ),
    "depth against scale": Question(
        expected=_depth_against_scale,
        look_at="the power of the scale in the half-time, and the logarithm for two factors",
        hint="Insert s₀ = 1e-4 and 1e-6 and divide; for L = 2 subtract, and divide by η.",
        relative_tolerance=0.005,
        labels=(
            "the factor for L = 3",
            "the factor for L = 4",
            "the number of steps added for L = 2",
        ),
        exact=("100^(1/3)", "10", "10 ln 100"),
        mistakes=(
            Remark(100.0, "The power is 1 − 2/L, not 1."),
            Remark(100 ** (2 / 3), "That is the power 2/L; the half-time has 1 − 2/L."),
            Remark(math.log(100) / 2, "That is flow time; a step takes η of it.", place=2),
            Remark(
                math.log(100) / 0.05, "The signal grows at twice the rate of a factor.", place=2
            ),
            Remark(100.0, "The power is 1 − 2/L, not 1.", place=1),
        ),
    ),
}
