"""Configurations of nginx and HAProxy, one port for each site. They know certificates and no rows."""

import signal
import time

from peer import WORK, Peer, port
from row import ANSWER


class Nginx:
    def __init__(self, name="nginx", http=""):
        self.name, self.http, self.sites, self.ports = name, http, [], []
        self.folder = WORK / name
        self.folder.mkdir()
        self.config = self.folder / "nginx.conf"

    def site(
        self, text="", certificate=None, listen="", locations=None, host="127.0.0.1", address="127.0.0.1", also_at=None
    ):
        """Adds a site and gives its endpoint. `text` stands in its server block."""
        at = port()
        tls = f"ssl_certificate {certificate.chain}; ssl_certificate_key {certificate.key};" if certificate else ""
        locations = locations or f"location / {{ default_type application/json; return 200 '{ANSWER}'; }}"
        secure = "ssl" if certificate else ""
        listens = "".join(f"listen {each}:{at} {secure} {listen}; " for each in (address, also_at) if each)
        self.sites.append(f"server {{ {listens} {tls} {text} {locations} }}\n")
        self.ports.append((address.strip("[]"), at))
        return f"{'https' if certificate else 'http'}://{host}:{at}"

    def write(self):
        folder = self.folder
        paths = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.config.write_text(
            f"daemon off; user root; pid {folder}/pid; error_log {folder}/error.log; worker_processes 2;\n"
            f"events {{ worker_connections 512; }}\n"
            f"http {{ access_log {folder}/access.log; {paths} {self.http}\n{''.join(self.sites)}}}\n"
        )

    def start(self):
        self.write()
        command = ["nginx", "-p", self.folder, "-c", self.config, "-e", self.folder / "error.log"]
        self.peer = Peer(self.name, command, [at for address, at in self.ports if address == "127.0.0.1"]).start()
        return self

    def reload(self):
        self.write()
        self.peer.send(signal.SIGHUP)

    def reload_often(self):
        for _ in range(4):
            self.reload()
            time.sleep(0.7)


class HAProxy:
    def __init__(self, name="haproxy"):
        self.name, self.sites, self.ports = name, [], []
        self.config = WORK / f"{name}.cfg"

    def site(self, text=None, certificate=None, bind="", host="127.0.0.1"):
        """Adds a frontend and gives its endpoint. Without `text` it answers by itself."""
        at = port()
        tls = f"ssl crt {certificate.both}" if certificate else ""
        text = text or f"http-request return status 200 content-type application/json string '{ANSWER}'"
        self.sites.append(f"frontend site-{at}\n  bind 127.0.0.1:{at} {tls} {bind}\n  {text}\n")
        self.ports.append(at)
        return f"{'https' if certificate else 'http'}://{host}:{at}"

    def backend(self, name, server, text=""):
        self.sites.append(f"backend {name}\n  {text}\n  server one {server}\n")

    def start(self):
        self.config.write_text(
            "global\n  maxconn 500\n  ssl-default-bind-options ssl-min-ver TLSv1.0\n"
            "defaults\n  mode http\n  timeout connect 2s\n  timeout client 20s\n  timeout server 20s\n  retries 0\n"
            + "".join(self.sites)
        )
        self.peer = Peer(self.name, ["haproxy", "-W", "-db", "-f", self.config], self.ports).start()
        return self

    def reload_often(self):
        # The master process starts new workers.
        for _ in range(4):
            self.peer.send(signal.SIGUSR2)
            time.sleep(0.7)
