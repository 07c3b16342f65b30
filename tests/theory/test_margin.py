"""Margins: the least room of an inequality, and where it is."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import assert_refused

from mftutor.theory.margin import Margin, worst_margin

NUMBERS = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=8)


@given(NUMBERS)
def test_a_margin_holds_exactly_where_the_inequality_does(pairs):
    smaller, larger = np.array(pairs).T
    assert worst_margin(smaller, larger).holds() == bool((smaller <= larger).all())


@given(NUMBERS)
def test_it_says_where(pairs):
    smaller, larger = np.array(pairs).T
    found = worst_margin(smaller, larger)
    (place,) = found.where
    assert worst_margin(smaller[place], larger[place]).value == found.value


def test_equality_vacuity_and_failure():
    assert worst_margin(2.0, 2.0) == Margin(0.0, ())
    assert worst_margin(0.0, 0.0).value == 0
    assert worst_margin(0.0, 3.0).value == 1
    assert worst_margin(3.0, 0.0).value == -math.inf
    assert worst_margin(3.0, math.inf).value == 1


def test_what_is_not_known_is_left_out():
    assert worst_margin([math.nan, 1.0], [1.0, 4.0]) == Margin(0.75, (1,))
    nothing = worst_margin([math.nan], [1.0])
    assert math.isnan(nothing.value)
    assert not nothing.holds()
    assert not worst_margin([], []).holds()


@pytest.mark.parametrize("pair", [("a", 1.0), (1j, 1.0), ([1, [2]], 1.0), ([1, 2], [1, 2, 3])])
def test_what_cannot_be_compared_is_refused(pair):
    assert_refused(lambda: worst_margin(*pair), "smaller and larger")


def test_rounding_is_forgiven_when_asked():
    assert not worst_margin(1 + 1e-12, 1.0).holds()
    assert worst_margin(1 + 1e-12, 1.0).holds(rounding=1e-11)
