"""Explorers that read a table show the right row of it, in every state that there is."""

import itertools

import explorers
import pytest
from test_explorers import assert_scalars_agree, assert_tables_agree, computed

# Multiples of a power of two are read without any rounding.
EXACT = {"depth": 0}


def values(control):
    """All values of a control, or None if there are too many."""
    return control.get("options", control.get("grid"))


def reads_a_table(explorer):
    controls = explorers.declared(explorer[2])
    return all(values(control) for control in controls if control["type"] != "time")


FROM_TABLES = [explorer for explorer in explorers.one_of_each_kind() if reads_a_table(explorer)]


def test_there_are_such_explorers():
    assert "sensing" in [kind for _, _, kind in FROM_TABLES]


@pytest.mark.parametrize("explorer", FROM_TABLES, ids=explorers.name)
def test_every_state_is_the_one_of_the_table(book_page, explorer):
    path, i, kind = explorer
    host = book_page(path, formulas=False).locator("mftutor-explorer").nth(i)
    controls = [c for c in explorers.declared(kind) if c["type"] != "time"]
    names = [control["name"] for control in controls]
    chosen = itertools.product(*(values(control) for control in controls))
    ours = [explorers.CLASSES[kind](**dict(zip(names, each, strict=True))) for each in chosen]
    shown = computed(host, [each.state for each in ours])
    for theirs, each in zip(shown, ours, strict=True):
        assert_tables_agree(theirs["table"], each.table(), EXACT.get(kind, 1e-12))
        assert_scalars_agree(theirs["scalars"], each.scalars())
