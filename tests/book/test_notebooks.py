"""The committed notebooks: executed, normalised, readable, and really checked by nbval."""

import ast
import copy
import statistics
import subprocess
import sys

import nbformat
import notebooks
import pytest
import yaml
from report import reading, words_of_prose

PATHS = sorted(notebooks.BOOK.glob("*.ipynb"))
each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def code_cells(path):
    cells = nbformat.read(path, as_version=4).cells
    return [cell for cell in cells if cell.cell_type == "code"]


@each_notebook
def test_is_in_the_committed_form(path):
    assert notebooks.is_normal(path), "make notebooks mends it"


@each_notebook
def test_every_cell_was_executed(path):
    # Said apart from the form above: nbval passes a cell with a null count unseen.
    assert all(cell.execution_count is not None for cell in code_cells(path))


@each_notebook
def test_cells_are_short(path):
    assert max(len(cell.source.splitlines()) for cell in code_cells(path)) <= 20
    assert statistics.median(reading(nbformat.read(path, as_version=4)).cells) <= 5


def test_half_of_all_cells_have_at_most_four_lines():
    cells = [n for path in PATHS for n in reading(nbformat.read(path, as_version=4)).cells]
    assert statistics.median(cells) <= 4


@each_notebook
def test_there_is_prose_to_the_code_and_code_to_the_prose(path):
    """A good page has about 20 words to a line of code.

    Fewer than 12 and the code is not explained, more than 35 and nothing is computed: the
    page is a text with a few pictures. On the page of claims a line of code is a whole table.
    """
    words_per_line = reading(nbformat.read(path, as_version=4)).words_per_line
    assert words_per_line >= 12
    assert words_per_line <= 35 or path.stem == "claims"


def test_words_of_prose_are_words():
    text = (
        "Let $x$ be *small*, as in {eq}`eq-gd`:\n\n$$\nx = y\n$$ (eq-a)\n\n:::{note}\nNo, it isn’t."
    )
    assert words_of_prose(text) == len(["Let", "be", "small", "as", "in", "No", "it", "isn’t"])


MACHINERY = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.Try, ast.Global, ast.AsyncFunctionDef)


def machinery(source):
    """What in a cell is neither mathematics nor a call of the library."""
    tree = ast.parse(source)
    found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, MACHINERY)]
    names = [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names += [alias.name for alias in node.names] + [getattr(node, "module", "")]
    private = [name for name in names if any(part.startswith("_") for part in name.split("."))]
    return found + private


@each_notebook
def test_cells_hold_no_machinery(path):
    assert [found for cell in code_cells(path)[1:] for found in machinery(cell.source)] == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(): pass",
        "f = lambda x: x",
        "try:\n    f()\nfinally:\n    g()",
        "from mftutor._validation import integer",
        "from mftutor import _validation",
        "run._U",
    ],
)
def test_machinery_is_noticed(source):
    assert machinery(source)


@pytest.mark.parametrize("name", ["page.md", "page.ipynb"])
def test_spelling_is_checked_in_pages(tmp_path, name):
    text = "What is " + "sep" + "erate is not " + "recie" + "ved."
    cell = nbformat.v4.new_markdown_cell(text)
    whole = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    (tmp_path / name).write_text(whole if name.endswith("ipynb") else text, "utf-8")
    settings = ["--toml", str(notebooks.ROOT / "pyproject.toml")]
    command = [sys.executable, "-m", "codespell_lib", *settings, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode != 0
    assert len(result.stdout.splitlines()) == 2


def test_a_notebook_of_a_markdown_page_is_made_to_install():
    code = nbformat.v4.new_code_cell("1 + 1", execution_count=7)
    code.outputs = [nbformat.v4.new_output("stream", text="2")]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Title"), code])
    for _ in range(2):  # the second time there is nothing left to do
        notebooks.complete(notebook)
        title, install, cell = notebook.cells
        assert title.source == "# Title"
        assert "pip install" in install.source
        assert (cell.source, cell.outputs, cell.execution_count) == ("1 + 1", [], None)


@each_notebook
def test_is_in_the_table_of_contents(path):
    toc = yaml.safe_load((notebooks.ROOT / "_toc.yml").read_text(encoding="utf-8"))
    assert f"file: book/{path.stem}'" in str(toc).replace("'file': '", "file: ")


@each_notebook
def test_outputs_that_nbval_cannot_compare_are_tagged(path):
    for cell in code_cells(path):
        outputs = [str(output) for output in cell.outputs if output.output_type != "stream"]
        shows_picture = any("<Figure" in text or "Explorer(" in text for text in outputs)
        assert shows_picture == ("nbval-ignore-output" in cell.metadata.get("tags", []))


@pytest.fixture
def opening():
    """The first chapter up to its first printed number, as a notebook."""
    notebook = nbformat.read(notebooks.BOOK / "learning_in_steps.ipynb", as_version=4)
    printed = next(i for i, cell in enumerate(notebook.cells) if "9.61" in str(cell.get("outputs")))
    notebook.cells = notebook.cells[: printed + 1]
    return notebook


def test_an_unexecuted_cell_is_refused(opening):
    opening.cells[-1].execution_count = None
    with pytest.raises(notebooks.NotNormalError, match="never executed"):
        notebooks.normalise(opening)


@pytest.mark.parametrize(
    "output",
    [
        nbformat.v4.new_output("stream", name="stderr", text="a warning"),
        nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[]),
    ],
)
def test_a_warning_or_an_error_is_refused(opening, output):
    opening.cells[-1].outputs.append(output)
    with pytest.raises(notebooks.NotNormalError, match="an error or a warning"):
        notebooks.normalise(opening)


def test_normalising_drops_what_changes_from_run_to_run(opening):
    noisy = copy.deepcopy(opening)
    cell = noisy.cells[-1]
    cell.id, cell.execution_count = "random", 17
    cell.metadata["execution"] = {"iopub.execute_input": "now"}
    noisy.metadata["widgets"] = {"state": {}}
    clean = notebooks.normalise(noisy)
    assert "now" not in str(clean)
    assert "widgets" not in clean.metadata
    assert clean.cells[-1].id == notebooks.normalise(opening).cells[-1].id


def test_normalising_keeps_text_and_drops_pictures(opening):
    data = {"image/png": "iVBOR", "text/plain": "<Figure>"}
    opening.cells[-1].outputs = [nbformat.v4.new_output("display_data", data=data)]
    clean = notebooks.normalise(opening)
    assert clean.cells[-1].outputs[0].data == {"text/plain": "<Figure>"}


def test_nbval_notices_a_wrong_number(opening, tmp_path):
    nbformat.write(opening, tmp_path / "right.ipynb")
    wrong = copy.deepcopy(opening)
    output = wrong.cells[-1].outputs[0]
    output.text = output.text.replace("9.61", "9.62")
    nbformat.write(wrong, tmp_path / "wrong.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider"]
    result = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(tmp_path)], capture_output=True, text=True
    )
    failures = [line for line in result.stdout.splitlines() if line.startswith("FAILED")]
    assert len(failures) == 1, result.stdout
    assert "wrong.ipynb" in failures[0]
