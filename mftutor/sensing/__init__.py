"""Matrix sensing: a matrix learned from a few numbers ``⟨A_i, UUᵀ⟩``, the second paper's problem.

In reading order: `measurements`, the matrices A_i; `problem`, what is measured and where to start;
`descent`, learning it; `best_fit`, what the data alone determine at each rank; `greedy`, the
idealised path from one rank to the next; `recovery`, how much is recovered from how many
measurements; `completion`, measurements that are single entries. `symmetric` writes symmetric
matrices as vectors.
"""

from mftutor.sensing.best_fit import Fit, best_fit
from mftutor.sensing.completion import entry_measurements, random_eigenvectors, random_entries
from mftutor.sensing.descent import Run, descend
from mftutor.sensing.greedy import greedy_low_rank, visit_exponent
from mftutor.sensing.measurements import (
    Measurements,
    gaussian_measurements,
    matrix_measurements,
)
from mftutor.sensing.problem import Problem, init
from mftutor.sensing.recovery import (
    completion_errors,
    recovery_errors,
    restricted_isometry,
    uniqueness_threshold,
)

__all__ = [
    "Fit",
    "Measurements",
    "Problem",
    "Run",
    "best_fit",
    "completion_errors",
    "descend",
    "entry_measurements",
    "gaussian_measurements",
    "greedy_low_rank",
    "init",
    "matrix_measurements",
    "random_eigenvectors",
    "random_entries",
    "recovery_errors",
    "restricted_isometry",
    "uniqueness_threshold",
    "visit_exponent",
]
