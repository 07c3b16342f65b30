"""What a grid is, in types of JSON, and a digest of it: equal for equal grids only."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from mftutor.problem import Problem
from mftutor.sweeps.linear_tail import LinearTailProblem


def digest_of(description: Any) -> str:
    """A digest of what JSON can write."""
    return hashlib.sha256(json.dumps(description).encode()).hexdigest()


def described(value: Any) -> Any:
    """A number as it is; a problem as a list that says which one it is."""
    if isinstance(value, Problem):
        digest = hashlib.sha256(value.eigenvalues.astype("<f8").tobytes()).hexdigest()
        return ("eigenvalues", digest, value.dimension, value.rank)
    if isinstance(value, LinearTailProblem):
        return ("linear tail", value.dimension, value.leading, value.tail, value.drawn)
    return value
