"""What is built again follows contents and versions: never fewer changes than there are."""

import os

import fingerprint
import pytest


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A small project in place of this one."""
    for name in ("mftutor/a.py", "mftutor/js/b.js", "book/page.md", "book/_ext/c.py", "_toc.yml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "requirements.txt").write_text("# one\nnumpy==2.*\n-e .\n")
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    monkeypatch.setattr(fingerprint, "REQUIREMENTS", tmp_path / "requirements.txt")
    return tmp_path


def made_from(root):
    fingerprint.main(root / "_build" / "made-from")
    return (root / "_build" / "made-from").read_text()


CHANGES = {
    "another text": lambda root: (root / "mftutor" / "js" / "b.js").write_text("b.jz"),
    "a new file": lambda root: (root / "mftutor" / "d.json").write_text(""),
    "a file less": lambda root: (root / "mftutor" / "a.py").unlink(),
    "another name": lambda root: (root / "mftutor" / "a.py").rename(root / "mftutor" / "z.py"),
    "another place": lambda root: (root / "mftutor" / "a.py").rename(root / "mftutor/js/a.py"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_any_change_of_the_library_is_one_for_all_notebooks(root, change):
    outputs, whole = fingerprint.of_outputs(), made_from(root)
    change(root)
    assert fingerprint.of_outputs() != outputs
    assert made_from(root) != whole


@pytest.mark.parametrize("name", ["book/page.md", "book/_ext/c.py", "_toc.yml", "_config.yml"])
def test_pages_are_made_again_and_notebooks_left_alone(root, name):
    outputs, whole = fingerprint.of_outputs(), made_from(root)
    (root / name).write_text("changed")
    assert fingerprint.of_outputs() == outputs
    assert made_from(root) != whole


def test_what_running_leaves_behind_is_no_change_nor_is_a_date(root):
    outputs, whole = fingerprint.of_outputs(), made_from(root)
    for name in ("mftutor/__pycache__/a.pyc", "book/.ipynb_checkpoints/page.ipynb"):
        (root / name).parent.mkdir()
        (root / name).write_text("left")
    os.utime(root / "mftutor" / "a.py", (0, 0))
    assert fingerprint.of_outputs() == outputs
    assert made_from(root) == whole


@pytest.mark.parametrize("package", ["numpy", "ipykernel", "sphinx"])
def test_another_version_of_what_is_required_or_needed_by_that_is_a_change(monkeypatch, package):
    outputs, installed = fingerprint.of_outputs(), fingerprint.version
    monkeypatch.setattr(
        fingerprint, "version", lambda name: "0.0" if name == package else installed(name)
    )
    assert fingerprint.of_outputs() != outputs


def test_one_requirement_more_is_a_change(root):
    outputs = fingerprint.of_outputs()
    (root / "requirements.txt").write_text("numpy==2.*\nmatplotlib==3.*\n")
    assert fingerprint.of_outputs() != outputs


@pytest.mark.parametrize("name", ["REPOSITORY", "JUPYTERHUB_URL"])
def test_another_address_is_a_change_of_the_pages(root, monkeypatch, name):
    before = made_from(root)
    monkeypatch.setenv(name, "https://hub.example.edu")
    assert made_from(root) != before


def test_the_file_keeps_its_date_while_nothing_changes(root):
    made_from(root)
    file = root / "_build" / "made-from"
    os.utime(file, (0, 0))
    made_from(root)
    assert file.stat().st_mtime == 0
    (root / "book" / "page.md").write_text("changed")
    made_from(root)
    assert file.stat().st_mtime > 0
