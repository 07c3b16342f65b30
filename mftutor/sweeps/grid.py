"""What a sweep is to run: problems, scales, step sizes, numbers of steps, draws; and its pieces."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from mftutor._validation import FloatArray, integer, real_number
from mftutor.compression.reduction import STABLE_LIMIT
from mftutor.problem import Problem
from mftutor.sweeps.chunk import Chunk, draws_at_once, generator, largest_exponent
from mftutor.sweeps.drawing import AnyProblem, head_of
from mftutor.sweeps.drawing import draw as drawn
from mftutor.sweeps.fingerprint import described, digest_of
from mftutor.sweeps.linear_tail import LinearTailProblem
from mftutor.sweeps.stacks import Cell
from mftutor.trajectory import signal_threshold

# To be raised when the same grid gives other numbers, so that no file mixes old and new.
_FORMAT = 1


@dataclass(frozen=True, eq=False)
class Grid:
    """The product of problems, scales, step sizes and numbers of steps, each with many draws.

    Draw i starts from ``scale * N₀`` with N₀ made by the generator of `generator`: the i-th
    child of ``numpy.random.SeedSequence(seed)``. It is the same stream for all problems, so
    differences between them are differences of pairs.

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
    n_seeds : int
        The number of draws, at least 1.
    seed : int, default 0
        The entropy of the draws.
    threshold : float, optional
        That of the hitting times; for each problem Δ/2 with Δ = `Problem.min_eigengap` unless
        given.

    Raises
    ------
    ValueError
        If an axis is empty or repeats a value, a number is out of range, a gap is zero and no
        threshold given, or the limit of large d is to be run beyond ``ηλ₁ = 1.2``.

    Examples
    --------
    >>> grid = Grid(
    ...     [LinearTailProblem(d) for d in (100, 1000)],
    ...     scale=[0.5, 1.0],
    ...     step_size=0.1,
    ...     n_steps=300,
    ...     n_seeds=200,
    ... )
    >>> grid
    Grid(2 problems x 2 cells x 200 draws = 800 runs)
    """

    problems: tuple[AnyProblem, ...]
    scale: tuple[float, ...]
    step_size: tuple[float, ...]
    n_steps: tuple[int, ...]
    n_seeds: int
    seed: int
    threshold: float | None

    def __init__(
        self,
        problems: AnyProblem | Iterable[AnyProblem],
        *,
        scale: float | Iterable[float],
        step_size: float | Iterable[float],
        n_steps: int | Iterable[int],
        n_seeds: int,
        seed: int = 0,
        threshold: float | None = None,
    ) -> None:
        axes = {
            "problems": tuple(_problem(value) for value in _several(problems)),
            "scale": tuple(
                real_number("scale", value, zero_allowed=True) for value in _several(scale)
            ),
            "step_size": tuple(real_number("step_size", value) for value in _several(step_size)),
            "n_steps": tuple(integer("n_steps", value, 0) for value in _several(n_steps)),
        }
        for name, values in axes.items():
            if not values:
                raise ValueError(f"{name} must hold at least one value, got none")
            kept = [described(value) for value in values]
            if len(set(kept)) < len(kept):
                raise ValueError(f"{name} must not repeat a value, got {values!r}")
            object.__setattr__(self, name, values)
        object.__setattr__(self, "n_seeds", integer("n_seeds", n_seeds, 1))
        object.__setattr__(self, "seed", integer("seed", seed, 0))
        given = None if threshold is None else real_number("threshold", threshold)
        object.__setattr__(self, "threshold", given)
        for problem in self.problems:
            self.threshold_of(problem)  # refuses a gap of zero
            self._refuse_unstable_limit(problem)

    def __repr__(self) -> str:
        return (
            f"Grid({len(self.problems)} problems x {len(self.cells)} cells "
            f"x {self.n_seeds} draws = {self.n_runs} runs)"
        )

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """What is done to every draw of every problem: (scale, step_size, n_steps)."""
        return tuple(Cell(*values) for values in product(self.scale, self.step_size, self.n_steps))

    @property
    def n_runs(self) -> int:
        """The number of runs of gradient descent."""
        return len(self.problems) * len(self.cells) * self.n_seeds

    def generator(self, draw: int) -> np.random.Generator:
        """Return what draw number `draw` is made with, to run it again by itself.

        Parameters
        ----------
        draw : int
            From 0 to n_seeds − 1, the table's column ``draw``.

        Returns
        -------
        numpy.random.Generator
            ``gaussian_init(problem, scale=…, seed=grid.generator(draw))`` is its start.

        Raises
        ------
        ValueError
            If `draw` is out of range.
        """
        return generator(self.seed, integer("draw", draw, 0, self.n_seeds - 1))

    def start(self, problem: AnyProblem, draw: int) -> tuple[Problem, FloatArray]:
        """Return a start at scale 1 from few rows, to look at a run of the table in full.

        Parameters
        ----------
        problem : Problem or LinearTailProblem
            One of `problems`, or another.
        draw : int
            From 0 to n_seeds − 1, the table's column ``draw``.

        Returns
        -------
        small_problem : Problem
            The first r + 1 eigenvalues, and all others or nodes in their place, good for any run
            of the grid.
        N0 : ndarray, shape (small_problem.dimension, r)

        Raises
        ------
        ValueError
            If `draw` is out of range.

        Examples
        --------
        >>> problem = LinearTailProblem(10**5)
        >>> grid = Grid(problem, scale=0.5, step_size=0.1, n_steps=400, n_seeds=9)
        >>> small_problem, N0 = grid.start(problem, 3)
        >>> small_problem.dimension < 1000
        True
        """
        return drawn(problem, self.generator(draw), largest_exponent(problem, self.cells))

    def threshold_of(self, problem: AnyProblem) -> float:
        """Return the threshold of a problem's hitting times."""
        return signal_threshold(head_of(problem), self.threshold)

    @property
    def n_chunks(self) -> int:
        """The number of chunks."""
        return sum(math.ceil(self.n_seeds / draws_at_once(problem)) for problem in self.problems)

    def chunks(self) -> Iterator[Chunk]:
        """Give the pieces that are computed apart, in the order of the table."""
        index = 0
        for number, problem in enumerate(self.problems):
            at_once, level = draws_at_once(problem), self.threshold_of(problem)
            for first in range(0, self.n_seeds, at_once):
                last = min(first + at_once, self.n_seeds)
                yield Chunk(index, number, problem, self.cells, level, self.seed, first, last)
                index += 1

    @property
    def description(self) -> dict[str, Any]:
        """The grid in types of JSON; long spectra by their digest."""
        return {
            "format": _FORMAT,
            "problems": [described(problem) for problem in self.problems],
            **{name: list(getattr(self, name)) for name in ("scale", "step_size", "n_steps")},
            **{name: getattr(self, name) for name in ("n_seeds", "seed", "threshold")},
        }

    @property
    def fingerprint(self) -> str:
        """A digest of `description`: equal for equal grids only."""
        return digest_of(self.description)

    def _refuse_unstable_limit(self, problem: AnyProblem) -> None:
        """Refuse steps for which nodes cannot stand for rows, where there are no rows."""
        if isinstance(problem, Problem) or problem.drawn:
            return
        if largest_exponent(problem, self.cells) is None:
            most = STABLE_LIMIT / problem.leading[0]
            raise ValueError(
                f"step_size must be at most {most:g} for {problem}, got {max(self.step_size):g}"
            )


def _several(values: Any) -> tuple[Any, ...]:
    """One value, or some, as a tuple."""
    return tuple(values) if np.iterable(values) and not isinstance(values, str) else (values,)


def _problem(value: Any) -> AnyProblem:
    """The value, if it is a problem."""
    if not isinstance(value, (Problem, LinearTailProblem)):
        raise ValueError(f"problems must be Problem or LinearTailProblem, got {value!r}")
    return value
