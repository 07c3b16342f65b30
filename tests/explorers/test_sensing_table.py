"""The stored runs of sensing are those that a fresh computation gives, up to their rounding."""

import gzip

import numpy as np
import pytest
import tables

from mftutor.data.tables import path, read, states
from mftutor.explorers import SensingExplorer, sensing_table
from mftutor.explorers.sensing_table import (
    DISTANCE_FLOOR,
    GRID,
    LOSS_FLOOR,
    POINTS,
    ROUNDING,
    column_names,
    fresh_record,
    problem_and_fits,
    stored_record,
)

FILE, STATES = path("sensing"), states(GRID)
# One of each number of columns, with few and many measurements, from small and large starts.
SOME_STATES = [(100, 30, 1.0), (150, 3, 1e-3), (300, 30, 1e-6), (300, 1, 0.1), (500, 2, 1e-4)]


# The file


def test_the_table_holds_every_state_once():
    table = read("sensing")
    assert len({tuple(state.values()) for state in STATES}) == len(STATES) == 6 * 4 * 7
    assert table["grid"] == {name: sorted(values) for name, values in GRID.items()}
    for state, record in zip(STATES, table["records"], strict=True):
        assert list(record) == ["final_loss", "half_times", "columns"]
        assert list(record["columns"]) == column_names(state["columns"])
        assert {len(text) for _, text in record["columns"].values()} == {POINTS}


def test_the_table_is_small():
    assert FILE.stat().st_size <= 300_000
    assert len(gzip.compress(FILE.read_bytes())) <= 60_000


def test_the_command_makes_this_file(monkeypatch, tmp_path, capsys):
    assert tables.TABLES["sensing"] == (FILE, sensing_table.make_table)
    monkeypatch.setitem(tables.TABLES, "sensing", (tmp_path / "new.json", lambda: {"a": [1]}))
    assert tables.main(["sensing"]) == 0
    assert (tmp_path / "new.json").read_text("utf-8") == '{"a":[1]}\n'
    assert tables.main(["sensings"]) == 1
    assert "unknown table sensings" in capsys.readouterr().out


def assert_fresh(state):
    stored, fresh = stored_record(**state), fresh_record(**state)
    np.testing.assert_array_equal(stored.half_times, fresh.half_times)
    assert list(stored.columns) == list(fresh.columns) == column_names(state["columns"])
    # Rounded to three digits on both sides, so that the last one may differ.
    loss = stored.facts["final_loss"]
    assert loss == pytest.approx(fresh.facts["final_loss"], rel=0.011)
    assert loss >= LOSS_FLOOR
    for name, expected in fresh.columns.items():
        # Another machine's rounding may tip a number that lies between two stored ones.
        distance = np.abs(stored.columns[name] - expected) / expected
        assert (distance <= ROUNDING * (1 + 1e-6)).all(), (state, name)


@pytest.mark.parametrize("state", SOME_STATES, ids=str)
def test_some_runs_are_those_of_the_table(state):
    assert_fresh(dict(zip(GRID, state, strict=True)))


@pytest.mark.slow
@pytest.mark.parametrize("m", sensing_table.MEASUREMENTS)
def test_all_runs_are_those_of_the_table(m):
    for state in STATES:
        if state["measurements"] == m:
            assert_fresh(state)


# What the runs must satisfy, whatever they are


@pytest.mark.parametrize("m", sensing_table.MEASUREMENTS)
def test_distances_obey_the_triangle_inequality(m):
    """The error is the distance to Z_3*, and Z_1*, Z_2* are as far away as their errors say."""
    problem, fits = problem_and_fits(m)
    size = np.linalg.norm(problem.ground_truth)
    apart = [np.linalg.norm(fit.matrix - problem.ground_truth) for fit in fits]
    assert apart[2] <= 1e-6
    for state in STATES:
        if state["measurements"] != m:
            continue
        columns = stored_record(**state).columns
        error = size * columns["error"]
        for s, between in enumerate(apart[: state["columns"]], 1):
            distance = columns[f"distance_{s}"]
            slack = 2 * ROUNDING * (error + distance) + 3 * DISTANCE_FLOOR
            assert (np.abs(error - distance) <= between + slack).all()
            assert (error + distance >= between - slack).all()


def test_the_starts_are_small_where_they_should_be():
    for state in STATES:
        signal = stored_record(**state).columns["signal_1"]
        # One entry of α²N₀N₀ᵀ, which is α² times a chi-squared of r̂ degrees over 30.
        assert signal[0] <= 1.5 * state["scale"] ** 2


# The explorer


def test_the_explorer_takes_the_nearest_scale():
    explorer = SensingExplorer(scale=2e-4)
    assert explorer.scale == 1e-4
    np.testing.assert_array_equal(
        explorer.table()["error"], stored_record(300, 30, 1e-4).columns["error"]
    )


def test_the_explorer_s_words_hold_its_numbers():
    explorer = SensingExplorer()
    table, words = explorer.table(), explorer.alternative()
    assert f"{table['distance_1'].min():.2g} to Z_1* at step 180" in words
    assert f"ends at {table['error'][-1]:.2g}" in words
    assert explorer.scalars() == {
        "half_1": 130.0,
        "half_2": 214.0,
        "half_3": 454.0,
        "final_loss": explorer.record.facts["final_loss"],
    }
    assert SensingExplorer(columns=1).scalars()["half_2"] is None


def test_one_column_has_one_distance():
    names = list(SensingExplorer(columns=1).table())
    assert names == ["t", "error", "signal_1", "signal_2", "signal_3", "distance_1"]
