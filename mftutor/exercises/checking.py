"""Answers to the exercises, checked kindly: what is right, what is off, where to look.

The expected answers are computed, by the library where it can, and nothing here raises: an
answer of any kind gets a sentence in reply.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from importlib import import_module
from numbers import Real
from typing import Any

import numpy as np

from mftutor.exercises.question import Question

# In the order of the book; each is a module beside this one, with a table `QUESTIONS`.
CHAPTERS = (
    "learning_in_steps",
    "signal_and_noise",
    "benign_region",
    "start_small",
    "small_and_large",
    "divergence",
    "start_large",
    "peel_off",
    "rest_at_saddles",
    "solve_exactly",
    "large_dimension",
    "ask_open",
    "learn_one_rank",
    "too_few_columns",
    "sensing_large",
    "go_deeper",
    "real_data",
)
QUESTIONS: dict[str, Question] = {
    name: question
    for chapter in CHAPTERS
    for name, question in import_module(f"mftutor.exercises.{chapter}").QUESTIONS.items()
}


@dataclass(frozen=True)
class Verdict:
    """What `check` says of an answer: printed as a sentence, and true if it is right.

    Attributes
    ----------
    correct : bool
    message : str
    """

    correct: bool
    message: str

    def __repr__(self) -> str:
        return self.message

    def __bool__(self) -> bool:
        return self.correct


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
    """Return a hint.

    Parameters
    ----------
    name : str
        The exercise, as its page calls it.

    Returns
    -------
    str
        The hint, or, where the name is unknown, which names there are.

    Examples
    --------
    >>> hint("missing factor")
    'Replace X by X + εH and keep the terms of first order in ε.'
    """
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
