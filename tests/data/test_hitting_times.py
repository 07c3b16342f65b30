"""The table of hitting times is what fresh runs give, and its figures show it."""

import json

import hitting_times
import numpy as np
import pytest
from strategies import assert_refused

import mftutor as mf
from mftutor import figures
from mftutor.data.hitting_times import LEVELS, table_from
from mftutor.sweeps.kernel import descend


@pytest.fixture(scope="module")
def small_record():
    """A record as the script makes it, of fewer and smaller runs."""
    with pytest.MonkeyPatch.context() as patch:
        parts = {
            "drawn": ([30, 300], True, 20, 400),
            "limit": ([300.0, 1e5, 1e9], False, 20, 900),
        }
        patch.setattr(hitting_times, "PARTS", parts)
        patch.setattr(hitting_times, "DELAY", (1e6, 40, 900))
        patch.setattr(hitting_times, "DELAY_TIMES", range(0, 900, 20))
        patch.setattr(hitting_times, "STAND_IN", 1000)
        record = hitting_times.measure(None, None)
    return json.loads(json.dumps(record))


@pytest.fixture(scope="module")
def small_table(small_record):
    return table_from(small_record)


@pytest.fixture(scope="module")
def table():
    return mf.data.recorded_hitting_times()


def swept(table, rank, dimension, n_draws, n_steps, *, drawn=True):
    """Hitting times of a fresh sweep, shape (n_draws, r)."""
    about = table.about
    grid = mf.sweeps.Grid(
        table.problem(rank, dimension, drawn=drawn),
        scale=about["scale"],
        step_size=about["step_size"],
        threshold=about["threshold"],
        n_steps=n_steps,
        seeds=range(n_draws),
    )
    return mf.sweeps.sweep(grid, progress=False)["hitting_time"].reshape(n_draws, rank)


def test_the_record_holds_the_quantiles_of_its_runs(small_table):
    times = swept(small_table, 3, 300, 20, 400)
    for k in (1, 2, 3):
        line = small_table.of(3, k, drawn=True)[1]
        expected = np.quantile(times[:, k - 1], LEVELS, method="inverted_cdf")
        np.testing.assert_array_equal(line["quantiles"], expected)
        assert (line["dimension"], line["n_draws"], line["k"]) == (300, 20, k)
    limit = swept(small_table, 3, 300.0, 20, 900, drawn=False)
    apart = small_table.of(3, 3, drawn=False)["apart"]
    assert apart[0] == np.abs(limit - times)[:, 2].max()
    assert np.isnan(apart[1:]).all()


def test_the_law_of_the_record_is_that_of_the_flow(small_table):
    line = small_table.of(2, 2, drawn=True)[1]
    problem = mf.figure_1_problem(300)
    shares = mf.flow.time_law(problem, 2, scale=0.5, time=0.1 * line["law"], threshold=0.1)
    # Interpolated between steps; the density is at most about 1/100 a step, and smooth.
    np.testing.assert_allclose(shares, LEVELS, atol=2e-3)


@pytest.mark.parametrize(("rank", "dimension"), [(2, 1000), (4, 100)])
def test_the_table_is_what_its_draws_give_again(table, rank, dimension):
    problem = table.problem(rank, dimension).problem()
    starts = [
        mf.gaussian_init(problem, scale=table.about["scale"], seed=np.random.default_rng(child))
        for child in np.random.SeedSequence(0).spawn(200)
    ]
    small = [mf.compression.replace_tail(problem, start, 30) for start in starts]
    times = descend(
        np.array([each.eigenvalues for each, _ in small]),
        np.array([start for _, start in small]),
        table.about["threshold"],
        table.about["step_size"],
        1000,
    )
    for k in range(1, rank + 1):
        lines = table.of(rank, k, drawn=True)
        (line,) = lines[lines["dimension"] == dimension]
        assert line["n_draws"] == 200
        expected = np.quantile(times[:, k - 1], LEVELS, method="inverted_cdf")
        # Other processors round otherwise; a run in a hundred may then be a step off.
        np.testing.assert_allclose(line["quantiles"], expected, atol=1)


def test_the_table_is_small_and_whole(table):
    assert hitting_times.FILE.stat().st_size < 100_000
    assert table.ranks == (1, 2, 3, 4)
    for rank in table.ranks:
        for k in range(1, rank + 1):
            drawn, limit = (table.of(rank, k, drawn=each) for each in (True, False))
            assert drawn["dimension"].tolist() == [10.0**n for n in range(1, 8)]
            assert limit["dimension"].max() == 1e30
            for lines in (drawn, limit):
                assert np.isfinite(lines["quantiles"]).all()
                assert (np.diff(lines["quantiles"], axis=1) >= 0).all()
                assert (np.diff(lines["law"], axis=1) >= 0).all()  # at d = 10 some start above
    np.testing.assert_array_equal(
        table.problem(2, 50).problem().eigenvalues, mf.figure_1_problem(50).eigenvalues
    )


def test_from_a_thousand_dimensions_on_the_limit_differs_by_no_more_than_the_rows_fluctuate(table):
    for rank in table.ranks:
        for k in range(1, rank + 1):
            limit = table.of(rank, k, drawn=False)
            compared = limit[~np.isnan(limit["apart"])]
            assert compared["dimension"].tolist() == [10.0**n for n in range(3, 8)]
            latest = 2 * compared["quantiles"][:, -1]
            assert (compared["apart"] <= 1 + 3 * latest / np.sqrt(compared["dimension"])).all()


def test_the_last_time_grows_as_a_row_beside_standing_noise(table):
    """Steps for each e-fold of d, whatever the rank: 1/(2 ln 1.02) in the end, from below.

    Beside noise of size g row r grows by 1 + η(λ_r − g), and g tends to λ_{r+1} = 0.3, for this
    tail like 0.3 − 1/(2ηt); at d = 10¹⁵ t is above 700.
    """
    for rank in table.ranks:
        lines = table.of(rank, rank, drawn=False)
        first, last = (lines[lines["dimension"] == d][0] for d in (1e15, 1e30))
        slope = (last["quantiles"][2] - first["quantiles"][2]) / (15 * np.log(10))
        # Medians are whole or half numbers, and the same draws were used for both.
        assert 1 / (2 * np.log(1.02 + 0.1 / 140)) - 0.1 < slope < 1 / (2 * np.log(1.02)) + 0.1


def test_the_last_delay_has_an_exponential_tail(table):
    """Of rate ln 1.02 a step, for the same reason; the counts behind it are nearly Poisson."""
    for rank in table.ranks:
        later = table.later[rank]
        first, last = int(np.argmax(later < 0.2)), int(np.argmax(later < 0.02))
        steps = table.delay_times[last] - table.delay_times[first]
        rate = np.log(later[first] / later[last]) / steps
        error = 1 / np.sqrt(later[last] * table.delay_draws) / steps
        # From one share in five on, P(χ² < y) is its first term up to 7 % in the whole.
        assert abs(rate - np.log(1.02)) < 3 * error + 0.07 / steps


def test_refused_requests(small_table):
    assert_refused(lambda: small_table.of(5, 1, drawn=True), "rank", "5", "4")
    assert_refused(lambda: small_table.of(2, 3, drawn=True), "k", "3", "2")
    assert_refused(lambda: small_table.problem(0, 10), "rank", "0")
    assert "ranks 1 to 4" in repr(small_table)


# Figures


def test_times_by_rank_shows_medians_and_the_law(small_table):
    panels = figures.times_by_rank(small_table).axes
    assert [axes.get_title(loc="left") for axes in panels] == ["r = 1", "r = 2", "r = 3", "r = 4"]
    for axes, rank in zip(panels, small_table.ranks, strict=True):
        lines = axes.get_lines()
        assert len(lines) == 3 * rank
        for k in range(1, rank + 1):
            drawn, limit, law = lines[3 * k - 3 : 3 * k]
            record = small_table.of(rank, k, drawn=True)
            np.testing.assert_array_equal(drawn.get_xdata(), np.log10(record["dimension"]))
            np.testing.assert_array_equal(drawn.get_ydata(), record["quantiles"][:, 2])
            np.testing.assert_allclose(limit.get_xdata(), [5, 9])
            assert law.get_ydata().size == record.size + 2


def test_last_delays_counts_from_the_median(small_table):
    (axes,) = figures.last_delays(small_table).axes
    *_, law = axes.get_lines()
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert labels == ["r = 1", "r = 2", "r = 3", "r = 4", "law"]
    at_zero = np.interp(0, law.get_xdata(), law.get_ydata())
    assert at_zero == pytest.approx(0.5, abs=0.01)
    assert axes.get_yscale() == "log"


def test_the_script_explains_itself(capsys):
    assert hitting_times.main(["what"]) == 1
    assert "make sweep" in capsys.readouterr().out
