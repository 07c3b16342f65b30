"""The problem that is not stored is the one that would be."""

import numpy as np
import pytest
from strategies import assert_refused

import mftutor as mf


@pytest.mark.parametrize("dimension", [3, 4, 5, 100, 4000])
def test_unstored_eigenvalues_are_those_of_figure_1(dimension):
    problem = mf.sweeps.LinearTailProblem(dimension)
    expected = mf.figure_1_problem(dimension).eigenvalues
    np.testing.assert_array_equal(problem.problem().eigenvalues, expected)
    pieces = [
        problem.eigenvalues_between(start, min(start + 7, dimension))
        for start in range(0, dimension, 7)
    ]
    np.testing.assert_array_equal(np.concatenate(pieces), expected)
    assert problem.min_eigengap == mf.figure_1_problem(dimension).min_eigengap


@pytest.mark.parametrize(
    ("arguments", "name", "piece"),
    [
        ({"dimension": 2}, "dimension", "2"),
        ({"dimension": 1e9}, "dimension", "1000000000.0"),
        ({"dimension": 10**11}, "dimension", "100000000000"),
        ({"dimension": 2.5, "drawn": False}, "dimension", "2.5"),
        ({"dimension": np.inf, "drawn": False}, "dimension", "inf"),
        ({"dimension": 9, "leading": []}, "leading", "at least one"),
        ({"dimension": 9, "leading": [0.5, 1.0]}, "leading and tail", "0.5"),
        ({"dimension": 9, "leading": [0.2]}, "leading and tail", "0.2"),
        ({"dimension": 9, "tail": (0.1, 0.3)}, "leading and tail", "0.1"),
        ({"dimension": 9, "tail": (0.1, -0.3)}, "eigenvalues", "-0.3"),
        ({"dimension": 9, "tail": (0.1,)}, "tail", "(2,)"),
    ],
)
def test_refused_problems(arguments, name, piece):
    assert_refused(lambda: mf.sweeps.LinearTailProblem(**arguments), name, piece)


def test_the_limit_has_no_eigenvalues_one_by_one():
    problem = mf.sweeps.LinearTailProblem(1e130, drawn=False)
    assert_refused(problem.problem, "drawn", "True")
    assert_refused(lambda: mf.sweeps.LinearTailProblem(9).eigenvalues_between(3, 10), "stop", "9")
