"""Consoles without Greek letters, extras that are not installed, threads of linear algebra."""

import ast
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mftutor as mf
from mftutor import _environment as environment
from mftutor.claims import survey
from mftutor.exercises import check, hint
from mftutor.exercises.checking import QUESTIONS

PACKAGE = Path(mf.__file__).parent


def shown():
    """What people print: long reprs, verdicts, hints, tables, an error."""
    problem = mf.figure_1_problem(40)
    run = mf.gradient_descent(problem, np.ones((40, 2)) / 9, step_size=0.1, n_steps=20)
    yield from (problem, run, mf.theory.phase_times(problem, run), survey("divergence", n_draws=1))
    for name in QUESTIONS:
        yield from (check(name, 1e9), check(name, "?"), hint(name))
    yield from (check(name, question.expected()) for name, question in QUESTIONS.items())
    try:
        mf.gaussian_init(problem, scale=-1, seed=1)
    except ValueError as error:
        yield error


def printed(encoding, monkeypatch):
    """All of it on a console of that encoding."""
    console = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", console)
    for each in shown():
        print(each)
        print(repr(each))
    console.flush()
    return console.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_consoles_of_all_kinds_can_print(encoding, monkeypatch):
    full = printed("utf-8", monkeypatch)
    spelt = printed(encoding, monkeypatch)
    assert "λ₁" in full
    assert "lambda_1" in spelt
    assert encoding == "cp437" or "(0.6^2 + 0.3^2)" in spelt
    assert spelt.count("?") == full.count("?")  # nothing is replaced because it has no spelling


def test_messages_of_errors_are_plain():
    """They are printed by whoever catches them, on whatever console."""
    raised = [
        (path.name, ast.unparse(node.exc))
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Raise) and node.exc
    ]
    assert len(raised) > 50
    assert [each for each in raised if not each[1].isascii()] == []


@pytest.mark.parametrize(
    ("missing", "line", "extra"),
    [
        ("matplotlib", "from mftutor import figures", "notebooks"),
        ("matplotlib", "import mftutor as mf; mf.data.portrait()", "notebooks"),
        ("anywidget", "from mftutor import explorers", "notebooks"),
        ("ipywidgets", "from mftutor import explorers", "notebooks"),
    ],
)
def test_what_is_missing_is_said_with_the_line_that_installs_it(missing, line, extra):
    code = f"import sys; sys.modules[{missing!r}] = None; {line}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    last = done.stderr.splitlines()[-1]
    assert last.endswith(f"{missing} is not installed: pip install 'mftutor[{extra}]'")
    assert last.startswith("ModuleNotFoundError: ")


def blas_threads():
    return {
        library["num_threads"]
        for library in environment._controller().info()
        if library["user_api"] == "blas"
    }


def test_one_thread_inside_and_what_was_outside():
    before = blas_threads()
    with environment.one_thread, environment.one_thread:
        assert blas_threads() == {1}
    assert blas_threads() == before
    with pytest.raises(ZeroDivisionError), environment.one_thread:
        raise ZeroDivisionError
    assert blas_threads() == before


def test_a_sweep_needs_no_variable_and_leaves_the_threads_alone():
    code = (
        "from mftutor import _environment as e, sweeps\n"
        "import numpy as np, mftutor as mf\n"
        "seen, qr = set(), np.linalg.qr\n"
        "count = lambda: [i['num_threads'] for i in e._controller().info()]\n"
        "np.linalg.qr = lambda *a, **k: (seen.update(count()), qr(*a, **k))[1]\n"
        "problem = mf.figure_1_problem(400)\n"
        "grid = sweeps.Grid(problem, scale=.5, step_size=.1, n_steps=50, seeds=range(2))\n"
        "before = count()\n"
        "sweeps.sweep(grid)\n"
        "print(seen == {1}, before == count())\n"
    )
    free = {name: value for name, value in os.environ.items() if not name.endswith("_THREADS")}
    free |= {"OPENBLAS_NUM_THREADS": "2"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=free)
    assert done.stdout.split() == ["True", "True"], done.stderr
