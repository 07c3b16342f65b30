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
from typing import Any, ClassVar

import anywidget
import matplotlib
import traitlets
from matplotlib.figure import Figure

from mftutor.explorers.bundle import FOLDER, page_assets, widget_script


class Explorer(anywidget.AnyWidget):
    """A picture with controls; subclasses declare parameters and compute in Python.

    A subclass sets `KIND`, the name of its counterpart in js/kinds/, and `TITLE`, declares
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

    _css = FOLDER / "explorer.css"
    kind = traitlets.Unicode(read_only=True).tag(sync=True)
    title = traitlets.Unicode(read_only=True).tag(sync=True)
    controls: traitlets.List[dict[str, Any]] = traitlets.List(read_only=True).tag(sync=True)
    data = traitlets.Dict(read_only=True).tag(sync=True)

    KIND: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    # How far `full_table` may be from `table`, relative to the largest value so far, or to 1.
    FULL_TOLERANCE: ClassVar[float] = 1e-10

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # Traits that are added to an explorer make a class of its own, without another kind.
        if "KIND" in vars(cls):
            cls._esm = widget_script(cls.KIND)

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


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    # Text as text, a third of the size; ids that are the same each time.
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "mftutor"}):
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()
