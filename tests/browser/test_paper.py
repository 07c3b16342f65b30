"""A printed page is clean: nothing to press, nothing folded, nothing cut off, dark on white."""

import pytest
from built_book import HTML, built, name, pages
from waiting import until_formulas_are_set, until_theme_is

# What the browser leaves of a page of A4, in CSS pixels, between its margins.
PAPER = 718


def page_called(stem):
    """Parametrize with one page, so that its other tests share the opening."""
    return pytest.mark.parametrize("path", [HTML / "book" / f"{stem}.html"], ids=name)


the_first_chapter = page_called("learning_in_steps")

ON_PAPER = """() => {
  const article = document.querySelector('article'), all = (s) => [...article.querySelectorAll(s)];
  const shown = (e) => e.checkVisibility({visibilityProperty: true, opacityProperty: true});
  const name = (e) => e.tagName + '.' + e.className + ': ' + e.textContent.trim().slice(0, 60);
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
    return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
  };
  const controls = [...document.querySelectorAll('button, input, select, .headerlink, .copybtn')];
  const bars = '.bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .prev-next-footer';
  const blocks = all('p, li, pre, td, dt, h1, h2, h3');
  const wide = all('pre, table, div.math, .cell_output, .mft, img, svg, dt.sig');
  return {
    controls: controls.filter(shown).map(name),
    bars: [...document.querySelectorAll(bars)].filter(shown).map(name),
    folded: all('.admonition :is(p, li, pre, img, table)').filter((e) => !shown(e)).map(name),
    cut: wide.filter((e) => {
      const box = e.getBoundingClientRect();
      const clips = getComputedStyle(e).overflowX !== 'visible';
      const overflows = clips && e.scrollWidth > e.clientWidth + 1;
      return shown(e) && (box.right > innerWidth + 1 || overflows);
    }).map(name),
    pale: blocks.filter(shown).filter((e) => luminance(getComputedStyle(e).color) > 0.5).map(name),
    split: all('img, .mft, .mft svg').filter((e) => getComputedStyle(e).breakInside !== 'avoid')
      .map(name),
    background: getComputedStyle(document.body).backgroundColor,
  };
}"""
CLEAN = {
    "controls": [],
    "bars": [],
    "folded": [],
    "cut": [],
    "pale": [],
    "split": [],
    "background": "rgb(255, 255, 255)",
}


def on_paper(page):
    """Put a page on paper, once it is complete, that was dark: a light one's colours are fine."""
    until_formulas_are_set(page)
    page.set_viewport_size({"width": PAPER, "height": 1000})
    page.emulate_media(media="print")
    until_theme_is(page, "light")
    return page


# The pages of the reference are made alike: one of them for every change, all where there is time.
def marks(path):
    return [pytest.mark.slow] if path.parent.name == "api" and path.stem != "flow" else []


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=name(path), marks=marks(path)) for path in pages()]
)
def test_a_printed_page_is_clean(dark_page, path):
    assert on_paper(dark_page(path)).evaluate(ON_PAPER) == CLEAN


@the_first_chapter
def test_back_on_the_screen_everything_is_as_before(open_page, path):
    page = on_paper(open_page(built(path).as_uri(), scheme="dark"))
    solutions = page.locator(".solution.dropdown")
    assert solutions.first.locator("ol").first.is_visible()
    page.emulate_media(media="screen")
    until_theme_is(page, "dark")
    assert not solutions.first.locator("ol").first.is_visible()
    solutions.first.locator("button.toggle-button").click()
    assert solutions.first.locator("ol").first.is_visible()


@page_called("intro")
def test_a_printed_explorer_says_what_it_shows(dark_page, path):
    host = on_paper(dark_page(path)).locator("mftutor-explorer")
    parts = "['span', 'output'].map(part => control.querySelector(part).innerText).join(' ')"
    values = host.locator(".mft-control").evaluate_all(f"all => all.map(control => {parts})")
    assert {"eigenvalue λ₂ 0.5", "seed 1", "step t 140"} <= set(values)
    pictures = host.locator("svg[role=img]")
    assert [pictures.nth(i).is_visible() for i in range(pictures.count())] == [True] * 3


@the_first_chapter
def test_a_page_makes_a_pdf(dark_page, path):
    page = dark_page(path)
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_what_is_not_clean_is_noticed(open_page):
    page = on_paper(open_page(built(HTML / "book" / "refresher.html").as_uri(), scheme="dark"))
    page.evaluate(
        """() => {
          const article = document.querySelector('article');
          article.insertAdjacentHTML('beforeend', `<input value='press'>
            <p style="color: #ddd">pale</p><pre style="overflow: hidden; width: 9em;
            white-space: pre">${'wide '.repeat(50)}</pre>
            <div class="admonition"><p hidden>folded</p></div>
            <img alt="x" style="break-inside: auto !important">`);
        }"""
    )
    found = page.evaluate(ON_PAPER)
    noticed = [key for key, value in found.items() if value != CLEAN[key]]
    assert noticed == ["controls", "folded", "cut", "pale", "split"]
