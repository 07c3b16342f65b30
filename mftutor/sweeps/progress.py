"""A bar that says how many runs are done: in a terminal and in a notebook, else silent."""

from __future__ import annotations

import sys
from typing import Any


class Silent:
    """A bar that nobody sees."""

    def update(self, n_runs: int) -> None:
        """Count some runs as done."""

    def close(self) -> None:
        """Be done."""


def bar(n_runs: int, n_done: int, wanted: bool | None) -> Any:
    """Return a bar of tqdm, or a silent one.

    Parameters
    ----------
    n_runs, n_done : int
        All runs, and those that were done before.
    wanted : bool or None
        None shows it where tqdm is installed and somebody looks.

    Raises
    ------
    ImportError
        If it is wanted and tqdm is not installed.
    """
    if wanted is False or (wanted is None and not _somebody_looks()):
        return Silent()
    try:
        from tqdm.auto import tqdm
    except ImportError:
        if wanted:
            raise ImportError("progress=True needs tqdm: pip install 'mftutor[sweeps]'") from None
        return Silent()
    return tqdm(total=n_runs, initial=n_done, unit=" runs", dynamic_ncols=True)


def _somebody_looks() -> bool:
    """Whether the errors go to a terminal, or this is a notebook."""
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"
