"""Answers to the exercises of "Rest at a saddle, and leave it"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _saddle_count() -> tuple[float, float]:
    """How many products are stationary for (1, .8, .5, .3, .1) and r = 3; the slowest rate."""
    problem = mf.Problem([1.0, 0.8, 0.5, 0.3, 0.1], rank=3)
    slowest = mf.theory.StationaryPoint(problem, [1, 2, 4])
    return float(sum(math.comb(5, size) for size in range(4))), slowest.escape_rate


def _saddle_errors() -> tuple[float, float]:
    """Where the error ends if row 2, or rows 1 and 2, are zero: what is left is learned."""
    problem = mf.Problem([1.0, 0.8, 0.5, 0.3, 0.2, 0.1], rank=3)
    ends = [mf.theory.StationaryPoint(problem, learned) for learned in ([1, 3, 4], [3, 4, 5])]
    return ends[0].error, ends[1].error


QUESTIONS = {
    "counting saddles": Question(
        expected=_saddle_count,
        look_at="the sets of at most r indices, and the corollary",
        hint="Count the sets of each size from 0 to 3; the rate is a difference of eigenvalues.",
        labels=("the number of stationary products", "the slowest escape rate"),
        exact=("26", "0.2"),
        mistakes=(
            Remark(25.0, "X = 0 is stationary, too."),
            Remark(10.0, "That counts the sets of exactly three; columns may be unused."),
            Remark(32.0, "That counts all sets; with three columns at most three can be learned."),
            Remark(
                0.1,
                "That is λ₅; a saddle with an unused column is left at a much larger rate.",
                place=1,
            ),
            Remark(0.3, "That is λ₄ alone; it has to make room for another one.", place=1),
        ),
    ),
    "errors at the saddles": Question(
        expected=_saddle_errors,
        look_at="which three eigenvalues are learned instead",
        hint="A column that is free learns the largest eigenvalue that it can reach.",
        labels=("the error with u_2 = 0", "the error with u_1 = u_2 = 0"),
        exact=("√0.73", "√1.77"),
        mistakes=(
            Remark(0.8, "That leaves one column without use: it learns another eigenvalue."),
            Remark(
                math.sqrt(1.64),
                "That leaves two columns without use: they learn other eigenvalues.",
                place=1,
            ),
            Remark(
                math.sqrt(1.73),
                "That leaves out one of the two eigenvalues that are learned though not wanted.",
                place=1,
            ),
        ),
    ),
}
