"""The compression: the same trajectory, and no accuracy lost silently."""

import functools
import tracemalloc
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import EPS, UNITS, Case, assert_refused, many, tails, uneven_starts

import mftutor as mf
from mftutor.compression import compress, estimated_blocks, replace_tail
from mftutor.compression.reduction import attempts, first_verified

FIGURE_1 = mf.figure_1_problem()


def compressed(case: Case, tolerance: float = 1e-12) -> Case:
    """Compress a case."""
    problem, X0 = compress(
        case.problem,
        case.X0,
        step_size=case.step_size,
        n_steps=case.n_steps,
        tolerance=tolerance,
    )
    return Case(problem, X0, case.step_size, case.n_steps)


def verified(
    case: Case, candidates: Iterable[int], tolerance: float = 1e-12
) -> tuple[int | None, Case]:
    """The first number of blocks that is verified, and what it makes; or None and the case."""
    found = first_verified(
        case.problem,
        case.X0,
        step_size=case.step_size,
        n_steps=case.n_steps,
        tolerance=tolerance,
        candidates=candidates,
    )
    if found is None:
        return None, case
    return found[0], Case(*found[1:], case.step_size, case.n_steps)


def with_blocks(case: Case, n_blocks: int) -> Case:
    """Replace the tail of a case by so many blocks, whatever comes of it."""
    problem, X0 = replace_tail(case.problem, case.X0, n_blocks)
    return Case(problem, X0, case.step_size, case.n_steps)


def recorded(trajectory: mf.Trajectory) -> dict[str, np.ndarray]:
    """What must be the same, as vectors along the last axis: rows, the Gram matrix, numbers."""
    return {
        "top_rows": trajectory.top_rows,
        "noise_gram": trajectory.noise_gram.reshape(len(trajectory.error), -1),
        "error": trajectory.error[:, None],
        "signal": trajectory.signal[:, :, None],
        "noise": trajectory.noise[:, :, None],
    }


def difference(full: mf.Trajectory, small: mf.Trajectory) -> float:
    """The largest difference, each relative to the largest size so far of its quantity."""
    assert full.diverged_at == small.diverged_at
    worst = 0.0
    for name, one in recorded(full).items():
        distance = np.sqrt(np.sum((one - recorded(small)[name]) ** 2, axis=-1))
        largest = np.maximum.accumulate(np.sqrt(np.sum(one**2, axis=-1)), axis=0)
        assert (distance[largest == 0] == 0).all()
        assert np.isfinite(distance).all()
        worst = max(worst, np.max(distance[largest > 0] / largest[largest > 0], initial=0.0))
    return worst


def difference_of(case: Case, small: Case) -> float:
    """Run both and compare."""
    return difference(case.run(), small.run())


@functools.cache
def figure_1(seed: int, n_steps: int = 300, dimension: int = 4000) -> Case:
    """Figure 1 at any dimension."""
    problem = mf.figure_1_problem(dimension)
    return Case(problem, mf.gaussian_init(problem, scale=0.5, seed=seed), 0.1, n_steps)


@functools.cache
def figure_1_run(seed: int, n_steps: int = 300, dimension: int = 4000) -> mf.Trajectory:
    """Figure 1 in full."""
    return figure_1(seed, n_steps, dimension).run()


# The same trajectory


@st.composite
def long_cases(draw: st.DrawFn) -> Case:
    """Draw a run: r ≤ 4, d ≤ 300, ηλ₁ ≤ 1, scales from 1e-10 to 3, up to 500 steps."""
    rank = draw(st.integers(1, 4))
    dimension = draw(st.one_of(st.integers(rank, 300), st.integers(150, 300)))
    n_head = min(rank + 1, dimension)
    head = 1 - np.cumsum(draw(st.lists(st.floats(0, 0.2), min_size=n_head, max_size=n_head)))
    head = np.maximum(head / head[0], 0)
    tail = draw(tails(dimension - n_head, head[-1] * draw(st.floats(0, 1))))
    unit = draw(UNITS)
    scale = draw(st.one_of(st.floats(0.1, 3), st.floats(-10, 0).map(lambda e: 10.0**e)))
    return Case(
        mf.Problem(unit * np.append(head, tail), rank),
        np.sqrt(unit) * scale * draw(uneven_starts((dimension, rank))),
        draw(st.sampled_from([0.02, 0.1, 0.3, 1.0])) / unit,
        draw(st.one_of(st.integers(0, 10), st.integers(10, 500))),
    )


@settings(max_examples=many(2.5))
@given(long_cases(), st.sampled_from([1e-12, 1e-12, 1e-9, 1e-6]))
def test_compressed_run_is_the_same_to_the_tolerance(case: Case, tolerance: float) -> None:
    small = compressed(case, tolerance)
    assert small.X0.shape == (small.problem.dimension, small.problem.rank)
    if small.problem is case.problem:
        assert np.array_equal(small.X0, case.X0)
    else:
        assert small.problem.dimension < case.problem.dimension
        # Each step of each of the two runs adds a rounding or two.
        assert difference_of(case, small) <= tolerance + 4 * case.n_steps * EPS


@pytest.mark.parametrize("seed", range(4))
def test_figure_1_from_about_forty_rows(seed: int) -> None:
    small = compressed(figure_1(seed))
    assert len(small.X0) <= 40
    # Nothing but rounding is left: 300 steps of a few roundings each, most of which cancel.
    assert difference(figure_1_run(seed), small.run()) <= 300 * EPS
    assert np.abs(figure_1_run(seed).error - small.run().error).max() <= 1e-14


def test_a_thousand_steps() -> None:
    case = figure_1(0, 1000)
    small = compressed(case)
    assert len(small.X0) <= 60
    # As close as the error ever gets to zero here: digits of it are right to the end.
    assert difference(figure_1_run(0, 1000), small.run()) <= 1000 * EPS
    last = figure_1_run(0, 1000).error[-1]
    assert small.run().error[-1] == pytest.approx(last, abs=1e-14)


def test_a_small_gap_takes_more_blocks_and_gets_them() -> None:
    eigenvalues = np.concatenate([[1.0, 0.5], np.linspace(0.49, 0.0, 998)])
    problem = mf.Problem(eigenvalues, rank=2)
    case = Case(problem, mf.gaussian_init(problem, scale=0.5, seed=0), 0.1, 3000)
    full, small = case.run(), compressed(case)
    # The estimate, and enough: a basis that lost digits to cancellation would need more.
    assert len(small.X0) == 3 + 2 * 50
    assert small.problem.dimension < problem.dimension
    assert difference(full, small.run()) <= 1e-12
    errors = [difference(full, with_blocks(case, q).run()) for q in (16, 25, 40)]
    assert errors[0] > 1e-3 > errors[1] > 1e-6 > errors[2] > 1e-11


def test_dimension_100_000() -> None:
    small = compressed(figure_1(0, dimension=100_000))
    assert len(small.X0) <= 40
    assert difference(figure_1_run(0, dimension=100_000), small.run()) <= 300 * EPS


@pytest.mark.parametrize(
    ("dimension", "measured"),
    [(4000, {8: 3e-7, 12: 1e-12}), (100_000, {8: 1e-6, 12: 5e-12})],
)
def test_more_blocks_converge_as_measured(dimension: int, measured: dict[int, float]) -> None:
    case = figure_1(0, dimension=dimension)
    full = figure_1_run(0, dimension=dimension)
    for n_blocks, expected in measured.items():
        error = np.abs(full.error - with_blocks(case, n_blocks).run().error).max()
        assert expected / 4 < error < 4 * expected
    assert np.abs(full.error - with_blocks(case, 16).run().error).max() < 1e-14


def test_a_tiny_start_is_held_to_its_own_size() -> None:
    problem = mf.figure_1_problem(1000)
    X0 = mf.gaussian_init(problem, scale=1e-10, seed=0)
    for n_steps in (20, 100, 1500):  # signals are tiny, tiny, and at last learned
        case = Case(problem, X0, 0.1, n_steps)
        full, small = case.run(), compressed(case)
        assert len(small.X0) < 100
        difference_of_signals = np.abs(full.signal - small.run().signal)
        assert (difference_of_signals <= 1e-12 * np.maximum.accumulate(full.signal)).all()
    assert full.signal[-1] == pytest.approx([1.0, 0.5], rel=1e-6)


def test_a_diverging_run_ends_at_the_same_step() -> None:
    problem = mf.figure_1_problem(500)
    X0 = mf.gaussian_init(problem, scale=1, seed=0)
    X0 *= np.sqrt(2.03 / 0.1) / np.linalg.norm(X0, 2)  # ησ₁² just above where it grows
    case = Case(problem, X0, 0.1, 300)
    full, small = case.run(), compressed(case)
    assert full.diverged_at is not None
    assert full.diverged_at > 2
    assert len(small.X0) < 100
    assert difference(full, small.run()) <= 1e-12


@given(UNITS)
@settings(derandomize=True, deadline=None)
def test_unit_of_the_eigenvalues_does_not_matter(unit: float) -> None:
    plain, case = figure_1(1, 50, 200), figure_1(1, 50, 200)
    case = Case(
        mf.Problem(unit * plain.problem.eigenvalues, 2), np.sqrt(unit) * plain.X0, 0.1 / unit, 50
    )
    # The units are powers of four, so that no digit may change.
    small, small_plain = compressed(case), compressed(plain)
    assert np.array_equal(small.problem.eigenvalues, unit * small_plain.problem.eigenvalues)
    assert np.array_equal(small.X0, np.sqrt(unit) * small_plain.X0)
    assert len(small.X0) < 200


# What is kept


def test_head_is_kept_and_nodes_are_between_the_tails_ends() -> None:
    small = compressed(figure_1(0))
    eigenvalues = small.problem.eigenvalues
    assert np.array_equal(eigenvalues[:3], FIGURE_1.eigenvalues[:3])
    assert np.array_equal(small.X0[:3], figure_1(0).X0[:3])
    assert small.problem.rank == 2
    assert small.problem.min_eigengap == FIGURE_1.min_eigengap
    assert eigenvalues[3] <= FIGURE_1.eigenvalues[3]
    assert eigenvalues[-1] >= FIGURE_1.eigenvalues[-1]
    assert np.sum(small.X0**2) == pytest.approx(np.sum(figure_1(0).X0 ** 2), rel=1e-14)


def test_tail_of_the_result_does_not_depend_on_the_head() -> None:
    case = figure_1(0, dimension=400)
    eigenvalues = case.problem.eigenvalues.copy()
    eigenvalues[:3] = [0.95, 0.8, 0.35]
    other = Case(mf.Problem(eigenvalues, 2), case.X0, case.step_size, case.n_steps)
    other.X0[:3] *= -2
    small, small_other = compressed(case), compressed(other)
    assert len(small.X0) < 400
    assert np.array_equal(small.problem.eigenvalues[3:], small_other.problem.eigenvalues[3:])
    assert np.array_equal(small.X0[3:], small_other.X0[3:])


def test_compression_is_reproducible_and_leaves_its_input_alone() -> None:
    case = figure_1(2, dimension=300)
    before = case.X0.copy()
    first, second = compressed(case), compressed(case)
    assert np.array_equal(first.X0, second.X0)
    assert np.array_equal(case.X0, before)


# Exactness


@pytest.mark.parametrize("q", [1, 2, 3, 6])
def test_q_blocks_are_exact_before_step_q(q: int) -> None:
    case = figure_1(0, n_steps=q, dimension=300)
    full, small = case.run(), with_blocks(case, q).run()
    # Each of at most 6 steps adds a few roundings of quantities of size one.
    for name, expected in recorded(full).items():
        np.testing.assert_allclose(recorded(small)[name][:q], expected[:q], atol=100 * EPS)
    np.testing.assert_allclose(small.top_rows[q], full.top_rows[q], atol=100 * EPS)
    if q < 3:  # and not at step q, where a moment of degree 2q enters
        assert np.abs(small.noise_gram[q] - full.noise_gram[q]).max() > 1e-9


def test_few_distinct_eigenvalues_are_exact_at_any_time() -> None:
    rng = np.random.default_rng(0)
    tail = np.sort(rng.choice([0.3, 0.299, 0.1, 0.0], 500))[::-1]
    problem = mf.Problem(np.concatenate([[1.0, 0.5, 0.4], tail]), rank=2)
    case = Case(problem, mf.gaussian_init(problem, scale=0.5, seed=0), 0.1, 2000)
    small = compressed(case)
    assert np.array_equal(np.unique(small.problem.eigenvalues[3:]), [0.0, 0.1, 0.299, 0.3])
    assert len(small.X0) == 3 + 4 * 2
    assert difference_of(case, small) <= 2000 * EPS


def test_no_step_needs_the_gram_matrix_alone() -> None:
    small = compressed(figure_1(0, n_steps=0))
    assert len(small.X0) == 3 + 2
    # Sums of 4000 products, whose roundings mostly cancel: about √4000 of them are left.
    assert difference_of(figure_1(0, n_steps=0), small) <= 64 * EPS


# Degenerate tails


def degenerate(name: str) -> Case:
    """A case with d = 60, r = 2 whose tail or start has something missing."""
    eigenvalues = np.concatenate([[1.0, 0.5, 0.4], np.linspace(0.3, 0.0, 57)])
    X0 = 0.5 * np.random.default_rng(0).standard_normal((60, 2)) / np.sqrt(60)
    if name == "equal eigenvalues":
        eigenvalues[3:] = 0.3
    if name == "eigenvalues equal to rounding":
        eigenvalues[3:] = 0.3 * (1 - EPS * np.arange(57))
    if name == "zero eigenvalues":
        eigenvalues[3:] = 0
    if name == "only the smallest number apart":
        eigenvalues[3:] = np.repeat([5e-324, 0.0], [20, 37])
    if name == "zero tail":
        X0[3:] = 0
    if name == "zero start":
        X0[:] = 0
    if name == "zero column":
        X0[:, 1] = 0
    if name == "equal rows":
        X0[3:] = X0[3]
    if name == "one row":
        X0[4:] = 0
    if name == "columns of very different size":
        X0[:, 1] *= 1e-150
    if name == "a tail that has died out":
        X0[3:] *= 1e-100
    return Case(mf.Problem(eigenvalues, 2), X0, 0.1, 100)


@pytest.mark.parametrize(
    ("name", "n_rows"),
    [
        ("equal eigenvalues", 3 + 2),
        ("eigenvalues equal to rounding", 3 + 2 * 4),
        ("zero eigenvalues", 3 + 2),
        ("only the smallest number apart", 3 + 4),
        ("zero tail", 3),
        ("zero start", 3),
        ("zero column", 3 + 2 * 11),
        ("equal rows", 3 + 2 * 11),
        ("one row", 3 + 1),
        ("columns of very different size", 3 + 2 * 11),
        ("a tail that has died out", 3 + 2 * 11),
    ],
)
def test_degenerate_tail(name: str, n_rows: int) -> None:
    case = degenerate(name)
    small = compressed(case)
    assert small.problem is not case.problem
    assert len(small.X0) <= n_rows + 2
    assert difference_of(case, small) <= 100 * EPS


def test_rows_of_zero_columns_stay_zero() -> None:
    small = compressed(degenerate("zero column"))
    assert (small.X0[:, 1] == 0).all()


# Where it does not compress


def test_replaced_tail_is_never_larger() -> None:
    problem = mf.figure_1_problem(40)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    for n_blocks, n_rows in [(1, 5), (18, 39), (19, 40), (100, 40)]:
        small_problem, small_X0 = replace_tail(problem, X0, n_blocks)
        assert small_X0.shape == (n_rows, 2)
        assert (small_problem is problem) == (n_rows == 40)
        assert not np.shares_memory(small_X0, X0)


def unchanged(case: Case, tolerance: float = 1e-12) -> bool:
    """Whether compress returns the problem itself and a copy of the start."""
    small = compressed(case, tolerance)
    if small.problem is not case.problem:
        return False
    assert np.array_equal(small.X0, case.X0)
    assert not np.shares_memory(small.X0, case.X0)
    return True


@pytest.mark.parametrize(("dimension", "rank"), [(1, 1), (3, 3), (4, 3), (5, 3), (20, 2)])
def test_few_rows_come_back_unchanged(dimension: int, rank: int) -> None:
    problem = mf.Problem(np.linspace(1, 0.1, dimension), rank)
    assert unchanged(Case(problem, mf.gaussian_init(problem, scale=0.5, seed=0), 0.1, 300))


def test_beyond_the_stable_range_the_problem_comes_back_unchanged() -> None:
    case = figure_1(0, 200, 300)
    assert not unchanged(Case(case.problem, case.X0, 1.2, 200))
    assert unchanged(Case(case.problem, case.X0, 1.3, 200))
    assert unchanged(Case(mf.Problem(1e15 * case.problem.eigenvalues, 2), case.X0, 1e15, 200))
    # With reason: at ηλ₁ = 1.7 as many blocks as ever are needed lose every digit.
    chaotic = Case(case.problem, case.X0, 1.7, 200)
    assert np.abs(chaotic.run().error - with_blocks(chaotic, 60).run().error).max() > 0.1


@pytest.mark.parametrize("scale", [1e3, 1e60])
def test_a_start_that_has_diverged_comes_back_unchanged(scale: float) -> None:
    case = figure_1(0, 300, 400)
    X0 = case.X0 / np.abs(case.X0).max() * scale
    assert unchanged(Case(case.problem, X0, 0.1, 300))


def test_a_run_that_magnifies_rounding_comes_back_unchanged() -> None:
    # Equal columns stay equal; a start moved by one rounding has two directions, and each such
    # start leaves the saddle at its own step.
    X0 = mf.gaussian_init(FIGURE_1, scale=0.5, seed=0)[:400]
    X0[:, 1] = X0[:, 0]
    problem = mf.figure_1_problem(400)
    assert not unchanged(Case(problem, X0, 0.1, 100))
    assert unchanged(Case(problem, X0, 0.1, 2000))


def test_what_the_projection_rounds_is_checked_too() -> None:
    # Equal eigenvalues and columns: the reduced rows carry a rounding error that no rounding
    # of the steps would show, while the full run keeps its columns equal for ever.
    problem = mf.Problem(np.repeat([0.24, 0.15, 0.1, 0.04], [9, 8, 8, 8]), rank=2)
    column = np.random.default_rng(0).standard_normal((33, 1)) / np.sqrt(33)
    case = Case(problem, 1e-10 * np.repeat(column, 2, axis=1), 0.35, 2600)
    small = compressed(case, 1e-6)
    assert small.problem is problem or difference_of(case, small) <= 1e-6


def test_a_tolerance_below_rounding_leaves_the_problem_unchanged() -> None:
    assert unchanged(figure_1(0, 300, 500), tolerance=1e-17)


# The guess is verified


def test_too_few_blocks_are_rejected() -> None:
    case = figure_1(0, dimension=500)
    assert difference_of(case, with_blocks(case, 4)) > 1e-3
    assert verified(case, [4]) == (None, case)
    n_blocks, small = verified(case, attempts(4))  # 4, 6, 9 and 14
    assert (n_blocks, len(small.X0)) == (14, 3 + 2 * 14)
    assert difference_of(case, small) <= 1e-12


@pytest.mark.parametrize("guess", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("tolerance", [1e-12, 1e-8, 1e-4])
def test_any_guess_ends_in_a_right_answer(guess: int, tolerance: float) -> None:
    case = figure_1(3, dimension=500)
    assert difference_of(case, verified(case, attempts(guess), tolerance)[1]) <= tolerance


@pytest.mark.parametrize("guess", [1, 2, 4])
def test_a_tiny_start_is_not_accepted_for_being_tiny(guess: int) -> None:
    # After 20 steps the signals are 1e-19 still: any two runs differ by less than 1e-12.
    problem = mf.figure_1_problem(500)
    case = Case(problem, mf.gaussian_init(problem, scale=1e-10, seed=0), 0.1, 20)
    assert difference_of(case, with_blocks(case, 1)) > 1e-6
    n_blocks, small = verified(case, attempts(guess))
    assert n_blocks != 1
    assert difference_of(case, small) <= 1e-12


# The guess itself


def test_estimate() -> None:
    def blocks(tolerance: float = 1e-12, n_steps: int = 300, step_size: float = 0.1) -> int:
        return estimated_blocks(FIGURE_1, step_size=step_size, n_steps=n_steps, tolerance=tolerance)

    # √(½·30·0.3·27.63) + 4 = 15.15
    assert blocks() == 16
    assert blocks(n_steps=1000) == 25
    assert blocks(1e-6) < blocks(1e-9) < blocks(1e-15)
    assert blocks(n_steps=5) == 6  # exact
    assert blocks(n_steps=0) == 1
    assert blocks(step_size=1e60) == 301
    equal = mf.Problem([1.0, 0.5, 0.3, 0.2, 0.2], rank=2)
    assert estimated_blocks(equal, step_size=0.1, n_steps=300) == 4
    whole = mf.Problem([1.0, 0.5], rank=2)
    assert estimated_blocks(whole, step_size=0.1, n_steps=300) == 4


# Cost


def test_memory_is_of_the_order_d_q_r() -> None:
    case = figure_1(0)
    tracemalloc.start()
    compressed(case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # 20 blocks of 2 columns and 4000 rows take 1.3 MB; one d×d matrix would take 128 MB.
    assert peak < 20e6


# Bad input


@pytest.mark.parametrize("step_size", [0, -0.1, np.nan, np.inf, "a", None])
def test_refused_step_size(step_size: object) -> None:
    for call in (
        lambda: compress(FIGURE_1, figure_1(0).X0, step_size=step_size, n_steps=3),
        lambda: estimated_blocks(FIGURE_1, step_size=step_size, n_steps=3),
    ):
        assert_refused(call, "step_size", repr(step_size), "> 0")


@pytest.mark.parametrize("n_steps", [-1, 1.0, True, None])
def test_refused_n_steps(n_steps: object) -> None:
    for call in (
        lambda: compress(FIGURE_1, figure_1(0).X0, step_size=0.1, n_steps=n_steps),
        lambda: estimated_blocks(FIGURE_1, step_size=0.1, n_steps=n_steps),
    ):
        assert_refused(call, "n_steps", repr(n_steps), ">= 0")


@pytest.mark.parametrize("tolerance", [0, -1e-12, 1.0, 2, np.nan, np.inf, "a", None])
def test_refused_tolerance(tolerance: object) -> None:
    for call in (
        lambda: compress(FIGURE_1, figure_1(0).X0, step_size=0.1, n_steps=3, tolerance=tolerance),
        lambda: estimated_blocks(FIGURE_1, step_size=0.1, n_steps=3, tolerance=tolerance),
    ):
        assert_refused(call, "tolerance", repr(tolerance), "> 0")


def test_refused_start() -> None:
    def refused(X0: object, *pieces: str) -> None:
        assert_refused(lambda: compress(FIGURE_1, X0, step_size=0.1, n_steps=3), "X0", *pieces)

    refused(np.zeros((4000, 3)), "(4000, 2)", "(4000, 3)")
    refused(np.full((4000, 2), np.nan), "finite", "nan")
    refused(np.full((4000, 2), "a"), "real numbers")
    assert_refused(lambda: replace_tail(FIGURE_1, np.zeros((4, 2)), 3), "X0", "(4000, 2)", "(4, 2)")
    assert_refused(lambda: replace_tail(FIGURE_1, figure_1(0).X0, 0), "n_blocks", "0", ">= 1")
