"""Plain notebooks: what Jupyter, Colab and VS Code show, made from the chapters at each build.

A chapter's source is written in MyST, whose roles and directives only the book understands. In
its plain notebook references are links to the published page, boxes are quotes, and solutions are
folded; the code is the same. It replaces the source as the download of its page, and stands in
``_build/plain``, from where the workflow publishes it for Colab, Binder and JupyterHub.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

sys.path.append(str(Path(__file__).resolve().parents[2] / "scripts"))
import notebooks  # noqa: E402  (found on the line above)

OPEN = re.compile(r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\} *(?P<title>.*)$")
OPTION = re.compile(r"^:(?P<key>\w+): *(?P<value>.*)$")
LABEL = re.compile(r"^\([\w-]+\)=$")
ROLE = re.compile(r"\{(?P<role>[\w:]+)\}`(?P<text>[^`<]*?)(?:<(?P<target>[^`>]+)>)?`")
DISPLAY = re.compile(
    r"^(?P<indent> *)\$\$\n?(?P<tex>.*?)\n? *\$\$(?: *\((?P<label>[\w-]+)\))?$", re.DOTALL | re.M
)
TITLE = re.compile(r"\A(# .*)\n")
# What folds a code cell in JupyterLab and VS Code, and in Colab.
FOLDED = {"jupyter": {"source_hidden": True}, "cellView": "form"}


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the steps below with Sphinx."""
    app.connect("html-page-context", offer_notebook, priority=400)
    app.connect("html-page-context", drop_useless_rocket, priority=900)
    app.connect("build-finished", write_plain_notebooks, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_notebook(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Let a page in Markdown that has cells be downloaded as a notebook, too."""
    executed = _executed(app, page)
    download = Path(app.outdir, "_sources", page).with_suffix(".ipynb")
    if executed.exists() and context.get("page_source_suffix") == ".md":
        download.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(executed, download)
        context["ipynb_source"] = f"{page}.ipynb"


def drop_useless_rocket(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Offer to launch only what runs: pages with a plain notebook."""
    buttons = context.get("header_buttons", [])
    if not _executed(app, page).exists():
        buttons[:] = [b for b in buttons if b.get("label") != "launch-buttons"]
    for group in buttons:
        if group.get("label") == "launch-buttons":
            for button in group["buttons"]:
                button["url"] = button["url"].replace(f"{page}.md", f"{page}.ipynb")


def write_plain_notebooks(app: Sphinx, problem: Exception | None) -> None:
    """Write the plain notebook of each page that has one, as its download and for publishing."""
    if problem or app.builder.format != "html":
        return
    plain = Path(app.outdir).parent / "plain"
    shutil.rmtree(plain, ignore_errors=True)
    plain.mkdir()
    (plain / "requirements.txt").write_text(f"{notebooks.REQUIREMENT}\n", encoding="utf-8")
    shutil.copy(Path(app.srcdir) / "runtime.txt", plain)  # both for Binder
    for page in sorted(app.env.found_docs):
        if _executed(app, page).exists():
            download = Path(app.outdir, "_sources", page).with_suffix(".ipynb")
            notebook: Any = nbformat.read(download, as_version=4)  # type: ignore[no-untyped-call]
            # Unpublished, those in ``_build/plain`` lead to the pages as they lie beside it, and
            # a download, which may be taken anywhere, leads nowhere.
            beside = (plain / page).with_suffix(".ipynb")
            for path, unpublished in ((download, ""), (beside, "../../html/")):
                base = app.config.html_baseurl or unpublished
                text = notebooks.dumps(Plain(app.env, page, base).notebook(notebook))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")


def _executed(app: Sphinx, page: str) -> Path:
    """Where the build leaves the notebook of a page that has cells."""
    return Path(app.outdir).parent.joinpath("jupyter_execute", page).with_suffix(".ipynb")


class Plain:
    """Turns one chapter into a plain notebook, with the numbers that the book gave it.

    Parameters
    ----------
    env : BuildEnvironment
        After the build: it knows where every label is, and its number.
    page : str
        The page's document, such as ``"book/start_small"``.
    base : str
        The address at which the book's pages are; empty for names without links.
    """

    def __init__(self, env: Any, page: str, base: str) -> None:
        self.env, self.page, self.base = env, page, base
        self.std = env.domaindata["std"]
        self.fold: str | None = None  # the summary of the solution that we are in

    def notebook(self, source: Any) -> Any:
        """Return a plain notebook without outputs."""
        plain: Any = nbformat.from_dict(source)  # type: ignore[no-untyped-call]
        notebooks.complete(plain)
        self.explores = any("Explorer(" in cell.source for cell in plain.cells)
        plain.cells = [cell for each in plain.cells for cell in self._cells(each)]
        return plain

    def _cells(self, cell: Any) -> Iterator[Any]:
        if cell.cell_type == "code":
            if "claims" in cell.metadata.get("tags", []):  # its table is Markdown for the book
                cell.source = f"print({cell.source})"
            cell.metadata = dict(FOLDED) if self.fold else {}
            yield cell
            return
        cell.source = self.text(cell.source)
        if cell.source:
            yield cell

    def text(self, source: str) -> str:
        """Return a Markdown cell without what only the book understands."""
        lines = [line for line in source.split("\n") if not LABEL.match(line)]
        text = "".join(self._folded(lines))
        page = self._linked("This page in the book", self._url(self.page))
        first = f"*{page}{', with pictures to take hold of' * self.explores}.*" if self.base else ""
        return TITLE.sub(rf"\1\n\n{first}\n", text).strip()

    def _folded(self, lines: list[str]) -> Iterator[str]:
        """The text, with what belongs to a solution inside details, cell by cell."""
        part: list[str] = []
        for kind, value in self._blocks(lines):
            if kind == "text":
                part.append(value)
                continue
            yield self._closed(part)
            part, self.fold = [], value
        yield self._closed(part)

    def _closed(self, part: list[str]) -> str:
        text = "\n".join(part).strip("\n")
        if self.fold is None or not text:
            return text + "\n\n"
        folded = f"<details><summary>{self.fold}</summary>\n\n{text}\n\n</details>\n\n"
        if not self.fold.endswith("continued"):
            self.fold += ", continued"
        return folded

    def _blocks(self, lines: list[str]) -> Iterator[tuple[str, Any]]:
        """Pieces of text, and where a solution begins (its summary) or ends (None)."""
        i = 0
        while i < len(lines):
            opening = OPEN.match(lines[i])
            if not opening:
                start = i
                while i < len(lines) and not OPEN.match(lines[i]):
                    i += 1
                yield "text", self._inline("\n".join(lines[start:i]))
                continue
            rest = range(i + 1, len(lines))
            end = next((j for j in rest if lines[j].rstrip() == opening["fence"]), None)
            if end is None:
                raise ExtensionError(f"{self.page}: a box is not closed: {lines[i]}")
            options, body = _split_options(lines[i + 1 : end])
            yield from self._box(opening["name"], opening["title"], options, body)
            i = end + 1

    def _box(
        self, name: str, title: str, options: dict[str, str], body: list[str]
    ) -> Iterator[tuple[str, Any]]:
        if name in ("solution-start", "solution"):
            yield "fold", f"Solution to {self._box_name(title)}"
        if name == "solution":
            yield "text", self._inline("\n".join(body))
        if name in ("solution-end", "solution"):
            yield "fold", None
        if name.startswith("solution"):
            return
        named = title or name.partition(":")[2].capitalize() or name.capitalize()  # a note, a proof
        if label := options.get("label"):
            named = f"{self._box_name(label)}. {title}" if title else self._box_name(label)
        named += "." * (not named.endswith(("?", "!", ".")))
        inner = "".join(f"{line}\n" for line in [f"**{self._inline(named)}**", "", *body])
        quoted = self._inline(inner).rstrip("\n").split("\n")
        yield "text", "\n" + "\n".join(f"> {line}".rstrip() for line in quoted) + "\n"

    def _inline(self, text: str) -> str:
        """Roles as links, and each displayed formula on a line of its own, with its number."""
        text = DISPLAY.sub(self._display, text)
        return ROLE.sub(lambda found: self._link(**found.groupdict()), text)

    def _display(self, found: re.Match[str]) -> str:
        tex = " ".join(found["tex"].split())  # on one line: in a quote a line begins with >
        label = found["label"]
        number = f" \\tag{{{self._number('displaymath', f'equation-{label}')}}}" if label else ""
        return f"{found['indent']}$${tex}{number}$$"

    def _link(self, role: str, text: str, target: str | None) -> str:
        shown, target = (text.strip(), target) if target else ("", text)
        find: dict[str, Callable[[str], tuple[str, str]]] = {
            "doc": self._doc,
            "eq": self._equation,
            "ref": self._ref,
            "prf:ref": self._proof,
            "term": self._term,
        }
        if role == "py:obj":
            return f"`{shown or text}`"
        if role.startswith("cite"):
            links = [self._cited(key, within=role == "cite") for key in target.split(",")]
            joined = ", ".join(self._linked(*link) for link in links)
            return f"({joined})" if role == "cite" else joined
        if role not in find:
            raise ExtensionError(f"{self.page}: a plain notebook has no form of the role {role}")
        name, url = find[role](target)
        return self._linked(shown or name, url)

    def _linked(self, name: str, url: str) -> str:
        return f"[{name}]({url})" if self.base else name

    def _doc(self, target: str) -> tuple[str, str]:
        page = target.lstrip("/") if "/" in target else f"book/{target}"
        return self.env.titles[page].astext(), self._url(page)

    def _equation(self, label: str) -> tuple[str, str]:
        page = self.env.domaindata["math"]["objects"][label][0]
        anchor = f"equation-{label}"
        return f"({self._number('displaymath', anchor, page)})", f"{self._url(page)}#{anchor}"

    def _proof(self, label: str) -> tuple[str, str]:
        page = self.env.proof_list[label]["docname"]
        return self._box_name(label), f"{self._url(page)}#{label}"

    def _ref(self, label: str) -> tuple[str, str]:
        page, anchor, *rest = self.std["labels"].get(label) or self.std["anonlabels"][label]
        title = rest[0] if rest else label
        if label in self.env.sphinx_exercise_registry:
            title = self._box_name(label)
        return title, f"{self._url(page)}#{anchor}"

    def _term(self, term: str) -> tuple[str, str]:
        page, anchor = self.std["terms"][term.lower()]
        return term, f"{self._url(page)}#{anchor}"

    def _cited(self, key: str, *, within: bool = False) -> tuple[str, str]:
        citation = next(
            each for each in self.env.domaindata["cite"]["citations"] if each.key == key.strip()
        )
        last = [" ".join(person.last_names) for person in citation.entry.persons["author"]]
        names = f"{last[0]} et al." if len(last) > 2 else " and ".join(last)
        year = citation.entry.fields["year"]
        page = citation.bibliography_key.docname
        name = f"{names}, {year}" if within else f"{names} ({year})"
        return name, f"{self._url(page)}#{citation.citation_id}"

    def _box_name(self, label: str) -> str:
        """What the book calls a box: ``Proposition 10.2``."""
        kind = "exercise"
        page = self.page
        if label in self.env.proof_list:
            found = self.env.proof_list[label]
            kind, page = found["countertype"], found["docname"]
            name = found["realtype"]
        else:
            found = self.env.sphinx_exercise_registry[label]
            page, name = found["docname"], kind
        return f"{name.capitalize()} {self._number(kind, label, page)}"

    def _number(self, kind: str, anchor: str, page: str | None = None) -> str:
        numbers = self.env.toc_fignumbers[page or self.page][kind][anchor]
        return ".".join(map(str, numbers))

    def _url(self, page: str) -> str:
        return f"{self.base}{page}.html"


def _split_options(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """The options at the top of a directive, and what follows."""
    options: dict[str, str] = {}
    for i, line in enumerate(lines):
        found = OPTION.match(line)
        if not found:
            return options, lines[i + (not line.strip()) :]
        options[found["key"]] = found["value"]
    return options, []
