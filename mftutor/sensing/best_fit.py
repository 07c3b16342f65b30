"""The best rank-s fits Z_s* of the measured loss, the stations of incremental learning.

``Z_s* = argmin f(U)`` over d×s factors: the loss is that of the measurements, so Z_s* is not the
truncation of the ground truth. It is sought from several starts by conjugate gradients with exact
line searches (along a line f is a quartic), which is not descent: that descent passes near
Z_s* is then an observation, and not built in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mftutor._validation import FloatArray, integer, random_generator, real_number, typed
from mftutor.sensing.problem import Problem, init
from mftutor.sensing.symmetric import pack, unpack

# Largest Hessian formed, in numbers of columns d·s.
MAX_VARIABLES = 1500


@dataclass(frozen=True, eq=False)
class Fit:
    """A stationary point of the measured loss, with what is known about it.

    Made by `best_fit` and `mftutor.sensing.greedy_low_rank`.

    Attributes
    ----------
    problem : Problem
    U : ndarray, shape (d, s)
        The factor.
    loss : float
        ``f(U)``.
    gradient_norm : float
        ``‖∇f(U)‖_F`` in units of ``μ₀^{3/2}``, with μ₀ the `escape_rate` of zero: zero at a
        stationary point.
    escape_rate : float
        The largest eigenvalue of ``−N(UUᵀ − Z*)``: how fast, per unit of ``η t``, a small extra
        column grows. At a stationary point, a rate ≤ 0 proves that no positive semi-definite
        matrix of whatever rank has a smaller loss, as f is convex in ``UUᵀ``.
    losses : ndarray, shape (n_starts,)
        The loss reached from each start, the smallest being `loss`. That they agree is evidence
        that the minimum is global, not proof.
    """

    problem: Problem
    U: FloatArray
    loss: float
    gradient_norm: float
    escape_rate: float
    losses: FloatArray

    def __repr__(self) -> str:
        return (
            f"Fit(rank {self.rank}, loss {self.loss:.4g}, gradient {self.gradient_norm:.1e}, "
            f"escape rate {self.escape_rate:.4g})"
        )

    @property
    def rank(self) -> int:
        """The number s of columns."""
        return self.U.shape[1]

    @property
    def matrix(self) -> FloatArray:
        """``UUᵀ``, shape (d, d)."""
        return self.U @ self.U.T

    def curvature(self) -> float:
        """The smallest second derivative of f at U, in unit directions other than rotations.

        f is constant along ``U Q``, Q orthogonal, and these s(s − 1)/2 directions are left out.
        Positive at a strict local minimum, negative at a saddle, in the units of the
        eigenvalues. It takes ``(ds)²`` numbers and ds applications of N.

        Raises
        ------
        ValueError
            If ds > 1500.
        """
        second = hessian(self.problem, self.U)
        # Where f cannot change the largest curvature is put, so that the smallest is not there.
        basis, sizes, _ = np.linalg.svd(_rotations(self.U), full_matrices=False)
        basis = basis[:, sizes > 1e-9 * sizes.max(initial=0.0)]
        lifted = second + np.linalg.norm(second) * basis @ basis.T
        return float(np.linalg.eigvalsh(lifted)[0])


@typed
def best_fit(
    problem: Problem,
    rank: int,
    *,
    seed: int | np.random.Generator,
    n_starts: int = 4,
    n_steps: int = 2000,
    tolerance: float = 1e-10,
) -> Fit:
    """Find the matrix of at most a given rank that fits the measurements best.

    The first start is the spectral one, the leading eigenvectors of ``N Z*``, the second the
    truncation of the ground truth (which an oracle must tell), the others are Gaussian.

    Parameters
    ----------
    problem : Problem
        Not with Z* = 0.
    rank : int
        The number s of columns, from 1 to d.
    seed : int or numpy.random.Generator
        For the Gaussian starts.
    n_starts : int
        At least 1.
    n_steps : int
        At most so many iterations from each start. Beyond the rank of the ground truth they may
        not be enough, as convergence is slow where the extra columns vanish; `Fit.gradient_norm`
        says what was reached.
    tolerance : float
        Where `Fit.gradient_norm` is small enough to stop.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If an argument is outside its range, or the ground truth is zero, or outside ``1e±40``.

    Examples
    --------
    >>> import mftutor as mf
    >>> measurements = mf.sensing.gaussian_measurements(30, 300, seed=0)
    >>> problem = mf.sensing.Problem(measurements, [1.0, 0.6, 0.3])
    >>> fit = best_fit(problem, 1, seed=0)
    >>> round(float(np.linalg.norm(fit.matrix - problem.truncation(1))), 2)
    0.39
    """
    columns = integer("rank", rank, 1, problem.dimension)
    rng, steps = random_generator(seed), integer("n_steps", n_steps, 0)
    accuracy, unit = real_number("tolerance", tolerance), gradient_unit(problem)
    starts = [_leading_factor(_image_of_truth(problem), columns)]
    starts.append(_leading_factor(problem.truncation(columns), columns))
    size, n_random = np.sqrt(problem.eigenvalues[0]), integer("n_starts", n_starts, 1) - 2
    starts += [init(problem, columns, scale=size, seed=rng) for _ in range(n_random)]
    ends = [_conjugate_gradients(problem, U, steps, accuracy * unit) for U in starts[:n_starts]]
    losses = np.array([problem.residual(U)[2] for U in ends])
    return describe(problem, ends[int(losses.argmin())], losses)


def describe(problem: Problem, U: FloatArray, losses: FloatArray | None = None) -> Fit:
    """Say what is known of the point U, shape (d, s), as a `Fit`."""
    with np.errstate(over="ignore", invalid="ignore"):  # U may be the end of a run that diverged
        _, slope, loss = problem.residual(U)
        gradient = float(np.linalg.norm(slope @ U)) / gradient_unit(problem)
    finite = bool(np.isfinite(slope).all() and np.isfinite(gradient))
    loss, gradient = (loss, gradient) if finite else (np.inf, np.inf)
    escape_rate = -float(np.linalg.eigvalsh(slope)[0]) if finite else np.nan
    reached = np.array([loss]) if losses is None else losses
    return Fit(problem, U, loss, gradient, escape_rate, reached)


def gradient_unit(problem: Problem) -> float:
    """``μ₀^{3/2}``, μ₀ the largest eigenvalue of ``N Z*``; refused if that is not positive.

    Nor may it be outside 1e±40: line searches take fourth powers of gradients, which are sixth
    powers of μ₀.
    """
    top = float(np.linalg.eigvalsh(_image_of_truth(problem))[-1])
    if top <= 0:
        raise ValueError(f"problem must have a positive eigenvalue of N Z*, got {top:.3g}")
    if not 1e-40 <= top <= 1e40:
        raise ValueError(f"problem must have its eigenvalues from 1e-40 to 1e40, got {top:.3g}")
    return top**1.5


def _image_of_truth(problem: Problem) -> FloatArray:
    """``N Z*``, shape (d, d): minus the gradient of f in ``UUᵀ`` at zero."""
    return unpack(problem.measurements.normal(problem.packed_truth))


def _leading_factor(matrix: FloatArray, columns: int) -> FloatArray:
    """U with UUᵀ the best positive semi-definite approximation of that rank, shape (d, s)."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors[:, -columns:] * np.sqrt(np.maximum(values[-columns:], 0.0))


def _conjugate_gradients(
    problem: Problem, U: FloatArray, n_steps: int, tolerance: float
) -> FloatArray:
    """Minimize f from U until ``‖∇f‖_F ≤ tolerance``: Polak and Ribière, restarted."""
    residual, slope, _ = problem.residual(U)
    gradient = slope @ U
    direction = -gradient
    for _ in range(n_steps):
        squared = float(np.square(gradient).sum())
        if squared <= tolerance**2:
            break
        if float((gradient * direction).sum()) >= 0:
            direction = -gradient
        U = U + _exact_step(problem, residual, slope, U, direction) * direction
        residual, slope, _ = problem.residual(U)
        previous, gradient = gradient, slope @ U
        momentum = float((gradient * (gradient - previous)).sum()) / squared
        direction = max(momentum, 0.0) * direction - gradient
    return U


def _exact_step(
    problem: Problem,
    residual: FloatArray,
    slope: FloatArray,
    U: FloatArray,
    direction: FloatArray,
) -> float:
    """The t that minimizes ``f(U + tV)``, whose residual is ``E + t(UVᵀ + VUᵀ) + t² VVᵀ``."""
    across = U @ direction.T
    linear, square = pack(across + across.T), pack(direction @ direction.T)
    images = problem.measurements.normal(np.column_stack([linear, square]))
    image = pack(slope)
    quartic = np.array(
        [
            square @ images[:, 1],
            2 * linear @ images[:, 1],
            linear @ images[:, 0] + 2 * square @ image,
            2 * linear @ image,
            0.0,
        ]
    )
    roots = np.roots(np.polyder(quartic))
    real = roots.real[np.abs(roots.imag) <= 1e-9 * np.abs(roots)]
    return float(real[np.polyval(quartic, real).argmin()]) if real.size else 0.0


def hessian(problem: Problem, U: FloatArray) -> FloatArray:
    """Second derivatives of f, ``⟨N E, VVᵀ⟩ + ½⟨UVᵀ + VUᵀ, N(UVᵀ + VUᵀ)⟩``; (ds, ds)."""
    d, s = U.shape
    if d * s > MAX_VARIABLES:
        raise ValueError(f"U must have at most {MAX_VARIABLES} entries for this, got {d * s}")
    directions = np.eye(d * s).reshape(-1, d, s)
    across = U @ directions.transpose(0, 2, 1)
    changes = pack(across + across.transpose(0, 2, 1)).T
    slope = problem.residual(U)[1]
    return np.kron(slope, np.eye(s)) + changes.T @ problem.measurements.normal(changes) / 2


def _rotations(U: FloatArray) -> FloatArray:
    """The directions ``UΩ``, Ω antisymmetric, as columns; shape (ds, s(s − 1)/2)."""
    s = U.shape[1]
    rows, columns = np.triu_indices(s, 1)
    turns = np.zeros((rows.size, s, s))
    turns[np.arange(rows.size), rows, columns] = 1.0
    return (U @ (turns - turns.transpose(0, 2, 1))).reshape(rows.size, U.size).T
