"""Answers to the exercises of "Ask what is still open"."""

import math

import mftutor as mf
from mftutor.exercises.large_dimension import slopes_in_log_d
from mftutor.exercises.question import Question, Remark


def _transition_begins() -> float:
    """Log₁₀ of d with τ₂ = τ₁ + t* + t♯, for Figure 1 at η = 0.1, from the medians at 10³⁰."""
    table, problem = mf.data.recorded_hitting_times(), mf.figure_1_problem()
    tau_1, tau_2 = (float(table.of(2, k, drawn=False)["quantiles"][-1, 2]) for k in (1, 2))
    slope_1, slope_2 = slopes_in_log_d()
    waits = mf.theory.t_star(problem, step_size=0.1) + mf.theory.t_sharp(problem, step_size=0.1)
    return 30 + (tau_1 + waits - tau_2) / (slope_2 - slope_1) / math.log(10)


def _transition_slopes() -> tuple[float, float]:
    """Steps of t₁* for a factor of 10²⁰ in d: where the falling bar meets row 2, and τ₂ − τ₁."""
    slope_1, slope_2 = slopes_in_log_d()
    growth = 1 / (2 * slope_2)
    falling = math.log1p(-0.1 * mf.figure_1_problem().min_eigengap / 6)
    steps = 20 * math.log(10)
    return steps * (0.5 - slope_1 * growth) / (growth - falling), steps * (slope_2 - slope_1)


QUESTIONS = {
    "transition begins": Question(
        expected=_transition_begins,
        look_at="how long row 2 may take before the theorem turns to it",
        hint="Both times are lines in ln d; set τ₂ = τ₁ + t* + t♯ and divide by ln 10.",
        relative_tolerance=0.005,
        labels=("the power of ten",),
        mistakes=(
            Remark(68.6, "That is counted from 10³⁰ on; add the 30."),
            Remark(188, "That is in ln d; divide by ln 10."),
        ),
    ),
    "slopes of the transition": Question(
        expected=_transition_slopes,
        look_at="when row 2 has grown to a bar that falls meanwhile",
        hint="Collect the terms with t and with x; then multiply by 20 ln 10.",
        relative_tolerance=0.005,
        labels=("the growth of t_1*", "the growth if it waited for row 2 to arrive"),
    ),
}
