"""What claims compare besides one inequality: an equality, a region, how long something takes."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from mftutor.claims.instances import Instance
from mftutor.regions import Membership
from mftutor.theory.margin import Margin, weakest, worst_margin
from mftutor.trajectory import first_for_good


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


def steps_until(values: ArrayLike, level: float) -> float:
    """The step from which a sequence is at most the level, for good; inf if it never is.

    >>> steps_until([3.0, 0.5, 2.0, 1.0, 0.5], 1.0), steps_until([3.0, 2.0], 1.0)
    (3.0, inf)
    """
    step = float(first_for_good(np.asarray(values) <= level))
    return math.inf if math.isnan(step) else step


def falls_at(case: Instance, values: ArrayLike, factor: float) -> Margin:
    """Whether values fall from λ₁/100 to λ₁/1,000,000 by a factor in each step, or faster.

    The margin of the number of steps with what the factor takes; nan if the run is too short.
    """
    largest = case.problem.eigenvalues[0]
    first, last = (steps_until(values, part * largest) for part in (1e-2, 1e-6))
    granted = math.log(1e-4) / math.log(factor)
    return worst_margin(last - first if last < math.inf else math.nan, granted)
