"""What an exercise asks: its right numbers, and what is said of other ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """A number that is often given, and what is said of it.

    Parameters
    ----------
    value : float
    said : str
        A sentence.
    place : int
        Which of the question's numbers it is given for, from 0.
    """

    value: float
    said: str
    place: int = 0


@dataclass(frozen=True)
class Question:
    """A question with a number, or a few, for an answer.

    Parameters
    ----------
    expected : callable
        Computes the right numbers; 1 stands for yes and 0 for no.
    look_at : str
        Completes "Look at …".
    hint : str
    relative_tolerance : float or tuple of float
        How far off still counts as right, for all numbers or one each; zero has to be met
        exactly.
    labels : tuple of str
        What the numbers are called, one each. One that ends with a question mark is
        answered by yes or no.
    exact : tuple of str
        The right numbers in words, one each, if they are known exactly.
    mistakes : tuple of Remark
        What went wrong.
    accepted : tuple of Remark
        What counts as right, too, and why.
    """

    expected: Callable[[], float | tuple[float, ...]]
    look_at: str
    hint: str
    relative_tolerance: float | tuple[float, ...] = 0.001
    labels: tuple[str, ...] = ("your answer",)
    exact: tuple[str, ...] = ()
    mistakes: tuple[Remark, ...] = ()
    accepted: tuple[Remark, ...] = ()
