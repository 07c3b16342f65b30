"""Every claim is tried on random instances, inside its hypotheses and outside; none is idle."""

import re
from dataclasses import fields, replace
from functools import cache

import nbformat
import numpy as np
import pytest
import yaml
from built_book import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import EPS, assert_refused

import mftutor as mf
from mftutor.claims import (
    CLAIMS,
    GROUPS,
    divergence,
    long_runs,
    rank_one,
    registry,
    survey,
    transition,
)
from mftutor.claims.compare import equal, inside
from mftutor.claims.instances import Instance
from mftutor.claims.registry import ROUNDING, claim
from mftutor.claims.survey import margin_text
from mftutor.theory.margin import Margin, weakest, worst_margin

# The page draws the seeds from 0 on.
SEEDS = st.integers(1000, 2**32 - 1)
DRAWS = list(dict.fromkeys(each.instances for each in CLAIMS.values()))
# How many instances, where one takes more than a hundredth of a second.
N_DRAWS = {
    "all_phases": 1,
    "to_accuracy": 2,
    "first_phase": 10,
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


def of(draw, *, refuted=False):
    """The claims that draw their instances so."""
    found = [each for each in CLAIMS.values() if each.instances is draw]
    return [each for each in found if (each.standing == "refuted here") == refuted]


def failures(claims, instance):
    margins = {each.slug: each.margin(instance) for each in claims}
    return {slug: margin for slug, margin in margins.items() if CLAIMS[slug].fails(margin)}


def try_on_draws(claims, *, admissible=True):
    """Draw instances once for all the claims, which share a way to draw."""

    @settings(max_examples=N_DRAWS.get(claims[0].instances.__name__, 20))
    @given(SEEDS)
    def attempt(seed):
        assert failures(claims, claims[0].draw(seed, admissible=admissible)) == {}

    attempt()


# What holds holds, what is refuted fails


@pytest.mark.parametrize("draw", [d for d in DRAWS if of(d)], ids=lambda draw: draw.__name__)
def test_claims_hold_where_their_hypotheses_do(draw):
    try_on_draws(of(draw))


def beyond(verdict):
    return [each for each in CLAIMS.values() if each.outside == verdict]


@pytest.mark.parametrize("draw", dict.fromkeys(c.instances for c in beyond("holds")))
def test_claims_hold_beyond_their_hypotheses_where_the_list_says_so(draw):
    try_on_draws([each for each in of(draw) if each.outside == "holds"], admissible=False)


@pytest.mark.parametrize("each", beyond("fails"), ids=lambda each: each.slug)
def test_hypotheses_are_needed_where_the_list_says_so(each):
    drawn = (each.draw(seed, admissible=False) for seed in range(1000, 1060))
    assert any(each.fails(each.margin(instance)) for instance in drawn)


REFUTED = [each for each in CLAIMS.values() if each.standing == "refuted here"]


@pytest.mark.parametrize("each", REFUTED, ids=lambda each: each.slug)
def test_refuted_claims_fail_at_their_counterexample(each):
    margin = each.margin(each.counterexample())
    assert each.fails(margin)
    assert margin.value < -ROUNDING or (each.strict and margin.value == 0)


@pytest.mark.parametrize("each", REFUTED, ids=lambda each: each.slug)
def test_refuted_claims_can_be_tried_on_draws(each):
    n = min(N_DRAWS.get(each.instances.__name__, 20), 5)
    values = [each.margin(each.draw(seed)).value for seed in range(1000, 1000 + n)]
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

    one, again, other = (numbers(draw(seed)) for seed in (1000, 1000, 1001))
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def drawn_runs(draw, n=30):
    drawn = (draw(seed) for seed in range(1000, 1000 + n))
    return [case for case in drawn if isinstance(case, Instance)]


def test_instances_are_of_all_kinds():
    cases = [case for draw in DRAWS for case in drawn_runs(draw)]
    assert {case.problem.rank for case in cases} == {1, 2, 3, 4}
    assert len({case.problem.dimension for case in cases}) > 20
    sizes = [np.linalg.norm(case.X0, 2) ** 2 * case.step_size for case in cases]
    assert min(sizes) < 1e-6
    assert max(sizes) > 3
    assert len({case.problem.eigenvalues[0] for case in cases}) > 5


@each_draw
def test_what_counts_as_rounding_covers_the_roundings(draw):
    """2(d + r + 4) a step, each by EPS/2 relative to terms ten times the result at most."""
    for case in drawn_runs(draw, n=5):
        if case.n_steps <= 20_000:
            roundings = 2 * (case.problem.dimension + case.problem.rank + 4)
            if case.problem.dimension <= 16:
                assert 10 * roundings * max(case.n_steps, 1) * EPS / 2 <= ROUNDING


def inside_and_outside(draw, meets):
    """Whether the draws inside meet a hypothesis, and those outside miss it."""
    seeds = range(1000, 1020)
    return all(meets(draw(s)) for s in seeds) and not any(meets(draw(s, False)) for s in seeds)


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
        for seed in range(1000, 1020):
            case = draw(seed)
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


# False variants are caught


def refuses(slug, margin, *, n=40):
    """Whether a variant of a claim is found to be false on the claim's own draws."""
    variant = replace(CLAIMS[slug], margin=margin)
    drawn = (variant.draw(seed) for seed in range(1000, 1000 + n))
    return any(variant.fails(variant.margin(instance)) for instance in drawn)


def ratio_falls_by(share):
    def margin(case):
        ratio = mf.RankOneSNR(case.run).noise_to_signal
        return worst_margin(ratio[1:], (1 - share * case.eta_gap) * ratio[:-1])

    return margin


def smallest_eigenvalue_for_the_second(case):
    snr = mf.RankOneSNR(case.run)
    factor = 1 + case.step_size * (case.problem.eigenvalues[-1] - snr.squared_norm[:-1])
    return worst_margin(snr.beta[1:], factor * snr.beta[:-1])


def larger_signal_wall(case):
    signal = mf.benign_region(case.problem, case.run).values["signal"]
    return worst_margin(case.problem.eigengap_at_rank / 3, signal)


def sooner(case):
    bound = mf.theorem_2_bound(case.problem, step_size=case.step_size, accuracy=1e-4) / 30
    return worst_margin(np.argmax(case.run.error <= 1e-4), bound)


def one_moment_more(drawn):
    eigenvalues, rows, directions, q = drawn
    both = ((eigenvalues, rows), mf.compression.block_quadrature(eigenvalues, rows, q))
    return equal(*[values ** (2 * q) @ np.square(J @ directions) for values, J in both])


def faster_growth(drawn):
    problem, X0, times = drawn
    flow = mf.flow.solve(problem, X0, np.append(0.0, times))
    signal = np.square(np.linalg.svdvals(flow.top_rows[:, : problem.rank])[:, -1])
    noise = np.linalg.eigvalsh(flow.noise_gram)[:, -1]
    growth = np.exp(3 * problem.eigengap_at_rank * times)
    return worst_margin(growth * signal[0] * noise[1:], signal[1:] * noise[0])


def stretched(case_and_rotation):
    case, Q = case_and_rotation
    return CLAIMS["rotation-invariance"].margin((case, 1.001 * Q))


def two_blocks(case):
    head = case.problem.rank + 1
    nodes, rows = mf.compression.block_quadrature(
        case.problem.eigenvalues[head:], case.X0[head:], 2
    )
    values = np.concatenate([case.problem.eigenvalues[:head], nodes])
    small = replace(
        case, problem=mf.Problem(values, head - 1), X0=np.concatenate([case.X0[:head], rows])
    )
    return worst_margin(np.abs(small.run.error - case.run.error), 1e-8 * case.run.error)


FALSE_VARIANTS = [
    ("ratio-falls", ratio_falls_by(1.2)),
    ("ratio-falls-faster", ratio_falls_by(1.0)),
    ("noise-recursion", smallest_eigenvalue_for_the_second),
    ("benign-region-is-kept", larger_signal_wall),
    ("theorem-2-count", sooner),
    ("bounded-up-to-two", lambda case: worst_margin(mf.theory.overshoots(case.run), 1.9)),
    ("moments-are-exact", one_moment_more),
    ("flow-ratio-grows", faster_growth),
    ("rotation-invariance", stretched),
    ("compression-agrees", two_blocks),
    (
        "transition-waits",
        lambda case: worst_margin(
            1.01 * mf.theory.t_sharp(case.problem, step_size=case.step_size),
            mf.theory.phase_times(case.problem, case.run).t_k_star,
        ),
    ),
]


@pytest.mark.parametrize(
    ("slug", "variant"), FALSE_VARIANTS, ids=[slug for slug, _ in FALSE_VARIANTS]
)
def test_a_false_variant_is_caught(slug, variant):
    assert refuses(slug, variant)


def test_a_decoupling_that_is_not_exact_is_caught():
    case = transition.learned_row(1000)
    assert CLAIMS["decoupling-is-exact"].fails(CLAIMS["decoupling-is-exact"].margin(case))


# The list: nothing without a test, a chapter, a place on the page


@cache
def text_of(page):
    path = ROOT / "book" / f"{page}.ipynb"
    if not path.exists():
        return ""
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


@cache
def labels(page):
    text = text_of(page)
    directives = re.findall(r"^:label: *(\S+)$", text, re.MULTILINE)
    return {*directives, *re.findall(r"\(([\w-]+)\)=?$", text, re.MULTILINE)}


@cache
def chapters():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return set(re.findall(r"'file': 'book/(\w+)'", str(toc)))


@cache
def page_of_claims():
    path = ROOT / "book" / "claims.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("data", {}).get("text/markdown", "") for output in outputs)


def complaints(each, page=None):
    """What a claim lacks, as words."""
    text = page_of_claims() if page is None else page
    found = {
        "statement": each.statement.endswith(".") and len(each.statement) > 30,
        "source": bool(each.source) and each.source[-1] != ".",
        "comparison": bool(each.compares),
        "instances": any(each.instances is draw for draw in DRAWS),
        "chapter": each.page in chapters() and bool(text_of(each.page)),
        "label": each.label in labels(each.page),
        "link back": "<claim-" in text_of(each.page),
        "anchor": text.count(f"{{#claim-{each.slug}}}") == 1,
        "table": each.statement in text,
        "stop in the table": "|" not in each.statement + each.compares + each.source,
    }
    return [name for name, holds in found.items() if not holds]


@pytest.mark.parametrize("each", CLAIMS.values(), ids=list(CLAIMS))
def test_nothing_is_missing(each):
    assert complaints(each) == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"page": ""}, ["chapter", "label", "link back"]),
        ({"page": "bibliography"}, ["chapter", "label", "link back"]),
        ({"page": "no_such_chapter"}, ["chapter", "label", "link back"]),
        ({"page": "small_and_large"}, ["label", "link back"]),
        ({"label": "prop-no-such"}, ["label"]),
        ({"label": ""}, ["label"]),
        ({"instances": lambda seed: None}, ["instances"]),
        ({"slug": "unheard-of"}, ["anchor"]),
        ({"statement": "A sentence that the page does not have."}, ["table"]),
        ({"source": "", "compares": ""}, ["source", "comparison"]),
    ],
)
def test_what_is_missing_is_noticed(change, missing):
    assert complaints(replace(CLAIMS["ratio-falls"], **change)) == missing


def test_every_group_has_claims_and_a_place_on_the_page():
    assert {each.group for each in CLAIMS.values()} == set(GROUPS)
    text = text_of("claims")
    places = [text.find(f"## {heading}\n") for heading in GROUPS.values()]
    assert all(place >= 0 for place in places)
    assert places == sorted(places)


def test_links_from_the_book_name_the_right_claim():
    """Each leads to a claim, and where it shows a number, it is that claim's."""
    links = [
        (shown, slug)
        for path in (ROOT / "book").glob("*.ipynb")
        for shown, slug in re.findall(r"\{ref\}`([^`<]*) <claim-([\w-]+)>`", text_of(path.stem))
    ]
    assert len(links) > 15
    for shown, slug in links:
        number = re.search(r"\d+\.\d+", shown)
        assert number is None or number[0] == CLAIMS[slug].number


def test_numbers_are_those_of_group_and_place():
    numbers = [tuple(map(int, each.number.split("."))) for each in CLAIMS.values()]
    assert numbers == sorted(set(numbers))
    assert CLAIMS["ratio-falls"].number == "2.2"


def declare(**changes):
    """Try to put a claim on the list, in the group of rank one."""

    def some_claim(instance):
        return Margin(1.0)

    some_claim.__module__ = changes.pop("module", "mftutor.claims.rank_one")
    some_claim.__name__ = changes.pop("name", "some_claim")
    options = {
        "statement": "Something holds.",
        "source": "(1)",
        "standing": "checked",
        "compares": "this with that",
        "shown": "signal_and_noise#def-r1-signal",
        "instances": rank_one.one_column,
    }
    return claim(**(options | changes))(some_claim)


def test_a_declared_claim_is_on_the_list(monkeypatch):
    monkeypatch.setattr(registry, "CLAIMS", dict(CLAIMS))
    declared = declare()
    assert registry.CLAIMS["some-claim"] is declared
    assert declared.page, declared.label == ("signal_and_noise", "def-r1-signal")
    assert repr(declared) == "Claim('some-claim', (1), checked)"
    assert "some-claim" not in CLAIMS


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"name": "ratio_falls"}, "slug"),
        ({"module": "mftutor.claims.elsewhere"}, "group"),
        ({"standing": "believed"}, "standing"),
        ({"shown": "signal_and_noise"}, "shown"),
        ({"shown": "#prop-r1-ratio"}, "shown"),
        ({"standing": "refuted here"}, "counterexample"),
        ({"counterexample": lambda: None}, "counterexample"),
    ],
)
def test_an_incomplete_claim_is_refused(change, name):
    before = dict(CLAIMS)
    assert_refused(lambda: declare(**change), name)
    assert before == CLAIMS


# The table


def test_a_survey_reports_what_it_found():
    table = survey("divergence", n_draws=4)
    rows = {row.claim.slug: row for row in table.rows}
    bounded = rows["bounded-up-to-two"]
    drawn = [divergence.up_to_two(seed) for seed in range(4)]
    worst = min(bounded.claim.margin(case).value for case in drawn)
    assert bounded.worst.value == worst
    assert bounded.failures == 0
    assert bounded.failures_outside == 4
    printed = rows["doubling-as-printed"]
    assert printed.worst.value == 0
    assert printed.failures_outside is None
    assert "refuted here; 0 (to rounding) at the counterexample; 0 of 4 draws fail" in repr(table)
    markdown = table._repr_markdown_()
    assert len(markdown.splitlines()) == 2 + len(rows)
    assert all(line.count("|") == 6 for line in markdown.splitlines())


def test_a_survey_refuses_other_groups_and_numbers():
    assert_refused(lambda: survey("nothing", n_draws=1), "group", "'nothing'")
    for bad in (0, 1.5, "3"):
        assert_refused(lambda n=bad: survey("divergence", n_draws=n), "n_draws", repr(bad))


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123456, "0.1235"), (-2.0, "−2"), (9e-10, "0 (to rounding)"), (1.5e-7, "1.5e−07")]
    + [(float("-inf"), "−∞"), (0.99999, "1")],
)
def test_margins_are_shown_with_four_digits(value, text):
    assert margin_text(Margin(value)) == text


@given(st.lists(st.floats(-5, 1), min_size=1, max_size=5))
def test_the_weakest_margin_is_the_smallest(values):
    assert weakest(*map(Margin, values)).value == min(values)
    assert weakest(Margin(np.nan), *map(Margin, values)).value == min(values)
    assert np.isnan(weakest(Margin(np.nan)).value)


@given(SEEDS)
def test_being_inside_is_a_margin_that_is_not_negative(seed):
    rng = np.random.default_rng(seed)
    problem = mf.Problem([1.0, 0.6, 0.3, 0.1], rank=2)
    X = mf.gaussian_init(problem, scale=rng.uniform(0.5, 2.5), seed=rng)
    for region in (mf.benign_region, mf.absorbing_region):
        found = region(problem, X)
        assert (inside(found).value >= 0) == found.inside
