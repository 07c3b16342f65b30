"""The answers to exercises: any answer gets a sentence, and the right sentence."""

import fractions
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mftutor.exercises import Verdict, check, checking, hint
from mftutor.exercises.checking import QUESTIONS
from mftutor.exercises.question import Question, Remark

PAIR = Question(
    expected=lambda: (2.0, -4.0),
    look_at="the pair",
    hint="Think.",
    relative_tolerance=0.01,
    labels=("the first", "the second"),
    mistakes=(
        Remark(8.0, "Twice too much."),
        Remark(8.02, "A little more."),
        Remark(3.0, "One too much.", place=1),
    ),
    accepted=(Remark(-40.0, "Yours is in tenths.", place=1),),
)
EITHER = Question(
    expected=lambda: (1.0, 0.5, 0.0),
    look_at="it",
    hint="Toss a coin.",
    labels=("is it so?", "the half", "and now?"),
    exact=("", "1/2", ""),
)
ZERO = Question(expected=lambda: 0.0, look_at="nothing", hint="None.")
INFINITE = Question(expected=lambda: np.inf, look_at="the horizon", hint="Go on.")
FINAL = "Look at the pair, or ask hint('pair')."


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
    more = {"pair": PAIR, "zero": ZERO, "infinite": INFINITE, "either": EITHER}
    monkeypatch.setattr(checking, "QUESTIONS", {**QUESTIONS, **more})


def assert_sentence(verdict, correct=False):
    assert isinstance(verdict, Verdict)
    assert bool(verdict) is verdict.correct is correct
    assert repr(verdict).split() == verdict.message.split()
    assert all(len(line) <= 76 for line in repr(verdict).splitlines() if "(" not in line)
    assert re.fullmatch(r"[A-ZΑ-Ω0-9].{5,}\.", verdict.message), verdict.message


# Any answer gets a sentence


@pytest.mark.parametrize("answer", NOT_NUMBERS, ids=lambda answer: type(answer).__name__)
def test_what_is_not_a_number_is_told_what_is_asked(answer):
    for name in ["missing factor", "pair"]:
        verdict = check(name, answer)
        assert_sentence(verdict)
        assert len(verdict.message) < 200
    assert "2 answers (the first; the second); got " in verdict.message


@pytest.mark.parametrize("answer", [1.0, [1.0], [1.0, 2.0, 3.0], np.ones((2, 2))])
def test_too_few_or_too_many_numbers_are_told_how_many(answer):
    assert "should be 2 answers" in check("pair", answer).message
    if np.size(answer) > 1:
        assert "should be one number; got" in check("missing factor", answer).message


ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.floats(),
        st.integers(),
        st.complex_numbers(),
        st.text(),
        st.binary(),
        st.just(...),
        st.builds(Hostile),
        st.fractions(),
    ),
    lambda inside: st.one_of(
        st.lists(inside, max_size=4),
        st.tuples(inside, inside),
        st.dictionaries(st.text(max_size=3), inside, max_size=2),
    ),
    max_leaves=6,
)


@given(ANYTHING)
def test_no_answer_raises(answer):
    for name in ["missing factor", "pair", "zero", "infinite", "either"]:
        verdict = check(name, answer)
        assert_sentence(verdict, correct=verdict.correct)


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("missing factor", ..., "Put the step size for η = 0.1 in place of the dots, or ask hint("),
        ("pair", ..., "Put 2 answers (the first; the second) in place of the dots, or ask hint("),
        ("pair", (2.0, ...), "Put 2 answers (the first; the second) in place of the dots"),
        ("pair", [..., ...], "Put 2 answers (the first; the second) in place of the dots"),
    ],
)
def test_dots_are_told_what_to_put_in_their_place(name, answer, said):
    verdict = check(name, answer)
    assert_sentence(verdict)
    assert verdict.message.startswith(said)


def test_a_name_to_be_copied_is_not_broken():
    assert "hint('where the printed condition breaks')" in repr(
        check("where the printed condition breaks", ...)
    )


@pytest.mark.parametrize("name", ["nothing", None, [], Hostile()])
def test_an_unknown_name_is_told_the_known_ones(name):
    assert_sentence(check(name, 1.0))
    for known in QUESTIONS:
        assert known in check(name, 1.0).message
        assert known in hint(name)


# The right sentence


@pytest.mark.parametrize(
    "answer",
    [0.025, np.float32(0.025), np.array(0.025), [0.025], np.array([[0.025]]), 0.02502]
    + [fractions.Fraction(1, 40)],
)
def test_a_right_number_is_right_in_any_wrapping(answer):
    assert check("missing factor", answer).message == "Right (exactly η/4 = 0.025)."


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((2, -4), "Right. The first: 2; the second: -4."),
        ((2.01, -3.97), "Right, within 1 %. The first: 2; the second: -4."),
        ((2.003, -4), "Right, within 0.2 %. The first: 2; the second: -4."),
        ((2, -40.1), "Right. The first: 2; the second: -4. Yours is in tenths."),
        ((-4, 2), "These are the right numbers in another order: first the first, "
         "then the second."),
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
        ((8, 8), "The first is off by a factor of 4 (too large). The second has the wrong sign "
         f"(its size is wrong, too). Twice too much. {FINAL}"),
        ((8.02, 3), "The first is off by a factor of 4.01 (too large). The second has the wrong "
         f"sign (its size is wrong, too). A little more. One too much. {FINAL}"),
        ((3, -4), f"The first is off by a factor of 1.5 (too large). The second is right. {FINAL}"),
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


@pytest.mark.parametrize("yes", [True, np.True_, 1, 1.0, "yes", "Yes", " YES ", "true"])
@pytest.mark.parametrize("no", [False, 0, "no", "No", "false"])
def test_a_question_is_answered_by_yes_or_no(yes, no):
    said = "Right. Is it so? yes; the half: exactly 1/2 = 0.5; and now? no."
    assert check("either", (yes, 0.5, no)).message == said
    said = "Is it so? Right. The half is right. And now? Think again. Look at it, or ask "
    assert check("either", (yes, 0.5, yes)).message == said + "hint('either')."


def test_yes_is_no_number():
    assert "should be one number; got 'yes'" in check("missing factor", "yes").message
    assert "should be 2 answers" in check("pair", ("yes", "no")).message


def test_each_reason_is_given_once():
    answer = (24, 24 / 40, 60, 59 / 300)
    assert check("parameters for each measurement", answer).message.count("That counts") == 1
