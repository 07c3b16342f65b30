"""The built book as the tests see it: its folder, its pages, its notebooks' figures."""

from functools import cache
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"


def pages():
    """Paths of all built pages, of which there is at least the front page."""
    found = sorted(HTML.glob("book/*.html"))
    assert HTML / "book" / "intro.html" in found, "the book is not built: run make book"
    return found


@cache
def parsed(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@cache
def anchors(path):
    """The ids on a page, where links may lead."""
    return {tag["id"] for tag in parsed(path).find_all(id=True)}


def figure_alternatives(name):
    """The alt texts a page must show, from the metadata of the notebook's figure cells."""
    path = ROOT / "book" / f"{name}.ipynb"
    if not path.exists():
        return []
    cells = nbformat.read(path, as_version=4).cells
    figures = [cell for cell in cells if "<Figure" in str(cell.get("outputs"))]
    return [cell.metadata["mystnb"]["image"]["alt"] for cell in figures]
