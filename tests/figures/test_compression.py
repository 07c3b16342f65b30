"""The figures of the compression show the numbers they were given."""

import numpy as np
import pytest

import mftutor as mf
from mftutor import figures


def legend(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


def test_growth_factors_has_a_dot_for_each_row():
    eigenvalues, factors = np.linspace(0.3, 0, 7), np.exp(np.linspace(1, -1, 7))
    (axes,) = figures.growth_factors(eigenvalues, {"a": factors, "b": factors**2}).axes
    first, second = axes.get_lines()
    np.testing.assert_array_equal(first.get_xydata().T, [eigenvalues, factors])
    np.testing.assert_array_equal(second.get_ydata(), factors**2)
    assert axes.get_yscale() == "log"
    assert legend(axes) == ["a", "b"]
    with pytest.raises(ValueError, match=r"factors must have shape \(7,\)"):
        figures.growth_factors(eigenvalues, {"a": factors[:3]})


def test_quadrature_nodes_crosses_the_weights_added_up():
    rng = np.random.default_rng(0)
    values, x = np.linspace(0.3, 0.0, 500), rng.standard_normal((500, 1))
    nodes, rows = mf.compression.block_quadrature(values, x, 6)
    left, right = figures.quadrature_nodes(values, x[:, 0] ** 2, nodes, rows[:, 0] ** 2).axes
    cloud, marks = left.get_lines()
    np.testing.assert_array_equal(cloud.get_xydata().T, [values, x[:, 0] ** 2])
    np.testing.assert_array_equal(marks.get_xydata().T, [nodes, rows[:, 0] ** 2])
    (sums,) = right.get_lines()
    np.testing.assert_allclose(sums.get_ydata(), np.cumsum(x[::-1, 0] ** 2))
    levels, edges, _ = right.patches[0].get_data()
    np.testing.assert_allclose(edges, [0.0, *nodes[::-1], 0.3])
    np.testing.assert_allclose(levels, [0.0, *np.cumsum(rows[::-1, 0] ** 2)])
    # As Chebyshev, Markov and Stieltjes proved: at each node the steps enclose the sums.
    below, above = levels[:-1], levels[1:]
    at_nodes = [np.sum(x[values <= node] ** 2) for node in nodes[::-1]]
    assert (below < at_nodes).all()
    assert (at_nodes < above).all()
    with pytest.raises(ValueError, match=r"node_weights must have shape \(6,\)"):
        figures.quadrature_nodes(values, x[:, 0], nodes, rows[:2, 0])


def test_error_against_blocks_draws_each_guess_in_the_colour_of_its_curve():
    blocks = [2, 4, 8]
    errors, guesses = {"a": [1, 0.1, 0.01], "b": [1, 0.5, 0.2]}, {"a": [1, 1, 1], "b": [2, 2, 2]}
    (axes,) = figures.error_against_blocks(blocks, errors, guesses).axes
    lines = axes.get_lines()
    for i, label in enumerate("ab"):
        measured, guess = lines[2 * i : 2 * i + 2]
        np.testing.assert_array_equal(measured.get_xydata().T, [blocks, errors[label]])
        np.testing.assert_array_equal(guess.get_ydata(), guesses[label])
        assert measured.get_color() == guess.get_color()
        assert (measured.get_linestyle(), guess.get_linestyle()) == ("-", ":")
    assert lines[4].get_ydata()[0] == np.finfo(float).eps
    with pytest.raises(ValueError, match=r"guesses must have the labels \['a', 'b'\]"):
        figures.error_against_blocks(blocks, errors, {"a": [1, 1, 1]})
    with pytest.raises(ValueError, match=r"errors must have shape \(3,\)"):
        figures.error_against_blocks(blocks, {"a": [1.0]}, {"a": [1.0, 1.0, 1.0]})


def test_times_against_dimension_shows_medians_bands_and_fits():
    d, fits = [20, 100, 400], [(6.0, -5.0), (21.0, -16.6)]
    # τ₁ = 1 … 19 in random order, then more; half of τ₂ in 400 dimensions is not reached.
    order = np.random.default_rng(0).permutation(19) + 1.0
    times = np.stack([np.stack([order + n, 2 * order + n], axis=1) for n in (0, 9, 90)])
    times[2, order > 9, 1] = np.nan
    (axes,) = figures.times_against_dimension(d, times, fits).axes
    lines = axes.get_lines()
    for k, (medians, ends) in enumerate([([10, 19, 100], (1, 109)), ([20, 29, np.inf], (2, 47))]):
        marks, fit = lines[2 * k : 2 * k + 2]
        np.testing.assert_array_equal(marks.get_xdata(), d)
        np.testing.assert_array_equal(marks.get_ydata(), medians)
        np.testing.assert_allclose(fit.get_ydata(), fits[k][0] * np.log(d) + fits[k][1])
        band = axes.collections[k].get_paths()[0].vertices[:, 1]
        assert (band.min(), band[np.isfinite(band)].max()) == ends
    assert r"$21.0\,\ln d -16.6$" in legend(axes)
    with pytest.raises(ValueError, match=r"fits must have shape \(2, 2\)"):
        figures.times_against_dimension(d, times, fits[:1])
    with pytest.raises(ValueError, match=r"dimensions must have shape \(3,\)"):
        figures.times_against_dimension(d[:2], times, fits)


def test_step_costs_dots_what_was_not_measured():
    timings = mf.data.recorded_timings()
    (axes,) = figures.step_costs(timings).axes
    lines = axes.get_lines()
    for i, what in enumerate(["formed", "kept", "rows", "compressed"]):
        drawn, dotted = lines[2 * i : 2 * i + 2]
        np.testing.assert_array_equal(dotted.get_xdata(), timings.dimensions)
        all_lines = [timings.of(what, d) for d in timings.dimensions]
        np.testing.assert_allclose(dotted.get_ydata(), [1e3 * line.median for line in all_lines])
        measured = [line.dimension for line in all_lines if not line.extrapolated]
        np.testing.assert_array_equal(drawn.get_xdata(), measured)
        assert (drawn.get_linestyle(), dotted.get_linestyle()) == ("-", ":")
    assert len(legend(axes)) == 4
