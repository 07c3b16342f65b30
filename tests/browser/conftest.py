"""A real Chromium for the tests of the built pages.

Without one the tests here are skipped, and say so; on CI a missing browser is a failure.
"""

import os
import shutil

import pytest
from built_book import built
from playwright.sync_api import Error, sync_playwright
from waiting import settle, until_formulas_are_set, until_theme_is

# Without the windows that nobody sees, a page opens in half the time.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Setting formulas takes most of the time of opening a page: left out where a test needs none.
# The page sets MathJax's options by itself; the getter keeps what MathJax puts in their place.
NO_FORMULAS = """(() => {
  let mathjax;
  const set = (value) => {
    mathjax = value.version ? value : {...value, startup: {...value.startup, typeset: false}};
  };
  Object.defineProperty(window, 'MathJax', {configurable: true, get: () => mathjax, set});
})()"""
AS_OPENED = """() => {
  document.activeElement.blur();
  for (const button of document.querySelectorAll('mftutor-explorer button'))
    if (button.textContent === 'Reset') button.click();
  history.replaceState(null, '', location.pathname);
  scrollTo(0, 0);
}"""
MEDIA = "media => matchMedia(media).matches"


@pytest.fixture(scope="session")
def chromium():
    """A running browser: Debian's Chromium, or the one `playwright install chromium` got."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        except Error as problem:
            if os.environ.get("CI"):
                raise
            pytest.skip(f"no browser (playwright install chromium gets one): {problem}"[:200])
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Open an address and watch it: at the end nothing was fetched and nothing logged."""
    pages = []

    def opened(address, **options):
        pages.append(new_page(chromium, address, **options))
        return pages[-1]

    yield opened
    for page in pages:
        assert_quiet(page)
        page.context.close()


@pytest.fixture(scope="session")
def kept():
    """What is open of the page that tests look at now, by what it was opened with."""
    pages = {}
    yield pages
    close(pages)


@pytest.fixture
def book_page(chromium, kept):
    """Have a page of the book as it is when opened, from the test before if it had it, too."""

    def had(path, **options):
        address, key = built(path).as_uri(), tuple(sorted(options.items()))
        if any(page.url.partition("#")[0] != address for page in kept.values()):
            close(kept)
        if key in kept:
            put_back(kept[key])
        else:
            kept[key] = new_page(chromium, address, **options)
        return kept[key]

    yield had
    for page in kept.values():
        assert_quiet(page)


@pytest.fixture
def dark_page(book_page):
    """Have a page of the book with its formulas, in the dark and narrow."""

    def had(path):
        page = book_page(path, scheme="dark", width=360)
        until_formulas_are_set(page)
        return page

    return had


def new_page(
    chromium,
    address,
    *,
    width=1280,
    height=900,
    scheme="light",
    formulas=True,
    held=False,
    **options,
):
    """Open an address in a context of its own, and note what is fetched and logged.

    Where its clock is held, time passes on the page only when `page.clock` says so.
    """
    size = {"width": width, "height": height}
    context = chromium.new_context(viewport=size, color_scheme=scheme, **options)
    if not formulas:
        context.add_init_script(NO_FORMULAS)
    if held:
        context.clock.install(time=0)
    page = context.new_page()
    page.held, page.opened_at, page.opened_in = held, size, scheme
    page.outside, page.complaints = [], []
    page.on("request", lambda request: note_request(page, request.url))
    page.on("console", lambda message: note_message(page, message))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(address)
    if held:
        page.clock.pause_at(3600)
    return page


def put_back(page):
    """Bring a page to what it was when it was opened, where it is not."""
    page.evaluate(AS_OPENED)
    if page.viewport_size != page.opened_at:
        page.set_viewport_size(page.opened_at)
    if page.evaluate(MEDIA, "print, (prefers-reduced-motion: reduce)"):
        page.emulate_media(media="screen", reduced_motion="no-preference")
        settle(page)  # coming from paper, it takes on the colours that it had before
    if not page.evaluate(MEDIA, f"(prefers-color-scheme: {page.opened_in})"):
        page.emulate_media(color_scheme=page.opened_in)
        until_theme_is(page, page.opened_in)
    settle(page)


def close(pages):
    for page in pages.values():
        page.context.close()
    pages.clear()


def assert_quiet(page):
    outside, complaints = page.outside, page.complaints
    page.outside, page.complaints = [], []
    assert outside == []
    assert complaints == []


def note_request(page, url):
    if not url.startswith(("file:", "data:", "blob:", "about:")):
        page.outside.append(url)


def note_message(page, message):
    if message.type in ("error", "warning"):
        page.complaints.append(message.text)
