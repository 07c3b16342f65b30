"""Answers to the exercises of "Start in the benign region"."""

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _theorem_2_numbers() -> tuple[float, float]:
    problem = mf.Problem([1.0, 0.95, 0.5, 0.1], rank=2)
    step_size = mf.max_step_size(problem, theorem=2)
    return step_size, mf.theorem_2_bound(problem, step_size=step_size, accuracy=0.01)


QUESTIONS = {
    "smallest ratio": Question(
        expected=lambda: (0.6 / 4) / (0.8 - 0.6 / 2),
        look_at="the three demands of the benign region",
        hint="Take the smallest signal and the largest noise; do they occur together?",
        labels=("the largest constant",),
        exact=("0.3",),
        mistakes=(
            Remark(0.15, "That is the paper's Δ/(4λ₁): true, but not the largest constant."),
        ),
    ),
    "theorem 2 bound": Question(
        expected=_theorem_2_numbers,
        look_at="the two gaps, and the conditions of Theorem 2",
        hint="Theorem 2 uses the gap λ_r − λ_{r+1}; the logarithm is the natural one.",
        relative_tolerance=0.005,
        labels=("the step size", "the number of steps"),
        exact=("0.005625", ""),
        mistakes=(
            Remark(0.05**2 / 36, "That uses the smallest gap; Theorem 2 uses λ_r − λ_{r+1}."),
        ),
    ),
    "drift on S": Question(
        expected=lambda: 0.5,
        look_at="the proof that the walls push inward",
        hint="On the wall, λ_{k+1} − σ² is at most −Δ/4.",
        labels=("the constant c",),
        exact=("1/2",),
        mistakes=(Remark(0.25, "That is the rate of σ; its square changes twice as fast."),),
    ),
}
