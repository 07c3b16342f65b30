"""Every test run draws the same random cases, and every figure drawn in a test is looked at.

With several processes the tests are shared out in the order below, each unit to one of them.
"""

import re

import pytest
from hypothesis import settings

# Random cases of each property: enough for every change, and many where there is time.
for name, n in {"quick": 30, "thorough": 100}.items():
    settings.register_profile(name, derandomize=True, deadline=None, database=None, max_examples=n)

PAGE = re.compile(r"tests/browser/.*\[([a-z0-9_/]+)")


def unit(nodeid):
    """What stays in one process: the tests of one page of the book, else those of a file.

    Each test of portability is a minute's work by itself.
    """
    if "test_portability" in nodeid:
        return nodeid
    page = PAGE.match(nodeid)
    return page[1] if page else nodeid.partition("::")[0]


def place(item):
    """Where in the order a test stands: what takes long first, and what fills gaps last.

    These are the notebooks, which are executed cell by cell: the longest of them first.
    """
    if item.path.suffix == ".ipynb":
        return 2, -item.path.stat().st_size
    return (0, unit(item.nodeid)) if "browser" in item.path.parts else (1, "")


def pytest_configure(config):
    settings.load_profile("quick" if config.option.markexpr == "not slow" else "thorough")


def pytest_collection_modifyitems(items):
    """Put the tests in order, those of one page side by side, so that it is opened once."""
    items.sort(key=place)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Share out whole units, in their order."""
    from xdist.scheduler import LoadFileScheduling

    class Units(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return unit(nodeid)

    config.option.loadscopereorder = False
    return Units(config, log)


@pytest.fixture(autouse=True)
def figures_are_legible(request, monkeypatch):
    """Where a test imports the figures, hold each one that is drawn to `legibility`."""
    if not hasattr(getattr(request.node, "module", None), "figures"):
        yield
        return
    from legibility import complaints
    from matplotlib.figure import Figure

    drawn, create = [], Figure.__init__

    def remember(figure, *args, **kwargs):
        create(figure, *args, **kwargs)
        drawn.append(figure)

    monkeypatch.setattr(Figure, "__init__", remember)
    yield
    assert [text for figure in drawn for text in complaints(figure)] == []
