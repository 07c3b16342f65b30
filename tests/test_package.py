"""The package as it is published: complete, and working where nothing else is installed."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import mftutor as mf

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The folder with an sdist, and the wheel that was made from it."""
    folder = tmp_path_factory.mktemp("package")
    command = [sys.executable, "-m", "build", "--outdir", folder, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.mark.slow
def test_the_index_would_take_it(package):
    files = sorted(package.iterdir())
    assert [file.suffix for file in files] == [".whl", ".gz"]
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *files], check=True)


@pytest.mark.slow
def test_the_wheel_holds_what_is_committed(package):
    (wheel,) = package.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if name.startswith("mftutor/")}
    listed = subprocess.run(
        ["git", "ls-files", "mftutor"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    checks = {"package.json", "tsconfig.json"}  # of the script, for its own checks
    ours = {name for name in listed.stdout.split() if Path(name).name not in checks}
    assert {name for name in ours if not name.endswith(".d.ts")} == held


def pythons():
    """An interpreter of each minor version that is to be had here."""
    folders = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    folders += sorted(Path.home().glob(".pyenv/versions/*/bin"))
    found = {}
    for name in (f"python3.{minor}" for minor in (11, 12, 13, 14)):
        for path in (folder / name for folder in folders):
            if path.exists() and subprocess.run([path, "-V"], capture_output=True).returncode == 0:
                found[name] = path
    return found.values() or [Path(sys.executable)]


@pytest.mark.slow
@pytest.mark.parametrize("python", list(pythons()), ids=lambda path: path.name)
def test_the_wheel_works_alone(package, python, tmp_path):
    """In a fresh environment, with what the package asks for and nothing else."""
    (wheel,) = package.glob("*.whl")
    subprocess.run([python, "-m", "venv", tmp_path / "env"], check=True)
    inner = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([inner, *quiet, wheel], check=True)
    script = """
import mftutor as mf
problem = mf.figure_1_problem(dimension=4000)
X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
print(mf.__version__, run.hitting_times().tolist())
problems = [mf.sweeps.LinearTailProblem(d) for d in (100, 1000)]
grid = mf.sweeps.Grid(problems, scale=0.5, step_size=0.1, n_steps=200, seeds=range(3))
print(len(mf.sweeps.sweep(grid)), mf.data.recorded_hitting_times().ranks)
try:
    from mftutor import figures
except ModuleNotFoundError as missing:
    print(missing)
"""
    done = subprocess.run(
        [inner, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        f"{mf.__version__} [51.0, 148.0]",
        "12 (1, 2, 3, 4)",
        "matplotlib is not installed: pip install 'mftutor[notebooks]'",
    ]
