"""Squid, tinyproxy and microsocks: how each is configured and started. They know no rows."""

import pathlib
import shutil
import subprocess
import time

from peer import WORK, Peer, port

USER = "peer"
# With what must be percent-encoded in a URL.
PASSWORD = "Proxy@Pass:w/rd-1"
ENCODED = "Proxy%40Pass%3Aw%2Frd-1"


class Squid:
    """One process, and one port for each row, so that its log tells the rows apart."""

    def __init__(self, name, hosts):
        self.name, self.hosts, self.ports = name, hosts, {}
        self.config, self.access = WORK / f"{name}.conf", WORK / f"{name}.access"

    def port(self, rule, options="http_port"):
        """`rule`: open, password, denied."""
        at = port()
        kind, _, options = options.partition(" ")
        self.ports[at] = (rule, f"{kind} 127.0.0.1:{at} {options}")
        return at

    def start(self):
        # Wherever it is installed or unpacked.
        usr = pathlib.Path(shutil.which("squid")).parents[1]
        passwords = WORK / f"{self.name}.passwords"
        hashed = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], capture_output=True, text=True, check=True)
        passwords.write_text(f"{USER}:{hashed.stdout}")
        lines = [
            *(listen for _, listen in self.ports.values()),
            f"auth_param basic program {usr}/lib/squid/basic_ncsa_auth {passwords}",
            "auth_param basic realm peers",
            "acl known proxy_auth REQUIRED",
            *(f"acl {rule} localport {at}" for at, (rule, _) in self.ports.items()),
            *("http_access deny denied", "http_access allow open", "http_access deny !known", "http_access allow all"),
            # Its first column is the port that the request came to.
            f"logformat row %>lp %>Hs %rm %ru\naccess_log stdio:{self.access} row\nbuffered_logs off",
            f"cache_log {WORK}/{self.name}.cache\npid_filename {WORK}/{self.name}.pid\nhosts_file {self.hosts}",
            f"mime_table {usr}/share/squid/mime.conf\nerror_directory {usr}/share/squid/errors/templates",
            f"icon_directory {usr}/share/squid/icons\ncache_effective_user nobody\ncoredump_dir {WORK}",
            f"unlinkd_program {usr}/lib/squid/unlinkd\nvisible_hostname squid.peers.test",
            "cache deny all\ncache_mem 8 MB\npinger_enable off\nnetdb_filename none\nshutdown_lifetime 0 seconds",
            "connect_retries 0\nconnect_timeout 3 seconds\ndns_timeout 2 seconds\nworkers 1",
        ]
        # An acl that no port uses.
        lines.insert(1, "acl open localport 1\nacl denied localport 1")
        self.config.write_text("\n".join(lines) + "\n")
        self.peer = Peer(self.name, ["squid", "-N", "-f", self.config], list(self.ports)).start()
        return self

    def requests(self, at):
        """The statuses of the requests that came to a port. A tunnel is logged when it has ended."""
        end = time.monotonic() + 3
        while True:
            words = [line.split() for line in self.access.read_text().splitlines()]
            # The test whether Squid is there yet sends nothing.
            found = [line[1] for line in words if line[0] == str(at) and line[2] == "CONNECT"]
            if found or time.monotonic() > end:
                return found
            time.sleep(0.05)


def with_hosts(hosts, command):
    """For a program that asks the system for names: with another table of hosts than cph has, if there is one."""
    if not hosts:
        return command
    return ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts; exec "$@"', hosts, *command]


def tinyproxy(name, hosts, *options, listen=("127.0.0.1",)):
    at = port()
    config = WORK / f"{name}.conf"
    lines = [f"Port {at}", *(f"Listen {address}" for address in listen), "Timeout 60", "MaxClients 50", *options]
    config.write_text("\n".join(lines) + "\n")
    Peer(name, with_hosts(hosts, ["tinyproxy", "-d", "-c", config]), [at], listen[0]).start()
    return at


def microsocks(name, hosts, *options, listen="127.0.0.1"):
    at = port()
    return Peer(name, with_hosts(hosts, ["microsocks", "-i", listen, "-p", at, *options]), [at], listen).start()
