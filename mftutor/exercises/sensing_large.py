"""Answers to the exercises of "Start large and see what breaks"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question, Remark

QUESTIONS = {
    "threshold of uniqueness": Question(
        expected=lambda: mf.sensing.uniqueness_threshold(30, 3),
        look_at="the free blocks, and the half of the semi-definite one",
        hint="6 for the block, 81 for the coupling, and half of 27·28/2.",
        labels=("the threshold for d = 30 and r = 3",),
        exact=("276",),
        mistakes=(
            Remark(465.0, "That is all entries: it does not use that matrices are semi-definite."),
            Remark(87.0, "Those are the parameters of a matrix of rank 3; the others count, too."),
            Remark(189.0, "That is the semi-definite block alone."),
            Remark(232.5, "That is the formula for r = 0."),
        ),
    ),
    "half of the entries": Question(
        expected=lambda: (mf.sensing.uniqueness_threshold(30, 0), 1.0),
        look_at="the formula at r = 0, and the trace",
        hint="Only the semi-definite block is left; and the trace is the sum of the eigenvalues.",
        relative_tolerance=(0.003, 0.001),
        labels=("the number of Gaussian measurements", "does one well-chosen measurement do?"),
        exact=("232.5", ""),
        mistakes=(
            Remark(
                465.0, "That is all entries; what is known to be semi-definite takes half of them."
            ),
        ),
    ),
    "one over t": Question(
        # √(d − r*)/(2ηT‖Z*‖) = 10⁻⁴
        expected=lambda: (math.sqrt(17 / 1.45) / (2 * 0.1 * 1e-4), 10.0),
        look_at="the error that the spare columns leave, divided by the norm of Z*",
        hint="Solve √17/(2ηT) = 10⁻⁴ √1.45 for T.",
        relative_tolerance=(0.005, 0.001),
        labels=("the number of steps", "the factor for one more digit"),
        mistakes=(
            Remark(math.sqrt(17) / (0.2 * 1e-4), "That is the error itself; divide by ‖Z*‖."),
            Remark(math.sqrt(20 / 1.45) / (0.2 * 1e-4), "Three directions are not spare."),
            Remark(math.sqrt(17 / 1.45) / (2 * 1e-4), "That is flow time; a step takes η of it."),
            Remark(100.0, "The error falls like 1/t, not like its root.", place=1),
        ),
        accepted=(Remark(168_000, "Yours goes on from the last number printed, 0.0021."),),
    ),
}
