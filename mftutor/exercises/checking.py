"""Answers to the exercises, checked kindly: what is right, what is off, where to look.

The expected answers are computed, by the library where it can, and nothing here raises: an
answer of any kind gets a sentence in reply.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from importlib import import_module
from numbers import Real
from typing import Any

import numpy as np

from mftutor._environment import printable
from mftutor._validation import shown
from mftutor.exercises.question import Question
from mftutor.exercises.replies import Part, is_swapped, judged, said_of_right

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
        # A name in hint('…') is not broken, so that it can be copied.
        whole = re.sub(r"hint\(.*\)", lambda call: call[0].replace(" ", "\xa0"), self.message)
        return printable(textwrap.fill(whole, 76, break_on_hyphens=False).replace("\xa0", " "))

    def __bool__(self) -> bool:
        return self.correct


def check(name: str, answer: Any) -> Verdict:
    """Compare an answer with the right one.

    Parameters
    ----------
    name : str
        The exercise, as its page calls it.
    answer : number or sequence of numbers
        Anything else is answered, too, with what is asked for; so is `...`.

    Returns
    -------
    Verdict

    Examples
    --------
    >>> check("missing factor", ...)
    Put the step size for η = 0.1 in place of the dots, or ask hint('missing factor').
    >>> check("missing factor", 0.025)
    Right (exactly η/4 = 0.025).
    >>> check("missing factor", 0.1)
    The step size for η = 0.1 is off by a factor of 4 (too large). That is the step
    size itself: the gradient has a factor 4. Look at the step of gradient
    descent in chapter 1 and the factor in front of the gradient, or ask
    hint('missing factor').
    >>> bool(check("missing factor", 0.1))
    False
    """
    question = QUESTIONS.get(name) if isinstance(name, str) else None
    if question is None:
        return Verdict(False, f"No exercise is called {shown(name, 40)}. {_known_names()}")
    if answer is ... or (type(answer) in (tuple, list) and any(part is ... for part in answer)):
        asked = question.labels[0] if len(question.labels) == 1 else _asked(question)
        return Verdict(False, f"Put {asked} in place of the dots, or ask hint({name!r}).")
    parts = _parts(question, answer)
    if not parts:
        return Verdict(False, f"The answer should be {_asked(question)}; got {shown(answer, 40)}.")
    if all(part.is_right or part.alternative for part in parts):
        return Verdict(True, said_of_right(parts))
    if is_swapped(parts):
        order = ", then ".join(part.label for part in parts)
        end = "" if order.endswith("?") else "."
        return Verdict(False, f"These are the right numbers in another order: first {order}{end}")
    wrong = [part.mistake for part in parts if not (part.is_right or part.alternative)]
    sentences = [*map(judged, parts), *dict.fromkeys(filter(None, wrong))]  # each reason once
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
    return printable(question.hint) if question else _known_names()


def _known_names() -> str:
    return f"The exercises are: {', '.join(QUESTIONS)}."


def _asked(question: Question) -> str:
    """What form the answer should have."""
    labels = question.labels
    return "one number" if len(labels) == 1 else f"{len(labels)} answers ({'; '.join(labels)})"


def _parts(question: Question, answer: Any) -> list[Part]:
    """The answer number by number; empty if it has another form."""
    given = _numbers(answer, question.labels)
    if given is None or len(given) != len(question.labels):
        return []
    pairs = zip(given, np.ravel(question.expected()).tolist(), strict=True)
    return [Part(question, place, got, want) for place, (got, want) in enumerate(pairs)]


def _numbers(answer: Any, labels: tuple[str, ...]) -> list[float] | None:
    """The answer as a list of floats, or None if it is something else."""
    try:
        parts = list(answer) if isinstance(answer, (tuple, list)) else [answer]
        if len(parts) == len(labels):
            pairs = zip(labels, parts, strict=True)
            answer = [_spoken(part) if label.endswith("?") else part for label, part in pairs]
        array = np.ravel(answer)
        is_real = array.dtype.kind in "iuf" or (
            array.dtype.kind == "O" and all(isinstance(value, Real) for value in array)
        )
        return [float(value) for value in array] if is_real and array.size <= 100 else None
    except Exception:  # objects may do anything when asked to be an array
        return None


def _spoken(part: Any) -> Any:
    """Yes and no, said in one way or another, as 1 and 0."""
    return {"yes": 1, "true": 1, "no": 0, "false": 0}.get(str(part).strip().lower(), part)
