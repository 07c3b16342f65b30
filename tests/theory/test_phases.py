"""The phase times: their definitions, what a short run decides, and the paper's own figures."""

import math
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import SEEDS, Case, assert_refused, wide_gap_problems

import mftutor as mf
from mftutor.exercises import check
from mftutor.trajectory import first_for_good

DECIDED = ["t_init", "T_u", "t_k", "t_k_star", "T_u_bound", "t_R"]
FORMULAS = ["t_star", "t_sharp", "t_init_bound"]


def whole_schedule(problem, step_size):
    """Enough steps for t_R, unless a row starts unusually small."""
    waits = mf.theory.t_star(problem, step_size=step_size) + max(
        mf.theory.t_sharp(problem, step_size=step_size), 0
    )
    return math.ceil(problem.rank * waits + 10 / (step_size * problem.min_eigengap))


def schedule(problem, *, scale=0.5, seed=0, step_size=0.1, n_steps=None):
    """A run and its phase times."""
    X0 = mf.gaussian_init(problem, scale=scale, seed=seed)
    n_steps = whole_schedule(problem, step_size) if n_steps is None else n_steps
    run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=n_steps)
    return run, mf.theory.phase_times(problem, run)


def cut(run, n_steps):
    """The first steps of a run."""
    kept = slice(0, n_steps + 1)
    parts = {name: getattr(run, name)[kept] for name in ("top_rows", "noise_gram", "tail_coupling")}
    return replace(run, **parts)


def same(first, second, names):
    return all(
        np.array_equal(getattr(first, name), getattr(second, name), equal_nan=True)
        for name in names
    )


# The definitions


def literal_times(problem, iterates, eta):
    """t_init, T_u, t_k and t_k* by their words, with a loop for each "smallest"."""
    r, lam = problem.rank, np.append(problem.eigenvalues, 0)
    gap, log = (
        min(lam[k] - lam[k + 1] for k in range(r)),
        np.log(1 - eta * problem.min_eigengap / 6),
    )
    star = math.ceil(np.log(gap**2 / (8 * lam[0] ** 3 + 144 * r**2 * lam[0])) / log)

    def in_S(X):
        norms = [np.linalg.norm(X[k:], 2) ** 2 if X[k:].size else 0 for k in range(r + 1)]
        return norms[0] <= 2 * lam[0] and all(
            norms[k] <= lam[k - 1] - 3 * gap / 4 for k in range(1, r + 1)
        )

    start, found = next(t for t, X in enumerate(iterates) if in_S(X)), []
    for k in range(r):
        size = lambda t, row: np.linalg.norm(iterates[t, row])  # noqa: E731
        T_u = next(t for t in range(10**9) if size(start + t, k) ** 2 >= gap / 2)
        t_k, wait = start + T_u + star, math.nan
        if k < r - 1:
            wait = next(
                t
                for t in range(10**9)
                if r * (1 - eta * gap / 6) ** t
                <= np.sqrt(gap / 8) * min(size(t_k + t, k + 1), np.sqrt(gap / 2))
            )
        found.append((start, T_u, t_k, wait))
        start = t_k + (0 if math.isnan(wait) else wait)
    return np.array(found, dtype=float).T


@settings(max_examples=6, deadline=None)
@given(wide_gap_problems(max_rank=3), SEEDS, st.floats(0.1, 2.2), st.floats(0.15, 0.3))
def test_times_are_their_definitions(problem, seed, scale, step_size):
    X0 = mf.gaussian_init(problem, scale=scale, seed=seed)
    X0 *= min(1.0, 1 / np.sqrt(step_size) / np.linalg.norm(X0, 2))
    X0[: problem.rank] += 1e-3  # no row that is far too small
    case = Case(problem, X0, step_size, whole_schedule(problem, step_size))
    times = mf.theory.phase_times(problem, case.run())
    expected = literal_times(problem, case.literal(), step_size)
    # Thresholds are crossed steeply: rounding, 1e-13 or so, moves no step.
    for name, column in zip(["t_init", "T_u", "t_k", "t_k_star"], expected, strict=True):
        np.testing.assert_array_equal(getattr(times, name), column)


@settings(max_examples=8, deadline=None)
@given(wide_gap_problems(max_rank=3), SEEDS)
def test_the_schedule_adds_up(problem, seed):
    run, times = schedule(problem, seed=seed)
    star, sharp = math.ceil(times.t_star), max(math.ceil(times.t_sharp), 0)
    np.testing.assert_array_equal(times.t_k, times.t_init + times.T_u + star)
    np.testing.assert_array_equal(times.t_init[1:], (times.t_k + times.t_k_star)[:-1])
    assert times.t_R == times.t_k[-1] + sharp
    assert np.isnan(times.t_k_star[-1])
    assert times.T_u[0] <= times.T_u_bound[0]
    for k, start in enumerate(times.t_init.astype(int)):
        signal = run.signal[start, k]
        assert times.T_u_bound[k] == mf.theory.lemma_9_bound(problem, signal, step_size=0.1)


@settings(max_examples=8, deadline=None)
@given(wide_gap_problems(max_rank=3), SEEDS, st.sampled_from([1.0, 1e-30]))
def test_no_transition_is_shorter_than_t_sharp(problem, seed, size):
    """And it is ⌈t♯⌉ where the next signal has passed Δ/2 by then."""
    X0 = mf.gaussian_init(problem, scale=0.5, seed=seed)
    X0[-1] *= size
    n_steps = 2 * whole_schedule(problem, 0.1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=n_steps)
    times = mf.theory.phase_times(problem, run)
    sharp = math.ceil(times.t_sharp)
    for k, t_k in enumerate(times.t_k[:-1]):
        assert not times.t_k_star[k] < sharp
        if t_k + sharp <= n_steps and run.signal[int(t_k) + sharp, k + 1] >= (
            problem.min_eigengap / 2 * (1 + 1e-12)
        ):
            assert times.t_k_star[k] == sharp


def test_a_transition_may_be_short_where_the_unit_is_large():
    """Only λ₁ above 4r allows Δ ≥ 4r, and t♯ ≤ 0 with it."""
    problem = mf.Problem([30.0, 15.0, 0.0], rank=2)
    _, times = schedule(problem, step_size=0.003)
    assert times.t_sharp < 0
    assert times.t_k_star[0] == 0
    assert times.t_R == times.t_k[1]


def test_times_of_the_run_are_invariant_and_those_of_14_are_not():
    problem = mf.Problem([1.0, 0.5, 0.0], rank=2)
    larger = mf.Problem(4 * problem.eigenvalues, rank=2)
    (_, here), (_, there) = (
        schedule(problem, n_steps=2000),
        schedule(larger, scale=1.0, step_size=0.025, n_steps=2000),
    )
    assert same(here, there, ["hitting_times", "t_R_observed", "t_init_bound"])
    assert here.t_init[0] == there.t_init[0]
    assert here.T_u[0] == there.T_u[0]
    assert there.t_star < here.t_star - 10
    assert there.t_sharp < here.t_sharp - 10


def test_a_start_outside_s_is_waited_for():
    run, times = schedule(mf.figure_1_problem(100), scale=2.0, n_steps=100)
    inside = mf.absorbing_region(run.problem, run).inside
    assert times.t_init[0] == inside.argmax() > 0
    assert times.t_k[0] == times.t_init[0] + times.T_u[0] + math.ceil(times.t_star)


def test_a_compressed_run_has_the_same_times():
    problem = mf.figure_1_problem(300)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=3)
    steps = {"step_size": 0.1, "n_steps": 400}
    small_problem, small_X0 = mf.compress(problem, X0, **steps)
    assert small_problem.dimension < 100
    full = mf.theory.phase_times(problem, mf.gradient_descent(problem, X0, **steps))
    small_run = mf.gradient_descent(small_problem, small_X0, **steps)
    for of in (problem, small_problem):
        names = [field.name for field in fields(full) if field.name != "T_u_bound"]
        assert same(full, mf.theory.phase_times(of, small_run), names)
    assert np.isfinite(full.hitting_times).all()


@pytest.mark.parametrize("dimension", [1, 3])
def test_one_column_and_as_many_columns_as_rows(dimension):
    problem = mf.Problem(np.linspace(1.0, 0.4, dimension), rank=dimension)
    _, times = schedule(problem)
    assert np.isfinite(times.t_k).all()
    assert np.isfinite(times.t_R)
    assert np.isfinite(times.t_k_star).sum() == dimension - 1


# What a run is too short to decide


def test_what_is_decided_does_not_change_when_the_run_goes_on():
    problem = mf.Problem([1.0, 0.5, 0.0], rank=2)
    run, times = schedule(problem, scale=1.9, seed=1)
    assert times.t_init[0] > 0
    for n_steps in [0, 1, 5, 20, 100, 1000, 1200, 2000]:
        shorter = mf.theory.phase_times(problem, cut(run, n_steps))
        for name in DECIDED:
            early, late = np.ravel(getattr(shorter, name)), np.ravel(getattr(times, name))
            known = ~np.isnan(early)
            np.testing.assert_array_equal(early[known], late[known], name)
        assert same(shorter, times, FORMULAS)


def test_a_run_decides_a_time_when_it_reaches_it():
    problem = mf.Problem([1.0, 0.5, 0.0], rank=2)
    run, times = schedule(problem, seed=4)
    reached = times.t_init[0] + times.T_u[0]
    moved = times.t_k[0] + times.t_k_star[0]
    grown = times.t_init[1] + times.T_u[1]
    for name, k, length in [("T_u", 0, reached), ("t_k", 0, reached), ("t_k_star", 0, moved)] + [
        ("t_init", 1, moved),
        ("T_u", 1, grown),
        ("t_k", 1, grown),
    ]:
        enough, short = (
            mf.theory.phase_times(problem, cut(run, int(length) - less)) for less in (0, 1)
        )
        assert getattr(enough, name)[k] == getattr(times, name)[k]
        assert np.isnan(getattr(short, name)[k])
    assert np.isnan(mf.theory.phase_times(problem, cut(run, int(grown) - 1)).t_R)
    assert mf.theory.phase_times(problem, cut(run, int(grown))).t_R == times.t_R


def test_a_zero_first_row_is_waited_for_in_vain():
    problem = mf.figure_1_problem(20)
    X0 = mf.theory.zero_row_init(problem, row=1, scale=0.5, seed=0)
    for n_steps in (0, 2000):
        run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=n_steps)
        times = mf.theory.phase_times(problem, run)
        assert times.t_init.tolist() == [0, math.inf]
        assert times.T_u[0] == times.T_u_bound[0] == times.t_k[0] == times.t_R == math.inf
        assert np.isnan(times.t_k_star).all()


def test_a_zero_second_row_is_never_passed_to():
    problem = mf.figure_1_problem(20)
    X0 = mf.theory.zero_row_init(problem, row=2, scale=0.5, seed=0)
    for n_steps in (200, 4500):
        run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=n_steps)
        times = mf.theory.phase_times(problem, run)
        assert np.isfinite(times.t_k[0])
        assert times.t_k_star[0] == times.t_init[1] == times.t_R == math.inf
        assert np.isnan(times.T_u[1])
        assert np.isnan(times.t_R_observed)
    undecided = mf.theory.phase_times(
        problem, mf.gradient_descent(problem, X0, step_size=0.1, n_steps=3)
    )
    assert np.isnan(undecided.t_k_star[0])


def test_a_row_too_small_to_be_squared_is_not_taken_for_zero():
    """At 1e-180 its signal underflows to zero; (15) compares the row itself."""
    problem = mf.Problem([1.0, 0.5, 0.0], rank=2)
    X0 = np.array([[0.3, 0.1], [1e-180, 1e-181], [0.2, 0.2]])
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=9000)
    assert run.signal[0, 1] == 0
    times = mf.theory.phase_times(problem, run)
    short = mf.theory.phase_times(problem, cut(run, 1100))
    assert np.isnan(short.t_k_star[0])
    assert math.ceil(times.t_sharp) < times.t_k_star[0] < math.inf


def test_a_run_that_diverged_has_no_phases():
    problem = mf.figure_1_problem(20)
    run, times = schedule(problem, scale=12.0, n_steps=50)
    assert run.diverged_at is not None
    read_off = [name for name in DECIDED if name not in FORMULAS]
    read_off += ["t_R_observed", "hitting_times"]
    assert all(np.isnan(getattr(times, name)).all() for name in read_off)
    assert all(np.isfinite(getattr(times, name)) for name in FORMULAS)
    assert "–" in repr(times)


# The paper's example


def test_figure_1_at_its_own_step_size():
    """The guaranteed schedule begins its second phase when the run has long converged."""
    run, times = schedule(mf.figure_1_problem(), n_steps=400)
    assert math.ceil(times.t_star) == 2872
    assert round(times.t_sharp) == 1105
    assert times.t_k[0] == 2944
    assert times.hitting_times.tolist() == [72, 165]
    small, later = schedule(mf.figure_1_problem(30), n_steps=4100)
    assert small.error[int(later.t_k[0])] < 1e-14
    assert later.t_k_star[0] == 1105


@pytest.mark.slow
def test_figure_1_at_an_admissible_step_size():
    problem = mf.figure_1_problem()
    X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
    small, small_X0 = mf.compress(problem, X0, step_size=0.002, n_steps=8000)
    run = mf.gradient_descent(small, small_X0, step_size=0.002, n_steps=210_000)
    times = mf.theory.phase_times(problem, run)
    assert times.t_init.tolist() == [0, 202_601]
    assert times.T_u.tolist() == [3442, 0]
    assert times.t_k[0] == 147_269
    assert times.t_k_star[0] == 55_332
    assert (round(times.t_star), round(times.t_sharp)) == (143_827, 55_331)
    assert round(times.t_init_bound) == 11_434
    assert (times.t_R, times.t_R_observed) == (401_760, 7277)


def transitions(step_size, exponents, n_steps):
    """t_1* where row 2 starts 10^m times smaller."""
    problem = mf.Problem(np.concatenate([[1.0, 0.6], np.linspace(0.2, 0.0, 48)]), rank=2)
    found = {}
    for m in exponents:
        X0 = mf.gaussian_init(problem, scale=0.5, seed=0)
        X0[1] *= 10.0**-m
        run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=n_steps)
        found[m] = mf.theory.phase_times(problem, run).t_k_star[0]
    return found


def test_only_an_extraordinarily_small_row_moves_the_transition():
    found = transitions(0.1, [0, 25, 32, 45], 3200)
    assert found[0] == found[25] == 448  # ⌈t♯⌉ = ⌈ln(20)/−ln(1 − 0.1·0.4/6)⌉
    assert found[25] < found[32] < found[45]


@pytest.mark.slow
def test_the_same_at_an_admissible_step_size():
    found = transitions(0.004, [0, 28, 30, 35, 45], 62_000)
    assert found == {0: 11_233, 28: 11_233, 30: 11_691, 35: 17_722, 45: 29_943}


# What the chapter proves beside


@settings(max_examples=30, deadline=None)
@given(
    wide_gap_problems(max_rank=3).filter(lambda problem: problem.dimension > 1),
    SEEDS,
    st.floats(0.01, 10.0),
)
def test_the_first_noise_loses_against_the_first_signal_along_the_flow(problem, seed, scale):
    """At the rate λ₁ − λ₂ or faster, between any two times and from any start."""
    X0 = mf.gaussian_init(problem, scale=scale, seed=seed)
    time = np.linspace(0.0, 6.0, 25)
    flow = mf.flow.solve(problem, X0, time)
    logarithms = np.log(flow.noise[:, 0] / flow.signal[:, 0])
    second = problem.eigenvalues[1]
    # Computed to 1e-13 or so of themselves while the noise is that much above rounding.
    known = flow.noise[:, 0] > 1e-6 * flow.signal[:, 0]
    rate = -np.diff(logarithms) / np.diff(time)
    assert (rate[known[1:]] >= 1 - second - 1e-6).all()


def test_a_literal_last_transition_never_comes():
    """(15) with k = r fails at every step: row r + 1 dies out faster than the sequence."""
    problem = mf.figure_1_problem(50)
    run, times = schedule(problem, seed=1, n_steps=8100)
    eta, gap, t_r = run.step_size, problem.min_eigengap, int(times.t_k[-1])
    later = np.arange(run.n_steps - t_r + 1)
    sequence = 2 * (1 - eta * gap / 6) ** later
    row = np.linalg.norm(run.top_rows[t_r:, 2], axis=1)
    assert len(later) > 1105
    assert (sequence > np.sqrt(gap / 8) * np.minimum(row, np.sqrt(gap / 2))).all()


def test_exercises_about_the_phases_know_right_from_wrong():
    rate = math.log(1 - 0.002 * 0.2 / 6)
    assert check("two waits", (math.log(0.04 / 584) / rate, math.log(0.2 / 8) / rate))
    for wrong, said in [((123_637, 44_934), "r = 1"), ((23_967, 9220), "Δ/6, not Δ")]:
        assert said in check("two waits", wrong).message
    assert check("empty transition", (8, 4))
    assert "square" in check("empty transition", (8, 2)).message
    assert check("last transition", (0.2, 1 / 30))
    assert "u₂" in check("last transition", (0.7, 1 / 30)).message


# Showing and refusing


def test_the_table_shows_a_dash_for_what_is_not_known():
    _, times = schedule(mf.figure_1_problem(30), n_steps=0)
    lines = repr(times).splitlines()
    assert lines[0].split() == ["k", "1", "2"]
    assert lines[2].split() == ["T_u", "–", "–"]
    assert max(map(len, lines)) <= 60


def test_first_for_good():
    assert first_for_good(np.array([True, True])) == 0
    assert first_for_good(np.array([True, False, True, True])) == 2
    assert math.isnan(first_for_good(np.array([True, False])))


def test_refusals():
    problem = mf.figure_1_problem(20)
    run, _ = schedule(problem, n_steps=2)
    tie = mf.Problem([1.0, 0.5, 0.5], rank=2)
    assert_refused(lambda: schedule(tie, n_steps=2), "problem.min_eigengap", "> 0")
    other = mf.Problem([1.0, 0.5, 0.2], rank=2)
    assert_refused(lambda: mf.theory.phase_times(other, run), "X_or_run", "rank=2")
    wide = mf.Problem([100.0], rank=1)
    with pytest.raises(ValueError, match=r"step_size must be below 6/Δ = 0.06, got 0.1"):
        schedule(wide, n_steps=2)
