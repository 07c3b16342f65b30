"""What the explorers say is true of the numbers that the library computes for the same state."""

import re

import explorers
import in_node
import numpy as np
import pytest
from in_node import CLASSES

import mftutor as mf
from mftutor.comparison import plateau_error
from mftutor.explorers.sensing_table import DIMENSION, EIGENVALUES, LOSS_FLOOR

LEFT, RIGHT = 40, 278  # between these lie the pictures' axes of steps


def with_others(kind, *some):
    """These states, completed, and fifteen that are drawn."""
    cls = CLASSES[kind]
    return [{**cls().state, **state} for state in some] + explorers.random_states(
        cls().controls, 15, seed=7
    )


CLOSE = 0.95  # two eigenvalues so near to each other that rows tie or swap
STATES = {
    "trajectory": with_others(
        "trajectory",
        *({"t": t} for t in (0, 50, 51, 77, 78, 147, 148, 224, 225, 300)),
        *(
            {"second_eigenvalue": CLOSE, "seed": seed, "t": t}
            for seed in (1, 2, 14)
            for t in (30, 42, 60, 84, 85, 90, 300)
        ),
        {"second_eigenvalue": CLOSE, "step_size": 0.3, "seed": 9, "t": 90},
        {"scale": 1e-6, "t": 250},
        {"scale": 10.0},
        {"step_size": 1.0},
    ),
    "initialization": with_others(
        "initialization",
        *({"second_eigenvalue": CLOSE, "seed": seed} for seed in (1, 2, 14)),
        {"scale_b": 1e-6, "second_eigenvalue": 0.4},
    ),
    "flow": with_others(
        "flow", {}, {"scale": 1e-8}, {"scale": 1e-8, "flow_time": 60}, {"scale": 10.0}
    ),
    "phases": with_others("phases", {}, {"second_eigenvalue": 0.9, "step_size": 0.001}),
    "rank_one": with_others(
        "rank_one",
        *({"t": t} for t in (0, 60, 120, 250, 500)),
        {"beta_0": 4.0, "t": 0},
        {"alpha_0": 0.1, "beta_0": 0.2, "t": 0},
        {"fraction": 0.0},
        {"largest_eigenvalue": 10.0, "step_size": 0.25, "t": 5},
    ),
    "benign_region": with_others(
        "benign_region", {"signal": 0.01}, {"signal": 1.0, "noise": 0.48, "step_size": 0.8}
    ),
    "depth": with_others("depth", *({"t": t} for t in range(0, 2000, 50))),
    "sensing": [
        {"columns": columns, "scale": scale, "measurements": m, "t": 1500}
        for columns in (1, 2, 3, DIMENSION)
        for scale in (1e-6, 1e-3, 1e-1, 1.0)
        for m in (100, 150, 200, 300, 500, 1000)
    ],
}


@pytest.fixture(scope="module")
def said():
    return in_node.answers(STATES)


def each(kind, said):
    """Each state of a kind: its explorer in Python, the sentence, and where the bands begin."""
    for state, answer in zip(STATES[kind], said[kind], strict=True):
        yield CLASSES[kind](**state), answer["sentence"], answer["bands"]


def steps_in(sentence):
    """The numbers after the words step and steps."""
    found = re.findall(r"step,? (\d+)|steps (\d+) and (\d+)", sentence)
    return {int(step) for steps in found for step in steps if step}


def finite(*times):
    return {int(t) for t in np.ravel(times) if np.isfinite(t)}


def order(times):
    """In words, which of two things comes first."""
    first, second = times
    return "at the same step" if first == second else "larger" if first < second else "smaller"


def about(value):
    """A number of the sentence, which has three digits at least."""
    return pytest.approx(value, rel=6e-3)


# Arrived and learned


def test_the_trajectory_s_eigenvectors_are_learned_when_it_says_so(said):
    seen = set()
    for explorer, words, bands in each("trajectory", said):
        run = explorer.compressed_run
        t = min(explorer.t, run.n_steps)
        if explorer.verdict() != "computed":
            assert not re.search("learned|arrive", words)
            assert bands == []
            continue
        tau, learned = run.hitting_times(), run.learning_times()
        assert f"At step {t} the error is" in words
        done = learned <= t
        if "both eigenvectors have been learned" in words:
            assert done.all()
            assert order(learned) in words
            assert finite(learned) <= steps_in(words)
            # What is left fades, until only rounding is left.
            left = run.error[t:]
            assert (np.diff(left)[left[:-1] > 1e-12] < 0).all()
            seen.add(order(learned))
        else:
            assert not done.all()
            for k in (0, 1):
                arrived = not done[k] and bool(tau[k] <= t)
                assert (f"Eigenvector {k + 1} has been learned" in words) == done[k]
                assert (f"Row {k + 1} has arrived" in words) == arrived
            assert steps_in(words) <= {t} | finite(tau, learned)
            assert finite(learned) <= steps_in(words) | finite(learned[np.isinf(tau) | (tau > t)])
            seen |= {("learned", *done), ("arrived", *(tau <= t))}
        for k, level in re.findall(r"ow (\d) .*?is at (\S+) of", words):
            if "·" not in level:
                assert float(level) == about(run.signal[t, int(k) - 1])
        ends = LEFT + (RIGHT - LEFT) * np.sort(learned[np.isfinite(learned)]) / run.n_steps
        assert bands == pytest.approx([LEFT, *ends])
    assert {"larger", "smaller", "at the same step", ("learned", True, False)} <= seen
    assert {("learned", False, True), ("arrived", True, True), ("arrived", True, False)} <= seen


def test_rows_of_two_scales_arrive_when_it_says_so(said):
    seen = set()
    for explorer, words, _ in each("initialization", said):
        assert "learn" not in words
        runs, t = explorer.compressed_runs, min(explorer.t, explorer.n_steps)
        tau = np.array([run.hitting_times() for run in runs])
        levels = [plateau_error(run.error, *np.sort(run.hitting_times())) for run in runs]
        assert finite(tau) <= steps_in(words) <= {t} | finite(tau)
        found = [float(x) for x in re.findall(r"error is flattest at (\S+?)\. ", words)]
        assert found == about([level for level in levels if np.isfinite(level)])
        small, large = sorted((0, 1), key=lambda i: (explorer.scale_a, explorer.scale_b)[i])
        for k, (number, way) in enumerate(re.findall(r"(\d+) steps (earlier|later)", words)):
            difference = tau[small, k] - tau[large, k]
            assert (int(number), way) == (abs(difference), "later" if difference > 0 else "earlier")
            seen.add(way)
        for way in re.findall(r"(lower|higher)\.", words):
            assert (way == "lower") == (levels[small] <= levels[large])
            seen.add(way)
        assert ("only row" in words) == bool(np.isfinite(tau).sum(axis=1).min() == 1)
    assert {"later", "lower", "higher"} <= seen


def test_rows_of_the_flow_arrive_when_it_says_so(said):
    for explorer, words, _ in each("flow", said):
        assert "learn" not in words
        times = explorer.flow_times
        found = [float(x) for x in re.findall(r"at time (\d[\d.]*?)(?= |\.(?: |$)|, )", words)]
        assert found == about(times[np.isfinite(times)])
        if explorer.verdict() == "computed":
            descent = explorer.step_size * explorer.compressed_paths[0].hitting_times()
            both = np.flatnonzero(np.isfinite(descent + times))
            found = re.findall(r"ηt = (\S+) \((\S+) (later|earlier)\)", words)
            for k, (at, delay, way) in zip(both, found, strict=True):
                assert float(at) == about(descent[k])
                assert (descent[k] < times[k]) == (way == "earlier")
                assert float(delay) == pytest.approx(abs(descent[k] - times[k]), rel=0.06)


def test_the_times_of_phases_are_those_of_the_flow_and_the_theorem(said):
    seen = set()
    for explorer, words, _ in each("phases", said):
        assert "learn" not in words
        observed, granted = explorer.observed, explorer.granted
        assert f"row 1 arrives at step {observed['signal_1']:,.0f}" in words
        assert f"row 2 at step {observed['turn_2']:,.0f}" in words
        assert f"R is reached for good at step {observed['in_R']:,.0f}" in words
        assert f"row 2's turn at step {granted['turn_2']:,.0f}" in words
        # The formulas take it that row 2 has arrived by its turn.
        assert observed["turn_2"] <= granted["turn_2"]
        limit = mf.max_step_size(explorer.problem, theorem=6)
        start = explorer.scalars()["start"]
        covered = explorer.step_size <= limit * (1 + 1e-9) and start <= 1
        assert ("Theorem 6 covers this" in words) == covered
        seen.add(covered)
    assert seen == {True, False}


def test_half_learned_is_half_learned(said):
    for explorer, words, bands in each("depth", said):
        table, half = explorer.table(), explorer.record.half_times
        step = table["t"][explorer.shown_point]
        done = [k for k in (1, 2, 3) if half[k - 1] <= step]
        for k, limit in enumerate((1.0, 0.6, 0.3), 1):
            after = table[f"signal_{k}"][explorer.shown_point :]
            assert (k in done) == bool((after >= limit / 2 - 2e-4).all())
        (named,) = re.findall(
            r"(no eigenvector|eigenvectors? [\d, and]+) (?:is|are) half learned", words
        )
        assert [int(k) for k in re.findall(r"\d", named)] == done
        assert len(re.findall("learned", words)) == 1
        assert len(bands) == 1 + np.isfinite(half).sum()
        assert ("the larger eigenvalue first" in words) == bool((np.diff(half) > 0).all())


# One column, and the benign region


def test_the_path_is_where_it_says(said):
    seen = set()
    for explorer, words, _ in each("rank_one", said):
        snr = explorer.snr
        t, limit = min(explorer.t, snr.run.n_steps), np.sqrt(explorer.largest_eigenvalue)
        alpha, beta = snr.alpha[t], snr.beta[t]
        if "within 3 %" in words:
            assert abs(alpha / limit - 1) < 0.03
            assert (np.diff(snr.beta[t:]) <= 0).all()
        elif "near the saddle" in words:
            assert alpha < 0.2 * beta
            assert abs(beta / limit / np.sqrt(explorer.fraction) - 1) < 0.11
        elif "is larger than λ₁" in words:
            assert alpha**2 + beta**2 > explorer.largest_eigenvalue
        elif "lead" in words:
            assert ("The signal leads." in words) == (alpha > beta)
        else:
            assert explorer.verdict() != "computed"
        if "The step size is too large" in words:
            assert explorer.step_size * explorer.largest_eigenvalue > 1
        if "so this is not promised" in words:
            assert explorer.step_size * explorer.largest_eigenvalue > 1 / 12
        seen |= set(re.findall("within 3 %|near the saddle|larger than λ₁|leads|not lead", words))
    assert len(seen) == 5


def test_the_run_is_in_the_benign_region_when_it_says_so(said):
    for explorer, words, _ in each("benign_region", said):
        inside = np.asarray(explorer.membership.inside)
        assert ("The start is inside R." in words) == inside[0]
        assert ("is above 1:" in words) <= (explorer.step_size > 1)
        if explorer.verdict() != "computed":
            continue
        assert ("stays in R." in words) == inside.all()
        entry = re.search(r"enters R at step (\d+) and stays", words)
        if entry:
            assert not inside[: int(entry[1])].any()
            assert inside[int(entry[1]) :].all()
        left = re.search(r"leaves R at step (\d+)", words)
        assert bool(left) == bool((np.diff(inside.astype(int)) < 0).any())
        if left:
            assert inside[int(left[1]) - 1] > inside[int(left[1])]


# Measurements


def test_it_meets_the_measurements_only_where_the_loss_is_zero(said):
    seen = set()
    for explorer, words, _ in each("sensing", said):
        loss, error = explorer.scalars()["final_loss"], explorer.table()["error"][-1]
        met = "although it meets the measurements: it has been misled" in words
        assert met == (explorer.columns >= 3 and error >= 0.02 and loss <= LOSS_FLOOR)
        # From as many measurements as there are entries on, only the ground truth meets them.
        assert not (met and explorer.measurements >= DIMENSION * (DIMENSION + 1) / 2)
        missed = "neither met the measurements nor found the ground truth" in words
        assert missed == (explorer.columns >= 3 and error >= 0.02 and loss > LOSS_FLOOR)
        assert ("within 2 % of the ground truth" in words) == (error < 0.02)
        seen |= {met, missed and "missed"}
    assert {True, "missed"} <= seen


def test_it_ends_at_the_best_fit_where_it_says_so(said):
    for explorer, words, _ in each("sensing", said):
        if explorer.columns < len(EIGENVALUES):
            apart = explorer.table()[f"distance_{explorer.columns}"][-1]
            assert ("It ends within 0.01 of the best fit" in words) == (apart < 0.01)


# Without a script


@pytest.mark.parametrize(
    "state", [{}, {"second_eigenvalue": CLOSE}, {"scale": 1e-6}], ids=["default", "tie", "late"]
)
def test_the_static_words_tell_arrived_from_learned(state):
    explorer = CLASSES["trajectory"](**state)
    run, words = explorer.compressed_run, explorer.alternative()
    assert steps_in(words) == finite(run.hitting_times(), run.learning_times())
    for k, learned in enumerate(run.learning_times(), 1):
        known = np.isfinite(learned)
        assert (f"eigenvector {k} is learned at step {learned:.0f}" in words) == known
    for kind in ("initialization", "flow", "phases"):
        assert "learn" not in CLASSES[kind]().alternative()
