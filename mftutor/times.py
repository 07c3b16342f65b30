"""When something happens for good."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mftutor._validation import FloatArray


def first_for_good(holds: NDArray[np.bool_]) -> FloatArray:
    """Return the first t from which a statement holds up to the end, for each of some.

    Parameters
    ----------
    holds : ndarray of bool, shape (T + 1, ...)
        Whether each statement holds at each step.

    Returns
    -------
    ndarray, shape (...)
        Numbers of steps as floats; nan where it does not hold at the end.

    Examples
    --------
    >>> first_for_good(np.array([[True, False], [False, True], [True, False]]))
    array([ 2., nan])
    """
    fails = ~holds
    first = np.where(fails.any(axis=0), len(holds) - fails[::-1].argmax(axis=0), 0)
    return np.where(first < len(holds), first, np.nan)
