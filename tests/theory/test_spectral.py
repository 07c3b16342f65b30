"""The spectral phase: the exact difference, its bound, its slope, and the three scales."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import SEEDS, assert_refused, cases, literal_descent, squared_norms

import mftutor as mf

FIGURE_1 = mf.figure_1_problem()


def spectral_error(scale: float, seed: int = 1, n_steps: int = 50) -> np.ndarray:
    """The spectral error on Figure 1's problem."""
    X0 = mf.gaussian_init(FIGURE_1, scale=scale, seed=seed)
    return mf.theory.spectral_error(FIGURE_1, X0, step_size=0.1, n_steps=n_steps)


@given(cases(n_steps=15))
def test_agrees_with_the_literal_difference(case):
    iterates = case.literal()
    growth = np.eye(case.problem.dimension) + case.step_size * np.diag(case.problem.eigenvalues)
    powers = np.array([np.linalg.matrix_power(growth, t) @ case.X0 for t in range(16)])
    assume(np.linalg.norm(powers[-1]) > 0)
    sizes = np.linalg.norm(powers, 2, axis=(1, 2))
    expected = np.linalg.norm(iterates - powers, 2, axis=(1, 2)) / sizes
    found = mf.theory.spectral_error(
        case.problem, case.X0, step_size=case.step_size, n_steps=case.n_steps
    )
    # Rounding of X and L enters the literal difference: some ε a step, relative to L.
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@given(cases(step_sizes=(0.01, 0.3), start_sizes=(1e-8, 1e-3)))
def test_is_within_the_bound_of_the_proposition(case):
    """ϖ² g^{2t} ‖N₀‖³ / (2λ₁‖ν₁‖) while η‖X_s‖² ≤ 2."""
    eigenvalues = case.problem.eigenvalues
    first = np.linalg.norm(case.X0[0])
    iterates = literal_descent(np.diag(eigenvalues), case.X0, case.step_size, case.n_steps)
    assume(eigenvalues[0] > 0)
    assume(first > 0)
    assume((case.step_size * squared_norms(iterates) <= 2).all())
    growth = (1 + case.step_size * eigenvalues[0]) ** np.arange(case.n_steps + 1)
    size = np.linalg.norm(case.X0, 2)
    bound = growth**2 * size**2 * (size / first) / (2 * eigenvalues[0])
    found = mf.theory.spectral_error(
        case.problem, case.X0, step_size=case.step_size, n_steps=case.n_steps
    )
    assert (found <= bound * (1 + 1e-12)).all()


def test_values_on_figure_1():
    values = [spectral_error(scale)[-1] for scale in (1e-4, 0.1, 0.5)]
    np.testing.assert_allclose(values, [1.4e-7, 0.115, 0.645], rtol=0.02)


@pytest.mark.parametrize("seed", [0, 1])
def test_slope_two(seed):
    small, large = (spectral_error(scale, seed)[-1] for scale in (1e-5, 1e-4))
    assert np.log10(large / small) == pytest.approx(2, abs=1e-4)


def test_is_exact_where_a_subtraction_would_be_lost():
    """At ϖ = 1e-12 the error is 1e-23, far below rounding of X."""
    assert spectral_error(1e-12)[-1] == pytest.approx(1e-16 * spectral_error(1e-4)[-1], rel=1e-6)


def test_long_runs_do_not_overflow():
    problem = mf.Problem([1.0, 0.5, 0.25], rank=1)
    error = mf.theory.spectral_error(problem, np.full((3, 1), 0.1), step_size=1.0, n_steps=2000)
    assert error[-1] == pytest.approx(1)


def test_rows_of_zeros_and_zero_starts_are_no_trouble():
    problem = mf.Problem([1.0, 0.5, 0.25], rank=1)
    error = mf.theory.spectral_error(problem, [[0.0], [0.1], [0.1]], step_size=1.0, n_steps=3000)
    assert np.isfinite(error).all()
    zero = mf.theory.spectral_error(problem, np.zeros((3, 1)), step_size=1.0, n_steps=5)
    np.testing.assert_array_equal(zero, np.zeros(6))


def test_a_diverging_run_ends_the_curve():
    problem = mf.Problem([1.0, 0.5], rank=1)
    error = mf.theory.spectral_error(problem, [[10.0], [10.0]], step_size=0.1, n_steps=5)
    assert len(error) == 1


@given(SEEDS, st.integers(0, 5))
def test_starts_at_zero(seed, n_steps):
    X0 = np.random.default_rng(seed).standard_normal((4, 2)) / 4
    problem = mf.Problem([1.0, 0.5, 0.25, 0.0], rank=2)
    error = mf.theory.spectral_error(problem, X0, step_size=0.1, n_steps=n_steps)
    assert error.shape == (n_steps + 1,)
    assert error[0] == 0


# The three scales


def test_condition_12_and_the_crossover_on_figure_1():
    assert mf.theory.log10_small_scale(FIGURE_1) == pytest.approx(-75 * np.log10(4000))
    assert -271 < mf.theory.log10_small_scale(FIGURE_1) < -270
    assert mf.theory.noise_free_scale(FIGURE_1) == pytest.approx(4000**-0.75)


@given(st.integers(2, 50), st.floats(0.01, 1), st.floats(0.01, 1))
def test_scales_are_the_printed_formulas(dimension, second, share):
    eigenvalues = np.full(dimension, second * (1 - share))
    eigenvalues[0] = second
    problem = mf.Problem(eigenvalues, rank=1)
    assume(problem.eigengap_at_rank > 0)
    kappa = second / problem.eigengap_at_rank
    printed = np.log10(dimension) * min(-0.5, -3 * kappa**2)
    assert mf.theory.log10_small_scale(problem) == pytest.approx(printed)
    power = -eigenvalues[1] / (2 * problem.eigengap_at_rank)
    assert np.log(mf.theory.noise_free_scale(problem)) == pytest.approx(
        power * np.log(dimension), rel=1e-6, abs=1e-12
    )


def test_the_crossover_does_not_matter_without_noise():
    assert mf.theory.noise_free_scale(mf.Problem([1.0, 0.5], rank=2)) == 1


@pytest.mark.parametrize("scale", [mf.theory.log10_small_scale, mf.theory.noise_free_scale])
def test_a_zero_gap_is_refused(scale):
    problem = mf.Problem([1.0, 0.5, 0.5], rank=2)
    assert_refused(lambda: scale(problem), "problem", "gap of 0", "r = 2")


def test_bad_arguments_are_refused():
    problem = mf.Problem([1.0, 0.5], rank=1)
    X0 = [[0.1], [0.1]]
    for bad in [0, -1.0, np.nan]:
        assert_refused(
            lambda bad=bad: mf.theory.spectral_error(problem, X0, step_size=bad, n_steps=5),
            "step_size",
        )
    assert_refused(
        lambda: mf.theory.spectral_error(problem, X0, step_size=1, n_steps=-1), "n_steps"
    )
    assert_refused(lambda: mf.theory.spectral_error(problem, X0[:1], step_size=1, n_steps=1), "X0")
