"""Runs whole processes in turn, first to last, round after round, and prints what each of them took.

measure.py ROUNDS FILE: a line of FILE is a label, a tab, a command, and perhaps a tab and the file of its stdin. The first
command is the one that the others are compared with. As a ratio stands the median of the ratios of all rounds: within a
round a busy machine slows all commands alike. --csv prints the medians for a program.
"""

import os
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time


class Command:
    def __init__(self, line):
        self.label, command, *stdin = line.rstrip("\n").split("\t")
        self.stdin = stdin[0] if stdin else os.devnull
        self.words = shlex.split(command)
        self.program = shutil.which(self.words[0]) or sys.exit(f"{self.words[0]}: no such program")
        self.walls, self.cpus, self.peaks = [], [], []

    def run(self):
        errors = tempfile.TemporaryFile()
        files = [
            (os.POSIX_SPAWN_OPEN, 0, self.stdin, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, errors.fileno(), 2),
        ]
        started = time.perf_counter()
        process = os.posix_spawn(self.program, self.words, os.environ, file_actions=files)
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - started
        if status != 0:
            errors.seek(0)
            sys.exit(f"{self.label}: exit code {os.waitstatus_to_exitcode(status)}: {errors.read().decode()}")
        return wall, usage.ru_utime + usage.ru_stime

    def measure(self):
        wall, cpu = self.run()
        self.walls.append(wall)
        self.cpus.append(cpu)

    def measure_memory(self):
        """In MB. By GNU time: a process begins with the peak of the one that starts it, and Python's is large."""
        with open(self.stdin) as stdin:
            words = ["/usr/bin/time", "--format=%M", *self.words]
            done = subprocess.run(words, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)
        self.peaks.append(int(done.stderr.split()[-1]) * 1024 / 1e6)


def against(ours, first):
    return statistics.median(our / other for our, other in zip(ours, first))


def main():
    as_csv = sys.argv[1] == "--csv"
    rounds, path = int(sys.argv[1 + as_csv]), sys.argv[2 + as_csv]
    with open(path) as lines:
        commands = [Command(line) for line in lines]
    first = commands[0]
    # Without the first round, which fills caches; long runs do not notice it.
    for number in range(rounds + 1 if rounds > 5 else rounds):
        for command in commands:
            command.measure() if number > 0 or rounds <= 5 else command.run()
    for _ in range(max(1, rounds // 7)):
        for command in commands:
            command.measure_memory()
    if not as_csv:
        print(f"| median of {rounds} runs | time | to the first | CPU time | to the first | peak memory |")
        print("|---|---|---|---|---|---|")
    for command in commands:
        wall, cpu, peak = map(statistics.median, (command.walls, command.cpus, command.peaks))
        if as_csv:
            print(f"{command.label},{wall:.4f},{cpu:.4f},{peak:.1f}")
        else:
            ratios = against(command.walls, first.walls), against(command.cpus, first.cpus)
            print("| {} | {:.1f} ms | {:.2f} | {:.1f} ms | {:.2f} | {:.1f} MB |".format(
                command.label, wall * 1e3, ratios[0], cpu * 1e3, ratios[1], peak))


main()
