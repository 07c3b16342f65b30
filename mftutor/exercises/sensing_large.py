"""Answers to the exercises of "Start large and see what breaks"."""

import mftutor as mf
from mftutor.exercises.question import Question

QUESTIONS = {
    "threshold of uniqueness": Question(
        expected=lambda: mf.sensing.uniqueness_threshold(30, 3),
        look_at="the free blocks, and the half of the semi-definite one",
        hint="6 for the block, 81 for the coupling, and half of 27·28/2.",
        relative_tolerance=0.005,
        mistakes=(
            (465.0, "That is all entries: it does not use that matrices are semi-definite."),
            (87.0, "Those are the parameters of a matrix of rank 3; the others count, too."),
            (189.0, "That is the semi-definite block alone."),
            (232.5, "That is the formula for r = 0."),
        ),
    ),
    "half of the entries": Question(
        expected=lambda: (mf.sensing.uniqueness_threshold(30, 0), 1.0),
        look_at="the formula at r = 0, and the trace",
        hint="Only the semi-definite block is left; and the trace is the sum of the eigenvalues.",
        labels=("the number of Gaussian measurements", "the number of well-chosen ones"),
        mistakes=(
            (465.0, "That is all entries; what is known to be semi-definite takes half of them."),
        ),
    ),
}
