"""A server of somebody else as a process: started on ports of its own, stopped, reloaded. It must not know cph.

Nothing here cleans up: all processes are in a process namespace that ends with the script, and all files in its folder.
"""

import itertools
import os
import pathlib
import signal
import socket
import subprocess
import time

WORK = pathlib.Path(os.environ["PEERS_WORK"])

# Below the range of ports that the kernel gives away. The network namespace has no other listener.
_ports = itertools.count(20000)

# Seconds.
LONGEST_START = 60


def port():
    return next(_ports)


def accepts(address, at):
    try:
        with socket.create_connection((address, at), timeout=1):
            return True
    except OSError:
        return False


class Peer:
    """A program that stays in the foreground."""

    def __init__(self, name, command, ports, address="127.0.0.1", env=None):
        self.name, self.command, self.ports, self.address = name, [str(part) for part in command], ports, address
        self.env = {**os.environ, **(env or {})}
        self.log = WORK / f"{name}.log"
        self.process = None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.env, cwd=WORK
            )
        end = time.monotonic() + LONGEST_START
        while not all(accepts(self.address, at) for at in self.ports):
            if self.process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"{self.name} does not start: {' '.join(self.command)}\n{self.log.read_text()}")
            time.sleep(0.05)
        return self

    def stop(self, by=signal.SIGTERM):
        self.process.send_signal(by)
        self.process.wait(timeout=20)

    def send(self, number):
        self.process.send_signal(number)

    def restart(self, pause, by=signal.SIGTERM):
        """Stops it, and starts it again after some seconds."""
        self.stop(by)
        time.sleep(pause)
        self.start()


def simulator():
    """`cph simulator`: the service behind servers that only pass requests on."""
    at = port()
    env = {"HOME": str(WORK)}
    command = [os.environ["CPH"], "simulator", "--credential", "token", "--listen", f"127.0.0.1:{at}"]
    peer = Peer("simulator", command, [at], env=env)
    peer.port = at
    return peer.start()


# The simulator's, from its documentation.
SIMULATED = {
    "CPH_TOKEN": "SIMULATOR-TOKEN-not-a-secret-0123456789",
    "CPH_PROJECT_ID": "00000000000000000000000000c10d01",
}
