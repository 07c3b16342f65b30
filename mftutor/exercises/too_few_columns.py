"""Answers to the exercises of "Use too few columns"."""

import numpy as np

import mftutor as mf
from mftutor.exercises.learn_one_rank import reference_problem
from mftutor.exercises.question import Question


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
        labels=("the error with all entries seen", "the error with 300 measurements"),
        mistakes=(
            (0.45**0.5, "That is the error itself; divide by the norm of Z*."),
            (0.391, "That is the distance to the truncation, not to Z*."),
        ),
    ),
    "parameters for each measurement": Question(
        expected=lambda: (23.0, 23 / 40, 59.0, 59 / 300),
        look_at="the one rotation of two columns, which leaves UUᵀ as it is",
        hint="U has 2d entries, and a rotation of two columns has one angle.",
        labels=(
            "the number of parameters for d = 12",
            "that for each of the 40 measurements",
            "the number of parameters for d = 30",
            "that for each of the 300 measurements",
        ),
        mistakes=(
            (24.0, "Those are the entries of U; a rotation of its columns changes nothing."),
            (60.0, "Those are the entries of U; a rotation of its columns changes nothing."),
            (78.0, "Those are all entries of a symmetric matrix."),
            (78 / 40, "Those are all entries of a symmetric matrix."),
        ),
    ),
}
