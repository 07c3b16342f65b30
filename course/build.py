"""Write the course's assignments for one class: instructor's version, rubrics, grading setup.

    python course/build.py --class-seed 7        (or make course CLASS_SEED=7)

Each assignment is one Python file in course/assignments/, in cells that begin with `# %%`:

    # %% [markdown]                       text; students cannot change it
    # %% setup                            code that all answers may use
    # %% numbers                          where the numbers of the class are put
    # %% answer NAME                      code, with the solution between its marks
    # %% test NAME points=3               its tests; those between marks are hidden
    # %% wrong NAME what is wrong         a typical wrong answer, kept for the teacher
    # %% [markdown] written NAME points=5 an answer in words, with its rubric

The notebooks have nbgrader's metadata; `nbgrader generate_assignment` makes the students' version.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from draws import ASSIGNMENTS, Numbers, draw

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parent
sys.path.append(str(ROOT / "scripts"))
import notebooks  # noqa: E402  (found on the line above)

OUTPUT = ROOT / "_build" / "course"
HEAD = re.compile(
    r"# %%(?P<markdown> \[markdown\])?(?: (?P<kind>setup|numbers|answer|test|wrong|written))?"
    r"(?: (?P<name>[a-z]+))?(?: points=(?P<points>\d+))?(?: (?P<remark>.+))?"
)
HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS\n"
# Whatever an answer did to names or warnings, the tests of the next one start afresh.
AFRESH = """\
from builtins import *
import warnings
import numpy as np
import mftutor as mf
warnings.simplefilter("ignore")
"""
CONFIG = '''\
"""What nbgrader reads in this folder."""

import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here))
from executor import AnswerByAnswer
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute

c = get_config()
c.CourseDirectory.root = str(here)
c.CourseDirectory.course_id = "learning_in_steps"
c.Autograde.autograde_preprocessors = [
    AnswerByAnswer if step is Execute else step
    for step in Autograde.class_traits()["autograde_preprocessors"].default()
]
c.AnswerByAnswer.timeout = {timeout}  # seconds for a cell
'''


@dataclass(frozen=True)
class Cell:
    """One cell of an assignment's source."""

    kind: str
    """text, setup, numbers, answer, test, wrong or written."""
    name: str
    """Of the question, or empty."""
    points: int
    remark: str
    source: str


def cells(assignment: str) -> list[Cell]:
    """Read the source of an assignment."""
    text = (FOLDER / "assignments" / f"{assignment}.py").read_text(encoding="utf-8")
    found = []
    for block in re.findall(r"^# %%.*?(?=^# %%|\Z)", text, flags=re.MULTILINE | re.DOTALL):
        head, _, body = block.partition("\n")
        match = HEAD.fullmatch(head)
        if match is None:
            raise ValueError(f"{assignment}: a cell must begin with a head, got {head!r}")
        if match["markdown"]:
            body = re.sub(r"^# ?", "", body, flags=re.MULTILINE)
        kind = match["kind"] or "text"
        points, remark = int(match["points"] or 0), match["remark"] or ""
        found.append(Cell(kind, match["name"] or "", points, remark, body.strip()))
    return found


def literals(numbers: Numbers) -> str:
    """The numbers of a class as lines of code."""
    return "\n".join(f"{name} = {value!r}" for name, value in numbers.items())


def notebook(assignment: str, class_seed: int) -> Any:
    """The instructor's version of one assignment, with solutions, tests and nbgrader's metadata."""
    numbers = draw(assignment, class_seed)
    result = nbformat.v4.new_notebook()
    result.cells = [nbformat.v4.new_code_cell()]  # the install cell, written by prepare
    notebooks.prepare(result)
    result.cells[0].metadata = nbgrader("install", locked=True)
    for cell in cells(assignment):
        if cell.kind != "wrong":
            result.cells.append(converted(cell, numbers, len(result.cells)))
    for number, cell in enumerate(result.cells, 1):
        cell.id = f"cell-{number:02d}"
    result.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return result


def converted(cell: Cell, numbers: Numbers, position: int) -> Any:
    """A cell of the source as a cell of a notebook."""
    if cell.kind == "written":
        metadata = nbgrader(f"written-{cell.name}", grade=True, solution=True, points=cell.points)
        return nbformat.v4.new_markdown_cell(cell.source, metadata=metadata)
    if cell.kind == "text":
        metadata = nbgrader(f"text-{position:02d}", locked=True)
        return nbformat.v4.new_markdown_cell(cell.source, metadata=metadata)
    if cell.kind == "answer":
        metadata = nbgrader(f"answer-{cell.name}", solution=True)
        return nbformat.v4.new_code_cell(cell.source, metadata=metadata)
    if cell.kind == "test":
        metadata = nbgrader(f"test-{cell.name}", grade=True, locked=True, points=cell.points)
        source = HIDDEN.format(AFRESH + literals(numbers)) + cell.source
        return nbformat.v4.new_code_cell(source, metadata=metadata)
    source = f"# The numbers of your class\n{literals(numbers)}"
    metadata = nbgrader(f"{cell.kind}-{position:02d}", locked=True)
    source = source if cell.kind == "numbers" else cell.source
    return nbformat.v4.new_code_cell(source, metadata=metadata)


def nbgrader(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool = False,
    points: int | None = None,
) -> dict[str, Any]:
    """The metadata by which nbgrader knows a cell."""
    about = {
        "schema_version": 3,
        "grade_id": grade_id,
        "grade": grade,
        "solution": solution,
        "locked": locked,
        "task": False,
    }
    return {"nbgrader": about if points is None else {**about, "points": points}}


def rubric(assignment: str) -> str:
    """What a grader reads: for each question its points, the typical mistake, the rubric."""
    lines = [f"# Grading {assignment.replace('_', ' ')}", ""]
    heading = ""
    for cell in cells(assignment):
        titles = re.findall(r"^## (.*)$", cell.source, re.MULTILINE)
        heading = titles[-1] if cell.kind == "text" and titles else heading
        if cell.kind == "wrong":
            lines += [f"## {heading}", "", f"Graded by tests. Typical mistake: {cell.remark}", ""]
        if cell.kind == "written":
            body = re.sub(r"^### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.MULTILINE)
            lines += [f"## {heading}", "", "Graded by hand. A good answer:", "", body, ""]
    return "\n".join(lines)


def write(class_seed: int, folder: Path = OUTPUT, timeout: int = 20) -> None:
    """Write the sources for one class; what was there before is replaced, grades are not."""
    for assignment in ASSIGNMENTS:
        target = folder / "source" / assignment
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        text = notebooks.dumps(notebook(assignment, class_seed))
        (target / f"{assignment}.ipynb").write_text(text, encoding="utf-8")
        (folder / "rubrics").mkdir(exist_ok=True)
        path = folder / "rubrics" / f"{assignment}.md"
        path.write_text(rubric(assignment).rstrip() + "\n", encoding="utf-8")
    shutil.copyfile(FOLDER / "executor.py", folder / "executor.py")
    (folder / "nbgrader_config.py").write_text(CONFIG.format(timeout=timeout), encoding="utf-8")
    (folder / "class_seed.txt").write_text(f"{class_seed}\n", encoding="utf-8")


def release(folder: Path = OUTPUT) -> None:
    """Let nbgrader make the students' version, without solutions and hidden tests."""
    for assignment in ASSIGNMENTS:
        run_nbgrader(folder, "generate_assignment", assignment, "--force")


def run_nbgrader(folder: Path, *arguments: str) -> None:
    """Run nbgrader in a course's folder, with the Python that runs this."""
    command = [sys.executable, "-m", "nbgrader", *arguments, "--log-level=ERROR"]
    # It calls programs that were installed beside it.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    # nbgrader goes on without a configuration that it cannot read, and so without our executor.
    if done.returncode or "Exception while loading config" in done.stderr:
        raise RuntimeError(f"nbgrader {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")


def main() -> None:
    """Run the command line above."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--class-seed", type=int, required=True, help="an integer, at least 0")
    write(parser.parse_args().class_seed)
    release()
    print(f"in {OUTPUT.relative_to(ROOT)}: release/ for students; source/, rubrics/ for you alone")


if __name__ == "__main__":
    main()
