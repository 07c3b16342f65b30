"""Every page can be read from disk, wide and narrow, light and dark."""

import pytest
from built_book import HTML, built, each_page, name, pages
from waiting import until_theme_is

# Figures are drawn on white, and are shown so in the dark, too.
NOT_FRAMED = """() => [...document.querySelectorAll('article .cell_output img')].filter((img) => {
  const style = getComputedStyle(img), dark = document.documentElement.dataset.theme === 'dark';
  return style.filter !== 'none' || (dark && style.backgroundColor !== 'rgb(255, 255, 255)');
}).map((img) => img.alt)"""
# Formulas on lines of their own that lose their ends, unless one scrolls.
CUT_OFF = """() => [...document.querySelectorAll('mjx-container[display=true]')].filter(
  (formula) => formula.scrollWidth > formula.clientWidth + 1
).map((formula) => formula.closest('div.math')?.id || formula.textContent)"""
VIEWS = [("dark", 360), ("dark", 1280), ("light", 1280)]
REFERENCE = [path for path in pages() if path.parent.name == "api"]
TALLEST = 20_000  # px, of a laptop's window
BROKEN = "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"


@each_page
def test_page_is_whole(dark_page, path):
    """Narrow and wide, in the dark and, when the system changes its colours, in the light."""
    page = dark_page(path)
    for scheme, width in VIEWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        until_theme_is(page, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (scheme, width)
        assert page.evaluate(BROKEN) == []
        assert page.evaluate(NOT_FRAMED) == [], (scheme, width)
        if width == 1280:
            assert page.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("path", REFERENCE, ids=name)
def test_no_page_of_the_reference_is_endless(dark_page, path):
    page = dark_page(path)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.evaluate("document.documentElement.scrollHeight") <= TALLEST


def test_the_reference_is_a_page_for_each_namespace():
    assert len(REFERENCE) > 10


def test_the_book_opens_at_its_front_page(open_page):
    page = open_page(built(HTML / "index.html").as_uri(), formulas=False)
    page.wait_for_url("**/book/intro.html")
    assert page.locator("article h1").first.is_visible()


def test_a_folded_solution_unfolds_by_keyboard(open_page):
    path = built(HTML / "book" / "learning_in_steps.html")
    page = open_page(path.as_uri(), formulas=False)
    folded = page.locator(".solution.dropdown").first
    assert not folded.locator("ol").first.is_visible()
    folded.locator("button.toggle-button").focus()
    page.keyboard.press("Enter")
    assert folded.locator("ol").first.is_visible()
