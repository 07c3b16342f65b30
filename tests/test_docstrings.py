"""Every public docstring is complete in itself: parameters, fields, results, an example."""

import inspect
import re
from dataclasses import fields, is_dataclass
from functools import cached_property

import pytest
from mftutor_api import is_result
from public_names import OBJECTS

SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


def methods_of(cls):
    """The public functions and properties that a class of ours defines by itself."""
    kinds = (property, cached_property, classmethod, staticmethod)
    return [
        (name, value)
        for name, value in vars(cls).items()
        if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, kinds))
    ]


def documented():
    """(name, object) of public functions and classes, and of the methods of the latter."""
    for name, value in OBJECTS:
        yield name, value
        if inspect.isclass(value):
            yield from ((f"{name}.{method}", function) for method, function in methods_of(value))


def sections(text):
    """The text under each heading of a docstring."""
    parts = SECTION.split(text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def described(text, heading):
    """The names that a section of a docstring describes."""
    lines = sections(text).get(heading, "").splitlines()
    names = [line.partition(" : ")[0] for line in lines if line and not line.startswith(" ")]
    return [name.strip().lstrip("*") for group in names for name in group.split(",")]


def function_of(value):
    """The function behind a method, or None for a property."""
    value = getattr(value, "__func__", value)
    return value if inspect.isfunction(value) else None


def parameters_of(function):
    """The names of its arguments, without the object itself."""
    names = inspect.signature(function).parameters
    return [name for name in names if name not in ("self", "cls")]


def incomplete(name, value):
    """What is missing in a docstring, as text."""
    text = inspect.getdoc(value) or ""
    function = function_of(value)
    if not text:
        return [f"{name} says nothing"]
    asked = parameters_of(function) if function else []
    missing = set(asked) - set(described(text, "Parameters"))
    return [f"{name} does not describe {parameter}" for parameter in sorted(missing)]


def test_every_argument_is_described_where_it_is():
    complaints = [text for pair in documented() for text in incomplete(*pair)]
    assert complaints == []


def test_no_docstring_sends_its_reader_to_another_one_for_its_arguments():
    pattern = re.compile(
        r"(parameters|returns|errors|raises|unit)[a-z, ]*: *as (for|in)", re.IGNORECASE
    )
    assert [
        name for name, value in documented() if pattern.search(inspect.getdoc(value) or "")
    ] == []


@pytest.mark.parametrize(("name", "cls"), [pair for pair in OBJECTS if inspect.isclass(pair[1])])
def test_a_class_describes_each_of_its_fields_once(name, cls):
    """Under Attributes if functions make it, under Parameters if readers do."""
    text = inspect.getdoc(cls)
    assert ("Attributes" in sections(text)) <= is_result(cls), f"{name} is made by its reader"
    found = described(text, "Attributes" if is_result(cls) else "Parameters")
    assert len(set(found)) == len(found)
    if is_dataclass(cls):
        assert {field.name for field in fields(cls)} <= set(found)


def test_every_function_has_an_example():
    without = [
        name
        for name, value in OBJECTS
        if inspect.isfunction(value)
        and ">>> " not in inspect.getdoc(value)
        and not name.startswith(("mftutor.figures", "mftutor.explorers"))
    ]
    assert without == []
