"""The problem: its gaps by definition, its immutability, and the way to it from a matrix."""

import dataclasses
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import (
    EPS,
    SEEDS,
    assert_refused,
    assert_within,
    diagnostic_tolerance,
    iterate_tolerance,
    literal_descent,
    literal_error,
    random_orthogonal,
    spectra,
    starts,
)

import mftutor as mf

DIMENSIONS = st.integers(1, 8)


@given(DIMENSIONS.flatmap(spectra), st.data())
def test_gaps_are_differences_of_consecutive_eigenvalues(eigenvalues, data):
    d = len(eigenvalues)
    rank = data.draw(st.integers(1, d))
    problem = mf.Problem(eigenvalues, rank)
    following = [*eigenvalues[1:], 0.0]  # λ_{d+1} = 0
    gaps = [eigenvalues[k] - following[k] for k in range(rank)]
    assert problem.dimension == d
    assert problem.min_eigengap == min(gaps)
    assert problem.eigengap_at_rank == gaps[-1]


def test_gaps_of_a_full_rank_problem_count_a_zero_after_the_last_eigenvalue():
    problem = mf.Problem([1.0, 0.5, 0.25], rank=3)
    assert (problem.min_eigengap, problem.eigengap_at_rank) == (0.25, 0.25)
    problem = mf.Problem([1.0, 0.875, 0.25], rank=3)
    assert (problem.min_eigengap, problem.eigengap_at_rank) == (0.125, 0.25)


def test_a_zero_gap_prints_without_a_sign():
    problem = mf.Problem([1.0, 1.0, 0.0], rank=1)
    assert str(problem.min_eigengap) == str(problem.eigengap_at_rank) == "0.0"


def test_problem_is_frozen():
    problem = mf.Problem([1.0, 0.5], rank=1)
    for name, value in [("rank", 2), ("eigenvalues", np.ones(2)), ("other", 1)]:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(problem, name, value)
    with pytest.raises(ValueError, match="read-only"):
        problem.eigenvalues[0] = 2.0


def test_problem_copies_its_eigenvalues():
    given_values = np.array([1.0, 0.5, 0.25])
    problem = mf.Problem(given_values, rank=1)
    assert not np.shares_memory(problem.eigenvalues, given_values)
    given_values[0] = 7.0  # the caller's array stays writeable
    np.testing.assert_array_equal(problem.eigenvalues, [1.0, 0.5, 0.25])


@pytest.mark.parametrize(
    "eigenvalues",
    [[3, 1, 0], (3, 1, 0), np.array([3, 1, 0], dtype="f4"), np.array([3, 9, 1, 9, 0])[::2]],
)
def test_problem_takes_any_real_sequence(eigenvalues):
    problem = mf.Problem(eigenvalues, rank=np.int64(2))
    assert problem.eigenvalues.dtype == np.float64
    assert type(problem.rank) is int
    np.testing.assert_array_equal(problem.eigenvalues, [3.0, 1.0, 0.0])


def test_problem_can_be_replaced_and_is_checked_again():
    problem = mf.Problem([1.0, 0.5], rank=1)
    assert dataclasses.replace(problem, rank=2).min_eigengap == 0.5
    assert_refused(lambda: dataclasses.replace(problem, rank=3), "rank", "from 1 to 2", "3")


def test_repr_names_the_spectrum_the_rank_and_the_dimension():
    assert repr(mf.Problem([2.0, 1.0], rank=1)) == (
        "Problem(eigenvalues=[2, 1], rank=1, dimension=2)"
    )
    assert "…], rank=2, dimension=4000" in repr(mf.figure_1_problem())


@pytest.mark.parametrize("dimension", [3, 4, 50, 4000])
def test_figure_1_spectrum(dimension):
    problem = mf.figure_1_problem(dimension)
    tail = [0.3 - 0.3 * i / max(dimension - 3, 1) for i in range(dimension - 2)]
    # Each entry of a sequence below 0.3 is rounded three times at most, here and there.
    assert_within(problem.eigenvalues, np.array([1.0, 0.5, *tail]), 3 * EPS)
    assert (problem.dimension, problem.rank) == (dimension, 2)
    assert problem.min_eigengap == problem.eigengap_at_rank == 0.5 - 0.3


def test_figure_1_has_the_papers_dimension_unless_told():
    assert mf.figure_1_problem().dimension == 4000


@pytest.mark.parametrize(
    ("eigenvalues", "pieces"),
    [
        ([0.5, 1.0], ["decreasing", "eigenvalues[0] = 0.5", "eigenvalues[1] = 1"]),
        ([3.0, 1.0, 1.5, 2.0], ["decreasing", "eigenvalues[1] = 1 ", "eigenvalues[2] = 1.5"]),
        ([1.0, -0.25], [">= 0", "-0.25"]),
        ([1.0, np.nan], ["finite", "eigenvalues[1] = nan"]),
        ([np.inf, 1.0], ["finite", "eigenvalues[0] = inf"]),
        ([1.0, -np.inf], ["finite", "eigenvalues[1] = -inf"]),
        ([], ["at least one", "empty"]),
        (1.0, ["shape (d,)", "()"]),
        (np.eye(2), ["shape (d,)", "(2, 2)"]),
        ([[1.0], [1.0, 2.0]], ["rectangular"]),
        ("abc", ["real numbers", "<U3"]),
        (["1", "0"], ["real numbers", "<U1"]),
        ([True, False], ["real numbers", "bool"]),
        ([1.0 + 0j, 0.5], ["real numbers", "complex"]),
        (None, ["real numbers", "object"]),
        ([10**400, 1], ["real numbers", "object"]),
    ],
)
def test_bad_eigenvalues_are_refused(eigenvalues, pieces):
    assert_refused(lambda: mf.Problem(eigenvalues, rank=1), "eigenvalues", *pieces)


@pytest.mark.parametrize("rank", [0, -1, 4, 1.0, np.float64(2.0), True, np.True_, "2", None, [1]])
def test_bad_rank_is_refused(rank):
    pieces = ["integer from 1 to 3", repr(rank)]
    assert_refused(lambda: mf.Problem([3.0, 2.0, 1.0], rank), "rank", *pieces)
    assert_refused(lambda: mf.diagonalize(np.eye(3), rank), "rank", *pieces)


@pytest.mark.parametrize("dimension", [2, 0, -4, 4.0, "4", None, True, [4]])
def test_bad_dimension_is_refused(dimension):
    call = lambda: mf.figure_1_problem(dimension)  # noqa: E731
    assert_refused(call, "dimension", "integer >= 3", repr(dimension))


# diagonalize


def rotated(eigenvalues: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return an exactly symmetric ``Q diag(λ) Qᵀ`` and Q, each (d, d)."""
    Q = random_orthogonal(len(eigenvalues), seed)
    matrix = Q @ np.diag(eigenvalues) @ Q.T
    return (matrix + matrix.T) / 2, Q


def diagonalize_quietly(matrix: np.ndarray, rank: int) -> tuple[mf.Problem, np.ndarray]:
    """Diagonalize, whether or not eigenvalues are set to zero."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "[0-9]+ eigenvalue", UserWarning)
        return mf.diagonalize(matrix, rank)


@given(DIMENSIONS.flatmap(spectra), SEEDS, st.sampled_from([1e-50, 1e-6, 1.0, 1e6, 1e50]))
def test_diagonalize_undoes_a_rotation(eigenvalues, seed, unit):
    d = len(eigenvalues)
    matrix, _ = rotated(eigenvalues, seed)
    before = matrix.copy()
    problem, V = diagonalize_quietly(unit * matrix, rank=d)
    np.testing.assert_array_equal(matrix, before)
    # Two products of d terms make the matrix, a backward stable method takes it apart, and
    # eigenvalues within d·ε·λ₁ of zero are cleared: c·d·ε with c = 10 holds for d ≤ 8.
    tolerance = 10 * d * EPS * eigenvalues[0]
    assert_within(problem.eigenvalues / unit, eigenvalues, tolerance)
    assert_within(V @ np.diag(problem.eigenvalues / unit) @ V.T, matrix, tolerance)
    assert_within(V.T @ V, np.eye(d), 10 * d * EPS)


def test_diagonalize_of_a_diagonal_matrix_only_sorts():
    problem, V = mf.diagonalize(np.diag([0.5, 2.0, 1.0]), rank=2)
    np.testing.assert_array_equal(problem.eigenvalues, [2.0, 1.0, 0.5])
    np.testing.assert_array_equal(np.abs(V), np.eye(3)[:, [1, 2, 0]])
    assert problem.rank == 2


@pytest.mark.parametrize("dimension", [1, 3])
def test_diagonalize_of_zero_is_zero_and_silent(dimension):
    problem, V = mf.diagonalize(np.zeros((dimension, dimension)), rank=1)
    np.testing.assert_array_equal(problem.eigenvalues, np.zeros(dimension))
    np.testing.assert_array_equal(V @ V.T, np.eye(dimension))


@pytest.mark.parametrize("unit", [1e-50, 1.0, 1e50])
@pytest.mark.parametrize("seed", range(5))
def test_diagonalize_clears_the_null_space_of_a_gram_matrix(seed, unit):
    factor = np.random.default_rng(seed).standard_normal((7, 3))
    with pytest.warns(UserWarning, match="eigenvalue.*within rounding of zero.*set to 0") as record:
        problem, _ = mf.diagonalize(unit * (factor @ factor.T), rank=3)
    cleared = int(str(record[0].message).split()[0])
    # Some of the four may have come out as exact zeros: those are not counted.
    assert 1 <= cleared <= 4
    np.testing.assert_array_equal(problem.eigenvalues[3:], np.zeros(4))
    assert (problem.eigenvalues[:3] > 0.01 * unit).all()
    assert record[0].filename == __file__


def test_diagonalize_keeps_small_eigenvalues_above_rounding():
    smallest = 3 * 2 * EPS  # d·ε·λ₁ = 2ε
    problem, _ = mf.diagonalize(np.diag([1.0, smallest]), rank=1)
    assert problem.eigenvalues[1] == smallest


@pytest.mark.parametrize("factor", [0.5, -0.5, 0.99, -0.99])
def test_diagonalize_clears_eigenvalues_within_rounding(factor):
    with pytest.warns(UserWarning, match="^1 eigenvalue"):
        problem, _ = mf.diagonalize(np.diag([1.0, factor * 2 * EPS]), rank=1)
    assert problem.eigenvalues[1] == 0


def test_diagonalize_refuses_negative_eigenvalues_beyond_rounding():
    call = lambda: mf.diagonalize(np.diag([1.0, -1.01 * 2 * EPS]), rank=1)  # noqa: E731
    assert_refused(call, "matrix", "positive semi-definite", "-4.49e-16")


def test_diagonalize_takes_asymmetry_within_rounding_only():
    matrix = np.array([[1.0, 0.5], [0.5, 1.0]])
    matrix[0, 1] += 2 * EPS  # d·ε·max|Σ| = 2ε
    mf.diagonalize(matrix, rank=1)
    matrix[0, 1] += EPS
    assert_refused(lambda: mf.diagonalize(matrix, rank=1), "matrix", "symmetric", "6.66e-16")


@pytest.mark.parametrize("unit", [1e-50, 1.0, 1e50])
@pytest.mark.parametrize(
    ("matrix", "pieces"),
    [
        ([[1.0, 0.5], [0.25, 1.0]], ["symmetric"]),
        ([[1.0, 2.0], [-2.0, 1.0]], ["symmetric"]),
        ([[1.0, 2.0], [2.0, 1.0]], ["positive semi-definite", "-1"]),
        ([[-1.0]], ["positive semi-definite", "-1"]),
        ([[-1.0, 0.0], [0.0, -2.0]], ["positive semi-definite", "-2"]),
        ([[0.0, 1.0], [1.0, 0.0]], ["positive semi-definite", "-1"]),
    ],
)
def test_matrices_that_are_not_symmetric_psd_are_refused(matrix, pieces, unit):
    assert_refused(lambda: mf.diagonalize(unit * np.array(matrix), rank=1), "matrix", *pieces)


@pytest.mark.parametrize(
    ("matrix", "pieces"),
    [
        (np.ones((2, 3)), ["square", "(2, 3)"]),
        (np.ones((3, 2)), ["square", "(3, 2)"]),
        (np.ones((0, 0)), ["not empty", "(0, 0)"]),
        ([1.0, 2.0], ["shape (d, d)", "(2,)"]),
        (1.0, ["shape (d, d)", "()"]),
        (np.ones((2, 2, 2)), ["shape (d, d)", "(2, 2, 2)"]),
        ([[1.0, np.nan], [np.nan, 1.0]], ["finite", "matrix[0, 1] = nan"]),
        ([[1.0, 0.0], [0.0, np.inf]], ["finite", "matrix[1, 1] = inf"]),
        ([[1.0], [1.0, 2.0]], ["rectangular"]),
        ([["1"]], ["real numbers", "<U1"]),
        ([[True]], ["real numbers", "bool"]),
        ([[1j]], ["real numbers", "complex"]),
    ],
)
def test_bad_matrices_are_refused(matrix, pieces):
    assert_refused(lambda: mf.diagonalize(matrix, rank=1), "matrix", *pieces)


@given(st.data(), DIMENSIONS, SEEDS, st.floats(0.01, 0.3))
def test_descent_on_a_matrix_is_descent_on_its_eigenvalues(data, dimension, seed, step_size):
    """Any spectrum: ``V X_t`` is the iterate for the matrix, and the error is the same."""
    rank = data.draw(st.integers(1, dimension))
    matrix, _ = rotated(data.draw(spectra(dimension)), seed)
    X0 = data.draw(starts((dimension, rank)))
    problem, V = diagonalize_quietly(matrix, rank)
    run = mf.gradient_descent(problem, V.T @ X0, step_size=step_size, n_steps=20)
    direct = literal_descent(matrix, X0, step_size, 20)
    # V is orthogonal, and V Λ Vᵀ the matrix, up to 10dε each: so far are the starts apart, and
    # at every step as much comes to the (d + r + 4)ε of rounding, eleven times that at most.
    start = 10 * dimension * EPS * np.linalg.norm(X0)
    distance = 11 * iterate_tolerance(problem.eigenvalues, direct, step_size, start)
    assert_within(V @ run.X_final, direct[-1], distance[-1])
    target = V[:, :rank] * problem.eigenvalues[:rank] @ V[:, :rank].T
    error = np.array([np.linalg.norm(target - X @ X.T) for X in direct])
    turned_back = 40 * dimension * EPS * (1 + np.linalg.norm(direct, axis=(1, 2)) ** 2)
    tolerance = 11 * diagnostic_tolerance(problem, direct, step_size, start) + turned_back
    assert_within(run.error, error, tolerance)


@given(DIMENSIONS, SEEDS, st.data(), st.floats(0.01, 0.3))
def test_a_rotation_changes_neither_error_nor_signal_nor_noise(dimension, seed, data, step_size):
    """Eigenvalues apart: the rows ``QᵀX`` are then determined up to sign."""
    rng = np.random.default_rng(seed)
    eigenvalues = np.cumsum(rng.uniform(0.05, 0.125, dimension))[::-1]
    problem = mf.Problem(eigenvalues, data.draw(st.integers(1, dimension)))
    X0 = data.draw(starts((dimension, problem.rank)))
    matrix, Q = rotated(eigenvalues, seed)
    found, V = mf.diagonalize(matrix, problem.rank)
    there = mf.gradient_descent(found, V.T @ (Q @ X0), step_size=step_size, n_steps=20)
    here = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=20)
    iterates = literal_descent(np.diag(eigenvalues), X0, step_size, 20)
    # The eigenvectors of a matrix known up to 10dε turn by at most √d·10dε / gap, gap ≥ .05.
    turned = np.sqrt(dimension) * 10 * dimension * EPS / 0.05
    start = turned * np.linalg.norm(X0)
    tolerance = 11 * diagnostic_tolerance(problem, iterates, step_size, start)
    for name in ["error", "signal", "noise"]:
        assert_within(getattr(there, name), getattr(here, name), tolerance)
    assert_within(here.error, literal_error(problem, iterates), tolerance)
