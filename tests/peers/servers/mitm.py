"""mitmproxy: a proxy that intercepts TLS, with and without its authority among the trusted ones."""

import os
import pathlib

from certificates import EXPIRED, Authority
from peer import SIMULATED, WORK, Peer, port, simulator
from proxy_servers import with_hosts
from row import Row, run_rows, with_env
from web_servers import Nginx

ADDRESS, HIDDEN = "192.0.2.1", "hidden.peers.test"
NOBODY = "https://nowhere.peers.test"
PASSWORD = "mitm-password-1"

ca = Authority()
service = simulator()
nginx = Nginx()
locations = f"location / {{ proxy_pass http://127.0.0.1:{service.port}; }}"


def site(**more):
    certificate = ca.issue("far", names=f"DNS:{HIDDEN}", **more)
    return nginx.site("", certificate, "http2", locations=locations, host=HIDDEN, address=ADDRESS)


far, expired = site(), site(dates=EXPIRED)
hosts = WORK / "hosts-of-proxies"
hosts.write_text(f"127.0.0.1 localhost\n{ADDRESS} {HIDDEN}\n")
folder = WORK / "mitmproxy"
folder.mkdir()


class Mitmproxy:
    def __init__(self, name, *options, mode="regular"):
        self.port = port()
        command = [
            *(pathlib.Path(os.environ["PEERS_VENV"]) / "bin/mitmdump", "--mode", f"{mode}@127.0.0.1:{self.port}"),
            *("--set", f"confdir={folder}", "--set", f"ssl_verify_upstream_trusted_ca={ca.certificate}", *options),
        ]
        self.peer = Peer(name, with_hosts(hosts, command), [self.port])

    def start(self):
        self.peer.start()
        return self


def replies(name, body):
    """An addon that answers every request of a tunnel by itself."""
    path = WORK / f"{name}.py"
    path.write_text(f"from mitmproxy import http\ndef request(flow):\n    flow.response = http.Response.make({body})\n")
    return ["--scripts", path]


def through(name, proxy, exit=0, word="", *says, scheme="http", user="", **more):
    url = f"{scheme}://{user}127.0.0.1:{proxy.port}"
    env = {"HTTPS_PROXY": url, "SSL_CERT_FILE": trusted, **more.pop("env", {})}
    usual = dict(endpoint=far, jobs=("sim-ok",), secrets=(PASSWORD, "wrong-password-1"))
    return Row(name, exit=exit, word=word, says=says, env=env, **{**usual, **more})


# The first one makes the authority that all share.
plain = Mitmproxy("plain").start()
trusted = folder / "mitmproxy-ca-cert.pem"
both = WORK / "both.pem"
both.write_text(ca.certificate.read_text() + trusted.read_text())
trusted_folder = WORK / "trusted"
trusted_folder.mkdir()
(trusted_folder / "mitmproxy.pem").write_text(trusted.read_text())

socks = Mitmproxy("socks", mode="socks5")
reverse = Mitmproxy("reverse", mode=f"reverse:{far}")
locked = Mitmproxy("locked", "--proxyauth", f"peer:{PASSWORD}")
portal = Mitmproxy("portal", *replies("page", '200, "<html>Sign in</html>", {"Content-Type": "text/html"}'))
elsewhere = Mitmproxy("elsewhere", *replies("redirect", '302, "", {"Location": "http://portal.peers.test/"}'))
changed = Mitmproxy("changed", "--modify-body", '/~s/"status": *2/"status":7')
restarted = Mitmproxy("restarted")
nginx.start()
for proxy in (socks, reverse, locked, portal, elsewhere, changed, restarted):
    proxy.start()

untrusted = ("the server's certificate is not trusted: it is not signed by an authority", "a proxy that intercepts TLS")
no = "the proxy in HTTPS_PROXY requires a user name and password (HTTP 407)"
wrong = "the proxy refused the user name and password in HTTPS_PROXY (HTTP 407)"
away = dict(jobs=("sim-ok-8s",), commands=(("job", "wait", "--timeout", "60s", "--interval", "1s"),), took=(7, 25))
rows = [
    through("its authority is trusted", plain),
    through("its authority and others", plain, env={"SSL_CERT_FILE": both}),
    through("its authority in a folder", plain, env={"SSL_CERT_FILE": None, "SSL_CERT_DIR": trusted_folder}),
    through("the server's authority alone", plain, 6, "tls", *untrusted, env={"SSL_CERT_FILE": ca.certificate}),
    through("the system's authorities", plain, 6, "tls", *untrusted, env={"SSL_CERT_FILE": None}),
    through("an expired certificate behind it", plain, 6, "service_error", "HTTP 502", endpoint=expired),
    through("a name that nobody knows", plain, 6, "unreachable", "refused the tunnel", endpoint=NOBODY),
    through("SOCKS", socks, scheme="socks5h"),
    Row("before the server", f"https://localhost:{reverse.port}", jobs=("sim-ok",), env={"SSL_CERT_FILE": trusted}),
    through("password", locked, user=f"peer:{PASSWORD}@"),
    through("no password", locked, 6, "unreachable", no, took=(0, 5)),
    through("wrong password", locked, 6, "unreachable", wrong, user="peer:wrong-password-1@", took=(0, 5)),
    through("a portal's page", portal, 7, "bad_answer", "an HTML page"),
    through("a portal's redirect", elsewhere, 7, "bad_answer", "a redirect to http://portal.peers.test/"),
    through("a changed answer", changed, 7, "unknown_status", "the status 7 is not documented"),
    through("it is away for 3 s", restarted, meanwhile=lambda: restarted.peer.restart(3), **away),
]
run_rows("mitm", with_env(rows, **SIMULATED))
