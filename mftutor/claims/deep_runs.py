"""What the claims about depth are tried on: targets, factors, and runs from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.instances import Instance, random_problem


@dataclass(frozen=True, eq=False)
class DeepInstance:
    """A target, factors to start from, and how to run."""

    problem: mf.Problem
    factors: tuple[FloatArray, ...]
    step_size: float
    n_steps: int = 1

    def run(self, shrink: float = 1.0, *, n_steps: int | None = None) -> mf.deep.Run:
        """Descent, from a start whose product is so many times as large."""
        layer = shrink ** (1 / len(self.factors))
        return mf.deep.descend(
            self.problem,
            [layer * W for W in self.factors],
            step_size=self.step_size,
            n_steps=self.n_steps if n_steps is None else n_steps,
        )

    def first_half_time(self, shrink: float = 1.0) -> float:
        """The half-time of the first signal, however long that takes: runs of doubled lengths."""
        n_steps, found = self.n_steps, np.nan
        while np.isnan(found):
            found = float(self.run(shrink, n_steps=n_steps).hitting_times()[0])
            n_steps *= 2
        return found


def spectrum(rng: np.random.Generator, dimension: int) -> FloatArray:
    """Draw two or three eigenvalues, each 0.4 to 0.6 times the one before; the others are 0."""
    leading = np.cumprod(np.append(1.0, rng.uniform(0.4, 0.6, rng.integers(1, 3))))
    return np.append(leading, np.zeros(dimension - leading.size))


def tied(seed: int) -> Instance:
    """Draw a run of fifty steps of descent on ``XXᵀ``."""
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    X0 = mf.gaussian_init(problem, scale=rng.uniform(0.1, 1.0), seed=rng)
    return Instance(problem, X0, rng.uniform(0.01, 0.2), n_steps=50)


def unbalanced(seed: int, admissible: bool = True) -> DeepInstance:
    """Draw two to four Gaussian factors, and a step size that is short enough, or just not.

    Short enough means that each of forty steps takes ``(η/2) Σ ‖G_l‖²_F`` from the loss, as the
    proposition asks. Of the powers of two it is the longest such, or the next.
    """
    rng = np.random.default_rng(seed)
    d = int(rng.integers(3, 9))
    problem = mf.Problem(np.sort(rng.uniform(0, 1, d))[::-1], rank=int(rng.integers(1, d)))
    scale, depth = 10.0 ** rng.uniform(-2, 0.3), int(rng.integers(2, 5))
    case = DeepInstance(
        problem, mf.deep.init(problem, depth=depth, scale=scale, seed=rng), 16.0, n_steps=40
    )
    while not takes_half(case):
        longer, case = case, replace(case, step_size=case.step_size / 2)
    return case if admissible else longer


def takes_half(case: DeepInstance) -> bool:
    """Whether each step takes at least ``(η/2) Σ ‖G_l‖²_F`` from the loss."""
    W, least = list(case.factors), np.inf
    for _ in range(case.n_steps + 1):
        loss, gradients = literal_gradients(case.problem, W)
        if loss > least:
            return False
        squares = sum(float(np.square(G).sum()) for G in gradients)
        least = loss - case.step_size / 2 * squares
        W = [w - case.step_size * G for w, G in zip(W, gradients, strict=True)]
    return True


def literal_gradients(
    problem: mf.Problem, factors: Sequence[FloatArray]
) -> tuple[float, list[FloatArray]]:
    """The loss and its gradients as the chapter writes them, with all products in full."""
    eye, gradients = np.eye(problem.dimension), []
    for place, W in enumerate(factors):
        before, after = eye, eye
        for V in factors[:place]:
            before = V @ before
        for V in factors[:place:-1]:
            after = after @ V
        residual = after @ W @ before - np.diag(problem.eigenvalues)
        gradients.append(after.T @ residual @ before.T)
    return float(np.square(residual).sum()) / 2, gradients


def equal_diagonals(seed: int) -> DeepInstance:
    """Draw a target, and two to four equal diagonal factors with a product of 0.001 to 0.01."""
    rng = np.random.default_rng(seed)
    problem = mf.Problem(np.cumprod(np.append(1.0, rng.uniform(0.5, 0.9, 2))), rank=3)
    depth, start = int(rng.integers(2, 5)), 10.0 ** rng.uniform(-3, -2, 3)
    factors = (np.diag(start ** (1 / depth)),) * depth
    case = DeepInstance(problem, factors, step_size=rng.uniform(0.02, 0.05))
    return replace(case, n_steps=round(1.1 * max(half_time_law(case))) + 10)


def half_time_law(case: DeepInstance) -> list[float]:
    """The half-times of equal diagonal factors under the flow, in steps."""
    depth = len(case.factors)
    starts = np.diag(case.factors[0]) ** depth
    return [
        mf.deep.balanced_half_time(value, start, depth=depth, step_size=case.step_size)
        for value, start in zip(case.problem.eigenvalues, starts, strict=True)
    ]


def equal_starts(seed: int) -> DeepInstance:
    """Draw two eigenvalues, and two to four equal factors with a product of 1e-6 to 1e-5 times I.

    The run is long enough for the first signal.
    """
    rng = np.random.default_rng(seed)
    depth, start = 2 + seed % 3, 10.0 ** rng.uniform(-6, -5)
    problem = mf.Problem([1.0, rng.uniform(0.3, 0.7)], rank=2)
    case = DeepInstance(problem, (start ** (1 / depth) * np.eye(2),) * depth, step_size=0.05)
    return replace(case, n_steps=round(1.1 * half_time_law(case)[0]) + 10)


def two_factors(seed: int) -> DeepInstance:
    """Draw two square Gaussian factors with a product of size 0.001 to 0.0001."""
    return _small_factors(seed, depth=2, low=-4, high=-3)


def more_factors(seed: int) -> DeepInstance:
    """Draw three or four, with a product of size 0.003 to 0.01."""
    return _small_factors(seed, depth=3 + seed % 2, low=-2.5, high=-2)


def _small_factors(seed: int, *, depth: int, low: float, high: float) -> DeepInstance:
    rng = np.random.default_rng(seed)
    d = int(rng.integers(10, 15))
    problem, scale = mf.Problem(spectrum(rng, d), rank=d), 10.0 ** rng.uniform(low, high)
    factors = mf.deep.init(problem, depth=depth, scale=scale, seed=rng)
    case = DeepInstance(problem, factors, step_size=rng.uniform(0.05, 0.1))
    wait = mf.deep.balanced_half_time(1.0, scale / 100, depth=depth, step_size=case.step_size)
    return replace(case, n_steps=round(1.6 * wait) + 50)


def in_or_out_of_order(seed: int, admissible: bool = True) -> DeepInstance:
    """Draw two or three square factors of a small product, d = 12 to 16; or of a large one.

    In smaller dimensions a product of three may happen to be so small along one eigenvector
    that the next one overtakes it.
    """
    rng = np.random.default_rng(seed)
    d, depth = int(rng.integers(12, 17)), int(rng.integers(2, 4))
    problem = mf.Problem(spectrum(rng, d), rank=d)
    scale = 10.0 ** (rng.uniform(-4, -3) if admissible else rng.uniform(-0.3, 0.3))
    factors = mf.deep.init(problem, depth=depth, scale=scale, seed=rng)
    smallest = problem.eigenvalues[problem.eigenvalues > 0][-1]
    wait = mf.deep.balanced_half_time(smallest, scale, depth=depth, step_size=0.1)
    return DeepInstance(problem, factors, step_size=0.1, n_steps=round(2 * wait) + 300)


def narrow_and_wide(seed: int) -> tuple[DeepInstance, ...]:
    """Draw five large starts of two factors with a bottleneck, and five without."""
    rng = np.random.default_rng(seed)
    d, scale = int(rng.integers(25, 36)), 10.0 ** rng.uniform(0, 0.5)
    target = np.append([1.0, rng.uniform(0.35, 0.45)], np.zeros(d - 2))
    cases = []
    for width, n_steps in ((2, 400), (d, 60)):
        problem = mf.Problem(target, rank=width)
        starts = [mf.deep.init(problem, depth=2, scale=scale, seed=rng) for _ in range(5)]
        cases += [DeepInstance(problem, start, 0.1, n_steps) for start in starts]
    return tuple(cases)
