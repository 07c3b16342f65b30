"""Answers to the exercises of "Meet real data: the patches of a photograph"."""

import math

import numpy as np

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _spectrum() -> list[float]:
    """The eigenvalues of the portrait's patches, in decreasing order."""
    return np.linalg.eigvalsh(mf.data.patch_covariance(mf.data.portrait()))[::-1].tolist()


def _patch_numbers() -> tuple[float, float]:
    """The numbers behind a 64×64 matrix of rank 5, and the rank within 10 % of the portrait's."""
    values = _spectrum()
    missing = [np.linalg.norm(values[rank:]) for rank in range(len(values))]
    rank = int(np.argmax(np.array(missing) <= 0.1 * missing[0]))
    return float(64 * 5 - 5 * 4 // 2), float(rank)


def _small_gap() -> tuple[float, float]:
    """How far the portrait's fourth signal leads from α = 10⁻³, and the α for a factor of 100."""
    values = _spectrum()
    gap = 1 - values[4] / values[3]
    return (0.1 / 1e-6) ** gap, math.sqrt(0.1 / 100 ** (1 / gap))


QUESTIONS = {
    "patch numbers": Question(
        expected=_patch_numbers,
        look_at="the turns that change U and not UUᵀ, and the tail of the spectrum",
        hint="A 64×5 factor has 320 entries; how many parameters does a turn of 5 columns have?",
        labels=("the number of degrees of freedom", "the smallest rank"),
        exact=("310", "8"),
        mistakes=(
            Remark(
                320.0, "Those are the entries of U; UUᵀ does not change if the columns are turned."
            ),
            Remark(2080.0, "Those are all entries of a symmetric matrix."),
            Remark(7.0, "At rank 7 the error is still 10.7 %.", place=1),
        ),
    ),
    "small gap": Question(
        expected=_small_gap,
        look_at="the exponent, which is one minus a quotient of eigenvalues",
        hint="When p₄ is 0.1, what is e^{2s}? Put that to the power λ₅ for p₅.",
        relative_tolerance=(0.03, 0.1),
        labels=("the factor", "the scale"),
        mistakes=(
            Remark(1e5 ** (0.1952 - 0.17024), "The exponent is the gap in units of λ₄."),
            Remark(2.29e-17, "That is α²; take the root.", place=1),
        ),
        accepted=(
            Remark(
                (0.1 / 100 ** (1 / (1 - 1 / 1.15))) ** 0.5,
                "Yours comes from the rounded quotient 1.15, to which it is that sensitive.",
                place=1,
            ),
        ),
    ),
}
