"""The numbers of a class: drawn from its seed, short to write, and never a borderline case.

Every draw is repeated until the right answers are far from the typical wrong ones and from the
next integer, so that a tolerance is fair in every class.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

import mftutor as mf

Numbers = dict[str, Any]
_ATTEMPTS = 1000


def draw(assignment: str, class_seed: int) -> Numbers:
    """Return the numbers of one assignment, by the names its notebook gives them.

    Parameters
    ----------
    assignment : str
        One of `ASSIGNMENTS`.
    class_seed : int
        At least 0; the same numbers for the same seed on every machine.

    Returns
    -------
    dict
        Python numbers and lists of them.

    Raises
    ------
    ValueError
        If there is no such assignment or the seed is negative.

    Examples
    --------
    >>> draw("rank_one", 7) == draw("rank_one", 7)
    True
    >>> draw("rank_one", 7) == draw("rank_one", 8)
    False
    """
    if assignment not in _DRAWS:
        raise ValueError(f"assignment must be one of {', '.join(_DRAWS)}, got {assignment!r}")
    if class_seed < 0:
        raise ValueError(f"class_seed must be >= 0, got {class_seed}")
    return copy.deepcopy(_first_fair(assignment, class_seed))


@cache
def _first_fair(assignment: str, class_seed: int) -> Numbers:
    """The first numbers drawn that are not refused."""
    rng = np.random.default_rng([class_seed, list(_DRAWS).index(assignment)])
    for _ in range(_ATTEMPTS):
        numbers = _DRAWS[assignment](rng)
        if numbers is not None:
            return numbers
    raise RuntimeError(f"no fair numbers in {_ATTEMPTS} draws")  # a mistake in this module


def spectrum(
    rng: np.random.Generator, largest: float, gaps: list[tuple[float, float]]
) -> list[float]:
    """Eigenvalues below `largest`, one for each range of gaps, with two decimals."""
    values = [round(largest, 2)]
    for low, high in gaps:
        values.append(round(values[-1] - round(rng.uniform(low, high), 2), 2))
    return values


def _rank_one(rng: np.random.Generator) -> Numbers | None:
    eigenvalues = spectrum(rng, rng.uniform(1.5, 3.0), [(0.4, 0.7), (0.2, 0.3), (0.1, 0.3)])
    numbers: Numbers = {
        "eigenvalues": eigenvalues,
        "x0": [round(rng.uniform(0.01, 0.05), 3), *rng.uniform(0.3, 0.6, 3).round(2).tolist()],
        "step_size": round(1 / (rng.uniform(12.5, 18) * eigenvalues[0]), 4),
        "n_steps": int(rng.integers(40, 80)),
        "accuracy": float(f"1e-{rng.integers(4, 8)}"),
        "inverse_limit": int(rng.integers(3, 16)),
        "large_step": round(rng.uniform(0.4, 0.8) / eigenvalues[0], 3),
    }
    snr = mf.rank_one_snr(
        mf.Problem(eigenvalues, 1), numbers["x0"], step_size=numbers["step_size"], n_steps=2000
    )
    # The first ratio below the accuracy and the last above it, both clearly so.
    clear = np.abs(np.log(snr.noise_to_signal / numbers["accuracy"])).min() > 1e-4
    grows = snr.beta[10] > snr.beta[0]
    far = abs(snr.alpha[numbers["n_steps"]] - 1) > 0.05  # else the square is no mistake
    fresh = numbers["inverse_limit"] != 12  # the book has this constant
    return numbers if clear and grows and far and fresh else None


def _large_start(rng: np.random.Generator) -> Numbers | None:
    eigenvalues = spectrum(rng, 1.0, [(0.3, 0.4), (0.32, 0.45)])
    numbers: Numbers = {
        "dimension": int(rng.integers(40, 90)) * 10,
        "largest_eigenvalues": eigenvalues[:2],
        "tail_from": eigenvalues[2],
        "scale": round(rng.uniform(0.35, 0.65), 2),
        "step_size": round(rng.uniform(0.05, 0.12), 3),
        "start_seed": int(rng.integers(1000)),
    }
    tail = np.linspace(numbers["tail_from"], 0, numbers["dimension"] - 2)
    problem = mf.Problem([*numbers["largest_eigenvalues"], *tail], 2)
    X0 = mf.gaussian_init(problem, scale=numbers["scale"], seed=numbers["start_seed"])
    run = mf.gradient_descent(problem, X0, step_size=numbers["step_size"], n_steps=1000)
    first, second = run.hitting_times()
    halves = [run.hitting_times(value / 2)[k] for k, value in enumerate(problem.eigenvalues[:2])]
    late = halves[0] - first > 4 or halves[1] - second > 4
    if not (second - first > 40 and late and second < 500):
        return None
    middle = int(first + second) // 2
    numbers["plateau_step"] = middle
    plateau = run.error[middle] / problem.eigenvalues[1]
    unequal = problem.eigengap_at_rank > 1.05 * problem.min_eigengap
    return numbers if abs(plateau - 1) > 0.05 and unequal else None


def _sensing_and_depth(rng: np.random.Generator) -> Numbers | None:
    dimension = int(rng.integers(16, 25))
    parameters = 3 * dimension - 3  # of a matrix of rank 3
    depth = int(rng.choice([3, 5, 6]))  # for 4 the typical wrong answer would be right
    numbers: Numbers = {
        "dimension": dimension,
        "eigenvalues": spectrum(rng, 1.0, [(0.3, 0.4), (0.2, 0.35)]),
        "n_measurements": round(rng.uniform(1.9, 2.3) * parameters),
        "measurement_seed": int(rng.integers(1000)),
        "scale": 1e-4,
        "step_size": 0.05,
        "depth": depth,
        "divisor": int(rng.integers(5, 50)),
        "target": round(rng.uniform(0.8, 1.5), 2),
        "deep_scale": round(rng.uniform(0.001, 0.01), 4),
        "deep_step": round(rng.uniform(0.02, 0.05), 3),
    }
    # Question 6 asks why all columns fail: there must be other matrices that fit.
    if numbers["n_measurements"] > 0.95 * mf.sensing.uniqueness_threshold(dimension, 3):
        return None
    measurements = mf.sensing.gaussian_measurements(
        numbers["dimension"], numbers["n_measurements"], seed=numbers["measurement_seed"]
    )
    problem = mf.sensing.Problem(measurements, numbers["eigenvalues"])
    one, last = _final_errors(problem, 1, numbers["scale"], numbers["step_size"])
    missing = np.linalg.norm(problem.eigenvalues[1:]) / np.linalg.norm(problem.eigenvalues)
    settled = abs(one - last) < 1e-4 * last
    # From a large start three columns find the matrix, and all columns do not.
    few, _ = _final_errors(problem, 3, 1.0, numbers["step_size"])
    all_of_them, _ = _final_errors(problem, dimension, 1.0, numbers["step_size"])
    fair = settled and last > 1.04 * missing and few < 0.01 and all_of_them > 0.1
    return numbers if fair else None


def _final_errors(
    problem: mf.sensing.Problem, columns: int, scale: float, step_size: float
) -> tuple[float, float]:
    """Relative errors of a run 500 steps before its end, and at its end."""
    U0 = mf.sensing.init(problem, columns, scale=scale, seed=0)
    run = mf.sensing.descend(problem, U0, step_size=step_size, n_steps=3000)
    return float(run.relative_error[-501]), float(run.relative_error[-1])


_DRAWS: dict[str, Callable[[np.random.Generator], Numbers | None]] = {
    "rank_one": _rank_one,
    "large_start": _large_start,
    "sensing_and_depth": _sensing_and_depth,
}
ASSIGNMENTS = tuple(_DRAWS)
