"""The figures of rank one show the numbers of the run, also where it diverged."""

import numpy as np
import pytest

import mftutor as mf
from mftutor import figures

PROBLEM = mf.Problem([2.0, 1.0], rank=1)


def snr_from(*start, step_size=1 / 24, n_steps=60):
    return mf.rank_one_snr(PROBLEM, start, step_size=step_size, n_steps=n_steps)


def test_the_plane_holds_every_path_its_start_the_saddle_and_the_limit():
    snrs = {"one": snr_from(0.1, 1.0), "two": snr_from(1.0, 1.6)}
    (axes,) = figures.signal_noise_plane(snrs).axes
    *lines, saddle, limit = axes.get_lines()
    for (path, start), snr in zip((lines[:2], lines[2:]), snrs.values(), strict=True):
        np.testing.assert_array_equal(path.get_xydata().T, [snr.alpha, snr.beta])
        np.testing.assert_array_equal(start.get_xydata(), [[snr.alpha[0], snr.beta[0]]])
    np.testing.assert_allclose(limit.get_xydata(), [[2**0.5, 0]])
    np.testing.assert_allclose(saddle.get_xydata(), [[0, 1]])
    assert axes.patches[0].r == pytest.approx(2)  # ‖x‖² = 2λ₁ = 4
    assert axes.get_xlim()[1] > 2
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "two"]


def test_a_diverged_point_is_left_out_and_a_diverged_start_is_not():
    late = snr_from(0.1, 8.0, n_steps=10)
    assert late.run.diverged_at not in (None, 0)
    path = figures.signal_noise_plane({"": late}).axes[0].get_lines()[0]
    assert len(path.get_xdata()) == len(late.alpha) - 1
    at_once = snr_from(0.1, 20.0)
    assert at_once.run.diverged_at == 0
    axes = figures.signal_noise_plane({"": at_once}).axes[0]
    np.testing.assert_array_equal(axes.get_lines()[0].get_xydata(), [[0.1, 20.0]])
    assert axes.get_ylim()[1] > 20
    figures.rank_one_panels(at_once, 0)


def test_ratio_and_bounds_are_those_of_the_result():
    snr = snr_from(0.01, 0.8)
    (axes,) = figures.ratio_and_bounds(snr).axes
    for line, values in zip(
        axes.get_lines(), (snr.noise_to_signal, snr.sharp_bound, snr.bound), strict=True
    ):
        np.testing.assert_array_equal(line.get_ydata(), values)
    assert axes.get_yscale() == "log"


def test_panels_mark_the_step():
    snr = snr_from(0.01, 0.8)
    left, right = figures.rank_one_panels(snr, 30).axes
    np.testing.assert_array_equal(
        left.get_lines()[-1].get_xydata(), [[snr.alpha[30], snr.beta[30]]]
    )
    np.testing.assert_array_equal(right.get_lines()[-1].get_xdata(), [30, 30])


def test_pictures_without_noise_or_signal_are_drawn():
    for start in [(0.5, 0.0), (0.0, 0.5), (0.0, 0.0)]:
        figures.rank_one_panels(snr_from(*start), 3).draw_without_rendering()
