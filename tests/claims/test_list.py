"""The list of claims: nothing without a chapter and a place on the page; and its tables."""

import re
from dataclasses import replace
from functools import cache

import nbformat
import numpy as np
import pytest
import yaml
from built_book import ROOT
from hypothesis import given
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused

import mftutor as mf
from mftutor.claims import CLAIMS, GROUPS, divergence, rank_one, registry, survey
from mftutor.claims.compare import inside
from mftutor.claims.registry import claim
from mftutor.claims.survey import Tally, margin_text
from mftutor.theory.margin import Margin, weakest


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
    return re.findall(r"'file': 'book/(\w+)'", str(toc))


@cache
def page_of_claims():
    path = ROOT / "book" / "claims.ipynb"
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return "\n".join(output.get("data", {}).get("text/markdown", "") for output in outputs)


def complaints(each):
    """What a claim lacks, as words."""
    text = page_of_claims()
    found = {
        "statement": each.statement.endswith(".") and len(each.statement) > 30,
        "source": bool(each.source) and each.source[-1] != ".",
        "comparison": bool(each.compares),
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


def test_no_number_is_typed_without_a_link():
    for path in (ROOT / "book").glob("*.ipynb"):
        loose = re.sub(r"\{ref\}`[^`]*`", "", text_of(path.stem))
        assert re.findall(r"(?i)\b(?:claims?|lines?) \d+\.\d+", loose) == []


def test_numbers_are_those_of_chapter_and_place():
    assert list(registry.CHAPTERS) == chapters()[: len(registry.CHAPTERS)]
    for first, page in enumerate(chapters(), 1):
        shown = [each.number for each in CLAIMS.values() if each.page == page]
        assert shown == [f"{first}.{place + 1}" for place in range(len(shown))]
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
    assert (declared.page, declared.label) == ("signal_and_noise", "def-r1-signal")
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
    assert bounded.inside == Tally(evaluated=4, missing=0, failures=0)
    assert bounded.outside == Tally(evaluated=4, missing=0, failures=4)
    printed = rows["doubling-as-printed"]
    assert printed.worst.value == 0
    assert printed.outside is None
    assert "refuted here; 0 (to rounding) at the counterexample; none of 4 draws" in repr(table)
    assert "; none of 4 draws fail; outside, 4 of 4 draws fail" in repr(table)
    markdown = table._repr_markdown_()
    assert len(markdown.splitlines()) == 2 + len(rows)
    assert all(line.count("|") == 6 for line in markdown.splitlines())


def test_no_draw_of_the_page_could_not_be_evaluated():
    assert "draws fail" in page_of_claims()
    assert "not evaluated" not in page_of_claims()


def test_a_survey_counts_what_could_not_be_evaluated(monkeypatch):
    """The worst margin does not show it: nan is not the worst of any."""
    each = CLAIMS["two-is-sharp"]
    margins = {0: Margin(np.nan), 1: Margin(0.5), 2: Margin(-0.5)}
    partly = replace(each, instances=lambda seed: seed, margin=margins.get)
    monkeypatch.setitem(CLAIMS, each.slug, partly)
    table = survey("divergence", n_draws=3)
    (row,) = (row for row in table.rows if row.claim is partly)
    assert row.inside == Tally(evaluated=2, missing=1, failures=1)
    for text in (repr(table), table._repr_markdown_()):
        assert "1 of 2 draws fail, 1 not evaluated" in text


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
