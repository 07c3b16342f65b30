"""Answers to the exercises of "Compare small and large initialization"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _steps_per_decade() -> tuple[float, float]:
    """How many steps of size 0.1 a row needs to grow tenfold in its square root, rows 1 and 2."""
    first, second = (
        math.log(10) / math.log1p(0.1 * value) for value in mf.figure_1_problem().eigenvalues[:2]
    )
    return first, second


QUESTIONS = {
    "price of a small start": Question(
        expected=_steps_per_decade,
        look_at="the growth of a row in the spectral phase",
        hint="A row grows by 1 + ηλ_k a step; how many steps make a factor of ten?",
        relative_tolerance=0.01,
        labels=("the price for row 1", "the price for row 2"),
        exact=("ln 10 / ln 1.1", "ln 10 / ln 1.05"),
        mistakes=(
            Remark(12.08, "That is for the signal; a row is the square root of its signal."),
            Remark(
                23.6, "That is for the signal; a row is the square root of its signal.", place=1
            ),
            Remark(
                math.log(10) / 0.1,
                "That is the flow; a step multiplies by 1 + ηλ_k, and not by its exponential.",
            ),
            Remark(
                math.log(10) / 0.05,
                "That is the flow; a step multiplies by 1 + ηλ_k, and not by its exponential.",
                place=1,
            ),
        ),
    ),
}
