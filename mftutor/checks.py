"""Answers to the exercises, checked kindly: what is right, what is off, where to look.

The expected answers are computed by the library, not stored, and nothing here raises: an
answer of any kind gets a sentence in reply.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import mftutor as mf
from mftutor.problem import Problem
from mftutor.theorems import max_step_size, theorem_2_bound


@dataclass(frozen=True)
class Verdict:
    """What `check` says: whether the answer is right, and a sentence about it."""

    correct: bool
    message: str

    def __repr__(self) -> str:
        return self.message

    def __bool__(self) -> bool:
        return self.correct


@dataclass(frozen=True)
class Question:
    """A question with a number, or a few, for an answer.

    `relative_tolerance` says how far off still counts as right; `labels` name the numbers
    when there are several; `mistakes` maps answers often given to what went wrong with them.
    """

    expected: Callable[[], float | tuple[float, ...]]
    look_at: str
    hint: str
    relative_tolerance: float = 0.01
    labels: tuple[str, ...] = ("your answer",)
    mistakes: tuple[tuple[float, str], ...] = ()


def check(name: str, answer: Any) -> Verdict:
    """Compare an answer with the right one.

    Parameters
    ----------
    name : str
        The exercise, as its page calls it.
    answer : number or sequence of numbers
        Anything else is answered, too, with what is asked for.

    Returns
    -------
    Verdict
        Prints as a sentence; true if the answer is right.

    Examples
    --------
    >>> check("missing factor", 0.025)
    Right: your answer is 0.025.
    >>> bool(check("missing factor", 0.1))
    False
    """
    question = QUESTIONS.get(name) if isinstance(name, str) else None
    if question is None:
        return Verdict(False, f"No exercise is called {name!r}; there are: {', '.join(QUESTIONS)}.")
    expected = np.atleast_1d(np.asarray(question.expected(), dtype=float))
    given = _numbers(answer)
    if given is None or given.shape != expected.shape:
        wanted = "a number" if expected.size == 1 else f"{expected.size} numbers"
        listed = "" if expected.size == 1 else f" ({', '.join(question.labels)})"
        return Verdict(False, f"The answer should be {wanted}{listed}; got {_shown(answer)}.")
    wrong = [
        _difference(label, got, want)
        for label, got, want in zip(question.labels, given, expected, strict=True)
        if not abs(got - want) <= question.relative_tolerance * abs(want)
    ]
    if not wrong:
        values = " and ".join(
            f"{label} is {want:.4g}" for label, want in zip(question.labels, expected, strict=True)
        )
        return Verdict(True, f"Right: {values}.")
    known = [why for value, why in question.mistakes if np.isclose(given, value, rtol=0.01).any()]
    right = expected.size - len(wrong)
    kept = [f"{right} of {expected.size} right."] if right else []
    return Verdict(False, " ".join([*kept, *wrong, *known, f"Look at {question.look_at}."]))


def hint(name: str) -> str:
    """Return a hint for the exercise of that name, or say which names there are."""
    question = QUESTIONS.get(name) if isinstance(name, str) else None
    return question.hint if question else f"Exercises: {', '.join(QUESTIONS)}."


def _numbers(answer: Any) -> np.ndarray | None:
    """The answer as a 1-D array of floats, or None if it is something else."""
    try:
        array = np.asarray(answer)
        if array.dtype.kind not in "iuf" or array.ndim > 1:
            return None
        return np.atleast_1d(array.astype(float))
    except Exception:  # objects may do anything when asked to be an array
        return None


def _shown(answer: Any) -> str:
    """At most forty characters of the answer's repr."""
    try:
        text = repr(answer)
    except Exception:
        text = f"something of type {type(answer).__name__}"
    return text if len(text) <= 40 else text[:37] + "..."


def _difference(label: str, got: float, want: float) -> str:
    """Say how far off one number is, as a factor where that tells more."""
    name = label[0].upper() + label[1:]
    if not math.isfinite(got):
        return f"{name} is {got}, not a finite number."
    if want != 0 and got * want < 0:
        return f"{name} has the wrong sign."
    if want != 0 and got != 0:
        factor = max(got / want, want / got)
        direction = "large" if abs(got) > abs(want) else "small"
        if factor >= 1.5:
            return f"{name} is off by a factor of {factor:.3g} (too {direction})."
        return f"{name} is {100 * (factor - 1):.2g} % too {direction}."
    return f"{name} is off by {abs(got - want):.3g}."


def _spectral_slope() -> float:
    """By how many powers of ten the error of (11) grows per power of ten of the scale."""
    problem = mf.figure_1_problem(200)
    small, large = (
        mf.spectral_error(
            problem, mf.gaussian_init(problem, scale=size, seed=1), step_size=0.1, n_steps=50
        )[-1]
        for size in (1e-5, 1e-4)
    )
    return math.log10(large / small)


def _saddle_errors() -> tuple[float, float]:
    """Where the error ends if row 2, or row 1, is zero: a saddle with two other eigenvalues."""
    first, second, third = mf.figure_1_problem().eigenvalues[:3]
    return math.hypot(second, third), math.hypot(first, third)


def _steps_per_decade() -> tuple[float, float]:
    """How many steps of size 0.1 a row needs to grow tenfold in its square root, rows 1 and 2."""
    first, second = (
        math.log(10) / math.log1p(0.1 * value) for value in mf.figure_1_problem().eigenvalues[:2]
    )
    return first, second


QUESTIONS: dict[str, Question] = {
    "missing factor": Question(
        expected=lambda: 0.1 / 4,
        look_at="equation (9) and the factor in front of the gradient",
        hint="Replace X by X + εH and keep the terms of first order in ε.",
        mistakes=((0.1, "That is the step size itself: the gradient has a factor 4."),),
    ),
    "sign condition": Question(
        # λ = (2, 1, 0.1), η = 1/2
        expected=lambda: 1 + 0.5 * (1.0 + 0.1) / 2,
        look_at="the factor of the last row, which is the smallest of all",
        hint="The largest of |1 + ηλ_i − η‖x‖²|, i ≥ 2, belongs to i = 2 or to i = d.",
        mistakes=(
            (1.0, "That is enough, but more is allowed."),
            (1.05, "Factors may be negative, as long as they are not too large in size."),
            (1.5, "Then the factor of row 2 is still positive, but row d is in the way."),
        ),
    ),
    "sharpened constant": Question(
        expected=lambda: 1 / (1 + 1 / 12),
        look_at="the denominator 1 + ηλ₁ − η‖x‖² of the exact rate",
        hint="Write the fraction as 1 − ηΔ/(…); when is the denominator largest?",
        mistakes=(
            (1 / 3, "That is the paper's constant; the hypotheses give more."),
            (2 / 3, "That is h(1/2), but under the hypotheses s never comes near 1/2."),
            (1.0, "That is the rate at the limit, ‖x‖² = λ₁; before, descent is slower."),
        ),
    ),
    "where the printed condition breaks": Question(
        # 2λ₁ = √(2/η + λ₁) with ηλ₁ = 1/12
        expected=lambda: (2 * 12 + 1) / 4,
        look_at="the threshold ηx² > 2 + ηλ₁ at ηλ₁ = 1/12",
        hint="Insert ‖x₀‖ = 2λ₁ and η = 1/(12λ₁) in the threshold.",
        mistakes=(
            (6.0, "That leaves out the term ηλ₁ of the threshold."),
            (9.25, "A norm that at least doubles, ηx² > 3 + ηλ₁, is more than is needed."),
        ),
    ),
    "smallest ratio": Question(
        expected=lambda: (0.6 / 4) / (0.8 - 0.6 / 2),
        look_at="the three demands of the benign region",
        hint="Take the smallest signal and the largest noise; do they occur together?",
        mistakes=((0.15, "That is the paper's Δ/(4λ₁): true, but not the largest constant."),),
    ),
    "theorem 2 bound": Question(
        expected=lambda: _theorem_2_numbers(),
        look_at="the two gaps, and the conditions of Theorem 2",
        hint="Theorem 2 uses the gap λ_r − λ_{r+1}; the logarithm is the natural one.",
        labels=("the step size", "the number of steps"),
        mistakes=((0.05**2 / 36, "That uses the smallest gap; Theorem 2 uses λ_r − λ_{r+1}."),),
    ),
    "drift on S": Question(
        expected=lambda: 0.5,
        look_at="the proof that the walls push inward",
        hint="On the wall, λ_{k+1} − σ² is at most −Δ/4.",
        mistakes=((0.25, "That is the rate of σ; its square changes twice as fast."),),
    ),
    "slope of the spectral error": Question(
        expected=_spectral_slope,
        look_at="the definition of the spectral error",
        hint="The difference of the logarithms at two small scales, divided by that of the scales.",
        mistakes=((3.0, "That is the slope of ‖X_t − L_t‖ before dividing by ‖L_t‖."),),
    ),
    "noise-free scale": Question(
        expected=lambda: mf.noise_free_scale(mf.figure_1_problem()),
        look_at="the time at which row 2 reaches the size of one",
        hint="Insert λ_2 = 0.5, λ_3 = 0.3 and d = 4000.",
        relative_tolerance=0.1,
        mistakes=((4000.0**-1.5, "The exponent lacks a factor 1/2: rows start at ϖ d^(−1/2)."),),
    ),
    "errors at the saddles": Question(
        expected=_saddle_errors,
        look_at="which two eigenvalues are learned instead",
        hint="The column that is free learns the largest eigenvalue that it can reach.",
        relative_tolerance=0.005,
        labels=("the error with u_2 = 0", "the error with u_1 = 0"),
        mistakes=(
            (0.5, "That leaves one column without use: it learns another eigenvalue."),
            (1.0, "That leaves the third eigenvalue out, which is learned though not wanted."),
        ),
    ),
    "price of a small start": Question(
        expected=_steps_per_decade,
        look_at="the growth of a row in the spectral phase",
        hint="A row grows by 1 + ηλ_k a step; how many steps make a factor of ten?",
        relative_tolerance=0.03,
        labels=("the price for row 1", "the price for row 2"),
        mistakes=((12.08, "That is for the signal; a row is the square root of its signal."),),
    ),
}


def _theorem_2_numbers() -> tuple[float, float]:
    problem = Problem([1.0, 0.95, 0.5, 0.1], rank=2)
    step_size = max_step_size(problem, theorem=2)
    return step_size, theorem_2_bound(problem, step_size=step_size, accuracy=0.01)
