"""What a sweep is to run: problems, scales, step sizes, numbers of steps and seeds."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from mftutor._validation import (
    FloatArray,
    checked_scale,
    checked_step_size,
    integer,
    real_number,
    shown,
    typed,
)
from mftutor.compression.reduction import STABLE_LIMIT, blocks_for
from mftutor.problem import Problem
from mftutor.sweeps.drawing import ROWS_AT_ONCE, AnyProblem, draw, head_of, n_rows_drawn
from mftutor.sweeps.kernel import TOLERANCE, Cell, Chunk, largest_exponent
from mftutor.sweeps.linear_tail import LinearTailProblem
from mftutor.trajectory import signal_threshold

# How many draws a chunk has, and how many rows are drawn for it, at most (one draw has all its).
_DRAWS_A_CHUNK, _ROWS_A_CHUNK = 50, 2 * 10**6


@dataclass(frozen=True, eq=False)
class Grid:
    """The product of problems, scales, step sizes, numbers of steps and seeds.

    Each run starts from ``gaussian_init(problem, scale=scale, seed=seed)``, as it does in
    `mftutor.compare_initializations`. A seed gives all problems the same stream of random
    numbers, so differences between them are differences of pairs.

    Parameters
    ----------
    problems : Problem or LinearTailProblem, or an iterable of them
        What is factorized. Ranks may differ.
    scale : float or iterable of float
        Initialization scales ϖ ≥ 0.
    step_size : float or iterable of float
        Step sizes η > 0.
    n_steps : int or iterable of int
        Numbers of steps T ≥ 0.
    seeds : iterable of int
        The draws, as in `mftutor.gaussian_init`, below 2⁶³.
    threshold : float, optional
        That of the hitting times; for each problem Δ/2 with Δ = `mftutor.Problem.min_eigengap`
        unless given.

    Raises
    ------
    ValueError
        If an axis is empty or repeats a value, a number is out of range, a gap is zero and no
        threshold given, or the limit of large d is to be run beyond ``ηλ₁ = 1.2``.

    Examples
    --------
    >>> problems = [LinearTailProblem(d) for d in (100, 1000)]
    >>> grid = Grid(problems, scale=[0.5, 1.0], step_size=0.1, n_steps=300, seeds=range(200))
    >>> grid
    Grid(2 problems x 2 cells x 200 seeds = 800 runs)
    >>> grid.cpu_hours < 0.001
    True
    """

    problems: tuple[AnyProblem, ...]
    scale: tuple[float, ...]
    step_size: tuple[float, ...]
    n_steps: tuple[int, ...]
    seeds: tuple[int, ...]
    threshold: float | None

    def __init__(
        self,
        problems: AnyProblem | Iterable[AnyProblem],
        *,
        scale: float | Iterable[float],
        step_size: float | Iterable[float],
        n_steps: int | Iterable[int],
        seeds: Iterable[int],
        threshold: float | None = None,
    ) -> None:
        if not np.iterable(seeds):
            raise ValueError(f"seeds must be an iterable of integers, as range(10), got {seeds!r}")
        axes = {
            "problems": tuple(_problem("problems", value) for value in _several(problems)),
            "scale": tuple(checked_scale(value, 1) for value in _several(scale)),
            "step_size": tuple(real_number("step_size", value) for value in _several(step_size)),
            "n_steps": tuple(integer("n_steps", value, 0) for value in _several(n_steps)),
            "seeds": tuple(integer("seeds", value, 0, 2**63 - 1) for value in seeds),
        }
        for name, values in axes.items():
            if not values:
                raise ValueError(f"{name} must hold at least one value, got none")
            if len(set(map(described, values))) < len(values):
                raise ValueError(f"{name} must not repeat a value, got {values!r}")
            object.__setattr__(self, name, values)
        given = None if threshold is None else real_number("threshold", threshold)
        object.__setattr__(self, "threshold", given)
        for problem in self.problems:
            checked_step_size(max(self.step_size), head_of(problem).eigenvalues[0])
            checked_scale(min(filter(None, self.scale), default=0.0), n_rows_drawn(problem))
            threshold_of(self, problem)  # refuses a gap of zero
            largest_exponent(problem, self.cells)  # refuses what is unstable without rows

    def __repr__(self) -> str:
        return (
            f"Grid({len(self.problems)} problems x {len(self.cells)} cells "
            f"x {len(self.seeds)} seeds = {self.n_runs} runs)"
        )

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """What is done to every draw of every problem: (scale, step_size, n_steps)."""
        return tuple(Cell(*values) for values in product(self.scale, self.step_size, self.n_steps))

    @property
    def n_runs(self) -> int:
        """The number of runs of gradient descent."""
        return len(self.problems) * len(self.cells) * len(self.seeds)

    @property
    def cpu_hours(self) -> float:
        """How many hours of one core `mftutor.sweeps.sweep` takes, to an order of magnitude."""
        seconds = 0.0
        for problem in self.problems:
            # Of a machine of 2025: to draw rows, to replace what is left of them, to step.
            r, lam, n_rows = problem.rank, head_of(problem).eigenvalues, n_rows_drawn(problem)
            seconds += 1e-7 * n_rows * r
            for _, step_size, n_steps in self.cells:
                rows = float(n_rows)
                if step_size * lam[0] <= STABLE_LIMIT:
                    blocks = blocks_for(step_size, n_steps, float(lam[r : r + 1].sum()), TOLERANCE)
                    rows = min(problem.dimension, r + 1 + r * blocks)
                seconds += 1e-9 * min(n_rows, ROWS_AT_ONCE) * rows**2
                seconds += n_steps * (1e-6 + 4e-9 * rows * r)
        return len(self.seeds) * seconds / 3600

    @typed
    def start(self, problem: AnyProblem, *, seed: int) -> tuple[Problem, FloatArray]:
        """Return a start at scale 1 from few rows, to look at a run of the table in full.

        Parameters
        ----------
        problem : Problem or LinearTailProblem
            One of `problems`, or another.
        seed : int
            One of `seeds`, or another.

        Returns
        -------
        small_problem : Problem
            The first r + 1 eigenvalues, and all others or nodes in their place, good for any run
            of the grid.
        N0 : ndarray, shape (small_problem.dimension, r)

        Raises
        ------
        ValueError
            If `seed` is not an integer ≥ 0.
        TypeError
            If `problem` is neither.

        Examples
        --------
        >>> problem = LinearTailProblem(10**5)
        >>> grid = Grid(problem, scale=0.5, step_size=0.1, n_steps=400, seeds=range(9))
        >>> small_problem, N0 = grid.start(problem, seed=3)
        >>> small_problem.dimension < 1000
        True
        """
        exponent = largest_exponent(problem, self.cells)
        return draw(problem, integer("seed", seed, 0, None), exponent)


def threshold_of(grid: Grid, problem: AnyProblem) -> float:
    """The threshold of a problem's hitting times."""
    return signal_threshold(head_of(problem), grid.threshold)


def chunks_of(grid: Grid, problem: AnyProblem) -> list[Chunk]:
    """The runs of one problem, in pieces that depend on the problem's size and nothing else."""
    n = int(np.clip(_ROWS_A_CHUNK // n_rows_drawn(problem), 1, _DRAWS_A_CHUNK))
    level = threshold_of(grid, problem)
    parts = (grid.seeds[i : i + n] for i in range(0, len(grid.seeds), n))
    return [Chunk(problem, grid.cells, level, seeds) for seeds in parts]


def described(value: Any) -> Any:
    """A value of an axis in types of JSON, equal for equal ones only: a long spectrum's digest."""
    if isinstance(value, Problem):
        digest = hashlib.sha256(value.eigenvalues.astype("<f8").tobytes()).hexdigest()
        return ("eigenvalues", digest, value.dimension, value.rank)
    if isinstance(value, LinearTailProblem):
        return ("linear tail", value.dimension, value.leading, value.tail, value.drawn)
    return value


def _several(values: Any) -> tuple[Any, ...]:
    """One value, or some, as a tuple."""
    return tuple(values) if np.iterable(values) and not isinstance(values, str) else (values,)


def _problem(name: str, value: Any) -> AnyProblem:
    """The value, if it is a problem."""
    if not isinstance(value, (Problem, LinearTailProblem)):
        raise TypeError(f"{name} must be Problem or LinearTailProblem, got {shown(value)}")
    return value
