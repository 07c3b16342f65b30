"""The book as the tests see it: its sources, its built pages, its notebooks' figures.

Which pages there are follows from the table of contents, so that tests are collected without
a built book too; those that look into it say so where it is missing.
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"


@cache
def sources():
    """The files that the pages are made from."""
    toc = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    named = [ROOT / name for name in re.findall(r"\b(?:root|file): (\S+)", toc)]
    both = [path.with_suffix(suffix) for path in named for suffix in (".ipynb", ".md")]
    return sorted(path for path in both if path.exists())


def pages():
    """The pages that a build makes, whether or not it has been made."""
    return sorted(HTML / source.relative_to(ROOT).with_suffix(".html") for source in sources())


def name(path):
    """What the tests call a page: its place in the book."""
    return path.relative_to(HTML / "book").with_suffix("").as_posix()


each_page = pytest.mark.parametrize("path", pages(), ids=name)


def built(path):
    """Return the path, a file of the built book; without a book the test ends here."""
    if not (HTML / "index.html").exists():
        pytest.fail("the book is not built: run make book", pytrace=False)
    return path


@cache
def parsed(path):
    return BeautifulSoup(built(path).read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(path):
    """The ids on a page, where links may lead."""
    return {tag["id"] for tag in parsed(path).find_all(id=True)}


@cache
def cells(source):
    """The cells of a notebook, as its file has them."""
    return json.loads(source.read_text(encoding="utf-8"))["cells"]


def figure_alternatives(name):
    """The alt texts a page must show, from the metadata of the notebook's figure cells."""
    path = ROOT / "book" / f"{name}.ipynb"
    if not path.exists():
        return []
    figures = [cell for cell in cells(path) if "<Figure" in str(cell.get("outputs"))]
    return [cell["metadata"]["mystnb"]["image"]["alt"] for cell in figures]
