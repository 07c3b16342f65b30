"""What grading a class costs: seconds for many submissions of one assignment.

    .venv-course/bin/python benchmarks/grading.py 100      (after make course-env)

All submissions are the instructor's solution, graded one after the other by nbgrader, each in a
kernel of its own; an answer that never ends adds its time limit, twenty seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "course"))
import build  # noqa: E402  (found on the line above)
import trial  # noqa: E402
from draws import ASSIGNMENTS  # noqa: E402


def measure(assignment: str, n_submissions: int, folder: Path) -> float:
    """Seconds it takes to grade so many submissions."""
    build.write(1, folder)
    build.release(folder)
    right = trial.submissions(folder, assignment)["solution"]
    trial.hand_in(folder, assignment, {f"student_{i:03d}": right for i in range(n_submissions)})
    start = time.perf_counter()
    build.run_nbgrader(folder, "autograde", assignment)
    seconds = time.perf_counter() - start
    graded = trial.points(folder, assignment)
    assert len(graded) == n_submissions
    assert all(0.0 not in points.values() for points in graded.values())
    return seconds


def main() -> None:
    """Run the command line above."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("n_submissions", type=int, nargs="?", default=10)
    count = parser.parse_args().n_submissions
    for assignment in ASSIGNMENTS:
        with tempfile.TemporaryDirectory() as folder:
            seconds = measure(assignment, count, Path(folder))
        each = seconds / count
        print(
            f"{assignment:20}{count:4} submissions {seconds:7.0f} s {each:6.1f} s each", flush=True
        )


if __name__ == "__main__":
    main()
