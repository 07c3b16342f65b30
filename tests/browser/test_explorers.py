"""Every explorer on every page: alive, right, reachable by all, and robust."""

import base64
import functools
import itertools
import re

import explorers
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from waiting import until_theme_is

each_explorer = pytest.mark.parametrize("explorer", explorers.on_pages(), ids=explorers.name)
each_kind = pytest.mark.parametrize("explorer", explorers.one_of_each_kind(), ids=explorers.name)
each_kind_with_time = pytest.mark.parametrize(
    "explorer",
    [e for e in explorers.one_of_each_kind() if explorers.has_time(e)],
    ids=explorers.name,
)


@pytest.fixture
def open_page(open_page):
    """As everywhere, but the formulas around an explorer are not set: nothing here needs them."""
    return functools.partial(open_page, formulas=False)


@pytest.fixture
def host(open_page, explorer):
    """The explorer on its page, opened from disk."""
    path, i, _ = explorer
    return open_page(path.as_uri()).locator("mftutor-explorer").nth(i)


@pytest.fixture
def controls(explorer):
    path, i, _ = explorer
    return explorers.content(path, i)["controls"]


@pytest.fixture
def counterpart(explorer):
    """The Python class of the explorer."""
    return explorers.CLASSES[explorer[2]]


def state(host):
    return host.evaluate("host => host.explorer.state()")


def defaults(controls):
    return {control["name"]: control["default"] for control in controls}


def test_the_book_has_explorers():
    assert {path.stem for path, _, _ in explorers.on_pages()} >= {"intro", "learning_in_steps"}


@each_explorer
def test_script_takes_the_place_of_the_static_picture(host, controls, explorer):
    assert host.locator("svg[role=img]").count() >= 2
    assert host.locator("> img").count() == 0
    assert state(host) == defaults(controls)
    assert len(host.locator(".mft-sentence").inner_text()) > 40
    # Play where there is a time, and one copy of the script a page.
    assert host.get_by_role("button", name="Play").count() == explorers.has_time(explorer)
    assert host.page.locator("script[data-mftutor]").count() == 1
    assert host.page.locator("style[data-mftutor]").count() == 1


@each_kind
def test_each_control_changes_picture_readouts_and_alternative(host, controls):
    for control in controls:
        before, at = host.evaluate(explorers.APPEARANCE), state(host)
        low, high = explorers.ends(control)
        now = explorers.native(control, at[control["name"]])
        explorers.move(host, control["name"], low if now != low else high)
        after = host.evaluate(explorers.APPEARANCE)
        assert state(host)[control["name"]] != at[control["name"]]
        for part, value in before.items():
            assert after[part] != value, (control["name"], part)
        host.get_by_role("button", name="Reset").click()
        explorers.settle(host)
        assert host.evaluate(explorers.APPEARANCE) == before


@each_kind
def test_every_corner_of_the_parameter_space_is_drawn(host, controls):
    before = [None] * len(controls)
    for corner in itertools.product(*(explorers.ends(control) for control in controls)):
        for control, old, value in zip(controls, before, corner, strict=True):
            if value != old:
                explorers.move(host, control["name"], value)
        before = corner
        shown = " ".join(host.evaluate(explorers.APPEARANCE).values())
        shown += host.locator(".mft-sentence").inner_text()
        assert not re.search("NaN|Infinity|undefined", shown)


@each_kind
def test_numbers_are_numpy_s(host, controls, counterpart):
    """On the same inputs, to 1e-12 of the largest value so far (or of 1)."""
    verdicts = []
    for values in explorers.random_states(controls, 60, seed=1):
        ours = counterpart(**values)
        verdicts.append(host.evaluate("(host, s) => host.explorer.verdictOf(s)", values))
        assert verdicts[-1] == ours.verdict(), values
        if verdicts[-1] == "computed":
            assert_tables_agree(table_in_page(host, values), ours.table(), 1e-12)
            scalars = host.evaluate("(host, s) => host.explorer.scalarsOf(s)", values)
            assert_scalars_agree(scalars, ours.scalars())
    # The sample must have seen what it is about.
    assert verdicts.count("computed") >= 20


@each_kind
def test_numbers_are_those_of_the_whole_problem(host, controls, counterpart):
    """Against the computation that the page's one stands for, to 1e-10 or to a table's rounding."""
    checked = 0
    for values in explorers.random_states(controls, 24, seed=2):
        ours = counterpart(**values)
        if ours.verdict() == "computed":
            tolerance = counterpart.FULL_TOLERANCE
            assert_tables_agree(table_in_page(host, values), ours.full_table(), tolerance)
            checked += 1
    assert checked >= 8


def assert_scalars_agree(theirs, ours):
    assert list(theirs) == list(ours)
    for name, expected in ours.items():
        assert (theirs[name] is None) == (expected is None), name
        assert expected is None or theirs[name] == pytest.approx(expected, rel=1e-10), name


# One string for each column: number by number the driver takes longer than all else.
TABLE = """(host, s) => Object.fromEntries(Object.entries(host.explorer.tableOf(s)).map(
  ([name, column]) => {
    const bytes = new Uint8Array(Float64Array.from(column, value => value ?? NaN).buffer);
    return [name, btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""))];
  }))"""


def table_in_page(host, values):
    columns = host.evaluate(TABLE, values).items()
    return {name: np.frombuffer(base64.b64decode(text), "<f8") for name, text in columns}


def assert_tables_agree(theirs, ours, tolerance):
    assert list(theirs) == list(ours)
    for column, expected in ours.items():
        got, want = theirs[column], np.array(expected, dtype=float)
        assert got.shape == want.shape, column
        size = np.maximum(1, np.fmax.accumulate(np.abs(want)))
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        with np.errstate(invalid="ignore"):
            assert np.all(same | (np.abs(got - want) <= tolerance * size)), column


@each_kind
def test_csv_is_the_table(host, counterpart, tmp_path, controls):
    with host.page.expect_download() as download:
        host.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "table.csv")
    assert download.value.suggested_filename.endswith(".csv")
    lines = (tmp_path / "table.csv").read_text().splitlines()
    rows = np.genfromtxt(lines, delimiter=",", skip_header=1)
    columns = dict(zip(lines[0].split(","), rows.T, strict=True))
    assert_tables_agree(columns, counterpart(**defaults(controls)).table(), 1e-12)


@each_kind
def test_keyboard_alone_reaches_and_moves_everything(host, controls):
    host.locator("select, input").first.focus()
    keyboard, moved, pressed = host.page.keyboard, set(), set()
    buttons = 2 + any(control["type"] == "time" for control in controls)
    for _ in range(len(controls) + buttons):
        focused = host.page.evaluate(
            "() => ({ name: document.activeElement.name, text: document.activeElement.textContent,"
            " tag: document.activeElement.tagName })"
        )
        before = state(host)
        if focused["tag"] == "BUTTON":
            pressed.add(focused["text"])
        else:
            keyboard.press("ArrowDown" if focused["tag"] == "SELECT" else "ArrowLeft")
            explorers.settle(host)
            if state(host)[focused["name"]] == before[focused["name"]]:
                keyboard.press("ArrowUp" if focused["tag"] == "SELECT" else "ArrowRight")
                explorers.settle(host)
            if state(host)[focused["name"]] != before[focused["name"]]:
                moved.add(focused["name"])
        keyboard.press("Tab")
    assert moved == {control["name"] for control in controls}
    assert pressed >= {"Reset", "Download CSV"}


def time_control(controls):
    return next(c["name"] for c in controls if c["type"] == "time")


@each_kind_with_time
def test_play_moves_time_and_pause_holds_it(host, controls):
    name = time_control(controls)
    explorers.move(host, name, 0)
    host.get_by_role("button", name="Play").press("Enter")
    host.page.wait_for_function(
        "([h, n]) => h.explorer.state()[n] > 5", arg=[host.element_handle(), name]
    )
    host.get_by_role("button", name="Pause").press("Enter")
    held = state(host)[name]
    host.page.wait_for_timeout(300)
    assert state(host)[name] == held


@each_kind_with_time
def test_play_with_less_motion_takes_few_jumps(open_page, explorer, controls):
    name = time_control(controls)
    page = open_page(explorer[0].as_uri(), reduced_motion="reduce")
    host = page.locator("mftutor-explorer").nth(explorer[1])
    explorers.move(host, name, 0)
    host.get_by_role("button", name="Play").click()
    page.wait_for_timeout(400)
    assert state(host)[name] == 0
    page.wait_for_timeout(1100)
    assert state(host)[name] >= 1


@each_kind
def test_changes_are_announced_once_settled(host, controls):
    live = host.locator("[aria-live=polite]")
    assert live.count() == 1
    host.page.wait_for_timeout(700)
    before = live.inner_text()
    control = controls[0]
    explorers.move(host, control["name"], explorers.ends(control)[0])
    assert live.inner_text() == before
    host.page.wait_for_timeout(700)
    assert live.inner_text() == host.locator(".mft-sentence").inner_text()


@each_kind
def test_accessible(open_page, explorer):
    page = open_page(explorer[0].as_uri())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        until_theme_is(page, scheme)
        # Without preload axe would fetch the style sheets again, which no page from disk may.
        found = Axe().run(page, "mftutor-explorer", {"preload": False}).response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []


@each_explorer
def test_fits_a_narrow_screen(open_page, explorer):
    page = open_page(explorer[0].as_uri(), width=360)
    host = page.locator("mftutor-explorer").nth(explorer[1])
    inside = "h => [...h.querySelectorAll('*')].every(n => n.getBoundingClientRect().right <= 360)"
    assert host.evaluate(inside)


@each_kind
def test_address_remembers_the_state(open_page, host, controls):
    pages_back = host.page.evaluate("history.length")
    for control in controls:
        low, high = explorers.ends(control)
        explorers.move(host, control["name"], high if control["default"] != high else low)
    host.page.wait_for_timeout(300)
    assert host.page.evaluate("history.length") == pages_back
    there = open_page(host.page.url).locator("mftutor-explorer")
    mine = state(host)
    assert mine in [state(there.nth(i)) for i in range(there.count())]
    host.get_by_role("button", name="Reset").click()
    host.page.wait_for_timeout(300)
    assert "#" not in host.page.url


@each_kind
def test_address_lives_beside_section_anchors(open_page, explorer, controls):
    path, _, kind = explorer
    control = next(c for c in controls if c["type"] in ("range", "log"))
    page = open_page(path.as_uri(), height=500)
    anchor = page.locator("article section[id]").last.get_attribute("id")
    written = f"{path.as_uri()}#{anchor}&{kind}.{control['name']}={control['max']}"
    page = open_page(written, height=500)
    host = page.locator("mftutor-explorer").nth(explorer[1])
    assert state(host)[control["name"]] == control["max"]
    page.evaluate("() => { location.hash = 'somewhere-else' }")
    page.wait_for_timeout(300)
    assert state(host)[control["name"]] == control["max"]
    assert page.url.endswith(f"#somewhere-else&{kind}.{control['name']}={control['max']:g}")


BAD_VALUES = ["NaN", "Infinity", "-1e9", "1e999", "", "0x10", "<script>alert(1)</script>", "%3C%"]
# All kinds read their addresses with the same few lines: one kind meets each bad value, the
# others a number that is out of range, be it for a slider or a list of choices.
KINDS = explorers.one_of_each_kind()
MET = [(KINDS[0], bad) for bad in BAD_VALUES] + [(kind, "-1e9") for kind in KINDS[1:]]


@pytest.mark.parametrize(
    ("explorer", "bad"), MET, ids=[f"{explorers.name(kind)}-{bad}" for kind, bad in MET]
)
def test_a_fragment_that_makes_no_sense_falls_back(open_page, explorer, controls, bad):
    path, i, kind = explorer
    good = next(c for c in controls if c["type"] in ("range", "log"))
    other = next(c for c in controls if c is not good)
    fragment = f"{kind}.{good['name']}={good['max']}&{kind}.{other['name']}={bad}"
    page = open_page(f"{path.as_uri()}#{fragment}")
    assert state(page.locator("mftutor-explorer").nth(i)) == defaults(controls)


@each_explorer
def test_without_javascript_the_picture_stands(open_page, explorer):
    path, i, _ = explorer
    page = open_page(path.as_uri(), java_script_enabled=False)
    picture = page.locator("mftutor-explorer").nth(i).locator("img")
    assert picture.is_visible()
    assert len(picture.get_attribute("alt")) > 60
    assert picture.bounding_box()["width"] > 300


@each_kind
def test_print_shows_the_picture_without_controls(host):
    host.page.emulate_media(media="print")
    assert host.locator("svg").first.is_visible()
    assert not host.locator("input").first.is_visible()
    assert not host.get_by_role("button", name="Reset").is_visible()


def test_every_state_of_a_table_is_in_the_page(open_page):
    """Tables and single numbers of all runs that the explorer of depth reads."""
    path, i, kind = next(e for e in explorers.one_of_each_kind() if e[2] == "depth")
    host = open_page(path.as_uri()).locator("mftutor-explorer").nth(i)
    options = [("depth", (2, 3, 4)), ("width", (50, 3))]
    scales = explorers.content(path, i)["data"]["table"]["grid"]["scale"]
    for values in itertools.product(*(allowed for _, allowed in options), scales):
        given = dict(zip(["depth", "width", "scale"], values, strict=True), t=0)
        ours = explorers.CLASSES[kind](**given)
        assert_tables_agree(table_in_page(host, given), ours.table(), 0)
        scalars = host.evaluate("(host, s) => host.explorer.scalarsOf(s)", given)
        assert_scalars_agree(scalars, ours.scalars())


def test_an_address_between_two_states_of_a_table_leads_to_the_nearer(open_page):
    path, i, _ = next(e for e in explorers.one_of_each_kind() if e[2] == "depth")
    page = open_page(f"{path.as_uri()}#depth.scale=1.9e-3")
    assert state(page.locator("mftutor-explorer").nth(i))["scale"] == 3.16e-3


@pytest.mark.parametrize("kind", ["depth", "sensing"])
def test_the_slider_names_the_step_that_is_shown(open_page, kind):
    """A table keeps some steps only; a key still moves the slider by one."""
    path, i, _ = next(e for e in explorers.one_of_each_kind() if e[2] == kind)
    host = open_page(path.as_uri()).locator("mftutor-explorer").nth(i)
    slider, seen = host.locator("[name=t]"), set()
    for t in range(140, 170):
        explorers.move(host, "t", t)
        said = host.locator(".mft-time output").evaluate("output => output.value")
        assert f"step {said} " in host.locator(".mft-sentence").inner_text()
        assert slider.get_attribute("aria-valuetext") == said
        seen.add(int(said))
    assert 2 <= len(seen) < 10
    slider.press("ArrowRight")
    assert state(host)["t"] == 170
