"""The reference page has every public name, nothing inherited from elsewhere, and no raw markup."""

import dataclasses
import importlib
import inspect
import typing
from functools import cached_property
from types import SimpleNamespace

import anywidget
import mftutor_api
import pytest
from built_book import HTML, ROOT, parsed

import mftutor
import mftutor.checks
import mftutor.explorers
import mftutor.figures

PAGE = HTML / "book" / "api.html"
# Named here and not by the page's own machinery, which must find these and may find more.
MODULES = [mftutor, mftutor.figures, mftutor.explorers, mftutor.checks]
FOUND = [importlib.import_module(name) for name in mftutor_api.public_modules()]
PUBLIC = [
    (module, name)
    for module in FOUND
    for name in module.__all__
    if not inspect.ismodule(getattr(module, name))
]
VALUES = {f"{module.__name__}.{name}": getattr(module, name) for module, name in PUBLIC}


@pytest.fixture(scope="module")
def entries():
    """The documented things, by the id that links to them lead to."""
    return {tag["id"]: tag for tag in parsed(PAGE).select("article dt.sig[id]")}


def members(cls):
    """Names of the methods and properties that a class of ours defines, public or inherited."""
    ours = [base for base in cls.__mro__ if base.__module__.startswith("mftutor")]
    # An explorer's page-wide members are described once, with Explorer.
    own = [base for base in ours if base is cls or base not in VALUES.values()]
    kinds = (property, cached_property, classmethod, staticmethod)
    return {
        name
        for base in own
        for name, value in vars(base).items()
        if not name.startswith("_") and (isinstance(value, kinds) or inspect.isfunction(value))
    }


def test_every_public_module_is_found():
    assert set(MODULES) <= set(FOUND)
    named = [getattr(module, name) for module in FOUND for name in module.__all__]
    assert [value for value in named if inspect.ismodule(value) and value not in FOUND] == []


def test_every_public_name_is_there_with_every_member(entries):
    assert len(VALUES) > 50
    classes = {name: value for name, value in VALUES.items() if inspect.isclass(value)}
    inner = [f"{name}.{member}" for name, cls in classes.items() for member in members(cls)]
    assert [name for name in [*VALUES, *inner] if name not in entries] == []


def test_every_example_is_shown(entries):
    missing = []
    for name, value in VALUES.items():
        lines = [line.strip() for line in (inspect.getdoc(value) or "").splitlines()]
        examples = [line for line in lines if line.startswith(">>> ")]
        if examples:
            shown = entries[name].find_next_sibling("dd").get_text()
            missing += [f"{name}: {example}" for example in examples if example not in shown]
    assert missing == []


def test_what_is_returned_is_public_too():
    hidden = []
    for name, value in VALUES.items():
        if inspect.isfunction(value):
            returned = typing.get_type_hints(value).get("return")
            parts = [returned, *typing.get_args(returned)]
            ours = [p for p in parts if getattr(p, "__module__", "").startswith("mftutor.")]
            classes = [part for part in ours if inspect.isclass(part)]
            hidden += [f"{name}: {cls}" for cls in classes if cls not in VALUES.values()]
    assert hidden == []


def test_nothing_of_ipywidgets_is_listed(entries):
    foreign = set(dir(anywidget.AnyWidget)) - {"state"}
    listed = [name.rpartition(".")[2] for name in entries if ".explorers." in name]
    assert foreign & set(listed) == set()


def test_an_explorer_shows_its_parameters_and_a_result_no_arguments(entries):
    shown = entries["mftutor.explorers.TrajectoryExplorer"].get_text()
    for name in mftutor.explorers.TrajectoryExplorer.parameter_names():
        assert f"{name}=" in shown
    assert "*args" not in shown
    assert "(" not in entries["mftutor.Membership"].get_text()
    assert "eigenvalues" in entries["mftutor.Problem"].get_text()


def test_docstrings_are_rendered(entries):
    article = parsed(PAGE).find("article")
    assert article.select(".problematic, .system-message") == []
    for code in article.select("pre, code"):
        assert "```" not in code.get_text()
    outside_code = [
        text
        for text in article.find_all(string=True)
        if "`" in text and not text.find_parent(["pre", "code", "script"])
    ]
    assert outside_code == []


def test_a_colon_in_a_property_s_first_line_does_not_split_it(entries):
    entry = entries["mftutor.InitializationComparison.learning_order"]
    first = entry.find_next_sibling("dd").find("p").get_text()
    assert first.startswith("Which eigenvector arrives first, second, …: integers")


@pytest.mark.parametrize(
    ("module", "name", "line"),
    [
        ("mftutor", "gradient_descent", "def gradient_descent("),
        ("mftutor.figures", "figure_1", "def figure_1("),
        ("mftutor", "Problem", "class Problem:"),
        ("mftutor", "Trajectory.top_block", "def top_block("),
    ],
)
def test_a_name_leads_to_its_lines_in_the_source(module, name, line):
    file, _, lines = mftutor_api.source_lines(module, name).partition("#L")
    first, last = (int(number) for number in lines.split("-L"))
    code = (ROOT / file).read_text("utf-8").splitlines()[first - 1 : last]
    assert any(line in text for text in code)
    assert inspect.getdoc(getattr(importlib.import_module(module), name.split(".")[0])) is not None


def test_what_has_no_lines_leads_nowhere():
    assert mftutor_api.source_lines("mftutor", "Problem.dimension") is None


def test_the_page_is_filled_where_it_says():
    source = ["# Title\n\n" + mftutor_api.PLACE]
    mftutor_api.write_reference(SimpleNamespace(), "book/api", source)
    assert source[0].startswith("# Title\n\n## mftutor\n")
    assert ".. autofunction:: mftutor.compress" in source[0]
    other = ["# Title"]
    mftutor_api.write_reference(SimpleNamespace(), "book/other", other)
    assert other == ["# Title"]


def test_a_result_s_fields_can_be_linked(entries):
    results = {
        name: value
        for name, value in VALUES.items()
        if "\n    Attributes\n" in (value.__doc__ or "") and dataclasses.is_dataclass(value)
    }
    assert results
    fields = [
        f"{n}.{field.name}" for n, cls in results.items() for field in dataclasses.fields(cls)
    ]
    assert [field for field in fields if field not in entries] == []
