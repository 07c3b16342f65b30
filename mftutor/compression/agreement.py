"""When two runs count as the same: every recorded quantity, held to its own size."""

from __future__ import annotations

import numpy as np

from mftutor._validation import FloatArray
from mftutor.trajectory import Trajectory


def agree(run: Trajectory, other: Trajectory, tolerance: float) -> bool:
    """Whether two runs show the same up to a tolerance, as `compress` promises it.

    For all t the error, each signal, each noise, each of the first r + 1 rows (as a vector) and
    ``JᵀJ`` (as a matrix) differ by at most `tolerance` times the largest size that this quantity
    has had up to t in `run`; and both diverged at the same step, or none did.

    Parameters
    ----------
    run, other : Trajectory
        Of the same rank, and of as many steps unless one diverged.
    tolerance : float

    Returns
    -------
    bool

    Examples
    --------
    >>> import mftutor as mf
    >>> problem = mf.Problem([1.0, 0.5], rank=1)
    >>> one, other = (
    ...     mf.gradient_descent(problem, [[x], [0.2]], step_size=0.1, n_steps=9)
    ...     for x in (0.1, 0.1 + 1e-9)
    ... )
    >>> agree(one, other, 1e-6), agree(one, other, 1e-12)
    (True, False)
    """
    return run.diverged_at == other.diverged_at and all(
        _close(mine, theirs, tolerance)
        for mine, theirs in zip(_quantities(run), _quantities(other), strict=True)
    )


def _quantities(run: Trajectory) -> list[FloatArray]:
    """What is compared, each a vector along the last axis, with time along the first."""
    flat_gram = run.noise_gram.reshape(len(run.noise_gram), -1)
    scalars = [run.error[:, None], run.signal[..., None], run.noise[..., None]]
    return [*scalars, run.top_rows, flat_gram]


def _close(a: FloatArray, b: FloatArray, tolerance: float) -> bool:
    """Whether ``‖a_t − b_t‖ ≤ tolerance · max_{s ≤ t} ‖a_s‖`` for all t."""
    largest_so_far = np.maximum.accumulate(np.linalg.norm(a, axis=-1), axis=0)
    return bool(np.all(np.linalg.norm(a - b, axis=-1) <= tolerance * largest_so_far))
