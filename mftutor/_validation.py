"""Checks of user input, in one place, so that every refusal reads alike.

Each message names the argument, the value that was given and what is allowed.
"""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache, wraps
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])

# Fourth powers of numbers of such sizes, and sums of thousands of them, stay within the floats: no
# formula behind these checks needs to guard against overflow.
SMALLEST, LARGEST = 1e-60, 1e60
# More of anything that is counted would take longer than anybody waits.
MOST = 10**12


def real_array(
    name: str, value: ArrayLike, shape: tuple[int | str, ...], *, nan_allowed: bool = False
) -> FloatArray:
    """Return a float64 copy of `value`, refusing what is not finite, real and of `shape`.

    A string in `shape` stands for any length and is used in the message. Refused is also an array
    whose largest entry, in absolute value, is outside `SMALLEST` to `LARGEST`, unless all are zero;
    and one with masked entries, which NumPy would use as if they were not.
    """
    if np.ma.is_masked(value):
        raise ValueError(f"{name} must not have masked entries: fill or drop them")
    if hasattr(value, "toarray"):
        raise ValueError(f"{name} must be dense, got {type(value).__name__}: use .toarray()")
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
        array = np.array(array, dtype=np.float64, order="C")
    bad = np.argwhere(np.isinf(array) if nan_allowed else ~np.isfinite(array))
    if bad.size:
        where = ", ".join(str(i) for i in bad[0])
        raise ValueError(f"{name} must be finite, got {name}[{where}] = {array[tuple(bad[0])]}")
    largest = float(np.fmax.reduce(np.abs(array), axis=None, initial=0.0))
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
            f"step_size must be at most {1e30 / largest_eigenvalue:.3g} = 1e30/lambda_1, "
            f"got {value!r}"
        )
    return eta


def integer(name: str, value: Any, minimum: int, maximum: int | None = MOST) -> int:
    """Return `value` as an int, refusing other types and values outside the range."""
    is_integer = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    too_large = is_integer and maximum is not None and value > maximum
    if not is_integer or value < minimum or too_large:
        is_range = too_large or maximum not in (None, MOST)
        allowed = f"from {minimum} to {maximum}" if is_range else f">= {minimum}"
        raise ValueError(f"{name} must be an integer {allowed}, got {shown(value)}")
    return int(value)


def integers(name: str, values: Any, minimum: int, maximum: int | None = MOST) -> tuple[int, ...]:
    """Return `values` as a tuple of ints, refusing none at all and what `integer` refuses."""
    if not np.iterable(values):
        raise ValueError(f"{name} must be a sequence of integers >= {minimum}, got {shown(values)}")
    found = tuple(integer(name, value, minimum, maximum) for value in values)
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


def typed(callee: F) -> F:
    """Check the arguments whose annotation names a class of ours, before the call.

    These are those like `problem` or `run`, also lists and dicts; another object there would end
    in an AttributeError deep inside. Numbers and arrays are left to the checks above. A decorator
    of functions, and of classes for their constructor.

    Raises
    ------
    TypeError
        When called: names the argument, what is allowed and what was given.
    ValueError
        When called with an empty dict where entries of ours are needed.
    """
    if isinstance(callee, type):
        callee.__init__ = typed(callee.__init__)  # type: ignore[misc]
        return callee
    names = list(inspect.signature(callee).parameters)

    @cache  # on the first call, when all classes that annotations name have been defined
    def wanted() -> list[tuple[int, str, Any]]:
        hints = get_type_hints(callee)
        return [(i, name, hints[name]) for i, name in enumerate(names) if _is_ours(hints.get(name))]

    @wraps(callee)
    def checked(*args: Any, **kwargs: Any) -> Any:
        for i, name, hint in wanted():
            if i < len(args):
                _check(name, args[i], hint)
            elif name in kwargs:
                _check(name, kwargs[name], hint)
        return callee(*args, **kwargs)

    return cast(F, checked)


def shown(value: Any, length: int = 60) -> str:
    """At most so many characters of a value's repr, on one line."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # of an object of any kind
        text = f"something of type {type(value).__name__}"
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _is_ours(hint: Any) -> bool:
    """Whether an annotation is a mapping, or of classes of ours or executors and nothing else."""
    if isinstance(hint, type) and not get_args(hint):
        return hint.__module__.startswith(("mftutor.", "concurrent."))
    if get_origin(hint) in (Union, UnionType):
        return all(part is type(None) or _is_ours(part) for part in get_args(hint))
    if get_origin(hint) is Mapping:
        return True
    return get_origin(hint) is Sequence and _is_ours(get_args(hint)[0])


def _check(name: str, value: Any, hint: Any) -> None:
    if not _fits(value, hint):
        given = f"{shown(value)} ({type(value).__name__})"
        raise TypeError(f"{name} must be {_words(hint)}, got {given}")
    if isinstance(value, Mapping) and not value and _is_ours(get_args(hint)[-1]):
        raise ValueError(f"{name} must hold at least one entry, got none")


def _fits(value: Any, hint: Any) -> bool:
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, part) for part in get_args(hint))
    if get_origin(hint) is Mapping:
        item = get_args(hint)[-1]
        ours = _is_ours(item)
        return isinstance(value, Mapping) and (
            not ours or all(_fits(each, item) for each in value.values())
        )
    if get_origin(hint) is Sequence:
        return isinstance(value, Sequence) and all(_fits(each, get_args(hint)[0]) for each in value)
    return isinstance(value, hint)


def _words(hint: Any) -> str:
    """What is allowed, as words."""
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_words(part) for part in get_args(hint))
    if get_origin(hint) in (Mapping, Sequence):
        kind = "dict" if get_origin(hint) is Mapping else "list"
        item = get_args(hint)[-1]
        return f"a {kind} of {_public_name(item)}" if _is_ours(item) else f"a {kind}"
    return "None" if hint is type(None) else f"a {_public_name(hint)}"


def _public_name(cls: type) -> str:
    """Where a class is found by the shortest way, such as ``mftutor.sensing.Problem``."""
    parts = cls.__module__.split(".")
    for n in range(1, len(parts)):
        module = ".".join(parts[:n])
        if getattr(sys.modules.get(module), cls.__name__, None) is cls:
            return f"{module}.{cls.__name__}"
    return f"{cls.__module__}.{cls.__name__}"
