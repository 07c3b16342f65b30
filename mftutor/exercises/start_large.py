"""Answers to the exercises of "Start large"."""

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _two_waits() -> tuple[float, float]:
    """t* and t♯ for Figure 1 at η = 0.002."""
    problem = mf.figure_1_problem()
    return mf.theory.t_star(problem, step_size=0.002), mf.theory.t_sharp(problem, step_size=0.002)


def _last_transition() -> tuple[float, float]:
    """How fast row 3 and the sequence that it is compared with decay, per unit of flow time."""
    problem = mf.figure_1_problem()
    return problem.eigengap_at_rank, problem.min_eigengap / 6


QUESTIONS = {
    "two waits": Question(
        expected=_two_waits,
        look_at="the definition of t* and t♯, with Δ = 0.2 and r = 2",
        hint="For small x, log(1 − x) is nearly −x; here x = ηΔ/6. Logarithms are natural ones.",
        relative_tolerance=0.005,
        labels=("the wait t*", "the wait t♯"),
        mistakes=(
            Remark(123_637, "That is with r = 1; Figure 1 has two columns."),
            Remark(44_934, "That is with r = 1; Figure 1 has two columns.", place=1),
            Remark(23_967, "The denominator has Δ/6, not Δ."),
            Remark(9220, "The denominator has Δ/6, not Δ.", place=1),
            Remark(46_533, "That is with Δ = 0.5; the smaller of the two gaps counts."),
            Remark(16_634, "That is with Δ = 0.5; the smaller of the two gaps counts.", place=1),
        ),
    ),
    "empty transition": Question(
        expected=lambda: (4 * 2, 4.0),
        look_at="the inequality at t = 0, once for each of the two in the minimum",
        hint="r ≤ √(Δ/8)·√(Δ/2), and r ≤ √(Δ/8)·σ₁(u).",
        labels=("the smallest gap", "the smallest signal"),
        exact=("8", "4"),
        mistakes=(
            Remark(2.0, "That is σ₁(u); the signal is its square.", place=1),
            Remark(64.0, "√(Δ/8)·√(Δ/2) is Δ/4, not its square root."),
        ),
    ),
    "last transition": Question(
        expected=_last_transition,
        look_at="the factor by which a step multiplies row 3 near the solution",
        hint="Near the solution XᵀX has the eigenvalues λ₁ and λ₂; which of them is slower on u₃?",
        relative_tolerance=(0.001, 0.02),
        labels=("the rate of row 3", "the rate of the sequence"),
        exact=("0.2", "1/30"),
        mistakes=(
            Remark(0.4, "That is the rate of its square."),
            Remark(0.7, "That is in the direction of u₁; in that of u₂ row 3 decays more slowly."),
            Remark(0.3, "That is λ₃; the rows that have been learned pull it down at λ₂."),
            Remark(
                0.2 / 8,
                "The 8 belongs to the bound on the signals, in item 4 of the theorem.",
                place=1,
            ),
        ),
    ),
}
