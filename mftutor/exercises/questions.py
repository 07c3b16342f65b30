"""The exercises' answers, computed by the library where it can, and mistakes often made."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

import mftutor as mf


@dataclass(frozen=True)
class Question:
    """A question with a number, or a few, for an answer.

    `expected` computes the right numbers; `labels` name them; `relative_tolerance` says how
    far off still counts as right (zero has to be met exactly); `mistakes` maps numbers often
    given to what went wrong with them; `look_at` completes "Look at …".
    """

    expected: Callable[[], float | tuple[float, ...]]
    look_at: str
    hint: str
    relative_tolerance: float = 0.01
    labels: tuple[str, ...] = ("your answer",)
    mistakes: tuple[tuple[float, str], ...] = ()


def _plateau() -> float:
    """√(λ₂² + ‖JᵀJ‖²) where Figure 1's error, with seed 1, is flattest."""
    problem = mf.figure_1_problem()
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=140)
    flattest = 60 + int(np.argmin(-np.diff(run.error)[60:]))
    return math.hypot(problem.eigenvalues[1], np.linalg.norm(run.noise_gram[flattest]))


def _thresholds() -> tuple[float, float]:
    """The overshoot beyond which one row diverges, for ηλ = 0 and 0.5."""
    without, with_target = (
        mf.theory.scale_bounds(mf.Problem([eta_lambda], 1), [[1.0]], step_size=1.0)[1] ** 2
        for eta_lambda in (0.0, 0.5)
    )
    return without, with_target


def _largest_scales() -> tuple[float, float]:
    """The scale ϖ at which η = 0.1 gives an overshoot of 2, and of Theorem 6's 1/3."""
    bounded, _ = mf.theory.scale_bounds(mf.Problem([1.0], 1), [[1.0]], step_size=0.1)
    return bounded, bounded / math.sqrt(6)


def _two_cycle() -> tuple[float, float]:
    """The two overshoots ηx² between which one row alternates at ηλ = 1.05."""
    small, large = np.sort(mf.theory.scalar_descent([1.05], [0.9], n_steps=2000)[-2:, 0])
    return float(small**2), float(large**2)


def _spectral_slope() -> float:
    """By how many powers of ten the error of (11) grows per power of ten of the scale."""
    problem = mf.figure_1_problem(200)
    small, large = (
        mf.theory.spectral_error(
            problem, mf.gaussian_init(problem, scale=size, seed=1), step_size=0.1, n_steps=50
        )[-1]
        for size in (1e-5, 1e-4)
    )
    return math.log10(large / small)


def _one_column_less() -> tuple[float, float]:
    """The eigenvalue that a column too many learns, and Figure 1's price at t = 100, seed 1."""
    problem = mf.figure_1_problem()
    X0 = mf.gaussian_init(problem, scale=0.5, seed=1)
    run = mf.gradient_descent(problem, X0, step_size=0.1, n_steps=100)
    price = run.noise[100, 0] ** 2 / run.signal[100, 0]
    return float(problem.eigenvalues[2]), float(price)


def _saddle_count() -> tuple[float, float]:
    """How many products are stationary for (1, .8, .5, .3, .1) and r = 3; the slowest rate."""
    problem = mf.Problem([1.0, 0.8, 0.5, 0.3, 0.1], rank=3)
    slowest = mf.theory.StationaryPoint(problem, [1, 2, 4])
    return float(sum(math.comb(5, size) for size in range(4))), slowest.escape_rate


def _saddle_errors() -> tuple[float, float]:
    """Where the error ends if row 2, or row 1, is zero: a saddle with two other eigenvalues."""
    first, second, third = mf.figure_1_problem().eigenvalues[:3]
    return math.hypot(second, third), math.hypot(first, third)


def _steps_per_decade() -> tuple[float, float]:
    """How many steps of size 0.1 a row needs to grow tenfold in its square root, rows 1 and 2."""
    first, second = (
        math.log(10) / math.log1p(0.1 * value) for value in mf.figure_1_problem().eigenvalues[:2]
    )
    return first, second


def _unequal_numbers() -> tuple[float, float]:
    """Where the flow to w₂w₁ = 1 ends from (2, 0): the product and w₂² − w₁² = −4 say so."""
    first = math.sqrt(2 + math.sqrt(5))
    return first, 1 / first


def _depth_against_scale() -> tuple[float, float, float]:
    """What two powers of ten of the scale cost: factors for L = 3 and 4, steps for L = 2."""
    cubic, quartic = (100 ** (1 - 2 / depth) for depth in (3, 4))
    first, second = (
        mf.deep.balanced_half_time(1.0, start, depth=2, step_size=0.05) for start in (1e-6, 1e-4)
    )
    return cubic, quartic, first - second


def _patch_numbers() -> tuple[float, float]:
    """The numbers behind a 64×64 matrix of rank 5, and the rank within 10 % of the portrait's."""
    values = np.linalg.eigvalsh(mf.data.patch_covariance(mf.data.portrait()))[::-1]
    missing = [np.linalg.norm(values[rank:]) for rank in range(values.size)]
    rank = int(np.argmax(np.array(missing) <= 0.1 * missing[0]))
    return float(64 * 5 - 5 * 4 // 2), float(rank)


def _small_gap() -> tuple[float, float]:
    """How far the portrait's fourth signal leads from α = 10⁻³, and the α for a factor of 100."""
    values = np.linalg.eigvalsh(mf.data.patch_covariance(mf.data.portrait()))[::-1]
    gap = 1 - float(values[4] / values[3])
    return (0.1 / 1e-6) ** gap, math.sqrt(0.1 / 100 ** (1 / gap))


def _two_nodes() -> tuple[float, float]:
    """The larger of two Gauss nodes for the eigenvalues 0.2, 0.1, 0, and its weight."""
    nodes, rows = mf.compression.block_quadrature([0.2, 0.1, 0.0], np.ones((3, 1)), 2)
    return float(nodes[0]), float(rows[0, 0] ** 2)


def _number_of_blocks() -> tuple[float, float]:
    """Blocks for 1200 steps of size 0.1 on Figure 1's problem, and the rows that makes."""
    blocks = mf.compression.estimated_blocks(mf.figure_1_problem(), step_size=0.1, n_steps=1200)
    return blocks, 3 + 2 * blocks


def _slopes_in_log_d() -> tuple[float, float]:
    """1/(2 ln γ) for rows 1 and 2 beside noise that stands at λ_3, η = 0.1."""
    first, second, third = mf.figure_1_problem().eigenvalues[:3]
    slope_1, slope_2 = (1 / (2 * math.log1p(0.1 * (value - third))) for value in (first, second))
    return slope_1, slope_2


def _theorem_2_numbers() -> tuple[float, float]:
    problem = mf.Problem([1.0, 0.95, 0.5, 0.1], rank=2)
    step_size = mf.max_step_size(problem, theorem=2)
    return step_size, mf.theorem_2_bound(problem, step_size=step_size, accuracy=0.01)


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


def _two_waits() -> tuple[float, float]:
    """t* and t♯ for Figure 1 at η = 0.002."""
    problem = mf.figure_1_problem()
    return mf.theory.t_star(problem, step_size=0.002), mf.theory.t_sharp(problem, step_size=0.002)


def _transition_begins() -> float:
    """Log₁₀ of d with τ₂ = τ₁ + t* + t♯, for Figure 1 at η = 0.1, from the medians at 10³⁰."""
    table, problem = mf.data.recorded_hitting_times(), mf.figure_1_problem()
    tau_1, tau_2 = (float(table.of(2, k, drawn=False)["quantiles"][-1, 2]) for k in (1, 2))
    slope_1, slope_2 = _slopes_in_log_d()
    waits = mf.theory.t_star(problem, step_size=0.1) + mf.theory.t_sharp(problem, step_size=0.1)
    return 30 + (tau_1 + waits - tau_2) / (slope_2 - slope_1) / math.log(10)


def _last_transition() -> tuple[float, float]:
    """How fast row 3 and the sequence of (15) decay, per unit of flow time."""
    problem = mf.figure_1_problem()
    return problem.eigengap_at_rank, problem.min_eigengap / 6


def _spread_of_normal() -> float:
    """‖NZ − Z‖ of a unit matrix in the root mean square, d = 30 and m = 300."""
    measurements = mf.sensing.gaussian_measurements(30, 300, seed=0)
    return math.sqrt((measurements.packed_size + 1) / measurements.n_measurements)


def _sensing_price() -> float:
    """How many steps a hundredth of the scale costs, at the rate of escape from zero."""
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(30, 300, seed=0), [1.0, 0.6, 0.3])
    rate = -np.linalg.eigvalsh(problem.residual(np.zeros((30, 1)))[1])[0]
    return math.log(100) / math.log1p(0.1 * rate)


def _one_column_errors() -> tuple[float, float]:
    """Relative errors of one column for (1, .6, .3): all seen, and 300 measurements, d = 30."""
    problem = mf.sensing.Problem(mf.sensing.gaussian_measurements(30, 300, seed=0), [1.0, 0.6, 0.3])
    ends = problem.truncation(1), mf.sensing.best_fit(problem, 1, seed=0, n_starts=1).matrix
    size = np.linalg.norm(problem.ground_truth)
    ideal, measured = (float(np.linalg.norm(Z - problem.ground_truth) / size) for Z in ends)
    return ideal, measured


QUESTIONS: dict[str, Question] = {
    "missing factor": Question(
        expected=lambda: 0.1 / 4,
        look_at="equation (9) and the factor in front of the gradient",
        hint="Replace X by X + εH and keep the terms of first order in ε.",
        mistakes=((0.1, "That is the step size itself: the gradient has a factor 4."),),
    ),
    "sign condition": Question(
        # λ = (2, 1, 0.1), η = 1/2
        expected=lambda: 1 + 0.5 * (1.0 + 0.1) / 2,
        look_at="the factor of the last row, which is the smallest of all",
        hint="The largest of |1 + ηλ_i − η‖x‖²|, i ≥ 2, belongs to i = 2 or to i = d.",
        mistakes=(
            (1.0, "That is enough, but more is allowed."),
            (1.05, "Factors may be negative, as long as they are not too large in size."),
            (1.5, "Then the factor of row 2 is still positive, but row d is in the way."),
        ),
    ),
    "sharpened constant": Question(
        expected=lambda: 1 / (1 + 1 / 12),
        look_at="the denominator 1 + ηλ₁ − η‖x‖² of the exact rate",
        hint="Write the fraction as 1 − ηΔ/(…); when is the denominator largest?",
        mistakes=(
            (1 / 3, "That is the paper's constant; the hypotheses give more."),
            (2 / 3, "That is h(1/2), but under the hypotheses s never comes near 1/2."),
            (1.0, "That is the rate at the limit, ‖x‖² = λ₁; before, descent is slower."),
        ),
    ),
    "where the printed condition breaks": Question(
        # 2λ₁ = √(2/η + λ₁) with ηλ₁ = 1/12
        expected=lambda: (2 * 12 + 1) / 4,
        look_at="the threshold ηx² > 2 + ηλ₁ at ηλ₁ = 1/12",
        hint="Insert ‖x₀‖ = 2λ₁ and η = 1/(12λ₁) in the threshold.",
        mistakes=(
            (6.0, "That leaves out the term ηλ₁ of the threshold."),
            (9.25, "A norm that at least doubles, ηx² > 3 + ηλ₁, is more than is needed."),
        ),
    ),
    "smallest ratio": Question(
        expected=lambda: (0.6 / 4) / (0.8 - 0.6 / 2),
        look_at="the three demands of the benign region",
        hint="Take the smallest signal and the largest noise; do they occur together?",
        mistakes=((0.15, "That is the paper's Δ/(4λ₁): true, but not the largest constant."),),
    ),
    "theorem 2 bound": Question(
        expected=_theorem_2_numbers,
        look_at="the two gaps, and the conditions of Theorem 2",
        hint="Theorem 2 uses the gap λ_r − λ_{r+1}; the logarithm is the natural one.",
        labels=("the step size", "the number of steps"),
        mistakes=((0.05**2 / 36, "That uses the smallest gap; Theorem 2 uses λ_r − λ_{r+1}."),),
    ),
    "drift on S": Question(
        expected=lambda: 0.5,
        look_at="the proof that the walls push inward",
        hint="On the wall, λ_{k+1} − σ² is at most −Δ/4.",
        mistakes=((0.25, "That is the rate of σ; its square changes twice as fast."),),
    ),
    "slope of the spectral error": Question(
        expected=_spectral_slope,
        look_at="the definition of the spectral error",
        hint="The difference of the logarithms at two small scales, divided by that of the scales.",
        mistakes=((3.0, "That is the slope of ‖X_t − L_t‖ before dividing by ‖L_t‖."),),
    ),
    "noise-free scale": Question(
        expected=lambda: mf.theory.noise_free_scale(mf.figure_1_problem()),
        look_at="the time at which row 2 reaches the size of one",
        hint="Insert λ_2 = 0.5, λ_3 = 0.3 and d = 4000.",
        relative_tolerance=0.1,
        mistakes=((4000.0**-1.5, "The exponent lacks a factor 1/2: rows start at ϖ d^(−1/2)."),),
    ),
    "one column less": Question(
        expected=_one_column_less,
        look_at="the spare column, and noise squared over signal",
        hint="With two columns descent learns the two largest eigenvalues of what is left.",
        relative_tolerance=0.02,
        labels=("the distance of the limits", "the price at t = 100"),
        mistakes=(
            (0.5, "That is λ₂, which both learn; they differ in what the spare column learns."),
            (0.0295, "That is the noise itself; the price is its square over the signal."),
        ),
    ),
    "counting saddles": Question(
        expected=_saddle_count,
        look_at="the sets of at most r indices, and the corollary",
        hint="Count the sets of each size from 0 to 3; the rate is a difference of eigenvalues.",
        relative_tolerance=1e-6,
        labels=("the number of stationary products", "the slowest escape rate"),
        mistakes=(
            (25.0, "X = 0 is stationary, too."),
            (10.0, "That counts the sets of exactly three; columns may be unused."),
            (32.0, "That counts all sets; with three columns at most three can be learned."),
            (0.1, "That is λ₅; a saddle with an unused column is left at a much larger rate."),
            (0.3, "That is λ₄ alone; it has to make room for another one."),
        ),
    ),
    "errors at the saddles": Question(
        expected=_saddle_errors,
        look_at="which two eigenvalues are learned instead",
        hint="The column that is free learns the largest eigenvalue that it can reach.",
        relative_tolerance=0.005,
        labels=("the error with u_2 = 0", "the error with u_1 = 0"),
        mistakes=(
            (0.5, "That leaves one column without use: it learns another eigenvalue."),
            (1.0, "That leaves the third eigenvalue out, which is learned though not wanted."),
        ),
    ),
    "price of a small start": Question(
        expected=_steps_per_decade,
        look_at="the growth of a row in the spectral phase",
        hint="A row grows by 1 + ηλ_k a step; how many steps make a factor of ten?",
        relative_tolerance=0.03,
        labels=("the price for row 1", "the price for row 2"),
        mistakes=((12.08, "That is for the signal; a row is the square root of its signal."),),
    ),
    "plateau": Question(
        expected=_plateau,
        look_at="the blocks of Σ₂ − XXᵀ: the first row, the second, and the rest",
        hint="What does the start leave in the rows after the second? It adds up in squares.",
        relative_tolerance=0.02,
        mistakes=(
            (0.5, "That is λ₂ alone; the rows after the second are not zero yet."),
            (1.25**0.5, "That is the norm of Σ₂, the error before anything is learned."),
        ),
    ),
    "two waits": Question(
        expected=_two_waits,
        look_at="the definition of t* and t♯, with Δ = 0.2 and r = 2",
        hint="For small x, log(1 − x) is nearly −x; here x = ηΔ/6. Logarithms are natural ones.",
        labels=("t*", "t♯"),
        mistakes=(
            (123_637, "That is with r = 1; Figure 1 has two columns."),
            (44_934, "That is with r = 1; Figure 1 has two columns."),
            (23_967, "The denominator has Δ/6, not Δ."),
            (9220, "The denominator has Δ/6, not Δ."),
            (46_533, "That is with Δ = 0.5; the smaller of the two gaps counts."),
            (16_634, "That is with Δ = 0.5; the smaller of the two gaps counts."),
        ),
    ),
    "empty transition": Question(
        expected=lambda: (4 * 2, 4.0),
        look_at="the inequality at t = 0, once for each of the two in the minimum",
        hint="r ≤ √(Δ/8)·√(Δ/2), and r ≤ √(Δ/8)·σ₁(u).",
        labels=("the smallest gap", "the smallest signal"),
        mistakes=(
            (2.0, "That is σ₁(u); the signal is its square."),
            (64.0, "√(Δ/8)·√(Δ/2) is Δ/4, not its square root."),
        ),
    ),
    "last transition": Question(
        expected=_last_transition,
        look_at="the factor by which a step multiplies row 3 near the solution",
        hint="Near the solution XᵀX has the eigenvalues λ₁ and λ₂; which of them is slower on u₃?",
        relative_tolerance=0.02,
        labels=("the rate of row 3", "the rate of the sequence"),
        mistakes=(
            (0.4, "That is the rate of its square."),
            (0.7, "That is in the direction of u₁; in that of u₂ row 3 decays more slowly."),
            (0.3, "That is λ₃; the rows that have been learned pull it down at λ₂."),
            (0.2 / 8, "The 8 belongs to (16)."),
        ),
    ),
    "divergence threshold": Question(
        expected=_thresholds,
        look_at="the factor by which one step multiplies x",
        hint="The run stays bounded as long as that factor is at least −1. When is it exactly −1?",
        labels=("the threshold for Σ = 0", "the threshold for ηλ = 0.5"),
        mistakes=(
            (3.0, "From 3 on each step at least doubles x, but smaller starts diverge as well."),
            (1.0, "At 1 the first step lands on zero; beyond, x changes its sign but shrinks."),
            (2.0, "With a target the linear term pulls the other way, and allows a little more."),
        ),
    ),
    "largest scale": Question(
        expected=_largest_scales,
        look_at="the two conditions on ησ₁²(X₀), with σ₁(N₀) = 1",
        hint="ησ₁²(X₀) = ηϖ². Set it to the largest value each theorem allows and solve for ϖ.",
        labels=("the scale up to which runs stay bounded", "the scale Theorem 6 allows"),
        mistakes=(
            (20.0, "That is ϖ²; take the root."),
            (10 / 3, "That is ϖ²; take the root."),
            (30**0.5, "That is the paper's example, ησ₁² = 3, where descent has long diverged."),
            (1 / (0.3 * 3**0.5), "Theorem 6 asks for 1/√(3η); the root covers η as well."),
        ),
    ),
    "two-cycle": Question(
        expected=_two_cycle,
        look_at="sum and difference of z = (1 + a)y − y³ and y = (1 + a)z − z³",
        hint="The two equations give y² − yz + z² = a and y² + yz + z² = 2 + a. So what is yz?",
        labels=("the smaller overshoot", "the larger overshoot"),
        mistakes=(
            (1.05, "That is the solution ηx² = ηλ, from which the run moves away."),
            (1.25**0.5, "That is y = √η x itself; the overshoot is its square."),
            (0.8**0.5, "That is y = √η x itself; the overshoot is its square."),
        ),
    ),
    "two nodes": Question(
        expected=_two_nodes,
        look_at="the four moments that two nodes can match",
        hint="The weights add up to 3; about 0.1 the odd moments vanish and the second is 0.02.",
        relative_tolerance=0.005,
        labels=("the larger node", "its weight"),
        mistakes=(
            (0.2, "That is the end of the tail; Gauss nodes lie inside."),
            (0.1 + 0.1 / math.sqrt(3), "That is the rule for an integral, not for three points."),
            (0.1 * math.sqrt(2 / 3), "That is the distance from the middle."),
            (1.0, "The weights add up to those of all three eigenvalues."),
        ),
    ),
    "number of blocks": Question(
        expected=_number_of_blocks,
        look_at="the square root in the estimate, and which rows are kept",
        hint="√(½ · 120 · 0.3 · 27.63) + 4, rounded up; then two rows for each block, and three.",
        labels=("the number of blocks", "the number of rows"),
        mistakes=(
            (64, "Four times as many steps do not take four times as many blocks."),
            (32, "The square root doubles; the 4 added to it does not."),
            (54, "The first r + 1 rows are kept as well."),
        ),
    ),
    "slopes in ln d": Question(
        expected=_slopes_in_log_d,
        look_at="how fast a row grows beside noise at λ_3",
        hint="Insert g = λ_3 = 0.3 in γ_k = 1 + η(λ_k − g); the signal is the square of the row.",
        labels=("the slope of τ_1", "the slope of τ_2"),
        mistakes=(
            (1 / (2 * math.log(1.05 / 1.03)), "That leaves the noise out: it divides by 1.03."),
            (1 / (2 * math.log(1.1 / 1.03)), "That leaves the noise out: it divides by 1.03."),
            (1 / (2 * math.log(1.05)), "That is growth without any noise, from a tiny start."),
            (1 / (2 * math.log(1.1)), "That is growth without any noise, from a tiny start."),
            (1 / math.log(1.02), "The signal is a square: it starts at 1/d and grows by γ²."),
        ),
    ),
    "logistic": Question(
        expected=_logistic_time,
        look_at="the equation for q = 1/p",
        hint="1/p − 1/λ falls at the rate 2λ. What is it at the start, and when p = λ/2?",
        mistakes=(
            (2 * math.log(499), "That is the rate λ of x; the signal p = x² grows at 2λ."),
            (math.log(250), "That is exponential growth alone, without the term −2p²."),
        ),
    ),
    "one column": Question(
        expected=_one_column_signal,
        look_at="the closed form with one column, where the bracket is a number",
        hint="The numerator is 0.09 e⁴; the bracket has 1 and a term for each row.",
        mistakes=(
            (
                0.09 * math.exp(4) / (1 + 0.09 * (math.exp(4) - 1)),
                "That leaves row 2 out of the bracket; both rows fill up the one column.",
            ),
            (
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
        mistakes=(
            (0.5 / (1 - math.exp(-1)), "The exponent is 2λs, and s is 2."),
            (0.5, "That is λ, the limit of late times; at s = 2 the flow is still above it."),
            (0.0, "It falls to zero, but as slowly as 1/(2s)."),
        ),
    ),
    "transition begins": Question(
        expected=_transition_begins,
        look_at="how long row 2 may take before the theorem turns to it",
        hint="Both times are lines in ln d; set τ₂ = τ₁ + t* + t♯ and divide by ln 10.",
        relative_tolerance=0.02,
        labels=("the power of ten",),
    ),
    "price of dimension": Question(
        # ln(100) / (2(λ_k − λ₃))
        expected=lambda: (math.log(100) / (2 * 0.7), math.log(100) / (2 * 0.2)),
        look_at="the second logarithm in the guaranteed time",
        hint="‖J₀v‖² grows like d; the logarithm is divided by 2(λ_k − λ₃).",
        labels=("the growth of T₁", "the growth of T₂"),
        mistakes=(
            (math.log(100) / 2, "That is the first logarithm; the second one wins in the end."),
            (math.log(100), "That is the first logarithm; the second one wins in the end."),
            (math.log(100) / 0.2, "The denominator is 2(λ₂ − λ₃)."),
        ),
    ),
    "law of the delay": Question(
        # (r − k + 1) for r = 3; e^{−10 (λ_r − λ_{r+1})}
        expected=lambda: (3.0, 2.0, 1.0, math.exp(-2)),
        look_at="which part of row k is left when the rows before it have been learned",
        hint="Row 1 is free in r directions; each learned row takes one away.",
        labels=(
            "the degrees of freedom for k = 1",
            "those for k = 2",
            "those for k = 3",
            "the factor",
        ),
        mistakes=(
            (math.exp(-4), "P(χ² < y) is like √y for one degree of freedom, not like y."),
            (math.exp(-5), "The rate is the gap λ_r − λ_{r+1}: the noise grows along."),
        ),
    ),
    "two unequal numbers": Question(
        expected=_unequal_numbers,
        look_at="what the flow conserves",
        hint="At the end w₂w₁ = 1, and w₂² − w₁² is what it was at the start.",
        labels=("the first number", "the second number"),
        mistakes=(
            (1.0, "That is the balanced solution; this start is not balanced."),
            (2 + 5**0.5, "That is its square; take the root."),
        ),
    ),
    "depth against scale": Question(
        expected=_depth_against_scale,
        look_at="the power of the scale in the half-time, and the logarithm for two factors",
        hint="Insert s₀ = 1e-4 and 1e-6 and divide; for L = 2 subtract, and divide by η.",
        relative_tolerance=0.02,
        labels=(
            "the factor for L = 3",
            "the factor for L = 4",
            "the number of steps added for L = 2",
        ),
        mistakes=(
            (100.0, "The power is 1 − 2/L, not 1."),
            (100 ** (2 / 3), "That is the power 2/L; the half-time has 1 − 2/L."),
            (math.log(100) / 2, "That is flow time; a step takes η of it."),
            (math.log(100) / 0.05, "The signal grows at twice the rate of a factor."),
        ),
    ),
    "patch numbers": Question(
        expected=_patch_numbers,
        look_at="the turns that change U and not UUᵀ, and the tail of the spectrum",
        hint="A 64×5 factor has 320 entries; how many parameters does a turn of 5 columns have?",
        relative_tolerance=1e-6,
        labels=("the degrees of freedom", "the smallest rank"),
        mistakes=(
            (320.0, "Those are the entries of U; UUᵀ does not change if the columns are turned."),
            (2080.0, "Those are all entries of a symmetric matrix."),
            (7.0, "At rank 7 the error is still 10.7 %."),
        ),
    ),
    "small gap": Question(
        expected=_small_gap,
        look_at="the exponent, which is one minus a quotient of eigenvalues",
        hint="When p₄ is 0.1, what is e^{2s}? Put that to the power λ₅ for p₅.",
        relative_tolerance=0.1,
        labels=("the factor", "the scale"),
        mistakes=(
            (1e5 ** (0.1952 - 0.17024), "The exponent is the gap in units of λ₄."),
            (2.29e-17, "That is α²; take the root."),
        ),
    ),
    "distance of N from the identity": Question(
        expected=_spread_of_normal,
        look_at="the mean of ⟨a, z⟩²‖a‖², in which one square occurs twice",
        hint="Split ‖a‖² into ⟨a, z⟩² and D − 1 other squares; the fourth moment of a normal is 3.",
        labels=("the root of the mean square",),
        mistakes=(
            (466 / 300, "That is the mean square; take the root."),
            (300**-0.5, "Each of the 465 entries contributes, not one alone."),
            (1.0, "It does not depend on Z, but it does depend on D and m."),
        ),
    ),
    "price of two powers of ten": Question(
        expected=_sensing_price,
        look_at="the growth of a column near zero",
        hint="A column grows by 1 + ημ₀ a step; how many steps make a factor of 100?",
        relative_tolerance=0.02,
        mistakes=(
            (math.log(100) / math.log1p(0.1), "That takes the eigenvalue of Z*, and not of NZ*."),
            (21.36, "That is a factor of ten, or of 100 for the signal."),
        ),
    ),
    "error of one column": Question(
        expected=_one_column_errors,
        look_at="what is missing from the truncation, and what from the best fit",
        hint="√(0.6² + 0.3²) over √(1 + 0.6² + 0.3²); and the distance of fits[0] from Z*.",
        labels=("the error with all entries seen", "the error with 300 measurements"),
        mistakes=(
            (0.45**0.5, "That is the error itself; divide by the norm of Z*."),
            (0.391, "That is the distance to the truncation, not to Z*."),
        ),
    ),
    "parameters for each measurement": Question(
        expected=lambda: (23 / 40, 59 / 300),
        look_at="the one rotation of two columns, which leaves UUᵀ as it is",
        hint="U has 2d entries, and a rotation of two columns has one angle.",
        labels=("parameters a measurement for d = 12", "those for d = 30"),
        mistakes=(
            (24 / 40, "Those are the entries of U; a rotation of its columns changes nothing."),
            (60 / 300, "Those are the entries of U; a rotation of its columns changes nothing."),
            (78 / 40, "Those are all entries of a symmetric matrix."),
        ),
    ),
    "threshold of uniqueness": Question(
        expected=lambda: mf.sensing.uniqueness_threshold(30, 3),
        look_at="the free blocks, and the half of the semi-definite one",
        hint="6 for the block, 81 for the coupling, and half of 27·28/2.",
        relative_tolerance=0.005,
        mistakes=(
            (465.0, "That is all entries: it does not use that matrices are semi-definite."),
            (87.0, "Those are the parameters of a matrix of rank 3; the others count, too."),
            (189.0, "That is the semi-definite block alone."),
            (232.5, "That is the formula for r = 0."),
        ),
    ),
    "half of the entries": Question(
        expected=lambda: (mf.sensing.uniqueness_threshold(30, 0), 1.0),
        look_at="the formula at r = 0, and the trace",
        hint="Only the semi-definite block is left; and the trace is the sum of the eigenvalues.",
        labels=("the number of Gaussian measurements", "the number of well-chosen ones"),
        mistakes=((465.0, "Half of that: a random subspace rarely meets half of a space."),),
    ),
}
