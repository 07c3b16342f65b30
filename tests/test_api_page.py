"""The reference page has every public name, nothing inherited from elsewhere, and no raw markup."""

import dataclasses
import importlib
import inspect
import typing
from functools import cached_property
from types import SimpleNamespace

import anywidget
import mftutor.checks
import mftutor_api
import pytest
from built_book import HTML, ROOT, parsed

import mftutor
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
each_public_name = pytest.mark.parametrize(
    ("module", "name"), PUBLIC, ids=[f"{module.__name__}.{name}" for module, name in PUBLIC]
)


@pytest.fixture(scope="module")
def entries():
    """The documented things, by the id that links to them lead to."""
    return {tag["id"]: tag for tag in parsed(PAGE).select("article dt.sig[id]")}


def members(cls):
    """Names of the methods and properties that a class of ours defines, public or inherited."""
    ours = [base for base in cls.__mro__ if base.__module__.startswith("mftutor")]
    public = [getattr(module, name) for module, name in PUBLIC]
    # An explorer's page-wide members are described once, with Explorer.
    own = [base for base in ours if base is cls or base not in public]
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


@each_public_name
def test_every_public_name_is_there(entries, module, name):
    assert f"{module.__name__}.{name}" in entries


@each_public_name
def test_every_member_is_there(entries, module, name):
    value = getattr(module, name)
    if inspect.isclass(value):
        for member in members(value):
            assert f"{module.__name__}.{name}.{member}" in entries


@each_public_name
def test_every_example_is_shown(entries, module, name):
    text = inspect.getdoc(getattr(module, name)) or ""
    shown = entries[f"{module.__name__}.{name}"].find_next_sibling("dd").get_text()
    examples = [line.strip() for line in text.splitlines() if line.strip().startswith(">>> ")]
    assert [example for example in examples if example not in shown] == []


@each_public_name
def test_what_is_returned_is_public_too(module, name):
    value = getattr(module, name)
    if inspect.isfunction(value):
        returned = typing.get_type_hints(value).get("return")
        parts = [returned, *typing.get_args(returned)]
        ours = [p for p in parts if getattr(p, "__module__", "").startswith("mftutor.")]
        public = [getattr(module, name) for module, name in PUBLIC]
        assert [part for part in ours if inspect.isclass(part) and part not in public] == []


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


@each_public_name
def test_a_result_s_fields_can_be_linked(entries, module, name):
    value = getattr(module, name)
    if "\n    Attributes\n" in (value.__doc__ or "") and dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            assert f"{module.__name__}.{name}.{field.name}" in entries
