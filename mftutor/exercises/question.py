"""What an exercise asks: its right numbers, and what is said of wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """A question with a number, or a few, for an answer.

    Parameters
    ----------
    expected : callable
        Computes the right numbers.
    look_at : str
        Completes "Look at …".
    hint : str
    relative_tolerance : float
        How far off still counts as right; zero has to be met exactly.
    labels : tuple of str
        What the numbers are called, one each.
    mistakes : tuple of (float, str)
        Numbers often given, and what went wrong with them.
    """

    expected: Callable[[], float | tuple[float, ...]]
    look_at: str
    hint: str
    relative_tolerance: float = 0.01
    labels: tuple[str, ...] = ("your answer",)
    mistakes: tuple[tuple[float, str], ...] = ()
