# %% [markdown]
# # Assignment 2: large initialization and phases
#
# Two eigenvalues worth learning stand above a tail that falls evenly to zero. With $\Sigma = \operatorname{diag}(\lambda_1, \dots, \lambda_d)$ and $X_t$ of shape (d, r), a step of descent is
#
# $$X_{t+1} = X_t + \eta\,(\Sigma - X_t X_t^\top)\,X_t.$$
#
# It starts at $X_0 = \varpi N_0$, with independent $N(0, 1/d)$ entries in $N_0$, and the scale $\varpi$ is not small. With $u_k$ the $k$-th row of $X$ and $\Delta = \min(\lambda_1 - \lambda_2, \lambda_2 - \lambda_3)$, the *hitting time* $\tau_k$ is the first step from which on $\lVert u_k\rVert^2 \ge \Delta/2$. The error is $\lVert\Sigma_2 - X_tX_t^\top\rVert_F$, where $\Sigma_2 = \operatorname{diag}(\lambda_1, \lambda_2, 0, \dots, 0)$. The chapters behind this assignment are *Watch gradient descent learn in steps* and *Start large*.
#
# Put your code where it says `YOUR CODE HERE`, under the names asked for, and your words where it says `YOUR ANSWER HERE`. A cell after each answer checks its form; whether it is right is checked later, with more tests, and independently of your other answers. You may use the library `mftutor` wherever nothing else is said. 20 points.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import mftutor as mf

# %% numbers

# %% [markdown]
# The problem of your class, and its start:

# %% setup
tail = np.linspace(tail_from, 0, dimension - 2)
problem = mf.Problem([*largest_eigenvalues, *tail], rank=2)
X0 = mf.gaussian_init(problem, scale=scale, seed=start_seed)

# %% [markdown]
# ## Question 1: descent in a loop (3 points)
#
# Write a function `descend(X, eigenvalues, step_size, n_steps)` that takes so many steps from `X`, of shape (d, r), and returns the last iterate. Use NumPy alone, and form no matrix of shape (d, d): a test looks at the memory.


# %% answer descend
def descend(X, eigenvalues, step_size, n_steps):
    """Return the iterate after n_steps, shape (d, r)."""
    ### BEGIN SOLUTION
    for _ in range(n_steps):
        X = X + step_size * (eigenvalues[:, None] * X - X @ (X.T @ X))
    return X
    ### END SOLUTION


# %% test descend points=3
result = descend(np.ones((3, 2)) / 4, np.array([1.0, 0.5, 0.2]), 0.1, 2)
assert np.shape(result) == (3, 2), "descend returns an array like X"
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for d, r in [(3, 1), (8, 3), (60, 2)]:
    other = mf.Problem(np.sort(rng.uniform(0, 1, d))[::-1], r)
    start = mf.gaussian_init(other, scale=0.7, seed=rng)
    run = mf.gradient_descent(other, start, step_size=0.1, n_steps=25)
    found = descend(start.copy(), other.eigenvalues.copy(), 0.1, 25)
    np.testing.assert_allclose(found, run.X_final, rtol=0, atol=1e-9)
import tracemalloc

d = 2000
tracemalloc.start()
descend(np.full((d, 2), 0.01), np.linspace(1, 0, d), 0.1, 3)
most = tracemalloc.get_traced_memory()[1]  # bytes
tracemalloc.stop()
assert most < d * d, "descend forms a matrix of shape (d, d)"
### END HIDDEN TESTS


# %% wrong descend X * (XᵀX's diagonal) treats the columns as if they did not disturb each other.
def descend(X, eigenvalues, step_size, n_steps):
    """Return r separate runs of rank one, side by side."""
    for _ in range(n_steps):
        X = X + step_size * (eigenvalues[:, None] * X - X * (X**2).sum(axis=0))
    return X


# %% [markdown]
# ## Question 2: hitting times (3 points)
#
# From `X0` with steps of size `step_size`, what are $\tau_1$ and $\tau_2$? Store them as `tau_1` and `tau_2`. One step more or less is accepted.

# %% answer tau
### BEGIN SOLUTION
run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=1500)
tau_1, tau_2 = run.hitting_times()
### END SOLUTION

# %% test tau points=3
assert 0 <= float(tau_1) < 1500, "tau_1 is a number of steps"
assert 0 <= float(tau_2) < 1500, "tau_2 is a number of steps"
### BEGIN HIDDEN TESTS
problem = mf.Problem([*largest_eigenvalues, *np.linspace(tail_from, 0, dimension - 2)], 2)
X0 = mf.gaussian_init(problem, scale=scale, seed=start_seed)
expected = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=1500).hitting_times()
assert abs(tau_1 - expected[0]) <= 1, "tau_1"
assert abs(tau_2 - expected[1]) <= 1, "tau_2"
### END HIDDEN TESTS

# %% wrong tau Those are half-times, at half of the eigenvalue instead of half of the gap.
run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=1500)
tau_1, tau_2 = (run.hitting_times(largest_eigenvalues[k] / 2)[k] for k in range(2))

# %% [markdown]
# ## Question 3: how high is the plateau? (3 points)
#
# What is the error of the run of question 2 at step `plateau_step`, between the two drops? Store it as `plateau_error`, to three digits.

# %% answer plateau
### BEGIN SOLUTION
run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=plateau_step)
plateau_error = run.error[-1]
### END SOLUTION

# %% test plateau points=3
assert 0 < float(plateau_error) < 10, "plateau_error is a positive number"
### BEGIN HIDDEN TESTS
problem = mf.Problem([*largest_eigenvalues, *np.linspace(tail_from, 0, dimension - 2)], 2)
X0 = mf.gaussian_init(problem, scale=scale, seed=start_seed)
run = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=plateau_step)
assert abs(plateau_error / run.error[-1] - 1) <= 5e-3, "plateau_error"
### END HIDDEN TESTS

# %% wrong plateau That is the plateau without noise; a large start brings a tail along.
plateau_error = largest_eigenvalues[1]

# %% [markdown]
# ## Question 4: half the step (3 points)
#
# Start at the same `X0` with steps half as large. What is $\tau_2$ now? Store it as `slow_tau_2`. Two steps more or less are accepted; predict before you compute.

# %% answer half
### BEGIN SOLUTION
slow = mf.gradient_descent(problem, X0, step_size=step_size / 2, n_steps=3000)
slow_tau_2 = slow.hitting_times()[1]
### END SOLUTION

# %% test half points=3
assert 0 <= float(slow_tau_2) < 3000, "slow_tau_2 is a number of steps"
### BEGIN HIDDEN TESTS
problem = mf.Problem([*largest_eigenvalues, *np.linspace(tail_from, 0, dimension - 2)], 2)
X0 = mf.gaussian_init(problem, scale=scale, seed=start_seed)
slow = mf.gradient_descent(problem, X0, step_size=step_size / 2, n_steps=3000)
assert abs(slow_tau_2 - slow.hitting_times()[1]) <= 2, "slow_tau_2"
### END HIDDEN TESTS

# %% wrong half Smaller steps do not make descent faster: half of the step takes twice as many.
fast = mf.gradient_descent(problem, X0, step_size=step_size, n_steps=1500)
slow_tau_2 = fast.hitting_times()[1] / 2

# %% [markdown]
# ## Question 5: what the theorem allows (3 points)
#
# Theorem 6 of the paper asks for $\eta \le \Delta/(100\,\lambda_1^2)$. How many times larger is the `step_size` of your class? Store the number as `times_too_large`, to three digits.

# %% answer theorem
### BEGIN SOLUTION
times_too_large = step_size / mf.max_step_size(problem, theorem=6)
### END SOLUTION

# %% test theorem points=3
assert 0 < float(times_too_large) < 10_000, "times_too_large is a positive number"
### BEGIN HIDDEN TESTS
problem = mf.Problem([*largest_eigenvalues, *np.linspace(tail_from, 0, dimension - 2)], 2)
expected = step_size / mf.max_step_size(problem, theorem=6)
assert abs(times_too_large / expected - 1) <= 5e-3, "times_too_large"
### END HIDDEN TESTS

# %% wrong theorem That takes the gap at rank r; Theorem 6 takes the smallest of the first r gaps.
times_too_large = step_size * 100 / (largest_eigenvalues[1] - tail_from)

# %% [markdown]
# ## Question 6: in words (5 points)
#
# A fellow student writes: "The plateau lies at $\lambda_2$. Theorem 6 proves that the picture looks like this: first the large eigenvalue is learned, then the small one. A large start is better, since it gets there sooner." Comment on each of the three sentences, in about 150 words, with numbers from your class's run where they help. Say what is proved, what you measured, and what is false.

# %% [markdown] written comment points=5
# ### BEGIN SOLUTION
# The plateau lies above $\lambda_2$: there the error is about $\sqrt{\lambda_2^2 + \lVert J^\top J\rVert_F^2}$, and the tail $J$ of a large start has not decayed yet (numbers of question 3). Theorem 6 gives upper bounds on times under a step size far smaller than ours (question 5 says how many times); it does not say that $\tau_1 < \tau_2$, and in small dimensions row 2 sometimes passes $\Delta/2$ first. That the order is right in this run is a measurement of one draw. A large start does get there sooner than a tiny one, since rows need not grow from nothing; but it carries noise along, so that its error on the plateau is larger, and beyond $\eta\sigma_1^2(X_0)$ of about 2 it diverges.
#
# **Rubric**, one point each: (1) the plateau is above $\lambda_2$, with the noise as the reason; (2) the class's step size is outside the theorem's range; (3) the theorem bounds times from above and does not order them; (4) what is seen is one draw, a measurement, and another draw may differ; (5) "better" has a price: noise on the plateau, or divergence of a start that is too large. No point for a number without a statement.
# ### END SOLUTION
