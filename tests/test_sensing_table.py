"""The stored runs of sensing are those that a fresh computation gives, up to their rounding."""

import gzip
import json

import numpy as np
import pytest
import tables
from hypothesis import given
from hypothesis import strategies as st

from mftutor.explorers import SensingExplorer, sensing_table
from mftutor.explorers.sensing_table import (
    DISTANCE_FLOOR,
    EIGENVALUES,
    FILE,
    LOSS_FLOOR,
    POINTS,
    ROUNDING,
    SIGNAL_FLOOR,
    column_names,
    decode,
    encode,
    fresh_record,
    grid,
    problem_and_fits,
    stored_record,
    stored_table,
)

floors = st.sampled_from([SIGNAL_FLOOR, DISTANCE_FLOOR])
# Wilder than any run: leaps of seven powers of ten.
curves = st.lists(st.floats(1e-5, 1e2), min_size=1, max_size=80)
# One of each number of columns, with few and many measurements, from small and large starts.
SOME_STATES = [(100, 30, 1.0), (150, 3, 1e-3), (300, 30, 1e-6), (300, 1, 0.1), (500, 2, 1e-4)]


# Texts for numbers


@given(curves, floors)
def test_what_is_written_is_read_up_to_rounding(values, floor):
    text = encode(np.array(values), floor)
    assert len(text) == len(values)
    expected = np.maximum(values, floor)
    # Beside the rounding of the logarithm, that of the machine, on numbers up to 16.
    slack = 1 + 1e-12
    assert (np.abs(decode(text, floor) - expected) <= ROUNDING * expected * slack).all()


@given(curves, floors)
def test_reading_and_writing_again_changes_nothing(values, floor):
    text = encode(np.array(values), floor)
    assert encode(decode(text, floor), floor) == text


def test_a_text_needs_no_escapes_where_a_curve_is_smooth():
    assert encode(np.array([1e-6, 1e-7, 0.0]), 1e-6) == "###"  # nothing counts below the floor
    smooth = encode(np.exp(np.linspace(0, 1, 76)), 1e-6)
    assert len(json.dumps(smooth[2:])) == len(smooth)  # two quotation marks
    assert decode("", 1.0).size == 0


def test_a_leap_that_has_no_character_is_refused():
    with pytest.raises(ValueError, match="must change by less"):
        encode(np.array([1e-99, 1e99, 1e-99]), 1e-99)


# The file


def test_the_table_holds_every_state_once():
    table = stored_table()
    states = grid()
    assert len(set(states)) == len(states) == 6 * 4 * 7
    assert len(table["texts"]) == len(table["half_times"]) == len(table["final_loss"])
    assert len(table["texts"]) == len(states)
    for (_, columns, _), text in zip(states, table["texts"], strict=True):
        assert len(text) == POINTS * len(column_names(columns))
    for name in ("columns", "measurements", "scales"):
        assert table[name] == sorted(table[name])
    assert table["eigenvalues"] == list(EIGENVALUES)


def test_the_table_is_small():
    assert FILE.stat().st_size <= 300_000
    assert len(gzip.compress(FILE.read_bytes())) <= 60_000


def test_the_command_makes_this_file(monkeypatch, tmp_path, capsys):
    path, make = tables.TABLES["sensing"]
    assert (path, make) == (FILE, sensing_table.make_table)
    monkeypatch.setitem(tables.TABLES, "sensing", (tmp_path / "new.json", lambda: {"a": [1]}))
    assert tables.main(["sensing"]) == 0
    assert json.loads((tmp_path / "new.json").read_text("utf-8")) == {"a": [1]}
    assert tables.main(["sensings"]) == 1
    assert "unknown table sensings" in capsys.readouterr().out


def assert_fresh(state):
    stored, fresh = stored_record(*state), fresh_record(*state)
    np.testing.assert_array_equal(stored.half_times, fresh.half_times)
    assert list(stored.columns) == list(fresh.columns) == column_names(state[1])
    # Rounded to three digits on both sides, so that the last one may differ.
    assert stored.final_loss == pytest.approx(fresh.final_loss, rel=0.011)
    assert stored.final_loss >= LOSS_FLOOR
    for name, expected in fresh.columns.items():
        # Another machine's rounding may tip a number that lies between two stored ones.
        distance = np.abs(stored.columns[name] - expected) / expected
        assert (distance <= ROUNDING * (1 + 1e-6)).all(), (state, name)


@pytest.mark.parametrize("state", SOME_STATES, ids=str)
def test_some_runs_are_those_of_the_table(state):
    assert_fresh(state)


@pytest.mark.slow
@pytest.mark.parametrize("m", sensing_table.MEASUREMENTS)
def test_all_runs_are_those_of_the_table(m):
    for state in grid():
        if state[0] == m:
            assert_fresh(state)


# What the runs must satisfy, whatever they are


@pytest.mark.parametrize("m", sensing_table.MEASUREMENTS)
def test_distances_obey_the_triangle_inequality(m):
    """The error is the distance to Z_3*, and Z_1*, Z_2* are as far away as their errors say."""
    problem, fits = problem_and_fits(m)
    size = np.linalg.norm(problem.ground_truth)
    apart = [np.linalg.norm(fit.matrix - problem.ground_truth) for fit in fits]
    assert apart[2] <= 1e-6
    for state in grid():
        if state[0] != m:
            continue
        columns = stored_record(*state).columns
        error = size * columns["error"]
        for s, between in enumerate(apart[: state[1]], 1):
            distance = columns[f"distance_{s}"]
            slack = 2 * ROUNDING * (error + distance) + 3 * DISTANCE_FLOOR
            assert (np.abs(error - distance) <= between + slack).all()
            assert (error + distance >= between - slack).all()


def test_the_starts_are_small_where_they_should_be():
    for state in grid():
        signal = stored_record(*state).columns["signal_1"]
        # One entry of α²N₀N₀ᵀ, which is α² times a chi-squared of r̂ degrees over 30.
        assert signal[0] <= 1.5 * state[2] ** 2


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
        "final_loss": explorer.record.final_loss,
    }
    assert SensingExplorer(columns=1).scalars()["half_2"] is None


def test_one_column_has_one_distance():
    names = list(SensingExplorer(columns=1).table())
    assert names == ["t", "error", "signal_1", "signal_2", "signal_3", "distance_1"]
