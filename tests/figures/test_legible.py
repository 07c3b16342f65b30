"""The figures' one style works in print, in the dark and without colour.

Each figure drawn in a test is held to `legibility` by a fixture; here, that what is hard to read
is noticed.
"""

import matplotlib.style
import pytest
from legibility import complaints, contrast, lightness
from matplotlib.figure import Figure

from mftutor.figures.style import STYLE


def test_lightness_and_contrast_are_the_standard_ones():
    assert contrast("black") == pytest.approx(21)
    assert contrast("white") == pytest.approx(1)
    assert lightness("white") == pytest.approx(100)
    assert lightness("#777777") == pytest.approx(50.03, abs=0.01)
    assert contrast("#777777") == pytest.approx(4.48, abs=0.01)


@pytest.fixture
def bad():
    """A figure with nothing wrong yet."""
    with matplotlib.style.context(["default", STYLE]):
        figure = Figure()
        axes = figure.subplots()
        axes.plot([1, 2], label="one")
        axes.plot([2, 1], label="two")
    assert complaints(figure) == []
    return axes


def found(axes):
    (text,) = complaints(axes.figure)
    return text


def test_lines_that_differ_in_hue_alone_are_noticed(bad):
    bad.get_lines()[1].set_linestyle("-")
    assert "'one' and 'two' differ in hue alone" in found(bad)


def test_a_lighter_line_is_told_apart(bad):
    bad.get_lines()[0].set_color("black")
    bad.get_lines()[1].set_linestyle("-")
    assert complaints(bad.figure) == []


def test_a_faint_line_is_noticed(bad):
    bad.get_lines()[0].set_color("#cccccc")
    assert "line 'one' is too faint" in found(bad)


def test_a_faint_word_is_noticed(bad):
    bad.text(0, 0, "pale", color="#999999")
    assert "'pale' is too faint" in found(bad)


def test_histograms_that_differ_in_hue_alone_are_noticed(bad):
    bad.hist([1, 2], color="#0072B2")
    bad.hist([1, 2], color="#A0528A")
    assert "differ in hue alone" in found(bad)


@pytest.mark.parametrize("part", ["figure", "patch"])
def test_a_background_that_is_not_white_is_noticed(bad, part):
    getattr(bad, part).set_facecolor("none")
    assert "white" in found(bad)
