"""Imports point one way, and the library alone needs nothing but NumPy."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import mftutor

PACKAGE = Path(mftutor.__file__).parent
# From below to above; a module imports from its own line or from those over it in this list.
CORE = [
    ["_environment", "_rounding", "_validation"],
    ["problem"],
    ["initialization"],
    ["trajectory"],
    ["descent"],
    ["rank_one", "regions", "comparison"],
]
LAYERS = [
    *CORE,
    ["flow", "compression", "sensing", "deep"],
    ["theory"],
    ["sweeps"],
    ["data"],
    ["mftutor"],  # the package itself, `import mftutor as mf`
    ["figures"],
    ["explorers", "claims", "exercises"],
]
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}
NUMPY_ONLY = set(LEVEL) - {"figures", "explorers"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def module_of(path: Path, package: Path) -> str:
    """The name of the module, or of the subpackage, that a file belongs to."""
    name = path.relative_to(package).parts[0].removesuffix(".py")
    return "mftutor" if name == "__init__" else name


def sources(package: Path) -> dict[Path, str]:
    """Every Python file of a package, and the module it belongs to."""
    return {path: module_of(path, package) for path in sorted(package.rglob("*.py"))}


def nodes(tree: ast.AST, *, inside_functions: bool) -> Iterator[ast.AST]:
    """Walk a syntax tree, into functions or around them."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if inside_functions or not isinstance(child, FUNCTIONS):
            yield from nodes(child, inside_functions=inside_functions)


def imported_names(path: Path, package: Path, *, inside_functions: bool) -> Iterator[str]:
    """The absolute dotted names that a file imports."""
    here = ("mftutor", *path.relative_to(package).parts[:-1])
    tree = ast.parse(path.read_text("utf-8"), filename=str(path))
    for node in nodes(tree, inside_functions=inside_functions):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = here[: len(here) - node.level + 1] if node.level else ()
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def modules_imported(path: Path, package: Path) -> set[str]:
    """The modules of the package that a file imports, anywhere in it."""
    names = (name.split(".") for name in imported_names(path, package, inside_functions=True))
    inside = (name[1:2] for name in names if name[0] == "mftutor")
    known = set(LEVEL) | set(sources(package).values())
    return {name[0] if name and name[0] in known else "mftutor" for name in inside}


def upward_imports(package: Path) -> list[str]:
    """Every import of a module from further up, as text."""
    return [
        f"{path.relative_to(package)} imports {imported}"
        for path, module in sources(package).items()
        for imported in sorted(modules_imported(path, package))
        if LEVEL[imported] > LEVEL[module]
    ]


def foreign_imports(package: Path) -> list[str]:
    """Every import, outside functions, that keeps the library from running on NumPy alone."""
    allowed = {"numpy", "mftutor", *sys.stdlib_module_names}
    return [
        f"{path.relative_to(package)} imports {name}"
        for path, module in sources(package).items()
        if module in NUMPY_ONLY
        for name in imported_names(path, package, inside_functions=False)
        if name.split(".")[0] not in allowed
    ]


def test_every_module_has_its_place_in_the_order():
    assert set(sources(PACKAGE).values()) - set(LEVEL) == set()


def test_imports_point_one_way():
    assert upward_imports(PACKAGE) == []


def test_imports_have_no_cycle_between_modules_and_wings():
    graph: dict[str, set[str]] = {}
    for path, module in sources(PACKAGE).items():
        graph.setdefault(module, set()).update(modules_imported(path, PACKAGE) - {module})
    order = list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError
    assert order.index("problem") < order.index("descent") < order.index("theory")


@pytest.mark.parametrize(
    "wing",
    sorted({path.parent.relative_to(PACKAGE).as_posix() for path in sources(PACKAGE)} - {"."}),
)
def test_imports_have_no_cycle_inside_a_wing(wing):
    files = {path.stem: path for path in (PACKAGE / wing).glob("*.py") if path.stem != "__init__"}
    here = ".".join(["mftutor", *wing.split("/"), ""])
    graph = {
        stem: {
            name.removeprefix(here).split(".")[0]
            for name in imported_names(path, PACKAGE, inside_functions=True)
            if name.startswith(here)
        }
        for stem, path in files.items()
    }
    order = list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError
    assert set(files) <= set(order)


def test_the_library_imports_numpy_alone():
    assert foreign_imports(PACKAGE) == []


@pytest.mark.parametrize(
    ("module", "line", "found"),
    [
        ("problem.py", "from mftutor.descent import x", "imports descent"),
        ("problem.py", "from .descent import x", "imports descent"),
        ("problem.py", "from . import descent", "imports descent"),
        ("problem.py", "import mftutor.figures as f", "imports figures"),
        ("problem.py", "def f():\n    from mftutor import sweeps", "imports sweeps"),
        ("problem.py", "import mftutor as mf", "imports mftutor"),
        ("problem.py", "from mftutor import Problem", "imports mftutor"),
        ("sweeps.py", "from mftutor.explorers import x", "imports explorers"),
        ("figures/style.py", "from ..exercises import x", "imports exercises"),
    ],
)
def test_an_import_that_points_up_is_seen(tmp_path, module, line, found):
    (tmp_path / "figures").mkdir()
    (tmp_path / module).write_text(line, "utf-8")
    assert upward_imports(tmp_path) == [f"{module} {found}"]


@pytest.mark.parametrize("line", ["import scipy.linalg", "from joblib import Parallel"])
def test_a_foreign_import_is_seen(tmp_path, line):
    (tmp_path / "sweeps.py").write_text(f"try:\n    {line}\nfinally:\n    pass\n", "utf-8")
    assert len(foreign_imports(tmp_path)) == 1
    (tmp_path / "sweeps.py").write_text(f"def f():\n    {line}\n", "utf-8")
    assert foreign_imports(tmp_path) == []
    (tmp_path / "sweeps.py").write_text("import os.path, numpy as np\n", "utf-8")
    assert foreign_imports(tmp_path) == []


def test_importing_the_package_loads_no_plotting_and_no_widgets():
    script = "import mftutor, sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert {"mftutor", "numpy"} <= loaded
    assert not loaded & {"matplotlib", "ipywidgets", "anywidget", "IPython", "scipy", "joblib"}


@pytest.mark.parametrize("wing", ["theory", "flow", "compression", "sensing", "sweeps", "data"])
def test_a_wing_says_at_its_door_what_is_in_it(wing):
    modules = {path.stem for path in (PACKAGE / wing).glob("*.py")} - {"__init__"}
    about = ast.get_docstring(ast.parse((PACKAGE / wing / "__init__.py").read_text("utf-8")))
    assert {name for name in modules if f"`{name}`" not in about} == set()
