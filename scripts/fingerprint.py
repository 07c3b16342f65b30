"""Whether what was computed or built still stands: by contents and versions, not by dates.

    python scripts/fingerprint.py _build/made-from

writes the fingerprint of all that the book is made from into that file, and leaves the file
alone, date and all, if it says so already. So make builds again what has changed only.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution, version
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements.txt"
# What makes pages of the notebooks' outputs.
PAGES = (
    "book",
    "_config.yml",
    "_toc.yml",
    "runtime.txt",
    "scripts/fingerprint.py",
    "scripts/notebooks.py",
)
# Written beside the sources by whatever runs them.
PASSING = re.compile(r"__pycache__|\..*")


def main(target: Path) -> None:
    """Write the fingerprint of what the book is made from, where it differs."""
    addresses = [os.environ.get(name, "") for name in ("REPOSITORY", "JUPYTERHUB_URL")]
    made_from = "\n".join([of_outputs(), of_files(*PAGES), *addresses, ""])
    if not target.exists() or target.read_text(encoding="utf-8") != made_from:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(made_from, encoding="utf-8")


def of_outputs() -> str:
    """Return the fingerprint of what the outputs of a notebook follow, beside its own cells."""
    return _digest([sys.version, *sorted(_packages()), of_files("mftutor")])


def of_files(*names: str) -> str:
    """Return the fingerprint of files and of folders with all that is in them."""
    paths = [path for name in names for path in _files(ROOT / name)]
    return _digest(
        part for path in paths for part in (str(path.relative_to(ROOT)), path.read_bytes())
    )


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            if not PASSING.fullmatch(child.name):
                yield from _files(child)


def _packages() -> set[str]:
    """Name and version of all that the requirements ask for, and of what that needs in turn."""
    lines = REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    asked = _names(line for line in lines if re.match(r"\w", line))
    done: set[tuple[str, str]] = set()
    while asked - done:
        name, extra = (asked - done).pop()
        done.add((name, extra))
        asked |= _names(distribution(name).requires or [], extra)
    return {f"{name} {version(name)}" for name, _ in done}


def _names(requirements: Iterable[str], extra: str = "") -> set[tuple[str, str]]:
    """Each package and extra asked for, where the requirement applies on this machine."""
    parsed = [Requirement(text) for text in requirements]
    wanted = [r for r in parsed if r.marker is None or r.marker.evaluate({"extra": extra})]
    return {(r.name, extra) for r in wanted for extra in ("", *r.extras)}


def _digest(parts: Iterable[str | bytes]) -> str:
    """Return one digest of the parts, none of which can run into the next."""
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
