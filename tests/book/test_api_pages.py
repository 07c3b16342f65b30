"""The reference has every public name, nothing inherited from elsewhere, and no raw markup."""

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
import mftutor.exercises
import mftutor.explorers
import mftutor.figures

# Named here and not by the pages' own machinery, which must find these and may find more.
MODULES = [mftutor, mftutor.figures, mftutor.explorers, mftutor.exercises]
WINGS = [value for name in mftutor.__all__ if inspect.ismodule(value := getattr(mftutor, name))]
FOUND = [importlib.import_module(name) for name in mftutor_api.public_modules()]
# (full name, value): where each public name is described, which is not always where it is called.
PUBLIC = [
    (f"{module.__name__}.{name}", getattr(module, name))
    for module in FOUND
    for name in mftutor_api.own_names(module.__name__)
]
CLASSES = [(name, value) for name, value in PUBLIC if inspect.isclass(value)]


@pytest.fixture(scope="module")
def articles():
    """The pages of the reference, by the namespace that they describe."""
    return {path.stem: parsed(path).find("article") for path in HTML.glob("book/api/*.html")}


@pytest.fixture(scope="module")
def entries(articles):
    """The documented things, by the id that links to them lead to."""
    found = [tag for article in articles.values() for tag in article.select("dt.sig[id]")]
    assert len({tag["id"] for tag in found}) == len(found), "described twice"
    return {tag["id"]: tag for tag in found}


def members(cls):
    """Names of the methods and properties that a class of ours defines, public or inherited."""
    ours = [base for base in cls.__mro__ if base.__module__.startswith("mftutor")]
    public = [value for _, value in PUBLIC]
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
    assert {module.__name__ for module in [*MODULES, *WINGS]} <= {m.__name__ for m in FOUND}


def test_every_name_that_is_called_is_described_somewhere():
    described = [value for _, value in PUBLIC]
    values = [getattr(module, name) for module in FOUND for name in module.__all__]
    assert [v for v in values if not inspect.ismodule(v) and v not in described] == []


def test_each_namespace_has_a_page_of_its_own(articles):
    pages = {module.__name__.removeprefix("mftutor.") for module in FOUND} - {"mftutor"}
    assert set(articles) == pages | {"index"}
    for page, article in articles.items():
        module = "mftutor" if page == "index" else f"mftutor.{page}"
        ours = {name for name, _ in PUBLIC if name.rpartition(".")[0] == module}
        assert ours <= {tag["id"] for tag in article.select("dt.sig[id]")}


def test_every_public_name_and_member_is_there(entries):
    wanted = [name for name, _ in PUBLIC]
    wanted += [f"{name}.{member}" for name, cls in CLASSES for member in members(cls)]
    assert len(wanted) > 200
    assert [name for name in wanted if name not in entries] == []


def test_every_example_is_shown(entries):
    missing = []
    for name, value in PUBLIC:
        shown = entries[name].find_next_sibling("dd").get_text()
        lines = [line.strip() for line in (inspect.getdoc(value) or "").splitlines()]
        missing += [line for line in lines if line.startswith(">>> ") and line not in shown]
    assert missing == []


def test_what_is_returned_is_public_too():
    public = [value for _, value in CLASSES]
    for _, value in PUBLIC:
        if inspect.isfunction(value):
            returned = typing.get_type_hints(value).get("return")
            parts = [returned, *typing.get_args(returned)]
            ours = [p for p in parts if getattr(p, "__module__", "").startswith("mftutor.")]
            assert [part for part in ours if inspect.isclass(part) and part not in public] == []


def test_nothing_of_ipywidgets_is_listed(entries):
    foreign = set(dir(anywidget.AnyWidget)) - {"state"}
    listed = [name.rpartition(".")[2] for name in entries if ".explorers." in name]
    assert foreign & set(listed) == set()


def test_an_explorer_shows_its_parameters(entries):
    shown = entries["mftutor.explorers.TrajectoryExplorer"].get_text()
    for name in mftutor.explorers.TrajectoryExplorer.parameter_names():
        assert f"{name}=" in shown
    assert "*args" not in shown


def test_arguments_are_shown_of_what_readers_make_and_not_of_results(entries):
    for name, cls in CLASSES:
        if cls is not mftutor.explorers.Explorer:  # no parameters of its own
            assert ("(" in entries[name].get_text()) != mftutor_api.is_result(cls)
    assert mftutor_api.is_result(mftutor.Membership)
    assert "eigenvalues" in entries["mftutor.Problem"].get_text()


def test_a_result_s_fields_can_be_linked(entries):
    for name, cls in CLASSES:
        if mftutor_api.is_result(cls) and dataclasses.is_dataclass(cls):
            fields = {f"{name}.{field.name}" for field in dataclasses.fields(cls)}
            assert fields <= set(entries)


def test_docstrings_are_rendered(articles):
    for article in articles.values():
        assert article.select(".problematic, .system-message") == []
        assert ["```" for code in article.select("pre, code") if "```" in code.get_text()] == []
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
        ("mftutor.flow", "solve", "def solve("),
    ],
)
def test_a_name_leads_to_its_lines_in_the_source(module, name, line):
    file, _, lines = mftutor_api.source_lines(module, name).partition("#L")
    first, last = (int(number) for number in lines.split("-L"))
    code = (ROOT / file).read_text("utf-8").splitlines()[first - 1 : last]
    assert any(line in text for text in code)


def test_what_has_no_lines_leads_nowhere():
    assert mftutor_api.source_lines("mftutor", "Problem.dimension") is None


@pytest.mark.parametrize(
    ("called", "here", "described"),
    [
        ("Problem", "mftutor", "mftutor.Problem"),
        ("Problem", "mftutor.sensing", "mftutor.sensing.Problem"),
        ("Problem.min_eigengap", "mftutor.theory", "mftutor.Problem.min_eigengap"),
        ("mf.compress", "mftutor", "mftutor.compression.compress"),
        ("mftutor.compress", "mftutor", "mftutor.compression.compress"),
        ("flow.Path", "mftutor", "mftutor.flow.Path"),
        ("mf.flow.solve", "mftutor.theory", "mftutor.flow.solve"),
        ("numpy.ndarray", "mftutor", None),
        ("step_size", "mftutor", None),
    ],
)
def test_a_name_leads_to_its_description_however_it_is_called(called, here, described):
    assert mftutor_api.full_name(called, here) == described


def test_a_page_is_filled_where_it_says():
    source = ["# Title\n\n<!-- the public names of mftutor.compression -->\n\nMore."]
    mftutor_api.write_reference(SimpleNamespace(), "book/api/compression", source)
    assert source[0].startswith("# Title\n\n## mftutor.compression\n")
    assert ".. autofunction:: mftutor.compression.compress" in source[0]
    assert source[0].endswith("\n\nMore.")
    other = ["# Title"]
    mftutor_api.write_reference(SimpleNamespace(), "book/other", other)
    assert other == ["# Title"]
