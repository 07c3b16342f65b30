"""The built pages as files: pictures, alternatives, links, and nothing from elsewhere."""

import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import numpy as np
import pytest
from built_book import (
    HTML,
    ROOT,
    anchors,
    built,
    each_page,
    figure_alternatives,
    pages,
    parsed,
    sources,
)
from explorers import accepts, on_pages
from mftutor_book import UNUSED
from notebooks import INSTALL_CELL
from PIL import Image
from report import sizes, without_fonts

ASSETS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}


def test_the_pages_are_those_of_the_sources_and_so_are_their_explorers():
    """So the tests that are collected from the sources leave nothing out."""
    assert sorted(built(HTML).glob("book/**/*.html")) == pages()
    shown = [
        (path, i, host["data-kind"])
        for path in pages()
        for i, host in enumerate(parsed(path).select("mftutor-explorer"))
    ]
    assert shown == on_pages()


def is_external(address):
    return bool(urlsplit(address).netloc) or address.startswith("//")


@each_page
def test_every_figure_is_there_with_its_alternative(path):
    shown = [img["alt"] for img in parsed(path).select("article .cell_output img[src*=_images]")]
    assert shown == figure_alternatives(path.stem)
    assert all(len(alternative) >= 60 for alternative in shown)


@each_page
def test_every_figure_is_framed_in_white(path):
    """Nothing is cut off at the edge, and no transparency lets a dark page show through."""
    for img in parsed(path).select("article .cell_output img[src*=_images]"):
        picture = np.asarray(Image.open(path.parent / img["src"]).convert("RGBA"))
        assert (picture[..., 3] == 255).all()
        edges = [picture[0], picture[-1], picture[:, 0], picture[:, -1]]
        assert all((edge == 255).all() for edge in edges), img["alt"]


@each_page
def test_every_picture_has_an_alternative(path):
    for img in parsed(path).select("article img"):
        assert img.get("alt", "").strip(), img
        assert not re.fullmatch(r".*[0-9a-f]{32}.*", img["alt"])


@each_page
def test_no_asset_from_elsewhere(path):
    page = parsed(path)
    addresses = [tag.get(ASSETS[tag.name], "") for tag in page.find_all(list(ASSETS))]
    addresses += [
        link.get("href", "") for link in page.find_all("link") if link.get("rel") != ["canonical"]
    ]
    assert [a for a in addresses if is_external(a)] == []


def test_no_style_sheet_loads_from_elsewhere():
    sheets = list(built(HTML).glob("_static/**/*.css"))
    assert len(sheets) > 5
    for sheet in sheets:
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(url\(|@import )['\"]?(https?:)?//", text), sheet


@each_page
def test_internal_links_lead_somewhere(path):
    for link in parsed(path).select("a[href]"):
        address = urlsplit(link["href"])
        if address.scheme or address.netloc:
            continue
        target = (path.parent / unquote(address.path)).resolve() if address.path else path
        assert target.exists(), link
        if address.fragment and target.suffix == ".html":
            for part in unquote(address.fragment).split("&"):
                assert accepts(target, part) if "=" in part else part in anchors(target), link


@pytest.mark.parametrize(
    ("part", "heard"),
    [
        ("trajectory.scale=0.005", True),
        ("trajectory.scale=500", False),
        ("trajectory.seed=3", True),
        ("trajectory.scales=0.5", False),
        ("trajectory2.scale=0.5", False),
        ("rank_one.scale=0.5", False),
    ],
)
def test_a_link_to_a_state_is_checked(part, heard):
    assert accepts(HTML / "book" / "intro.html", part) == heard


# What Sphinx leaves of a reference that leads nowhere, and of markup it did not understand.
RAW_MARKUP = re.compile(
    r"\[\?\]|\?\?|\{[a-z:]+\}`|`|^\s*:::|\\(eq)?ref\{|:(label|class):", re.MULTILINE
)


# What of a page is not its prose: code, formulas, explorers, and the tags themselves.
NOT_PROSE = re.compile(
    r"<(pre|code|script|style|mftutor-explorer)\b.*?</\1>"
    r'|<(span|div) class="math.*?</\2>|<[^>]+>',
    re.DOTALL,
)


@each_page
def test_no_raw_markup_is_shown(path):
    _, _, rest = built(path).read_text("utf-8").partition("<article")
    article, _, _ = rest.partition("</article>")
    shown = unescape(NOT_PROSE.sub(" ", f"<article{article}"))
    assert len(shown.split()) > 50
    assert [found[0] for found in RAW_MARKUP.finditer(shown)] == []
    assert "problematic" not in article
    assert "system-message" not in article


@pytest.mark.parametrize(
    "text", ["see [?]", "Figure ??", "{ref}`x`", "{prf:ref}`x`", ":::{note}", r"\eqref{x}", "a `b`"]
)
def test_raw_markup_is_noticed(text):
    assert RAW_MARKUP.search(text)


@pytest.mark.parametrize("source", sources(), ids=lambda path: path.name)
def test_each_page_downloads_as_it_is_written_or_as_its_plain_notebook(source):
    page = HTML / source.relative_to(ROOT).with_suffix(".html")
    links = [link["href"] for link in parsed(page).select(".dropdown-download-buttons a[href]")]
    (link,) = [link for link in links if link.endswith(source.suffix)]
    if source.suffix == ".md":
        assert (page.parent / link).read_bytes() == source.read_bytes()
    else:
        offered = [cell.source for cell in nbformat.read(page.parent / link, as_version=4).cells]
        plain = nbformat.read(HTML.parent / "plain" / source.relative_to(ROOT), as_version=4)
        # The same, but that a download leads nowhere while the book is not published.
        linked = [
            re.sub(r"\[([^]]*)\]\(\.\./\.\./html/[^)]*\)", r"\1", c.source) for c in plain.cells
        ]
        assert offered[1:] == linked[1:]


def test_a_page_in_markdown_with_cells_downloads_as_a_notebook_that_installs():
    page = HTML / "book" / "intro.html"
    links = [link["href"] for link in parsed(page).select(".dropdown-download-buttons a[href]")]
    (link,) = [link for link in links if link.endswith(".ipynb")]
    cells = nbformat.read(page.parent / link, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert code[0].source == INSTALL_CELL.rstrip()
    assert [cell.outputs for cell in code] == [[]] * len(code)


@each_page
def test_no_page_has_a_script_inside(path):
    page = parsed(path)
    inside = [tag.get("type") for tag in page.find_all("script") if not tag.get("src")]
    assert set(inside) <= {"application/json", "application/ld+json"}
    assert [key for tag in page.find_all(True) for key in tag.attrs if key.startswith("on")] == []


def test_the_site_is_small():
    site = sizes(built(HTML))
    largest = sorted(site, key=site.__getitem__, reverse=True)[:5]
    assert without_fonts(site) < 10e6, largest


def test_nothing_that_no_page_loads_is_left():
    assert [path for pattern in UNUSED for path in built(HTML / "_static").glob(pattern)] == []


@each_page
def test_every_asset_is_there(path):
    page = parsed(path)
    addresses = [tag.get(ASSETS[tag.name], "") for tag in page.find_all(list(ASSETS))]
    addresses += [link["href"] for link in page.select("link[rel=stylesheet], link[rel=preload]")]
    for address in filter(None, addresses):
        if not address.startswith("data:"):
            assert (path.parent / unquote(urlsplit(address).path)).exists(), address


@each_page
def test_no_widget_needs_a_kernel(path):
    text = built(path).read_text(encoding="utf-8")
    assert "widget-view+json" not in text
    assert "widget-state+json" not in text


def links_of(page):
    return [a["href"] for a in parsed(page).select("a[href]")]


def test_a_book_without_a_repository_leads_to_none():
    for path in pages():
        assert not [link for link in links_of(path) if re.search("binder|colab|git-pull", link)]


@pytest.mark.slow
def test_buttons_lead_to_the_plain_notebooks_of_the_repository(tmp_path):
    """A second build, of what the first one has executed."""
    built(HTML)
    for name in (
        "book",
        "scripts",
        "mftutor",
        "_config.yml",
        "_toc.yml",
        "requirements.txt",
        "runtime.txt",
    ):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    cache = Path("_build") / ".jupyter_cache"
    shutil.copytree(ROOT / cache, tmp_path / cache)
    environment = os.environ | {
        "REPOSITORY": "https://github.com/somebody/a-fork",
        "JUPYTERHUB_URL": "https://hub.example.edu",
    }
    program = Path(sys.executable).with_name("jupyter-book")
    command = [program, "build", ".", "--all", "-n", "-W"]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    for source in sources():
        page = tmp_path / "_build/html" / source.relative_to(ROOT).with_suffix(".html")
        links = links_of(page)
        name = source.relative_to(ROOT).with_suffix(".ipynb").as_posix()
        plain = tmp_path / "_build" / "plain" / name
        for button in (
            f"https://mybinder.org/v2/gh/somebody/a-fork/plain?urlpath=lab/tree/{name}",
            f"https://colab.research.google.com/github/somebody/a-fork/blob/plain/{name}",
        ):
            assert (button in links) == plain.exists()
        (canonical,) = [tag["href"] for tag in parsed(page).select("link[rel=canonical]")]
        assert canonical == f"https://somebody.github.io/a-fork/{name.removesuffix('.ipynb')}.html"
        if plain.exists():
            assert f"]({canonical})" in plain.read_text(encoding="utf-8")
            assert any("hub.example.edu" in link and "branch=plain" in link for link in links)
