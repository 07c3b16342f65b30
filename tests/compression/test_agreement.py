"""When two runs count as the same."""

import numpy as np
import pytest

import mftutor as mf
from mftutor.compression.agreement import agree

PROBLEM = mf.figure_1_problem(50)
X0 = mf.gaussian_init(PROBLEM, scale=0.5, seed=0)
QUANTITIES = ["error", "signal", "noise", "top_rows", "noise_gram"]


def descend(X0: np.ndarray = X0) -> mf.Trajectory:
    """Twenty steps, with everything computed and kept: each array is then on its own."""
    run = mf.gradient_descent(PROBLEM, X0, step_size=0.1, n_steps=20)
    assert agree(run, run, 1e-12)
    return run


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_every_recorded_quantity_is_compared(quantity: str) -> None:
    run, other = descend(), descend()
    assert agree(run, other, 1e-12)
    getattr(other, quantity)[-1] *= 1 + 1e-6
    assert not agree(run, other, 1e-12)
    assert agree(run, other, 1e-5)


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_nan_never_agrees(quantity: str) -> None:
    run, other = descend(), descend()
    getattr(other, quantity)[-1] = np.nan
    assert not agree(run, other, 0.5)
    assert not agree(other, run, 0.5)


def test_runs_that_diverge_at_different_times_never_agree() -> None:
    direction = X0 / np.linalg.norm(X0, 2)
    at_one, at_two = (
        descend(np.sqrt(size) * direction)
        for size in (30, 22)  # ησ₁² = 3.0 and 2.2, where 3.1 is the limit
    )
    assert (at_one.diverged_at, at_two.diverged_at) == (1, 2)
    assert not agree(at_one, at_two, 0.5)
