"""Explorers: pictures with controls, alive in Jupyter and in a page without a kernel.

They need ipywidgets, anywidget and matplotlib, which ``import mftutor`` alone does not.
"""

from mftutor._environment import extra

with extra("notebooks"):
    import anywidget  # noqa: F401
    import ipywidgets  # noqa: F401
    import matplotlib  # noqa: F401

from mftutor.explorers.benign_region import BenignRegionExplorer
from mftutor.explorers.depth import DepthExplorer
from mftutor.explorers.explorer import Explorer
from mftutor.explorers.flow import FlowExplorer
from mftutor.explorers.initialization import InitializationExplorer
from mftutor.explorers.phases import PhasesExplorer
from mftutor.explorers.rank_one import RankOneExplorer
from mftutor.explorers.sensing import SensingExplorer
from mftutor.explorers.trajectory import TrajectoryExplorer

__all__ = [
    "BenignRegionExplorer",
    "DepthExplorer",
    "Explorer",
    "FlowExplorer",
    "InitializationExplorer",
    "PhasesExplorer",
    "RankOneExplorer",
    "SensingExplorer",
    "TrajectoryExplorer",
]
