"""A real matrix: how the brightness of neighbouring pixels of a photograph varies together.

The photograph is in the wheel of matplotlib, and Pillow, which matplotlib requires, reads it; both
are imported only when they are needed, so that ``import mftutor`` stays with NumPy.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mftutor._environment import extra
from mftutor._rounding import EPS
from mftutor._validation import FloatArray, integer, real_array


def portrait() -> FloatArray:
    """Return a photograph as numbers: the official portrait of Grace Hopper, in grey.

    A work of the United States Navy and as such in the public domain, as those say who added it to
    matplotlib (its pull request 1599). It ships as ``mpl-data/sample_data/grace_hopper.jpg``,
    under the permissive licence of matplotlib as a whole, and a comment in the file names its
    source, ``File:Grace_Hopper.jpg`` on Wikimedia Commons.

    Returns
    -------
    ndarray, shape (600, 512)
        Brightness from 0 (black) to 1 (white), row by row from the top.

    Examples
    --------
    >>> portrait().shape
    (600, 512)
    """
    with extra("notebooks"):
        from matplotlib.cbook import get_sample_data
        from PIL import Image

    path = str(get_sample_data("grace_hopper.jpg", asfileobj=False))
    with Image.open(path) as image:
        return np.asarray(image.convert("L"), dtype=float) / 255


def patch_covariance(image: ArrayLike, *, side: int = 8, stride: int = 4) -> FloatArray:
    """Return the covariance of the square patches of an image, without their mean brightness.

    Each patch is a vector of ``side²`` pixels, row by row, from which the mean of these pixels is
    subtracted: what is left says how the patch differs from plain grey. With such vectors p the
    matrix is the mean of ``p pᵀ``, divided by its largest eigenvalue. It is positive
    semi-definite, and the constant vector is in its null space.

    Parameters
    ----------
    image : array_like, shape (height, width)
        Brightness of the pixels, not constant on all patches.
    side : int
        The side of a patch, from 1 to the smaller side of the image.
    stride : int
        The distance between neighbouring patches, at least 1.

    Returns
    -------
    ndarray, shape (side², side²)
        With largest eigenvalue 1.

    Raises
    ------
    ValueError
        If the image is not a finite matrix, a number is outside its range, or all patches are
        constant.

    Examples
    --------
    >>> patch_covariance([[0.0, 1.0], [2.0, 5.0]], side=1)
    Traceback (most recent call last):
    ...
    ValueError: image must vary within the patches, got constant ones of side 1
    >>> patch_covariance([[0.0, 1.0], [0.0, 1.0]], side=2).round(2)[0]
    array([ 0.25, -0.25,  0.25, -0.25])
    """
    pixels = real_array("image", image, ("height", "width"))
    if not pixels.size:
        raise ValueError(f"image must not be empty, got shape {pixels.shape}")
    size = integer("side", side, 1, min(pixels.shape))
    step = integer("stride", stride, 1)
    windows = np.lib.stride_tricks.sliding_window_view(pixels, (size, size))
    patches = windows[::step, ::step].reshape(-1, size**2)
    # The units of brightness cancel in the end; in these, rounding is told from variation below.
    patches = patches / (np.abs(pixels).max() or 1.0)
    patches = patches - patches.mean(axis=1, keepdims=True)
    covariance = patches.T @ patches / len(patches)
    largest = float(np.linalg.eigvalsh(covariance)[-1])
    # What the subtraction of means leaves of constant patches is rounding.
    if largest <= (EPS * size**2) ** 2:
        raise ValueError(f"image must vary within the patches, got constant ones of side {size}")
    covariance /= largest
    return (covariance + covariance.T) / 2
