"""The exact gradient flow ``Ẋ = (Σ − XXᵀ)X``, descent in the limit of small steps.

In reading order: `closed_form`, how it is computed; `path`, the flow from a start of any size, or
from infinity; `times`, when it learns each eigenvector and when it must have; `law`, how these
times are distributed over random starts.
"""

from mftutor.flow.law import log_d_bound, time_law
from mftutor.flow.path import Path, distance, from_infinity, solve
from mftutor.flow.times import accuracy_bound, hitting_times, time_bound

__all__ = [
    "Path",
    "accuracy_bound",
    "distance",
    "from_infinity",
    "hitting_times",
    "log_d_bound",
    "solve",
    "time_bound",
    "time_law",
]
