"""The decks in a real browser: every slide fits, explorers are alive, nothing leaves the page."""

import decks
import pytest
from explorers import move

STATE = "() => Reveal.getIndices().h"
# What does not fit on the slide that is shown: (what, pixels too many).
OVERFLOW = """() => {
  const slide = Reveal.getCurrentSlide(), size = Reveal.getConfig();
  return [slide.scrollWidth - size.width, slide.scrollHeight - size.height];
}"""


def test_every_slide_refers_to_cells_that_there_are():
    assert decks.decks() == ["week_1", "week_2", "week_3"]
    for deck in decks.decks():
        slides = decks.slides(deck)
        assert 8 <= len(slides) <= 20
        assert any(isinstance(part, tuple) for slide in slides for part in slide.parts)


def test_what_is_shown_follows_the_deck():
    for deck in decks.decks():
        cells = decks.notebook(deck).cells
        shown = [c for c in cells if c.metadata.slideshow.slide_type in ("slide", "-")]
        assert len(shown) == sum(len(slide.parts) for slide in decks.slides(deck))
        starts = [c for c in shown if c.metadata.slideshow.slide_type == "slide"]
        assert len(starts) == len(decks.slides(deck))


def test_cells_before_the_one_shown_are_executed_in_their_order():
    cells = decks.notebook("week_1").cells
    sources = [c.source for c in cells if c.cell_type == "code"]
    for name in ("learning_in_steps", "signal_and_noise"):
        chapter = [c.source for c in decks.chapter(name).cells if c.cell_type == "code"][1:]
        taken = [source for source in sources if source in chapter]
        assert taken
        assert taken == chapter[: len(taken)]


def test_a_cell_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="got 'no such text' in 0"):
        decks.slide("text\n\n@cell learning_in_steps | no such text\n")
    with pytest.raises(ValueError, match=r"got 'mf\.' in \d+"):
        decks.slide("@cell learning_in_steps | mf.\n")


@pytest.fixture(scope="module", params=decks.decks())
def deck(request):
    path = decks.OUTPUT / f"{request.param}.html"
    if not path.exists():
        pytest.skip("the slides are not made: make slides")
    return request.param, path


def shown(page):
    """Go through the deck; once on each slide."""
    page.wait_for_function("() => window.Reveal && Reveal.isReady()")
    page.evaluate("() => MathJax.startup.promise")
    for i in range(page.evaluate("() => Reveal.getTotalSlides()")):
        page.evaluate("i => Reveal.slide(i)", i)
        yield i


@pytest.mark.slow
def test_every_slide_is_shown_and_fits(open_page, deck):
    name, path = deck
    page = open_page(path.as_uri(), width=1280, height=800)
    count = 0
    for i in shown(page):
        count += 1
        assert page.evaluate(STATE) == i
        wide, tall = page.evaluate(OVERFLOW)
        assert wide <= 0, f"slide {i} of {name}"
        assert tall <= 0, f"slide {i} of {name}"
        visible = page.evaluate("() => Reveal.getCurrentSlide().innerText")
        assert "$" not in visible, f"slide {i} of {name} shows raw mathematics"
        assert "@cell" not in visible
    assert count == len(decks.slides(name))
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    assert "widget-view+json" not in path.read_text("utf-8")


@pytest.mark.slow
def test_explorers_in_the_slides_are_alive(open_page, deck):
    _, path = deck
    page = open_page(path.as_uri(), width=1280, height=800)
    found = 0
    for i in shown(page):
        hosts = page.locator("section.present mftutor-explorer")
        for k in range(hosts.count()):
            host = hosts.nth(k)
            before, address = host.locator("svg").first.inner_html(), page.evaluate("location.hash")
            control = host.locator("input[type=range]").first
            value = control.evaluate("c => Number(c.min) + 0.3 * (c.max - c.min)")
            move(host, control.get_attribute("name"), value)
            assert host.locator("svg").first.inner_html() != before
            # The state goes into the address, and no slide is turned.
            page.wait_for_function("before => location.hash !== before", arg=address)
            assert page.evaluate(STATE) == i
            control.focus()
            page.keyboard.press("ArrowRight")
            assert page.evaluate(STATE) == i
            found += 1
    assert found >= 1


@pytest.mark.slow
def test_keys_turn_slides(open_page, deck):
    _, path = deck
    page = open_page(path.as_uri())
    next(shown(page))
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => Reveal.getIndices().h === 1")
