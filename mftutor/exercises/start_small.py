"""Answers to the exercises of "Start small: the spectral phase"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _spectral_slope() -> float:
    """By how many powers of ten the spectral error grows per power of ten of the scale."""
    problem = mf.figure_1_problem(200)
    small, large = (
        mf.theory.spectral_error(
            problem, mf.gaussian_init(problem, scale=size, seed=1), step_size=0.1, n_steps=50
        )[-1]
        for size in (1e-5, 1e-4)
    )
    return math.log10(large / small)


def _quiet_power() -> float:
    """The power of d in the estimate of the quiet scale, for Figure 1."""
    _, second, third = mf.figure_1_problem().eigenvalues[:3]
    return float(-third / (2 * (second - third)))


QUESTIONS = {
    "slope of the spectral error": Question(
        expected=_spectral_slope,
        look_at="the definition of the spectral error",
        hint="The difference of the logarithms at two small scales, divided by that of the scales.",
        relative_tolerance=0.01,
        labels=("the slope",),
        mistakes=(Remark(3.0, "That is the slope of ‖X_t − L_t‖ before dividing by ‖L_t‖."),),
    ),
    "noise-free scale": Question(
        expected=_quiet_power,
        look_at="the time at which row 2 reaches the size of one",
        hint="Insert λ_2 = 0.5 and λ_3 = 0.3 in the exponent of the crossover; mind its sign.",
        relative_tolerance=0.001,
        labels=("the power of d",),
        exact=("-0.75",),
        mistakes=(
            Remark(4000.0**-1.5, "The exponent lacks a factor 1/2: rows start at ϖ d^(−1/2)."),
            Remark(-1.5, "The exponent lacks a factor 1/2: rows start at ϖ d^(−1/2)."),
        ),
        accepted=(
            Remark(4000**-0.75, "That is the scale itself."),
            Remark(0.002, "That is the scale itself, rounded."),
        ),
    ),
}
