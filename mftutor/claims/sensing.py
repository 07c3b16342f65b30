"""Matrix sensing: what a small start visits, and what few measurements allow."""

from __future__ import annotations

import numpy as np

import mftutor as mf
from mftutor._validation import FloatArray
from mftutor.claims.compare import equal
from mftutor.claims.instances import Instance
from mftutor.claims.registry import claim
from mftutor.claims.sensing_runs import (
    LargeStarts,
    Literal,
    SmallStart,
    above_threshold,
    all_seen,
    below_threshold,
    cone,
    few_measurements,
    given_matrices,
    small_start,
    spare_columns,
    unseen_sizes,
)
from mftutor.theory.margin import Margin, weakest, worst_margin

JIN = "Jin et al. (2023)"
LI = "Li, Luo & Lyu (2021)"


@claim(
    statement=r"The gradient of the loss is $(\mathcal N E)\,U$; $\mathcal N$ may be computed "
    "from the Gram matrix of the packed measurements, without any of the $A_i$.",
    source="this book",
    standing="checked",
    compares="loss, gradient and their sum with those of the sum over all measurements",
    shown="learn_one_rank#eq-sensing-loss",
    instances=given_matrices,
)
def packed_is_literal(drawn: Literal) -> Margin:
    """One loop over dense matrices on the other side."""
    matrices, eigenvalues, vectors, U = drawn
    problem = mf.sensing.Problem(mf.sensing.matrix_measurements(matrices), eigenvalues, vectors)
    _, slope, loss = problem.residual(U)
    literal_loss, literal = 0.0, np.zeros_like(U)
    truth = vectors * eigenvalues @ vectors.T
    for A in matrices:
        miss = np.sum(A * (U @ U.T)) - np.sum(A * truth)
        literal_loss += miss**2 / (4 * len(matrices))
        literal += miss / (2 * len(matrices)) * (A + A.T) @ U
    sizes = [float(np.linalg.norm(G)) for G in (slope @ U, literal, slope @ U + literal)]
    return equal([loss, sizes[0], sizes[2]], [literal_loss, sizes[1], 2 * sizes[1]])


@claim(
    statement=r"Descent from a small start passes $Z_s^*$, $s < r^*$, nearer than the truncation "
    "of $Z^*$ to rank $s$.",
    source=JIN,
    standing="checked",
    compares=r"the least distance from $Z_s^*$ with that from the truncation",
    shown="learn_one_rank#def-best-fit",
    instances=small_start,
    outside="fails",
)
def visits_best_fits(case: SmallStart) -> Margin:
    """The best fits to the measurements are the stations, and not the truncations."""
    ranks = range(1, case.rank)
    near = case.nearest(case.run, [fit.matrix for fit in case.fits[:-1]])
    return worst_margin(near, case.nearest(case.run, [case.problem.truncation(s) for s in ranks]))


@claim(
    statement=r"From a start ten times as large the run passes each $Z_s^*$, $s < r^*$, at a "
    "larger distance.",
    source=JIN,
    standing="checked",
    compares=r"the least distance for $\alpha = 10^{-8}$ with that for $10^{-7}$",
    shown="learn_one_rank#def-best-fit",
    instances=small_start,
    outside="fails",
)
def smaller_is_nearer(case: SmallStart) -> Margin:
    """The visits become exact as α falls to zero."""
    stations = [fit.matrix for fit in case.fits[:-1]]
    larger = case.run_from(10 * case.scale * case.N0)
    return worst_margin(*[case.nearest(run, stations) for run in (case.run, larger)])


@claim(
    statement=r"The least distance from $Z_1^*$ is proportional to $\alpha^p$, "
    r"$p = 2\bigl(1 - \frac{m_2}{m_1}\bigr)\frac c{c + 2\mu}$, or $0.9\,p$ to $1.3\,p$ as "
    "measured.",
    source="this book",
    standing="checked",
    compares=r"the power between two scales, of which the smaller has $\alpha^{1 - m_2/m_1} = "
    r"10^{-11}$, with $1.3\,p$, and $0.9\,p$ with that power",
    shown="learn_one_rank#prop-exponent",
    instances=small_start,
)
def visits_come_nearer_like_a_power(case: SmallStart) -> Margin:
    """The power is that of the flow, linearised at zero and at the station."""
    power, measured = mf.sensing.visit_exponent(case.first_station), case.measured_exponent()
    return weakest(worst_margin(measured, 1.3 * power), worst_margin(0.9 * power, measured))


@claim(
    statement=r"From a small start the signals pass half of their eigenvalues in order: "
    r"$t_1 < t_2 < \dots < t_{r^*}$.",
    source=JIN,
    standing="checked",
    compares="each half-time with the next, numbers of steps",
    shown="learn_one_rank#sec-missed",
    instances=small_start,
    outside="fails",
    strict=True,
)
def learned_in_order(case: SmallStart) -> Margin:
    """A signal that has not come at the end comes at infinity."""
    times = np.nan_to_num(case.run.hitting_times(), nan=np.inf)
    return worst_margin(times[:-1], times[1:])


@claim(
    statement=r"Greedy low-rank learning rests $r^*$ times, and each time at a best fit $Z_s^*$.",
    source=f"{LI}, {JIN}",
    standing="checked",
    compares=r"the number of stations with $r^*$, and their distances from the fits with "
    r"$10^{-4}\lVert Z^*\rVert_F$",
    shown="learn_one_rank#def-greedy",
    instances=small_start,
    outside="fails",
)
def greedy_rests_at_best_fits(case: SmallStart) -> Margin:
    """Nothing in the procedure says that where it rests is a global minimum."""
    size = np.linalg.norm(case.problem.eigenvalues)
    pairs = zip(case.stations, case.fits, strict=False)
    apart = [np.linalg.norm(station.matrix - fit.matrix) for station, fit in pairs]
    return weakest(equal(len(case.stations), case.rank), worst_margin(apart, 1e-4 * size))


@claim(
    statement=r"Every station of greedy low-rank learning has a smaller loss than the one before.",
    source=LI,
    standing="checked",
    compares="the loss of each station with that of the one before, of the first with that of 0",
    shown="learn_one_rank#def-greedy",
    instances=small_start,
    outside="holds",
    strict=True,
)
def greedy_loss_falls(case: SmallStart) -> Margin:
    """With any measurements, as each stage is a descent from a saddle."""
    zero = case.problem.residual(np.zeros_like(case.N0))[2]
    losses = np.array([zero, *[station.loss for station in case.stations]])
    return worst_margin(losses[1:], losses[:-1])


@claim(
    statement=r"A stationary point with escape rate $\mu$ has a loss of at most "
    r"$\frac12\max(\mu, 0)\operatorname{tr} Z^*$.",
    source="this book",
    standing="proved here",
    compares=r"the loss with the bound, at $Z_1^*$ and $Z_2^*$",
    shown="learn_one_rank#prop-ways-out",
    instances=few_measurements,
)
def loss_has_a_way_out(problem: mf.sensing.Problem) -> Margin:
    """Convexity in UUᵀ; the rank of the point does not matter."""
    fits = [mf.sensing.best_fit(problem, s, seed=0, n_starts=1, n_steps=3000) for s in (1, 2)]
    known = [fit for fit in fits if fit.loss > 1e-6]  # else both sides are rounding
    bounds = [max(fit.escape_rate, 0.0) * problem.eigenvalues.sum() / 2 for fit in known]
    return worst_margin([fit.loss for fit in known], bounds)


@claim(
    statement=r"With $\hat r < r^*$ columns descent from a small start ends at $Z_{\hat r}^*$.",
    source=JIN,
    standing="checked",
    compares=r"the final distance, with $\hat r = r^* - 1$, with $10^{-4}\lVert Z^*\rVert_F$",
    shown="too_few_columns#sec-running-out",
    instances=small_start,
    outside="fails",
)
def few_columns_end_at_the_fit(case: SmallStart) -> Margin:
    """As far as the columns last."""
    run = case.run_from(case.scale * case.N0[:, : case.rank - 1])
    last = run.U_final @ run.U_final.T - case.fits[case.rank - 2].matrix
    return worst_margin(np.linalg.norm(last), 1e-4 * np.linalg.norm(case.problem.eigenvalues))


@claim(
    statement=r"If $Wq = 0$, $\lVert q\rVert = 1$, and $v$ is the eigenvector of $\mathcal N E$ "
    r"for its smallest eigenvalue $-\mu$, then $f(W + \epsilon vq^\top) = f(W) - "
    r"\frac12\mu\epsilon^2 + \frac14\epsilon^4\langle vv^\top, \mathcal N vv^\top\rangle$.",
    source="this book",
    standing="proved here",
    compares=r"the two sides at $Z_1^*$ with a spare column, for $\epsilon$ from 0.1 to 1",
    shown="too_few_columns#prop-too-few",
    instances=few_measurements,
)
def spare_column_escapes(problem: mf.sensing.Problem) -> Margin:
    """At the point itself the loss falls if the escape rate is positive."""
    fit = mf.sensing.best_fit(problem, 1, seed=0, n_starts=1)
    slope = problem.residual(fit.U)[1]
    v = np.linalg.eigh(slope)[1][:, :1]
    # N vvᵀ is the difference of the slopes with and without the column.
    energy = v.T @ (problem.residual(np.hstack([fit.U, v]))[1] - slope) @ v
    sizes = np.linspace(0.1, 1.0, 10)
    losses = [problem.residual(np.hstack([fit.U, size * v]))[2] for size in sizes]
    formula = fit.loss - fit.escape_rate * sizes**2 / 2 + energy.item() * sizes**4 / 4
    return equal(losses, formula)


@claim(
    statement=r"If $\mathcal N$ is the identity, the truncation of $Z^*$ to rank $s$ has the "
    r"escape rate $\lambda_{s+1}$ and the least curvature $\lambda_s - \lambda_{s+1}$.",
    source="this book",
    standing="proved here",
    compares="both numbers with the formula, for each $s < r^*$",
    shown="too_few_columns#prop-all-seen",
    instances=all_seen,
)
def all_seen_is_a_strict_minimum(problem: mf.sensing.Problem) -> Margin:
    """The second derivatives are read off the matrix of all of them."""
    values = problem.eigenvalues
    fits = [mf.sensing.best_fit(problem, s, seed=0, n_starts=1) for s in range(1, values.size)]
    found = [[fit.escape_rate, fit.curvature()] for fit in fits]
    return equal(found, np.column_stack([values[1:], values[:-1] - values[1:]]))


@claim(
    statement=r"Below the threshold of uniqueness and from $\alpha = 1$, $d$ columns do not "
    r"recover: the median error is at least $\frac12\lVert Z^*\rVert_F$ and twice that of $r^*$ "
    "columns.",
    source="this book",
    standing="checked",
    compares=r"$\frac12$ and twice the median relative error over five draws with $r^*$ columns, "
    "with that with $d$",
    shown="sensing_large#eq-threshold",
    instances=below_threshold,
)
def spare_columns_mislead(case: LargeStarts) -> Margin:
    """Interpolation without recovery."""
    few, many = (case.median_error(n) for n in (case.eigenvalues.size, case.dimension))
    return worst_margin([0.5, 2 * few], many)


@claim(
    statement=r"With more than twice as many measurements as the threshold both recover: the "
    r"median errors are at most $\frac14\lVert Z^*\rVert_F$.",
    source="this book",
    standing="checked",
    compares=r"the median relative errors over five draws with $\frac14$",
    shown="sensing_large#eq-threshold",
    instances=above_threshold,
)
def measurements_make_up_for_it(case: LargeStarts) -> Margin:
    """There is nothing else to find, though finding it takes long with spare columns."""
    errors = [case.median_error(n) for n in (case.eigenvalues.size, case.dimension)]
    return worst_margin(errors, 0.25)


@claim(
    statement=r"The statistical dimension of the cone {eq}`eq-psd-cone` is "
    r"$\frac{r(r+1)}2 + r(d - r) + \frac{(d - r)(d - r + 1)}4$.",
    source="this book",
    standing="proved here",
    compares="the distance of the mean of 2000 projections from the formula with six standard "
    "errors",
    shown="sensing_large#eq-threshold",
    instances=cone,
)
def threshold_is_statistical_dimension(drawn: tuple[int, int, FloatArray]) -> Margin:
    """The block that must be semi-definite keeps its positive eigenvalues, the rest is free."""
    d, r, matrices = drawn
    block = np.linalg.eigvalsh(matrices[:, r:, r:])
    kept = np.square(np.maximum(block, 0)).sum(axis=1) - np.square(block).sum(axis=1)
    lengths = np.square(matrices).sum(axis=(1, 2)) + kept
    miss = abs(lengths.mean() - mf.sensing.uniqueness_threshold(d, r))
    return worst_margin(miss, 6 * lengths.std() / np.sqrt(len(lengths)))


@claim(
    statement=r"If $\mathcal N$ is the identity, $Z^*v = 0$, $\lVert v\rVert = 1$ and "
    r"$\eta U_tU_t^\top \preceq \frac32 I$, then $s_t = \lVert U_t^\top v\rVert^2$ obeys "
    r"$s_t \le 1/(1/s_0 + 2\eta t)$.",
    source="this book",
    standing="proved here",
    compares=r"$s_t$ with the bound at every step, for the eigenvectors $v$ of the block of "
    r"$U_0U_0^\top$ that belongs to the kernel",
    shown="sensing_large#prop-one-over-t",
    instances=spare_columns,
)
def spare_columns_fall_like_one_over_t(case: Instance) -> Margin:
    """Whatever is too much goes, at least as fast as its own size makes it go."""
    t = case.step_size * np.arange(1, case.n_steps + 1)[:, None]
    sizes = unseen_sizes(case)
    return worst_margin(sizes[1:], 1 / (1 / sizes[0] + 2 * t))


@claim(
    statement=r"If moreover $U_0$ is invertible, then along the flow "
    r"$s(t) \ge 1/(v^\top(U_0U_0^\top)^{-1}v + 2t)$.",
    source="this book",
    standing="proved here",
    compares=r"the bound with $s(t)$, for a basis of the kernel of $Z^*$ at twenty times",
    shown="sensing_large#prop-one-over-t",
    instances=spare_columns,
)
def spare_columns_fall_no_faster(case: Instance) -> Margin:
    """However many measurements there are: these are all."""
    times = np.linspace(0.0, case.step_size * case.n_steps, 20)
    flow = mf.flow.solve(case.problem, case.X0, times)
    unseen = case.problem.eigenvalues == 0
    sizes = np.square(flow.top_rows[:, : unseen.size][:, unseen]).sum(axis=2)
    inverse = np.linalg.inv(case.X0 @ case.X0.T).diagonal()[unseen]
    return worst_margin(1 / (inverse + 2 * times[:, None]), sizes)
