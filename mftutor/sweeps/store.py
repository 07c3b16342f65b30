"""The file of a sweep: results are added at its end, and nothing in it is ever changed.

Lines of text: first what the sweep is, then one line for each chunk that has been computed, in
the order of their completion. Each ends with a digest of itself and of what the sweep is, is
written by one call, and is on the disk before the next one is. So whatever stops a sweep, its
file holds whole lines; one that does not has been damaged by something else, and is left alone.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from mftutor._validation import FloatArray
from mftutor.sweeps.fingerprint import digest_of
from mftutor.sweeps.grid import Grid

_KIND = "mftutor sweep"
_FLAGS = os.O_RDWR | os.O_APPEND | getattr(os, "O_BINARY", 0)


class Store:
    """An open file and the results in it; `opened` makes one."""

    def __init__(self, path: Path, descriptor: int, grid: Grid) -> None:
        self.results: dict[int, FloatArray] = {}
        self._path, self._descriptor = path, descriptor
        self._description = json.loads(json.dumps(grid.description))
        self._digest = digest_of(self._description)
        self._shapes = [chunk.shape for chunk in grid.chunks()]
        self._size = 0

    def begin(self) -> None:
        """Write the first line of a new file."""
        self._append({"kind": _KIND, "grid": self._description})

    def add(self, index: int, result: FloatArray) -> None:
        """Write the result of a chunk at the end of the file, whole or not at all."""
        text = base64.b64encode(result.astype("<f8").tobytes()).decode()
        self._append({"chunk": index, "result": text})
        self.results[index] = result

    def read(self) -> None:
        """Read and verify all of a file that was there before."""
        content = self._path.read_bytes()
        self._size = len(content)
        *lines, rest = content.split(b"\n")
        if not content.startswith(f'{{"kind": "{_KIND}"'.encode()):
            raise self._refusal("be a file of a sweep", "holds something else")
        if rest:
            whole = self._size - len(rest)
            raise self._refusal(
                "end with a whole line",
                f"breaks off in line {len(lines) + 1}; the lines before it are {whole} bytes",
            )
        self._verify_grid(lines[0])
        for number, line in enumerate(lines[1:], start=2):
            self._take(number, self._parsed(number, line, self._digest))

    def _verify_grid(self, line: bytes) -> None:
        """Refuse a first line that is damaged, or speaks of another grid."""
        try:
            theirs = json.loads(line.rpartition(b" ")[0])["grid"]
        except (ValueError, KeyError):
            theirs = None
        self._parsed(1, line, digest_of(theirs))
        differing = [name for name, mine in self._description.items() if theirs.get(name) != mine]
        if differing or theirs.keys() != self._description.keys():
            name = next(iter(differing), "grid")
            was, wanted = theirs.get(name), self._description.get(name)
            raise self._refusal(
                "belong to this grid", f"was made with another {name}, {was!r} and not {wanted!r}"
            )

    def _parsed(self, number: int, line: bytes, digest: str) -> Any:
        """What a line says, if it says so with its digest."""
        text, _, signature = line.rpartition(b" ")
        if signature.decode("ascii", "replace") != _signature(digest, text):
            raise self._refusal("hold what was written", f"does not in line {number}")
        return json.loads(text)

    def _take(self, number: int, record: dict[str, Any]) -> None:
        """Keep the result of a line, if it is one of a chunk that was missing."""
        index = record.get("chunk")
        if not isinstance(index, int) or not 0 <= index < len(self._shapes):
            raise self._refusal("hold chunks of this grid", f"holds {index!r} in line {number}")
        if index in self.results:
            raise self._refusal("hold each chunk once", f"holds {index} again in line {number}")
        try:
            values = np.frombuffer(base64.b64decode(record["result"], validate=True), "<f8")
            self.results[index] = values.reshape(self._shapes[index]).astype(float)
        except (KeyError, ValueError, binascii.Error):
            allowed = f"hold {self._shapes[index]} numbers for chunk {index}"
            raise self._refusal(allowed, f"does not in line {number}") from None

    def _append(self, record: dict[str, Any]) -> None:
        """Write one line, by one call, and wait until it is on the disk."""
        text = json.dumps(record).encode()
        line = text + b" " + _signature(self._digest, text).encode() + b"\n"
        if os.fstat(self._descriptor).st_size != self._size:
            raise self._refusal("be written by this sweep alone", "has been changed meanwhile")
        written = os.write(self._descriptor, line)
        if written != len(line):  # a full disk
            os.ftruncate(self._descriptor, self._size)
            raise OSError(f"only {written} of {len(line)} bytes could be written to {self._path}")
        os.fsync(self._descriptor)
        self._size += written

    def _refusal(self, allowed: str, found: str) -> ValueError:
        return ValueError(f"file must {allowed}, but {self._path} {found}; nothing was changed")


@contextmanager
def opened(path: str | os.PathLike[str], grid: Grid) -> Iterator[Store]:
    """Open the file of a grid, or begin one; the results that are there have been verified.

    Raises
    ------
    ValueError
        If the file is not one of a sweep, of another grid, damaged, or open in another process.
    OSError
        If it cannot be opened or written.
    """
    file = Path(path)
    try:
        descriptor, new = os.open(file, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666), True
    except FileExistsError:
        descriptor, new = os.open(file, _FLAGS), False
    try:
        _lock(descriptor, file)
        store = Store(file, descriptor, grid)
        (store.begin if new else store.read)()
        yield store
    finally:
        os.close(descriptor)


def _signature(digest: str, text: bytes) -> str:
    """What a line ends with."""
    return hashlib.sha256(digest.encode() + text).hexdigest()


def _lock(descriptor: int, path: Path) -> None:
    """Refuse a file that another process has open; the system unlocks it when it is closed."""
    try:
        import fcntl
    except ImportError:  # Windows: `_append` notices what another process has written
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise ValueError(f"file must not be in use, but another sweep has {path} open") from None
