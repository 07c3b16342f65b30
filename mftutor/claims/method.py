"""What holds for the method as such, and what its introduction promises."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.compare import equal
from mftutor.claims.instances import Instance, random_orthogonal, random_problem
from mftutor.claims.registry import claim
from mftutor.theory.margin import Margin, worst_margin


def rotated(seed: int) -> tuple[Instance, FloatArray]:
    """Draw a run of thirty steps, and an orthogonal matrix Q to look at it from."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    X0 = mf.gaussian_init(problem, scale=rng.uniform(0.1, 1.0), seed=rng)
    case = Instance(problem, X0, rng.uniform(0.01, 0.3), n_steps=30)
    return case, random_orthogonal(problem.dimension, rng)


@claim(
    statement=r"Descent for $\Sigma = Q\Lambda Q^\T$ from $X_0$ is, turned by $Q$, descent for "
    r"$\Lambda$ from $Q^\T X_0$: the errors agree.",
    source="footnote 1",
    standing="proved in the paper",
    compares="the two errors, at every step",
    shown="learning_in_steps#prop-rotation",
    instances=rotated,
)
def rotation_invariance(case_and_rotation: tuple[Instance, FloatArray]) -> Margin:
    """Full matrices on one side, eigenvalues on the other."""
    case, Q = case_and_rotation
    r, values = case.problem.rank, case.problem.eigenvalues
    sigma, target = (Q * diagonal @ Q.T for diagonal in (values, _cut(values, r)))
    X, errors = Q @ case.X0, []
    for _ in range(case.n_steps + 1):
        errors.append(np.linalg.norm(target - X @ X.T))
        X = X + case.step_size * (sigma - X @ X.T) @ X
    return equal(errors, case.run.error)


def figure_1_draw(seed: int) -> Instance:
    """Draw Figure 1's experiment with thirty rows only."""
    problem = mf.figure_1_problem(30)
    X0 = mf.gaussian_init(problem, scale=0.5, seed=seed)
    return Instance(problem, X0, step_size=0.1, n_steps=400)


@claim(
    statement=r"Eigenvectors of larger eigenvalues are learned first: $\tau_1 < \tau_2$.",
    source="Theorem 1",
    standing="refuted here",
    compares=r"$\tau_1$ with $\tau_2$, numbers of steps",
    shown="start_large#sec-order",
    instances=figure_1_draw,
    counterexample=lambda: figure_1_draw(25),
)
def larger_first(case: Instance) -> Margin:
    """True in almost all draws of high dimension, but no theorem, and false in low ones."""
    first, second = case.run.hitting_times()
    return worst_margin(first, second)


def _cut(values: FloatArray, rank: int) -> FloatArray:
    """The eigenvalues, with zeros after the first r."""
    return np.where(np.arange(values.size) < rank, values, 0.0)
