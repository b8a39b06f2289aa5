"""One row of a table: how cph is called, and what must be seen of it. It must not know servers.

Every row runs with `job show` and with `job wait`, in an environment that holds nothing but what the row needs. Exit
code, error word, the JSON on stdout and the time must fit; no secret may stand in what cph writes itself.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Callable, Optional

CPH = os.environ["CPH"]
WORK = pathlib.Path(os.environ["PEERS_WORK"])

JOB = "01b2c3d4e5f60718293a4b5c6d7e8f90"
ANSWER = json.dumps({"job_id": JOB, "status": 2})
PROJECT = "0dd8cb413000906a2fcdc019b5a84546"
TOKEN = "MIIPeerToken-" + "0123456789abcdefghij" * 3

# Most rows wait for timeouts and pauses, not for the processor.
AT_ONCE = 8
# Seconds: cph ends by itself long before.
GUARD = 100

SHOW = ("job", "show")
WAIT = ("job", "wait", "--timeout", "60s")
BOTH = (SHOW, WAIT)

OUTCOMES = {0: "success", 1: "failure", 8: "running"}


@dataclass(frozen=True)
class Run:
    command: list
    env: dict
    exit: int
    stdout: str
    stderr: str
    took: float

    def __str__(self):
        env = " ".join(f"{name}={value}" for name, value in self.env.items())
        return (
            f"env -i {env} {' '.join(self.command)}\nexit {self.exit} after {self.took:.1f} s\n"
            f"--- stdout\n{self.stdout}--- stderr\n{self.stderr}---"
        )


@dataclass(frozen=True)
class Row:
    name: str
    endpoint: str
    exit: int = 0
    # The word of the error that stderr begins with, and further fragments of stderr.
    word: str = ""
    says: tuple = ()
    never: tuple = ()
    # Seconds.
    took: tuple = (0, 25)
    jobs: tuple = (JOB,)
    commands: tuple = BOTH
    env: dict = field(default_factory=dict)
    secrets: tuple = ()
    # Called when cph has seen that a job is running.
    meanwhile: Optional[Callable[[], None]] = None
    # Says what is wrong with the run, if anything.
    also: Callable[[Run], Optional[str]] = lambda run: None


def run(command, env, meanwhile=None):
    """Runs cph with these arguments, and nothing else in its environment but a home of its own.

    `meanwhile` is called when cph has said that a job is running.
    """
    with tempfile.TemporaryDirectory(dir=WORK) as home:
        env = {"HOME": home, **env}
        started = time.monotonic()
        with subprocess.Popen(
            [CPH, *command], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            guard = threading.Timer(GUARD, process.kill)
            guard.start()
            with ThreadPoolExecutor(1) as pool:
                stdout = pool.submit(process.stdout.read)
                lines = []
                for line in process.stderr:
                    lines.append(line)
                    if meanwhile and b": running" in line:
                        # In this thread: cph goes on, and its few lines fit into the pipe.
                        meanwhile()
                        meanwhile = None
            process.wait()
            guard.cancel()
        took = time.monotonic() - started
    stdout, stderr = (text.decode(errors="backslashreplace") for text in (stdout.result(), b"".join(lines)))
    return Run([CPH, *command], env, process.returncode, stdout, stderr, took)


def environment(row):
    env = {"CPH_ENDPOINT": row.endpoint, "CPH_PROJECT_ID": PROJECT, "CPH_TOKEN": TOKEN, **row.env}
    return {name: str(value) for name, value in env.items() if value is not None}


def complaint(row, ended, secrets):
    """What is wrong with a run, or None."""
    if ended.exit != row.exit:
        return f"exit {ended.exit} instead of {row.exit}"
    if row.word and not ended.stderr.split("cph: error[", 1)[-1].startswith(f"{row.word}]: "):
        return f"the first error is not {row.word}"
    if not row.word and "cph: error" in ended.stderr:
        return "an error"
    for text in row.says:
        if text not in ended.stderr:
            return f"stderr lacks: {text}"
    for text in row.never:
        if text in ended.stderr:
            return f"stderr has: {text}"
    if not row.took[0] <= ended.took <= row.took[1]:
        return f"took {ended.took:.1f} s, not {row.took[0]} to {row.took[1]} s"
    for secret in secrets:
        if secret in ended.stdout + ended.stderr:
            return f"the secret {secret} is shown"
    try:
        document = json.loads(ended.stdout)
    except ValueError as reason:
        return f"stdout is not JSON: {reason}"
    if (document["exit_code"], document["outcome"]) != (row.exit, OUTCOMES.get(row.exit, "unknown")):
        return "the JSON has another verdict than the exit code"
    if row.exit == 0 and [job["status"] for job in document["jobs"]] != ["success"] * len(row.jobs):
        return "the JSON lacks a success"
    return row.also(ended)


def check(row, command):
    env = environment(row)
    ended = run([*command, "-o", "json", *row.jobs], env, row.meanwhile)
    wrong = complaint(row, ended, [secret for secret in (env.get("CPH_TOKEN"), *row.secrets) if secret])
    return wrong and f"{row.name} [{command[1]}]: {wrong}\n{ended}\n"


def run_rows(family, rows, one_by_one=()):
    """Runs all rows and ends the process with 1 if one failed. PEERS_ONLY=TEXT chooses those whose names have it."""
    only = os.environ.get("PEERS_ONLY", "")
    started = time.monotonic()

    def calls(rows):
        return [(row, command) for row in rows if only in row.name for command in row.commands]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        failed = list(pool.map(lambda call: check(*call), calls(rows)))
    failed += [check(*call) for call in calls(one_by_one)]
    report = [text for text in failed if text]
    if report or not failed:
        print("\n".join(report) or f"no row has {only} in its name", file=sys.stderr)
        print(f"failed: {len(report)} of {len(failed)} runs of {family}", file=sys.stderr)
        sys.exit(1)
    number = sum(only in row.name for row in [*rows, *one_by_one])
    print(f"ok: {number} rows of {family}, {len(failed)} runs in {time.monotonic() - started:.0f} s", flush=True)


def each(rows, **changes):
    return [replace(row, **changes) for row in rows]


def with_env(rows, **env):
    """Adds variables that a row may have in its own way."""
    return [replace(row, env={**env, **row.env}) for row in rows]
