"""What the book's own Sphinx extension does to addresses and to pages."""

from types import SimpleNamespace

import mftutor_book
import pytest
from sphinx.errors import ExtensionError

from mftutor.explorers.bundle import page_assets


def addresses(url, monkeypatch, **environment):
    """The settings of a build, with that address in _config.yml and these variables."""
    for name in ("REPOSITORY", "JUPYTERHUB_URL"):
        monkeypatch.setenv(name, environment.get(name, ""))
    options = {"repository_url": url, "launch_buttons": {"colab_url": "https://colab"}}
    settings = SimpleNamespace(html_baseurl="", html_theme_options=options)
    mftutor_book.set_addresses(None, settings)
    return settings


@pytest.mark.parametrize("where", ["configured", "from outside"])
def test_the_published_address_follows_the_repository(monkeypatch, where):
    fork = "https://github.com/somebody/a-fork"
    if where == "configured":
        settings = addresses(fork, monkeypatch)
    else:
        settings = addresses("https://github.com/another/book", monkeypatch, REPOSITORY=fork)
    assert settings.html_baseurl == "https://somebody.github.io/a-fork/"
    assert settings.html_theme_options["repository_url"] == fork
    assert settings.html_theme_options["launch_buttons"] == {"colab_url": "https://colab"}


def test_without_a_repository_nothing_leads_to_one(monkeypatch):
    settings = addresses("", monkeypatch)
    assert settings.html_baseurl == ""
    assert settings.html_theme_options == {
        "repository_url": "",
        "launch_buttons": {},
        "use_repository_button": False,
        "use_issues_button": False,
    }


def test_a_hub_without_a_repository_is_refused(monkeypatch):
    with pytest.raises(ExtensionError, match="JUPYTERHUB_URL needs REPOSITORY"):
        addresses("", monkeypatch, JUPYTERHUB_URL="https://hub.example.edu")


@pytest.mark.parametrize("path", ["somebody", "somebody/", "somebody/book/tree"])
def test_an_address_that_is_no_repository_is_refused(monkeypatch, path):
    with pytest.raises(ExtensionError, match="REPOSITORY must be"):
        addresses(f"https://github.com/{path}", monkeypatch)


@pytest.mark.parametrize("end", ["", "/", ".git"])
def test_the_end_of_an_address_does_not_matter(monkeypatch, end):
    settings = addresses(f"https://github.com/somebody/book{end}", monkeypatch)
    assert settings.html_theme_options["repository_url"] == "https://github.com/somebody/book"


def test_the_repository_of_a_site_has_its_root(monkeypatch):
    settings = addresses("https://github.com/somebody/somebody.github.io", monkeypatch)
    assert settings.html_baseurl == "https://somebody.github.io/"


def test_other_hosts_have_no_pages_address_and_no_colab(monkeypatch):
    settings = addresses("https://git.example.org/somebody/book", monkeypatch)
    assert settings.html_baseurl == ""
    assert settings.html_theme_options["launch_buttons"] == {}


def test_a_jupyterhub_comes_from_the_environment(monkeypatch):
    hub = "https://hub.example.edu"
    settings = addresses("https://github.com/somebody/book", monkeypatch, JUPYTERHUB_URL=hub)
    assert settings.html_theme_options["launch_buttons"]["jupyterhub_url"] == hub


def test_one_copy_of_the_assets_is_kept_after_the_last_explorer():
    face = '<mftutor-explorer class="mftutor-explorer" data-kind="{}">…</mftutor-explorer>'
    flow, depth = face.format("flow"), face.format("depth")
    both = f"<p>1</p>{flow}{page_assets('flow')}<p>2</p>{depth}{page_assets('depth')}"
    context = {"body": f"{both}{flow}{page_assets('flow')}<p>3</p>"}
    mftutor_book.keep_one_copy_of_assets(None, "page", "page.html", context, None)
    left = f"<p>1</p>{flow}<p>2</p>{depth}{flow}<p>3</p>"
    assert context["body"] == left + page_assets("depth", "flow")


def test_pages_without_explorers_are_left_alone():
    context = {"body": "<p>text</p>"}
    mftutor_book.keep_one_copy_of_assets(None, "page", "page.html", context, None)
    assert context == {"body": "<p>text</p>"}


def joined(body):
    context = {"body": body}
    mftutor_book.keep_punctuation_with_formulas(None, "page", "page.html", context, None)
    return context["body"]


FORMULA = r'<span class="math notranslate nohighlight">\(x\)</span>'


@pytest.mark.parametrize("mark", list(".,;:?!)"))
def test_a_formula_keeps_the_mark_after_it(mark):
    assert joined(f"<p>{FORMULA}{mark} So</p>") == f"<p>{FORMULA}\u2060{mark} So</p>"


def test_other_formulas_are_left_alone():
    body = f"<p>{FORMULA} is {FORMULA}<em>y</em></p>"
    assert joined(body) == body


def test_what_no_page_loads_is_dropped_and_the_rest_is_kept(tmp_path):
    names = [
        "a.js",
        "a.js.map",
        "b/c.css",
        "b/c.css.map",
        "locales/de/x.po",
        "f/x.ttf",
        "f/x.woff2",
    ]
    for name in names:
        path = tmp_path / "_static" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("content")
    mftutor_book.drop_what_no_page_loads(tmp_path)
    left = {p.relative_to(tmp_path / "_static").as_posix() for p in tmp_path.rglob("*.*")}
    assert left == {"a.js", "b/c.css", "f/x.woff2"}
