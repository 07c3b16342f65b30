"""The parameters of explorers: traits that check their values and say how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets


class Slider(traitlets.Float):  # type: ignore[type-arg]
    """A finite number within a range, shown as a slider; `log` spaces it by its logarithm."""

    def __init__(
        self,
        default: float,
        low: float,
        high: float,
        *,
        step: float,
        log: bool = False,
        **text: str,
    ) -> None:
        super().__init__(default, min=low, max=high)
        kind = "log" if log else "range"
        self.tag(sync=True, control={"type": kind, "min": low, "max": high, "step": step, **text})

    def validate(self, obj: Any, value: Any) -> float:
        """Refuse what is out of range, and nan, which no comparison would."""
        return super().validate(obj, _within(self, _plain(self, value), "a number"))


class GridSlider(Slider):
    """A slider over a few positive numbers, spaced by their logarithm; others become the nearest.

    `step` is the distance of the numbers as powers of ten.
    """

    def __init__(self, default: float, grid: Sequence[float], *, step: float, **text: str) -> None:
        super().__init__(default, min(grid), max(grid), step=step, log=True, **text)
        self.grid = list(grid)
        self.metadata["control"]["grid"] = self.grid

    def validate(self, obj: Any, value: Any) -> float:
        """Refuse what is out of range, and take the nearest number of the grid."""
        number = super().validate(obj, value)
        return min(self.grid, key=lambda other: abs(np.log(other / number)))


class TimeSlider(traitlets.Int):  # type: ignore[type-arg]
    """The step that is looked at, from 0; a picture with fewer steps shows its last one."""

    def __init__(self, default: int, high: int, **text: str) -> None:
        super().__init__(default, min=0, max=high)
        control = {"type": "time", "min": 0, "max": high, "step": 1, "integer": True, **text}
        self.tag(sync=True, control=control)

    def validate(self, obj: Any, value: Any) -> int:
        """Refuse what is out of range."""
        return super().validate(obj, _within(self, _plain(self, value), "an integer"))


class Choice(traitlets.Enum):  # type: ignore[type-arg]
    """One of a few numbers, shown as a menu."""

    def __init__(self, default: int, options: list[int], **text: str) -> None:
        super().__init__(options, default_value=default)
        self.tag(sync=True, control={"type": "select", "options": options, **text})

    def validate(self, obj: Any, value: Any) -> int:
        """Refuse what is not an option."""
        return super().validate(obj, _plain(self, value))


def _plain(trait: Any, value: Any) -> Any:
    """The value as a Python number if it is NumPy's; a truth value is refused."""
    if isinstance(value, (bool, np.bool_)):
        raise traitlets.TraitError(f"{trait.name} must be a number, got {value}")
    return value.item() if isinstance(value, np.generic) else value


def _within(trait: Any, value: Any, what: str) -> Any:
    """The value, refused if it is a number outside the trait's range."""
    if isinstance(value, (int, float)) and not trait.min <= value <= trait.max:
        raise traitlets.TraitError(
            f"{trait.name} must be {what} from {trait.min} to {trait.max}, got {value}"
        )
    return value
