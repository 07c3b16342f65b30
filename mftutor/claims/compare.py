"""Margins of what is not one inequality: of an equality, of a region."""

from __future__ import annotations

from numpy.typing import ArrayLike

from mftutor.regions import Membership
from mftutor.theory.margin import Margin, weakest, worst_margin


def equal(one: ArrayLike, other: ArrayLike) -> Margin:
    """The margin of an equality of non-negative numbers: 0, or negative.

    >>> equal([1.0, 2.0], [1.0, 2.0])
    Margin(0 at 0)
    >>> equal([1.0, 2.0], [1.0, 4.0])
    Margin(-1 at 1)
    """
    return weakest(worst_margin(one, other), worst_margin(other, one))


def inside(membership: Membership) -> Margin:
    """The margin of all the inequalities of a region, each relative to its limit.

    >>> from mftutor import Problem, benign_region
    >>> inside(benign_region(Problem([1.0, 0.5, 0.3], 1), [[1.0], [0.0], [0.0]]))
    Margin(0.5)
    """
    rooms = []
    for name, value in membership.values.items():
        room = membership.margins[name]
        if name == "signal":  # bounded from below
            rooms.append(worst_margin(value - room, value))
        else:
            rooms.append(worst_margin(value, value + room))
    return weakest(*rooms)
