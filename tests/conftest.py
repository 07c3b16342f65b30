"""Every test run draws the same random cases, and every figure drawn in a test is looked at."""

import pytest
from hypothesis import settings

settings.register_profile(
    "mftutor", derandomize=True, deadline=None, database=None, max_examples=60
)
settings.load_profile("mftutor")


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
