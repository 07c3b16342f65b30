"""The benchmark of sensing compares runs that are the same. No test here asserts a time."""

import numpy as np
import pytest
import sensing


@pytest.mark.parametrize("n_measurements", [100, 1000])
def test_all_forms_compute_the_same_run(n_measurements):
    jobs = sensing.jobs_of(n_measurements)
    assert [job.what for job in jobs] == [
        "rows" if n_measurements < 465 else "gram",
        "loop",
        "tensor",
    ]
    end, short, long = (job.run() for job in jobs)
    np.testing.assert_allclose(long, end, rtol=0, atol=1e-10)
    # The loop is shorter: as far as it goes, it is the same run.
    slope = jobs[2].run.args
    as_short = sensing.literal(*slope[:-1], jobs[1].n_steps)
    np.testing.assert_allclose(short, as_short, rtol=0, atol=1e-15)


def test_a_line_holds_the_medians_and_their_ratios():
    jobs = sensing.jobs_of(100)
    seconds = [[1e-3, 2e-3, 3e-3], [1.0, 4e-3, 0.0], [2e-3, 2e-3, 2e-3]]
    # 100 · 465 and 100 · 900 numbers of eight bytes.
    expected = ["100", "rows", "0.4", "1.9×", "2.000", "4.000", "2.0×", "2.000", "1.0×"]
    assert sensing.line(100, jobs, seconds).split() == expected


def test_a_table_is_printed(monkeypatch, capsys):
    monkeypatch.setattr(sensing, "N_MEASUREMENTS", (20, 500))
    monkeypatch.setattr(sensing, "N_STEPS", 10)
    sensing.main(repeats=1)
    assert [text.split()[1] for text in capsys.readouterr().out.splitlines()[2:]] == [
        "rows",
        "gram",
    ]
