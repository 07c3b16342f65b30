"""The claims of the second part: false variants are caught, and draws are what they say."""

from dataclasses import replace

import numpy as np
import pytest
from test_claims import CLAIMS, inside_and_outside, refuses

import mftutor as mf
from mftutor.claims import deep_runs, sensing_runs
from mftutor.claims.compare import equal
from mftutor.claims.registry import in_group
from mftutor.theory.margin import weakest, worst_margin

SEEDS = range(1000, 1010)


# False variants


def without_symmetry(drawn):
    matrices, eigenvalues, vectors, U = drawn
    problem = mf.sensing.Problem(mf.sensing.matrix_measurements(matrices), eigenvalues, vectors)
    upper = [mf.sensing.matrix_measurements(np.triu(matrices)), eigenvalues, vectors]
    return equal(problem.residual(U)[2], mf.sensing.Problem(*upper).residual(U)[2])


def passes_truncations(case):
    ranks = range(1, case.rank)
    near = case.nearest(case.run, [fit.matrix for fit in case.fits[:-1]])
    return worst_margin(case.nearest(case.run, [case.problem.truncation(s) for s in ranks]), near)


def smaller_is_further(case):
    stations = [fit.matrix for fit in case.fits[:-1]]
    larger = case.run_from(10 * case.scale * case.N0)
    return worst_margin(case.nearest(larger, stations), case.nearest(case.run, stations))


def first_last(case):
    times = case.run.hitting_times()
    return worst_margin(times[1:], times[:-1])


def ends_at_the_truncation(case):
    run = case.run_from(case.scale * case.N0[:, : case.rank - 1])
    last = run.U_final @ run.U_final.T - case.problem.truncation(case.rank - 1)
    return worst_margin(np.linalg.norm(last), 1e-4 * np.linalg.norm(case.problem.eigenvalues))


def rests_at_truncations(case):
    pairs = enumerate(case.stations, 1)
    apart = [np.linalg.norm(rest.matrix - case.problem.truncation(s)) for s, rest in pairs]
    return worst_margin(apart, 1e-4)


def loss_falls_by_tens(case):
    losses = np.array([station.loss for station in case.stations])
    return worst_margin(100 * losses[1:], losses[:-1])


def a_tenth_of_the_way_out(problem):
    fit = mf.sensing.best_fit(problem, 1, seed=0, n_starts=1)
    return worst_margin(fit.loss, 0.1 * fit.escape_rate * problem.eigenvalues.sum() / 2)


def second_order_only(problem):
    fit = mf.sensing.best_fit(problem, 1, seed=0, n_starts=1)
    v = np.linalg.eigh(problem.residual(fit.U)[1])[1][:, :1]
    reached = problem.residual(np.hstack([fit.U, 0.1 * v]))[2]
    return equal(reached, fit.loss - 0.005 * fit.escape_rate)


def three_columns_mislead(case):
    return worst_margin(0.5, case.median_error(3))


def nothing_is_left(case):
    return worst_margin(case.median_error(case.dimension), 1e-3)


def without_the_diagonal(drawn):
    d, r, matrices = drawn
    return CLAIMS["threshold-is-statistical-dimension"].margin((d, r, 0.9 * matrices))


def untied(case):
    run = mf.deep.descend(
        case.problem, [case.X0.T, 1.001 * case.X0], step_size=case.step_size, n_steps=1
    )
    return equal(run.error, case.run.error[:2])


def imbalance_of_first_order(case):
    after, before = mf.deep.imbalance(case.run(n_steps=1).factors), mf.deep.imbalance(case.factors)
    sizes = [
        [np.linalg.norm(matrix) for matrix in pair] for pair in zip(after, before, strict=True)
    ]
    return weakest(*[equal(one, other) for one, other in sizes])


def a_tenth_of_the_drift(case):
    return replace_bound(CLAIMS["imbalance-drift"].margin(case), 0.1)


def replace_bound(margin, factor):
    """The margin with so many times the larger side."""
    return replace(margin, value=1 - (1 - margin.value) / factor)


def one_factor_more(case):
    deeper = replace(case, factors=(*case.factors, case.factors[0]))
    law = deep_runs.half_time_law(deeper)
    return worst_margin(np.abs(case.run().hitting_times() - law), 4.0)


def adds_twice_as_much(case):
    later, sooner = (case.run(shrink).hitting_times()[0] for shrink in (0.01, 1.0))
    return worst_margin(0.9 * np.log(100) / np.log1p(case.step_size), later - sooner)


def power_of_one_over_depth(case):
    later, sooner = (case.run(shrink).hitting_times()[0] for shrink in (0.01, 1.0))
    return worst_margin(0.8 * 100 ** (1 - 1 / len(case.factors)), later / sooner)


def deep_out_of_order(case):
    times = case.run().hitting_times()[:2]
    return worst_margin(times[1:], times[:-1])


def widths_exchanged(cases):
    return CLAIMS["bottleneck-keeps-the-staircase"].margin(cases[5:] + cases[:5])


FALSE_VARIANTS = {
    "packed-is-literal": without_symmetry,
    "visits-best-fits": passes_truncations,
    "smaller-is-nearer": smaller_is_further,
    "learned-in-order": first_last,
    "few-columns-end-at-the-fit": ends_at_the_truncation,
    "greedy-rests-at-best-fits": rests_at_truncations,
    "greedy-loss-falls": loss_falls_by_tens,
    "loss-has-a-way-out": a_tenth_of_the_way_out,
    "spare-column-escapes": second_order_only,
    "spare-columns-mislead": three_columns_mislead,
    "measurements-make-up-for-it": nothing_is_left,
    "threshold-is-statistical-dimension": without_the_diagonal,
    "tied-factors-are-descent": untied,
    "imbalance-step": imbalance_of_first_order,
    "imbalance-drift": a_tenth_of_the_drift,
    "diagonal-half-times": one_factor_more,
    "two-factors-wait-like-a-logarithm": adds_twice_as_much,
    "more-factors-wait-like-a-power": power_of_one_over_depth,
    "deep-in-order": deep_out_of_order,
    "bottleneck-keeps-the-staircase": widths_exchanged,
}


def test_each_claim_of_the_second_part_has_a_false_variant():
    slugs = [each.slug for group in ("sensing", "deep") for each in in_group(group)]
    assert list(FALSE_VARIANTS) == slugs


@pytest.mark.parametrize("slug", FALSE_VARIANTS)
def test_a_false_variant_is_caught(slug):
    assert refuses(slug, FALSE_VARIANTS[slug])


def test_claims_about_large_starts_fail_on_the_other_side_of_the_threshold():
    for slug, draw in [
        ("spare-columns-mislead", sensing_runs.above_threshold),
        ("measurements-make-up-for-it", sensing_runs.below_threshold),
    ]:
        assert CLAIMS[slug].fails(CLAIMS[slug].margin(draw(1000)))


# Draws


def test_small_starts_are_well_measured_inside_and_not_outside():
    def well_measured(case):
        m, size = case.problem.measurements.n_measurements, case.problem.packed_truth.size
        return m > 3 * size

    assert inside_and_outside(sensing_runs.small_start, well_measured)


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
        inside, outside = (deep_runs.unbalanced(seed, short) for short in (True, False))
        assert outside.step_size == 2 * inside.step_size


def test_literal_gradients_are_those_of_a_step():
    for seed in SEEDS:
        case = deep_runs.unbalanced(seed)
        loss, gradients = deep_runs.literal_gradients(case.problem, case.factors)
        run = case.run(n_steps=1)
        assert run.loss[0] == pytest.approx(loss, rel=1e-12)
        steps = [W - case.step_size * G for W, G in zip(case.factors, gradients, strict=True)]
        for one, other in zip(run.factors, steps, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=1e-12 * case.step_size)
