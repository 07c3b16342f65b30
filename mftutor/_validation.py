"""Checks of user input, in one place, so that every refusal reads alike.

Each message names the argument, the value that was given and what is allowed.
"""

from __future__ import annotations

import math
import sys
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

# Fourth powers of numbers of such sizes, and sums of thousands of them, stay within the floats: no
# formula behind these checks needs to guard against overflow.
SMALLEST, LARGEST = 1e-60, 1e60


def real_array(name: str, value: ArrayLike, shape: tuple[int | str, ...]) -> FloatArray:
    """Return a float64 copy of `value`, refusing what is not finite, real and of `shape`.

    A string in `shape` stands for any length and is used in the message. Refused is also an array
    whose largest entry, in absolute value, is outside `SMALLEST` to `LARGEST`, unless all are zero.
    """
    try:
        array = np.asarray(value)
    except ValueError as problem:  # ragged nested lists
        raise ValueError(f"{name} must be a rectangular array of numbers: {problem}") from None
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must hold real numbers, got values of type {array.dtype}")
    fits = array.ndim == len(shape) and all(
        isinstance(want, str) or want == have for want, have in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = "(" + ", ".join(str(n) for n in shape) + ("," if len(shape) == 1 else "") + ")"
        raise ValueError(f"{name} must have shape {wanted}, got {array.shape}")
    with np.errstate(over="ignore"):  # a long double may exceed float64: refused below
        array = np.array(array, dtype=np.float64)
    bad = np.argwhere(~np.isfinite(array))
    if bad.size:
        where = ", ".join(str(i) for i in bad[0])
        raise ValueError(f"{name} must be finite, got {name}[{where}] = {array[tuple(bad[0])]}")
    largest = float(np.abs(array).max(initial=0.0))
    if largest and not SMALLEST <= largest <= LARGEST:
        raise ValueError(
            f"{name} must have a largest entry from {SMALLEST:g} to {LARGEST:g} in absolute value "
            f"(change the units), got {largest:g}"
        )
    return array


def real_number(
    name: str, value: Any, *, zero_allowed: bool = False, any_size: bool = False
) -> float:
    """Return `value` as a float, refusing what is not positive (or zero) and of a usual size.

    Of any size may be what is not raised to powers, but divided by or taken the logarithm of.
    """
    is_number = isinstance(value, (int, float, np.integer, np.floating, np.ndarray))
    if is_number and not isinstance(value, int):
        is_number = np.ndim(value) == 0 and np.asarray(value).dtype.kind in "iuf"
    is_number = is_number and not isinstance(value, bool) and abs(value) < sys.float_info.max
    number = float(value) if is_number else math.nan
    if not math.isfinite(number) or number < 0 or (number == 0 and not zero_allowed):
        allowed = "a finite number >= 0" if zero_allowed else "a finite number > 0"
        raise ValueError(f"{name} must be {allowed}, got {value!r}")
    if number and not any_size and not SMALLEST <= number <= LARGEST:
        zero = "0 or " if zero_allowed else ""
        raise ValueError(
            f"{name} must be {zero}from {SMALLEST:g} to {LARGEST:g} (change the units), "
            f"got {value!r}"
        )
    return number


def checked_scale(value: Any, dimension: int) -> float:
    """Return an initialization scale ϖ as a float: 0, or such that draws are of usual size."""
    size = real_number("scale", value, zero_allowed=True)
    least, most = SMALLEST * math.sqrt(dimension), LARGEST / 10
    if size and not least <= size <= most:
        raise ValueError(f"scale must be 0 or from {least:.3g} to {most:g}, got {value!r}")
    return size


def checked_step_size(value: Any, largest_eigenvalue: float) -> float:
    """Return a step size η as a float, refusing ``ηλ₁ > 1e30``: one step would leave the floats."""
    eta = real_number("step_size", value)
    if eta * largest_eigenvalue > 1e30:
        raise ValueError(
            f"step_size must be at most 1e30/λ₁ = {1e30 / largest_eigenvalue:.3g}, got {value!r}"
        )
    return eta


def integer(name: str, value: Any, minimum: int, maximum: int | None = None) -> int:
    """Return `value` as an int, refusing other types and values outside the range."""
    is_integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_integer or value < minimum or (maximum is not None and value > maximum):
        allowed = f">= {minimum}" if maximum is None else f"from {minimum} to {maximum}"
        raise ValueError(f"{name} must be an integer {allowed}, got {value!r}")
    return int(value)


def integers(name: str, values: Any, minimum: int) -> tuple[int, ...]:
    """Return `values` as a tuple of ints, refusing none at all and what `integer` refuses."""
    if not np.iterable(values):
        raise ValueError(f"{name} must be a sequence of integers >= {minimum}, got {values!r}")
    found = tuple(integer(name, value, minimum) for value in values)
    if not found:
        raise ValueError(f"{name} must hold at least one number, got none")
    return found


def random_generator(seed: Any) -> np.random.Generator:
    """Return `seed` itself if it is a NumPy Generator, else a new one seeded with the int."""
    if isinstance(seed, np.random.Generator):
        return seed
    if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed must be an int >= 0 or a numpy Generator, got {seed!r}")
    return np.random.default_rng(seed)
