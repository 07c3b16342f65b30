"""Whether a figure can be read in print, in the dark and without colour.

Read in the dark: it brings its own white background. Without colour: what a legend or a
histogram tells apart differs in dashes, markers, hatching or lightness, not in hue alone.
"""

from itertools import combinations

import numpy as np
from matplotlib.colors import to_rgb, to_rgba

# Differences of lightness L* (of 100) that grey printing keeps, and contrasts of WCAG 2.
LIGHTNESS, LINE_CONTRAST, TEXT_CONTRAST = 20, 3.0, 4.5


def complaints(figure):
    """What makes the figure hard to read, as sentences; none if it is fine."""
    found = []
    if to_rgba(figure.get_facecolor()) != (1, 1, 1, 1):
        found.append("the figure is not framed in white")
    for number, axes in enumerate(figure.axes):
        where = f"axes {number}"
        if to_rgba(axes.get_facecolor()) != (1, 1, 1, 1):
            found.append(f"{where} are not white")
        found += [f"{where}: {text}" for text in faint(axes) + alike(axes)]
    return found


def faint(axes):
    """Lines and words that hardly differ from the white behind them."""
    lines = [line for line in axes.get_lines() if line.get_visible()]
    found = [
        f"line {line.get_label()!r} is too faint"
        for line in lines
        if contrast(line.get_color(), line.get_alpha()) < LINE_CONTRAST
    ]
    # Words on a heat map stand on its colours.
    words = [] if axes.images else [*axes.texts, axes.title, axes.xaxis.label, axes.yaxis.label]
    found += [
        f"{text.get_text()!r} is too faint"
        for text in words
        if text.get_text() and contrast(text.get_color(), text.get_alpha()) < TEXT_CONTRAST
    ]
    return found


def alike(axes):
    """Pairs that only their hue tells apart: lines of a legend, bars of histograms."""
    named = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
    found = [
        f"lines {one.get_label()!r} and {other.get_label()!r} differ in hue alone"
        for one, other in combinations(named, 2)
        if strokes(one) == strokes(other) and similar(one.get_color(), other.get_color())
    ]
    bars = {(tuple(bar.get_facecolor()), bar.get_hatch() or "") for bar in axes.patches}
    found += [
        f"patches with hatching {hatch!r} differ in hue alone"
        for (one, hatch), (other, other_hatch) in combinations(sorted(bars), 2)
        if hatch == other_hatch and similar(one, other)
    ]
    return found


def strokes(line):
    """What is left of a line in one colour: dashes, marker, and whether it is thin or thick."""
    if line.get_linestyle() == "None":
        return ("points", str(line.get_marker()))
    # Not get_linestyle, which calls every pattern of one's own "--".
    width = "thin" if line.get_linewidth() <= 1 else "thick" if line.get_linewidth() >= 4 else ""
    return (str(line._unscaled_dash_pattern), str(line.get_marker()), width)


def similar(one, other):
    """Whether two colours have about the same lightness."""
    return abs(lightness(one) - lightness(other)) < LIGHTNESS


def luminance(color, alpha=None):
    """Relative luminance of a colour on white, from 0 to 1."""
    *rgb, own_alpha = to_rgba(color)
    strength = own_alpha if alpha is None else alpha
    on_white = 1 - strength * (1 - np.array(to_rgb(rgb)))
    linear = np.where(on_white <= 0.04045, on_white / 12.92, ((on_white + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def lightness(color):
    """CIE lightness L* of a colour on white, from 0 to 100."""
    y = luminance(color)
    return 116 * y ** (1 / 3) - 16 if y > (6 / 29) ** 3 else 903.3 * y


def contrast(color, alpha=None):
    """Contrast with white, from 1 to 21."""
    return 1.05 / (luminance(color, alpha) + 0.05)
