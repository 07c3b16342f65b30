"""Answers to the exercises of "Watch gradient descent learn in steps"."""

import math

import numpy as np

import mftutor as mf
from mftutor.exercises.question import Question


def _plateau() -> float:
    """√(λ₂² + ‖JᵀJ‖²) where Figure 1's error, with seed 1, is flattest."""
    problem = mf.figure_1_problem()
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=140)
    flattest = 60 + int(np.argmin(-np.diff(run.error)[60:]))
    return math.hypot(problem.eigenvalues[1], np.linalg.norm(run.noise_gram[flattest]))


QUESTIONS = {
    "missing factor": Question(
        expected=lambda: 0.1 / 4,
        look_at="equation (9) and the factor in front of the gradient",
        hint="Replace X by X + εH and keep the terms of first order in ε.",
        mistakes=((0.1, "That is the step size itself: the gradient has a factor 4."),),
    ),
    "plateau": Question(
        expected=_plateau,
        look_at="the blocks of Σ₂ − XXᵀ: the first row, the second, and the rest",
        hint="What does the start leave in the rows after the second? It adds up in squares.",
        relative_tolerance=0.02,
        mistakes=(
            (0.5, "That is λ₂ alone; the rows after the second are not zero yet."),
            (1.25**0.5, "That is the norm of Σ₂, the error before anything is learned."),
        ),
    ),
}
