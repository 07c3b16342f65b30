"""How much room an inequality leaves: one number, and where it is smallest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Margin:
    """The least room that an inequality ``smaller ≤ larger`` of non-negative numbers has.

    Attributes
    ----------
    value : float
        ``1 − smaller/larger``, without unit: 1 where the inequality is vacuous, 0 where it
        is an equality, negative where it fails. nan if there was nothing to compare.
    where : tuple of int
        The index of that place in the arrays compared: for what is recorded along a run the
        step comes first.

    Notes
    -----
    Zero on both sides is an equality. A positive number is above zero by ``−inf``.
    """

    value: float
    where: tuple[int, ...] = ()

    def __repr__(self) -> str:
        place = f" at {', '.join(str(i) for i in self.where)}" if self.where else ""
        return f"Margin({self.value:.4g}{place})"

    def holds(self, rounding: float = 0.0) -> bool:
        """Whether the inequality holds; not if nan.

        Parameters
        ----------
        rounding : float, default 0.0
            A relative error that is forgiven.
        """
        return self.value >= -rounding


def worst_margin(smaller: ArrayLike, larger: ArrayLike) -> Margin:
    """Compare two arrays of non-negative numbers, broadcast against each other.

    Parameters
    ----------
    smaller, larger : array_like
        What is claimed to be smaller, and larger, entry by entry. Entries that are nan on
        either side are left out.

    Returns
    -------
    Margin
        nan if nothing is left to compare.

    Raises
    ------
    ValueError
        If one is not an array of real numbers, or their shapes do not fit each other.

    Examples
    --------
    >>> worst_margin([1.0, 3.0, 2.0], 4.0)
    Margin(0.25 at 1)
    >>> worst_margin([1.0, 5.0], 4.0).holds()
    False
    """
    try:
        small, large = np.broadcast_arrays(np.asarray(smaller, float), np.asarray(larger, float))
    except (TypeError, ValueError) as problem:
        raise ValueError(
            f"smaller and larger must be arrays of numbers that fit each other: {problem}"
        ) from None
    # What a run leaves of its noise may be zero, or too small to divide by.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        room = np.where(small == large, 0.0, 1 - small / large)
    room = np.where(np.isnan(small) | np.isnan(large), np.nan, room)
    if room.size == 0 or np.isnan(room).all():
        return Margin(float("nan"))
    place = np.unravel_index(np.nanargmin(room), room.shape)
    return Margin(float(room[place]), tuple(int(i) for i in place))


def weakest(*margins: Margin) -> Margin:
    """The margin of several inequalities together: the smallest that is not nan.

    Examples
    --------
    >>> weakest(Margin(0.5), Margin(0.25, (3,)), Margin(float("nan")))
    Margin(0.25 at 3)
    """
    known = [margin for margin in margins if not np.isnan(margin.value)]
    return min(known, key=lambda margin: margin.value, default=Margin(float("nan")))
