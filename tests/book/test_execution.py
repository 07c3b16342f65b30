"""Notebooks are executed once, again when their cells or the library change, and not silently."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import fingerprint
import mftutor_execution
import nbformat
import pytest
from jupyter_cache import get_cache
from myst_nb.core.config import NbParserConfig
from myst_parser.config.main import MdParserConfig

MARKDOWN = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# A page

```{code-cell}
1 + 1
```
"""


@pytest.fixture
def env(tmp_path, monkeypatch):
    """A book of a long notebook, a short one, a page with a cell, and a page without."""
    monkeypatch.setattr(fingerprint, "of_outputs", lambda: "this library")
    write(tmp_path / "long.ipynb", "1 + 1", "2 + 2")
    write(tmp_path / "short.ipynb", "3 + 3")
    (tmp_path / "cell.md").write_text(MARKDOWN)
    (tmp_path / "text.md").write_text("# A text\n")
    config = NbParserConfig().copy(execution_cache_path=str(tmp_path / "cache"))
    names = {path.stem: path for path in tmp_path.glob("*.*")}
    return SimpleNamespace(
        pages=sorted(names),
        folder=tmp_path,
        doc2path=names.get,
        mystnb_config=config,
        myst_config=MdParserConfig(),
    )


def fill_cache(env):
    """Fill the cache as a build does, in a thread: a browser may hold this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(mftutor_execution.fill_cache, None, env, env.pages).result()


def write(path, *sources):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s) for s in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, path)


@pytest.fixture
def executed(env, monkeypatch):
    """Fill the cache, and say which notebooks were executed for it, without a kernel."""
    names = []

    async def execute(path, notebook, timeout):
        names.append(path.name)

    def fill():
        names.clear()
        fill_cache(env)
        return names

    monkeypatch.setattr(mftutor_execution, "execute", execute)
    return fill


def test_each_is_executed_once_the_longest_first(executed):
    assert executed() == ["long.ipynb", "short.ipynb", "cell.md"]
    assert executed() == []


def test_a_changed_notebook_alone_is_executed_again(executed, env):
    executed()
    write(env.folder / "short.ipynb", "3 + 4")
    assert executed() == ["short.ipynb"]


def test_words_around_the_cells_do_not_matter(executed, env):
    executed()
    (env.folder / "cell.md").write_text(MARKDOWN.replace("# A page", "# A page, reworded"))
    assert executed() == []


def test_another_library_executes_them_all(executed, monkeypatch):
    executed()
    monkeypatch.setattr(fingerprint, "of_outputs", lambda: "another library")
    assert len(executed()) == 3
    assert executed() == []


def test_what_fails_is_named_and_the_rest_is_kept(env):
    write(env.folder / "short.ipynb", "print('so far')\n1 / 0")
    (env.folder / "cell.md").write_text("# No cell any more\n")
    for _ in range(2):  # and it fails again
        with pytest.raises(SystemExit) as stopped:
            fill_cache(env)
        assert "short.ipynb" in str(stopped.value)
        assert "1 / 0" in str(stopped.value)
        assert "ZeroDivisionError: division by zero" in str(stopped.value)
        assert "\x1b" not in str(stopped.value)
    (record,) = get_cache(env.mystnb_config.execution_cache_path).list_cache_records()
    assert record.uri.endswith("long.ipynb")
    assert record.data["execution_seconds"] > 0
