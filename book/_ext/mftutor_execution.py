"""Executes the notebooks before pages are made of them: two at a time, and only what must be.

The cache of Jupyter Book keeps what a notebook shows until its cells change. The library and
the installed packages have a say in it, too: when they change, the cache is emptied.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
import time
from itertools import starmap
from pathlib import Path
from typing import Any

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.read import create_nb_reader
from nbclient import NotebookClient
from sphinx.application import Sphinx
from sphinx.util import logging

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
import fingerprint  # noqa: E402  (found on the line above)

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the step below with Sphinx."""
    app.connect("env-before-read-docs", fill_cache)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fill_cache(app: Sphinx, env: Any, pages: list[str]) -> None:
    """Put what the notebooks of the pages show into the cache, where myst-nb looks for it."""
    settings = env.mystnb_config
    cache = get_cache(emptied_if_outdated(Path(settings.execution_cache_path)))
    paths = [Path(env.doc2path(page)) for page in pages]
    # What is long takes long, roughly, and should not be what is waited for in the end.
    paths.sort(key=lambda path: path.stat().st_size, reverse=True)
    found = [(path, notebook_of(path, env)) for path in paths]
    missing = [(path, nb) for path, nb in found if nb is not None and not is_in(cache, nb)]
    if problems := asyncio.run(execute_all(missing, cache, settings.execution_timeout)):
        # Not an exception, which Jupyter Book would bury under tracebacks of its own.
        sys.exit("\n\n".join(["", *problems, f"the book is not built: {len(problems)} failed"]))


def emptied_if_outdated(folder: Path) -> Path:
    """Empty the folder of the cache if another library or environment has filled it."""
    filled_by, now = folder / "filled-by", fingerprint.of_outputs()
    if not filled_by.exists() or filled_by.read_text(encoding="utf-8") != now:
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        filled_by.write_text(now, encoding="utf-8")
    return folder


def notebook_of(path: Path, env: Any) -> Any:
    """Return the page as a notebook, in the way in which myst-nb reads it, if it is one."""
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), env.myst_config, env.mystnb_config, text)
    return reader and reader.read(text)


def is_in(cache: Any, notebook: Any) -> bool:
    """Whether the cache holds what the notebook shows."""
    try:
        return bool(cache.match_cache_notebook(notebook))
    except KeyError:
        return False


async def execute_all(notebooks: list[tuple[Path, Any]], cache: Any, timeout: int) -> list[str]:
    """Execute the notebooks, keep what they show, and return what went wrong."""
    turns = asyncio.Semaphore(2)  # each waits for a kernel of its own

    async def take_turn(path: Path, notebook: Any) -> str | None:
        async with turns:
            start = time.perf_counter()
            try:
                await execute(path, notebook, timeout)
            except Exception as problem:  # a cell's, the kernel's, or too long a time
                return f"{path.name}: {COLOUR.sub('', str(problem)).strip()}"
            seconds = time.perf_counter() - start
        log.info("executed %s in %.1f s", path.name, seconds)
        bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
        cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        return None

    return [text for text in await asyncio.gather(*starmap(take_turn, notebooks)) if text]


async def execute(path: Path, notebook: Any, timeout: int) -> None:
    """Execute the notebook in its folder."""
    place = {"metadata": {"path": path.parent}}
    client = NotebookClient(notebook, timeout=timeout, resources=place, record_timing=False)
    await client.async_execute()
