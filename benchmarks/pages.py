"""What an explorer costs: bytes, time to the first picture, time from input to paint.

    python benchmarks/pages.py      (or make bench, which builds the book first)

Times are medians over several loads or inputs in headless Chromium, the pages served on
localhost; they are reported, never asserted.
"""

from __future__ import annotations

import gzip
import re
import shutil
import statistics
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

HTML = Path(__file__).resolve().parents[1] / "_build" / "html"
ASSETS = re.compile(r"<(style|script)[^>]* data-mftutor>(.*?)</\1>", re.DOTALL)
DATA = re.compile(r"<script type=\"application/json\">.*?</script>", re.DOTALL)
PICTURE = re.compile(r"<img alt=\"[^\"]*\" src=\"data:image/svg[^>]*>")
LOADS, INPUTS = 7, 120

# From the input event to the end of the first task after the frame that shows it.
INPUT_TO_PAINT = """async ([name, value]) => {
  const input = document.querySelector(`mftutor-explorer [name=${name}]`);
  const start = performance.now();
  input.value = value;
  input.dispatchEvent(new Event("input"));
  await new Promise(painted => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = painted;
    channel.port2.postMessage(null);
  }));
  return performance.now() - start;
}"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a line for each."""

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


def weight(pieces: list[str]) -> int:
    """Bytes of the pieces together, compressed as a server would."""
    return len(gzip.compress("".join(pieces).encode(), mtime=0))


def input_times(page: Page) -> list[float]:
    """Milliseconds from input to paint, over moves of the first sliders across their range."""
    sliders = page.locator("mftutor-explorer").first.locator("input[type=range]")
    names = [sliders.nth(i).get_attribute("name") for i in range(sliders.count())]
    times = []
    for i in range(INPUTS):
        name = names[i % len(names)]
        slider = page.locator(f"mftutor-explorer [name={name}]").first
        low, high = (float(slider.get_attribute(end) or 0) for end in ("min", "max"))
        value = low + (high - low) * ((7 * i) % INPUTS) / INPUTS
        times.append(page.evaluate(INPUT_TO_PAINT, [name, value]))
    return times


def measure(page: Page, address: str) -> tuple[float, list[float]]:
    """Median milliseconds from navigation to the first live picture, and input times."""
    first = []
    for _ in range(LOADS):
        page.goto(address)
        page.wait_for_selector("mftutor-explorer svg path.mft-line")
        script = "performance.getEntriesByName('mftutor-first-picture')[0].startTime"
        first.append(page.evaluate(script))
    return statistics.median(first), input_times(page)


def main() -> None:
    """Print one line for each page that has an explorer."""
    pages = [
        p for p in sorted(HTML.glob("book/*.html")) if "<mftutor-explorer" in p.read_text("utf-8")
    ]
    handler = partial(Quiet, directory=str(HTML))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'page':25}script    data  static  first picture  input to paint: median     95 %")
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        page = browser.new_page()
        for path in pages:
            text = path.read_text("utf-8")
            script = weight([match[2] for match in ASSETS.finditer(text)])
            data, picture = weight(DATA.findall(text)), weight(PICTURE.findall(text))
            address = f"http://127.0.0.1:{server.server_port}/book/{path.name}"
            first, times = measure(page, address)
            slow = statistics.quantiles(times, n=20)[-1]
            sizes = "".join(f"{size / 1e3:5.1f} kB" for size in (script, data, picture))
            median = statistics.median(times)
            print(f"{path.stem:24}{sizes} {first:10.0f} ms {median:22.1f} ms {slow:5.1f} ms")
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main()
