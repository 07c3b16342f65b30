# %% [markdown]
# # Assignment 3: sensing and depth
#
# In *matrix sensing* a matrix $Z^*$ is not seen, but only $m$ inner products $y_i = \langle A_i, Z^*\rangle$ with symmetric $A_i$. Descent on $f(U) = \frac1{4m}\sum_i(\langle A_i, UU^\top\rangle - y_i)^2$ starts from a random $U$. In a *deep* factorization, $W_L \cdots W_1$ takes the place of $XX^\top$. The chapters behind this assignment are *Learn one rank at a time*, *Start large and see what breaks* and *Go deeper*.
#
# Put your code where it says `YOUR CODE HERE`, under the names asked for, and your words where it says `YOUR ANSWER HERE`. A cell after each answer checks its form; whether it is right is checked later, with more tests, and independently of your other answers. You may use the library `mftutor` wherever nothing else is said. 20 points.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import mftutor as mf

# %% numbers

# %% [markdown]
# The sensing problem of your class:

# %% setup
measurements = mf.sensing.gaussian_measurements(dimension, n_measurements, seed=measurement_seed)
problem = mf.sensing.Problem(measurements, eigenvalues)

# %% [markdown]
# ## Question 1: the gradient (3 points)
#
# Write a function `gradient(U, matrices, y)` that returns $\nabla f(U)$, for `matrices` of shape (m, d, d), each symmetric, and `y` of shape (m,). Use NumPy alone.


# %% answer gradient
def gradient(U, matrices, y):
    """Return the gradient of f at U, an array like U."""
    ### BEGIN SOLUTION
    seen = np.einsum("kij,ij->k", matrices, U @ U.T) - y
    return np.einsum("k,kij->ij", seen, matrices) @ U / len(y)
    ### END SOLUTION


# %% test gradient points=3
found = gradient(np.ones((3, 2)), np.array([np.eye(3), np.ones((3, 3))]), np.array([1.0, 2.0]))
assert np.shape(found) == (3, 2), "gradient returns an array like U"
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for d, r, m in [(3, 1, 5), (6, 2, 11), (5, 5, 40)]:
    A = rng.standard_normal((m, d, d))
    A = A + A.transpose(0, 2, 1)
    U, y = rng.standard_normal((d, r)), rng.standard_normal(m)
    # f at U + hH is a polynomial of degree 4 in h: this difference has no error but rounding.
    H, h = rng.standard_normal((d, r)), 0.1
    along = [U + k * h * H for k in (-2, -1, 1, 2)]
    f = [((np.einsum("kij,ij->k", A, V @ V.T) - y) ** 2).sum() / (4 * m) for V in along]
    slope = (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)
    got = (gradient(U.copy(), A.copy(), y.copy()) * H).sum()
    assert abs(got - slope) <= 1e-8 * (1 + max(f)), "gradient"
### END HIDDEN TESTS


# %% wrong gradient The square has an inner derivative of 2 and UUᵀ another one: 4/4m, not 2/4m.
def gradient(U, matrices, y):
    """Return half of the gradient."""
    seen = np.einsum("kij,ij->k", matrices, U @ U.T) - y
    return np.einsum("k,kij->ij", seen, matrices) @ U / (2 * len(y))


# %% [markdown]
# ## Question 2: how many measurements? (3 points)
#
# For how many Gaussian measurements does $Z^*$ of your class (its `dimension`, and as its rank the number of its `eigenvalues`) become the only positive semi-definite matrix that fits, with a chance of about one half? Store the number as `threshold`, to within one.

# %% answer threshold
### BEGIN SOLUTION
threshold = mf.sensing.uniqueness_threshold(dimension, len(eigenvalues))
### END SOLUTION

# %% test threshold points=3
assert 0 < float(threshold) < 10_000, "threshold is a positive number"
### BEGIN HIDDEN TESTS
assert abs(threshold - mf.sensing.uniqueness_threshold(dimension, len(eigenvalues))) <= 1, (
    "threshold"
)
### END HIDDEN TESTS

# %% wrong threshold That counts all entries of a symmetric matrix: positivity is not used.
threshold = dimension * (dimension + 1) / 2

# %% [markdown]
# ## Question 3: one column only (3 points)
#
# Let $U$ have a single column, with `U0 = mf.sensing.init(problem, 1, scale=scale, seed=0)`, and take 3000 steps of size `step_size`. What is $\lVert UU^\top - Z^*\rVert_F/\lVert Z^*\rVert_F$ at the end? Store it as `final_error`, to three digits.

# %% answer column
### BEGIN SOLUTION
U0 = mf.sensing.init(problem, 1, scale=scale, seed=0)
run = mf.sensing.descend(problem, U0, step_size=step_size, n_steps=3000)
final_error = run.relative_error[-1]
### END SOLUTION

# %% test column points=3
assert 0 < float(final_error) < 10, "final_error is a positive number"
### BEGIN HIDDEN TESTS
measurements = mf.sensing.gaussian_measurements(dimension, n_measurements, seed=measurement_seed)
problem = mf.sensing.Problem(measurements, eigenvalues)
U0 = mf.sensing.init(problem, 1, scale=scale, seed=0)
run = mf.sensing.descend(problem, U0, step_size=step_size, n_steps=3000)
assert abs(final_error / run.relative_error[-1] - 1) <= 5e-3, "final_error"
### END HIDDEN TESTS

# %% wrong column That is the error of the truncation; the best fit to the measurements is another matrix.
final_error = np.linalg.norm(eigenvalues[1:]) / np.linalg.norm(eigenvalues)

# %% [markdown]
# ## Question 4: the price of depth (3 points)
#
# Take `depth` factors whose product has size $\alpha$ at the start, all factors alike, and let $\alpha$ be tiny. Now divide $\alpha$ by `divisor`. By which factor does the time to learn an eigenvalue grow, in the limit of a small $\alpha$? Store the number as `slowdown`, to three digits.

# %% answer slowdown
### BEGIN SOLUTION
# Each factor obeys w' = lambda w^(L-1) near zero: the time is of the order w^(2-L), w = alpha^(1/L).
slowdown = divisor ** (1 - 2 / depth)
### END SOLUTION

# %% test slowdown points=3
assert 0 < float(slowdown) < 1e6, "slowdown is a positive number"
### BEGIN HIDDEN TESTS
assert abs(slowdown / divisor ** (1 - 2 / depth) - 1) <= 5e-3, "slowdown"
### END HIDDEN TESTS

# %% wrong slowdown The power is 1 - 2/L, not 2/L: with L = 2 only a logarithm is left.
slowdown = divisor ** (2 / depth)

# %% [markdown]
# ## Question 5: count the steps (3 points)
#
# Let the matrices be numbers: three of them, all equal to `deep_scale` to the power 1/3 at the start, and descent with steps of size `deep_step` on $\frac12(w_3w_2w_1 - \lambda)^2$, with $\lambda$ = `target`. What is the first step from which on the product is at least $\lambda/2$? Store it as `half_time`. One step more or less is accepted.

# %% answer half
### BEGIN SOLUTION
w, half_time = deep_scale ** (1 / 3), 0
while w**3 < target / 2:
    w = w - deep_step * (w**3 - target) * w**2
    half_time = half_time + 1
### END SOLUTION

# %% test half points=3
assert int(half_time) == half_time > 0, "half_time is a positive integer"
### BEGIN HIDDEN TESTS
start = [[[deep_scale ** (1 / 3)]]] * 3
run = mf.deep.descend(mf.Problem([target], 1), start, step_size=deep_step, n_steps=3000)
assert abs(half_time - run.hitting_times()[0]) <= 1, "half_time"
### END HIDDEN TESTS

# %% wrong half That puts the size of the product into each factor: the start is much too small.
w, half_time = deep_scale, 0
while w**3 < target / 2:
    w = w - deep_step * (w**3 - target) * w**2
    half_time = half_time + 1

# %% [markdown]
# ## Question 6: in words (5 points)
#
# Compare two runs of your class's sensing problem from a *large* start: one with as many columns as $Z^*$ has eigenvalues, one with `dimension` columns. Start both from `mf.sensing.init` with `scale=1` and `seed=0`, and run them for at least 3000 steps of size `step_size`. Explain in about 150 words, with numbers that you measured, why one of them finds $Z^*$ and the other need not; what the number of measurements has to do with it; and why a small start helps.

# %% [markdown] written compare points=5
# ### BEGIN SOLUTION
# With $r^* = 3$ columns there are about $3d$ parameters, fewer than the measurements, so that fitting them leaves no freedom: $Z^*$ is the only matrix of its rank that fits. With $d$ columns every positive semi-definite matrix can be written as $UU^\top$; below the threshold of question 2, where the class's problem lies, many of them fit, and descent goes to one near its start, of full rank: the loss is small and still falls, the error stays. Above the threshold $Z^*$ is the only one that fits, and width does no harm in the end, though it may take long. A small start learns one rank after the other and arrives at $Z^*$ before the other columns have grown: the start regularizes.
#
# **Rubric**, one point each: (1) measured errors of both runs, with the loss or the statement that both fit, one of them after a long run; (2) counting parameters against measurements for $r^*$ columns; (3) with $d$ columns many positive semi-definite matrices fit, and a loss near zero is not an error near zero; (4) the threshold, and on which side of it the class's problem lies; (5) a small start keeps the rank low, that is, it chooses among the fits. Half a point for a right number without a reason.
# ### END SOLUTION
