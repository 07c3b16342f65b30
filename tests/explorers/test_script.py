"""The explorers' script: its kinds compute what NumPy does, and joining it changes nothing."""

import base64
import itertools
import re
import sys

import explorers
import in_node
import numpy as np
import pytest
from in_node import CLASSES

from mftutor.explorers import bundle

FILES = sorted(bundle.JS.rglob("*.js"))
each_kind = pytest.mark.parametrize("kind", sorted(CLASSES))
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def states(controls):
    """Some that are drawn, the ends of all ranges, and all there are of what is in a table."""
    found = explorers.random_states(controls, 30, seed=1)
    for end in (0, -1):
        found.append({control["name"]: ends(control)[end] for control in controls})
    few = {c["name"]: c.get("options", c.get("grid", [0])) for c in controls}
    if any("grid" in control for control in controls):
        found += [
            dict(zip(few, values, strict=True)) for values in itertools.product(*few.values())
        ]
    return found


# Starts from which a signal falls below its threshold and comes back within one step.
COME_BACK = [
    {"second_eigenvalue": second, "scale": scale, "step_size": step, "seed": seed, "flow_time": 30}
    for second, scale, step, seed in [(0.74, 10.0, 4.0, 3), (0.87, 5.0, 3.0, 13), (0.94, 10, 4, 16)]
]


def ends(control):
    """What a parameter may be, from the first to the last."""
    return control["options"] if "options" in control else [control["min"], control["max"]]


@pytest.fixture(scope="module")
def questions():
    """For each kind the states to be asked for."""
    asked = {kind: states(cls().controls) for kind, cls in CLASSES.items()}
    asked["flow"] += COME_BACK
    return asked


@pytest.fixture(scope="module")
def answers(questions):
    return in_node.answers(questions)


def both(kind, questions, answers):
    """Each state of a kind, its explorer in Python, and what the script says."""
    explorer = CLASSES[kind]()
    for state, answer in zip(questions[kind], answers[kind], strict=True):
        for name, value in state.items():
            setattr(explorer, name, value)
        yield state, explorer, answer


# Multiples of a power of two are read from a table without any rounding.
TOLERANCES = {"depth": 0}


def assert_close(theirs, ours, tolerance, where):
    """To so much of the largest value so far, or of 1."""
    assert list(theirs) == list(ours), where
    for name, expected in ours.items():
        got = np.frombuffer(base64.b64decode(theirs[name]), "<f8")
        want = np.asarray(expected, dtype=float)
        assert got.shape == want.shape, (name, where)
        size = np.maximum(1, np.maximum.accumulate(np.abs(want)))
        assert (np.abs(got - want) <= tolerance * size).all(), (name, where)


@each_kind
def test_numbers_are_numpy_s(kind, questions, answers):
    verdicts, tolerance = [], TOLERANCES.get(kind, 1e-12)
    for state, ours, answer in both(kind, questions, answers):
        verdicts.append(ours.verdict())
        assert answer["verdict"] == verdicts[-1], state
        if verdicts[-1] == "computed":
            assert_close(answer["table"], ours.table(), tolerance, state)
            numbers = {name: np.nan if n is None else n for name, n in ours.scalars().items()}
            theirs = {name: np.nan if n is None else n for name, n in answer["scalars"].items()}
            assert theirs == pytest.approx(numbers, rel=1e-12, nan_ok=True), state
    # The sample must have seen what it is about.
    assert verdicts.count("computed") >= 20


@each_kind
def test_what_is_shown_makes_sense_and_joining_does_not_change_it(kind, answers):
    assert [answer["odd"] for answer in answers[kind] if answer["odd"]] == []
    assert all(answer["same"] for answer in answers[kind])


def test_the_flow_is_on_time_however_long_a_step_is(questions, answers):
    for state, ours, answer in both("flow", questions, answers):
        for name in ("flow_tau_1", "flow_tau_2"):
            expected, found = ours.scalars()[name], answer["scalars"][name]
            assert (found is None) == (expected is None), state
            assert expected is None or found == pytest.approx(expected, rel=1e-12), state


# The files


@each_file
def test_lines_are_no_longer_than_python_s(path):
    lines = path.read_text("utf-8").splitlines()
    assert [line for line in lines if len(line) > 100] == []


# Comments, strings, and what follows a sign that no division follows.
PASSED_OVER = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
    r"|(?<=[(,=:\[!&|?])\s*/(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\])+/",
    re.DOTALL,
)
IN_TEXT = re.compile(r"\\.|\$\{|`|[^\\$`]+|\$", re.DOTALL)


def nested_templates(code):
    """Where a template literal begins inside another one."""
    inside, found, at = [], [], 0
    while at < len(code):
        in_text = inside[-1:] == ["`"]
        token = (IN_TEXT if in_text else PASSED_OVER).match(code, at)
        piece = token[0] if token else code[at]
        if piece == ("`" if in_text else "}"):
            inside.pop()
        elif piece == ("${" if in_text else "{"):
            inside.append("{")
        elif piece == "`":
            found += [at] if "`" in inside else []
            inside.append("`")
        at += len(piece)
    assert inside == []
    return found


@each_file
def test_no_template_is_inside_another(path):
    """The minifier would take spaces out of the inner one, and say nothing."""
    assert nested_templates(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("a = `x ${b ? `y  z` : c}`", 1),
        ("a = `x ${f({ b: [`y`, `z`] })}`", 2),
        ("a = `x ${b}` + `y`; f = () => { return `${{ c }}`; }", 0),
        (r"a = `\${`; b = `$`; c = '`'; d = /[`\]`]/g; // `", 0),
    ],
)
def test_a_template_inside_another_is_seen(code, count):
    assert len(nested_templates(code)) == count


# Joining


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of modules, as a function of their names and code."""
    here = tmp_path.resolve()
    monkeypatch.setattr(bundle, "JS", here)

    def written(**modules):
        for name, code in modules.items():
            (here / f"{name}.js").write_text(code, "utf-8")

    return written


def test_a_module_comes_once_and_after_what_it_imports(folder):
    folder(
        page='import { a } from "./one.js";\nimport { b as c } from "./two.js";\na(c);\n',
        one='import { b } from "./two.js";\nexport function a() {\n  return b;\n}\n',
        two="export const b = 1;\n",
    )
    code = bundle.joined("page", [], "$page;")
    places = [code.index(f"const ${name} = (() => {{\n") for name in ("two", "one", "page")]
    assert places == sorted(places)
    assert code.count("(() => {") == 3
    assert "const { b: c } = $two;" in code
    assert "return { a };" in code
    assert "import" not in code
    assert "export" not in code
    assert code.endswith("$page;\n")


@pytest.mark.parametrize(
    "line",
    [
        "export default 1;",
        'import one from "./one.js";',
        'import * as one from "./one.js";',
        'export { a } from "./one.js";',
        "export let a = 1;",
    ],
)
def test_another_form_of_import_or_export_is_refused(folder, line):
    folder(page=f"{line}\n", one="export const a = 1;\n")
    with pytest.raises(ValueError, match=r"page.js must import and export by name") as refusal:
        bundle.joined("page", [], "")
    assert line in str(refusal.value)


def test_a_circle_is_refused(folder):
    folder(
        page='import { a } from "./one.js";\nexport const b = 1;\n',
        one='import { b } from "./page.js";\nexport const a = 1;\n',
    )
    with pytest.raises(ValueError, match=r"import each other: page.js, one.js"):
        bundle.joined("page", [], "")


def test_scripts_are_minified_where_that_is_installed(monkeypatch):
    code = bundle.joined("page", ["flow"], "")
    assert len(bundle.minified(code)) < 0.7 * len(code)
    assert "/**" not in bundle.page_script("flow") + bundle.widget_script("flow")
    monkeypatch.setitem(sys.modules, "rjsmin", None)
    assert bundle.minified(code) == code


@each_kind
def test_a_script_holds_the_kinds_asked_for_and_no_other(kind):
    for script in (bundle.page_script(kind), bundle.widget_script(kind)):
        assert re.findall(r"const \$kinds_(\w+)=", script) == [kind]
    assert bundle.widget_script(kind) == CLASSES[kind]._esm
    two = bundle.page_script("depth", kind) if kind != "depth" else bundle.page_script("flow", kind)
    assert len(re.findall(r"const \$kinds_\w+=", two)) == 2
    assert two.count("const $numerics=") == 1
