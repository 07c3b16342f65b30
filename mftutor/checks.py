"""Answers to the exercises, checked kindly: what is right, what is off, where to look.

The expected answers are computed by the library, not stored, and nothing here raises: an
answer of any kind gets a sentence in reply.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Real
from typing import Any

import numpy as np

from mftutor.descent import gradient_descent
from mftutor.divergence import scalar_descent, scale_bounds
from mftutor.initialization import gaussian_init
from mftutor.problem import Problem, figure_1_problem


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

    `expected` computes the right numbers; `labels` name them; `relative_tolerance` says how
    far off still counts as right (zero has to be met exactly); `mistakes` maps numbers often
    given to what went wrong with them; `look_at` completes "Look at …".
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
    >>> check("missing factor", 0.1)
    Your answer is off by a factor of 4 (too large). That is the step size itself: the
    gradient has a factor 4. Look at equation (9) and the factor in front of the gradient,
    or ask hint('missing factor').
    >>> bool(check("missing factor", 0.1))
    False
    """
    question = QUESTIONS.get(name) if isinstance(name, str) else None
    if question is None:
        return Verdict(False, f"No exercise is called {_shown(name)}. {_known_names()}")
    expected = np.ravel(question.expected()).tolist()
    given = _numbers(answer)
    if given is None or len(given) != len(expected):
        return Verdict(False, f"The answer should be {_asked(question)}; got {_shown(answer)}.")

    numbers = list(zip(question.labels, given, expected, strict=True))
    tolerance = question.relative_tolerance
    right = [math.isclose(got, want, rel_tol=tolerance) for _, got, want in numbers]
    if all(right):
        values = " and ".join(f"{label} is {want:.4g}" for label, _, want in numbers)
        return Verdict(True, f"Right: {values}.")
    sentences = [
        f"{_capital(label)} is right." if good else _difference(label, got, want, tolerance)
        for good, (label, got, want) in zip(right, numbers, strict=True)
    ]
    wrong = [got for good, got in zip(right, given, strict=True) if not good]
    for value, explanation in question.mistakes:
        if any(math.isclose(got, value, rel_tol=tolerance) for got in wrong):
            sentences.append(explanation)
    sentences.append(f"Look at {question.look_at}, or ask hint({name!r}).")
    return Verdict(False, " ".join(sentences))


def hint(name: str) -> str:
    """Return a hint for the exercise of that name, or say which names there are."""
    question = QUESTIONS.get(name) if isinstance(name, str) else None
    return question.hint if question else _known_names()


def _known_names() -> str:
    return f"The exercises are: {', '.join(QUESTIONS)}."


def _asked(question: Question) -> str:
    """What form the answer should have."""
    if len(question.labels) == 1:
        return "one real number"
    return f"{len(question.labels)} real numbers ({'; '.join(question.labels)})"


def _numbers(answer: Any) -> list[float] | None:
    """The answer as a list of floats, or None if it is something else."""
    try:
        array = np.ravel(answer)
        is_real = array.dtype.kind in "iuf" or (
            array.dtype.kind == "O" and all(isinstance(value, Real) for value in array)
        )
        return [float(value) for value in array] if is_real and array.size <= 100 else None
    except Exception:  # objects may do anything when asked to be an array
        return None


def _shown(answer: Any) -> str:
    """At most forty characters of the answer's repr, on one line."""
    try:
        text = " ".join(repr(answer).split())
    except Exception:
        text = f"something of type {type(answer).__name__}"
    return text if len(text) <= 40 else text[:37] + "..."


def _capital(label: str) -> str:
    return label[0].upper() + label[1:]


def _difference(label: str, got: float, want: float, tolerance: float) -> str:
    """Say how far off one number is, as a factor where that tells more."""
    name = _capital(label)
    if not math.isfinite(got):
        return f"{name} should be a finite number, got {got}."
    if want == 0 or not math.isfinite(want):
        return f"{name} is not {got:.4g}."
    if got == 0:
        return f"{name} should not be zero."
    if (got < 0) != (want < 0):
        size = "right" if math.isclose(-got, want, rel_tol=tolerance) else "wrong, too"
        return f"{name} has the wrong sign (its size is {size})."
    ratio = got / want
    direction = "large" if ratio > 1 else "small"
    if 2 / 3 < ratio < 1.5:
        return f"{name} is {100 * abs(ratio - 1):.2g} % too {direction}."
    factor = f"{ratio if ratio > 1 else want / got:.3g}"
    return f"{name} is off by a factor of {factor} (too {direction})."


def _plateau() -> float:
    """√(λ₂² + ‖JᵀJ‖²) where Figure 1's error, with seed 1, is flattest."""
    problem = figure_1_problem()
    X0 = gaussian_init(problem, scale=0.5, seed=1)
    run = gradient_descent(problem, X0, step_size=0.1, n_steps=140)
    flattest = 60 + int(np.argmin(-np.diff(run.error)[60:]))
    return math.hypot(problem.eigenvalues[1], np.linalg.norm(run.noise_gram[flattest]))


def _thresholds() -> tuple[float, float]:
    """The overshoot beyond which one row diverges, for ηλ = 0 and 0.5."""
    without, with_target = (
        scale_bounds(Problem([eta_lambda], 1), [[1.0]], step_size=1.0)[1] ** 2
        for eta_lambda in (0.0, 0.5)
    )
    return without, with_target


def _largest_scales() -> tuple[float, float]:
    """The scale ϖ at which η = 0.1 gives an overshoot of 2, and of Theorem 6's 1/3."""
    bounded, _ = scale_bounds(Problem([1.0], 1), [[1.0]], step_size=0.1)
    return bounded, bounded / math.sqrt(6)


def _two_cycle() -> tuple[float, float]:
    """The two overshoots ηx² between which one row alternates at ηλ = 1.05."""
    small, large = np.sort(scalar_descent([1.05], [0.9], n_steps=2000)[-2:, 0])
    return float(small**2), float(large**2)


QUESTIONS: dict[str, Question] = {
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
    "divergence threshold": Question(
        expected=_thresholds,
        look_at="the factor by which one step multiplies x",
        hint="The run stays bounded as long as that factor is at least −1. When is it exactly −1?",
        labels=("the threshold for Σ = 0", "the threshold for ηλ = 0.5"),
        mistakes=(
            (3.0, "From 3 on each step at least doubles x, but smaller starts diverge as well."),
            (1.0, "At 1 the first step lands on zero; beyond, x changes its sign but shrinks."),
            (2.0, "With a target the linear term pulls the other way, and allows a little more."),
        ),
    ),
    "largest scale": Question(
        expected=_largest_scales,
        look_at="the two conditions on ησ₁²(X₀), with σ₁(N₀) = 1",
        hint="ησ₁²(X₀) = ηϖ². Set it to the largest value each theorem allows and solve for ϖ.",
        labels=("the scale up to which runs stay bounded", "the scale Theorem 6 allows"),
        mistakes=(
            (20.0, "That is ϖ²; take the root."),
            (10 / 3, "That is ϖ²; take the root."),
            (30**0.5, "That is the paper's example, ησ₁² = 3, where descent has long diverged."),
            (1 / (0.3 * 3**0.5), "Theorem 6 asks for 1/√(3η); the root covers η as well."),
        ),
    ),
    "two-cycle": Question(
        expected=_two_cycle,
        look_at="sum and difference of z = (1 + a)y − y³ and y = (1 + a)z − z³",
        hint="The two equations give y² − yz + z² = a and y² + yz + z² = 2 + a. So what is yz?",
        labels=("the smaller overshoot", "the larger overshoot"),
        mistakes=(
            (1.05, "That is the solution ηx² = ηλ, from which the run moves away."),
            (1.25**0.5, "That is y = √η x itself; the overshoot is its square."),
            (0.8**0.5, "That is y = √η x itself; the overshoot is its square."),
        ),
    ),
}
