"""Execute the book's notebooks and write them in the one form that is committed.

    python scripts/notebooks.py               execute, normalise, write, two at a time
    python scripts/notebooks.py start_small   only the notebooks named
    python scripts/notebooks.py --check       only say which are not in that form

Committed outputs are text alone: pictures, widget state, timings and random ids would make
every run a change. A cell without an execution count is refused, because nbval passes such
a cell without running it.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

import mftutor

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
PICTURES = ("image/png", "image/svg+xml", "image/jpeg", "application/vnd.jupyter.widget-view+json")
# The library of the version whose book shows the notebook.
REQUIREMENT = f"mftutor[notebooks]=={mftutor.__version__}"
INSTALL_CELL = f"""\
from importlib.util import find_spec

needed = ["mftutor", "matplotlib", "anywidget"]
if not all(map(find_spec, needed)):  # opened alone, as on Colab
    %pip install -q "{REQUIREMENT}"
    if not all(map(find_spec, needed)):
        raise ImportError("mftutor is not installed, and needs a network once")
%matplotlib inline
"""


class NotNormalError(Exception):
    """A notebook cannot be brought to the committed form; the message says why."""


def main(arguments: list[str]) -> int:
    """Run the command line above and return its exit code."""
    names = [name for name in arguments if not name.startswith("-")]
    paths = [BOOK / f"{name}.ipynb" for name in names] or sorted(BOOK.glob("*.ipynb"))
    if "--check" in arguments:
        wrong = [path.name for path in paths if not is_normal(path)]
        if wrong:
            print("not executed or not normalised (make notebooks mends it):", ", ".join(wrong))
        return len(wrong)
    start = time.perf_counter()
    with ThreadPoolExecutor(max_workers=2) as pool:  # each waits for a kernel of its own
        for path, seconds in zip(paths, pool.map(execute, paths), strict=True):
            print(f"{path.stem:28}{seconds:6.1f} s")
    print(f"{'together':28}{time.perf_counter() - start:6.1f} s")
    return 0


def execute(path: Path) -> float:
    """Execute one notebook, write it in the committed form, and return the seconds taken."""
    start = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    prepare(notebook)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": BOOK}}).execute()
    path.write_text(dumps(normalise(notebook)), encoding="utf-8")
    return time.perf_counter() - start


def is_normal(path: Path) -> bool:
    """Whether the file is, to the byte, what `normalise` makes of it."""
    text = path.read_text(encoding="utf-8")
    try:
        return text == dumps(normalise(nbformat.reads(text, as_version=4)))
    except NotNormalError:
        return False


def dumps(notebook: Any) -> str:
    """Return the notebook as the text that is committed."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def prepare(notebook: Any) -> None:
    """Write the install cell as the first code cell."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    first.source = INSTALL_CELL.rstrip()
    first.metadata = {"tags": ["remove-cell"]}


def normalise(notebook: Any) -> Any:
    """Return a copy with stable metadata and ids, and outputs of text alone."""
    notebook = nbformat.from_dict(notebook)
    prepare(notebook)
    _settle(notebook)
    executed = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if cell.execution_count is None:
                raise NotNormalError(f"{cell.id} was never executed")
            executed += 1
            cell.execution_count = executed
            cell.outputs = _text_outputs(cell)
    return notebook


def complete(notebook: Any) -> None:
    """Let a notebook install what it needs, also one made from a page, and drop its outputs."""
    first = [cell.cell_type for cell in notebook.cells].index("code")
    if "find_spec" not in notebook.cells[first].source:
        notebook.cells.insert(first, nbformat.v4.new_code_cell())
    prepare(notebook)
    _settle(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _settle(notebook: Any) -> None:
    """Give a notebook metadata and ids that do not change from run to run."""
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02d}"
        kept = ("tags", "mystnb")
        cell.metadata = {key: cell.metadata[key] for key in kept if key in cell.metadata}


def _text_outputs(cell: Any) -> list[Any]:
    """Return the cell's outputs without pictures and with its printed lines in one piece."""
    kept: list[Any] = []
    for output in cell.outputs:
        if output.output_type == "error" or output.get("name") == "stderr":
            raise NotNormalError(f"{cell.id} printed an error or a warning")
        if output.output_type == "stream":
            if kept and kept[-1].output_type == "stream":
                kept[-1].text += output.text
                continue
        else:
            output.data = {key: value for key, value in output.data.items() if key not in PICTURES}
            if "mftutor-explorer" in output.data.get("text/html", ""):
                del output.data["text/html"]
            output.metadata = {}
        if "execution_count" in output:
            output.execution_count = cell.execution_count
        kept.append(output)
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
