"""Execute the book's notebooks and write them in the one form that is committed.

    python scripts/notebooks.py          execute, normalise, write
    python scripts/notebooks.py --check  only say which notebooks are not in that form

Committed outputs are text alone: pictures, widget state, timings and random ids would make
every run a change. A cell without an execution count is refused, because nbval passes such
a cell without running it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "book"
PICTURES = ("image/png", "image/svg+xml", "image/jpeg", "application/vnd.jupyter.widget-view+json")
INSTALL_CELL = """\
%matplotlib inline
from importlib.util import find_spec

if find_spec("mftutor") is None:  # this notebook was opened alone, as on Colab
    %pip install -q "mftutor[notebooks] @ git+{url}"
"""


class NotNormalError(Exception):
    """A notebook cannot be brought to the committed form; the message says why."""


def main(arguments: list[str]) -> int:
    """Run the command line above and return its exit code."""
    wrong = []
    for path in sorted(BOOK.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        if "--check" not in arguments:
            prepare(notebook)
            NotebookClient(notebook, timeout=300, resources={"metadata": {"path": BOOK}}).execute()
            path.write_text(dumps(normalise(notebook)), encoding="utf-8")
        elif not is_normal(path):
            wrong.append(path.name)
    if wrong:
        print("not executed or not normalised (make notebooks mends it):", ", ".join(wrong))
    return len(wrong)


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
    """Write the install cell, with the repository's address, as the first code cell."""
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    first.source = INSTALL_CELL.format(url=config["repository"]["url"]).rstrip()
    first.metadata = {"tags": ["remove-cell"]}


def normalise(notebook: Any) -> Any:
    """Return a copy with stable metadata and ids, and outputs of text alone."""
    notebook = nbformat.from_dict(notebook)
    prepare(notebook)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    executed = 0
    for number, cell in enumerate(notebook.cells, 1):
        cell.id = f"cell-{number:02d}"
        kept = ("tags", "mystnb")
        cell.metadata = {key: cell.metadata[key] for key in kept if key in cell.metadata}
        if cell.cell_type == "code":
            if cell.execution_count is None:
                raise NotNormalError(f"{cell.id} was never executed")
            executed += 1
            cell.execution_count = executed
            cell.outputs = _text_outputs(cell)
    return notebook


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
