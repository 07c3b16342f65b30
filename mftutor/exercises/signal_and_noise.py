"""Answers to the exercises of "Follow the signal and the noise"."""

from mftutor.exercises.question import Question, Remark

QUESTIONS = {
    "sign condition": Question(
        # λ = (2, 1, 0.1), η = 1/2
        expected=lambda: 1 + 0.5 * (1.0 + 0.1) / 2,
        look_at="the factor of the last row, which is the smallest of all",
        hint="The largest of |1 + ηλ_i − η‖x‖²|, i ≥ 2, belongs to i = 2 or to i = d.",
        labels=("the largest η‖x‖²",),
        exact=("1.275",),
        mistakes=(
            Remark(1.0, "That is enough, but more is allowed."),
            Remark(1.05, "Factors may be negative, as long as they are not too large in size."),
            Remark(1.5, "Then the factor of row 2 is still positive, but row d is in the way."),
        ),
    ),
    "sharpened constant": Question(
        expected=lambda: 1 / (1 + 1 / 12),
        look_at="the denominator 1 + ηλ₁ − η‖x‖² of the exact rate",
        hint="Write the fraction as 1 − ηΔ/(…); when is the denominator largest?",
        labels=("the constant c",),
        exact=("12/13",),
        mistakes=(
            Remark(1 / 3, "That is the paper's constant; the hypotheses give more."),
            Remark(2 / 3, "That is h(1/2), but under the hypotheses s never comes near 1/2."),
            Remark(1.0, "That is the rate at the limit, ‖x‖² = λ₁; before, descent is slower."),
        ),
    ),
    "where the printed condition breaks": Question(
        # 2λ₁ = √(2/η + λ₁) with ηλ₁ = 1/12
        expected=lambda: (2 * 12 + 1) / 4,
        look_at="the threshold ηx² > 2 + ηλ₁ at ηλ₁ = 1/12",
        hint="Insert ‖x₀‖ = 2λ₁ and η = 1/(12λ₁) in the threshold.",
        labels=("the eigenvalue λ₁",),
        exact=("6.25",),
        mistakes=(
            Remark(6.0, "That leaves out the term ηλ₁ of the threshold."),
            Remark(9.25, "A norm that at least doubles, ηx² > 3 + ηλ₁, is more than is needed."),
        ),
    ),
}
