"""Notation, glossary, refresher and the page on reuse agree with the library and the files."""

import dataclasses
import inspect
import re
from importlib import import_module
from operator import attrgetter

import nbformat
import pytest
import yaml
from built_book import HTML, ROOT, pages, parsed

import mftutor as mf

BOOK = ROOT / "book"
ROLE = re.compile(r"\{py:[a-z]+\}`(?:[^`<]*<)?~?([\w.]+)>?`")
SOURCES = sorted([*BOOK.glob("*.md"), *BOOK.glob("*.ipynb")])


def prose(path):
    """The Markdown of a page, be it a notebook or not."""
    if path.suffix == ".md":
        return path.read_text("utf-8")
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def exists(name):
    """Whether a dotted name means something: a module, or an attribute or field of one."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            value = import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        break
    for part in parts[cut:]:
        if dataclasses.is_dataclass(value) and part in {f.name for f in dataclasses.fields(value)}:
            return True
        if not hasattr(value, part):
            return False
        value = getattr(value, part)
    return True


NAMES = sorted({name for path in SOURCES for name in ROLE.findall(prose(path))})


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_library_exists(name):
    assert name.startswith("mftutor")
    assert exists(name)


@pytest.mark.parametrize("name", ["mftutor.decsent", "mftutor.Problem.gap", "mftutor.spectral_err"])
def test_a_name_that_does_not_exist_is_noticed(name):
    assert not exists(name)


OBJECTS = {"mf": mf, "run": mf.Trajectory, "problem": mf.Problem, "snr": mf.RankOneSNR}


def test_code_in_the_notation_is_code_of_the_library():
    """Also where it is not a link: `run.error` is an attribute of a run, and so on."""
    written = re.findall(r"`([^`]+)`", prose(BOOK / "notation.md"))
    checked = 0
    for code in written:
        for owner, name in re.findall(r"\b(mf|run|problem|snr)\.(\w+)", code):
            checked += 1
            fields = getattr(OBJECTS[owner], "__dataclass_fields__", {})
            assert hasattr(OBJECTS[owner], name) or name in fields, code
    assert checked >= 30


def test_arguments_in_the_notation_are_arguments_of_the_function():
    text = prose(BOOK / "notation.md")
    pairs = re.findall(r"`(\w+)` of \{py:obj\}`[^`<]*<mftutor\.([\w.]+)>`", text)
    assert len(pairs) >= 4
    for argument, function in pairs:
        assert argument in inspect.signature(attrgetter(function)(mf)).parameters


def test_the_notation_tells_the_two_gaps_apart():
    rows = [[cell.get_text() for cell in row.select("td")] for row in notation().select("tr")]
    named = {row[2]: row[1] for row in rows if row and "eigengap" in row[2]}
    assert "Delta_r" in named["problem.eigengap_at_rank"]
    assert r"Delta_{\min}" in named["problem.min_eigengap"]


def notation():
    return parsed(HTML / "book" / "notation.html").find("article")


def test_names_in_the_notation_lead_to_the_reference():
    links = notation().select("td a.reference.internal code.py")
    assert len(links) >= 25
    for code in links:
        assert code.find_parent("a")["href"].startswith("api/")


def terms():
    """The words that the glossary explains."""
    page = parsed(HTML / "book" / "glossary.html")
    return [tag["id"].removeprefix("term-") for tag in page.select("dl.glossary dt[id^=term-]")]


def test_the_glossary_explains_forty_words_in_order():
    words = [word.lower() for word in terms()]
    assert len(words) >= 40
    assert words == sorted(words)


def test_chapters_lead_to_the_glossary():
    leading = [
        path.stem for path in pages() if parsed(path).select("a[href^='glossary.html#term-']")
    ]
    assert len(leading) >= 5


def bibtex(text):
    """The fields of each BibTeX entry in the text, by its key; white space does not count."""
    entries = re.findall(r"@(\w+)\{(\w+),\n(.*?)\n\}", text, re.DOTALL)
    fields = r"(\w+)\s*=\s*\{(.*?)\},?(?=\n\s*\w+\s*=|\Z)"
    return {
        key: {"": kind} | {n: " ".join(v.split()) for n, v in re.findall(fields, body, re.DOTALL)}
        for kind, key, body in entries
    }


def test_how_to_cite_is_the_same_everywhere():
    shown = bibtex(prose(BOOK / "reuse.md"))
    assert (
        shown["chen2024gradient"]
        == (bibtex((BOOK / "references.bib").read_text("utf-8"))["chen2024gradient"])
    )
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    book = shown["mftutor"]
    assert book["title"] == cff["title"]
    assert book["version"] == cff["version"] == mf.__version__
    assert book["year"] == str(cff["date-released"].year)
    assert cff["authors"][0]["name"] in book["author"]
    (paper,) = cff["references"]
    assert shown["chen2024gradient"]["title"].lower() == paper["title"].lower()
    assert shown["chen2024gradient"]["pages"] == f"{paper['start']}--{paper['end']}"
    for author in paper["authors"]:
        assert (
            f"{author['family-names']}, {author['given-names']}"
            in (shown["chen2024gradient"]["author"])
        )


def test_the_licences_are_those_of_the_files():
    text = " ".join(prose(BOOK / "reuse.md").split())
    licence = (ROOT / "LICENSE-TEXT").read_text("utf-8")
    credit = re.search(r'"Learning in steps"[^.]*CC BY 4.0\.', " ".join(licence.split()))
    assert credit[0] in text
    assert "BSD 3-Clause" in text
    assert "BSD 3-Clause" in (ROOT / "LICENSE").read_text("utf-8")
