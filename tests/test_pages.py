"""The built pages as files: pictures, alternatives, links, and nothing from elsewhere."""

import re
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from built_book import HTML, ROOT, figure_alternatives, pages, parsed

each_page = pytest.mark.parametrize("path", pages(), ids=lambda path: path.stem)
ASSETS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}


def is_external(address):
    return bool(urlsplit(address).netloc) or address.startswith("//")


@each_page
def test_every_figure_is_there_with_its_alternative(path):
    shown = [img["alt"] for img in parsed(path).select("article .cell_output img[src*=_images]")]
    assert shown == figure_alternatives(path.stem)
    assert all(len(alternative) >= 60 for alternative in shown)


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
    for sheet in HTML.glob("_static/**/*.css"):
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
            fragment = unquote(address.fragment)
            assert parsed(target).find(id=fragment), link


@each_page
def test_no_widget_needs_a_kernel(path):
    assert "widget-view+json" not in path.read_text(encoding="utf-8")
    assert "widget-state+json" not in path.read_text(encoding="utf-8")


def test_launch_buttons_and_address_follow_the_repository():
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    owner_and_name = config["repository"]["url"].removeprefix("https://github.com/")
    page = parsed(HTML / "book" / "learning_in_steps.html")
    links = [a["href"] for a in page.select("a[href]")]
    for provider in ("mybinder.org/v2/gh/", "colab.research.google.com/github/"):
        assert any(provider + owner_and_name in link for link in links)
    owner, name = owner_and_name.split("/")
    canonical = page.find("link", rel="canonical")["href"]
    assert canonical == f"https://{owner}.github.io/{name}/book/learning_in_steps.html"
