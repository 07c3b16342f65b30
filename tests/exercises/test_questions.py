"""Each registered question: what it accepts, what it tells apart, and where the book asks it."""

import itertools
import math
import re
from importlib import import_module

import nbformat
import notebooks
import numpy as np
import pytest

from mftutor.exercises import check, hint
from mftutor.exercises.checking import CHAPTERS, QUESTIONS

each_question = pytest.mark.parametrize("name", QUESTIONS)


def expected(name):
    return np.ravel(QUESTIONS[name].expected()).astype(float)


def tolerances(name):
    return np.broadcast_to(QUESTIONS[name].relative_tolerance, len(QUESTIONS[name].labels))


def places(name):
    """The place, the right number and the tolerance of all that is not answered by yes or no."""
    rows = zip(QUESTIONS[name].labels, expected(name), tolerances(name), strict=True)
    return [(i, *row[1:]) for i, row in enumerate(rows) if not row[0].endswith("?")]


def with_one(values, place, value):
    return np.where(np.arange(len(values)) == place, value, values)


# Any question


@each_question
def test_the_right_answer_passes_and_so_does_a_nearly_right_one(name):
    values = expected(name)
    assert len(values) == len(QUESTIONS[name].labels)
    assert check(name, values)
    assert check(name, values[0] if values.size == 1 else tuple(values))
    for i, value, tolerance in places(name):
        for factor in (1 + tolerance / 2, 1 - tolerance / 2):
            assert check(name, with_one(values, i, value * factor))


@each_question
def test_the_digits_that_the_book_prints_are_enough(name):
    assert check(name, [float(f"{value:.4g}") for value in expected(name)])


@each_question
def test_a_number_three_tolerances_away_is_refused(name):
    question, values = QUESTIONS[name], expected(name)
    for i, value, tolerance in places(name):
        for factor in (1 + 3 * tolerance, 1 - 3 * tolerance):
            known = [remark.value for remark in question.accepted if remark.place == i]
            if any(math.isclose(value * factor, other, rel_tol=tolerance) for other in known):
                continue
            verdict = check(name, with_one(values, i, value * factor))
            assert not verdict
            assert f"{question.labels[i][1:]} is " in verdict.message
            assert f"{question.labels[i][1:]} is right" not in verdict.message
            assert question.look_at in verdict.message


@each_question
def test_an_exact_number_is_asked_for_exactly(name):
    """To a thousandth where it has few digits; to three digits or so where it has not."""
    question = QUESTIONS[name]
    for i, value, tolerance in places(name):
        if question.exact and question.exact[i] and math.isclose(float(f"{value:.3g}"), value):
            assert tolerance <= 0.005
        assert 0 < tolerance <= 0.1
    assert len(question.exact) in (0, len(question.labels))


@each_question
def test_each_known_mistake_is_refused_with_its_own_reason(name):
    """And no reason is given that belongs to another place."""
    values, question = expected(name), QUESTIONS[name]
    for remark in question.mistakes:
        verdict = check(name, with_one(values, remark.place, remark.value))
        assert not verdict
        assert remark.said in verdict.message
        others = {other.said for other in question.mistakes} - {remark.said}
        assert not any(other in verdict.message for other in others)


@each_question
def test_what_else_is_accepted_is_told_from_the_answer(name):
    for remark in QUESTIONS[name].accepted:
        verdict = check(name, with_one(expected(name), remark.place, remark.value))
        assert verdict
        assert remark.said in verdict.message


@each_question
def test_right_numbers_in_another_order_are_called_that(name):
    values, question = expected(name), QUESTIONS[name]
    for order in itertools.permutations(range(len(values))):
        verdict = check(name, values[list(order)])
        if order == tuple(range(len(values))):
            assert verdict
        else:
            assert "right numbers in another order: first " in verdict.message
            assert ", then ".join(question.labels) in verdict.message


@each_question
def test_texts_are_there(name):
    question = QUESTIONS[name]
    assert hint(name) == question.hint
    assert len(question.hint) > 20
    assert question.hint.endswith((".", "?"))
    assert len(question.look_at) > 10
    assert not question.look_at.endswith(".")
    remarks = question.mistakes + question.accepted
    assert all(remark.said.endswith((".", "?")) for remark in remarks)
    assert all(0 <= remark.place < len(question.labels) for remark in remarks)
    texts = [question.look_at, question.hint, *(remark.said for remark in remarks)]
    assert not any(re.search(r"\(\d+\)", text) for text in texts)


# Questions one by one: what each has to tell apart, and what can be read off its page


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("one column less", (0.064, 115.1)),  # from the digits of the table
        ("one column less", (0.064, 114.7)),  # from those of the price
        ("noise-free scale", -0.75),
        ("noise-free scale", 0.002),
        ("noise-free scale", 4000**-0.75),
        ("half of the entries", (232.5, True)),
        ("half of the entries", (233, "yes")),
        ("half of the entries", (232.5, 1)),
        ("the wrong two", ("No", -0.3)),
        ("parameters for each measurement", (23, 0.575, 59, 0.197)),
        ("price of a small start", (24, 47)),  # half of the measured 48 and 94
        ("law of the delay", (3, 2, 1, 0.135)),
        ("price of a nearer visit", (1 / 0.1613, 1 / 0.0317)),
        ("small gap", ((0.1 / 1e-6) ** (1 - 0.17 / 0.195), 5.0e-9)),
        ("one over t", (8000 * 0.0021 / 1e-4, 10)),
        ("why the rest varies", (101, 0.08)),
        ("price of two powers of ten", 43),
        ("plateau", 0.551),
    ],
)
def test_accepts_what_can_be_read_off_the_page(name, answer):
    assert check(name, answer)


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        ("sign condition", 1.27, "too small"),
        ("sign condition", 1.28, "too large"),
        ("where the printed condition breaks", 6.2, "too small"),
        ("where the printed condition breaks", 6.3, "too large"),
        ("plateau", 0.547, "measured"),
        ("noise-free scale", 0.75, "wrong sign (its size is right)"),
        ("two-cycle", (1.25, 0.8), "in another order: first the smaller"),
        ("parameters for each measurement", (23, 0.575, 59, 0.2), "lacks a digit"),
        ("parameters for each measurement", (23, 59), "should be 4 answers"),
        ("half of the entries", (232.5, "no"), "Think again"),
        ("errors at the saddles", (0.8, 1.33), "without use"),
        ("price of dimension", (3.26, 11.4), "not reached its limit"),
        ("price of a small start", (24.16, 46.05), "the flow"),
        ("distance of N from the identity", (467 / 300) ** 0.5, "squared length of the mean"),
        ("price of two powers of ten", 42, "measured"),
    ],
)
def test_tells_apart_what_the_exercise_tells_apart(name, answer, said):
    verdict = check(name, answer)
    assert not verdict
    assert said in verdict.message


# The book


def folds(path):
    """The folded solutions of a notebook: the cells before each, and those in it."""
    cells = nbformat.read(path, as_version=4).cells
    begins = [i for i, cell in enumerate(cells) if "{solution-start}" in cell.source]
    ends = [i for i, cell in enumerate(cells) if "{solution-end}" in cell.source]
    for begin, end in zip(begins, ends, strict=True):
        yield cells[:begin], cells[begin : end + 1]


def named(cells):
    """The names of the exercises that code cells check, in order."""
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    return [name for s in sources for name in re.findall(r"check\(\s*[\"'](.+?)[\"']", s)]


def test_each_chapter_and_its_notebook_name_the_same_exercises():
    in_folds = {
        path.stem: [name for _, cells in folds(path) for name in named(cells)]
        for path in notebooks.BOOK.glob("*.ipynb")
    }
    answered = {
        chapter: sorted(import_module(f"mftutor.exercises.{chapter}").QUESTIONS)
        for chapter in CHAPTERS
    }
    assert answered == {chapter: sorted(names) for chapter, names in in_folds.items() if names}
    assert sum(map(len, answered.values())) == len(QUESTIONS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_there_is_a_place_to_answer_before_each_fold(chapter):
    """One cell with dots for each number, right before the fold, `check` and `hint` imported."""
    for before, fold in folds(notebooks.BOOK / f"{chapter}.ipynb"):
        names = named(fold)
        cells = before[len(before) - len(names) :]
        assert named(cells) == names
        assert all(cell.source.count("...") == len(QUESTIONS[name].labels)
                   for name, cell in zip(names, cells, strict=True))  # fmt: skip
        assert not fold[0].source.startswith("```{exercise}")
        assert "import check, hint" in "".join(cell.source for cell in before)
        texts = [str(cell.outputs) for cell in cells]
        assert all("in place of the" in " ".join(text.split("\\n")) for text in texts)
