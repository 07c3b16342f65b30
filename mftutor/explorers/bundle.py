"""Join the script's modules into one that a page or a widget can hold.

Node and the type checker take the files in js/ as they are. Here each becomes the body of a
function, called once, after those that it imports from:

    import { number } from "./words.js";        const { number } = $words;
    export function text(…) { … }               function text(…) { … }   return { text };

Only these forms are known, static imports of names and exports of functions and constants, each
at the start of a line; anything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
JS = FOLDER / "js"
KINDS = sorted(path.stem for path in JS.glob("kinds/*.js"))

IMPORT = re.compile(r'^import (\{[^}]*\}) from "(\.[^"]*)";$', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:function|const) (\w+))", re.MULTILINE)
UNKNOWN = re.compile(r"^(?:import|export)\b.*", re.MULTILINE)


@dataclass(frozen=True)
class Module:
    """A module as a function, and the files that it imports from."""

    code: str
    imports: tuple[Path, ...]


@cache
def module(path: Path) -> Module:
    """Read a module.

    Raises
    ------
    ValueError
        If it imports or exports in another way than those above.
    """

    def constant(found: re.Match[str]) -> str:
        names = found[1].replace(" as ", ": ")
        return f"const {names} = {variable((path.parent / found[2]).resolve())};"

    source = path.read_text(encoding="utf-8")
    body = EXPORT.sub("", IMPORT.sub(constant, source))
    if unknown := UNKNOWN.search(body):
        raise ValueError(f"{path.name} must import and export by name, got {unknown[0]!r}")
    exports = ", ".join(EXPORT.findall(source))
    code = f"const {variable(path)} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"
    imports = tuple((path.parent / target).resolve() for _, target in IMPORT.findall(source))
    return Module(code, imports)


def variable(path: Path) -> str:
    """The name that a module has in the joined script, such as $words or $kinds_flow."""
    return "$" + "_".join(path.relative_to(JS).with_suffix("").parts)


def ordered(paths: list[Path], inside: tuple[Path, ...] = ()) -> list[Path]:
    """Return modules and all that they import from, each once and after its own.

    Raises
    ------
    ValueError
        If modules import each other in a circle.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path in inside:
            raise ValueError(f"modules import each other: {', '.join(p.name for p in inside)}")
        found |= dict.fromkeys([*ordered([*module(path).imports], (*inside, path)), path])
    return list(found)


def joined(entry: str, kinds: Iterable[str], last: str) -> str:
    """Return a module and some kinds as one script that ends with a line of its own."""
    paths = [JS / f"kinds/{kind}.js" for kind in kinds] + [JS / f"{entry}.js"]
    return "".join(module(path).code for path in ordered(paths)) + last + "\n"


@cache
def widget_script(kind: str) -> str:
    """Return the script of a live widget, a module that exports what anywidget asks for."""
    return minified(joined("explorer", (kind,), f"export default $explorer.widget($kinds_{kind});"))


@cache
def page_script(*kinds: str) -> str:
    """Return the script that brings the explorers of these kinds on a page alive."""
    table = ", ".join(f"{kind}: $kinds_{kind}" for kind in kinds)
    return minified(joined("page", kinds, f"$page.openPage({{ {table} }});"))


@cache
def page_assets(*kinds: str) -> str:
    """Return the styles, and the script of `page_script`, as elements of a page."""
    style = (FOLDER / "explorer.css").read_text(encoding="utf-8")
    script = f'<script type="module" data-mftutor>{page_script(*kinds)}</script>'
    return f"<style data-mftutor>{style}</style>{script}"


def minified(code: str) -> str:
    """Return a script without its comments and spaces, or as it is if rjsmin is not installed."""
    try:
        import rjsmin
    except ImportError:
        return code
    return str(rjsmin.jsmin(code))
