"""Answers to the exercises of "Solve it exactly"."""

import math

import numpy as np

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _logistic_time() -> float:
    """When p = λ/2 on the logistic curve with λ = 0.5 and p₀ = 0.001."""
    return float(mf.flow.hitting_times(mf.Problem([0.5], 1), [[0.001**0.5]], threshold=0.25)[0])


def _one_column_signal() -> float:
    """The signal at time 2 of the flow from (0.3, 0.4) for Σ = diag(1, 0.5)."""
    flow = mf.flow.solve(mf.Problem([1.0, 0.5], rank=1), [[0.3], [0.4]], 2.0)
    return float(flow.signal[0, 0])


def _from_infinity() -> tuple[float, float]:
    """Both signals at time 2 from an infinite square start, for λ = 0.5 and 0."""
    flow = mf.flow.from_infinity(mf.Problem([0.5, 0.0], rank=2), np.eye(2), 2.0)
    return float(flow.signal[0, 0]), float(flow.signal[0, 1])


QUESTIONS = {
    "logistic": Question(
        expected=_logistic_time,
        look_at="the equation for q = 1/p",
        hint="1/p − 1/λ falls at the rate 2λ. What is it at the start, and when p = λ/2?",
        labels=("the time",),
        exact=("ln 499",),
        mistakes=(
            Remark(2 * math.log(499), "That is the rate λ of x; the signal p = x² grows at 2λ."),
            Remark(math.log(250), "That is exponential growth alone, without the term −2p²."),
        ),
    ),
    "one column": Question(
        expected=_one_column_signal,
        look_at="the closed form with one column, where the bracket is a number",
        hint="The numerator is 0.09 e⁴; the bracket has 1 and a term for each row.",
        labels=("the signal",),
        mistakes=(
            Remark(
                0.09 * math.exp(4) / (1 + 0.09 * (math.exp(4) - 1)),
                "That leaves row 2 out of the bracket; both rows fill up the one column.",
            ),
            Remark(
                0.09 * math.exp(2) / (1 + 0.09 * (math.exp(2) - 1) + 0.32 * (math.exp(1) - 1)),
                "At time 2 the exponents are 2λs = 4 and 2.",
            ),
        ),
    ),
    "from infinity": Question(
        expected=_from_infinity,
        look_at="the ceiling on P(s)",
        hint="For an invertible N₀ the limit does not depend on it: take N₀ = I and single rows.",
        labels=("the entry for λ = 0.5", "the entry for λ = 0"),
        exact=("0.5/(1 − e⁻²)", "1/4"),
        mistakes=(
            Remark(0.5 / (1 - math.exp(-1)), "The exponent is 2λs, and s is 2."),
            Remark(0.5, "That is λ, the limit of late times; at s = 2 the flow is still above it."),
            Remark(0.0, "It falls to zero, but as slowly as 1/(2s).", place=1),
        ),
    ),
    "price of dimension": Question(
        # ln(100) / (2(λ_k − λ₃))
        expected=lambda: (math.log(100) / (2 * 0.7), math.log(100) / (2 * 0.2)),
        look_at="the second logarithm in the guaranteed time",
        hint="‖J₀v‖² grows like d; the logarithm is divided by 2(λ_k − λ₃).",
        relative_tolerance=0.002,
        labels=("the growth of T₁", "the growth of T₂"),
        exact=("ln 100 / 1.4", "ln 100 / 0.4"),
        mistakes=(
            Remark(
                math.log(100) / 2, "That is the first logarithm; the second one wins in the end."
            ),
            Remark(
                math.log(100),
                "That is the first logarithm; the second one wins in the end.",
                place=1,
            ),
            Remark(math.log(100) / 0.2, "The denominator is 2(λ₂ − λ₃).", place=1),
            Remark(3.26, "That is the growth from 10⁴ to 10⁶; it has not reached its limit there."),
            Remark(
                11.4,
                "That is the growth from 10⁴ to 10⁶; it has not reached its limit there.",
                place=1,
            ),
        ),
    ),
    "law of the delay": Question(
        # (r − k + 1) for r = 3; e^{−10 (λ_r − λ_{r+1})}
        expected=lambda: (3.0, 2.0, 1.0, math.exp(-2)),
        look_at="which part of row k is left when the rows before it have been learned",
        hint="Row 1 is free in r directions; each learned row takes one away.",
        relative_tolerance=(0.001, 0.001, 0.001, 0.005),
        labels=(
            "the number of degrees of freedom for k = 1",
            "the number for k = 2",
            "the number for k = 3",
            "the factor",
        ),
        exact=("3", "2", "1", "e⁻²"),
        mistakes=(
            Remark(
                math.exp(-4), "P(χ² < y) is like √y for one degree of freedom, not like y.", place=3
            ),
            Remark(
                math.exp(-5), "The rate is the gap λ_r − λ_{r+1}: the noise grows along.", place=3
            ),
        ),
    ),
}
