"""The photograph is what it is said to be, and the covariance of its patches is a covariance."""

import importlib.metadata
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.cbook import get_sample_data
from PIL import Image
from strategies import EPS, SEEDS, assert_refused

from mftutor.data.photograph import patch_covariance, portrait


@st.composite
def images(draw):
    """An image of at least two pixels, with a side and a stride of its patches."""
    rng = np.random.default_rng(draw(SEEDS))
    side = draw(st.integers(2, 4))
    shape = draw(st.tuples(st.integers(side, 9), st.integers(side, 9)))
    return rng.standard_normal(shape), side, draw(st.integers(1, 4))


def literal_covariance(image, side, stride):
    """Patch by patch."""
    height, width = image.shape
    total, count = np.zeros((side**2, side**2)), 0
    for i in range(0, height - side + 1, stride):
        for j in range(0, width - side + 1, stride):
            patch = image[i : i + side, j : j + side].ravel()
            total += np.outer(patch - patch.mean(), patch - patch.mean())
            count += 1
    return total / count


@given(images())
def test_the_covariance_is_its_definition(case):
    image, side, stride = case
    expected = literal_covariance(image, side, stride)
    expected /= np.linalg.eigvalsh(expected)[-1]
    found = patch_covariance(image, side=side, stride=stride)
    # Sums of at most 64 products of size at most one, over a largest eigenvalue that the smallest
    # of these draws keeps well above 1e-3 of the largest pixel squared.
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e6 * EPS)


@given(images())
def test_it_is_positive_semi_definite_with_plain_grey_in_the_null_space(case):
    image, side, stride = case
    matrix = patch_covariance(image, side=side, stride=stride)
    np.testing.assert_array_equal(matrix, matrix.T)
    values = np.linalg.eigvalsh(matrix)
    assert abs(values[-1] - 1) <= 100 * EPS * side**2
    assert values[0] >= -100 * EPS * side**2
    np.testing.assert_allclose(matrix @ np.ones(side**2), 0, atol=1e3 * EPS * side**2)


@given(images(), st.floats(-5, 5), st.sampled_from([1e-50, 0.1, -3.0, 1e50]))
def test_brightness_and_contrast_do_not_matter(case, brightness, contrast):
    image, side, stride = case
    first = patch_covariance(image, side=side, stride=stride)
    other = patch_covariance(contrast * (image + brightness), side=side, stride=stride)
    np.testing.assert_allclose(other, first, rtol=0, atol=1e7 * EPS)


def test_a_gradient_has_one_direction():
    matrix = patch_covariance(np.add.outer(np.arange(20.0), np.zeros(20)), side=3)
    np.testing.assert_allclose(np.linalg.eigvalsh(matrix), [0] * 8 + [1], atol=1e3 * EPS)


def test_bad_input_is_refused():
    image = np.eye(6)
    assert_refused(lambda: patch_covariance(np.zeros(6)), "image", "(height, width)")
    assert_refused(lambda: patch_covariance(np.zeros((0, 6)), side=1), "image", "(0, 6)")
    assert_refused(lambda: patch_covariance(np.full((9, 9), np.nan)), "image", "finite")
    assert_refused(lambda: patch_covariance(image, side=7), "side", "7")
    assert_refused(lambda: patch_covariance(image, side=0), "side", "0")
    assert_refused(lambda: patch_covariance(image, side=2, stride=0), "stride", ">= 1")
    for constant in (0.0, 0.1, 1e50):
        flat = np.full((9, 9), constant)
        assert_refused(lambda flat=flat: patch_covariance(flat, side=3), "image", "constant")


def test_the_portrait_is_in_the_wheel_and_needs_what_matplotlib_needs():
    image = portrait()
    assert image.shape == (600, 512)
    assert (image.min(), image.max()) == (0.0, 1.0)
    assert 0.2 < image.mean() < 0.6
    wheel = importlib.metadata.files("matplotlib")
    assert any(path.name == "grace_hopper.jpg" for path in wheel)
    required = importlib.metadata.requires("matplotlib")
    assert any(line.lower().startswith("pillow") for line in required)


def test_the_file_says_where_the_portrait_is_from():
    with Image.open(str(get_sample_data("grace_hopper.jpg", asfileobj=False))) as file:
        assert b"commons.wikimedia.org/wiki/File:Grace_Hopper.jpg" in file.info["comment"]


def test_the_portrait_s_patches_have_a_quickly_decaying_spectrum():
    values = np.linalg.eigvalsh(patch_covariance(portrait()))[::-1]
    assert values[1] == pytest.approx(0.789, abs=0.005)
    assert values[2] == pytest.approx(0.239, abs=0.005)
    # Five of 64 directions hold three quarters of the variance, and the others are not zero.
    assert values[:5].sum() / values.sum() == pytest.approx(0.751, abs=0.005)
    assert values[5:-1].min() > 1e-4


def test_the_module_alone_loads_neither_matplotlib_nor_pillow():
    script = "import mftutor.data, sys; assert not {'matplotlib', 'PIL'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
