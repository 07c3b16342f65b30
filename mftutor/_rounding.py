"""What rounding may decide: how large it is, and what a theorem's limit means in floats."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

EPS = float(np.finfo(float).eps)


def at_most(value: Any, limit: float) -> np.bool_ | NDArray[np.bool_]:
    """Whether ``value ≤ limit``, as a theorem asks of a step size or a norm.

    What lies on the boundary satisfies it, however it was rounded.

    Examples
    --------
    >>> 0.1 + 0.2 <= 0.3, bool(at_most(0.1 + 0.2, 0.3))
    (False, True)
    """
    return np.less_equal(value, limit * (1 + 8 * EPS))
