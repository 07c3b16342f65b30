"""Explorers as Python objects: their parameters, their two faces, and what they compute.

What the page shows is tested in a browser; every kind of explorer is covered here by itself.
"""

import base64
import html
import inspect
import json
import re
from functools import cache
from xml.etree import ElementTree

import explorers
import numpy as np
import pytest
import traitlets
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from mftutor.explorers import (
    BenignRegionExplorer,
    Explorer,
    FlowExplorer,
    TrajectoryExplorer,
)
from mftutor.explorers.bundle import KINDS, page_assets, widget_script
from mftutor.explorers.controls import Choice, Slider, TimeSlider
from mftutor.trajectory import gram

CLASSES = list(Explorer.__subclasses__())
each_class = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
each_parameter = pytest.mark.parametrize(
    ("cls", "name"),
    [(cls, name) for cls in CLASSES for name in cls.parameter_names()],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
NOT_NUMBERS = ["1", None, [1.0], {}, 1j, object()]


def control(cls, name):
    return cls.class_traits()[name].metadata["control"]


def allowed(cls, name):
    """Two allowed values of a parameter, at the ends of its range."""
    found = control(cls, name)
    if found["type"] == "select":
        return [found["options"][0], found["options"][-1]]
    return [found["min"], found["max"]]


def outside(cls, name):
    """Values of the right type that the parameter does not take."""
    found = control(cls, name)
    if found["type"] == "select":
        return [min(found["options"]) - 1, max(found["options"]) + 1]
    if found.get("integer"):
        return [found["min"] - 1, found["max"] + 1]
    return [found["min"] - 1e-9, found["max"] * (1 + 1e-9), np.inf, -np.inf, np.nan]


def corner(cls, end):
    """The state with every parameter at the lower (0) or upper (1) end of its range."""
    return {name: allowed(cls, name)[end] for name in cls.parameter_names()}


def states(cls, n, seed):
    controls = [{**control(cls, name), "name": name} for name in cls.parameter_names()]
    return explorers.random_states(controls, n, seed)


def page_of(explorer):
    return BeautifulSoup(explorer.page(), "html.parser")


@cache
def drawn(cls, which):
    """An explorer as it is made, "default", or at an end of all ranges, 0 or 1; and its page."""
    explorer = cls() if which == "default" else cls(**corner(cls, which))
    return explorer, page_of(explorer)


WHICH = ["default", 0, 1]


@pytest.fixture
def without_picture(monkeypatch):
    """For tests of what stands around the picture, which takes most of the time."""
    for cls in CLASSES:
        monkeypatch.setattr(cls, "picture", lambda self: Figure())


# Parameters


def test_there_are_explorers_and_each_is_public():
    import mftutor.explorers as package

    assert TrajectoryExplorer in CLASSES
    assert {cls.__name__ for cls in CLASSES} | {"Explorer"} == set(package.__all__)
    assert len({cls.KIND for cls in CLASSES}) == len(CLASSES)


@each_class
def test_each_has_a_kind_a_title_and_a_counterpart(cls):
    _, page = drawn(cls, "default")
    for script in (page.select_one("script[data-mftutor]").string, widget_script(cls.KIND)):
        assert [kind for kind in KINDS if f"$kinds_{kind}=" in script] == [cls.KIND]
    assert len(cls.TITLE) > 10
    assert len(inspect.getdoc(cls)) > 100


@each_parameter
def test_each_parameter_is_labelled_and_documented(cls, name):
    found = control(cls, name)
    assert found["label"]
    assert found["description"]
    assert found["type"] in {"range", "log", "time", "select"}
    assert re.search(
        rf"^    (\w+, )*{name}(, \w+)* : \w+", inspect.getdoc(cls).replace("\n", "\n    "), re.M
    )


@each_parameter
def test_a_parameter_takes_the_ends_of_its_range(cls, name):
    for value in allowed(cls, name):
        assert cls(**{name: value}).state[name] == value


@each_parameter
def test_a_value_out_of_range_is_refused_by_name(cls, name):
    found = control(cls, name)
    ends = found["options"] if found["type"] == "select" else [found["min"], found["max"]]
    explorer = cls()
    before = explorer.state
    for value in outside(cls, name):
        for refused in (lambda v: cls(**{name: v}), lambda v: setattr(explorer, name, v)):
            with pytest.raises(traitlets.TraitError) as refusal:
                refused(value)
            message = str(refusal.value)
            assert name in message
            assert str(value) in message or f"{value:g}" in message
            assert all(str(end) in message for end in (ends[0], ends[-1]))
    assert explorer.state == before


@each_parameter
def test_a_value_of_the_wrong_type_is_refused_by_name(cls, name):
    explorer = cls()
    values = [*NOT_NUMBERS, 1.5] if control(cls, name).get("integer") else NOT_NUMBERS
    for value in values:
        for refused in (lambda v: cls(**{name: v}), lambda v: setattr(explorer, name, v)):
            with pytest.raises(traitlets.TraitError, match=rf"\b{name}\b"):
                refused(value)


@each_class
@pytest.mark.parametrize("unknown", ["Scale", "kind", "layout", "controls", "_esm", "foo"])
def test_an_unknown_parameter_is_refused_with_the_known_ones(cls, unknown):
    with pytest.raises(TypeError, match=f"unknown parameter '{unknown}'") as refusal:
        cls(**{unknown: 1.0})
    assert all(name in str(refusal.value) for name in cls.parameter_names())


@each_class
def test_what_the_page_reads_cannot_be_changed(cls):
    explorer = cls()
    for name in ["kind", "title", "controls", "data"]:
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(explorer, name, getattr(explorer, name))


@each_class
def test_state_repr_and_reset_follow_the_constructor(cls):
    for given_state in [{}, corner(cls, 0), corner(cls, 1)]:
        explorer = cls(**given_state)
        assert list(explorer.state) == cls.parameter_names()
        assert explorer.state == {**cls().state, **given_state}
        defaults = {found["name"]: found["default"] for found in explorer.controls}
        assert defaults == explorer.state
        written = ", ".join(f"{name}={value:g}" for name, value in explorer.state.items())
        assert repr(explorer) == f"{cls.__name__}({written})"


@each_class
def test_moving_a_parameter_moves_the_state_and_leaves_reset_alone(cls):
    explorer, seen = cls(), []
    before = explorer.controls
    explorer.observe(lambda change: seen.append(change["name"]), cls.parameter_names())
    for name in cls.parameter_names():
        value = next(v for v in allowed(cls, name) if v != explorer.state[name])
        setattr(explorer, name, value)
        assert explorer.state[name] == value
    assert seen == cls.parameter_names()
    assert explorer.controls == before


def test_the_kinds_of_parameter_say_what_they_are():
    class Example(traitlets.HasTraits):
        ratio = Slider(0.5, 0.1, 2.0, step=0.1, log=True, label="ratio")
        size = Slider(1, 0, 3, step=1, label="size")
        draw = Choice(2, [2, 3], label="draw")
        t = TimeSlider(7, 100, label="t")

    traits = Example.class_traits()
    kinds = [traits[name].metadata["control"]["type"] for name in ("ratio", "size", "draw", "t")]
    assert kinds == ["log", "range", "select", "time"]
    assert all(trait.metadata["sync"] for trait in traits.values())


# The two faces


@each_class
@pytest.mark.usefixtures("without_picture")
def test_the_bundle_has_both_faces_and_words(cls):
    explorer = cls()
    bundle, _ = explorer._repr_mimebundle_()
    assert bundle[WIDGET_VIEW]["model_id"] == explorer.model_id
    assert bundle["text/plain"] == repr(explorer)
    assert bundle["text/html"] == explorer.page()


@each_class
def test_the_page_holds_the_state_as_json(cls):
    for explorer, page in (drawn(cls, which) for which in WHICH):
        (host,) = page.select("mftutor-explorer.mftutor-explorer")
        assert host["data-kind"] == cls.KIND
        content = json.loads(host.select_one("script[type='application/json']").string)
        assert {name: content[name] for name in cls.parameter_names()} == explorer.state
        assert content["data"] == explorer.page_data()
        assert (content["kind"], content["title"]) == (cls.KIND, cls.TITLE)
        assert content["controls"] == explorer.controls


@each_class
@pytest.mark.usefixtures("without_picture")
def test_the_page_cannot_be_broken_by_what_it_holds(cls, monkeypatch):
    nasty = "</script><script>alert(1)</script><!--\"'&"
    monkeypatch.setattr(cls, "TITLE", nasty)
    monkeypatch.setattr(cls, "alternative", lambda self: nasty)
    explorer = cls()
    (host,) = page_of(explorer).select("mftutor-explorer")
    assert "<" not in host.script.string
    assert json.loads(host.script.string)["title"] == nasty
    assert host.img["alt"] == nasty
    assert [child.name for child in host.children] == ["script", "img"]


def test_the_inlined_script_and_styles_cannot_close_their_elements():
    page = BeautifulSoup(page_assets(*KINDS), "html.parser")
    assert [tag.name for tag in page.children] == ["style", "script"]
    assert "</script" not in page.script.string.lower()
    assert "<!--" not in page.script.string
    assert "</style" not in page.style.string.lower()
    assert page.script["type"] == "module"
    # An inlined module may not export; the one of a widget must.
    assert "export default" in widget_script(KINDS[0])
    assert not re.search(r"\b(export|import)\b[^:]", page.script.string)


@each_class
def test_nothing_is_fetched(cls):
    _, page = drawn(cls, "default")
    for tag in page.find_all(True):
        assert "href" not in tag.attrs
        assert tag.get("src", "data:").startswith("data:")
    assert not re.search(
        r"\bimport\b.*['\"]|fetch\(|XMLHttpRequest|@import|url\(", page_assets(cls.KIND)
    )


@each_class
def test_the_static_picture_is_svg_with_words(cls):
    for explorer, page in (drawn(cls, which) for which in WHICH):
        (img,) = page.select("mftutor-explorer > img")
        kind, data = img["src"].split(",")
        assert kind == "data:image/svg+xml;base64"
        svg = ElementTree.fromstring(base64.b64decode(data, validate=True))
        assert svg.tag.endswith("}svg")
        assert not any(node.tag.endswith("}script") for node in svg.iter())
        assert img["alt"] == explorer.alternative()
        assert len(html.unescape(img["alt"])) >= 40
        assert "nan" not in img["alt"]


@each_class
def test_the_picture_is_a_figure_and_follows_the_state(cls):
    explorer, page = drawn(cls, "default")
    name = cls.parameter_names()[0]
    moved = cls(**{name: next(v for v in allowed(cls, name) if v != explorer.state[name])})
    figures = []
    draw = moved.picture
    moved.picture = lambda: figures.append(draw()) or figures[0]
    assert page_of(moved).img["src"] != page.img["src"]
    assert isinstance(figures[0], Figure)


@each_class
def test_page_data_is_small_json_and_the_same_each_time(cls):
    data = cls().page_data()
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert cls(**corner(cls, 1)).page_data() == data


# What is computed


@each_class
def test_tables_have_one_finite_number_a_row_wherever_they_are_trusted(cls):
    trusted = 0
    for state in states(cls, 30, seed=5):
        explorer = cls(**state)
        columns = {name: np.asarray(values) for name, values in explorer.table().items()}
        assert len({values.shape for values in columns.values()}) == 1
        if explorer.verdict() == "computed":
            trusted += 1
            assert all(np.isfinite(values).all() for values in columns.values())
    assert trusted >= 10


@each_class
def test_the_whole_problem_gives_the_same_table(cls):
    """To 1e-10, or what a rounded table allows, of the largest value so far, or of 1."""
    compared = 0
    for state in states(cls, 12, seed=2):
        explorer = cls(**state)
        if explorer.verdict() != "computed":
            continue
        ours, full = explorer.table(), explorer.full_table()
        assert list(ours) == list(full)
        for name, column in full.items():
            largest = np.maximum.accumulate(np.maximum(1, np.abs(column)))
            distance = np.abs(np.subtract(ours[name], column))
            assert (distance <= cls.FULL_TOLERANCE * largest).all(), (name, state)
        compared += 1
    assert compared >= 4


# The trajectory


@st.composite
def trajectories(draw):
    """States of the trajectory explorer whose numbers are trusted: ηλ₁ ≤ 0.9."""
    return TrajectoryExplorer(
        second_eigenvalue=draw(st.floats(0.4, 0.95)),
        scale=10 ** draw(st.floats(-8, 1)),
        step_size=10 ** draw(st.floats(-1.3, np.log10(0.9))),
        seed=draw(st.sampled_from([0, 7, 19])),
        flow_time=draw(st.sampled_from([30, 60])),
    )


@settings(max_examples=25)
@given(trajectories())
def test_the_compressed_run_is_the_full_run(explorer):
    full, small = explorer.run, explorer.compressed_run
    assert full.n_steps == small.n_steps
    assert full.diverged_at == small.diverged_at
    if explorer.verdict() != "computed":  # how such runs end is all that is promised
        assert explorer.verdict() in (f"diverged at {full.diverged_at}", "not settled")
        return
    for quantity in ["error", "signal", "noise", "top_rows"]:
        ours, theirs = getattr(small, quantity), getattr(full, quantity)
        largest = np.maximum.accumulate(np.maximum(1, np.abs(theirs)), axis=0)
        assert (np.abs(ours - theirs) <= 1e-10 * largest).all(), quantity


@given(st.floats(0.01, 4.0), st.sampled_from([30, 60]))
def test_the_number_of_steps_reaches_the_flow_time(step_size, flow_time):
    explorer = TrajectoryExplorer(step_size=step_size, flow_time=flow_time)
    if explorer.trusted:
        assert abs(explorer.n_steps * step_size - flow_time) <= step_size / 2 + 1e-9
    else:
        assert explorer.n_steps <= 24
    assert explorer.trusted == (step_size <= 0.9)
    assert explorer.n_steps <= TrajectoryExplorer.t.max


def test_verdicts_of_the_trajectory():
    assert TrajectoryExplorer().verdict() == "computed"
    assert TrajectoryExplorer(step_size=1.0).verdict() == "not settled"
    apart = TrajectoryExplorer(scale=10.0)
    assert apart.verdict() == f"diverged at {apart.run.diverged_at}"
    assert "diverges at step" in apart.alternative()


def test_the_trajectory_s_rows_travel_to_the_page_and_back():
    explorer = TrajectoryExplorer(scale=1.0, seed=3)
    data = explorer.page_data()
    packed = base64.b64decode(data["rows"]["float64"])
    numbers = np.frombuffer(packed, "<f8").reshape(data["seeds"], -1)
    m, own = data["tail_rows"], numbers[explorer.seed]
    nodes, rows = own[6 : 6 + m], np.concatenate([own[:6], own[6 + m :]]).reshape(-1, 2)
    start = explorer.compressed_run
    np.testing.assert_array_equal(start.top_rows[0], rows[:3])
    np.testing.assert_array_equal(start.problem.eigenvalues[3:], nodes)
    np.testing.assert_array_equal(start.noise_gram[0], gram(np.asfortranarray(rows)[2:].T))
    assert data["largest_eigenvalue"] == start.problem.eigenvalues[0]
    assert data["third_eigenvalue"] == start.problem.eigenvalues[2]
    np.testing.assert_array_equal(rows[:3], explorer.X0[:3])


def test_the_trajectory_s_table_holds_the_run():
    explorer = TrajectoryExplorer()
    run, table = explorer.run, explorer.full_table()
    assert list(table) == ["t", "error", "signal_1", "signal_2", "noise_1", "noise_2"]
    np.testing.assert_array_equal(table["t"], np.arange(301))
    np.testing.assert_array_equal(table["error"], run.error)
    np.testing.assert_array_equal(table["signal_2"], run.signal[:, 1])
    np.testing.assert_array_equal(table["noise_1"], run.noise[:, 0])


def test_the_trajectory_s_words_hold_its_numbers():
    explorer = TrajectoryExplorer()
    words = explorer.alternative()
    for k, tau in enumerate(explorer.run.hitting_times(), 1):
        assert f"row {k} arrives at step {tau:.0f}" in words
    assert f"starts at {explorer.run.error[0]:.3g}" in words


@each_class
@pytest.mark.usefixtures("without_picture")
def test_numbers_of_numpy_are_taken_as_numbers(cls):
    explorer = cls(**{name: np.array(allowed(cls, name))[0] for name in cls.parameter_names()})
    assert {type(value) for value in explorer.state.values()} <= {int, float}
    assert "mftutor-explorer" in explorer.page()


@each_parameter
def test_a_truth_value_is_no_number(cls, name):
    with pytest.raises(traitlets.TraitError, match=name):
        cls(**{name: True})


def test_a_run_that_does_not_settle_is_not_described_by_its_numbers():
    page = page_of(TrajectoryExplorer(step_size=1.0))
    assert "does not settle" in page.img["alt"]
    assert "learned at step" not in page.img["alt"]


def test_a_start_on_the_wall_of_the_benign_region_counts_as_inside():
    # λ₂ = 0.8, λ₃ = 0.2: the walls are at signal 0.15 and noise 0.5, rounding aside
    for wall in ({"signal": 0.15}, {"noise": 0.5}):
        assert BenignRegionExplorer(**wall).membership.inside[0]
    for beyond in ({"signal": 0.15 - 1e-9}, {"noise": 0.5 + 1e-9}):
        assert not BenignRegionExplorer(**beyond).membership.inside[0]


# Descent and its flow


def test_the_flow_explorer_says_when_both_rows_arrive():
    explorer = FlowExplorer()
    run, flow = explorer.paths
    np.testing.assert_array_equal(run.hitting_times(), [51, 148])
    np.testing.assert_allclose(explorer.flow_times, [4.849, 14.571], atol=1e-3)
    assert explorer.scalars()["largest_distance"] == pytest.approx(0.0786, abs=1e-4)
    words = explorer.alternative()
    assert "row 2 arrives at 14.8" in words
    assert "row 2 arrives at 14.6" in words


def test_the_flow_goes_on_where_descent_ends():
    for state in ({"scale": 10.0}, {"step_size": 2.0}, {"step_size": 1.0, "flow_time": 60}):
        explorer = FlowExplorer(**state)
        run, flow = explorer.compressed_paths
        table = explorer.table()
        assert len(flow.time) == round(explorer.flow_time / explorer.step_size) + 1
        assert np.isfinite(table["flow_error"]).all()
        assert np.isnan(table["error"][len(run.error) :]).all()
        np.testing.assert_allclose(explorer.flow_times, [4.8, 14.57], atol=0.06)


def test_a_time_beyond_the_picture_is_not_said():
    late = FlowExplorer(scale=1e-8)  # the second eigenvector would need 43
    assert late.scalars()["flow_tau_2"] is None
    assert late.scalars()["flow_tau_1"] == pytest.approx(21.584, abs=1e-3)
    assert FlowExplorer(scale=1e-8, flow_time=60).scalars()["flow_tau_2"] is not None
