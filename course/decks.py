"""Make the slides, one deck a week, from the book's notebooks.

    python course/decks.py          all decks, into _build/slides (or make slides)

A deck is a text file in course/slides/: slides between lines of `---`, what comes after a line
`Notes:` is for the speaker, and a line

    @cell CHAPTER | text            stands for the output of a cell of that chapter

which is the only one whose code contains the text. Cells before it in the chapter are executed,
too, so that a slide always shows what the book shows. Pages need no network: reveal.js (from npm)
and MathJax lie beside them.
"""

from __future__ import annotations

import copy
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import files
from pathlib import Path
from typing import Any

import nbformat

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
OUTPUT = ROOT / "_build" / "slides"
REVEAL = "reveal.js@4.6.1"
REVEAL_PARTS = (
    "LICENSE",
    "dist/reveal.js",
    "dist/reveal.css",
    "dist/reset.css",
    "dist/theme/white.css",
    "dist/theme/fonts/source-sans-pro/",
    "plugin/notes/",
)
CELL = re.compile(r"^@cell (\w+) \| (.+)$", re.MULTILINE)
INSTALL = "find_spec"


@dataclass(frozen=True)
class Slide:
    """One slide of a deck."""

    parts: list[str | tuple[str, int]]
    """Markdown, and cells of chapters: the chapter and the cell's position in it."""
    notes: str


def decks() -> list[str]:
    """The names of all decks."""
    return sorted(path.stem for path in (FOLDER / "slides").glob("*.md"))


def slides(deck: str) -> list[Slide]:
    """Read a deck."""
    text = (FOLDER / "slides" / f"{deck}.md").read_text(encoding="utf-8")
    return [slide(part) for part in re.split(r"^---$", text, flags=re.MULTILINE)]


def slide(text: str) -> Slide:
    """Read one slide."""
    shown, _, notes = text.partition("\nNotes:")
    pieces = CELL.split(shown)  # text, chapter, code, text, chapter, code, …, text
    parts: list[str | tuple[str, int]] = []
    for i, piece in enumerate(pieces):
        if i % 3 == 0 and piece.strip():
            parts.append(piece.strip())
        if i % 3 == 1:
            parts.append((piece, position(piece, pieces[i + 1].strip())))
    return Slide(parts, notes.strip())


@cache
def chapter(name: str) -> Any:
    """A chapter of the book."""
    return nbformat.read(ROOT / "book" / f"{name}.ipynb", as_version=4)


def position(name: str, text: str) -> int:
    """Where in a chapter is the one code cell that contains the text."""
    found = [
        i
        for i, cell in enumerate(chapter(name).cells)
        if cell.cell_type == "code" and text in cell.source
    ]
    if len(found) != 1:
        raise ValueError(f"text must be in one code cell of {name}, got {text!r} in {len(found)}")
    return found[0]


def notebook(deck: str) -> Any:
    """The deck as a notebook with the metadata of slides, not yet executed."""
    result = nbformat.v4.new_notebook()
    result.cells = [code("%matplotlib inline", "skip")]
    done: dict[str, int] = {}
    for each in slides(deck):
        kind = "slide"
        for part in each.parts:
            if isinstance(part, str):
                metadata = {"slideshow": {"slide_type": kind}}
                result.cells.append(nbformat.v4.new_markdown_cell(part, metadata=metadata))
            else:
                name, last = part
                for cell in chapter(name).cells[done.get(name, 0) : last]:
                    if cell.cell_type == "code" and INSTALL not in cell.source:
                        result.cells.append(code(cell.source, "skip"))
                shown = chapter(name).cells[last]
                result.cells.append(code(shown.source, kind, copy.deepcopy(shown.metadata)))
                done[name] = last + 1
            kind = "-"
        if each.notes:
            metadata = {"slideshow": {"slide_type": "notes"}}
            result.cells.append(nbformat.v4.new_markdown_cell(each.notes, metadata=metadata))
    for number, cell in enumerate(result.cells, 1):
        cell.id = f"cell-{number:02d}"
    result.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "title": f"Learning in steps, {deck.replace('_', ' ')}:",
    }
    return result


def code(source: str, kind: str, metadata: Any = None) -> Any:
    """A code cell of a deck, of which the output is shown, or nothing."""
    about = {**(metadata or {}), "slideshow": {"slide_type": kind}}
    return nbformat.v4.new_code_cell(source, metadata=about)


def executed(deck: str) -> Any:
    """The deck as an executed notebook."""
    from nbclient import NotebookClient

    result = notebook(deck)
    resources = {"metadata": {"path": ROOT / "book"}}
    NotebookClient(result, timeout=600, store_widget_state=False, resources=resources).execute()
    return result


def html(deck: Any) -> str:
    """The page of an executed deck."""
    from nbconvert import SlidesExporter
    from traitlets.config import Config

    order = ["text/html", "image/png", "text/markdown", "text/latex", "text/plain"]
    settings = Config(
        {
            "NbConvertBase": {"display_data_priority": order},
            "SlidesExporter": {
                "reveal_url_prefix": "reveal",
                "reveal_theme": "white",
                "template_name": "template",
                "extra_template_basedirs": [str(FOLDER / "slides")],
                "exclude_input": True,
                "exclude_anchor_links": True,
            },
        }
    )
    page, _ = SlidesExporter(config=settings).from_notebook_node(deck)
    return str(page)


def copy_assets(folder: Path) -> None:
    """Put reveal.js and MathJax beside the decks."""
    npm = shutil.which("npm")
    if not (folder / "reveal" / "dist" / "reveal.js").exists():
        if npm is None:
            raise SystemExit("make slides gets reveal.js with npm, which is not installed")
        with tempfile.TemporaryDirectory() as place:
            command = [npm, "pack", REVEAL, "--silent", "--pack-destination", place]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            (archive,) = Path(place).glob("*.tgz")
            with tarfile.open(archive) as packed:
                for member in packed.getmembers():
                    name = member.name.removeprefix("package/")
                    if name.startswith(REVEAL_PARTS) and not name.endswith(".map"):
                        member.name = name
                        packed.extract(member, folder / "reveal", filter="data")
    for file in files("sphinx-mathjax-offline") or []:
        path = f"/{file.as_posix()}"
        if "/mathjax/tex-chtml.js" in path or "/fonts/woff-v2/" in path:
            inner = folder / "mathjax" / path.split("/mathjax/", 1)[1]
            inner.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), inner)


def main() -> int:
    """Run the command line above and return its exit code."""
    OUTPUT.mkdir(parents=True, exist_ok=True)
    copy_assets(OUTPUT)
    for deck in decks():
        path = OUTPUT / f"{deck}.html"
        path.write_text(html(executed(deck)), encoding="utf-8")
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
