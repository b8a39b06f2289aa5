"""Proxies: Squid, tinyproxy and microsocks between cph and a service that is not on loopback."""

from certificates import Authority
from peer import SIMULATED, WORK, port, simulator
from proxy_servers import ENCODED, PASSWORD, USER, Squid, microsocks, tinyproxy
from row import BOTH, SHOW, Row, each, run_rows, with_env
from web_servers import Nginx

FAR, ADDRESS = "far.peers.test", "192.0.2.1"
HIDDEN = "hidden.peers.test"
GOOD, WRONG = f"{USER}:{ENCODED}@", f"{USER}:wrong-password-1@"

ca = Authority()
service = simulator()
nginx = Nginx()
certificate = ca.issue("far", names=f"IP:{ADDRESS},DNS:{FAR},DNS:{HIDDEN},IP:127.0.0.1,DNS:localhost")
locations = f"location / {{ proxy_pass http://127.0.0.1:{service.port}; }}"
far = nginx.site("", certificate, locations=locations, host=FAR, address=ADDRESS)
far_address, hidden = far.replace(FAR, ADDRESS), far.replace(FAR, HIDDEN)
near = nginx.site("", certificate, locations=locations)
# One name more than cph knows: what reaches it went through a proxy.
hosts = WORK / "hosts-of-proxies"
hosts.write_text(f"127.0.0.1 localhost\n{ADDRESS} {FAR} {HIDDEN}\n")
squid, restarted = Squid("squid", hosts), Squid("restarted", hosts)

REFUSED = "the proxy in HTTPS_PROXY refused the tunnel"
NOBODY = f"https://{HIDDEN}:{port()}"
SILENT = "no connection within 5 s (through the proxy in HTTPS_PROXY"
POLL = ("job", "wait", "--timeout", "60s", "--interval", "1s")
THREE_ROUNDS = (15, 20)


def through(name, url, exit=0, *says, endpoint=hidden, variable="HTTPS_PROXY", **more):
    word = more.pop("word", "unreachable" if exit == 6 else "")
    env = {variable: url, **more.pop("env", {})}
    return Row(name, endpoint, exit, word, says, env=env, **more)


def of_squid():
    def http(rule, user=""):
        return f"http://{user}127.0.0.1:{squid.port(rule)}"

    def once(status):
        """Accounts lock: a wrong password is sent once."""
        for command in BOTH:
            at = squid.port("password")
            url = f"http://{WRONG if status == 'wrong' else ''}127.0.0.1:{at}"
            says = "refused the user name and password in HTTPS_PROXY (HTTP 407)"
            if status == "no":
                says = "in HTTPS_PROXY requires a user name and password (HTTP 407)"
            also = lambda run, at=at: None if squid.requests(at) == ["407"] else f"Squid saw {squid.requests(at)}"
            yield through(f"squid, {status} password", url, 6, says, commands=(command,), also=also, took=(0, 5))

    by_address = squid.port("open")
    seen = lambda run: None if "200" in squid.requests(by_address) else "Squid saw nothing"
    tls = f"https_port tls-cert={certificate.chain} tls-key={certificate.key}"
    other = Authority("Stranger").issue("proxy")
    strange = f"https_port tls-cert={other.chain} tls-key={other.key}"
    return [
        through("squid", http("open")),
        through("squid, password", http("password", GOOD)),
        through("squid, an address", f"http://127.0.0.1:{by_address}", endpoint=far_address, also=seen),
        through("squid, https_proxy", http("open"), variable="https_proxy"),
        through("squid, ALL_PROXY", http("open"), variable="ALL_PROXY"),
        through("squid, no scheme", f"127.0.0.1:{squid.port('open')}"),
        through("squid, by TLS", f"https://127.0.0.1:{squid.port('open', tls)}"),
        through("squid, password by TLS", f"https://{GOOD}127.0.0.1:{squid.port('password', tls)}"),
        *once("wrong"),
        *once("no"),
        through("squid, forbidden", http("denied"), 6, REFUSED, "(3 attempts)"),
        through("squid, forbidden in spite of a password", http("denied", GOOD), 6, REFUSED, "(3 attempts)"),
        through("squid, no server there", http("open"), 6, REFUSED, endpoint=NOBODY),
        through("squid, no such name", http("open"), 6, REFUSED, endpoint="https://nowhere.peers.test"),
        through(
            "squid, by TLS that is not trusted",
            f"https://127.0.0.1:{squid.port('open', strange)}",
            6,
            "the server's certificate is not trusted",
            word="tls",
        ),
        through("squid, http to its TLS port", f"http://127.0.0.1:{squid.port('open', tls)}", 6, "(3 attempts)"),
        through("squid, TLS to its http port", http("open").replace("http:", "https:"), 6, "(3 attempts)", word="tls"),
        # It waits for the rest of an HTTP request.
        through("squid, SOCKS to it", http("open").replace("http:", "socks5h:"), 6, SILENT, took=THREE_ROUNDS),
    ]


def of_tinyproxy():
    open_, locked = tinyproxy("tiny-open", hosts), tinyproxy("tiny-locked", hosts, f"BasicAuth {USER} plainpassword1")
    closed = tinyproxy("tiny-closed", hosts, "ConnectPort 443")
    no = "the proxy in HTTPS_PROXY requires a user name and password (HTTP 407)"
    return [
        through("tinyproxy", f"http://127.0.0.1:{open_}"),
        through("tinyproxy, password", f"http://{USER}:plainpassword1@127.0.0.1:{locked}"),
        through("tinyproxy, no password", f"http://127.0.0.1:{locked}", 6, no, took=(0, 5)),
        # It answers 401 and not 407, and so means a forbidden tunnel.
        through("tinyproxy, wrong password", f"http://{WRONG}127.0.0.1:{locked}", 6, REFUSED),
        through("tinyproxy, forbidden", f"http://127.0.0.1:{closed}", 6, REFUSED),
    ]


def of_microsocks():
    [open_] = microsocks("socks-open", hosts).ports
    [locked] = microsocks("socks-locked", hosts, "-u", USER, "-P", PASSWORD).ports
    refused = "refused the connection, or its user name and password"
    asked = "refused the connection, or requires a user name and password"
    return [
        *(through(f"microsocks, {scheme}", f"{scheme}://127.0.0.1:{open_}") for scheme in ("socks", "socks5h")),
        # socks5 without h: cph looks the name up by itself.
        through("microsocks, socks5", f"socks5://127.0.0.1:{open_}", endpoint=far),
        through("microsocks, socks5 and a name unknown here", f"socks5://127.0.0.1:{open_}", 6, "(3 attempts)"),
        through("microsocks, an address", f"socks5h://127.0.0.1:{open_}", endpoint=far_address),
        through("microsocks, password", f"socks5h://{GOOD}127.0.0.1:{locked}"),
        through("microsocks, no password", f"socks5h://127.0.0.1:{locked}", 6, asked),
        through("microsocks, wrong password", f"socks5h://{WRONG}127.0.0.1:{locked}", 6, refused, took=(0, 5)),
        through("microsocks, no server there", f"socks5h://127.0.0.1:{open_}", 6, asked, endpoint=NOBODY),
        through("microsocks, HTTP to it", f"http://127.0.0.1:{open_}", 6, "(3 attempts)"),
        *(
            through(f"no {scheme} proxy there", f"{scheme}://127.0.0.1:{port()}", 6, "Connection refused")
            for scheme in ("http", "https", "socks5h")
        ),
        # 198.51.100.0/24 takes all packets and answers none.
        *(
            through(f"a silent {scheme} proxy", f"{scheme}://198.51.100.1:1080", 6, SILENT, took=THREE_ROUNDS)
            for scheme in ("http", "socks5h")
        ),
        through("a proxy that has no address", "http://nowhere.peers.test:3128", 6, "hint: check the host name"),
    ]


def exemptions():
    at = far.rsplit(":", 1)[1]
    proxy = f"http://127.0.0.1:{squid.port('denied')}"
    names = [
        *(FAR, FAR.upper(), "peers.test", ".peers.test", "*.peers.test", "*", f"{FAR}:{at}", f"a.test, {FAR}"),
        *(f"a.test {FAR}", f"a.test,,{FAR},", ".test"),
    ]
    other_names = ["peer.test", "ers.test", "*.other.test", f"{FAR}:443", f"x.{FAR}", ADDRESS, "192.0.2.0/24"]
    addresses = [ADDRESS, "192.0.2.0/24", "192.0.2.1/32", "0.0.0.0/0", f"{ADDRESS}:{at}", "*"]
    other_addresses = ["192.0.2.2", "192.0.3.0/24", FAR, "192.0.2"]
    for variable, lists, endpoint, exit in (
        ("NO_PROXY", names, far, 0),
        ("no_proxy", names[:2], far, 0),
        ("NO_PROXY", other_names, far, 6),
        ("NO_PROXY", addresses, far_address, 0),
        ("NO_PROXY", other_addresses, far_address, 6),
    ):
        for text in lists:
            says = (REFUSED,) if exit else ()
            row = through(f"{variable}={text}", proxy, exit, *says, endpoint=endpoint, env={variable: text})
            yield Row(**{**row.__dict__, "commands": (SHOW,)})
    yield through("loopback needs no exemption", proxy, endpoint=near)
    yield through("localhost needs no exemption", proxy, endpoint=near.replace("127.0.0.1", "localhost"))
    yield through("HTTP_PROXY is not for https", proxy, endpoint=far, variable="HTTP_PROXY")


def restarts():
    socks = microsocks("socks-restarted", hosts)
    urls = {
        "squid": f"http://127.0.0.1:{restarted.port('open')}",
        "microsocks": f"socks5h://127.0.0.1:{socks.ports[0]}",
    }
    peers = {"squid": restarted.start().peer, "microsocks": socks}
    for seconds, (name, url) in enumerate(urls.items(), 8):
        says = ("failing: https://", "the service answers again after")
        jobs, meanwhile = (f"sim-ok-{seconds}s",), lambda name=name: peers[name].restart(3)
        row = through(f"{name} is away for 3 s", url, 0, *says, jobs=jobs, commands=(POLL,), meanwhile=meanwhile)
        yield Row(**{**row.__dict__, "took": (seconds - 1, seconds + 12)})


usual = [*of_squid(), *of_tinyproxy(), *of_microsocks(), *exemptions()]
rows = [*each(usual, jobs=("sim-ok",)), *restarts()]
nginx.start()
squid.start()
secrets = (PASSWORD, ENCODED, "wrong-password-1", "plainpassword1")
run_rows("proxies", with_env(each(rows, secrets=secrets), SSL_CERT_FILE=ca.certificate, **SIMULATED))
