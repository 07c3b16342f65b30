"""Explorers outside the book: two on a page, in exported HTML, in a live JupyterLab."""

import contextlib
import re
import shutil
import subprocess
import sys
import threading

import nbformat
import pytest
from built_book import HTML, built, sources
from explorers import move
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from traitlets.config import Config
from waiting import until_address_ends

from mftutor.explorers import FlowExplorer, TrajectoryExplorer

PLAIN = HTML.parent / "plain" / "book"
CREATE = """\
import ipywidgets
from mftutor.explorers import TrajectoryExplorer
heard = []
explorer = TrajectoryExplorer()
explorer.observe(lambda change: heard.append(change["new"]), "seed")
explorer"""
FROM_PYTHON = "explorer.scale = 2.0"
FROM_PAGE = 'print("heard", heard, "run", explorer.run.error[0] == explorer.run.error.max())'
LINKED = """\
other = TrajectoryExplorer(flow_time=60)
link = ipywidgets.jslink((explorer, "second_eigenvalue"), (other, "second_eigenvalue"))
ipywidgets.VBox([ipywidgets.Label("two in a box"), other])"""


def explorer_state(host):
    return host.evaluate("host => host.explorer.state()")


def page_with(folder, *explorers):
    """The address of a page of explorers and nothing else."""
    faces = "".join(explorer.page() for explorer in explorers)
    page_file = folder / "explorers.html"
    page_file.write_text(f"<!DOCTYPE html><meta charset=utf-8>{faces}", encoding="utf-8")
    return page_file.as_uri()


def test_two_explorers_on_a_page_keep_apart(open_page, tmp_path):
    page = open_page(page_with(tmp_path, TrajectoryExplorer(), TrajectoryExplorer(seed=3)))
    first, second = (page.locator("mftutor-explorer").nth(i) for i in range(2))
    move(first, "seed", 7)
    move(second, "second_eigenvalue", 0.9)
    until_address_ends(page, "#trajectory.seed=7&trajectory2.second_eigenvalue=0.9")
    page = open_page(page.url)
    first, second = (page.locator("mftutor-explorer").nth(i) for i in range(2))
    assert (explorer_state(first)["seed"], explorer_state(second)["seed"]) == (7, 3)
    assert explorer_state(first)["second_eigenvalue"] == 0.5
    assert explorer_state(second)["second_eigenvalue"] == 0.9


def test_two_kinds_on_a_page_are_both_alive(open_page, tmp_path):
    """Each brings a script that knows its own kind only, and leaves the other's alone."""
    page = open_page(page_with(tmp_path, FlowExplorer(), TrajectoryExplorer()))
    for kind in ("flow", "trajectory"):
        move(page.locator(f"[data-kind={kind}]"), "seed", 7)
    until_address_ends(page, "#flow.seed=7&trajectory.seed=7")
    page = open_page(page.url)
    for kind in ("flow", "trajectory"):
        assert explorer_state(page.locator(f"[data-kind={kind}]"))["seed"] == 7


@pytest.fixture(scope="module")
def executed():
    """A notebook that shows one explorer, executed, as it is saved: without widget state."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CREATE)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    NotebookClient(notebook, store_widget_state=False).execute()
    return notebook


def test_exported_html_is_alive(open_page, executed, tmp_path):
    settings = Config({"NbConvertBase": {"display_data_priority": ["text/html", "text/plain"]}})
    html, _ = HTMLExporter(config=settings).from_notebook_node(executed)
    # What nbconvert adds of its own accord loads from elsewhere; the explorer needs none of it.
    html = re.sub(r"<script[^>]*\bsrc=.*?</script>", "", html, flags=re.DOTALL)
    html = re.sub(r"<script type=\"text/x-mathjax.*?</script>", "", html, flags=re.DOTALL)
    (tmp_path / "exported.html").write_text(html, encoding="utf-8")
    page = open_page((tmp_path / "exported.html").as_uri())
    host = page.locator("mftutor-explorer")
    before = host.locator("svg").first.inner_html()
    move(host, "seed", 4)
    assert host.locator("svg").first.inner_html() != before


@pytest.fixture(scope="module")
def lab(tmp_path_factory, executed):
    """Address of a running JupyterLab that serves two notebooks: one fresh, one executed."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(c) for c in (CREATE, FROM_PYTHON, FROM_PAGE, LINKED)]
    fresh = nbformat.v4.new_notebook(cells=cells, metadata=executed.metadata)
    nbformat.write(fresh, folder / "fresh.ipynb")
    if PLAIN.exists():
        shutil.copytree(PLAIN, folder / "plain")
    unknown = nbformat.v4.new_markdown_cell(r"$\norm{x}$ and {doc}`page`")
    nbformat.write(nbformat.v4.new_notebook(cells=[unknown]), folder / "raw.ipynb")
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    whole = '{"windowingMode": "none"}'  # else cells out of sight are not drawn
    (settings / "tracker.jupyterlab-settings").write_text(whole)
    nbformat.write(executed, folder / "executed.ipynb")
    options = ["--no-browser", "--allow-root", "--ServerApp.port=0", "--IdentityProvider.token="]
    options += [f"--notebook-dir={folder}", "--LabApp.news_url=None", "--expose-app-in-browser"]
    options += [f"--LabApp.user_settings_dir={folder / 'settings'}"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        yield address_of(server)
        server.terminate()
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:  # a kernel was interrupted while it started
            server.kill()


def address_of(server):
    """The address that the server names once it answers there."""
    said = []
    for line in server.stderr:
        said.append(line)
        if found := re.search(r"http://(localhost|127\.0\.0\.1):\d+/", line):
            # What it says from now on must go somewhere.
            threading.Thread(target=server.stderr.read, daemon=True).start()
            return found[0]
    pytest.fail(f"JupyterLab does not start: {''.join(said)}")


@pytest.fixture
def lab_page(chromium, lab):
    """Open a notebook in that JupyterLab."""
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})

    def opened(name):
        page = context.new_page()
        page.sockets = []  # to kernels
        page.on("websocket", lambda to: page.sockets.append(to) if "channels" in to.url else None)
        page.goto(f"{lab}lab/tree/{name}?reset")
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
        return page

    yield opened
    context.close()


def until_kernel_is_idle(page):
    page.locator("text=/Python 3.*Idle/").wait_for(timeout=60_000)


@contextlib.contextmanager
def sent(page, text):
    """At the end the page has sent the text to its kernel."""
    with page.sockets[-1].expect_event(
        "framesent", lambda frame: text in str(frame).replace(" ", "")
    ):
        yield


def test_in_a_live_jupyterlab(lab_page):
    page = lab_page("fresh.ipynb")
    # Keys pressed before the kernel is connected would be lost.
    until_kernel_is_idle(page)
    page.locator(".jp-Cell").first.click()
    page.keyboard.press("Shift+Enter")
    first = page.locator(".mft").first
    first.wait_for(timeout=60_000)
    drawn = first.locator("svg").first.inner_html()

    page.keyboard.press("Shift+Enter")  # explorer.scale = 2.0
    page.wait_for_function(
        "drawn => document.querySelector('.mft svg').innerHTML !== drawn", arg=drawn
    )
    assert first.locator("label:has([name=scale]) output").inner_text() == "2"

    with sent(page, '"seed":5'):  # heard by observe, and by the run
        first.locator("[name=seed]").select_option("5")
    page.locator(".jp-Cell").nth(2).click()
    page.keyboard.press("Shift+Enter")
    page.locator("text=heard [5] run True").wait_for(timeout=30_000)

    page.keyboard.press("Shift+Enter")  # a second one, in a VBox, linked in the browser
    second = page.locator(".mft").nth(1)
    second.wait_for(timeout=30_000)
    page.locator(".widget-label", has_text="two in a box").wait_for()
    slider = first.locator("[name=second_eigenvalue]")
    slider.evaluate("i => { i.value = 0.8; i.dispatchEvent(new Event('input')) }")
    output = second.locator("label:has([name=second_eigenvalue]) output")
    page.wait_for_function("o => o.value === '0.8'", arg=output.element_handle())
    assert "#" not in page.url


def test_a_notebook_that_was_not_run_shows_the_static_picture(lab_page):
    page = lab_page("executed.ipynb")
    picture = page.locator(".jp-OutputArea img[src^='data:image/svg+xml']")
    picture.wait_for(timeout=60_000)
    assert picture.bounding_box()["width"] > 300
    assert page.locator(".mft").count() == 0
    until_kernel_is_idle(page)  # else the server would wait for it in the end


def drawn_wrong(page):
    """Formulas in red and markup that was not understood, once everything has been drawn."""
    page.wait_for_function(
        "() => !document.querySelector('.jp-MarkdownCell:not(.jp-mod-rendered)')"
        " && document.querySelectorAll('mjx-container').length > 0"
    )
    text = "\n".join(page.locator(".jp-MarkdownOutput").all_inner_texts())
    red = page.locator("mjx-merror, [data-mjx-error], mjx-container [style*='red']").count()
    return red, re.findall(r":::|`{3}|\{[\w:]+\}|\$", text)


def test_what_is_not_understood_is_seen(lab_page):
    assert drawn_wrong(lab_page("raw.ipynb")) == (1, ["{doc}"])


@pytest.mark.slow
@pytest.mark.parametrize("name", [s.name for s in sources() if s.suffix == ".ipynb"])
def test_plain_notebooks_read_well_in_jupyterlab(lab_page, name):
    built(PLAIN)
    assert drawn_wrong(lab_page(f"plain/{name}")) == (0, [])
