"""The picture of a circle and its image shows the singular value decomposition."""

import numpy as np
import pytest

from mftutor import figures


def ends(axes):
    """End points of the two arrows, and the angle-sorted closed curve."""
    curve, first, _, second, _ = axes.get_lines()
    return curve.get_xydata(), first.get_xydata()[1], second.get_xydata()[1]


@pytest.mark.parametrize("seed", range(5))
def test_right_singular_vectors_go_to_half_axes(seed):
    M = np.random.default_rng(seed).standard_normal((2, 2))
    before, after = figures.circle_and_image(M).axes
    circle, b1, b2 = ends(before)
    ellipse, a1, a2 = ends(after)
    np.testing.assert_allclose(np.linalg.norm(circle, axis=1), 1)
    np.testing.assert_allclose(ellipse, circle @ M.T)
    np.testing.assert_allclose([M @ b1, M @ b2], [a1, a2], atol=1e-14)
    np.testing.assert_allclose([b1 @ b2, a1 @ a2], 0, atol=1e-13)
    assert b1[1] >= 0
    assert b2[1] >= 0
    # The half axes are the longest and the shortest radius; points are a degree apart.
    radii = np.linalg.norm(ellipse, axis=1)
    sizes = np.linalg.norm([a1, a2], axis=1)
    np.testing.assert_allclose(sizes, np.linalg.svd(M, compute_uv=False))
    rounding, half_degree = 1e-14 * sizes[0], np.pi / 360
    assert sizes[0] * np.cos(half_degree) - rounding <= radii.max() <= sizes[0] + rounding
    assert sizes[1] - rounding <= radii.min()
    assert radii.min() <= np.hypot(sizes[1], sizes[0] * half_degree) + rounding


def test_a_matrix_without_an_inverse_is_drawn():
    figures.circle_and_image([[1, 1], [1, 1]]).draw_without_rendering()


@pytest.mark.parametrize("matrix", [np.eye(3), [[np.nan, 0], [0, 1]]])
def test_other_matrices_are_refused(matrix):
    with pytest.raises(ValueError, match="matrix"):
        figures.circle_and_image(matrix)
