"""Answers to the exercises of "Peel off one eigenvector at a time"."""

import mftutor as mf
from mftutor.exercises.question import Question, Remark


def _one_column_less() -> tuple[float, float]:
    """The eigenvalue that a column too many learns, and Figure 1's price at t = 100, seed 1."""
    problem = mf.figure_1_problem()
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=100)
    price = run.noise[100, 0] ** 2 / run.signal[100, 0]
    return float(problem.eigenvalues[2]), float(price)


QUESTIONS = {
    "one column less": Question(
        expected=_one_column_less,
        look_at="the spare column, and noise squared over signal",
        hint="With two columns descent learns the two largest eigenvalues of what is left.",
        relative_tolerance=(0.001, 0.01),
        labels=("the distance of the limits", "the price at t = 100"),
        exact=("0.3", ""),
        mistakes=(
            Remark(
                0.5, "That is λ₂, which both learn; they differ in what the spare column learns."
            ),
            Remark(
                0.0295,
                "That is the noise itself; the price is its square over the signal.",
                place=1,
            ),
        ),
        accepted=(
            Remark(
                0.030**2 / 0.997,
                "Yours is the price from the digits in the table, which round it up.",
                place=1,
            ),
        ),
    ),
}
