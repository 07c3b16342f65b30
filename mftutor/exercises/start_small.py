"""Answers to the exercises of "Start small: the spectral phase"."""

import math

import mftutor as mf
from mftutor.exercises.question import Question


def _spectral_slope() -> float:
    """By how many powers of ten the error of (11) grows per power of ten of the scale."""
    problem = mf.figure_1_problem(200)
    small, large = (
        mf.theory.spectral_error(
            problem, mf.gaussian_init(problem, scale=size, seed=1), step_size=0.1, n_steps=50
        )[-1]
        for size in (1e-5, 1e-4)
    )
    return math.log10(large / small)


QUESTIONS = {
    "slope of the spectral error": Question(
        expected=_spectral_slope,
        look_at="the definition of the spectral error",
        hint="The difference of the logarithms at two small scales, divided by that of the scales.",
        mistakes=((3.0, "That is the slope of ‖X_t − L_t‖ before dividing by ‖L_t‖."),),
    ),
    "noise-free scale": Question(
        expected=lambda: mf.theory.noise_free_scale(mf.figure_1_problem()),
        look_at="the time at which row 2 reaches the size of one",
        hint="Insert λ_2 = 0.5, λ_3 = 0.3 and d = 4000.",
        relative_tolerance=0.1,
        mistakes=((4000.0**-1.5, "The exponent lacks a factor 1/2: rows start at ϖ d^(−1/2)."),),
    ),
}
