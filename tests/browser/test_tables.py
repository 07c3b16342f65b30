"""Explorers that read a table show the right row of it, in every state that there is."""

import itertools

import explorers
import pytest
from test_explorers import assert_scalars_agree, assert_tables_agree, table_in_page


def values(control):
    """All values of a control, or None if there are too many."""
    return control.get("options", control.get("grid"))


def reads_a_table(explorer):
    path, i, _ = explorer
    controls = explorers.content(path, i)["controls"]
    return all(values(control) for control in controls if control["type"] != "time")


FROM_TABLES = [explorer for explorer in explorers.one_of_each_kind() if reads_a_table(explorer)]


def test_there_are_such_explorers():
    assert "sensing" in [kind for _, _, kind in FROM_TABLES]


@pytest.mark.parametrize("explorer", FROM_TABLES, ids=explorers.name)
def test_every_state_is_the_one_of_the_table(open_page, explorer):
    path, i, kind = explorer
    host = open_page(path.as_uri(), formulas=False).locator("mftutor-explorer").nth(i)
    controls = [c for c in explorers.content(path, i)["controls"] if c["type"] != "time"]
    names = [control["name"] for control in controls]
    for chosen in itertools.product(*(values(control) for control in controls)):
        ours = explorers.CLASSES[kind](**dict(zip(names, chosen, strict=True)))
        assert_tables_agree(table_in_page(host, ours.state), ours.table(), 1e-12)
        shown = host.evaluate("(host, s) => host.explorer.scalarsOf(s)", ours.state)
        assert_scalars_agree(shown, ours.scalars())
