"""Block quadrature: moments below 2q are equal, whatever the rows and however many."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import EPS, SEEDS, assert_refused, many, tails, uneven_starts

from mftutor.compression import block_quadrature
from mftutor.compression.quadrature import few_for_many

# Exactness


@st.composite
def quadratures(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    """Draw eigenvalues in [0, 1], rows, and a number of blocks."""
    size, rank = draw(st.integers(1, 60)), draw(st.integers(1, 4))
    return draw(tails(size, 1.0)), draw(uneven_starts((size, rank))), draw(st.integers(1, 8))


def moment(values: np.ndarray, J: np.ndarray, degree: int) -> np.ndarray:
    """``Jᵀ T_k(2Λ − I) J``: the moments in a basis that forgets nothing, shape (r, r)."""
    return J.T @ (np.cos(degree * np.arccos(np.clip(2 * values - 1, -1, 1)))[:, None] * J)


@settings(max_examples=many(2.5))
@given(quadratures(), st.sampled_from([1, 2048]))
def test_moments_below_degree_2q_are_equal(
    drawn: tuple[np.ndarray, np.ndarray, int], rows_at_once: int
) -> None:
    values, J, q = drawn
    nodes, rows = few_for_many(values, J, q, rows_at_once=rows_at_once)
    assert nodes.shape == rows.shape[:1]
    assert rows.shape[1] == J.shape[1]
    assert len(nodes) <= min(len(values), q * J.shape[1])
    assert (np.diff(nodes) <= 0).all()
    if nodes.size:
        assert values.min() <= nodes[-1]
        assert nodes[0] <= values.max()
    # Rounding of a sum of 60 terms, made k times as large by the slope of T_k (up to k² ≤ 225
    # at the ends); relative to the size of the two columns concerned.
    size = np.linalg.norm(J, axis=0)
    for k in range(2 * q):
        off = np.abs(moment(nodes, rows, k) - moment(values, J, k))
        assert (off <= 60 * (1 + k) ** 2 * EPS * np.outer(size, size)).all()


def test_moment_2q_is_the_first_that_differs() -> None:
    values = np.linspace(1.0, 0.0, 200)
    J = np.random.default_rng(0).standard_normal((200, 2))
    for q in (1, 2, 5, 40):  # the last one: many blocks lose no digits
        nodes, rows = block_quadrature(values, J, q)
        size = np.sum(J**2)
        assert np.abs(moment(nodes, rows, 2 * q - 1) - moment(values, J, 2 * q - 1)).max() < (
            1e-13 * size
        )
        assert np.abs(moment(nodes, rows, 2 * q) - moment(values, J, 2 * q)).max() > 1e-3 * size


@settings(derandomize=True, deadline=None)
@given(SEEDS, st.integers(1, 6), st.integers(1, 3))
def test_sums_with_matrix_polynomials_are_equal(seed: int, q: int, rank: int) -> None:
    rng = np.random.default_rng(seed)
    values, J = np.sort(rng.random(40))[::-1], rng.standard_normal((40, rank))
    coefficients = rng.standard_normal((q, rank, rank))  # degree q − 1

    def gram(eigenvalues: np.ndarray, X: np.ndarray) -> np.ndarray:
        powers = eigenvalues[:, None] ** np.arange(q)
        rows = np.einsum("ik,ia,kab->ib", powers, X, coefficients)
        return rows.T @ rows

    expected = gram(values, J)
    # 40 terms, each at most as large as the sum of the coefficients' sizes squared.
    size = 40 * rank * np.abs(coefficients).sum() ** 2 * np.abs(J).max() ** 2
    np.testing.assert_allclose(
        gram(*block_quadrature(values, J, q)), expected, atol=40 * EPS * size
    )


# Piece by piece


def weights(rows: np.ndarray) -> np.ndarray:
    """``x_iᵀx_i`` of each row: what counts, for a row may come with the other sign."""
    return rows[:, :, None] * rows[:, None, :]


@pytest.mark.parametrize("n_blocks", [3, 16])
def test_pieces_give_the_nodes_and_weights_of_the_whole(n_blocks: int) -> None:
    values = np.linspace(0.3, 0.0, 5000)
    J = np.random.default_rng(0).standard_normal((5000, 2)) / np.sqrt(5000)
    nodes, rows = few_for_many(values, J, n_blocks, rows_at_once=5000)
    for rows_at_once in (1, 100, 2048):  # 4 q r rows at once, at the least
        nodes_of_pieces, rows_of_pieces = few_for_many(
            values, J, n_blocks, rows_at_once=rows_at_once
        )
        # Measured: nodes 3e-16 apart, weights 2e-14, of which the largest is 0.1 or 0.4.
        np.testing.assert_allclose(nodes_of_pieces, nodes, atol=20 * EPS)
        np.testing.assert_allclose(weights(rows_of_pieces), weights(rows), atol=1e-12)


def test_moments_of_many_rows() -> None:
    m, q = 200_000, 16
    values, J = np.linspace(1.0, 0.0, m), np.random.default_rng(0).standard_normal((m, 2))
    tracemalloc.start()
    nodes, rows = block_quadrature(values, J, q)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert nodes.shape == (2 * q,)
    for k in range(2 * q):
        off = np.abs(moment(nodes, rows, k) - moment(values, J, k)).max()
        assert off < 1e-12 * np.sum(J**2)
    # A few arrays of m numbers; the basis of all rows alone would be 2q of them.
    assert peak < 16 * 8 * m


def test_equal_eigenvalues_in_many_pieces() -> None:
    rng = np.random.default_rng(0)
    values, J = np.sort(rng.choice(rng.random(6), 9000))[::-1], rng.standard_normal((9000, 2))
    nodes, rows = block_quadrature(values, J, 5)  # 6 > 5 groups: no exact merging at the top
    assert nodes.shape == (10,)
    for k in range(10):
        off = np.abs(moment(nodes, rows, k) - moment(values, J, k)).max()
        assert off < 1e-12 * np.sum(J**2)


# What does not matter


@settings(derandomize=True, deadline=None)
@given(st.floats(1e-10, 1e10), SEEDS)
def test_nodes_scale_with_the_start(factor: float, seed: int) -> None:
    eigenvalues = np.linspace(0.3, 0.0, 100)
    J = np.random.default_rng(seed).standard_normal((100, 2))
    nodes, rows = block_quadrature(eigenvalues, J, 8)
    nodes_scaled, rows_scaled = block_quadrature(eigenvalues, factor * J, 8)
    np.testing.assert_allclose(nodes_scaled, nodes, atol=1e-14)
    np.testing.assert_allclose(weights(rows_scaled) / factor**2, weights(rows), atol=1e-10)


def test_order_of_the_rows_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    eigenvalues, J = np.linspace(0.3, 0.0, 60), rng.standard_normal((60, 2))
    order = rng.permutation(60)
    nodes, rows = block_quadrature(eigenvalues, J, 5)
    shuffled_nodes, shuffled_rows = block_quadrature(eigenvalues[order], J[order], 5)
    assert np.array_equal(nodes, shuffled_nodes)
    assert np.array_equal(rows, shuffled_rows)


# Bad input, and numbers of any size


def test_refused_quadratures() -> None:
    rows = np.ones((3, 2))
    assert_refused(lambda: block_quadrature([1, np.inf, 0], rows, 1), "tail_eigenvalues", "inf")
    assert_refused(lambda: block_quadrature([[1, 0]], rows, 1), "tail_eigenvalues", "(m,)")
    assert_refused(lambda: block_quadrature([1, 0], rows, 1), "tail_rows", "(2, r)", "(3, 2)")
    assert_refused(lambda: block_quadrature([1, 0, 0], rows * np.nan, 1), "tail_rows", "nan")
    for n_blocks in (0, -1, 1.5, True, None):
        assert_refused(
            lambda q=n_blocks: block_quadrature([1, 0, 0], rows, q), "n_blocks", repr(n_blocks), "1"
        )


@pytest.mark.parametrize("values", [[5e-324, 0.0, 0.0], [1 + EPS, 1.0, 1.0], [1e60, 9e59, 8e59]])
@pytest.mark.parametrize("size", [1e-150, 1.0, 1e59])
def test_a_tail_may_be_of_any_size(values: list[float], size: float) -> None:
    nodes, rows = few_for_many(np.array(values), size * np.array([[3.0], [1.0], [2.0]]), 1)
    # One node: it carries the sum of squares 3² + 1² + 2², at the mean of the eigenvalues.
    assert np.abs(rows) / size == pytest.approx(np.array([[np.sqrt(14)]]), rel=1e-14)
    mean = np.sum(np.array([9, 1, 4]) / 14 * values)
    assert nodes == pytest.approx([mean], rel=1e-14, abs=5e-324)


def test_an_empty_tail_stays_empty() -> None:
    nodes, rows = block_quadrature([], np.zeros((0, 2)), 3)
    assert nodes.shape == (0,)
    assert rows.shape == (0, 2)
