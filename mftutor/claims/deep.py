"""Deep linear factorization: what is conserved, how long it waits, and when it is in order."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor.claims.compare import equal
from mftutor.claims.deep_runs import (
    DeepInstance,
    equal_diagonals,
    equal_starts,
    half_time_law,
    in_or_out_of_order,
    literal_gradients,
    more_factors,
    narrow_and_wide,
    tied,
    two_factors,
    unbalanced,
)
from mftutor.claims.instances import Instance
from mftutor.claims.registry import claim
from mftutor.theory.margin import Margin, weakest, worst_margin

SAXE = "Saxe, McClelland & Ganguli (2014)"
ARORA = "Arora, Cohen & Hazan (2018)"


@claim(
    statement=r"With two factors and $W_1 = W_2^\top = X^\top$ a step is (9) of the paper: the "
    "errors agree.",
    source="this book",
    standing="proved here",
    compares="the two errors, at every step",
    shown="go_deeper#eq-deep-gd",
    instances=tied,
)
def tied_factors_are_descent(case: Instance) -> Margin:
    """One factor is the transpose of the other for ever."""
    run = mf.deep.descend(
        case.problem, [case.X0.T, case.X0], step_size=case.step_size, n_steps=case.n_steps
    )
    return equal(run.error, case.run.error)


@claim(
    statement=r"A step changes the imbalance $D_l$ by "
    r"$\eta^2(G_{l+1}^\top G_{l+1} - G_l G_l^\top)$, whatever its size.",
    source=f"this book; for the flow {ARORA}",
    standing="proved here",
    compares=r"the difference of the two sides with $10^{-9}\eta^2(\lVert G_{l+1}\rVert_F^2 + "
    r"\lVert G_l\rVert_F^2)$, or with the rounding of $\lVert W_{l+1}\rVert_F^2 + \lVert "
    r"W_l\rVert_F^2$",
    shown="go_deeper#prop-imbalance",
    instances=unbalanced,
    outside="holds",
)
def imbalance_step(case: DeepInstance) -> Margin:
    """The terms of first order cancel."""
    gradients = literal_gradients(case.problem, case.factors)[1]
    squares = np.array([np.square(G).sum() for G in gradients])
    after, before = mf.deep.imbalance(case.run(n_steps=1).factors), mf.deep.imbalance(case.factors)
    terms = zip(after, before, mf.deep.imbalance(gradients), strict=True)
    miss = [np.linalg.norm(a - b - case.step_size**2 * change) for a, b, change in terms]
    bound = 1e-9 * case.step_size**2 * (squares[1:] + squares[:-1])
    sizes = np.array([np.square(W).sum() for W in case.factors])
    return worst_margin(miss, np.maximum(bound, 1e-15 * (sizes[1:] + sizes[:-1])))


@claim(
    statement=r"If each step takes at least $\frac\eta2\sum_l\lVert G_l\rVert_F^2$ from the "
    "loss, no "
    r"imbalance changes by more than $2\eta(f_0 - f_T)$.",
    source="this book",
    standing="proved here",
    compares=r"the change of each $D_l$ in forty steps, in the Frobenius norm, with the bound",
    shown="go_deeper#prop-imbalance",
    instances=unbalanced,
    outside="fails",
)
def imbalance_drift(case: DeepInstance) -> Margin:
    """A total of order η, in a run of any length."""
    run = case.run()
    if run.diverged_at is not None:
        return Margin(-np.inf)
    pairs = zip(mf.deep.imbalance(run.factors), mf.deep.imbalance(case.factors), strict=True)
    changes = [np.linalg.norm(after - before) for after, before in pairs]
    return worst_margin(changes, max(2 * case.step_size * (run.loss[0] - run.loss[-1]), 0.0))


@claim(
    statement=r"From equal diagonal factors the half-times are those of "
    r"$\dot s = L s^{2 - 2/L}(\lambda - s)$, up to the step size.",
    source=f"{SAXE}, {ARORA}",
    standing="checked",
    compares=r"the difference from the law, in flow time, with $4\eta$",
    shown="go_deeper#prop-half-time",
    instances=equal_diagonals,
)
def diagonal_half_times(case: DeepInstance) -> Margin:
    """For the flow this is proved; descent is off by a few steps, however small they are."""
    return worst_margin(np.abs(case.run().hitting_times() - half_time_law(case)), 4.0)


@claim(
    statement=r"Two directions from the same $s_0$: when the first arrives, the second is "
    r"$\lambda_1^{\lambda_2/\lambda_1}s_0^{1 - \lambda_2/\lambda_1}$ for $L = 2$ and "
    r"$(1 - \lambda_2/\lambda_1)^{-L/(L-2)}s_0$ for $L \ge 3$, up to a fifth.",
    source="after Gissin, Shalev-Shwartz & Daniely (2020)",
    standing="checked",
    compares=r"the second signal at the half-time of the first with 1.2 times that, and 0.8 times "
    "that with the second signal",
    shown="go_deeper#prop-behind",
    instances=equal_starts,
)
def second_is_behind(case: DeepInstance) -> Margin:
    """For the flow, and in the limit of small starts, this is proved."""
    depth, run = len(case.factors), case.run()
    start, ratio = case.factors[0][0, 0] ** depth, case.problem.eigenvalues[1]
    law = start ** (1 - ratio) if depth == 2 else (1 - ratio) ** (-depth / (depth - 2)) * start
    behind = run.signal[int(run.hitting_times()[0]), 1]
    return weakest(worst_margin(behind, 1.2 * law), worst_margin(0.8 * law, behind))


@claim(
    statement=r"With two factors each factor of 100 in $\alpha$ adds "
    r"$\ln(100)/(2\ln(1 + \eta\lambda_1))$ steps to the first half-time, up to a tenth.",
    source=SAXE,
    standing="checked",
    compares=r"the time added with $1.1$ times that, and $0.9$ times that with the time added",
    shown="go_deeper#ex-depth-scale",
    instances=two_factors,
)
def two_factors_wait_like_a_logarithm(case: DeepInstance) -> Margin:
    """Every power of ten costs the same."""
    later, sooner = (case.first_half_time(shrink) for shrink in (0.01, 1.0))
    law = np.log(100) / 2 / np.log1p(case.step_size)
    return weakest(worst_margin(later - sooner, 1.1 * law), worst_margin(0.9 * law, later - sooner))


@claim(
    statement=r"With $L \ge 3$ factors each factor of 100 in $\alpha$ multiplies the first "
    r"half-time by $100^{1 - 2/L}$, up to a fifth.",
    source=f"after {SAXE} and {ARORA}",
    standing="checked",
    compares=r"the quotient with $1.2$ times that, and $0.8$ times that with the quotient",
    shown="go_deeper#ex-depth-scale",
    instances=more_factors,
)
def more_factors_wait_like_a_power(case: DeepInstance) -> Margin:
    """The law is that of balanced factors, and Gaussian ones are not."""
    law = 100 ** (1 - 2 / len(case.factors))
    later, sooner = (case.first_half_time(shrink) for shrink in (0.01, 1.0))
    return weakest(worst_margin(later / sooner, 1.2 * law), worst_margin(0.8 * law, later / sooner))


@claim(
    statement="From small factors, $d = 12$ to $16$, the signals pass half of their eigenvalues "
    "in order; for $d = 8$ to $12$ three of 957 draws did not.",
    source=SAXE,
    standing="checked",
    compares="each half-time with the next, numbers of steps",
    shown="go_deeper#sec-deep-large",
    instances=in_or_out_of_order,
    outside="fails",
    strict=True,
)
def deep_in_order(case: DeepInstance) -> Margin:
    """With three factors the order may depend on the draw, however small the factors are."""
    count = np.count_nonzero(case.problem.eigenvalues)
    times = np.nan_to_num(case.run().hitting_times()[:count], nan=np.inf)
    return worst_margin(times[:-1], times[1:])


@claim(
    statement=r"From a large start of two factors a bottleneck of width $r$ keeps the staircase: "
    r"the second eigenvector comes more than four times as long after the first as at full width.",
    source="this book",
    standing="checked",
    compares=r"four times the median of $\lvert t_2 - t_1\rvert$ at full width with that of "
    "$t_2 - t_1$ with a bottleneck, five draws each",
    shown="go_deeper#sec-deep-large",
    instances=narrow_and_wide,
)
def bottleneck_keeps_the_staircase(cases: tuple[DeepInstance, ...]) -> Margin:
    """The first paper's open question, measured."""
    times = [np.nan_to_num(case.run().hitting_times()[:2], nan=np.inf) for case in cases]
    waits = np.diff(times, axis=1)[:, 0]
    return worst_margin(4 * np.median(np.abs(waits[5:])), np.median(waits[:5]))
