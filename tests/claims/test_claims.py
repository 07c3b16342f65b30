"""Every claim is tried on random instances, inside its hypotheses and outside; none is idle."""

from dataclasses import fields
from functools import cache

import numpy as np
import pytest
from strategies import EPS

import mftutor as mf
from mftutor.claims import CLAIMS, deep_runs, long_runs, rank_one, sensing_runs
from mftutor.claims.instances import Instance
from mftutor.claims.registry import ROUNDING

# The page draws the seeds from 0 on.
FIRST = 1000
SEEDS = range(FIRST, FIRST + 10)
DRAWS = list(dict.fromkeys(each.instances for each in CLAIMS.values()))
# How many instances, where one takes more than a hundredth of a second.
N_DRAWS = {
    "all_phases": 1,
    "to_accuracy": 2,
    "first_phase": 10,
    "first_arrival": 10,
    "last_phase": 1,
    "printed_phases": 3,
    "learned_row": 4,
    "long_tail": 5,
    "step_pair": 3,
    "stuck_rest": 4,
    "late_path": 10,
    "wide_gap": 4,
    "tiny_second_row": 8,
    "small_start": 3,
    "below_threshold": 3,
    "above_threshold": 3,
    "few_measurements": 10,
    "equal_diagonals": 10,
    "more_factors": 5,
    "in_or_out_of_order": 8,
    "narrow_and_wide": 4,
}
each_draw = pytest.mark.parametrize("draw", DRAWS, ids=lambda draw: draw.__name__)


@cache
def drawn(draw, seed, admissible=True):
    """An instance, kept for all tests with the runs that claims have asked it for."""
    return draw(seed) if admissible else draw(seed, admissible=False)


def of(draw, *, refuted=False):
    """The claims that draw their instances so."""
    found = [each for each in CLAIMS.values() if each.instances is draw]
    return [each for each in found if (each.standing == "refuted here") == refuted]


def failures(claims, instance):
    margins = {each.slug: each.margin(instance) for each in claims}
    return {slug: margin for slug, margin in margins.items() if CLAIMS[slug].fails(margin)}


def failures_on_draws(claims, *, admissible=True):
    """Of claims that share a way to draw: what fails, by seed."""
    draw = claims[0].instances
    seeds = range(FIRST, FIRST + N_DRAWS.get(draw.__name__, 20))
    found = {seed: failures(claims, drawn(draw, seed, admissible)) for seed in seeds}
    return {seed: failed for seed, failed in found.items() if failed}


# What holds holds, what is refuted fails


@pytest.mark.parametrize("draw", [d for d in DRAWS if of(d)], ids=lambda draw: draw.__name__)
def test_claims_hold_where_their_hypotheses_do(draw):
    assert failures_on_draws(of(draw)) == {}


def beyond(verdict):
    return [each for each in CLAIMS.values() if each.outside == verdict]


@pytest.mark.parametrize("draw", dict.fromkeys(c.instances for c in beyond("holds")))
def test_claims_hold_beyond_their_hypotheses_where_the_list_says_so(draw):
    holding = [each for each in of(draw) if each.outside == "holds"]
    assert failures_on_draws(holding, admissible=False) == {}


@pytest.mark.parametrize("each", beyond("fails"), ids=lambda each: each.slug)
def test_hypotheses_are_needed_where_the_list_says_so(each):
    outside = (drawn(each.instances, seed, False) for seed in range(FIRST, FIRST + 60))
    assert any(each.fails(each.margin(instance)) for instance in outside)


REFUTED = [each for each in CLAIMS.values() if each.standing == "refuted here"]


@pytest.mark.parametrize("each", REFUTED, ids=lambda each: each.slug)
def test_refuted_claims_fail_at_their_counterexample(each):
    margin = each.margin(each.counterexample())
    assert each.fails(margin)
    assert margin.value < -ROUNDING or (each.strict and margin.value == 0)


@pytest.mark.parametrize("each", REFUTED, ids=lambda each: each.slug)
def test_refuted_claims_can_be_tried_on_draws(each):
    n = min(N_DRAWS.get(each.instances.__name__, 20), 5)
    values = [each.margin(drawn(each.instances, seed)).value for seed in SEEDS[:n]]
    assert not np.isnan(values).any()


@pytest.mark.slow
@pytest.mark.parametrize("rank", [2, 3, 4])
def test_theorem_6_at_its_own_step_size(rank):
    """A hundred thousand steps, three hundred thousand; and half a million for items 2 to 5."""
    rng, items_2_to_5 = np.random.default_rng(1000 + rank), of(long_runs.all_phases)
    accuracy = long_runs.ACCURACY if rank < 4 else None
    case = long_runs.phases(rng, rank, theorem_step=True, accuracy=accuracy)
    items = items_2_to_5 + (of(long_runs.to_accuracy) if rank < 4 else [])
    assert failures(items, case) == {}


# The instances


@each_draw
def test_draws_follow_their_seed(draw):
    def numbers(drawn):
        if isinstance(drawn, np.ndarray | int | float | str):
            return [drawn]
        if isinstance(drawn, mf.Problem | mf.theory.StationaryPoint):
            return [getattr(drawn, "problem", drawn).eigenvalues]
        if isinstance(drawn, Instance):
            return [drawn.X0, drawn.step_size]
        if isinstance(drawn, list | tuple):
            return [number for part in drawn for number in numbers(part)]
        return numbers([getattr(drawn, field.name) for field in fields(drawn)])

    one, again, other = (
        numbers(case) for case in (drawn(draw, FIRST), draw(FIRST), drawn(draw, FIRST + 1))
    )
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def drawn_runs(draw, n):
    cases = (drawn(draw, seed) for seed in range(FIRST, FIRST + n))
    return [case for case in cases if isinstance(case, Instance)]


def test_instances_are_of_all_kinds():
    cases = [case for draw in DRAWS for case in drawn_runs(draw, 20)]
    assert {case.problem.rank for case in cases} >= {1, 2, 3, 4}
    assert len({case.problem.dimension for case in cases}) > 20
    sizes = [np.linalg.norm(case.X0, 2) ** 2 * case.step_size for case in cases]
    assert min(sizes) < 1e-6
    assert max(sizes) > 3
    assert len({case.problem.eigenvalues[0] for case in cases}) > 5


def test_what_counts_as_rounding_covers_the_roundings():
    """2(d + r + 4) a step, each by EPS/2 relative to terms ten times the result at most.

    But for the longest runs: no claim about them says that two sides are equal.
    """
    rounded = {
        (draw, 10 * EPS * (case.problem.dimension + case.problem.rank + 4) * case.n_steps)
        for draw in DRAWS
        for case in drawn_runs(draw, 5)
    }
    assert {draw for draw, size in rounded if size > ROUNDING} == {long_runs.all_phases}


def inside_and_outside(draw, meets):
    """Whether the draws inside meet a hypothesis, and those outside miss it."""
    seeds = range(FIRST, FIRST + 20)
    inside, outside = ([meets(drawn(draw, s, where)) for s in seeds] for where in (True, False))
    return all(inside) and not any(outside)


def test_draws_are_inside_and_outside_as_they_say():
    column = lambda case: bool(mf.RankOneSNR(case.run).hypotheses_hold[0])  # noqa: E731
    assert inside_and_outside(rank_one.one_column, column)
    natural = lambda case: mf.theory.overshoot(case.X0, step_size=case.step_size) <= 1  # noqa: E731
    assert inside_and_outside(rank_one.wide_column, natural)
    for draw, number in [
        (CLAIMS["benign-region-is-kept"].instances, 2),
        (CLAIMS["theorem-2-count"].instances, 2),
        (long_runs.first_phase, 8),
        (long_runs.all_phases, 6),
        (long_runs.to_accuracy, 6),
    ]:
        limit = lambda case, n=number: mf.max_step_size(case.problem, n) * (1 + 4 * EPS)  # noqa: E731
        assert inside_and_outside(draw, lambda case, f=limit: case.step_size <= f(case))
    for draw in (long_runs.first_phase, long_runs.all_phases, long_runs.to_accuracy):
        for seed in range(FIRST, FIRST + 20):
            case = drawn(draw, seed)
            allowed = mf.theory.max_start_norm(step_size=case.step_size) * (1 + 4 * EPS)
            assert np.linalg.norm(case.X0, 2) <= allowed


def test_counterexamples_meet_the_printed_hypotheses():
    case = CLAIMS["printed-norm-condition"].counterexample()
    assert np.linalg.norm(case.X0) < 2 * case.problem.eigenvalues[0]
    assert case.eta_largest <= (1 + 4 * EPS) / 12
    case = CLAIMS["benign-region-without-gap"].counterexample()
    assert mf.benign_region(case.problem, case.X0).inside
    assert case.eta_largest <= (1 + 4 * EPS) / 12
    case = CLAIMS["lemma-10-as-printed"].counterexample()
    assert case.step_size <= mf.max_step_size(case.problem, 6)
    assert np.linalg.norm(case.X0, 2) <= 1 / (np.sqrt(3) * case.step_size)
    case = CLAIMS["doubling-as-printed"].counterexample()
    assert mf.theory.overshoot(case.X0, step_size=case.step_size) >= 3
    case = CLAIMS["larger-first"].counterexample()
    assert case.run.hitting_times()[1] > 0  # it was not there from the start


def test_small_starts_are_well_measured_inside_and_not_outside():
    def well_measured(case):
        m, size = case.problem.measurements.n_measurements, case.problem.packed_truth.size
        return m > 3 * size

    assert inside_and_outside(sensing_runs.small_start, well_measured)


def test_small_starts_have_no_near_tie_inside():
    cases = [drawn(sensing_runs.small_start, seed) for seed in SEEDS]
    assert not any(sensing_runs.nearly_tied(case.problem) for case in cases)
    tied = [sensing_runs.nearly_tied(sensing_runs.few_measurements(seed)) for seed in SEEDS]
    assert any(tied)


# Where one draw takes half a second or, with a run of fifty thousand steps, three.
FEWER = {"to_accuracy": 60, "all_phases": 15}


@pytest.mark.slow
@pytest.mark.parametrize("draw", [d for d in DRAWS if of(d)], ids=lambda draw: draw.__name__)
def test_three_hundred_draws_are_evaluated_and_hold(draw):
    for seed in range(30_000, 30_000 + FEWER.get(draw.__name__, 300)):
        assert failures(of(draw), draw(seed)) == {}, seed


def test_draws_are_on_their_side_of_the_threshold():
    for seed in SEEDS:
        below, above = sensing_runs.below_threshold(seed), sensing_runs.above_threshold(seed)
        for case, right in ((below, below.n_measurements), (above, -above.n_measurements)):
            threshold = mf.sensing.uniqueness_threshold(case.dimension, 2)
            assert right < (threshold if case is below else -threshold)
        assert above.n_measurements > above.dimension * (above.dimension + 1) / 2


def test_short_steps_are_short_and_the_next_are_not():
    assert inside_and_outside(deep_runs.unbalanced, deep_runs.takes_half)
    for seed in SEEDS:
        inside, outside = (drawn(deep_runs.unbalanced, seed, short) for short in (True, False))
        assert outside.step_size == 2 * inside.step_size


def test_literal_gradients_are_those_of_a_step():
    for seed in SEEDS:
        case = drawn(deep_runs.unbalanced, seed)
        loss, gradients = deep_runs.literal_gradients(case.problem, case.factors)
        run = case.run(n_steps=1)
        assert run.loss[0] == pytest.approx(loss, rel=1e-12)
        steps = [W - case.step_size * G for W, G in zip(case.factors, gradients, strict=True)]
        for one, other in zip(run.factors, steps, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-12 * case.step_size)
