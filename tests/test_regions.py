"""The regions R and S: their definitions, their faces, and that descent stays in them."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import EPS, SEEDS, Case, assert_refused, assert_within, cases, many, n_roundings

import mftutor as mf


@st.composite
def gapped_problems(draw, max_dimension=7):
    """Problems with every gap up to λ_{r+1} at least 0.02, and λ₁ = 1."""
    dimension = draw(st.integers(1, max_dimension))
    rank = draw(st.integers(1, dimension))
    steps = draw(st.lists(st.floats(0.02, 1.0), min_size=dimension + 1, max_size=dimension + 1))
    eigenvalues = np.cumsum(steps)[::-1][:dimension]
    return mf.Problem(eigenvalues / eigenvalues[0], rank)


def literal_values(X, rank):
    """σ₁²(X), σ_r²(U), σ₁²(J) and σ₁²(K_k) of one point, by singular values."""
    square = lambda A, i: np.linalg.svd(A, compute_uv=False)[i] ** 2 if A.size else 0.0  # noqa: E731
    noises = [square(X[k:], 0) for k in range(1, rank + 1)]
    return square(X, 0), square(X[:rank], -1), square(X[rank:], 0), np.array(noises)


@given(gapped_problems(), SEEDS, st.sampled_from([1e-3, 0.5, 1.0, 3.0]))
def test_margins_are_their_definitions(problem, seed, size):
    r, lam = problem.rank, problem.eigenvalues
    X = size * np.random.default_rng(seed).standard_normal((problem.dimension, r))
    norm, signal, noise, noises = literal_values(X, r)
    benign, absorbing = mf.benign_region(problem, X), mf.absorbing_region(problem, X)
    # Each is an eigenvalue of a Gram matrix, whose entries are sums of at most d products.
    tolerance = n_roundings(X[None]) * r * EPS * (norm + lam[0])
    gap = lam[r - 1] - (lam[r] if r < len(lam) else 0)
    expected = {"norm": 2 * lam[0] - norm, "signal": signal - gap / 4}
    expected["noise"] = lam[r - 1] - gap / 2 - noise
    assert benign.margins.keys() == expected.keys()
    for name, margin in expected.items():
        assert abs(benign.margins[name] - margin) <= tolerance
    smallest_gap = np.min(lam[:r] - np.append(lam, 0)[1 : r + 1])
    assert abs(absorbing.margins["norm"] - (2 * lam[0] - norm)) <= tolerance
    assert_within(absorbing.margins["noise"], lam[:r] - 0.75 * smallest_gap - noises, tolerance)
    for got, want in zip(benign.values.values(), (norm, signal, noise), strict=True):
        assert abs(got - want) <= tolerance
    assert_within(absorbing.values["noise"], noises, tolerance)


@given(gapped_problems(), SEEDS)
def test_inside_means_that_no_margin_is_negative(problem, seed):
    X = mf.gaussian_init(problem, scale=1.2, seed=seed)
    for region in (mf.benign_region, mf.absorbing_region):
        found = region(problem, X)
        assert found.inside is all(np.min(margin) >= 0 for margin in found.margins.values())


@given(gapped_problems(), SEEDS, st.floats(0.01, 0.3))
def test_a_run_is_its_points(problem, seed, step_size):
    """At its two ends, whose points are at hand; the record in between is the same kind."""
    X0 = mf.gaussian_init(problem, scale=1.0, seed=seed)
    run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=7)
    for region in (mf.benign_region, mf.absorbing_region):
        along = region(problem, run)
        assert along.inside.shape == (8,)
        for t, X in ((0, X0), (7, run.X_final)):
            point = region(problem, X)
            assert along.inside[t] == point.inside
            for name, margin in point.margins.items():
                # The same sums over the rows, perhaps in another order.
                tolerance = n_roundings(X[None]) * problem.rank * EPS * np.square(X).sum()
                assert_within(along.margins[name][t], margin, tolerance + EPS)
                assert along.margins[name].shape == (8, *np.shape(margin))


def test_margins_follow_the_unit_and_ignore_rotations():
    problem = mf.Problem([1.0, 0.7, 0.4, 0.1], rank=2)
    X = mf.gaussian_init(problem, scale=1.0, seed=4)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((2, 2)))[0]
    for region in (mf.benign_region, mf.absorbing_region):
        here = region(problem, X).margins
        larger = region(mf.Problem(9 * problem.eigenvalues, rank=2), 3 * X).margins
        turned = region(problem, X @ turn).margins
        for name, margin in here.items():
            np.testing.assert_allclose(larger[name], 9 * np.array(margin), atol=1e-13)
            np.testing.assert_allclose(turned[name], margin, atol=1e-14)


@given(gapped_problems(), SEEDS)
def test_global_minima_are_in_both_regions(problem, seed):
    """By the margins worked out by hand: λ₁; λ_r − Δ/4; λ_r − Δ/2; and, in S, at least Δ/4."""
    r, lam, gap = problem.rank, problem.eigenvalues, problem.eigengap_at_rank
    turn = np.linalg.qr(np.random.default_rng(seed).standard_normal((r, r)))[0]
    X = np.zeros((problem.dimension, r))
    X[:r] = np.sqrt(lam[:r, None]) * turn
    margins = mf.benign_region(problem, X).margins
    expected = [lam[0], lam[r - 1] - gap / 4, lam[r - 1] - gap / 2]
    np.testing.assert_allclose(list(margins.values()), expected, rtol=0, atol=1e-14)
    absorbing = mf.absorbing_region(problem, X)
    assert absorbing.inside
    assert absorbing.margins["noise"].min() >= problem.min_eigengap / 4 - 1e-14


# The boundary


@given(gapped_problems(), SEEDS)
def test_boundary_points_are_just_inside(problem, seed):
    found = mf.benign_region(problem, mf.random_boundary_point(problem, seed=seed))
    assert found.inside
    # Put 1e-12 from a face; what is left between is rounding, a few EPS times norms ≤ 2.
    assert 0 < min(found.margins.values()) < 2e-12


def test_boundary_points_reach_every_face_and_corner():
    problem = mf.Problem([1.0, 0.7, 0.4, 0.1], rank=2)
    points = [mf.random_boundary_point(problem, seed=seed) for seed in range(100)]
    margins = [mf.benign_region(problem, X).margins.values() for X in points]
    on_faces = {tuple(margin < 2e-12 for margin in each) for each in margins}
    assert len(on_faces) == 7


def test_boundary_points_follow_the_seed():
    problem = mf.Problem([1.0, 0.7, 0.4], rank=2)
    rng = np.random.default_rng(5)
    first, second = (mf.random_boundary_point(problem, seed=rng) for _ in range(2))
    np.testing.assert_array_equal(first, mf.random_boundary_point(problem, seed=5))
    assert not np.array_equal(first, second)


# Staying inside


@settings(max_examples=many(1.5))
@given(gapped_problems(), SEEDS, st.sampled_from([2, 6]))
def test_no_step_size_of_the_theorems_leaves_r(problem, seed, theorem):
    """From the boundary, where only the first few steps can: then the point is well inside."""
    X0 = mf.random_boundary_point(problem, seed=seed)
    eta = mf.max_step_size(problem, theorem)
    run = mf.gradient_descent(problem, X0, step_size=eta, n_steps=60)
    assert mf.benign_region(problem, run).inside.all()


def test_a_larger_step_leaves_r():
    """An example, λ_r = 0.5 and Δ = 0.002: at η = 1/12, and not at the theorems'."""
    problem = mf.Problem([1.0, 0.5, 0.498, 0.2, 0.0], rank=2)
    starts = [mf.random_boundary_point(problem, seed=seed) for seed in range(300)]

    def left(step_size):
        runs = (mf.gradient_descent(problem, X, step_size=step_size, n_steps=3) for X in starts)
        return sum(not mf.benign_region(problem, run).inside.all() for run in runs)

    assert left(1 / 12) >= 1
    assert left(mf.max_step_size(problem, 2)) == 0
    assert left(mf.max_step_size(problem, 6)) == 0


@given(gapped_problems(), SEEDS, st.sampled_from([1, 12]))
def test_s_is_absorbing(problem, seed, divisor):
    """Lemma 8: for ησ₁²(X₀) ≤ 1/3 and ηλ₁ ≤ 1/12 the run enters S, and stays."""
    eta = 1 / (12 * divisor)
    X0 = np.random.default_rng(seed).standard_normal((problem.dimension, problem.rank))
    X0 *= 1 / np.sqrt(3 * eta) / np.linalg.norm(X0, 2)
    # The lemma's times up to their constants; a very small gap takes longer than we wait.
    gap = problem.min_eigengap
    n_steps = int(min(4000, 2 / (eta * gap) * math.log(8 / gap)))
    run = mf.gradient_descent(problem, X0, step_size=eta, n_steps=n_steps)
    inside = mf.absorbing_region(problem, run).inside
    if inside.any():
        assert inside[inside.argmax() :].all()
    assert inside[-1] or n_steps == 4000


@given(gapped_problems(max_dimension=6), SEEDS)
def test_the_ratio_grows_in_r(problem, seed):
    """σ_r²(U)/σ₁²(J) of Section 3, by more than exp(ηΔ) a step at Theorem 2's step size."""
    assume(problem.rank < problem.dimension)
    X0 = mf.random_boundary_point(problem, seed=seed)
    eta = mf.max_step_size(problem, 2)
    run = mf.gradient_descent(problem, X0, step_size=eta, n_steps=40)
    values = mf.benign_region(problem, run).values
    if values["noise"][0] > 1e-6:  # where the sum of squares holds it to ten digits
        growth = np.diff(np.log(values["signal"] / values["noise"]))
        assert growth.min() >= eta * problem.eigengap_at_rank


# Along runs


def test_figure_1_enters_r_where_measured():
    """η = .002, seed 0: S from the start, R from step 7,277 on."""
    problem = mf.figure_1_problem()
    X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    run = mf.gradient_descent(problem, X0, step_size=0.002, n_steps=7400)
    inside = mf.benign_region(problem, run).inside
    assert not inside[:7277].any()
    assert inside[7277:].all()
    assert mf.absorbing_region(problem, run).inside.all()


def test_a_compressed_run_will_do():
    problem = mf.figure_1_problem(300)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    steps = {"step_size": 0.1, "n_steps": 200}
    small_problem, small_X0 = mf.compress(problem, X0, **steps)
    assert small_problem.dimension < 60
    run = mf.gradient_descent(problem, X0, **steps)
    small_run = mf.gradient_descent(small_problem, small_X0, **steps)
    for region in (mf.benign_region, mf.absorbing_region):
        full, small = region(problem, run), region(problem, small_run)
        for name, margin in full.margins.items():
            # What `compress` promises for JᵀJ and the first rows, 1e-12 of sizes below 1.
            np.testing.assert_allclose(small.margins[name], margin, rtol=0, atol=1e-11)


def test_a_huge_point_is_outside():
    problem = mf.Problem([1.0, 0.5, 0.2], rank=2)
    X = np.full((3, 2), 1e60)
    run = mf.gradient_descent(problem, X, step_size=0.1, n_steps=3)
    for region in (mf.benign_region, mf.absorbing_region):
        for found in (region(problem, run), region(problem, X)):
            assert not np.any(found.inside)
            np.testing.assert_allclose(found.margins["norm"], -6e120, rtol=1e-12)


@given(cases(n_steps=5))
def test_every_run_gets_an_answer(case: Case):
    run = case.run()
    for region, gap in (
        (mf.benign_region, case.problem.eigengap_at_rank),
        (mf.absorbing_region, case.problem.min_eigengap),
    ):
        if gap > 0:
            assert region(case.problem, run).inside.shape == (run.n_steps + 1,)


def test_memberships_read_as_sentences():
    problem = mf.Problem([1.0, 0.5, 0.3], rank=1)
    run = mf.gradient_descent(problem, [[0.1], [0.0], [0.0]], step_size=0.1, n_steps=20)
    assert repr(mf.benign_region(problem, run)) == "Membership(7 of 21 points inside)"
    assert "outside; margins: norm 1.99" in repr(mf.benign_region(problem, [[0.1], [0.0], [0.0]]))


# Bad input


@pytest.mark.parametrize("region", [mf.benign_region, mf.absorbing_region])
def test_bad_points_are_refused(region):
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    assert_refused(lambda: region(problem, np.zeros((2, 2))), "X_or_run", "(3, 2)", "(2, 2)")
    bad = np.zeros((3, 2))
    bad[1, 0] = math.nan
    assert_refused(lambda: region(problem, bad), "X_or_run", "finite", "nan")


@pytest.mark.parametrize("region", [mf.benign_region, mf.absorbing_region])
@pytest.mark.parametrize(
    "other", [mf.Problem([1.0, 0.5, 0.3], rank=1), mf.Problem([1.0, 0.5, 0.2], rank=2)]
)
def test_a_run_of_another_problem_is_refused(region, other):
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    run = mf.gradient_descent(other, np.zeros((3, other.rank)), step_size=0.1, n_steps=1)
    assert_refused(lambda: region(problem, run), "X_or_run", "first r + 1")


def test_a_zero_gap_is_refused():
    tie = mf.Problem([1.0, 0.5, 0.5], rank=2)
    X = np.zeros((3, 2))
    for call in (mf.benign_region, mf.absorbing_region):
        name = "eigengap_at_rank" if call is mf.benign_region else "min_eigengap"
        assert_refused(lambda: call(tie, X), f"problem.{name}", "> 0", "0.0")  # noqa: B023
    assert_refused(lambda: mf.random_boundary_point(tie, seed=0), "problem.eigengap_at_rank")
    # A tie above the rank matters for S alone.
    above = mf.Problem([1.0, 1.0, 0.5], rank=2)
    assert not mf.benign_region(above, X).inside
    assert_refused(lambda: mf.absorbing_region(above, X), "problem.min_eigengap")


@pytest.mark.parametrize("seed", [-1, 0.5, None, "1", True])
def test_bad_seed_is_refused(seed):
    problem = mf.Problem([1.0, 0.5, 0.3], rank=2)
    assert_refused(lambda: mf.random_boundary_point(problem, seed=seed), "seed", repr(seed))
