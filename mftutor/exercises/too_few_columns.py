"""Answers to the exercises of "Use too few columns"."""

import numpy as np

import mftutor as mf
from mftutor.exercises.learn_one_rank import reference_problem
from mftutor.exercises.question import Question, Remark


def _one_column_errors() -> tuple[float, float]:
    """Relative errors of one column: all entries seen, and 300 measurements."""
    problem = reference_problem()
    ends = problem.truncation(1), mf.sensing.best_fit(problem, 1, seed=0, n_starts=1).matrix
    size = np.linalg.norm(problem.ground_truth)
    ideal, measured = (float(np.linalg.norm(Z - problem.ground_truth) / size) for Z in ends)
    return ideal, measured


QUESTIONS = {
    "error of one column": Question(
        expected=_one_column_errors,
        look_at="what is missing from the truncation, and what from the best fit",
        hint="√(0.6² + 0.3²) over √(1 + 0.6² + 0.3²); and the distance of fits[0] from Z*.",
        relative_tolerance=0.002,
        labels=("the error with all entries seen", "the error with 300 measurements"),
        exact=("√(0.45/1.45)", ""),
        mistakes=(
            Remark(0.45**0.5, "That is the error itself; divide by the norm of Z*."),
            Remark(0.391, "That is the distance to the truncation, not to Z*.", place=1),
        ),
    ),
    "parameters for each measurement": Question(
        expected=lambda: (23.0, 23 / 40, 59.0, 59 / 300),
        look_at="the one rotation of two columns, which leaves UUᵀ as it is",
        hint="U has 2d entries, and a rotation of two columns has one angle.",
        relative_tolerance=(0.001, 0.001, 0.001, 0.005),
        labels=(
            "the number of parameters for d = 12",
            "the number for each of the 40 measurements",
            "the number of parameters for d = 30",
            "the number for each of the 300 measurements",
        ),
        exact=("23", "23/40", "59", "59/300"),
        mistakes=(
            Remark(
                24.0, "That counts the entries of U; a rotation of its columns changes nothing."
            ),
            Remark(
                60.0,
                "That counts the entries of U; a rotation of its columns changes nothing.",
                place=2,
            ),
            Remark(78.0, "Those are all entries of a symmetric matrix."),
            Remark(78 / 40, "Those are all entries of a symmetric matrix.", place=1),
            Remark(
                24 / 40,
                "That counts the entries of U; a rotation of its columns changes nothing.",
                place=1,
            ),
            Remark(
                60 / 300, "That is 60/300, and counts the entries of U, or lacks a digit.", place=3
            ),
            Remark(465.0, "Those are all entries of a symmetric matrix.", place=2),
            Remark(465 / 300, "Those are all entries of a symmetric matrix.", place=3),
        ),
    ),
    "the wrong two": Question(
        expected=lambda: (0.0, 0.3 - 0.6),
        look_at="the second derivative in the rows that are not held",
        hint="In row 2 it is λ_i − λ₂ for an entry in the column that holds λ_i.",
        labels=("is it a local minimum?", "the smallest second derivative"),
        exact=("", "-0.3"),
        mistakes=(
            Remark(0.3, "That is λ₂ − λ₃ at the right two; here row 2 is missing.", place=1),
            Remark(
                -0.6, "A spare column would see that; here each column has to give way.", place=1
            ),
            Remark(0.4, "That is the column of e₁; the other one is smaller.", place=1),
        ),
    ),
}
