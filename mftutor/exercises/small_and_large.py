"""Answers to the exercises of "Compare small and large initialization"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question


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
        relative_tolerance=0.03,
        labels=("the price for row 1", "the price for row 2"),
        mistakes=((12.08, "That is for the signal; a row is the square root of its signal."),),
    ),
}
