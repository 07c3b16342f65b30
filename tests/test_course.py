"""The course's assignments: fair in every class, graded as promised, and the same each time."""

import doctest
import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import build
import draws
import numpy as np
import pytest
from built_book import built

import mftutor as mf

ROOT = Path(__file__).resolve().parents[1]
COURSE_PYTHON = ROOT / ".venv-course" / ("Scripts" if os.name == "nt" else "bin") / "python"
CLASS_SEEDS = [0, 1, 2, 5]


def questions(assignment):
    return [cell.name for cell in build.cells(assignment) if cell.kind == "answer"]


@cache
def answered(assignment, class_seed):
    """All names after the right answers, each of which passed when the wrong one had failed.

    What fails must be an assertion: a wrong answer has the form that was asked for.
    """
    cells = build.cells(assignment)
    wrong = {cell.name: cell.source for cell in cells if cell.kind == "wrong"}
    notebook = build.notebook(assignment, class_seed)
    sources = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in notebook.cells}
    names = {"__name__": "answers"}
    for grade_id, cell in list(sources.items())[1:]:
        kind, _, name = grade_id.partition("-")
        if kind == "answer":
            exec(wrong[name], names)
            with pytest.raises(AssertionError):
                exec(sources[f"test-{name}"].source, names)
        if cell.cell_type == "code":
            exec(compile(cell.source, f"{assignment} {grade_id}", "exec"), names)
    return names


@pytest.mark.parametrize("class_seed", CLASS_SEEDS)
@pytest.mark.parametrize("assignment", draws.ASSIGNMENTS)
def test_right_answers_pass_in_every_class_and_typical_wrong_ones_fail(assignment, class_seed):
    assert set(questions(assignment)) <= {cell.name for cell in build.cells(assignment)}
    assert answered(assignment, class_seed)["np"] is np


@pytest.mark.parametrize("assignment", draws.ASSIGNMENTS)
def test_sources_are_complete(assignment):
    cells = build.cells(assignment)
    by_kind = {kind: [c for c in cells if c.kind == kind] for kind in {c.kind for c in cells}}
    names = questions(assignment)
    assert len(names) == len(set(names)) >= 5
    for kind in ("test", "wrong"):
        assert [cell.name for cell in by_kind[kind]] == names
    assert all(cell.remark for cell in by_kind["wrong"])
    for cell in by_kind["answer"]:
        assert re.search(r"### BEGIN SOLUTION\n.*\S.*### END SOLUTION", cell.source, re.DOTALL)
    for cell in by_kind["test"]:
        shown, _, hidden = cell.source.partition("### BEGIN HIDDEN TESTS\n")
        assert "assert" in shown
        assert re.fullmatch(r".*assert.*\n### END HIDDEN TESTS", hidden, re.DOTALL)
    for cell in by_kind["written"]:
        assert cell.source.startswith("### BEGIN SOLUTION")
        assert len(re.findall(r"\(\d\)", cell.source.partition("**Rubric**")[2])) == cell.points
    assert sum(cell.points for cell in cells) == 20


@pytest.mark.parametrize("assignment", draws.ASSIGNMENTS)
def test_points_are_said_in_the_heading_of_their_question(assignment):
    promised = []
    for cell in build.cells(assignment):
        promised += map(int, re.findall(r"^## Question .*\((\d+) points\)$", cell.source, re.M))
    given = [c.points for c in build.cells(assignment) if c.kind in ("test", "written")]
    assert promised == given


@pytest.mark.parametrize("assignment", draws.ASSIGNMENTS)
def test_numbers_belong_to_the_class(assignment):
    drawn = [draws.draw(assignment, seed) for seed in range(6)]
    assert drawn == [draws.draw(assignment, seed) for seed in range(6)]
    assert len({build.literals(numbers) for numbers in drawn}) == 6
    for numbers in drawn:
        eigenvalues = numbers.get("eigenvalues") or [
            *numbers["largest_eigenvalues"],
            numbers["tail_from"],
        ]
        assert np.all(-np.diff(eigenvalues) >= 0.1 - 1e-9)
        assert min(eigenvalues) > 0
        assert len(build.literals(numbers)) < 400


@pytest.mark.parametrize("assignment", draws.ASSIGNMENTS)
def test_answers_belong_to_the_class(assignment):
    """A question with a number for an answer has another one in another class."""
    asked = "".join(cell.source for cell in build.cells(assignment) if cell.kind == "test")
    names = re.findall(r"assert .*?(?:float|int)\((\w+)\)", asked)
    assert len(names) >= 4
    for name in names:
        answers = [float(answered(assignment, seed)[name]) for seed in CLASS_SEEDS]
        assert len(set(answers)) >= 3, name


DIGITS = {"three": 3, "four": 4, "six": 6}


@pytest.mark.parametrize("class_seed", [2, 5, 2718])
@pytest.mark.parametrize("assignment", draws.ASSIGNMENTS)
def test_an_answer_rounded_as_its_question_allows_passes(assignment, class_seed):
    names = dict(answered(assignment, class_seed))
    notebook = build.notebook(assignment, class_seed)
    tests = {c.metadata["nbgrader"]["grade_id"]: c.source for c in notebook.cells}
    rounded = 0
    for text, answer, test in zip(*(build.cells(assignment)[k:] for k in range(3)), strict=False):
        digits = re.search(r"to (three|four|six) digits", text.source)
        if answer.kind != "answer" or digits is None:
            continue
        for name in re.findall(r"assert .*?float\((\w+)\)", test.source):
            names[name] = float(f"{names[name]:.{DIGITS[digits[1]]}g}")
            rounded += 1
        exec(tests[f"test-{answer.name}"], names)
    assert rounded >= 2


def test_a_matrix_that_the_question_forbids_is_found():
    names = dict(answered("large_start", 5))
    names["descend"] = lambda X, eigenvalues, step_size, n_steps: _dense(
        X, np.diag(eigenvalues), step_size, n_steps
    )
    notebook = build.notebook("large_start", 5)
    test = next(c for c in notebook.cells if c.metadata["nbgrader"]["grade_id"] == "test-descend")
    with pytest.raises(AssertionError, match=r"shape \(d, d\)"):
        exec(test.source, names)


def _dense(X, Sigma, step_size, n_steps):
    for _ in range(n_steps):
        X = X + step_size * (Sigma - X @ X.T) @ X
    return X


@pytest.mark.parametrize("class_seed", CLASS_SEEDS)
def test_all_columns_of_the_sensing_problem_leave_a_choice(class_seed):
    numbers = draws.draw("sensing_and_depth", class_seed)
    rank = len(numbers["eigenvalues"])
    assert numbers["n_measurements"] < mf.sensing.uniqueness_threshold(numbers["dimension"], rank)


def test_a_request_that_cannot_be_met_is_refused():
    with pytest.raises(ValueError, match="assignment must be one of rank_one"):
        draws.draw("calculus", 1)
    with pytest.raises(ValueError, match="class_seed must be >= 0, got -1"):
        draws.draw("rank_one", -1)


def test_metadata_are_those_of_nbgrader():
    for assignment in draws.ASSIGNMENTS:
        notebook = build.notebook(assignment, 3)
        about = [cell.metadata["nbgrader"] for cell in notebook.cells]
        ids = [a["grade_id"] for a in about]
        assert len(ids) == len(set(ids))
        for a in about:
            assert a["schema_version"] == 3
            assert ("points" in a) == a["grade"]
            assert a["locked"] == (not a["solution"])


def test_writing_is_reproducible_and_follows_the_seed(tmp_path):
    def written(folder, seed):
        build.write(seed, tmp_path / folder)
        paths = (path for path in (tmp_path / folder).rglob("*") if path.is_file())
        return {p.relative_to(tmp_path / folder).as_posix(): p.read_bytes() for p in paths}

    first = written("a", 5)
    assert first == written("b", 5)
    other = written("b", 6)
    notebooks = [f"source/{a}/{a}.ipynb" for a in draws.ASSIGNMENTS]
    assert all(first[name] != other[name] for name in notebooks)
    assert {f"rubrics/{a}.md" for a in draws.ASSIGNMENTS} <= set(first)
    assert {"executor.py", "nbgrader_config.py", "class_seed.txt"} <= set(first)
    assert str(ROOT).encode() not in b"".join(first.values())


def test_examples_in_the_docstrings_are_right():
    assert doctest.testmod(draws).failed == 0


def test_rubrics_speak_of_every_question():
    for assignment in draws.ASSIGNMENTS:
        text = build.rubric(assignment)
        assert text.count("## Question") == len(questions(assignment)) + 1
        assert "SOLUTION" not in text


GUIDE = (ROOT / "book" / "teach.md").read_text(encoding="utf-8")


def test_the_minutes_of_the_plans_add_up():
    single = GUIDE.partition("### One session")[2].partition("### Three weeks")[0]
    assert sum(map(int, re.findall(r"^\| (\d+) \|", single, re.MULTILINE))) == 90
    weeks = GUIDE.partition("### Three weeks")[2].partition("### A reading group")[0]
    sessions = re.findall(r"^\| \d[ab] \| (.*?) \|", weeks, re.MULTILINE)
    assert len(sessions) == 6
    for session in sessions:  # of 75 minutes, ten of which go to the first and the last words
        assert sum(map(int, re.findall(r"(\d+)(?:,|$)", session))) == 65


def test_the_guide_has_questions_for_every_explorer_of_the_book():
    asked = GUIDE.partition("## Explorers: ask first")[2].partition("## Discussion")[0]
    for path in (ROOT / "book").glob("*.ipynb"):
        if re.search(r"^ *\"\w+Explorer\(.*\)\"$", path.read_text("utf-8"), re.MULTILINE):
            assert f"{{doc}}`{path.stem}`" in asked, path.stem
    entries = re.split(r"^: ", asked, flags=re.MULTILINE)[1:]
    assert len(entries) >= 10
    for entry in entries:
        assert entry.count("*Ask:*") == entry.count("*Usual wrong answer:*") == 1
        assert "*Why:*" in entry


def test_the_guide_speaks_of_every_question():
    outcomes = GUIDE.partition("**Outcomes.**")[2].partition("## Plans")[0]
    for number, assignment in enumerate(draws.ASSIGNMENTS, 1):
        for k in range(1, len(questions(assignment)) + 2):
            said = re.findall(rf"{number}\.(\d)(?:–{number}\.(\d))?", outcomes)
            said += [(q, "") for q in re.findall(rf"assignment {number}, question (\d)", outcomes)]
            spans = [(int(low), int(high or low)) for low, high in said]
            assert any(low <= k <= high for low, high in spans), (number, k)


@pytest.mark.slow
def test_binder_would_take_the_plain_notebooks():
    if not COURSE_PYTHON.exists():
        pytest.skip("no environment with repo2docker: make course-env")
    done = subprocess.run(
        [COURSE_PYTHON, "-m", "repo2docker", "--no-build", "--debug", "."],
        cwd=built(ROOT / "_build" / "plain"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    python = (ROOT / "runtime.txt").read_text().strip().removeprefix("python-")
    assert f"conda environment for python={python}" in said
    assert 'pip install --no-cache-dir -r "requirements.txt"' in said


def test_nothing_generated_is_committed():
    done = subprocess.run(
        ["git", "ls-files", "course", "_build"], cwd=ROOT, capture_output=True, text=True
    )
    kinds = {Path(name).suffix for name in done.stdout.split()}
    assert kinds <= {".py", ".txt", ".md", ".json", ".j2"}


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """Points of every question for submissions with known faults, given by nbgrader itself."""
    if not COURSE_PYTHON.exists():
        pytest.skip("no environment for nbgrader: make course-env")
    folder = tmp_path_factory.mktemp("course")
    done = subprocess.run(
        [COURSE_PYTHON, ROOT / "course" / "trial.py", folder, "--class-seed", "11"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def full_marks(assignment):
    """The points of each question, and None for what a grader reads."""
    cells = build.cells(assignment)
    marks = {f"test-{c.name}": float(c.points) for c in cells if c.kind == "test"}
    return {**marks, **{f"written-{c.name}": None for c in cells if c.kind == "written"}}


@pytest.mark.slow
@pytest.mark.parametrize("assignment", draws.ASSIGNMENTS)
def test_nbgrader_gives_each_answer_what_it_deserves(trial, assignment):
    _, results = trial
    assert results["totals"][assignment] == [20, 20]
    results, marks = results[assignment], full_marks(assignment)
    assert results["solution"] == marks
    assert results["empty"] == dict.fromkeys(marks, 0.0)
    for name in questions(assignment):
        assert results[f"wrong_{name}"] == {**marks, f"test-{name}": 0.0}


@pytest.mark.slow
@pytest.mark.parametrize("student", ["crash", "loop", "exit", "endless_print"])
def test_an_answer_that_misbehaves_costs_only_itself(trial, student):
    _, results = trial
    assert results["rank_one"][student] == {**full_marks("rank_one"), "test-signal": 0.0}


@pytest.mark.slow
@pytest.mark.parametrize("student", ["chatter", "vandal"])
def test_a_right_answer_may_be_loud_and_untidy(trial, student):
    folder, results = trial
    assert results["rank_one"][student] == full_marks("rank_one")
    graded = folder / "autograded" / student / "rank_one" / "rank_one.ipynb"
    assert graded.stat().st_size < 500_000


@pytest.mark.slow
def test_students_see_neither_solutions_nor_hidden_tests(trial):
    folder, _ = trial
    for assignment in draws.ASSIGNMENTS:
        text = (folder / "release" / assignment / f"{assignment}.ipynb").read_text("utf-8")
        assert "YOUR CODE HERE" in text
        assert "YOUR ANSWER HERE" in text
        assert not re.search("SOLUTION|HIDDEN|Rubric|max_step_size|uniqueness_threshold", text)


@pytest.mark.slow
def test_the_students_version_is_reproducible(trial, tmp_path):
    folder, _ = trial
    script = "import build, pathlib, sys; f = pathlib.Path(sys.argv[1]); "
    script += "build.write(11, f); build.release(f)"
    subprocess.run(
        [COURSE_PYTHON, "-c", script, tmp_path],
        env={**os.environ, "PYTHONPATH": str(ROOT / "course")},
        check=True,
        capture_output=True,
    )
    for assignment in draws.ASSIGNMENTS:
        name = Path("release", assignment, f"{assignment}.ipynb")
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
