"""Answers to the exercises of "Peel off one eigenvector at a time"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _one_column_less() -> tuple[float, float]:
    """What two spare columns learn, and when Figure 1's price is below 1e-4 for good, seed 1."""
    problem = mf.figure_1_problem()
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=150)
    dear = run.noise[:, 0] ** 2 >= 1e-4 * run.signal[:, 0]
    return math.hypot(0.05, 0.04), 1.0 + dear.nonzero()[0][-1]


QUESTIONS = {
    "one column less": Question(
        expected=_one_column_less,
        look_at="the two spare columns, and noise squared over signal",
        hint="With four columns descent learns the four largest eigenvalues of what is left.",
        relative_tolerance=(0.002, 0.01),
        labels=("the distance of the limits", "the step"),
        exact=("√0.0041", ""),
        mistakes=(
            Remark(0.05, "That is with one spare column; two rows are gone and no column."),
            Remark(0.09, "The distance is a Frobenius norm: add the squares."),
            Remark(
                math.hypot(0.25, 0.125),
                "That is λ₃ and λ₄, which both learn; they differ in what the others learn.",
            ),
            Remark(
                100 + 20 * math.log(300) / math.log(30 / 7),
                "There the noise is 10⁻⁴; the price is its square over the signal.",
                place=1,
            ),
        ),
    ),
}
