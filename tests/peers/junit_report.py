"""JUnit reports read back by a parser that nobody here wrote: run by `cph simulator --`, as show_job.py."""

import os
import shutil
import subprocess
import tempfile
import time

from junitparser import Error, Failure, JUnitXml

FIELDS = "job_id,phone_id,status,duration_seconds,error_code,error_msg,error_meaning,execute_msg,error,error_message"
# The command line, the exit code, and how many errors of no job it has.
CALLS = [
    ("job show sim-ok", 0, 0),
    ("job show sim-escape", 1, 0),
    ("job show sim-cjk sim-escape sim-ok sim-404 sim-running sim-status-7", 1, 0),
    ("job wait sim-escape sim-fail-2s sim-cjk", 1, 0),
    ("job wait --timeout 3s sim-running sim-ok", 8, 0),
    ("job show --request-id sim-req-20-3", 1, 0),
    ("job wait --request-id sim-req-20-3-2s", 1, 0),
    ("job show --request-id sim-req-empty", 5, 1),
    ("job show --profile none sim-ok sim-cjk", 3, 1),
]


def run(words, report):
    """Exit code, the printed fields of each job, and how long it took."""
    started = time.monotonic()
    run = subprocess.run(
        ["cph", *words.split(), "--field", FIELDS, "--junit", report], capture_output=True, text=True, encoding="utf-8"
    )
    rows = [dict(zip(FIELDS.split(","), line.split("\t"))) for line in run.stdout.splitlines()]
    return run.returncode, rows, time.monotonic() - started


def well_formed(report):
    if shutil.which("xmllint"):
        subprocess.run(["xmllint", "--noout", report], check=True)


def totals(element):
    return element.tests, element.failures, element.errors, element.skipped


def the_case_is_the_row(case, row):
    assert case.classname == row["job_id"], (case.classname, row)
    assert case.name == (row["phone_id"] or row["job_id"]), (case.name, row)
    assert case.time == (float(row["duration_seconds"]) if row["duration_seconds"] else None), (case.time, row)
    if row["status"] == "success":
        assert case.result == [], (case.result, row)
        return
    [result] = case.result
    if row["status"] == "failure":
        message = f"{row['error_code']} {row['error_msg']}"
        lines = [message, f"Meaning: {row['error_meaning']}"]
        # "::" is broken up at the start of a printed cell alone.
        output = row["execute_msg"].replace(":\\:", "::", 1)
        lines += [f"Output: {output}"] if output else []
        assert isinstance(result, Failure), result
        assert (result.message, result.type, result.text) == (message, row["error_code"], "\n".join(lines)), result.text
        return
    assert isinstance(result, Error), result
    assert result.message.startswith(f"{row['status']}: "), result.message
    if row["error_message"]:
        assert row["error_message"] in result.message and result.type == row["error"], (result.message, row)


def the_report_is_what_was_printed(words, exit_code, errors):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "report.xml")
        code, rows, seconds = run(words, path)
        assert code == exit_code, (words, code)
        well_formed(path)
        report = JUnitXml.fromfile(path)
    [suite] = report
    cases = list(suite)
    assert len(cases) == len(rows) + errors, (words, len(cases), rows)
    for case, row in zip(cases, rows):
        the_case_is_the_row(case, row)
    for case in cases[len(rows):]:
        assert isinstance(case.result[0], Error) and case.classname == suite.name, (words, case)
    written, written_time = totals(suite), suite.time
    assert totals(report) == written and report.time == written_time, words
    assert 0 <= written_time <= seconds, (words, written_time, seconds)
    # What the parser counts itself.
    suite.update_statistics()
    assert totals(suite) == written, (words, totals(suite), written)
    assert exit_code == 0 or suite.failures + suite.errors > 0, words


for call in CALLS:
    the_report_is_what_was_printed(*call)
checked = "" if shutil.which("xmllint") else " (without xmllint, which is not installed)"
print(f"ok: {len(CALLS)} JUnit reports as junitparser reads them{checked}")
