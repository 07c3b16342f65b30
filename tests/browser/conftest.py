"""A real Chromium for the tests of the built pages.

Without one the tests here are skipped, and say so; on CI a missing browser is a failure.
"""

import os
import shutil

import pytest
from playwright.sync_api import Error, sync_playwright

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
# The theme logs these by itself, on every page.
KNOWN_MESSAGES = ("THEBE_JS_URL",)


@pytest.fixture(scope="session")
def chromium():
    """A running browser: Debian's Chromium, or the one `playwright install chromium` got."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
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
    contexts = []

    def opened(address, *, width=1280, height=900, scheme="light", formulas=True, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, **options
        )
        contexts.append(context)
        if not formulas:
            context.add_init_script(NO_FORMULAS)
        page = context.new_page()
        page.outside, page.complaints = [], []
        page.on("request", lambda request: note_request(page, request.url))
        page.on("console", lambda message: note_message(page, message))
        page.on("pageerror", lambda error: note_complaint(page, str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            assert page.outside == []
            assert page.complaints == []
        context.close()


def note_request(page, url):
    if not url.startswith(("file:", "data:", "blob:", "about:")):
        page.outside.append(url)


def note_message(page, message):
    if message.type in ("error", "warning"):
        note_complaint(page, message.text)


def note_complaint(page, text):
    if not any(known in text for known in KNOWN_MESSAGES):
        page.complaints.append(text)
