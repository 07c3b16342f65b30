"""The answers to exercises: any answer gets a sentence, and the right sentence."""

import fractions
import re
from importlib import import_module

import nbformat
import notebooks
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mftutor.exercises import Verdict, check, checking, hint
from mftutor.exercises.checking import CHAPTERS, QUESTIONS
from mftutor.exercises.question import Question

PAIR = Question(
    expected=lambda: (2.0, -4.0),
    look_at="the pair",
    hint="Think.",
    labels=("the first", "the second"),
    mistakes=((2.0, "That is the other one."), (8.0, "Twice too much.")),
)
ZERO = Question(expected=lambda: 0.0, look_at="nothing", hint="None.")
INFINITE = Question(expected=lambda: np.inf, look_at="the horizon", hint="Go on.")
FINAL = "Look at the pair, or ask hint('pair')."
each_question = pytest.mark.parametrize("name", QUESTIONS)


class Hostile:
    """Raises whatever it is asked."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no words")

    __len__ = __iter__ = __float__ = __eq__ = __hash__ = __repr__


# Of another type, partly so, too large for a float, too many, and refusing everything.
NOT_NUMBERS = ["0.025", [1.0, None], 10**400, np.ones(10**6), Hostile()]


@pytest.fixture(autouse=True)
def _more_questions(monkeypatch):
    more = {"pair": PAIR, "zero": ZERO, "infinite": INFINITE}
    monkeypatch.setattr(checking, "QUESTIONS", {**QUESTIONS, **more})


def assert_sentence(verdict, correct=False):
    assert isinstance(verdict, Verdict)
    assert bool(verdict) is verdict.correct is correct
    assert repr(verdict) == verdict.message
    assert re.fullmatch(r"[A-ZΑ-Ω0-9].{10,}\.", verdict.message), verdict.message


# Any answer gets a sentence


@pytest.mark.parametrize("answer", NOT_NUMBERS, ids=lambda answer: type(answer).__name__)
def test_what_is_not_a_number_is_told_what_is_asked(answer):
    for name in ["missing factor", "pair"]:
        verdict = check(name, answer)
        assert_sentence(verdict)
        assert len(verdict.message) < 200
    assert "2 real numbers (the first; the second); got " in verdict.message


@pytest.mark.parametrize("answer", [1.0, [1.0], [1.0, 2.0, 3.0], np.ones((2, 2))])
def test_too_few_or_too_many_numbers_are_told_how_many(answer):
    assert "should be 2 real numbers" in check("pair", answer).message
    if np.size(answer) > 1:
        assert "should be one real number; got" in check("missing factor", answer).message


@given(st.one_of(st.floats(), st.integers(), st.lists(st.floats(), max_size=4), st.text()))
def test_no_answer_raises(answer):
    for name in ["missing factor", "pair", "zero", "infinite"]:
        verdict = check(name, answer)
        assert_sentence(verdict, correct=verdict.correct)


@pytest.mark.parametrize("name", ["nothing", None, [], Hostile()])
def test_an_unknown_name_is_told_the_known_ones(name):
    assert_sentence(check(name, 1.0))
    for known in QUESTIONS:
        assert known in check(name, 1.0).message
        assert known in hint(name)


# The right sentence


@pytest.mark.parametrize(
    "answer",
    [0.025, np.float32(0.025), np.array(0.025), [0.025], np.array([[0.025]]), 0.0251]
    + [fractions.Fraction(1, 40)],
)
def test_a_right_number_is_right_in_any_wrapping(answer):
    assert check("missing factor", answer).message == "Right: your answer is 0.025."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((2, -4), "Right: the first is 2 and the second is -4."),
        ((2.01, -3.97), "Right: the first is 2 and the second is -4."),
        ((2.2, -4), f"The first is 10 % too large. The second is right. {FINAL}"),
        ((1.5, -4), f"The first is 25 % too small. The second is right. {FINAL}"),
        ((6, -4), f"The first is off by a factor of 3 (too large). The second is right. {FINAL}"),
        ((2, -0.1),
         f"The first is right. The second is off by a factor of 40 (too small). {FINAL}"),
        ((2, 4), f"The first is right. The second has the wrong sign (its size is right). {FINAL}"),
        ((-1, -4), "The first has the wrong sign (its size is wrong, too). The second is right. "
         + FINAL),
        ((0, -4), f"The first should not be zero. The second is right. {FINAL}"),
        ((np.nan, -4),
         f"The first should be a finite number, got nan. The second is right. {FINAL}"),
        ((2, -np.inf),
         f"The first is right. The second should be a finite number, got -inf. {FINAL}"),
        ((2, 2), "The first is right. The second has the wrong sign (its size is wrong, too). "
         f"That is the other one. {FINAL}"),
        ((8, 8), "The first is off by a factor of 4 (too large). The second has the wrong sign "
         f"(its size is wrong, too). Twice too much. {FINAL}"),
    ],
)  # fmt: skip
def test_it_says_what_is_right_what_is_off_and_where_to_look(answer, said):
    verdict = check("pair", answer)
    assert verdict.message == said
    assert verdict.correct == said.startswith("Right")


def test_extreme_factors_are_said_without_fuss():
    assert "factor of inf (too large)" in check("missing factor", 1.7e308).message
    assert "too small" in check("missing factor", 5e-324).message


def test_zero_and_infinity_may_be_right():
    assert check("zero", 0)
    assert "Your answer is not 0.1." in check("zero", 0.1).message
    assert check("infinite", np.inf)
    assert "Your answer is not 3." in check("infinite", 3).message
    assert "finite number, got nan" in check("infinite", np.nan).message


# The registered questions


def expected(name):
    return np.ravel(QUESTIONS[name].expected()).astype(float)


@each_question
def test_the_right_answer_passes_and_so_does_a_nearly_right_one(name):
    values, question = expected(name), QUESTIONS[name]
    assert len(values) == len(question.labels)
    for factor in [1, 1 + question.relative_tolerance / 2, 1 - question.relative_tolerance / 2]:
        assert_sentence(check(name, values * factor), correct=True)
    answer = values[0] if values.size == 1 else tuple(values)
    assert_sentence(check(name, answer), correct=True)


@each_question
def test_a_wrong_number_fails_wherever_it_stands(name):
    values, question = expected(name), QUESTIONS[name]
    for i, value in enumerate(values):
        wrong = values.copy()
        wrong[i] = 1.5 * value if value and np.isfinite(value) else 1.0
        verdict = check(name, wrong)
        assert_sentence(verdict)
        label = question.labels[i]
        assert label[1:] in verdict.message
        assert f"{label[0].upper()}{label[1:]} is right" not in verdict.message
        assert question.look_at in verdict.message


@each_question
def test_each_known_mistake_is_explained(name):
    """Where it is one: the same number may be right in another place."""
    values, question = expected(name), QUESTIONS[name]
    for mistake, explanation in question.mistakes:
        answers = [
            np.where(np.arange(values.size) == i, mistake, values) for i in range(values.size)
        ]
        verdicts = [check(name, answer) for answer in answers]
        assert any(explanation in verdict.message for verdict in verdicts)
        assert all(verdict or explanation in verdict.message for verdict in verdicts)


@each_question
def test_texts_are_there(name):
    question = QUESTIONS[name]
    assert hint(name) == question.hint
    assert len(question.hint) > 20
    assert question.hint.endswith((".", "?"))
    assert len(question.look_at) > 10
    assert not question.look_at.endswith(".")
    assert 0 < question.relative_tolerance < 0.3
    assert all(text.endswith(".") for _, text in question.mistakes)


def exercises_of(path):
    """The names that a notebook asks to check."""
    cells = nbformat.read(path, as_version=4).cells
    found = [re.findall(r"check\(\s*[\"'](.+?)[\"']", cell.source) for cell in cells]
    return {name for names in found for name in names}


def test_each_chapter_and_its_notebook_name_the_same_exercises():
    named = {path.stem: exercises_of(path) for path in notebooks.BOOK.glob("*.ipynb")}
    answered = {
        chapter: set(import_module(f"mftutor.exercises.{chapter}").QUESTIONS)
        for chapter in CHAPTERS
    }
    assert answered == {chapter: names for chapter, names in named.items() if names}
    assert sum(map(len, answered.values())) == len(QUESTIONS)
