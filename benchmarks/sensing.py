"""What the packed form of the measurements saves: one run of matrix sensing, written three ways.

    python benchmarks/sensing.py      (or make bench)

Literal are m dense d×d matrices, in a loop and in one `numpy.tensordot`; packed are the rows or the
Gram matrix of `mftutor.Measurements`. The steps are the same up to rounding, which is asserted;
times are reported, never asserted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.packing import unpack

DIMENSION, RANK, STEP_SIZE, N_STEPS = 30, 30, 0.1, 300
EIGENVALUES = [1.0, 0.6, 0.3]

Slope = Callable[[FloatArray], FloatArray]


def looped(matrices: FloatArray) -> Slope:
    """``(1/m) Σ_i ⟨A_i, E⟩ A_i``, measurement by measurement."""

    def slope(error: FloatArray) -> FloatArray:
        total = np.zeros_like(error)
        for A in matrices:
            total += np.sum(A * error) * A
        return total / len(matrices)

    return slope


def contracted(matrices: FloatArray) -> Slope:
    """The same sum, as products of a tensor."""

    def slope(error: FloatArray) -> FloatArray:
        seen = np.tensordot(matrices, error)
        return np.tensordot(seen, matrices, axes=1) / len(matrices)

    return slope


def literal(slope: Slope, truth: FloatArray, U: FloatArray, n_steps: int) -> FloatArray:
    """Descent with dense measurements; the last iterate."""
    for _ in range(n_steps):
        U = U - STEP_SIZE * slope(U @ U.T - truth) @ U
    return U


def milliseconds_a_step(run: Callable[[int], FloatArray], n_steps: int) -> tuple[float, FloatArray]:
    """The least of three times, per step, and the last iterate."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        end = run(n_steps)
        times.append(time.perf_counter() - start)
    return 1e3 * min(times) / n_steps, end


def compare(n_measurements: int) -> None:
    """Print one line: sizes, times and ratios."""
    size = DIMENSION * (DIMENSION + 1) // 2
    matrices = unpack(np.random.default_rng(0).standard_normal((n_measurements, size)))
    problem = mf.SensingProblem(mf.matrix_measurements(matrices), EIGENVALUES)
    U0 = mf.sensing_init(problem, RANK, scale=1e-3, seed=0)

    def packed(n_steps: int) -> FloatArray:
        return mf.sensing_descent(problem, U0, step_size=STEP_SIZE, n_steps=n_steps).U_final

    fast, end = milliseconds_a_step(packed, N_STEPS)
    texts = []
    for make, n_steps in ((looped, N_STEPS // 10), (contracted, N_STEPS)):
        run = partial(literal, make(matrices), problem.ground_truth, U0)
        slow, other = milliseconds_a_step(run, n_steps)
        same = end if n_steps == N_STEPS else packed(n_steps)
        assert np.allclose(other, same, rtol=1e-6, atol=1e-9)
        texts.append(f"{slow:9.3f} ms {slow / fast:6.1f}x")
    held = problem.measurements.array.nbytes
    print(
        f"{n_measurements:6} {problem.measurements.form:>6} {held / 1e6:7.1f} MB "
        f"{matrices.nbytes / held:5.1f}x {fast:9.3f} ms {texts[0]} {texts[1]}"
    )


def main() -> None:
    """Print a table over the number of measurements."""
    print(f"matrix sensing, d = {DIMENSION}: milliseconds a step, and how often the packed time")
    print("     m   form     memory  saved       packed      loop over A_i         tensordot")
    for n_measurements in (100, 300, 1000, 4000):
        compare(n_measurements)


if __name__ == "__main__":
    main()
