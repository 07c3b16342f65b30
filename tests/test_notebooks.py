"""The committed notebooks: executed, normalised, readable, and really checked by nbval."""

import copy
import subprocess
import sys

import nbformat
import notebooks
import pytest
import yaml

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
