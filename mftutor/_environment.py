"""What surrounds the library: what is installed, how consoles print, threads of linear algebra."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ContextDecorator, contextmanager
from functools import cache
from threading import Lock
from typing import Any

# How signs are written where a console has only ASCII; raised and lowered ones after ^ and _.
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ᵣₖ", "0123456789rk")
_ASCII = str.maketrans(
    {
        "α": "alpha",
        "δ": "delta",
        "Δ": "Delta",
        "ε": "epsilon",
        "η": "eta",
        "θ": "theta",
        "λ": "lambda",
        "μ": "mu",
        "π": "pi",
        "ρ": "rho",
        "σ": "sigma",
        "Σ": "Sigma",
        "τ": "tau",
        "ϖ": "scale",
        "χ": "chi",
        "ᵀ": ".T",
        "…": "...",
        "–": "-",
        "−": "-",
        "≤": "<=",
        "≥": ">=",
        "≈": "~",
        "∞": "inf",
        "γ": "gamma",
        "⟨": "<",
        "⟩": ">",
        "½": "1/2",
        "‖": "||",
        "×": "x",
        "·": "*",
        "√": "sqrt",
        "♯": "#",
        "’": "'",
        "“": '"',
        "”": '"',
    }
)


def printable(text: str) -> str:
    """Return `text` as the console can print it: on some, Greek letters have to be spelt."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda found: f"^{found[0].translate(_RAISED)}", text)
        text = re.sub("[₀-₉ᵣₖ]+", lambda found: f"_{found[0].translate(_LOWERED)}", text)
        return text.translate(_ASCII).encode(encoding, "replace").decode(encoding)
    return text


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import inside what an extra of the package installs; what is missing is said with its line.

    Raises
    ------
    ModuleNotFoundError
        If something is missing: how it is installed.
    """
    try:
        yield
    except ModuleNotFoundError as missing:
        package = (missing.name or "").partition(".")[0]
        line = f"{package} is not installed: pip install 'mftutor[{name}]'"
        raise ModuleNotFoundError(line, name=missing.name) from None


class _OneThread(ContextDecorator):
    """A block in which linear algebra runs on one thread: for small matrices more are slower.

    Also a decorator. May be entered again inside, and by several threads of Python: the last one
    to leave restores what was.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._limit: Any = None

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._limit = _controller().limit(limits=1, user_api="blas")
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                self._limit.restore_original_limits()


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


one_thread = _OneThread()
