"""The numbers that pages compute with are those in the library's formulas."""

import math

import numpy as np
import pytest

import mftutor as mf
from mftutor.explorers import constants
from mftutor.theory.bounds import log_decay

REGIONS = (mf.benign_region, mf.absorbing_region)


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_those_of_the_theorems(rank):
    problem = mf.Problem(np.linspace(1.0, 0.4, rank + 1), rank)
    gap, eta, c = 0.6 / rank, 1e-3, constants.of_theorems(rank)
    decay = math.log1p(-eta * gap / c["decay"])
    inside = c["theorem_2_logarithm"] / (eta * gap**2 * 1e-4)
    found = {
        mf.max_step_size(problem, theorem=2): gap**2 / c["theorem_2_step_size"],
        mf.max_step_size(problem, theorem=6): gap / c["theorem_6_step_size"],
        mf.max_step_size(problem, theorem=8): 1 / c["lemma_8_step_size"],
        mf.theory.max_start_norm(step_size=eta): (c["start_norm"] * eta) ** -0.5,
        mf.theorem_2_bound(problem, step_size=eta, accuracy=1e-4): c["theorem_2_steps"]
        / (eta * gap)
        * math.log(inside),
        mf.theory.lemma_8_bound(problem, step_size=eta): -math.log(c["shrinking"] * eta) / eta
        + math.log(c["separating"] / gap) / (eta * gap),
        mf.theory.lemma_9_bound(problem, 1e-5, step_size=eta): c["growing"]
        * math.log(gap / 2e-5)
        / (eta * gap),
        mf.theory.t_star(problem, step_size=eta): math.log(
            gap**2 / (c["star_cubic"] + c["star_linear"])
        )
        / decay,
        mf.theory.t_sharp(problem, step_size=eta): math.log(gap / c["sharp"]) / decay,
        log_decay(problem, step_size=eta): decay,
    }
    assert len(found) == 10
    np.testing.assert_allclose([*found], [*found.values()], rtol=1e-12)


def test_those_of_rank_one():
    rate, step_size, norm = (constants.RANK_ONE[name] for name in ("rate", "step_size", "norm"))
    problem, largest = mf.Problem([2.0, 1.5], rank=1), 1 / (2 * step_size)
    start = math.sqrt(norm * 2) * np.array([0.6, 0.8])
    snr = mf.rank_one_snr(problem, start, step_size=largest, n_steps=1)
    assert snr.bound[1] / snr.bound[0] == pytest.approx(1 - largest * 0.5 / rate, rel=1e-14)
    assert snr.hypotheses_hold[0]
    for x0, eta in [(1.001 * start, largest), (start, 1.001 * largest)]:
        assert not mf.rank_one_snr(problem, x0, step_size=eta, n_steps=1).hypotheses_hold[0]


def test_those_of_the_regions():
    problem, zero = mf.Problem([1.0, 0.75, 0.5], rank=2), np.zeros((3, 2))
    benign, absorbing = (region(problem, zero).margins for region in REGIONS)
    assert benign["norm"] == constants.BENIGN["norm"]
    assert benign["signal"] == -constants.BENIGN["signal"] * 0.25
    assert benign["noise"] == 0.75 - constants.BENIGN["noise"] * 0.25
    assert absorbing["norm"] == constants.ABSORBING["norm"]
    np.testing.assert_allclose(
        absorbing["noise"], [1.0, 0.75] - constants.ABSORBING["noise"] * np.array(0.25)
    )
