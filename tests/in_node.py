"""Ask the explorers' script, in Node, what it computes and says."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mftutor.explorers import Explorer, bundle

CLASSES = {cls.KIND: cls for cls in Explorer.__subclasses__()}


def answers(states):
    """For each kind, and each of its states, what kinds.mjs answers."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI"):
            pytest.fail("Node is missing")
        pytest.skip("Node is missing (its package is called nodejs)")
    table = ", ".join(f"{kind}: $kinds_{kind}" for kind in CLASSES)
    joined = bundle.minified(bundle.joined("page", list(CLASSES), f"export default {{ {table} }};"))
    asked = [question(kind, states[kind]) for kind in states]
    done = subprocess.run(
        [node, str(Path(__file__).with_name("explorers") / "kinds.mjs")],
        input=json.dumps({"joined": joined, "kinds": asked}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def question(kind, states):
    """What kinds.mjs takes."""
    explorer = CLASSES[kind]()
    time = next((c["name"] for c in explorer.controls if c["type"] == "time"), "")
    return {"kind": kind, "data": explorer.data, "states": states, "time": time}
