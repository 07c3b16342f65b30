"""What is recorded comes back, up to its rounding; the script's reader is tested with it."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mftutor.data import tables

# Wilder than any run: leaps of seven powers of ten.
curves = st.lists(st.floats(1e-5, 1e2), min_size=1, max_size=80)
levels = st.lists(st.floats(0.0, 3.0), min_size=1, max_size=80)
floors = st.sampled_from([1e-16, 1e-6])
steps = st.sampled_from([2.0**-12, 0.25])
UNIT = {"floor": 1e-6, "per_decade": 1000}


def there_and_back(values, unit):
    return tables.decode(tables.encode(values, unit), unit)


@given(curves, floors)
def test_a_logarithm_comes_back_up_to_half_a_part(values, floor):
    expected = np.maximum(values, floor)
    # Beside the rounding of the logarithm, that of the machine, on numbers up to 16.
    share = (10 ** (0.5 / 1000) - 1) * (1 + 1e-12)
    back = there_and_back(values, {"floor": floor, "per_decade": 1000})
    assert (np.abs(back - expected) <= share * expected).all()


@given(levels, steps)
def test_a_number_comes_back_up_to_half_a_step(values, step):
    assert (np.abs(there_and_back(values, {"step": step}) - values) <= step / 2).all()


@given(st.lists(st.floats(1e-4, 3.0), min_size=1), st.sampled_from([UNIT, {"step": 2.0**-12}]))
def test_reading_and_writing_again_changes_nothing(values, unit):
    written = tables.encode(values, unit)
    assert len(written[1]) == len(values)
    assert tables.encode(tables.decode(written, unit), unit) == written


def test_what_is_smooth_needs_no_escapes():
    assert tables.encode([1e-6, 1e-7, 0.0], UNIT) == (0, "###")  # nothing counts below the floor
    _, smooth = tables.encode(np.exp(np.linspace(0, 1, 76)), UNIT)
    assert len(json.dumps(smooth)) == len(smooth) + 2  # two quotation marks


def test_a_leap_that_has_no_character_is_refused():
    with pytest.raises(ValueError, match="must change by less"):
        tables.encode([1e-99, 1e99, 1e-99], {"floor": 1e-99, "per_decade": 1000})


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="values must be finite to be stored"):
        tables.encode([1.0, value], UNIT)


def test_a_table_is_written_read_and_looked_up(tmp_path):
    grid = {"a": [1, 2], "b": [0.5, 1.0]}

    def run(a, b):
        return tables.Record({"y": np.array([a])}, np.array([a, np.nan]), {"sum": a + b})

    table = tables.make(grid, {"y": {"step": 1.0}}, run)
    assert [state["b"] for state in tables.states(grid)] == [0.5, 1.0, 0.5, 1.0]
    tables.write(tmp_path / "new.json", table)
    assert json.loads((tmp_path / "new.json").read_text("utf-8")) == table
    assert b" " not in (tmp_path / "new.json").read_bytes()
    found = tables.record(table, a=2, b=0.5)
    assert found.facts == {"sum": 2.5}
    assert found.columns["y"].tolist() == [2.0]
    np.testing.assert_array_equal(found.half_times, [2.0, np.nan])
    with pytest.raises(ValueError, match="not in list"):
        tables.record(table, a=3, b=0.5)


def test_packed_numbers_keep_every_digit():
    values = np.random.default_rng(0).standard_normal((3, 2))
    packed = tables.pack(values)["float64"]
    np.testing.assert_array_equal(np.frombuffer(base64.b64decode(packed)), values.ravel())
