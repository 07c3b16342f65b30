"""The book where a server allows scripts from its own files alone, and inside a sandboxed frame."""

import threading
from functools import partial
from http.server import ThreadingHTTPServer

import pytest
from built_book import HTML, built
from explorers import move
from pages import Quiet
from waiting import until_formulas_are_set

RULE = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
FRAME = "<!DOCTYPE html><iframe sandbox=allow-scripts width=1200 height=900 src={}></iframe>"


class Strict(Quiet):
    """Serves the book with that rule, and to frames of other origins, too."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", RULE)
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()


@pytest.fixture(scope="module")
def site():
    """The address of a server of the built book."""
    handler = partial(Strict, directory=built(HTML))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visit(chromium, site):
    """Open a page of that server; at the end nothing was refused and nothing fetched elsewhere."""
    context, complaints, elsewhere = chromium.new_context(), [], []

    def opened(place):
        page = context.new_page()
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: None if r.url.startswith(site) else elsewhere.append(r.url))
        page.goto(f"{site}/{place}")
        return page

    yield opened
    assert complaints == []
    assert [url for url in elsewhere if not url.startswith("data:")] == []
    context.close()


@pytest.mark.parametrize("name", ["intro", "solve_exactly", "notation"])
def test_pages_work_where_only_files_may_be_scripts(visit, name):
    page = visit(f"book/{name}.html")
    until_formulas_are_set(page)
    if page.locator("mftutor-explorer").count():
        host = page.locator("mftutor-explorer").first
        before = host.locator("svg").first.inner_html()
        move(host, "scale", 2)
        page.wait_for_function(
            "([host, before]) => host.querySelector('svg').innerHTML !== before",
            arg=[host.element_handle(), before],
        )


def test_the_buttons_of_a_page_still_call(visit):
    page = visit("book/intro.html")
    page.evaluate("window.print = () => { window.printed = true }")
    page.locator("[data-call=print]").evaluate("button => button.click()")
    assert page.evaluate("window.printed")
    page.evaluate("document.documentElement.requestFullscreen = async () => { window.full = true }")
    page.locator("[data-call=toggleFullScreen]").evaluate("button => button.click()")
    page.wait_for_function("window.full")


def test_a_page_works_in_a_sandboxed_frame(chromium, site):
    page = chromium.new_page()
    page.set_content(FRAME.format(f"{site}/book/intro.html"))
    frame = page.frame_locator("iframe")
    host = frame.locator("mftutor-explorer").first
    host.locator("svg path.mft-line").first.wait_for(state="attached")
    before = host.locator("svg").first.inner_html()
    move(host, "scale", 2)
    assert host.locator("svg").first.inner_html() != before
    frame.locator("mjx-container").first.wait_for(state="attached")
    page.close()
