"""What building this book needs beyond Jupyter Book's own settings."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from importlib.metadata import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from myst_nb.sphinx_ import NbMetadataCollector
from PIL import Image
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from mftutor.explorers.bundle import page_assets

EXPLORER_ASSETS = re.compile(
    r"<style data-mftutor>.*?</style><script type=\"module\" data-mftutor>.*?</script>", re.DOTALL
)
EXPLORER_KIND = re.compile(r"<mftutor-explorer [^>]*data-kind=\"(\w+)\"")
# A browser may break a line between a formula and the comma after it, unless told not to.
FORMULA = re.compile(r"(<span class=\"math[^>]*>[^<]*</span>)(?=[.,;:?!)\]’”])")
WORD_JOINER = "\N{WORD JOINER}"
# Copied by the theme, loaded by no page: maps for debuggers, sources of translations, and
# fonts in an older format than the one that every browser takes.
UNUSED = ("**/*.map", "locales", "**/*.ttf", "webpack-macros.html", "scripts/fontawesome.js")
# The theme's icons a second time, 1.5 MB: its style sheet already draws them from a font.
ICONS_SCRIPT = re.compile(r"<script[^>]*/scripts/fontawesome\.js[^>]*></script>")
# Running cells through a server of notebooks is not offered; its script is loaded all the same.
THEBE_SCRIPT = re.compile(
    r"<script[^>]*(?:sphinx-thebe\.js|x-thebe-config)[^>]*>[^<]*</script>"
    r"|<script>\s*(?:const THEBE_JS_URL|kernelName)[^<]*</script>"
)
INLINE_SCRIPT = re.compile(
    r"<script(?P<attributes>(?![^>]*\ssrc=)[^>]*)>(?P<code>.*?)</script>", re.DOTALL
)
CALLED = re.compile(r"onclick=\"(?:window\.)?(\w+)\(\)\"")
MATHJAX_PARTS = ("/mathjax/tex-chtml.js", "/fonts/woff-v2/")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the steps below with Sphinx."""
    app.connect("config-inited", set_addresses)
    app.connect("builder-inited", copy_mathjax)
    app.connect("env-updated", drop_widget_state)
    app.connect("html-page-context", keep_one_copy_of_assets)
    app.connect("html-page-context", keep_punctuation_with_formulas)
    app.connect("build-finished", finish_site)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def set_addresses(app: Sphinx, config: Config) -> None:
    """Derive all addresses from the repository's; without one, offer nothing that is not there."""
    theme = config.html_theme_options
    url = os.environ.get("REPOSITORY") or theme["repository_url"]
    url, hub = url.rstrip("/").removesuffix(".git"), os.environ.get("JUPYTERHUB_URL")
    theme |= dict.fromkeys(["use_repository_button", "use_issues_button"], bool(url))
    theme["repository_url"] = url
    if not url:
        if hub:
            raise ExtensionError(
                "JUPYTERHUB_URL needs REPOSITORY, from where the hub takes notebooks"
            )
        theme["launch_buttons"] = {}
        return
    repository = urlsplit(url)
    if repository.hostname == "github.com":
        owner, _, name = repository.path.strip("/").partition("/")
        if not name or "/" in name:
            raise ExtensionError(f"REPOSITORY must be https://github.com/owner/name, got {url}")
        site = f"https://{owner}.github.io/"
        config.html_baseurl = site if site == f"https://{name}/" else f"{site}{name}/"
    else:
        theme["launch_buttons"].pop("colab_url", None)  # it opens what is on GitHub
    if hub:
        theme["launch_buttons"]["jupyterhub_url"] = hub


def copy_mathjax(app: Sphinx) -> None:
    """Copy the part of MathJax that a page loads, 2 MB of the 24 MB installed."""
    target = Path(app.outdir) / "_static" / "mathjax"
    for file in files("sphinx-mathjax-offline") or []:
        if any(part in f"/{file.as_posix()}" for part in MATHJAX_PARTS):
            inner = target / file.as_posix().split("/mathjax/", 1)[1]
            inner.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.locate(), inner)
    if not target.exists():
        raise ExtensionError("sphinx-mathjax-offline is not installed: no formula would show")


def drop_widget_state(app: Sphinx, env: object) -> None:
    """Keep the state of live widgets out of the pages: explorers carry their own."""
    for data in NbMetadataCollector.get_doc_data(app.env).values():
        data.get("js_files", {}).pop("ipywidgets_state", None)


def keep_one_copy_of_assets(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Leave the explorers' styles and one script for all kinds on a page, after the last explorer.

    Each explorer brings its own copy, so that it works wherever its output is shown alone.
    """
    body = context.get("body", "")
    if kinds := sorted(set(EXPLORER_KIND.findall(body))):
        context["body"] = EXPLORER_ASSETS.sub("", body) + page_assets(*kinds)


def keep_punctuation_with_formulas(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let no line begin with the comma after a formula."""
    if "body" in context:
        context["body"] = FORMULA.sub(rf"\1{WORD_JOINER}", context["body"])


def finish_site(app: Sphinx, problem: Exception | None) -> None:
    """What is done to the pages once all of them are there."""
    if problem or app.builder.format != "html":
        return
    site = Path(app.outdir)
    drop_what_no_page_loads(site)
    finish_pages(site)
    shrink_pictures(site)


def drop_what_no_page_loads(site: Path) -> None:
    """Remove the files of the theme that no page needs, 6 MB of the 9 MB it copies."""
    static = site / "_static"
    for pattern in UNUSED:
        for path in static.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def finish_pages(site: Path) -> None:
    """Drop scripts that serve nothing, and move all others from pages to files.

    So a page works where the rule is ``script-src 'self'``. The explorers' module becomes a script
    that waits for the page as a module does: a module in a file would not be loaded from a disk.
    """
    folder = site / "_static" / "inline"
    folder.mkdir(parents=True, exist_ok=True)
    for page in site.rglob("*.html"):
        up = "../" * (len(page.relative_to(site).parts) - 1)

        def moved(found: re.Match[str], up: str = up) -> str:
            code, attributes = found["code"], found["attributes"]
            if "json" in attributes:  # data
                return found[0]
            if "module" in attributes:
                code = f'(() => {{\n"use strict";\n{code}\n}})();\n'
                attributes = attributes.replace('type="module"', "defer")
            name = f"{hashlib.sha256(code.encode()).hexdigest()[:12]}.js"
            (folder / name).write_text(code, encoding="utf-8")
            return f'<script{attributes} src="{up}_static/inline/{name}"></script>'

        text = page.read_text(encoding="utf-8")
        text = THEBE_SCRIPT.sub("", ICONS_SCRIPT.sub("", text))
        text = CALLED.sub(r'data-call="\1"', INLINE_SCRIPT.sub(moved, text))
        page.write_text(text, encoding="utf-8")


def shrink_pictures(site: Path) -> None:
    """Keep 256 colours of each picture: more than a figure has, and a third of the bytes."""
    for path in (site / "_images").glob("*.png"):
        with Image.open(path) as picture:
            few_colours = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few_colours.save(path, optimize=True)
