"""The plain notebooks: readable without the book, the same code, no answer in plain sight."""

import re
from urllib.parse import urlsplit

import nbformat
import pytest
from built_book import HTML, anchors, built, sources
from nbclient import NotebookClient

CHAPTERS = [source for source in sources() if source.suffix == ".ipynb"]
PLAIN = HTML.parent / "plain" / "book"
each_chapter = pytest.mark.parametrize("source", CHAPTERS, ids=lambda source: source.stem)
LINK = re.compile(r"\]\((\.\./\.\./html/[^)\s]+)\)")  # of a book that is not published
RAW = re.compile(r":::|^`{3,}\{|\{[\w:]+\}`|^\([\w-]+\)=$|^:\w+:|\\norm|\\[TR]\b", re.MULTILINE)


def plain(source):
    return nbformat.read(built(PLAIN / source.name), as_version=4)


def cells(notebook, kind):
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def is_folded(cell):
    return cell.metadata.get("jupyter", {}).get("source_hidden", False)


@each_chapter
def test_nothing_is_left_that_only_the_book_understands(source):
    for cell in cells(plain(source), "markdown"):
        assert RAW.findall(cell.source) == []


@each_chapter
def test_the_first_line_leads_to_the_page(source):
    first = plain(source).cells[0].source
    assert LINK.findall(first)[0].endswith(f"/book/{source.stem}.html")


@each_chapter
def test_links_lead_to_what_is_there(source):
    text = "\n".join(cell.source for cell in cells(plain(source), "markdown"))
    for link in set(LINK.findall(text)):
        place = urlsplit(link)
        path = (PLAIN / place.path).resolve()
        assert path.exists(), link
        assert not place.fragment or place.fragment in anchors(path), link


@each_chapter
def test_the_code_is_that_of_the_source_without_outputs(source):
    ours, theirs = (cells(n, "code") for n in (plain(source), nbformat.read(source, as_version=4)))
    assert [cell.source for cell in ours] == [
        f"print({cell.source})" if "claims" in cell.metadata.get("tags", []) else cell.source
        for cell in theirs
    ]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in ours)


@each_chapter
def test_solutions_are_folded_and_questions_are_not(source):
    notebook = plain(source)
    for cell in cells(notebook, "code"):
        if "check(" in cell.source:
            assert is_folded(cell) == ("..." not in cell.source), cell.source
    text = "\n".join(cell.source for cell in cells(notebook, "markdown"))
    original = nbformat.read(source, as_version=4)
    n_solutions = sum(
        len(re.findall(r"\{solution(?:-start)?\} ", cell.source))
        for cell in cells(original, "markdown")
    )
    assert len(set(re.findall(r"<summary>Solution to Exercise ([\d.]+)</summary>", text))) == (
        n_solutions
    )


@each_chapter
def test_formulas_stand_on_one_line(source):
    """Where a quoted formula goes on to another line, that line begins with ``>``."""
    for cell in cells(plain(source), "markdown"):
        for line in cell.source.split("\n"):
            assert line.count("$$") % 2 == 0
            assert line.replace("$$", "").replace(r"\$", "").count("$") % 2 == 0, line


@pytest.mark.slow
@each_chapter
def test_runs_alone_and_prints_the_numbers_of_the_source(source, tmp_path):
    notebook = plain(source)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": tmp_path}}).execute()

    def printed(cell):
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            return None
        return "".join(
            output.get("text") or output.get("data", {}).get("text/plain", "")
            for output in cell.outputs
        ).strip()

    ours, theirs = (cells(n, "code") for n in (notebook, nbformat.read(source, as_version=4)))
    for one, other in zip(ours, theirs, strict=True):
        if printed(other) is not None:
            assert printed(one) == printed(other)
