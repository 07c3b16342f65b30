"""Packed measurements are the measurements, whatever the form they are kept in."""

import itertools
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import EPS, SEEDS, assert_refused

import mftutor as mf
from mftutor.sensing import measurements
from mftutor.sensing.symmetric import pack, unpack

DIMENSIONS = st.integers(1, 7)


def symmetric(rng, *shape):
    """Random symmetric matrices, shape (*shape[:-1], d, d) for shape (..., d)."""
    G = rng.standard_normal((*shape, shape[-1]))
    return G + np.swapaxes(G, -1, -2)


def literal_normal(matrices, Z):
    """``(1/m) Σ ⟨A_i, Z⟩ A_i`` with m dense matrices."""
    return sum(np.sum(A * Z) * A for A in matrices) / len(matrices)


def rounding(matrices, Z):
    """What two ways to sum ``⟨A_i, Z⟩ A_i`` may differ by, for sums of m + d² terms."""
    n_terms = len(matrices) + Z.size + 10
    return n_terms * EPS * np.square(matrices).sum() / len(matrices) * np.linalg.norm(Z)


@given(DIMENSIONS, SEEDS)
def test_packing_keeps_inner_products(d, seed):
    Z, W = symmetric(np.random.default_rng(seed), 2, d)
    size = np.linalg.norm(Z) * np.linalg.norm(W)
    assert abs(pack(Z) @ pack(W) - np.sum(Z * W)) <= 2 * d * d * EPS * size
    assert pack(Z).shape == (d * (d + 1) // 2,)


@given(DIMENSIONS, SEEDS)
def test_unpacking_undoes_packing(d, seed):
    stack = symmetric(np.random.default_rng(seed), 3, d)
    np.testing.assert_allclose(unpack(pack(stack)), stack, rtol=2 * EPS)
    np.testing.assert_array_equal(pack(stack)[1], pack(stack[1]))


@given(DIMENSIONS, st.integers(1, 40), SEEDS)
def test_the_normal_operator_is_its_definition(d, m, seed):
    """As rows up to m = D, and as a Gram matrix beyond."""
    rng = np.random.default_rng(seed)
    matrices, Z = symmetric(rng, m, d), symmetric(rng, d)
    measured = mf.sensing.matrix_measurements(matrices)
    assert measured.form == ("rows" if m <= measured.packed_size else "gram")
    assert measured.array.shape == (min(m, measured.packed_size), measured.packed_size)
    image, energy = measured.normal_and_energy(pack(Z))
    tolerance = rounding(matrices, Z)
    np.testing.assert_allclose(unpack(image), literal_normal(matrices, Z), rtol=0, atol=tolerance)
    seen = np.array([np.sum(A * Z) for A in matrices])
    assert abs(energy - np.square(seen).mean()) <= tolerance * np.linalg.norm(Z)
    np.testing.assert_allclose(measured.normal(pack(Z)), image, rtol=0, atol=tolerance)


@given(DIMENSIONS, st.integers(1, 20), SEEDS)
def test_repeating_every_measurement_changes_nothing(d, m, seed):
    """It leaves N alone, while the form turns from rows to a Gram matrix."""
    rng = np.random.default_rng(seed)
    matrices, Z = symmetric(rng, m, d), symmetric(rng, d)
    many = np.concatenate([matrices] * (d * (d + 1) // 2 + 1))
    once, often = mf.sensing.matrix_measurements(matrices), mf.sensing.matrix_measurements(many)
    assert often.form == "gram"
    tolerance = rounding(many, Z)
    np.testing.assert_allclose(often.normal(pack(Z)), once.normal(pack(Z)), rtol=0, atol=tolerance)


@given(DIMENSIONS, st.integers(1, 30), SEEDS)
def test_many_columns_are_each_alone(d, m, seed):
    rng = np.random.default_rng(seed)
    columns = pack(symmetric(rng, 4, d)).T
    size = d * (d + 1) // 2
    entries = mf.sensing.random_entries(d, min(m, size), seed=seed)
    for measured in (
        mf.sensing.gaussian_measurements(d, m, seed=seed),
        mf.sensing.entry_measurements(d, entries),
    ):
        together = measured.normal(columns)
        for column, image in zip(columns.T, together.T, strict=True):
            scale = np.linalg.norm(image) + np.linalg.norm(column) * np.abs(measured.array).max()
            np.testing.assert_allclose(
                measured.normal(column), image, rtol=0, atol=4 * (m + size) ** 2 * EPS * scale
            )


def test_what_is_not_symmetric_counts_by_its_symmetric_part():
    rng = np.random.default_rng(0)
    G = rng.standard_normal((5, 4, 4))
    Z = symmetric(rng, 4)
    image = mf.sensing.matrix_measurements(G).normal(pack(Z))
    np.testing.assert_allclose(
        unpack(image), literal_normal((G + G.transpose(0, 2, 1)) / 2, Z), atol=1e-13
    )


# Isotropy


def test_gaussian_measurements_are_isotropic():
    """N is a mean of m independent aaᵀ: variance 2/m on the diagonal, 1/m beside it."""
    m, d = 40_000, 4
    gram = mf.sensing.gaussian_measurements(d, m, seed=3).array
    deviation = (gram - np.eye(10)) * np.sqrt(m) / np.where(np.eye(10) > 0, np.sqrt(2), 1)
    assert np.abs(deviation).max() <= 5  # standard deviations, of 55 numbers
    assert np.sqrt(np.square(deviation).mean()) == pytest.approx(1, abs=0.3)


def test_gaussian_matrices_have_the_variances_told():
    matrices = unpack(mf.sensing.gaussian_measurements(40, 800, seed=0).array)
    on = np.diagonal(matrices, axis1=1, axis2=2)
    off = matrices[:, *np.triu_indices(40, 1)]
    # 32,000 and 624,000 draws: relative standard deviations of the variances √(2/n) < .008.
    assert on.var() == pytest.approx(1.0, rel=0.03)
    assert off.var() == pytest.approx(0.5, rel=0.01)


@pytest.mark.parametrize("n_entries", [1, 2, 3, 5, 6])
def test_entry_measurements_are_isotropic_in_the_mean(n_entries):
    """Over all sets of that size, exactly."""
    places = np.column_stack(np.triu_indices(3))
    sets = list(itertools.combinations(range(6), n_entries))
    mean = np.mean([mf.sensing.entry_measurements(3, places[list(s)]).array for s in sets], axis=0)
    np.testing.assert_allclose(mean, np.ones(6), rtol=0, atol=1e-14)


@given(DIMENSIONS, SEEDS, st.data())
def test_entries_are_measurements_by_basis_matrices(d, seed, data):
    size = d * (d + 1) // 2
    entries = mf.sensing.random_entries(d, data.draw(st.integers(1, size)), seed=seed)
    measured = mf.sensing.entry_measurements(d, entries)
    matrices = np.zeros((len(entries), d, d))
    for A, (i, j) in zip(matrices, entries, strict=True):
        A[i, j] = A[j, i] = np.sqrt(size) if i == j else np.sqrt(size / 2)
    Z = symmetric(np.random.default_rng(seed), d)
    image = unpack(measured.normal(pack(Z)))
    np.testing.assert_allclose(image, literal_normal(matrices, Z), atol=1e-13 * size)
    mask = np.zeros((d, d), dtype=bool)
    mask[entries[:, 0], entries[:, 1]] = mask[entries[:, 1], entries[:, 0]] = True
    np.testing.assert_allclose(image, size / len(entries) * np.where(mask, Z, 0), atol=1e-13 * size)
    # The energy, four times the loss, is D/m times the sum of squares over all places seen.
    expected = size / len(entries) * np.square(Z[mask]).sum()
    assert measured.normal_and_energy(pack(Z))[1] == pytest.approx(expected, rel=1e-12)


def test_an_entry_counts_once_in_either_order():
    once = mf.sensing.entry_measurements(4, [(0, 1), (2, 2)])
    twice = mf.sensing.entry_measurements(4, [(1, 0), (0, 1), (2, 2), (2, 2)])
    np.testing.assert_array_equal(once.array, twice.array)
    assert once.n_measurements == twice.n_measurements == 2


# Draws


def test_a_gram_matrix_is_drawn_in_blocks(monkeypatch):
    """Whatever their size, the draw is that of m rows."""
    m, d = 100, 4
    rows = np.random.default_rng(7).standard_normal((m, 10))
    for n_bytes in (1, 800, 2**25):
        monkeypatch.setattr(measurements, "BLOCK_BYTES", n_bytes)
        gram = mf.sensing.gaussian_measurements(d, m, seed=7).array
        np.testing.assert_allclose(gram, rows.T @ rows / m, atol=1e-13)


def test_many_measurements_are_never_held_together():
    """200,000 of dimension 10 would take 88 MB; a block and the Gram matrix take 40."""
    tracemalloc.start()
    mf.sensing.gaussian_measurements(10, 200_000, seed=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 80e6


def test_draws_follow_the_seed():
    rng = np.random.default_rng(5)
    first, second = (mf.sensing.gaussian_measurements(4, 3, seed=rng).array for _ in range(2))
    np.testing.assert_array_equal(first, mf.sensing.gaussian_measurements(4, 3, seed=5).array)
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(
        mf.sensing.random_entries(6, 9, seed=1),
        mf.sensing.random_entries(6, 9, seed=np.random.default_rng(1)),
    )


@given(DIMENSIONS, SEEDS, st.data())
def test_random_entries_are_distinct_places(d, seed, data):
    n = data.draw(st.integers(1, d * (d + 1) // 2))
    entries = mf.sensing.random_entries(d, n, seed=seed)
    assert len({tuple(entry) for entry in entries}) == n
    assert (entries[:, 0] <= entries[:, 1]).all()
    assert mf.sensing.entry_measurements(d, entries).n_measurements == n


@given(DIMENSIONS, SEEDS, st.data())
def test_random_eigenvectors_are_orthonormal(d, seed, data):
    r = data.draw(st.integers(1, d))
    V = mf.sensing.random_eigenvectors(d, r, seed=seed)
    np.testing.assert_allclose(V.T @ V, np.eye(r), rtol=0, atol=20 * d * EPS)


def test_random_eigenvectors_have_no_preferred_direction():
    """The mean of vvᵀ is I/d; an entry of one has standard deviation at most √2/d."""
    d, n = 3, 2000
    rng = np.random.default_rng(0)
    mean = np.mean(
        [np.outer(*[mf.sensing.random_eigenvectors(d, 1, seed=rng)] * 2) for _ in range(n)], 0
    )
    np.testing.assert_allclose(mean, np.eye(d) / d, atol=5 * math.sqrt(2) / d / math.sqrt(n))
    signs = [np.sign(mf.sensing.random_eigenvectors(d, 1, seed=rng)[0, 0]) for _ in range(400)]
    assert abs(np.mean(signs)) <= 0.25


# What it costs, and bad input


def test_memory_is_that_of_the_smaller_form():
    assert mf.sensing.gaussian_measurements(10, 20, seed=0).array.nbytes == 8 * 20 * 55
    assert mf.sensing.gaussian_measurements(10, 200, seed=0).array.nbytes == 8 * 55 * 55
    assert mf.sensing.entry_measurements(10, [(0, 0)]).array.nbytes == 8 * 55
    assert repr(mf.sensing.gaussian_measurements(10, 200, seed=0)) == (
        "Measurements(200 of matrices of dimension 10, 0.0242 MB as gram)"
    )


@pytest.mark.parametrize("m", [10**5, 10**12])
def test_absurd_sizes_are_refused_before_anything_is_drawn(m):
    rng = np.random.default_rng(0)
    before = rng.bit_generator.state
    call = lambda: mf.sensing.gaussian_measurements(1000, m, seed=rng)  # noqa: E731
    assert_refused(call, "dimension", "4 GB", "1000", f"{8e-9 * min(m, 500500) * 500500:.3g} GB")
    assert rng.bit_generator.state == before
    assert_refused(lambda: mf.sensing.entry_measurements(10**6, [(0, 0)]), "dimension", "4 GB")


def test_bad_measurements_are_refused():
    assert_refused(lambda: mf.sensing.gaussian_measurements(0, 3, seed=0), "dimension", ">= 1", "0")
    assert_refused(lambda: mf.sensing.gaussian_measurements(3, 0, seed=0), "n_measurements", ">= 1")
    assert_refused(
        lambda: mf.sensing.gaussian_measurements(3, 2.0, seed=0), "n_measurements", "2.0"
    )
    assert_refused(lambda: mf.sensing.gaussian_measurements(3, 2, seed=-1), "seed", "-1")
    assert_refused(
        lambda: mf.sensing.matrix_measurements(np.zeros((2, 3, 4))), "matrices", "(2, 3, 4)"
    )
    assert_refused(
        lambda: mf.sensing.matrix_measurements(np.zeros((0, 3, 3))), "matrices", "not empty"
    )
    assert_refused(lambda: mf.sensing.matrix_measurements(np.eye(3)), "matrices", "(m, d, d)")
    assert_refused(lambda: mf.sensing.matrix_measurements([[[math.inf]]]), "matrices", "finite")


@pytest.mark.parametrize("entries", [[(0, 3)], [(-1, 0)], [(0.5, 0)], np.zeros((0, 2))])
def test_bad_entries_are_refused(entries):
    assert_refused(
        lambda: mf.sensing.entry_measurements(3, entries), "entries", "integers from 0 to 2"
    )


def test_bad_draws_are_refused():
    assert_refused(lambda: mf.sensing.entry_measurements(3, [0, 1]), "entries", "(n, 2)")
    assert_refused(lambda: mf.sensing.random_entries(3, 7, seed=0), "n_entries", "from 1 to 6", "7")
    assert_refused(lambda: mf.sensing.random_entries(3, 0, seed=0), "n_entries", "from 1 to 6", "0")
    assert_refused(lambda: mf.sensing.random_entries(10**6, 1, seed=0), "dimension", "4 GB")
    assert_refused(lambda: mf.sensing.random_eigenvectors(3, 4, seed=0), "rank", "from 1 to 3")
    assert_refused(lambda: mf.sensing.random_eigenvectors(3, 2, seed=None), "seed", "None")


def test_infinite_matrices_have_no_finite_energy():
    """Divergence is passed on, not hidden."""
    for measured in (
        mf.sensing.gaussian_measurements(2, 1, seed=0),
        mf.sensing.gaussian_measurements(2, 9, seed=0),
        mf.sensing.entry_measurements(2, [(0, 0), (0, 1), (1, 1)]),
    ):
        with np.errstate(invalid="ignore", over="ignore"):
            assert not np.isfinite(measured.normal_and_energy(np.full(3, 1e200))[1])
