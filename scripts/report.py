"""Report what the quality gates measure: how the notebooks read, how large the site is.

python scripts/report.py      (or make report, which builds the book first)
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from notebooks import BOOK, ROOT

HTML = ROOT / "_build" / "html"
DISPLAY_MATH = re.compile(r"\$\$.*?\$\$(\s*\(eq-[\w-]+\))?", re.DOTALL)
INLINE_MATH = re.compile(r"\$[^$]+\$")
# Fences, options and targets of directives, and the names of roles.
MARKUP = re.compile(r"^\s*(`{3,}|:{3,}|:[a-z]+:).*$|\{[a-z:]+\}`[^`]*`", re.MULTILINE)
WORD = re.compile(r"[^\W\d_][\w’'-]*")
FONTS = {".woff", ".woff2", ".ttf"}


@dataclass(frozen=True)
class Reading:
    """What one notebook asks of its reader."""

    words: int
    """Words of prose, formulas and markup left out."""
    cells: list[int]
    """Lines of code in each code cell but the first, which installs; blank lines left out."""

    @property
    def lines(self) -> int:
        """Lines of code."""
        return sum(self.cells)

    @property
    def words_per_line(self) -> float:
        """Words of prose for each line of code."""
        return self.words / self.lines


def reading(notebook: Any) -> Reading:
    """Count the words and the lines of a notebook."""
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"][1:]
    return Reading(
        words=sum(words_of_prose(text) for text in prose),
        cells=[sum(bool(line.strip()) for line in cell.splitlines()) for cell in code],
    )


def words_of_prose(text: str) -> int:
    """How many words a reader reads in Markdown text."""
    for pattern in (DISPLAY_MATH, INLINE_MATH, MARKUP):
        text = pattern.sub(" ", text)
    return len(WORD.findall(text))


def sizes(folder: Path = HTML) -> dict[str, int]:
    """Bytes of each file of the built site, by its path in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}


def without_fonts(site: dict[str, int]) -> int:
    """Bytes of the site, fonts left out."""
    return sum(size for name, size in site.items() if Path(name).suffix not in FONTS)


def main() -> None:
    """Print both reports."""
    heads = f"{'words':>7}{'lines':>7}{'words/line':>12}{'median cell':>13}{'longest':>9}"
    print(f"{'notebook':24}{heads}")
    cells: list[int] = []
    for path in sorted(BOOK.glob("*.ipynb")):
        read = reading(nbformat.read(path, as_version=4))
        cells += read.cells
        middle, longest = statistics.median(read.cells), max(read.cells)
        counts = f"{read.words:7}{read.lines:7}{read.words_per_line:12.1f}"
        print(f"{path.stem:24}{counts}{middle:13.1f}{longest:9}")
    print(f"median of all {len(cells)} cells: {statistics.median(cells):g} lines\n")

    site = sizes()
    print(
        f"site {sum(site.values()) / 1e6:.1f} MB, without fonts {without_fonts(site) / 1e6:.1f} MB"
    )
    for name in sorted(site, key=site.__getitem__, reverse=True)[:12]:
        print(f"{site[name] / 1e3:8.0f} kB  {name}")


if __name__ == "__main__":
    main()
