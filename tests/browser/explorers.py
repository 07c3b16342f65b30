"""How the tests find explorers on pages, move them, and ask their Python counterparts."""

import json
import re
from functools import cache

import numpy as np
from built_book import HTML, cells, parsed, sources
from waiting import settle

from mftutor.explorers import Explorer

CLASSES = {cls.KIND: cls for cls in Explorer.__subclasses__()}
KINDS = {cls.__name__: kind for kind, cls in CLASSES.items()}
# An explorer that a cell makes and shows, and a cell in Markdown.
SHOWN = re.compile(r"^(\w+Explorer)\(", re.MULTILINE)
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.MULTILINE | re.DOTALL)
# What a reader sees and hears of an explorer.
APPEARANCE = """host => {
  const all = (selector, read) => [...host.querySelectorAll(selector)].map(read).join('|');
  return {
    picture: all('svg', svg => svg.innerHTML),
    alternative: all('svg', svg => svg.getAttribute('aria-label')),
    readouts: all('.mft-readouts output', output => output.value),
  };
}"""


@cache
def on_pages():
    """(page, position on the page, kind) of every explorer in the book, by its sources."""
    return [
        (HTML / "book" / f"{source.stem}.html", i, KINDS[name])
        for source in sources()
        for i, name in enumerate(SHOWN.findall(code(source)))
    ]


def code(source):
    """The text of the cells of a page, be it a notebook or not."""
    if source.suffix == ".md":
        return "\n".join(CELL.findall(source.read_text(encoding="utf-8")))
    return "\n".join("".join(c["source"]) for c in cells(source) if c["cell_type"] == "code")


def declared(kind):
    """The controls of a kind of explorer, as its class declares them."""
    traits, names = CLASSES[kind].class_traits(), CLASSES[kind].parameter_names()
    return [{"name": name, **traits[name].metadata["control"]} for name in names]


def content(path, i):
    """The state and data written in the page for its i-th explorer."""
    return json.loads(parsed(path).select("mftutor-explorer")[i].script.string)


def accepts(path, part):
    """Whether `kind.parameter=value` in a page's address is heard by an explorer on the page."""
    name, _, value = part.partition("=")
    owner, _, parameter = name.partition(".")
    kinds = [host["data-kind"] for host in parsed(path).select("mftutor-explorer")]
    for i, kind in enumerate(kinds):
        number = kinds[: i + 1].count(kind)
        if owner == (f"{kind}{number}" if number > 1 else kind):
            controls = {control["name"]: control for control in content(path, i)["controls"]}
            control = controls.get(parameter, {"options": []})
            allowed = control.get("options", [control.get("min"), control.get("max")])
            return bool(allowed) and allowed[0] <= float(value) <= allowed[-1]
    return False


def one_of_each_kind():
    """The first explorer of each kind in the book."""
    first = {}
    for path, i, kind in on_pages():
        first.setdefault(kind, (path, i, kind))
    return list(first.values())


def has_time(explorer):
    """Whether the explorer has a step that can be played."""
    return any(control["type"] == "time" for control in declared(explorer[2]))


def name(explorer):
    path, i, kind = explorer
    return f"{path.stem}-{i}-{kind}"


# What a native input does when a reader has moved it.
SET = """(input, value) => {
  input.value = value;
  for (const type of ['input', 'change']) input.dispatchEvent(new Event(type, {bubbles: true}));
}"""


def move(host, parameter, value):
    """Set a control as a reader would: the native input takes the value and says so."""
    host.locator(f"[name={parameter}]").evaluate(SET, str(value))
    settle(host.page)


def ends(control):
    """The extreme values of a control, as its native input takes them."""
    if control["type"] == "select":
        return [control["options"][0], control["options"][-1]]
    return [native(control, control["min"]), native(control, control["max"])]


def native(control, value):
    """A value as the control's native input has it: the logarithm on a logarithmic slider."""
    if control["type"] == "select":
        return value
    return float(np.log10(value) if control["type"] == "log" else value)


def random_states(controls, n, seed):
    """States drawn uniformly from the ranges of the controls, as their sliders space them."""
    rng = np.random.default_rng(seed)
    return [{c["name"]: _random_value(c, rng) for c in controls} for _ in range(n)]


def _random_value(control, rng):
    if control["type"] == "select":
        return int(rng.choice(control["options"]))
    low, high = ends(control)
    value = rng.uniform(low, high)
    if control.get("integer"):
        return int(value)
    return float(10**value) if control["type"] == "log" else float(value)
