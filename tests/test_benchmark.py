"""The benchmark compares like with like, and its committed record has the form the book reads.

No test here asserts a time.
"""

import json
import socket

import descent
import numpy as np
import pytest

import mftutor as mf


@pytest.fixture(scope="module")
def kept_record():
    return json.loads(descent.RECORD.read_text("utf-8"))


def errors(problem, iterates):
    target = np.diag(np.where(np.arange(problem.dimension) < 2, problem.eigenvalues, 0))
    return [np.linalg.norm(target - X @ X.T) for X in iterates]


def test_all_forms_compute_the_same_run():
    problem, X0 = descent.problem_and_start(150)
    rows = descent.diagnosed(problem, X0, descent.N_STEPS)
    small = descent.compressed(problem, X0)
    assert len(small[1]) == 35
    # 300 steps of a few roundings of numbers of size one, most of which cancel.
    near = {"rtol": 0, "atol": 300 * np.finfo(float).eps}
    compressed = descent.diagnosed(*small, descent.N_STEPS)
    np.testing.assert_allclose(compressed.error, rows.error, **near)
    np.testing.assert_array_equal(compressed.hitting_times(), rows.hitting_times())
    for form in descent.DENSE_FORMS:
        iterates = descent.dense_iterates(form, np.diag(problem.eigenvalues), X0, descent.N_STEPS)
        np.testing.assert_allclose(errors(problem, iterates), rows.error, **near)
        np.testing.assert_allclose(iterates[-1], rows.X_final, **near)


def test_each_job_does_what_it_is_called():
    jobs = {job.what: job for job in descent.jobs_of(150, dense=True)}
    problem, X0 = descent.problem_and_start(150)
    rows, compressed = jobs["rows"].run(), jobs["compressed"].run()
    assert rows.n_steps == jobs["rows"].n_steps
    assert compressed.n_steps == jobs["compressed"].n_steps == descent.N_STEPS
    assert compressed.problem.dimension == jobs["compress"].run()[0].dimension == 35
    assert len(jobs["block_quadrature"].run()[0]) == 32
    for form in descent.DENSE_FORMS:
        assert len(jobs[form].run()) == jobs[form].n_steps + 1
        assert jobs[form].bytes_held() >= 8 * 150**2
    assert jobs["formed"].bytes_held() >= 3 * 8 * 150**2
    assert jobs["compressed"].bytes_held() < jobs["formed"].bytes_held()
    assert {job.what for job in descent.jobs_of(150, dense=False)} == set(jobs) - set(
        descent.DENSE_FORMS
    )


def assert_form(record, dimensions, dense):
    """Every form at every dimension once, with numbers that make sense."""
    assert set(record) == {"about", "rows", "lines"}
    assert {"machine", "python", "numpy", "date", "clock", "repeats"} <= set(record["about"])
    assert record["rows"] == {str(d): record["rows"][str(d)] for d in dimensions}
    seen = [*descent.DENSE_FORMS, "rows", "compressed", "block_quadrature", "compress"]
    keys = [(line["what"], line["dimension"]) for line in record["lines"]]
    assert sorted(keys) == sorted((what, d) for what in seen for d in dimensions)
    for line in record["lines"]:
        assert set(line) == {
            "what", "dimension", "median", "quartiles", "bytes", "extrapolated",
        }  # fmt: skip
        low, high = line["quartiles"]
        assert 0 < low <= line["median"] <= high
        assert line["bytes"] > 0
        is_dense = line["what"] in descent.DENSE_FORMS
        assert line["extrapolated"] == (is_dense and line["dimension"] not in dense)
    by = dict(zip(keys, record["lines"], strict=True))
    for form in descent.DENSE_FORMS:
        for d in set(dimensions) - set(dense):
            law = (d / max(dense)) ** 2 * by[form, max(dense)]["median"]
            assert by[form, d]["median"] == pytest.approx(law, rel=0.01)  # three digits


def test_a_measurement_has_the_form_of_the_record(monkeypatch):
    monkeypatch.setattr(descent, "N_STEPS", 40)
    record = descent.measure(dimensions=(60, 90, 120), dense=(60, 90), repeats=3)
    assert_form(json.loads(json.dumps(record)), (60, 90, 120), (60, 90))
    report = descent.report(record)
    for line in record["lines"]:
        assert f"{'~' if line['extrapolated'] else ''}{line['median'] * 1e3:.3g}" in report
        assert f"{line['bytes'] / 1e6:.3g}" in report


def test_the_record_kept_is_complete(kept_record):
    assert_form(kept_record, descent.DIMENSIONS, descent.DENSE)
    assert descent.report(kept_record)
    assert max(kept_record["rows"].values()) <= 40
    assert {1000, 4000, 100_000, 1_000_000} <= set(descent.DIMENSIONS)


def test_the_record_names_no_machine_and_no_place(kept_record):
    text = descent.RECORD.read_text("utf-8")
    assert socket.gethostname() not in text
    assert "/" not in text
    assert "\\\\" not in text
    assert kept_record["about"]["machine"].endswith("one thread used")


def test_the_record_comes_with_the_package(kept_record):
    timings = mf.data.recorded_timings()
    assert timings.dimensions == descent.DIMENSIONS
    assert len(timings.lines) == len(kept_record["lines"])
    for line in kept_record["lines"]:
        found = timings.of(line["what"], line["dimension"])
        assert {**vars(found), "quartiles": list(found.quartiles)} == line
    assert timings.rows == {int(d): n for d, n in kept_record["rows"].items()}


def test_tables_hold_the_numbers_of_the_record():
    timings = mf.data.recorded_timings()
    forms = ["formed", "kept", "rows", "compressed", "block_quadrature", "compress"]
    title, *lines = timings.times_table([4000, 100_000]).splitlines()
    assert title.split() == ["milliseconds,", "d", "=", "4,000", "100,000"]
    assert [line.split()[0] for line in lines] == forms
    for line in lines:
        what, first, second = line.split()
        assert first == f"{1e3 * timings.of(what, 4000).median:.3g}"
        assert second.startswith("~") == timings.of(what, 100_000).extrapolated
    assert len(timings.memory_table().splitlines()[0].split()) == 3 + len(descent.DIMENSIONS)
    _, *lines = timings.spread_table(4000).splitlines()
    ratios = {line.split()[0]: float(line.split()[-1]) for line in lines}
    assert ratios["compressed"] == 1
    assert ratios["formed"] == pytest.approx(
        timings.of("formed", 4000).median / timings.of("compressed", 4000).median, rel=1e-3
    )
    for text in ("Python", "NumPy", "one thread used", "rounds"):
        assert text in timings.conditions


@pytest.mark.parametrize(("what", "dimension"), [("dense", 4000), ("rows", 5)])
def test_a_line_that_is_not_there_is_refused(what, dimension):
    with pytest.raises(ValueError, match=f"got {what!r} and {dimension}"):
        mf.data.recorded_timings().of(what, dimension)


def test_one_thread_is_asked_for(monkeypatch):
    started = []

    class Done:
        returncode = 7

    def run(command, env, check):
        started.append((command, env))
        return Done

    for name in descent.THREADS:
        monkeypatch.setenv(name, "2")
    monkeypatch.setattr(descent.subprocess, "run", run)
    assert descent.main(["--record"]) == 7
    ((command, env),) = started
    assert command[-1] == "--record"
    assert {env[name] for name in descent.THREADS} == {"1"}


def test_recording_keeps_what_was_measured(monkeypatch, tmp_path, capsys):
    record = {"about": {}, "rows": {}, "lines": []}
    for name in descent.THREADS:
        monkeypatch.setenv(name, "1")
    path = tmp_path / "mftutor" / "data" / "benchmark.json"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(descent, "RECORD", path)
    monkeypatch.setattr(descent, "measure", lambda: record)
    monkeypatch.setattr(descent, "report", lambda _: "the tables")
    assert descent.main([]) == 0
    assert not path.exists()
    assert descent.main(["--record"]) == 0
    assert json.loads(path.read_text("utf-8")) == record
    assert "the tables" in capsys.readouterr().out
