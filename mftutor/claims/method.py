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
    statement=r"Descent for $\Sigma = Q\Lambda Q^\top$ from $X_0$ is, turned by $Q$, descent for "
    r"$\Lambda$ from $Q^\top X_0$: the errors agree.",
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


def near_pair(seed: int) -> Instance:
    """Draw Figure 1's experiment with thirty rows only, and λ₂ = 0.95."""
    values = mf.figure_1_problem(30).eigenvalues.copy()
    values[1] = 0.95
    problem = mf.Problem(values, rank=2)
    return Instance(problem, mf.gaussian_init(problem, scale=0.5, seed=seed), 0.1, n_steps=400)


@claim(
    statement=r"Rows of larger eigenvalues arrive first, $\tau_1 \le \tau_2$, and their "
    "eigenvectors are learned first.",
    source="Theorem 1",
    standing="refuted here",
    compares=r"$\tau_1$ with $\tau_2$, and the steps at which the signals have reached nine tenths",
    shown="learning_in_steps#thm-six",
    instances=near_pair,
    counterexample=lambda: near_pair(0),
)
def larger_first(case: Instance) -> Margin:
    """True in almost all draws of high dimension with a gap, but no theorem."""
    times = np.array([case.run.hitting_times(), case.run.learning_times()])
    return worst_margin(times[:, 0], times[:, 1])


def path_of_the_last_row(seed: int) -> tuple[mf.Problem, FloatArray, FloatArray]:
    """Draw a problem, a Gaussian start of scale 0.01 to 1, and ten times of the flow up to 20."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    X0 = mf.gaussian_init(problem, scale=10.0 ** rng.uniform(-2, 0), seed=rng)
    return problem, X0, np.sort(rng.uniform(0, 20, 10))


@claim(
    statement=r"Along the flow the part of $u_r$ orthogonal to the rows before it depends on the "
    r"start's column $X_0v$ alone, $v$ orthogonal to those rows, by the formula of one column.",
    source="beyond the paper",
    standing="proved here",
    compares="the length of that part with the formula, at ten times",
    shown="learning_in_steps#prop-last-row",
    instances=path_of_the_last_row,
)
def last_row_has_a_column(drawn: tuple[mf.Problem, FloatArray, FloatArray]) -> Margin:
    """The distance of a row from the span of others is an entry of their QR decomposition."""
    problem, X0, times = drawn
    flow = mf.flow.solve(problem, X0, times)
    part = [last_part(rows[: problem.rank]) for rows in flow.top_rows]
    growth = growth_of_squares(problem.eigenvalues, times) @ np.square(last_column(problem, X0))
    own = np.exp(problem.eigenvalues[problem.rank - 1] * times) * last_part(X0[: problem.rank])
    return equal(part, own / np.sqrt(1 + growth))


def last_part(rows: FloatArray) -> float:
    """The distance of the last row from the span of the others."""
    return float(np.abs(np.linalg.qr(rows.T)[1][-1, -1]))


def last_column(problem: mf.Problem, X0: FloatArray) -> FloatArray:
    """``X₀v``, v the unit vector orthogonal to all of the first r rows but the last."""
    rows = X0[: problem.rank]
    v = np.linalg.qr(rows.T)[0][:, -1]
    return np.concatenate([np.zeros(problem.rank - 1), X0[problem.rank - 1 :] @ v])


def growth_of_squares(eigenvalues: FloatArray, times: FloatArray) -> FloatArray:
    """``(e^{2λs} − 1)/λ``, 2s where λ = 0, one row a time."""
    lam = np.maximum(eigenvalues, 1e-12)  # what is below makes no difference at these times
    return np.expm1(2 * times[:, None] * lam) / lam


def _cut(values: FloatArray, rank: int) -> FloatArray:
    """The eigenvalues, with zeros after the first r."""
    return np.where(np.arange(values.size) < rank, values, 0.0)
