"""Where gradient descent starts: at random."""

from __future__ import annotations

import numpy as np

from mftutor._validation import FloatArray, checked_scale, random_generator, typed
from mftutor.problem import Problem


@typed
def gaussian_init(problem: Problem, *, scale: float, seed: int | np.random.Generator) -> FloatArray:
    """Draw ``X₀ = ϖ N₀`` with independent entries ``N₀ ~ N(0, 1/d)``.

    A `scale` that does not shrink with the dimension is the paper's *large*
    initialization (Section 4.2): ``‖X₀‖`` then tends to a positive constant.

    Parameters
    ----------
    problem : Problem
        Gives the shape (d, r).
    scale : float
        The initialization scale ϖ ≥ 0.
    seed : int or numpy.random.Generator
        A fixed starting point for each int; a Generator is advanced.

    Returns
    -------
    ndarray, shape (d, r)

    Raises
    ------
    ValueError
        If `scale` is negative or not finite, or `seed` is neither an int ≥ 0 nor a Generator.

    Examples
    --------
    >>> from mftutor import figure_1_problem
    >>> gaussian_init(figure_1_problem(4), scale=0.5, seed=0).shape
    (4, 2)
    """
    size = checked_scale(scale, problem.dimension)
    shape = (problem.dimension, problem.rank)
    draw = random_generator(seed).standard_normal(shape)
    return size * draw / np.sqrt(problem.dimension)
