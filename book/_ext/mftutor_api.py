"""The reference: every public name of the library, from its docstrings, one page a namespace.

A module is public if it declares `__all__`. Its names stand under the module that defines them
and are called as a reader calls them, so a new name appears by itself. A name that the package
takes from one of its wings is described there, and links to it lead there.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
from dataclasses import is_dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.config import Config

import mftutor

PLACE = re.compile(r"<!-- the public names of (mftutor[\w.]*) -->")
PACKAGE = Path(mftutor.__file__).parent


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the steps below with Sphinx."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.autosummary")
    app.setup_extension("sphinx.ext.napoleon")
    app.setup_extension("sphinx.ext.linkcode")
    app.connect("config-inited", link_to_sources)
    app.connect("source-read", write_reference)
    app.connect("autodoc-process-signature", say_how_it_is_made)
    app.connect("autodoc-process-docstring", keep_first_lines_whole, priority=400)
    app.connect("doctree-read", lead_to_public_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def link_to_sources(app: Sphinx, config: Config) -> None:
    """Lead from each name to its lines in the repository, at this version, once there is one."""

    def address(domain: str, info: dict[str, str]) -> str | None:
        repository = config.html_theme_options["repository_url"]
        lines = source_lines(info["module"], info["fullname"]) if repository else None
        return f"{repository}/blob/v{mftutor.__version__}/{lines}" if lines else None

    config.linkcode_resolve = address


def source_lines(module: str, name: str) -> str | None:
    """The file of a function or class, and its lines, as in mftutor/descent.py#L13-L83."""
    value: Any = import_module(module)
    for part in name.split("."):
        value = getattr(value, part, None)
    if not (inspect.isclass(value) or inspect.isfunction(value)):
        return None
    value = inspect.unwrap(value)
    code, first = inspect.getsourcelines(value)
    file = Path(inspect.getfile(value)).relative_to(PACKAGE.parent).as_posix()
    return f"{file}#L{first}-L{first + len(code) - 1}"


def write_reference(app: Sphinx, page: str, source: list[str]) -> None:
    """Put a module's reference where a page asks for it."""
    source[0] = PLACE.sub(lambda place: section(place[1]), source[0])


def lead_to_public_names(app: Sphinx, document: nodes.document) -> None:
    """Let each name of the library lead to its description, however it is called."""
    for reference in document.findall(pending_xref):
        if reference.get("refdomain") == "py":
            found = full_name(reference["reftarget"], reference.get("py:module") or "mftutor")
            if found:
                reference["reftarget"], reference["refspecific"] = found, False


def full_name(target: str, here: str) -> str | None:
    """Where a name is described, as it is called from a module or in a chapter."""
    name = re.sub(r"^(mf|mftutor)\.", "", target)
    for module in [here, *public_modules()]:
        local = name.removeprefix(f"{module.removeprefix('mftutor.')}.")
        if local.partition(".")[0] in own_names(module):
            return f"{module}.{local}"
    return None


def say_how_it_is_made(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str, returns: str
) -> tuple[str, str] | None:
    """Show no arguments for a result, which a function makes, and parameters for an explorer."""
    if what == "class" and is_result(obj):
        return "", ""
    if what == "class" and hasattr(obj, "parameter_names"):
        traits = obj.class_traits()
        values = [f"{name}={traits[name].default_value!r}" for name in obj.parameter_names()]
        return f"({', '.join(['*', *values])})" if values else "", ""
    return None


def is_result(cls: type) -> bool:
    """Whether functions make a class: a record without an `__init__` written by hand.

    What a reader makes checks its arguments there.
    """
    if issubclass(cls, tuple):
        return True
    return is_dataclass(cls) and inspect.unwrap(cls.__init__).__code__.co_filename == "<string>"


def keep_first_lines_whole(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Keep napoleon, which comes later, from reading "a: b" in a property as type and text."""
    if what in ("property", "attribute"):
        lines[:0] = ["..", ""]  # an empty comment, without a colon


@cache
def own_names(module: str) -> frozenset[str]:
    """The names that are described with a module."""
    return frozenset(name for names in names_by_origin(module).values() for name in names)


@cache
def public_modules(package: str = "mftutor") -> list[str]:
    """Names of the modules that declare `__all__`, the package itself first."""
    found = pkgutil.walk_packages(import_module(package).__path__, f"{package}.")
    names = [package, *sorted(module.name for module in found)]
    return [name for name in names if hasattr(import_module(name), "__all__")]


def names_by_origin(module: str) -> dict[str, list[str]]:
    """The names that a public module has of its own, under the modules that define them."""
    origins: dict[str, list[str]] = {}
    namespace = import_module(module)
    others = [other for other in public_modules() if len(other) > len(module)]
    for name in sorted(namespace.__all__):
        value = getattr(namespace, name)
        origin = getattr(value, "__module__", module)
        if not inspect.ismodule(value) and not any(
            f"{origin}.".startswith(f"{o}.") for o in others
        ):
            origins.setdefault(origin, []).append(name)
    return dict(sorted(origins.items()))


def section(module: str) -> str:
    """Return one module's part of the page, as MyST Markdown: a table, then every name."""
    origins = names_by_origin(module)
    names = [f"   {name}" for names in origins.values() for name in names]
    table = rest(".. autosummary::", "   :nosignatures:", "", *names)
    parts = [f"## {module}", rest(f".. automodule:: {module}"), table]
    for origin, defined in origins.items():
        if origin != module:
            about = inspect.getdoc(import_module(origin)) or ""
            parts.append(f"### {origin.removeprefix(f'{module}.')}")
            parts.append(rest(f".. py:currentmodule:: {module}", "", about))
        parts += [rest(*documented(module, name)) for name in defined]
    return "\n\n".join(parts)


def documented(module: str, name: str) -> list[str]:
    """The directive, as lines, that documents a public name."""
    value = getattr(import_module(module), name)
    if inspect.isclass(value):
        foreign = [base.__name__ for base in value.__mro__[1:] if not is_hidden(base)]
        inherited = f"   :inherited-members: {', '.join(foreign)}"
        return [f".. autoclass:: {module}.{name}", "   :members:", inherited]
    kind = "autofunction" if inspect.isroutine(value) else "autodata"
    return [f".. {kind}:: {module}.{name}"]


def is_hidden(base: type) -> bool:
    """Whether a base class is ours but not public, so that its members belong to its heirs."""
    public = [
        getattr(import_module(m), n) for m in public_modules() for n in import_module(m).__all__
    ]
    return base.__module__.startswith("mftutor") and base not in public


def rest(*lines: str) -> str:
    """Lines of reStructuredText inside MyST Markdown."""
    return "\n".join(["```{eval-rst}", *lines, "```"])
