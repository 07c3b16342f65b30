"""Every explorer on every page: alive, right, reachable by all, and robust."""

import base64
import functools
import itertools
import re

import explorers
import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from built_book import parsed
from waiting import settle, until_address_ends, until_theme_is

KINDS = explorers.one_of_each_kind()
each_explorer = pytest.mark.parametrize("explorer", explorers.on_pages(), ids=explorers.name)
each_kind = pytest.mark.parametrize("explorer", KINDS, ids=explorers.name)
each_kind_with_time = pytest.mark.parametrize(
    "explorer", [e for e in KINDS if explorers.has_time(e)], ids=explorers.name
)


@pytest.fixture
def open_page(open_page):
    """As everywhere, but the formulas around an explorer are not set: nothing here needs them."""
    return functools.partial(open_page, formulas=False)


@pytest.fixture
def host(book_page, explorer):
    """The explorer on its page, opened from disk."""
    path, i, _ = explorer
    return book_page(path, formulas=False).locator("mftutor-explorer").nth(i)


@pytest.fixture
def held(book_page, explorer):
    """The explorer on its page, where time passes only as `run_for` says."""
    path, i, _ = explorer
    page = book_page(path, formulas=False, held=True)
    return page.locator("mftutor-explorer").nth(i)


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
        settle(host.page)
        assert host.evaluate(explorers.APPEARANCE) == before


# Words and pictures of many states in one piece: call by call the driver takes longer than
# all else.
SHOWN = f"""async (host, states) => {{
  const set = {explorers.SET}, appearance = {explorers.APPEARANCE}, shown = [];
  for (const state of states) {{
    for (const [name, value] of Object.entries(state)) {{
      const input = host.querySelector(`[name=${{name}}]`);
      if (input.value !== String(value)) set(input, value);
    }}
    await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
    const sentence = host.querySelector('.mft-sentence').innerText;
    const slider = host.querySelector('[name=t]')?.getAttribute('aria-valuetext');
    const step = host.querySelector('.mft-time output')?.value;
    shown.push({{...appearance(host), sentence, slider, step}});
  }}
  return shown;
}}"""


@each_kind
def test_every_corner_of_the_parameter_space_is_drawn(host, controls):
    names = [control["name"] for control in controls]
    corners = itertools.product(*(explorers.ends(control) for control in controls))
    states = [dict(zip(names, corner, strict=True)) for corner in corners]
    for corner, shown in zip(states, host.evaluate(SHOWN, states), strict=True):
        assert shown["picture"]
        words = " ".join(filter(None, shown.values()))
        assert not re.search("NaN|Infinity|undefined", words), corner


# What the page computes in each of the states. One string for each column: number by number
# the driver takes longer than all else.
COMPUTED = """(host, states) => states.map((state) => {
  const packed = (column) => {
    const bytes = new Uint8Array(Float64Array.from(column, value => value ?? NaN).buffer);
    return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
  };
  const { verdictOf, tableOf, scalarsOf } = host.explorer, table = Object.entries(tableOf(state));
  return { verdict: verdictOf(state), scalars: scalarsOf(state),
           table: Object.fromEntries(table.map(([name, column]) => [name, packed(column)])) };
})"""


def computed(host, states):
    """Verdict, table and scalars of each of the states, as the page computes them."""
    found = host.evaluate(COMPUTED, states)
    for each in found:
        columns = each["table"].items()
        each["table"] = {n: np.frombuffer(base64.b64decode(text), "<f8") for n, text in columns}
    return found


@each_kind
def test_numbers_are_numpy_s(host, controls, counterpart):
    """In the browser, too, which computes what Node does: to 1e-12 of the largest value so far."""
    states, verdicts = explorers.random_states(controls, 6, seed=1), []
    for values, theirs in zip(states, computed(host, states), strict=True):
        ours = counterpart(**values)
        verdicts.append(theirs["verdict"])
        assert verdicts[-1] == ours.verdict(), values
        if verdicts[-1] == "computed":
            assert_tables_agree(theirs["table"], ours.table())
            assert_scalars_agree(theirs["scalars"], ours.scalars())
    # The sample must have seen what it is about.
    assert verdicts.count("computed") >= 2


def assert_scalars_agree(theirs, ours):
    assert list(theirs) == list(ours)
    for name, expected in ours.items():
        assert (theirs[name] is None) == (expected is None), name
        assert expected is None or theirs[name] == pytest.approx(expected, rel=1e-10), name


def assert_tables_agree(theirs, ours):
    assert list(theirs) == list(ours)
    for column, expected in ours.items():
        got, want = theirs[column], np.array(expected, dtype=float)
        assert got.shape == want.shape, column
        size = np.maximum(1, np.fmax.accumulate(np.abs(want)))
        same = (got == want) | (np.isnan(got) & np.isnan(want))
        with np.errstate(invalid="ignore"):
            assert np.all(same | (np.abs(got - want) <= 1e-12 * size)), column


@each_kind
def test_csv_is_the_table(host, counterpart, tmp_path, controls):
    with host.page.expect_download() as download:
        host.get_by_role("button", name="Download CSV").click()
    download.value.save_as(tmp_path / "table.csv")
    assert download.value.suggested_filename.endswith(".csv")
    lines = (tmp_path / "table.csv").read_text().splitlines()
    rows = np.genfromtxt(lines, delimiter=",", skip_header=1)
    columns = dict(zip(lines[0].split(","), rows.T, strict=True))
    assert_tables_agree(columns, counterpart(**defaults(controls)).table())


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
            settle(host.page)
            if state(host)[focused["name"]] == before[focused["name"]]:
                keyboard.press("ArrowUp" if focused["tag"] == "SELECT" else "ArrowRight")
                settle(host.page)
            if state(host)[focused["name"]] != before[focused["name"]]:
                moved.add(focused["name"])
        keyboard.press("Tab")
    assert moved == {control["name"] for control in controls}
    assert pressed >= {"Reset", "Download CSV"}


def time_control(controls):
    return next(c["name"] for c in controls if c["type"] == "time")


def run_for(held, milliseconds):
    """Let time pass on the explorer's page."""
    held.page.clock.run_for(milliseconds)


@each_kind_with_time
def test_play_moves_time_and_pause_holds_it(held, controls):
    name = time_control(controls)
    explorers.move(held, name, 0)
    held.get_by_role("button", name="Play").press("Enter")
    run_for(held, 1000)
    assert state(held)[name] > 5
    held.get_by_role("button", name="Pause").press("Enter")
    paused = state(held)[name]
    run_for(held, 1000)
    assert state(held)[name] == paused


@each_kind_with_time
def test_play_with_less_motion_takes_few_jumps(held, controls):
    name = time_control(controls)
    held.page.emulate_media(reduced_motion="reduce")
    explorers.move(held, name, 0)
    held.get_by_role("button", name="Play").click()
    seen = [state(held)[name]]
    for _ in range(12):
        run_for(held, 500)
        seen.append(state(held)[name])
    assert seen[:2] == [0, 0]
    assert 3 <= len(set(seen)) <= 7


@each_kind
def test_changes_are_announced_once_settled(held, controls):
    live = held.locator("[aria-live=polite]")
    assert live.count() == 1
    run_for(held, 1000)
    before, control = live.inner_text(), controls[0]
    explorers.move(held, control["name"], explorers.ends(control)[0])
    assert live.inner_text() == before
    run_for(held, 1000)
    assert live.inner_text() == held.locator(".mft-sentence").inner_text() != before


@each_kind
def test_accessible(host):
    for scheme in ("light", "dark"):
        host.page.emulate_media(color_scheme=scheme)
        until_theme_is(host.page, scheme)
        # Without preload axe would fetch the style sheets again, which no page from disk may.
        violations = Axe().run(host.page, "mftutor-explorer", {"preload": False})
        found = violations.response["violations"]
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found] == []


@each_explorer
def test_fits_a_narrow_screen(host):
    host.page.set_viewport_size({"width": 360, "height": 900})
    settle(host.page)
    inside = "h => [...h.querySelectorAll('*')].every(n => n.getBoundingClientRect().right <= 360)"
    assert host.evaluate(inside)


@each_kind
def test_address_remembers_the_state(open_page, held, controls):
    pages_back = held.page.evaluate("history.length")
    for control in controls:
        low, high = explorers.ends(control)
        explorers.move(held, control["name"], high if control["default"] != high else low)
    run_for(held, 1000)
    assert held.page.evaluate("history.length") == pages_back
    there = open_page(held.page.url).locator("mftutor-explorer")
    mine = state(held)
    assert mine in [state(there.nth(i)) for i in range(there.count())]
    held.get_by_role("button", name="Reset").click()
    run_for(held, 1000)
    assert "#" not in held.page.url


@each_kind
def test_address_lives_beside_section_anchors(open_page, explorer, controls):
    path, i, kind = explorer
    control = next(c for c in controls if c["type"] in ("range", "log"))
    anchor = parsed(path).select("article section[id]")[-1]["id"]
    written = f"{path.as_uri()}#{anchor}&{kind}.{control['name']}={control['max']}"
    page = open_page(written, height=500)
    host = page.locator("mftutor-explorer").nth(i)
    assert state(host)[control["name"]] == control["max"]
    page.evaluate("() => { location.hash = 'somewhere-else' }")
    until_address_ends(page, f"#somewhere-else&{kind}.{control['name']}={control['max']:g}")
    assert state(host)[control["name"]] == control["max"]


BAD_VALUES = ["NaN", "Infinity", "-1e9", "1e999", "", "0x10", "<script>alert(1)</script>", "%3C%"]
# All kinds read their addresses with the same few lines: one kind meets each bad value, the
# others a number that is out of range, be it for a slider or a list of choices.
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


def test_an_address_between_two_states_of_a_table_leads_to_the_nearer(open_page):
    path, i, _ = next(e for e in explorers.one_of_each_kind() if e[2] == "depth")
    page = open_page(f"{path.as_uri()}#depth.scale=1.9e-3")
    assert state(page.locator("mftutor-explorer").nth(i))["scale"] == 3.16e-3


@pytest.mark.parametrize(
    "explorer", [e for e in KINDS if e[2] in ("depth", "sensing")], ids=explorers.name
)
def test_the_slider_names_the_step_that_is_shown(host):
    """A table keeps some steps only; a key still moves the slider by one."""
    said = []
    for shown in host.evaluate(SHOWN, [{"t": t} for t in range(140, 170)]):
        said.append(shown["step"])
        assert f"step {said[-1]} " in shown["sentence"]
        assert shown["slider"] == said[-1]
    assert 2 <= len({int(step) for step in said}) < 10
    host.locator("[name=t]").press("ArrowRight")
    assert state(host)["t"] == 170
