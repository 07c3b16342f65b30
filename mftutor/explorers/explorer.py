"""The base of all explorers: one widget class with two faces.

With a kernel an explorer is an ipywidget: its parameters are traits, kept in step with the
picture both ways. Without one it is a piece of HTML that holds the same state, a static
picture, and the same JavaScript, which brings the piece alive when the page loads.
"""

from __future__ import annotations

import base64
import html
import io
import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import matplotlib
import numpy as np
import traitlets
from matplotlib.figure import Figure

FOLDER = Path(__file__).parent
KINDS = sorted(path.stem for path in FOLDER.glob("kinds/*.js"))


def script(kinds: Iterable[str]) -> str:
    """Return the JavaScript of explorers of those kinds, a module that exports `render`."""
    parts = ["numerics", *(f"kinds/{kind}" for kind in kinds), "explorer"]
    return "\n".join((FOLDER / f"{part}.js").read_text(encoding="utf-8") for part in parts)


# Up to this ηλ₁ two roundings of one run stay together; beyond, only a few steps are shown.
TRUSTED_LIMIT, UNTRUSTED_STEPS = 0.9, 24


def trust_data() -> dict[str, float]:
    """The limits above, as the page of an explorer of runs needs them."""
    return {"trusted_limit": TRUSTED_LIMIT, "untrusted_steps": UNTRUSTED_STEPS}


def run_verdict(diverged_at: int | None, *, trusted: bool) -> str:
    """Return "diverged at t", "not settled" or "computed": how a run ends."""
    if diverged_at is not None:
        return f"diverged at {diverged_at}"
    return "computed" if trusted else "not settled"


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


class Explorer(anywidget.AnyWidget):
    """A picture with controls; subclasses declare parameters and compute in Python.

    A subclass sets `KIND`, the name of its counterpart in kinds/KIND.js, and `TITLE`, declares
    its parameters as `Slider`, `Choice` and `TimeSlider` traits, and defines `page_data`,
    `table`, `verdict`, `picture` and `alternative`.

    Raises
    ------
    traitlets.TraitError
        If a parameter is set to something outside its range; the message names the
        parameter, the value and what is allowed.
    TypeError
        If the constructor is given a parameter that there is not.
    """

    _esm = script(KINDS)
    _css = FOLDER / "explorer.css"
    kind = traitlets.Unicode(read_only=True).tag(sync=True)
    title = traitlets.Unicode(read_only=True).tag(sync=True)
    controls: traitlets.List[dict[str, Any]] = traitlets.List(read_only=True).tag(sync=True)
    data = traitlets.Dict(read_only=True).tag(sync=True)

    KIND: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    # How far `full_table` may be from `table`, relative to the largest value so far, or to 1.
    FULL_TOLERANCE: ClassVar[float] = 1e-10

    def __init__(self, **parameters: float) -> None:
        unknown = sorted(set(parameters) - set(self.parameter_names()))
        if unknown:
            allowed = ", ".join(self.parameter_names())
            raise TypeError(f"unknown parameter {unknown[0]!r}; allowed are {allowed}")
        super().__init__(**parameters)
        self.set_trait("kind", self.KIND)
        self.set_trait("title", self.TITLE)
        self.set_trait("data", self.page_data())
        # What Reset returns to is the state asked for here.
        self.set_trait(
            "controls",
            [
                {
                    "name": name,
                    "default": getattr(self, name),
                    **self.traits()[name].metadata["control"],
                }
                for name in self.parameter_names()
            ],
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v:g}' for k, v in self.state.items())})"

    @classmethod
    def parameter_names(cls) -> list[str]:
        """Names of the parameters, in the order of the controls."""
        found = {name for name, t in cls.class_traits().items() if "control" in t.metadata}
        declared = [name for base in reversed(cls.__mro__) for name in vars(base)]
        return [name for name in declared if name in found]

    @property
    def state(self) -> dict[str, float]:
        """The value of each parameter."""
        return {name: getattr(self, name) for name in self.parameter_names()}

    def page_data(self) -> dict[str, Any]:
        """Everything the JavaScript needs besides the state, as JSON types."""
        return {}

    def table(self) -> dict[str, Any]:
        """Return the numbers behind the picture, as NumPy computes them, by column."""
        return {}

    def full_table(self) -> dict[str, Any]:
        """Return the same table from the problem that the page's computation stands for."""
        return self.table()

    def scalars(self) -> dict[str, float | None]:
        """Return the single numbers shown that are derived from the table; None if undefined."""
        return {}

    def verdict(self) -> str:
        """Say in a word or two how the computation ends, where its numbers cannot be trusted."""
        return "computed"

    def picture(self) -> Figure:
        """The static picture of the state, for where no script runs."""
        return Figure()

    def alternative(self) -> str:
        """The static picture in words."""
        return ""

    def page(self) -> str:
        """Return the face without a kernel: state, static picture, styles and script."""
        state = {"kind": self.kind, "title": self.title, "controls": self.controls}
        content = json.dumps({**state, "data": self.data, **self.state}, allow_nan=False)
        content = content.replace("<", "\\u003c")  # an unescaped < could close the script
        picture = base64.b64encode(_svg(self.picture())).decode()
        words = self.alternative()
        if self.verdict() == "not settled":  # numbers of such a run depend on rounding
            words = f"{self.title}: the first steps of a run that overshoots and does not settle."
        return (
            f'<mftutor-explorer class="mftutor-explorer" data-kind="{self.kind}">'
            f'<script type="application/json">{content}</script>'
            f'<img alt="{html.escape(words)}" '
            f'src="data:image/svg+xml;base64,{picture}"></mftutor-explorer>{page_assets(self.kind)}'
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        return {**bundle, "text/plain": repr(self), "text/html": self.page()}, metadata


@cache
def page_assets(kind: str, *others: str) -> str:
    """Return the styles, and the script that brings explorers of those kinds alive."""
    style = (FOLDER / "explorer.css").read_text(encoding="utf-8")
    standalone = (FOLDER / "standalone.js").read_text(encoding="utf-8")
    module = script([kind, *others]).replace("export default { render };", standalone)
    return (
        f'<style data-mftutor>{style}</style><script type="module" data-mftutor>{module}</script>'
    )


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    # Text as text, a third of the size; ids that are the same each time.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "mftutor"}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
