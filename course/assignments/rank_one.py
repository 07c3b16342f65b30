# %% [markdown]
# # Assignment 1: rank one and step sizes
#
# With one column, gradient descent on $\frac14\lVert\Sigma - xx^\top\rVert_F^2$ is
#
# $$x_{t+1} = x_t + \eta\,(\Sigma - x_t x_t^\top)\,x_t, \qquad \Sigma = \operatorname{diag}(\lambda_1, \dots, \lambda_d).$$
#
# The *signal* is $\alpha_t = |x_{t,1}|$, the *noise* $\beta_t$ is the length of all other entries together, and $\Delta = \lambda_1 - \lambda_2$. The chapter behind this assignment is *Follow the signal and the noise*.
#
# Put your code where it says `YOUR CODE HERE`, under the names asked for, and your words where it says `YOUR ANSWER HERE`. A cell after each answer checks its form; whether it is right is checked later, with more tests, and independently of your other answers. You may use the library `mftutor` wherever nothing else is said. 20 points.

# %% setup
import matplotlib.pyplot as plt
import numpy as np

import mftutor as mf

# %% numbers

# %% [markdown]
# ## Question 1: one step (3 points)
#
# Write a function `step(x, eigenvalues, step_size)` that returns $x_{t+1}$ for $x_t$ = `x`, an array of shape (d,). Use NumPy alone. It must not change `x`.


# %% answer step
def step(x, eigenvalues, step_size):
    """Return the next iterate of gradient descent, shape (d,)."""
    ### BEGIN SOLUTION
    return x + step_size * (eigenvalues - x @ x) * x
    ### END SOLUTION


# %% test step points=3
given = np.array([0.5, 0.1])
assert np.shape(step(given, np.array([1.0, 0.5]), 0.1)) == (2,), "step returns an array like x"
assert given.tolist() == [0.5, 0.1], "step must not change x"
### BEGIN HIDDEN TESTS
rng = np.random.default_rng(0)
for d in [1, 4, 50]:
    lam, x = np.sort(rng.uniform(0, 2, d))[::-1], rng.standard_normal(d) / np.sqrt(d)
    after = mf.gradient_step(mf.Problem(lam, 1), x[:, None], step_size=0.07)
    np.testing.assert_allclose(step(x.copy(), lam, 0.07), after[:, 0], rtol=0, atol=1e-9)
### END HIDDEN TESTS


# %% wrong step The gradient of the objective without the quarter has a factor 4.
def step(x, eigenvalues, step_size):
    """Return the next iterate, four times too eager."""
    return x + 4 * step_size * (eigenvalues - x @ x) * x


# %% [markdown]
# ## Question 2: signal and noise (3 points)
#
# Start at `x0` and take `n_steps` steps of size `step_size`, with the `eigenvalues` of your class (both are lists: `np.array` makes arrays of them). Store the signal and the noise of the last iterate as numbers, `alpha` and `beta`, to six digits.

# %% answer signal
### BEGIN SOLUTION
x = np.array(x0)
for _ in range(n_steps):
    x = x + step_size * (np.array(eigenvalues) - x @ x) * x
alpha, beta = abs(x[0]), np.linalg.norm(x[1:])
### END SOLUTION

# %% test signal points=3
assert float(alpha) >= 0, "alpha is a number, not negative"
assert float(beta) >= 0, "beta is a number, not negative"
### BEGIN HIDDEN TESTS
run = mf.rank_one_snr(mf.Problem(eigenvalues, 1), x0, step_size=step_size, n_steps=n_steps)
assert abs(alpha - run.alpha[-1]) <= 1e-5 * run.alpha[-1], "alpha"
assert abs(beta - run.beta[-1]) <= 1e-5 * run.beta[-1], "beta"
### END HIDDEN TESTS

# %% wrong signal With one column the signal is the entry itself, not its square as for rank r.
x = np.array(x0)
for _ in range(n_steps):
    x = x + step_size * (np.array(eigenvalues) - x @ x) * x
alpha, beta = x[0] ** 2, np.linalg.norm(x[1:])

# %% [markdown]
# ## Question 3: when does the signal win? (3 points)
#
# From `x0` with steps of size `step_size`, what is the first $t$ with $\beta_t/\alpha_t$ below `accuracy`? Store the integer as `first_t`.

# %% answer count
### BEGIN SOLUTION
snr = mf.rank_one_snr(mf.Problem(eigenvalues, 1), x0, step_size=step_size, n_steps=2000)
first_t = int(np.argmax(snr.noise_to_signal < accuracy))
### END SOLUTION

# %% test count points=3
assert int(first_t) == first_t > 0, "first_t is a positive integer"
### BEGIN HIDDEN TESTS
snr = mf.rank_one_snr(mf.Problem(eigenvalues, 1), x0, step_size=step_size, n_steps=2000)
assert first_t == np.argmax(snr.noise_to_signal < accuracy), "first_t"
### END HIDDEN TESTS

# %% wrong count That is the number of steps that bound (7) guarantees, not the first that does it.
snr = mf.rank_one_snr(mf.Problem(eigenvalues, 1), x0, step_size=step_size, n_steps=2000)
first_t = int(np.argmax(snr.bound < accuracy))

# %% [markdown]
# ## Question 4: a better constant (3 points)
#
# The ratio obeys $\beta_{t+1}/\alpha_{t+1} \le \bigl(1 - c\,\eta\Delta\bigr)\,\beta_t/\alpha_t$. Let $\eta\lambda_1$ be at most 1/`inverse_limit`, and let $\eta\lVert x_t\rVert^2 \le 1$. What is the largest $c$ that is right for all such $\eta$, $\lambda$ and $x_t$? Store the number as `constant`, to three digits.

# %% answer constant
### BEGIN SOLUTION
# The factor is 1 - eta Delta / (1 + eta lambda_1 - eta |x|^2), slowest at x = 0.
constant = 1 / (1 + 1 / inverse_limit)
### END SOLUTION

# %% test constant points=3
assert 0 < float(constant) < 10, "constant is a positive number"
### BEGIN HIDDEN TESTS
assert abs(constant - inverse_limit / (inverse_limit + 1)) <= 1e-3, "constant"
### END HIDDEN TESTS

# %% wrong constant That is the constant of (7), which is not the largest.
constant = 1 / 3

# %% [markdown]
# ## Question 5: how large may the start be? (3 points)
#
# Now let the start lie on the first axis, $x_0 = (a, 0, \dots, 0)$, and let the steps be larger: $\eta$ = `large_step`, with the eigenvalues of your class. What is the largest $a$ from which descent does not diverge? Store it as `largest_start`, to four digits.

# %% answer start
### BEGIN SOLUTION
# |a| grows if 1 + eta lambda_1 - eta a^2 < -1.
largest_start = np.sqrt(2 / large_step + eigenvalues[0])
### END SOLUTION

# %% test start points=3
assert 0 < float(largest_start) < 1000, "largest_start is a positive number"
### BEGIN HIDDEN TESTS
assert abs(largest_start / np.sqrt(2 / large_step + eigenvalues[0]) - 1) <= 1e-3, "largest_start"
for factor, bounded in [(0.998, True), (1.002, False)]:
    begin = [factor * largest_start, 0, 0, 0]
    snr = mf.rank_one_snr(mf.Problem(eigenvalues, 1), begin, step_size=large_step, n_steps=3000)
    assert (snr.run.diverged_at is None) == bounded, "largest_start"
### END HIDDEN TESTS

# %% wrong start That is the threshold for Sigma = 0: the eigenvalue is missing.
largest_start = np.sqrt(2 / large_step)

# %% [markdown]
# ## Question 6: in words (5 points)
#
# Plot the signal and the noise of question 2 against the step. The noise *grows* at first. Explain to a fellow student, in about 120 words and without a proof: why both grow at first, why their ratio falls all the same, what stops the signal, and what then becomes of the noise. End with one sentence on what could go wrong if $\eta\lVert x_0\rVert^2$ were far above 1.

# %% [markdown] written explain points=5
# ### BEGIN SOLUTION
# While $x$ is small, entry $i$ is multiplied by about $1 + \eta\lambda_i$ each step, which is above 1 for signal and noise. The common push $-\eta\lVert x\rVert^2$ is the same for all entries, and the factor of the signal is larger by $\eta\Delta$ at least: so the ratio falls geometrically, whatever the two do separately. The signal stops at $\sqrt{\lambda_1}$, where its factor is 1. The factors of the noise are then $1 - \eta(\lambda_1 - \lambda_i) < 1$, so that the noise decays. If $\eta\lVert x_0\rVert^2$ is far above 1, the factors turn negative, entries change their sign, and beyond $2 + \eta\lambda_1$ the norm grows for ever.
#
# **Rubric**, one point each: (1) both are multiplied by factors above 1 while $x$ is small; (2) the same push acts on both, so that the difference $\eta\Delta$ decides the ratio; (3) the signal stops where $\alpha^2 = \lambda_1$, as its factor is 1 there; (4) the noise decays from then on, geometrically; (5) negative factors, overshooting or divergence for a large start. A formula is not needed for a point; a false statement beside a right one costs half of it.
# ### END SOLUTION
