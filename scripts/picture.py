"""Draw the picture of the README: Figure 1, with the settings of the first chapter."""

from __future__ import annotations

from pathlib import Path

import mftutor as mf
from mftutor import figures

TARGET = Path(__file__).resolve().parents[1] / "book" / "_static" / "figure_1.png"


def main() -> None:
    """Write the picture, without the matplotlib version that would make each file differ."""
    problem = mf.figure_1_problem(dimension=4000)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=300)
    figures.figure_1(run).savefig(TARGET, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
