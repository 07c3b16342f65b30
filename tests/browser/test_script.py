"""The explorers' script by itself, on blank pages: minified, and in a live widget's hands."""

import itertools

import pytest
from explorers import APPEARANCE, CLASSES, move

from mftutor.explorers import bundle

HOSTS = "document.querySelectorAll('mftutor-explorer')"
# A model that counts how often it is asked to save, and whom it would tell of changes.
OPEN_WIDGET = """([script, state]) => import(URL.createObjectURL(
  new Blob([script], {type: 'text/javascript'}))).then(({default: widget}) => {
    const listeners = new Set(), el = document.querySelector('main');
    const model = {
      get: key => state[key],
      set(key, value) {
        state[key] = value;
        listeners.forEach(entry => { if (entry[0] === `change:${key}`) entry[1](); });
      },
      on: (event, listener) => listeners.add([event, listener]),
      off(event, listener) {
        listeners.forEach(e => { if (e[0] === event && e[1] === listener) listeners.delete(e); });
      },
      save_changes: () => { window.saved.push(state.seed); },
    };
    Object.assign(window, {saved: [], listeners, leave: widget.render({model, el})});
  })"""


@pytest.fixture
def blank(open_page, tmp_path):
    """Open a page with nothing but what is given."""
    numbers = itertools.count()

    def opened(body):
        path = tmp_path / f"{next(numbers)}.html"
        head = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Page</title>'
        path.write_text(f"{head}<main>{body}</main>", encoding="utf-8")
        return open_page(path.as_uri())

    return opened


def test_a_page_with_the_minified_script_shows_the_same(blank):
    """All kinds on one page: their pictures, words and numbers, character by character."""
    faces = "".join(cls().page().partition("<style")[0] for cls in CLASSES.values())
    table = ", ".join(f"{kind}: $kinds_{kind}" for kind in CLASSES)
    written = bundle.joined("page", list(CLASSES), f"$page.openPage({{ {table} }});")
    shown = []
    for script in (written, bundle.minified(written)):
        page = blank(f'{faces}<script type="module">{script}</script>')
        page.wait_for_function(f"[...{HOSTS}].every(host => host.explorer)")
        shown.append(page.evaluate(f"[...{HOSTS}].map({APPEARANCE})"))
    assert len(shown[0]) == len(CLASSES)
    assert all(len(part) > 10 for host in shown[0] for part in host.values())
    assert shown[0] == shown[1]


@pytest.fixture
def widget(blank):
    """A page with the live widget of one kind, which has been opened as Jupyter would."""
    explorer = CLASSES["trajectory"]()
    page = blank("")
    names = ["kind", "title", "controls", "data"]
    state = {**{name: getattr(explorer, name) for name in names}, **explorer.state}
    page.clock.install()
    page.evaluate(OPEN_WIDGET, [explorer._esm, state])
    return page


def test_a_widget_tells_its_kernel_of_changes(widget):
    move(widget.locator("main"), "seed", 7)
    move(widget.locator("main"), "seed", 8)
    widget.wait_for_function("saved.at(-1) === 8")
    assert widget.locator("main svg[role=img]").count() == 3


def test_a_widget_that_is_closed_leaves_nothing_behind(widget):
    """What has just been changed is saved at once, and nothing happens later."""
    widget.locator("main").get_by_role("button", name="Play").click()
    select = "document.querySelector('[name=seed]')"
    at_once = widget.evaluate(
        f"""() => {{
          const pending = [];
          {select}.value = '7';
          {select}.dispatchEvent(new Event('change'));
          saved.length = 0;
          leave();
          return [saved.length, saved[0], listeners.size, document.querySelector('main').innerHTML];
        }}"""
    )
    assert at_once == [1, 7, 0, ""]
    widget.clock.run_for(2000)  # runs every timer and frame that was left
    assert widget.evaluate("saved.length") == 1
