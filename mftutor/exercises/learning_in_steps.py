"""Answers to the exercises of "Watch gradient descent learn in steps"."""

import math

import numpy as np

import mftutor as mf
from mftutor.exercises.question import Question, Remark


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
        look_at="the step of gradient descent in chapter 1 and the factor in front of the gradient",
        hint="Replace X by X + εH and keep the terms of first order in ε.",
        labels=("the step size for η = 0.1",),
        exact=("η/4",),
        mistakes=(Remark(0.1, "That is the step size itself: the gradient has a factor 4."),),
    ),
    "plateau": Question(
        expected=_plateau,
        look_at="the blocks of Σ₂ − XXᵀ: the first row, the second, and the rest",
        hint="What does the start leave in the rows after the second? It adds up in squares.",
        relative_tolerance=0.002,
        labels=("the formula's value at the flattest step",),
        mistakes=(
            Remark(0.5, "That is λ₂ alone; the rows after the second are not zero yet."),
            Remark(1.25**0.5, "That is the norm of Σ₂, the error before anything is learned."),
            Remark(0.547, "That is the error that was measured; what does the formula give?"),
        ),
    ),
    "why the rest varies": Question(
        # 44 steps for a factor e; P(|g| < 1/10) for a standard normal g
        expected=lambda: (44 * math.log(10), math.erf(0.1 / math.sqrt(2))),
        look_at="the slope that was measured, and the density of a normal number near zero",
        hint="A factor of ten is ln 10 factors e; the density is 1/√(2π) on an interval of 0.2.",
        relative_tolerance=0.01,
        labels=("the number of steps", "the share of draws"),
        mistakes=(
            Remark(44.0, "That is for a factor e, not for ten."),
            Remark(440.0, "The time falls with the logarithm of the part."),
            Remark(0.1 / math.sqrt(2 * math.pi), "The part may have either sign.", place=1),
            Remark(0.1, "The part is normal, not uniform.", place=1),
        ),
    ),
}
