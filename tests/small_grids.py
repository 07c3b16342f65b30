"""A small grid that tests of sweeps change here and there."""

import mftutor as mf


def small_grid(**changes):
    """Two problems in six chunks, 240 runs of 40 steps."""
    given = {"scale": 0.5, "step_size": 0.1, "n_steps": 40, "seeds": range(120), **changes}
    problems = given.pop(
        "problems", [mf.Problem([1, 0.6, 0.2, 0.1], 2), mf.sweeps.LinearTailProblem(9, [1.0])]
    )
    return mf.sweeps.Grid(problems, **given)


def hitting_times(grid, **how):
    """τ_k of a sweep whose problems have one rank, shape (n_problems, n_cells, n_seeds, r)."""
    table = mf.sweeps.sweep(grid, progress=False, **how)
    sizes = len(grid.problems), len(grid.cells), len(grid.seeds), grid.problems[0].rank
    return table["hitting_time"].reshape(sizes)
