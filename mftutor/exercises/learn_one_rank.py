"""Answers to the exercises of "Learn one rank at a time"."""

import math

import numpy as np

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def reference_problem() -> mf.sensing.Problem:
    """The chapters' problem: (1, .6, .3) from 300 measurements, d = 30."""
    return mf.sensing.Problem(mf.sensing.gaussian_measurements(30, 300, seed=0), [1.0, 0.6, 0.3])


def _spread_of_normal() -> float:
    """‖NZ − Z‖ of a unit matrix in the root mean square, d = 30 and m = 300."""
    measurements = reference_problem().measurements
    return math.sqrt((measurements.packed_size + 1) / measurements.n_measurements)


def _sensing_price() -> float:
    """How many steps a hundredth of the scale costs, at the rate of escape from zero."""
    problem = reference_problem()
    rate = -np.linalg.eigvalsh(problem.residual(np.zeros((30, 1)))[1])[0]
    return math.log(100) / math.log1p(0.1 * rate)


def _nearer_visit() -> tuple[float, float]:
    """Powers of ten of the scale for a power of ten of the distance, in the chapter's problems."""
    few = mf.sensing.gaussian_measurements(12, 60, seed=4)
    small = mf.sensing.Problem(few, [1.0, 0.6, 0.3])
    stations = (
        mf.sensing.greedy_low_rank(problem, step_size=0.1, max_rank=1)[0]
        for problem in (reference_problem(), small)
    )
    one, other = (1 / mf.sensing.visit_exponent(station) for station in stations)
    return one, other


QUESTIONS = {
    "distance of N from the identity": Question(
        expected=_spread_of_normal,
        look_at="the mean of ⟨a, z⟩²‖a‖², in which one square occurs twice",
        hint="Split ‖a‖² into ⟨a, z⟩² and D − 1 other squares; the fourth moment of a normal is 3.",
        relative_tolerance=0.0005,
        labels=("the root of the mean square",),
        exact=("√(466/300)",),
        mistakes=(
            Remark(466 / 300, "That is the mean square; take the root."),
            Remark(300**-0.5, "Each of the 465 entries contributes, not one alone."),
            Remark(1.0, "It does not depend on Z, but it does depend on D and m."),
            Remark(
                (467 / 300) ** 0.5,
                "That is the length itself: take off the squared length of the mean, 1.",
            ),
            Remark(
                (465 / 300) ** 0.5,
                "One square occurs twice, and the fourth moment of a normal is 3.",
            ),
        ),
    ),
    "price of two powers of ten": Question(
        expected=_sensing_price,
        look_at="the growth of a column near zero",
        hint="A column grows by 1 + ημ₀ a step; how many steps make a factor of 100?",
        relative_tolerance=0.0075,
        labels=("the number of steps",),
        mistakes=(
            Remark(
                math.log(100) / math.log1p(0.1), "That takes the eigenvalue of Z*, and not of NZ*."
            ),
            Remark(21.36, "That is a factor of ten, or of 100 for the signal."),
            Remark(42.0, "That is the measured number; what does the escape rate say?"),
            Remark(
                math.log(100) / 0.1138,
                "That is the flow; a step multiplies by 1 + ημ₀, and not by its exponential.",
            ),
        ),
    ),
    "price of a nearer visit": Question(
        expected=_nearer_visit,
        look_at="the power of the scale in the distance",
        hint="The distance is proportional to α^p; solve α^p = 1/10 for the power of ten of α.",
        relative_tolerance=0.003,
        labels=(
            "the number of powers in this chapter's problem",
            "the number of powers in the small problem",
        ),
        mistakes=(
            Remark(0.1613, "That is p itself; ask for the power of α that makes α^p a tenth."),
            Remark(
                0.0317, "That is p itself; ask for the power of α that makes α^p a tenth.", place=1
            ),
        ),
    ),
}
