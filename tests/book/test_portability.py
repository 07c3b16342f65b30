"""The notebooks print the same numbers on other processors, and run alone in any folder."""

import os
import subprocess
import sys

import nbformat
import pytest
from built_book import HTML, ROOT, built, sources
from nbclient import NotebookClient
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

# OpenBLAS picks its kernels by processor, and takes another's if told so; each sums in an
# order of its own. What a processor must have to run them:
NEEDED = {"Prescott": "SSE3", "Sandybridge": "AVX", "Haswell": "AVX2", "Zen": "AVX2"}
NEEDED |= {"SkylakeX": "AVX512F"}
PROCESSORS = {
    name: {"OPENBLAS_CORETYPE": name}
    for name, feature in NEEDED.items()
    if __cpu_features__.get(feature)
}
# NumPy has kernels of its own for longer vectors: without them, an older processor's.
LONGER_VECTORS = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
if LONGER_VECTORS:
    PROCESSORS["short vectors"] = {"NPY_DISABLE_CPU_FEATURES": " ".join(LONGER_VECTORS)}

WITH_CELLS = [s for s in sources() if s.suffix == ".ipynb" or "{code-cell}" in s.read_text("utf-8")]


@pytest.mark.slow
@pytest.mark.parametrize("settings", PROCESSORS.values(), ids=PROCESSORS)
def test_every_notebook_prints_the_same_numbers(settings):
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", "book"]
    result = subprocess.run(
        [*command, "--ignore=book/_ext"],
        cwd=ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stdout[-5000:]


def product(settings):
    """A matrix product, to the last bit, as a process with these settings computes it."""
    script = (
        "import numpy as np; A = np.random.default_rng(0).standard_normal((300, 300)); "
        "print((A @ A).tobytes().hex()[:2000], np.exp(A).sum().hex())"
    )
    run = [sys.executable, "-c", script]
    done = subprocess.run(
        run, env=os.environ | settings, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_settings_change_what_is_computed():
    """So the test above compares something."""
    results = {name: product(settings) for name, settings in PROCESSORS.items()}
    assert len(PROCESSORS) < 2 or len(set(results.values())) > 1


def download(source):
    """The notebook that a reader of the page downloads."""
    return built(HTML / "_sources" / "book" / f"{source.stem}.ipynb")


@pytest.mark.slow
@pytest.mark.parametrize("source", WITH_CELLS, ids=lambda path: path.stem)
def test_a_downloaded_notebook_runs_alone(source, tmp_path):
    """With the installed library, in a folder that holds nothing else."""
    path = tmp_path / download(source).name
    path.write_bytes(download(source).read_bytes())
    notebook = nbformat.read(path, as_version=4)
    place = {"metadata": {"path": tmp_path}}
    NotebookClient(notebook, timeout=300, resources=place).execute()
    assert [child.name for child in tmp_path.iterdir()] == [path.name]


def test_every_notebook_of_the_book_can_be_downloaded():
    assert {"intro", "learning_in_steps"} <= {source.stem for source in WITH_CELLS}
    assert [source.stem for source in WITH_CELLS if not download(source).exists()] == []
