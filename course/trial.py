"""Grade submissions whose points are known beforehand, with the real nbgrader.

    python course/trial.py FOLDER --class-seed 7        points of every question, as JSON

Each student of the trial has all answers right but for what the name says: `wrong_NAME` gives
the typical wrong answer to that question, and the others misbehave at one question.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
from pathlib import Path
from typing import Any

import build
import nbformat
from draws import ASSIGNMENTS
from nbgrader.api import Gradebook

TIMEOUT = 20
# The answer that is replaced, and by what; {} is the right answer.
MISBEHAVIOUR = {
    "crash": ("signal", "raise ZeroDivisionError('an answer may fail')"),
    "loop": ("signal", "while True:\n    try:\n        float('x')\n    except:\n        pass"),
    "exit": ("signal", "import os\nos._exit(1)"),
    "endless_print": ("signal", "while True:\n    print('x' * 1000)"),
    "chatter": ("signal", "print('x' * 20_000_000)\n{}\nfor i in range(200_000): print(i)"),
    "vandal": (
        "signal",
        "{}\nabs = max = float = str = eigenvalues = x0 = step_size = np = mf = None",
    ),
}


def submissions(folder: Path, assignment: str) -> dict[str, Any]:
    """The notebooks handed in, by the names of their students."""
    path = Path(assignment, f"{assignment}.ipynb")
    right = nbformat.read(folder / "source" / path, as_version=4)
    found = {"solution": right, "empty": nbformat.read(folder / "release" / path, as_version=4)}
    cells = build.cells(assignment)
    for cell in cells:
        if cell.kind == "wrong":
            found[f"wrong_{cell.name}"] = with_answer(right, cell.name, cell.source)
    if assignment == "rank_one":
        for student, (name, source) in MISBEHAVIOUR.items():
            answer = next(c.source for c in cells if c.kind == "answer" and c.name == name)
            found[student] = with_answer(right, name, source.replace("{}", answer))
    return found


def with_answer(notebook: Any, name: str, source: str) -> Any:
    """A copy with another answer to one question."""
    changed = copy.deepcopy(notebook)
    (cell,) = (c for c in changed.cells if c.metadata.nbgrader.grade_id == f"answer-{name}")
    cell.source = source
    return changed


def hand_in(folder: Path, assignment: str, notebooks: dict[str, Any]) -> None:
    """Put submissions where nbgrader looks for them."""
    for student, notebook in notebooks.items():
        target = folder / "submitted" / student / assignment
        target.mkdir(parents=True)
        nbformat.write(notebook, target / f"{assignment}.ipynb")


def points(folder: Path, assignment: str) -> dict[str, dict[str, float | None]]:
    """Points of every question, by student; None where a grader is asked to read."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        return {
            submission.student.id: {
                grade.name: None if grade.needs_manual_grade else grade.score
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(assignment)
        }


def read_by_hand(folder: Path, assignment: str, student: str) -> tuple[float, float]:
    """Give full points for what a grader reads; return the student's total and the possible one."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission(assignment, student)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                if grade.needs_manual_grade:
                    grade.manual_score, grade.needs_manual_grade = grade.max_score, False
        gradebook.db.commit()
        return submission.score, submission.max_score


def run(folder: Path, class_seed: int) -> dict[str, Any]:
    """Build, release, hand in, grade; return the points by assignment, student and question.

    `totals` holds, by assignment, the points of the solution once a grader has read it, too, and
    the points possible.
    """
    folder.mkdir(parents=True, exist_ok=True)
    build.write(class_seed, folder, timeout=TIMEOUT)
    build.release(folder)
    results: dict[str, Any] = {"totals": {}}
    for assignment in ASSIGNMENTS:
        hand_in(folder, assignment, submissions(folder, assignment))
        build.run_nbgrader(folder, "autograde", assignment)
        results[assignment] = points(folder, assignment)
        results["totals"][assignment] = read_by_hand(folder, assignment, "solution")
    return results


def main() -> None:
    """Run the command line above."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--class-seed", type=int, required=True)
    arguments = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    print(json.dumps(run(arguments.folder.resolve(), arguments.class_seed), indent=1))


if __name__ == "__main__":
    main()
