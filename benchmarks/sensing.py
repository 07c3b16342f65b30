"""What the packed form of the measurements saves: a run of matrix sensing, written three ways.

    python benchmarks/sensing.py      (or make bench)

Literal are m dense d×d matrices, in a loop and in one `numpy.tensordot`; packed are the rows or
the Gram matrix of `mftutor.sensing.Measurements`. The runs are the same up to rounding and take
turns;
times are medians, of this machine, and nothing asserts them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from descent import Job, in_turns

import mftutor as mf
from mftutor.sensing.symmetric import unpack

DIMENSION, RANK, SCALE, STEP_SIZE, N_STEPS = 30, 30, 1e-3, 0.1, 300
EIGENVALUES = (1.0, 0.6, 0.3)
N_MEASUREMENTS = (100, 300, 1000, 4000)
REPEATS = 5

Array = np.ndarray


def looped(matrices: Array, E: Array) -> Array:
    """``(1/m) Σ_i ⟨A_i, E⟩ A_i``, measurement by measurement."""
    total = np.zeros_like(E)
    for A in matrices:
        total += np.sum(A * E) * A
    return total / len(matrices)


def contracted(matrices: Array, E: Array) -> Array:
    """The same sum, as two products of a tensor."""
    return np.tensordot(np.tensordot(matrices, E), matrices, axes=1) / len(matrices)


def literal(
    slope: Callable[[Array, Array], Array], matrices: Array, truth: Array, U: Array, n_steps: int
) -> Array:
    """Descent with dense measurements; the last iterate."""
    for _ in range(n_steps):
        U = U - STEP_SIZE * slope(matrices, U @ U.T - truth) @ U
    return U


def packed(problem: mf.sensing.Problem, U0: Array, n_steps: int) -> Array:
    """Descent with packed measurements, and all that it records; the last iterate."""
    return mf.sensing.descend(problem, U0, step_size=STEP_SIZE, n_steps=n_steps).U_final


def jobs_of(n_measurements: int) -> list[Job]:
    """The three forms of a run; the loop takes a tenth of the steps."""
    size = DIMENSION * (DIMENSION + 1) // 2
    matrices = unpack(np.random.default_rng(0).standard_normal((n_measurements, size)))
    problem = mf.sensing.Problem(mf.sensing.matrix_measurements(matrices), EIGENVALUES)
    U0, truth = mf.sensing.init(problem, RANK, scale=SCALE, seed=0), problem.ground_truth
    measured = problem.measurements
    found = [
        Job(
            measured.form,
            DIMENSION,
            partial(packed, problem, U0, N_STEPS),
            (measured.array,),
            N_STEPS,
        )
    ]
    for name, slope, n_steps in (("loop", looped, N_STEPS // 10), ("tensor", contracted, N_STEPS)):
        run = partial(literal, slope, matrices, truth, U0, n_steps)
        found.append(Job(name, DIMENSION, run, (matrices,), n_steps))
    return found


def line(n_measurements: int, jobs: list[Job], seconds: list[list[float]]) -> str:
    """Sizes, milliseconds a step and ratios of one number of measurements."""
    fast, *slow = (1e3 * float(np.median(times)) for times in seconds)
    held, dense = (job.inputs[0].nbytes for job in jobs[:2])
    ratios = "".join(f"{time:11.3f} {time / fast:6.1f}×" for time in slow)
    memory = f"{held / 1e6:5.1f} {dense / held:5.1f}×"
    return f"{n_measurements:6} {jobs[0].what:>5} {memory} {fast:8.3f}{ratios}"


def main(repeats: int = REPEATS) -> None:
    """Print a table over the numbers of measurements."""
    print(f"matrix sensing, d = {DIMENSION}: MB held, and milliseconds a step")
    print("     m  form    MB  saved   packed  loop over the A_i    one tensordot")
    for n_measurements in N_MEASUREMENTS:
        jobs = jobs_of(n_measurements)
        print(line(n_measurements, jobs, in_turns(jobs, repeats)))


if __name__ == "__main__":
    main()
