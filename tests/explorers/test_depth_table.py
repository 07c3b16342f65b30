"""The table behind the explorer of depth is what fresh runs give, to its rounding."""

import numpy as np
import pytest
import tables

from mftutor.data.tables import path, read, states
from mftutor.explorers import DepthExplorer, depth_table

STATES = [tuple(state.values()) for state in states(depth_table.GRID)]

QUICK = [
    (2, depth_table.DIMENSION, 1.0),
    (2, len(depth_table.LEARNED), 0.0316),
    (3, depth_table.DIMENSION, 0.1),
    (4, depth_table.DIMENSION, 1.0),
]


def assert_stored_is_fresh(depth, width, scale):
    """The interval and the half-times exactly, the values to half a unit."""
    stored = depth_table.stored_record(depth, width, scale)
    fresh = depth_table.fresh_record(depth, width, scale)
    assert stored.facts == fresh.facts
    np.testing.assert_array_equal(stored.half_times, fresh.half_times)
    assert list(stored.columns) == list(fresh.columns)
    for name, values in fresh.columns.items():
        # Rounded to the nearest; computed elsewhere, a number half-way may go to the other side.
        distance = np.abs(stored.columns[name] - values)
        assert distance.max() <= depth_table.UNIT * (0.5 + 1e-6)


@pytest.mark.parametrize("state", QUICK)
def test_a_few_states_are_what_fresh_runs_give(state):
    assert_stored_is_fresh(*state)


@pytest.mark.slow
@pytest.mark.parametrize("state", [s for s in STATES if s not in QUICK])
def test_every_state_is_what_a_fresh_run_gives(state):
    assert_stored_is_fresh(*state)


def test_the_file_is_small_and_declares_the_grid_that_the_code_has():
    assert path("depth").stat().st_size <= 300_000
    table = read("depth")
    assert table["grid"] == {
        "depth": list(depth_table.DEPTHS),
        "width": list(depth_table.WIDTHS),
        "scale": list(depth_table.SCALES),
    }
    assert table["units"] == dict.fromkeys(depth_table.COLUMNS, {"step": depth_table.UNIT})
    assert len(table["records"]) == len(STATES) == 66
    for record in table["records"]:
        assert list(record) == ["interval", "half_times", "columns"]
        assert list(record["columns"]) == list(depth_table.COLUMNS)


def test_every_picture_reaches_beyond_what_it_marks():
    for state in STATES:
        record = depth_table.stored_record(*state)
        interval = record.facts["interval"]
        last = depth_table.INTERVALS * interval
        known = record.half_times[~np.isnan(record.half_times)]
        assert (known <= last).all()
        if known.size == 3 and interval < depth_table.LONGEST_INTERVAL:
            assert last >= 1.25 * known.max()
        assert {values.shape for values in record.columns.values()} == {(73,)}
        assert (record.columns["error"] >= 0).all()


def half_times(*state):
    return depth_table.stored_record(*state).half_times


def test_the_table_shows_what_the_chapter_says():
    full, narrow = depth_table.WIDTHS
    for depth in depth_table.DEPTHS:
        first = [half_times(depth, full, a)[0] for a in (1e-4, 1e-2)]
        # L = 2: ln(100)/(2η) = 46 steps; else the factor 100^(1 − 2/L), up to the finite scale.
        if depth == 2:
            assert first[0] - first[1] == pytest.approx(np.log(100) / 0.1, abs=3)
        else:
            assert first[0] / first[1] == pytest.approx(100 ** (1 - 2 / depth), rel=0.15)
    # A large start has no staircase at full width, and one with a bottleneck.
    assert np.ptp(half_times(2, full, 1.0)) <= 5
    steps = np.diff(half_times(2, narrow, 1.0))
    assert (steps >= 30).all()


def test_a_scale_between_two_of_the_grid_is_the_nearest_by_its_logarithm():
    explorer = DepthExplorer(scale=1.7e-3)
    assert explorer.scale == 1e-3
    explorer.scale = 1.9e-3
    assert explorer.scale == 3.16e-3
    assert explorer.controls[2]["grid"] == list(depth_table.SCALES)


@pytest.mark.parametrize(("t", "point"), [(0, 0), (14, 0), (15, 1), (29, 1), (10_000, 72)])
def test_the_point_shown_is_the_nearest_recorded_one(t, point):
    explorer = DepthExplorer(t=min(t, DepthExplorer.t.max))
    assert explorer.record.facts["interval"] == 29
    assert explorer.shown_point == point


def test_the_command_writes_the_tables_that_are_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(tables, "TABLES", {"one": (tmp_path / "one.json", lambda: {"a": 1})})
    assert tables.main(["one"]) == 0
    assert (tmp_path / "one.json").read_text() == '{"a":1}\n'
    assert tables.main(["two"]) == 1
    assert "unknown table two; there are one" in capsys.readouterr().out
